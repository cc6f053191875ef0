//! Operators steer, and a run obeys.

use super::world::{NOON, World};
use chrono::TimeDelta;
use redial_domain::builders;
use redial_domain::verdict::GateName;
use redial_domain::{CallResult, Command, Status, Stop};
use redial_queue::ports::Expect;
use redial_queue::store::records::PREFIX;
use redial_queue::testing::{Fault, Operation};
use redial_queue::usecase::admin::{Filter, NotConfigured, Query, Steered, Triggered};
use redial_queue::usecase::ingest::{Ignored, Ingested};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

async fn steer(world: &World, n: u32, command: Command) -> Steered {
    world
        .admin
        .steer(&builders::operator(), &builders::lead_id(&n.to_string()), &builders::phone(n), command)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_paused_lead_is_not_dialed_until_it_is_resumed_and_a_removed_one_never() {
    let world = World::at(NOON);
    world.ends(1, "c1", "BUSY").await;
    world.ends(2, "c2", "BUSY").await;
    world.wait(5);
    assert_eq!(steer(&world, 1, Command::Pause).await, Steered::Done);
    assert_eq!(steer(&world, 2, Command::Remove).await, Steered::Done);
    World::dialed(&world.runs().await, 0);
    assert_eq!(steer(&world, 1, Command::Resume).await, Steered::Done);
    World::dialed(&world.runs().await, 1);
    assert_eq!(world.records_of(2).await.len(), 0);
    assert_eq!(steer(&world, 2, Command::Pause).await, Steered::UnknownLead);
}

#[tokio::test]
async fn a_lead_is_called_back_at_the_time_that_an_operator_was_asked_for() {
    let world = World::with(NOON, &[("max_redial_attempts", "1")]);
    world.ends(1, "c1", "NO_ANSWER").await;
    assert_eq!(world.lead(1).await.status, Status::MaxAttempts);
    let at = world.now() + TimeDelta::hours(3);
    assert_eq!(steer(&world, 1, Command::CallBack(at)).await, Steered::Done);
    // An inbound call in between does not cancel it.
    world.wait(60);
    let inbound = CallResult { inbound: true, ..world.call(1, "c2", "CONFUSED") };
    world.take_in(inbound).await;
    world.wait(119);
    World::dialed(&world.runs().await, 0);
    world.wait(1);
    World::dialed(&world.runs().await, 1);
    world.answered(1, "NO_ANSWER").await;
    let lead = world.lead(1).await;
    assert_eq!((lead.status, lead.callback), (Status::MaxAttempts, None), "it was called back");
}

#[tokio::test]
async fn a_callback_that_an_operator_was_asked_for_waits_for_the_hours() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    // 19:30 in New York, so the callback is at 21:30.
    world.set("2025-12-18T00:30:00Z");
    assert_eq!(steer(&world, 0, Command::CallBack(world.now() + TimeDelta::hours(2))).await, Steered::Done);
    world.wait(120);
    World::stopped(&world.runs().await, Stop::OutsideBusinessHours);
    world.set("2025-12-18T16:00:00Z");
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_callback_that_an_operator_was_asked_for_opens_no_number_that_is_closed() {
    let world = World::at(NOON);
    world.ends(1, "c1", "DNC").await;
    let in_doubt = CallResult { possible_refusal: Some("not at work".to_owned()), ..world.call(2, "c2", "CONFUSED") };
    world.take_in(in_doubt).await;
    world.ends(3, "c3", "SALE").await;
    let call_back = Command::CallBack(world.now() + TimeDelta::hours(1));
    assert_eq!(steer(&world, 1, call_back).await, Steered::Forbidden);
    assert_eq!(steer(&world, 2, call_back).await, Steered::Undecided);
    assert_eq!(steer(&world, 3, call_back).await, Steered::Impossible(Status::Completed));
    assert_eq!(steer(&world, 4, call_back).await, Steered::UnknownLead);
    world.wait(60);
    World::dialed(&world.runs().await, 0);
}

#[tokio::test]
async fn a_pause_that_is_answered_before_the_claim_wins() {
    let world = World::at(NOON);
    world.ends(1, "c1", "BUSY").await;
    world.wait(5);
    let phone = builders::phone(1);
    let read_by_a_run = redial_queue::ports::LineStore::get(&*world.lines, &phone).await.unwrap().unwrap();
    steer(&world, 1, Command::Pause).await;
    let mut claimed = read_by_a_run.value;
    let location = builders::lead_ref(1, "2025-12");
    claimed.take(builders::hold(builders::attempt(1), location, world.now(), world.now() + TimeDelta::minutes(10)));
    let expect = redial_queue::ports::Expect::At(read_by_a_run.version);
    let put = redial_queue::ports::LineStore::put(&*world.lines, &phone, &claimed, &expect).await.unwrap();
    assert_eq!(put, redial_queue::ports::Put::Conflict);
}

#[tokio::test]
async fn a_waiting_result_does_not_bring_a_removed_lead_back() {
    let world = World::at(NOON);
    world.ends(1, "c1", "BUSY").await;
    world.blobs.otherwise(|_, key| {
        if key.contains("_2025") { redial_queue::testing::Fault::Lost } else { redial_queue::testing::Fault::None }
    });
    world.ends(1, "c2", "BUSY").await;
    world.blobs.heal();
    assert_eq!(steer(&world, 1, Command::Remove).await, Steered::Done);
    world.wait(5);
    world.runs().await;
    assert_eq!((world.records_of(1).await.len(), world.line(1).await.inbox.len()), (0, 0));
}

#[tokio::test]
async fn an_inbound_call_on_its_way_does_not_bring_a_removed_lead_back() {
    let world = World::at(NOON);
    world.ends(1, "c1", "NO_ANSWER").await;
    // Another instance removes the lead just when the call has been given to it.
    let (blobs, key) = (Arc::clone(world.blobs.inner()), format!("{PREFIX}{}.json", world.month()));
    let is_removed = AtomicBool::new(false);
    world.lines.otherwise(move |operation, _| {
        if operation == Operation::Put && !is_removed.swap(true, Ordering::Relaxed) {
            blobs.set(&key, "{}");
        }
        Fault::None
    });
    let call = CallResult { lead: None, inbound: true, ..world.call(1, "c2", "CONFUSED") };
    assert_eq!(world.take_in(call).await, Ingested::Ignored(Ignored::RecordGone));
    assert!(world.records_of(1).await.is_empty());
}

#[tokio::test]
async fn a_result_on_its_way_does_not_make_the_record_of_a_removed_lead() {
    let world = World::at(NOON);
    // Another instance removes the lead, and with it the arrival, while its record is looked for.
    let (lines, phone) = (Arc::clone(world.lines.inner()), builders::phone(1));
    world.blobs.otherwise(move |operation, key| {
        if operation == Operation::Get && key.starts_with(PREFIX) {
            lines.expire(&phone);
        }
        Fault::None
    });
    world.ends(1, "c1", "BUSY").await;
    assert!(world.records_of(1).await.is_empty());
    assert!(world.line(1).await.record_locations.is_empty());
}

#[tokio::test]
async fn a_disabled_or_stopped_queue_still_finishes_what_is_open() {
    for (key, stop) in [("enabled", Stop::Disabled), ("running", Stop::Stopped)] {
        let world = World::at(NOON);
        world.due_leads(2).await;
        world.blobs.otherwise(|_, key| {
            if key.contains("_2025") { redial_queue::testing::Fault::Lost } else { redial_queue::testing::Fault::None }
        });
        world.ends(5, "c1", "BUSY").await;
        world.blobs.heal();
        world.admin.configure(&builders::operator(), &[(key, "false".to_owned())], None, false).await.unwrap();
        let summary = world.runs().await;
        World::stopped(&summary, stop);
        assert_eq!(summary.reconciled, 1);
    }
}

#[tokio::test]
async fn ready_leads_are_those_that_the_next_run_dials() {
    let world = World::at(NOON);
    world.due_leads(3).await;
    steer(&world, 0, Command::Pause).await;
    let location = builders::lead_ref(1, "2025-12");
    let hold = builders::hold(builders::attempt(9), location, world.now(), world.now() + TimeDelta::minutes(10));
    world.lines.inner().set(&builders::phone(1), &builders::held_line(hold));
    let ready = Query { filter: Filter { ready: true, ..Filter::default() }, limit: 100, ..Query::default() };
    let page = world.admin.browse(&ready).await.unwrap();
    assert_eq!((page.total, page.filtered), (3, 1));
    assert_eq!(world.admin.overview().await.unwrap().ready, 1);
    World::dialed(&world.runs().await, 1);
    assert_eq!(world.dials(2).len(), 1);
}

#[tokio::test]
async fn an_explanation_names_the_gate_that_a_run_closes() {
    let world = World::at(NOON);
    world.ends(1, "c1", "BUSY").await;
    let explain = world.admin.explain(&builders::lead_id("1"), &builders::phone(1)).await.unwrap().unwrap();
    assert_eq!(explain.verdict.first_closed().unwrap().name, GateName::Due);
    assert_eq!(explain.next_dial, Some(world.now() + TimeDelta::minutes(2)));
}

#[tokio::test]
async fn a_run_is_asked_for_only_when_it_would_dial() {
    let world = World::at(NOON);
    assert_eq!(world.admin.process(&builders::operator()).await.unwrap(), Triggered::Started);
    let until = world.now() + TimeDelta::minutes(4);
    world.run.stores.runs.acquire("another", until).await.unwrap().unwrap();
    assert_eq!(world.admin.process(&builders::operator()).await.unwrap(), Triggered::AlreadyProcessing);
    world.set("2025-12-17T19:04:01Z");
    assert_eq!(
        world.admin.process(&builders::operator()).await.unwrap(),
        Triggered::Started,
        "a crashed run does not block the queue"
    );
    world.admin.configure(&builders::operator(), &[("enabled", "false".to_owned())], None, false).await.unwrap();
    assert_eq!(world.admin.process(&builders::operator()).await.unwrap(), Triggered::Disabled);
}

#[tokio::test]
async fn a_wrong_or_stale_configuration_changes_nothing() {
    let world = World::at(NOON);
    let max = |value: &str| [("max_redial_attempts", value.to_owned())];
    world.admin.configure(&builders::operator(), &max("5"), None, false).await.unwrap();
    let seen = [Expect::At(world.admin.settings().await.unwrap().version.unwrap())];
    world.admin.configure(&builders::operator(), &max("6"), Some(&seen), false).await.unwrap();
    let stale = world.admin.configure(&builders::operator(), &max("7"), Some(&seen), false).await;
    assert!(matches!(stale, Err(NotConfigured::Stale)));
    let wrong = world.admin.configure(&builders::operator(), &max("0"), None, false).await;
    assert!(matches!(wrong, Err(NotConfigured::Wrong(errors)) if errors[0].key == "max_redial_attempts"));
    world.admin.configure(&builders::operator(), &max("8"), None, true).await.unwrap();
    assert_eq!(world.admin.settings().await.unwrap().policy.max_attempts, 6);
}

#[tokio::test]
async fn a_resumed_lead_keeps_its_callback() {
    let world = World::at(NOON);
    world.asks_for(1, "c1", "2025-12-17T21:00:00Z").await;
    steer(&world, 1, Command::Pause).await;
    steer(&world, 1, Command::Resume).await;
    assert_eq!(world.lead(1).await.status, Status::Rescheduled);
    assert_eq!(world.lead(1).await.next_redial, builders::at("2025-12-17T21:00:00Z"));
}
