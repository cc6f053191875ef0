//! The loop: a result comes in, a run dials, the next result comes in.

use super::world::{NOON, World};
use chrono::TimeDelta;
use redial_domain::builders;
use redial_domain::{Actor, CallResult, Outcome, Status, Stop};
use redial_queue::usecase::ingest::Ingest;
use redial_queue::usecase::ingest::{Ignored, Ingested};

#[tokio::test]
async fn a_voicemail_is_redialed_until_the_transfer() {
    let world = World::at(NOON);
    assert_eq!(world.ends(1, "c1", "VOICEMAIL").await, Ingested::Applied);
    let lead = world.lead(1).await;
    assert_eq!((lead.status, lead.attempts), (Status::Pending, 1));
    assert_eq!(lead.next_redial, world.now() + TimeDelta::minutes(2));

    World::dialed(&world.runs().await, 0);
    world.wait(2);
    World::dialed(&world.runs().await, 1);
    let order = world.dialer.orders().remove(0);
    assert_eq!((order.lead.key(), order.lead.month.to_string().as_str()), (lead.key(), "2025-12"));
    assert_eq!((order.profile.first_name.as_str(), order.max_minutes), ("Jane", 30));
    assert_eq!(order.zone, chrono_tz::America::New_York);

    world.wait(1);
    World::dialed(&world.runs().await, 0);
    assert_eq!(world.answered(1, "NO_ANSWER").await, Ingested::Applied);
    assert_eq!((world.lead(1).await.attempts, world.line(1).await.hold), (2, None));

    world.wait(5);
    World::dialed(&world.runs().await, 1);
    assert_eq!(world.answered(1, "TRANSFERRED").await, Ingested::Applied);
    let lead = world.lead(1).await;
    assert_eq!((lead.status, lead.attempts, lead.outcomes.len()), (Status::Completed, 3, 3));
    world.wait(60);
    World::dialed(&world.runs().await, 0);
}

#[tokio::test]
async fn a_callback_is_dialed_at_its_time_and_before_other_leads() {
    let world = World::with(NOON, &[("max_calls_per_run", "1")]);
    world.asks_for(1, "c1", "2025-12-17T21:00:00Z").await;
    world.ends(2, "c2", "BUSY").await;
    world.set("2025-12-17T20:59:00Z");
    world.ends(3, "c3", "BUSY").await;
    world.set("2025-12-17T21:00:00Z");
    let summary = world.runs().await;
    assert_eq!((summary.total_ready, summary.calls_made, summary.stopped_by), (2, 1, Some(Stop::MaxCallsPerRun)));
    assert_eq!(world.dials(1).len(), 1);
    world.answered(1, "NO_ANSWER").await;
    assert_eq!((world.lead(1).await.status, world.lead(1).await.callback), (Status::Pending, None));
}

#[tokio::test]
async fn attempts_end_at_the_limit() {
    let world = World::with(NOON, &[("max_redial_attempts", "3"), ("progressive_intervals", "none")]);
    world.ends(1, "c1", "BUSY").await;
    for _ in 0..2 {
        world.wait(30);
        World::dialed(&world.runs().await, 1);
        world.answered(1, "BUSY").await;
    }
    assert_eq!((world.lead(1).await.status, world.lead(1).await.attempts), (Status::MaxAttempts, 3));
    world.wait(60);
    World::dialed(&world.runs().await, 0);
}

#[tokio::test]
async fn outside_business_hours_results_are_recorded_and_nobody_is_dialed() {
    let world = World::at("2025-12-18T00:59:00Z");
    world.ends(1, "c1", "BUSY").await;
    world.wait(2);
    World::stopped(&world.runs().await, Stop::OutsideBusinessHours);
    world.ends(2, "c2", "BUSY").await;
    assert_eq!(world.lead(2).await.attempts, 1);
    world.set("2025-12-18T15:59:00Z");
    World::stopped(&world.runs().await, Stop::OutsideBusinessHours);
    world.set("2025-12-18T16:00:00Z");
    World::dialed(&world.runs().await, 2);
}

#[tokio::test]
async fn a_lead_of_the_30th_is_dialed_on_the_1st_and_stays_in_its_month() {
    let world = World::at("2025-11-30T23:50:00Z");
    world.ends(1, "c1", "BUSY").await;
    world.set("2025-12-01T16:05:00Z");
    World::dialed(&world.runs().await, 1);
    world.answered(1, "VOICEMAIL").await;
    let records = world.records_of(1).await;
    assert_eq!(records.len(), 1);
    assert_eq!((records[0].0.to_string().as_str(), records[0].1.attempts), ("2025-11", 2));
}

#[tokio::test]
async fn two_first_results_around_midnight_make_one_record() {
    let world = World::at("2025-12-01T04:59:59Z");
    let first = world.call(1, "c1", "BUSY");
    // The first instance stops between the line and the record.
    world.run.stores.settings.policy().await.unwrap();
    world.blobs.otherwise(|_, _| redial_queue::testing::Fault::Lost);
    assert_eq!(world.take_in(first).await, Ingested::Deferred);
    world.blobs.heal();
    world.set("2025-12-01T05:00:01Z");
    let other = world.second_instance(&[]);
    let second = redial_domain::Arrival::Result(world.call(1, "c2", "BUSY"));
    Ingest::new(other.stores, Actor::Webhook).handle(second).await.unwrap();
    world.set("2025-12-01T16:00:00Z");
    world.runs().await;
    let records = world.records_of(1).await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].1.attempts, 2);
}

#[tokio::test]
async fn two_leads_with_one_number_are_never_called_at_once() {
    let world = World::at(NOON);
    for (n, call) in [(1, "c1"), (2, "c2")] {
        let same_phone = CallResult { phone: builders::phone(1), ..world.call(n, call, "BUSY") };
        world.take_in(same_phone).await;
    }
    world.wait(2);
    let summary = world.runs().await;
    assert_eq!((summary.total_ready, summary.calls_made, summary.skipped, summary.deferred), (2, 1, 1, 1));
    let orders = world.dialer.orders();
    assert_eq!(orders.len(), 1);
    let other = if orders[0].lead.id == builders::lead_id("1") { 2 } else { 1 };
    assert_eq!(world.lead(other).await.next_redial, world.now() + TimeDelta::minutes(5));
}

#[tokio::test]
async fn duplicate_and_reordered_results_are_each_counted_once() {
    let world = World::at(NOON);
    let (c1, mut c2) = (world.call(1, "c1", "BUSY"), world.call(1, "c2", "VOICEMAIL"));
    c2.ended_at = world.now() - TimeDelta::minutes(10);
    for (result, expected) in
        [(&c1, Ingested::Applied), (&c2, Ingested::Applied), (&c1, Ingested::Repeat), (&c2, Ingested::Repeat)]
    {
        assert_eq!(world.take_in(result.clone()).await, expected);
    }
    let lead = world.lead(1).await;
    assert_eq!((lead.attempts, lead.last_outcome), (2, Some(Outcome::BUSY)));
    assert_eq!(world.line(1).await.inbox, []);
}

#[tokio::test]
async fn an_inbound_call_belongs_to_the_record_of_its_number_that_was_dialed_last() {
    let world = World::at(NOON);
    world.ends(1, "c1", "BUSY").await;
    world.wait(1);
    let inbound = CallResult { lead: None, inbound: true, ..world.call(1, "c2", "CONFUSED") };
    assert_eq!(world.take_in(inbound).await, Ingested::Applied);
    let lead = world.lead(1).await;
    assert_eq!((lead.attempts, lead.history.len()), (1, 2));
}

#[tokio::test]
async fn a_repeat_of_an_inbound_call_stays_with_its_record_whoever_was_dialed_since() {
    let world = World::at(NOON);
    world.ends(1, "c1", "BUSY").await;
    world.wait(1);
    let inbound = CallResult { lead: None, inbound: true, ..world.call(1, "c2", "CONFUSED") };
    world.take_in(inbound.clone()).await;
    world.wait(1);
    let other = CallResult { lead: Some(builders::lead_id("other")), ..world.call(1, "c3", "BUSY") };
    world.take_in(other).await;
    for days in [0, 2] {
        world.wait(days * 24 * 60);
        assert_eq!(world.take_in(inbound.clone()).await, Ingested::Repeat, "after {days} days");
    }
}

#[tokio::test]
async fn a_call_of_nobody_is_ignored_but_its_do_not_call_is_not() {
    let world = World::at(NOON);
    let nobody = |call, outcome| CallResult { lead: None, inbound: true, ..world.call(1, call, outcome) };
    assert_eq!(world.take_in(nobody("c1", "CONFUSED")).await, Ingested::Ignored(Ignored::NoLead));
    assert_eq!(world.take_in(nobody("c2", "DNC")).await, Ingested::Ignored(Ignored::NoLead));
    world.ends(1, "c3", "BUSY").await;
    assert_eq!(world.lead(1).await.status, Status::Completed);
    world.wait(5);
    World::dialed(&world.runs().await, 0);
}

#[tokio::test]
async fn a_result_that_overtakes_the_answer_of_its_dial_frees_the_line() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    world.dialer.script(&builders::phone(0), [redial_queue::testing::Reply::PlacedAs(super::world::call_id("early"))]);
    let without_attempt = world.call(0, "early", "NO_ANSWER");
    world.take_in(without_attempt).await;
    world.wait(5);
    World::dialed(&world.runs().await, 1);
    assert_eq!(world.line(0).await.hold, None);
}
