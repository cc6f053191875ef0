//! Answers lost, stores away, processes killed: nothing is dialed twice, and nothing is lost.

use super::world::{NOON, World};
use chrono::TimeDelta;
use redial_domain::builders;
use redial_domain::{CallId, CallResult, Outcome, Status, Stop};
use redial_queue::ports::BlobStore;
use redial_queue::testing::{Fault, Operation, Reply};
use redial_queue::usecase::ingest::{Ignored, Ingested};

/// A lead whose dial was sent and whose answer is unknown.
async fn with_unknown_dial(reply: Reply) -> World {
    let world = World::at(NOON);
    world.due_leads(1).await;
    world.dialer.script(&builders::phone(0), [reply]);
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.errors), (0, 1));
    assert!(world.line(0).await.hold.is_some());
    world
}

#[tokio::test]
async fn after_a_lost_answer_the_call_is_found_and_the_lead_is_not_dialed_again_meanwhile() {
    let world = with_unknown_dial(Reply::AnswerLost).await;
    world.wait(5);
    World::dialed(&world.runs().await, 0);
    world.dialer.finish(&world.result_of_dial(0, 0, "VOICEMAIL"));
    world.wait(6);
    let summary = world.runs().await;
    assert_eq!((summary.reconciled, summary.calls_made), (1, 0));
    let lead = world.lead(0).await;
    assert_eq!((lead.attempts, lead.last_outcome), (1, Some(Outcome::VOICEMAIL)));
    assert_eq!(world.dials(0).len(), 1);
}

#[tokio::test]
async fn a_call_that_still_rings_keeps_its_line() {
    let world = with_unknown_dial(Reply::AnswerLost).await;
    for _ in 0..8 {
        world.wait(10);
        World::dialed(&world.runs().await, 0);
        assert!(world.line(0).await.hold.is_some());
    }
    assert_eq!(world.dials(0).len(), 1);
}

#[tokio::test]
async fn an_attempt_of_which_nobody_knows_is_spent_after_two_questions() {
    let world = with_unknown_dial(Reply::RequestLost).await;
    world.wait(10);
    let first = world.runs().await;
    assert_eq!((first.lost, first.calls_made), (0, 0));
    world.wait(5);
    let second = world.runs().await;
    assert_eq!((second.lost, second.calls_made), (1, 0));
    let lead = world.lead(0).await;
    assert_eq!((lead.attempts, lead.last_outcome, lead.status), (1, Some(Outcome::LOST), Status::Pending));
    world.wait(5);
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_call_that_turns_up_after_it_was_given_up_takes_the_place_of_its_loss() {
    let world = with_unknown_dial(Reply::RequestLost).await;
    world.wait(10);
    world.runs().await;
    world.wait(5);
    world.runs().await;
    let mut late = world.call(0, "late", "TRANSFERRED");
    late.attempt = Some(world.dials(0)[0].0);
    late.month = Some(builders::month("2025-12"));
    assert_eq!(world.take_in(late).await, Ingested::Applied);
    let lead = world.lead(0).await;
    assert_eq!((lead.attempts, lead.status, lead.outcomes.len()), (1, Status::Completed, 1));
}

#[tokio::test]
async fn while_the_provider_cannot_be_asked_nobody_is_given_up() {
    let world = with_unknown_dial(Reply::RequestLost).await;
    world.dialer.set_deaf(true);
    for _ in 0..5 {
        world.wait(10);
        let summary = world.runs().await;
        assert_eq!((summary.lost, summary.calls_made, summary.errors), (0, 0, 1));
    }
}

#[tokio::test]
async fn a_webhook_that_never_came_is_asked_for() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    World::dialed(&world.runs().await, 1);
    world.dialer.finish(&world.result_of_dial(0, 0, "NO_ANSWER"));
    world.wait(34);
    assert_eq!(world.runs().await.reconciled, 0);
    world.wait(2);
    assert_eq!(world.runs().await.reconciled, 1);
    assert_eq!((world.lead(0).await.attempts, world.line(0).await.hold), (1, None));
}

#[tokio::test]
async fn a_result_waits_on_its_line_while_records_cannot_be_written() {
    let world = World::at(NOON);
    world.ends(1, "c1", "BUSY").await;
    world.blobs.otherwise(|_, _| Fault::Lost);
    assert_eq!(world.ends(1, "c2", "BUSY").await, Ingested::Deferred);
    world.blobs.heal();
    assert_eq!(world.lead(1).await.attempts, 1);
    assert_eq!(world.runs().await.reconciled, 1);
    assert_eq!((world.lead(1).await.attempts, world.line(1).await.inbox), (2, vec![]));
}

#[tokio::test]
async fn a_result_that_cannot_be_made_durable_is_not_accepted() {
    let world = World::at(NOON);
    world.lines.otherwise(|_, _| Fault::Lost);
    assert!(world.try_take_in(world.call(1, "c1", "BUSY")).await.is_err());
    world.lines.heal();
    assert_eq!(world.ends(1, "c1", "BUSY").await, Ingested::Applied);
    assert_eq!(world.lead(1).await.attempts, 1);
}

#[tokio::test]
async fn writes_whose_answers_are_lost_count_a_result_once() {
    let world = World::at(NOON);
    world.blobs.script(Operation::Put, [Fault::AnswerLost, Fault::AnswerLost, Fault::Conflict]);
    world.lines.script(Operation::Put, [Fault::AnswerLost, Fault::AnswerLost, Fault::Conflict]);
    world.ends(1, "c1", "BUSY").await;
    world.ends(1, "c1", "BUSY").await;
    let lead = world.lead(1).await;
    assert_eq!((lead.attempts, lead.history.len()), (1, 1));
}

#[tokio::test]
async fn a_claim_whose_answer_is_lost_is_not_dialed() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    world.lines.script(Operation::Put, [Fault::AnswerLost]);
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, world.dialer.orders().len(), world.line(0).await.hold), (0, 0, None));
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn without_settings_nobody_is_dialed_and_a_process_that_knew_them_still_takes_results() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    world.ingest().rules().await.unwrap();
    world.put_object(redial_queue::store::settings::KEY, "{broken").await;
    world.wait(1);
    World::stopped(&world.runs().await, Stop::StoreUnavailable);
    assert_eq!(world.ends(1, "c1", "BUSY").await, Ingested::Deferred);
    assert_eq!(world.line(1).await.inbox.len(), 1);
}

#[tokio::test]
async fn a_process_that_never_knew_the_settings_judges_nothing_but_hears_a_do_not_call() {
    let world = World::at(NOON);
    world.put_object(redial_queue::store::settings::KEY, "{broken").await;
    let dnc = builders::report(&world.call(1, "c1", "DNC"));
    assert!(world.ingest().receive(dnc).await.is_err(), "the sender sends it again");
    assert!(world.line(1).await.suppressed.is_some());
}

#[tokio::test]
async fn a_do_not_call_of_an_unknown_caller_is_heard_even_when_records_cannot_be_searched() {
    let world = World::at(NOON);
    world.ingest().rules().await.unwrap();
    world.blobs.otherwise(|_, _| Fault::Lost);
    let dnc = CallResult { lead: None, inbound: true, ..world.call(1, "c1", "DNC") };
    assert!(world.try_take_in(dnc).await.is_err(), "the sender shall send it again");
    assert!(world.line(1).await.suppressed.is_some());
}

#[tokio::test]
async fn a_month_object_that_cannot_be_read_is_never_overwritten_and_holds_up_its_own_leads_only() {
    let world = World::at(NOON);
    for (key, body) in [
        ("redial-queue/redial-queue_2025-12.json", r#"{"1_2125550101": {"lead_id""#),
        ("redial-queue/redial-queue_2025-11.json", r#"["foreign"]"#),
    ] {
        world.put_object(key, body).await;
        assert_eq!(world.ends(1, key, "BUSY").await, Ingested::Deferred);
        world.wait(5);
        let summary = world.runs().await;
        assert!(summary.errors > 0);
        assert_eq!(world.blobs.get(key).await.unwrap().unwrap().value, body);
    }
    assert_eq!(world.line(1).await.inbox.len(), 2);
}

#[tokio::test]
async fn a_broken_month_does_not_hold_up_the_leads_of_another() {
    let world = World::at(NOON);
    world.ends(1, "c1", "BUSY").await;
    world.put_object("redial-queue/redial-queue_2025-11.json", "").await;
    world.wait(2);
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.errors), (1, 1));
    assert_eq!(world.answered(1, "NO_ANSWER").await, Ingested::Applied);
    assert_eq!(world.lead(1).await.attempts, 2);
}

#[tokio::test]
async fn a_lead_whose_record_may_be_in_a_broken_month_gets_one_that_is_not_dialed_until_the_month_is_readable() {
    let world = World::at(NOON);
    world.put_object("redial-queue/redial-queue_2025-11.json", "").await;
    assert_eq!(world.ends(1, "c1", "BUSY").await, Ingested::Applied);
    assert_eq!((world.records_of(1).await.len(), world.line(1).await.inbox.len()), (1, 0));
    world.wait(5);
    assert_eq!(world.runs().await.calls_made, 0);
}

#[tokio::test]
async fn a_marker_that_cannot_be_read_holds_up_its_own_month_only() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    let marker = r#"{"v":2,"split":{"id":"a","children":4}}"#;
    world.put_object("redial-queue/redial-queue_2025-11.json", marker).await;
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.errors), (1, 1));
}

#[tokio::test]
async fn the_result_of_a_removed_lead_is_dropped_and_frees_its_line() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    World::dialed(&world.runs().await, 1);
    let phone = builders::phone(0);
    world
        .admin
        .steer(&builders::operator(), &builders::lead_id("0"), &phone, redial_domain::Command::Remove)
        .await
        .unwrap();
    assert_eq!(world.answered(0, "NO_ANSWER").await, Ingested::Ignored(Ignored::RecordGone));
    assert_eq!(world.records_of(0).await.len(), 0);
    assert_eq!((world.line(0).await.hold, world.line(0).await.inbox), (None, vec![]));
    assert_eq!(world.ends(0, "new", "BUSY").await, Ingested::Applied);
}

#[tokio::test]
async fn a_result_of_an_expired_month_is_dropped_without_making_the_month_again() {
    let world = World::at(NOON);
    let mut old = world.call(1, "c1", "BUSY");
    old.month = Some(builders::month("2025-09"));
    assert_eq!(world.take_in(old).await, Ingested::Ignored(Ignored::RecordGone));
    assert_eq!(world.run.stores.records.stored_months().await.unwrap(), []);
    assert_eq!(world.line(1).await.inbox, []);
}

#[tokio::test]
async fn a_run_killed_between_claim_and_answer_leaves_a_line_that_a_later_run_finishes() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    let location = builders::lead_ref(0, "2025-12");
    let hold = builders::hold(builders::attempt(1), location, world.now(), world.now() + TimeDelta::minutes(10));
    world.lines.inner().set(&builders::phone(0), &builders::held_line(hold));
    let mut result = world.call(0, "c1", "VOICEMAIL");
    result.attempt = Some(builders::attempt(1));
    world.dialer.finish(&result);
    World::dialed(&world.runs().await, 0);
    world.wait(10);
    assert_eq!(world.runs().await.reconciled, 1);
    let lead = world.lead(0).await;
    assert_eq!((lead.attempts, lead.history[0].call.clone()), (1, CallId::parse("c1").unwrap()));
}

#[tokio::test]
async fn a_clock_that_is_behind_finds_the_record_of_the_month_that_another_has_begun() {
    let world = World::at("2026-01-01T05:00:01Z");
    assert_eq!(world.ends(1, "c1", "BUSY").await, Ingested::Applied);
    world.set("2026-01-01T04:59:40Z");
    assert_eq!(world.ends(1, "c2", "BUSY").await, Ingested::Applied);
    let mut dialed = world.call(1, "c3", "BUSY");
    dialed.month = Some(builders::month("2026-01"));
    assert_eq!(world.take_in(dialed).await, Ingested::Applied);
    let pause = redial_domain::Command::Pause;
    let steered =
        world.admin.steer(&builders::operator(), &builders::lead_id("1"), &builders::phone(1), pause).await.unwrap();
    assert_eq!(steered, redial_queue::usecase::admin::Steered::Done);
    world.set("2026-01-01T05:00:20Z");
    let lead = world.lead(1).await;
    assert_eq!((lead.attempts, lead.status), (3, Status::Paused));
}

#[tokio::test]
async fn a_line_whose_call_was_settled_without_its_attempt_is_freed_by_asking() {
    let world = with_unknown_dial(Reply::AnswerLost).await;
    let told = world.result_of_dial(0, 0, "BUSY");
    let bare = CallResult { attempt: None, month: None, ..told.clone() };
    assert_eq!(world.take_in(bare).await, Ingested::Applied);
    assert!(world.line(0).await.hold.is_some());
    world.dialer.finish(&told);
    world.wait(10);
    let summary = world.runs().await;
    assert_eq!((summary.reconciled, summary.calls_made), (1, 1));
    assert_eq!((world.lead(0).await.attempts, world.dials(0).len()), (1, 2));
}
