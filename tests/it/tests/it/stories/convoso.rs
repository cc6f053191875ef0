//! Convoso's agents at work: their calls hold a number, and they correct their dispositions.

use super::world::{NOON, World};
use redial_domain::builders;
use redial_domain::{Arrival, CallResult, Command, Outcome, Source, Status};
use redial_queue::store::cas::Known;
use redial_queue::store::records;
use redial_queue::testing::{Fault, Operation};
use redial_queue::usecase::ingest::{Ignored, Ingested};

const IN_CALL: &str = r#"{"lead_id": "1", "phone_number": "2125550101", "status": "INCALL", "call_log_id": "7"}"#;

/// A disposition of Convoso's call 7 with lead 1, as it comes now.
fn disposition(world: &World, outcome: &str) -> CallResult {
    CallResult { source: Source::Convoso, ..world.call(1, "convoso:7", outcome) }
}

async fn takes(world: &World, outcome: &str) -> Ingested {
    world.take_in(disposition(world, outcome)).await
}

fn without_records(world: &World) {
    world.blobs.otherwise(|operation, key| {
        let fails = operation == Operation::Put && key.starts_with(records::PREFIX);
        if fails { Fault::Lost } else { Fault::None }
    });
}

#[tokio::test]
async fn the_result_of_an_agents_call_frees_the_number() {
    let world = World::at(NOON);
    world.imported(builders::lead(1, world.now()), &world.month()).await;
    assert_eq!(world.convoso_posts(IN_CALL).await, 200);
    World::dialed(&world.runs().await, 0);
    world.wait(5);
    assert_eq!(takes(&world, "NO_ANSWER").await, Ingested::Applied);
    assert_eq!(world.line(1).await.recent_calls(world.now()).len(), 1, "the hold and the result are one call");
    world.wait(10);
    World::dialed(&world.runs().await, 1);
    assert_eq!(world.lead(1).await.attempts, 1);
}

#[tokio::test]
async fn another_call_does_not_free_a_number_that_an_agent_holds() {
    let world = World::at(NOON);
    world.convoso_posts(IN_CALL).await;
    let other = CallResult { source: Source::Convoso, ..world.call(1, "convoso:6", "BUSY") };
    world.take_in(other).await;
    world.ends(1, "of-bland", "BUSY").await;
    assert!(world.line(1).await.on_call_until(world.now()).is_some());
}

#[tokio::test]
async fn each_of_two_calls_holds_the_number_until_its_own_result() {
    let world = World::at(NOON);
    let other = IN_CALL.replace("\"7\"", "\"6\"");
    for body in [IN_CALL, &other, IN_CALL] {
        assert_eq!(world.convoso_posts(body).await, 200);
    }
    takes(&world, "BUSY").await;
    assert!(world.line(1).await.on_call_until(world.now()).is_some(), "the other call goes on");
    assert_eq!(world.convoso_posts(IN_CALL).await, 200);
    world.take_in(CallResult { source: Source::Convoso, ..world.call(1, "convoso:6", "BUSY") }).await;
    assert!(world.line(1).await.on_call_until(world.now()).is_none(), "a report of a call that is over holds nothing");
}

#[tokio::test]
async fn a_call_whose_result_found_no_lead_is_over() {
    let world = World::at(NOON);
    let result = CallResult { lead: None, source: Source::Convoso, ..world.call(1, "convoso:7", "BUSY") };
    assert_eq!(world.take_in(result).await, Ingested::Ignored(Ignored::NoLead));
    assert_eq!(world.convoso_posts(IN_CALL).await, 200);
    assert!(world.line(1).await.on_call_until(world.now()).is_none());
}

#[tokio::test]
async fn a_call_without_an_id_holds_the_number_until_any_result_of_convoso() {
    let world = World::at(NOON);
    let body = r#"{"lead_id": "1", "phone_number": "2125550101", "status": "PU"}"#;
    assert_eq!(world.convoso_posts(body).await, 200);
    world.ends(1, "of-bland", "BUSY").await;
    assert!(world.line(1).await.on_call_until(world.now()).is_some());
    takes(&world, "BUSY").await;
    assert!(world.line(1).await.on_call_until(world.now()).is_none());
}

#[tokio::test]
async fn a_report_of_a_call_that_is_over_holds_nothing() {
    let world = World::at(NOON);
    takes(&world, "BUSY").await;
    assert_eq!(world.convoso_posts(IN_CALL).await, 200);
    assert!(world.line(1).await.on_call_until(world.now()).is_none());
}

#[tokio::test]
async fn a_hold_whose_result_never_comes_ends_by_its_setting() {
    let world = World::with(NOON, &[("convoso_call_hold_minutes", "12")]);
    world.imported(builders::lead(1, world.now()), &world.month()).await;
    world.convoso_posts(IN_CALL).await;
    world.wait(11);
    World::dialed(&world.runs().await, 0);
    world.wait(10);
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_repeat_is_a_repeat_and_a_correction_is_applied() {
    let world = World::at(NOON);
    for (outcome, expected) in [
        ("NO_ANSWER", Ingested::Applied),
        ("NO_ANSWER", Ingested::Repeat),
        ("SALE", Ingested::Applied),
        ("SALE", Ingested::Repeat),
        ("NO_ANSWER", Ingested::Applied),
    ] {
        world.wait(1);
        assert_eq!(takes(&world, outcome).await, expected, "{outcome}");
    }
    let lead = world.lead(1).await;
    assert_eq!((lead.attempts, lead.outcomes, lead.status), (1, vec![Outcome::NO_ANSWER], Status::Pending));
}

#[tokio::test]
async fn a_correction_replaces_a_result_that_waits_on_its_line() {
    let world = World::at(NOON);
    without_records(&world);
    assert_eq!(takes(&world, "NO_ANSWER").await, Ingested::Deferred);
    assert_eq!(takes(&world, "SALE").await, Ingested::Deferred);
    world.blobs.heal();
    world.runs().await;
    let lead = world.lead(1).await;
    assert_eq!((lead.attempts, lead.outcomes, lead.status), (1, vec![Outcome::SALE], Status::Completed));
}

#[tokio::test]
async fn a_correction_of_a_result_that_a_run_brought_in_is_applied() {
    let world = World::at(NOON);
    without_records(&world);
    takes(&world, "SALE").await;
    world.blobs.heal();
    world.runs().await;
    assert_eq!(takes(&world, "BUSY").await, Ingested::Applied);
    assert_eq!((world.lead(1).await.status, world.lead(1).await.attempts), (Status::Pending, 1));
}

#[tokio::test]
async fn of_two_dispositions_that_arrive_at_once_the_one_that_the_line_takes_last_counts() {
    let world = World::at(NOON);
    let (first, second) = (disposition(&world, "NOT_INTERESTED"), disposition(&world, "SALE"));
    let mut lines = Vec::new();
    // Both are durable before either is in a record, and the records are written in the wrong order.
    for result in [first, second] {
        let arrival = Arrival::Result(result);
        let taken = world.run.stores.lines.update_known(arrival.phone(), Known::Nothing, |line| {
            line.accept(arrival.clone(), world.now());
        });
        lines.push(taken.await.unwrap().1);
    }
    let [first, second] = [lines.remove(0), lines.remove(0)].map(|line| vec![(builders::phone(1), line)]);
    world.ingest().finish(second, None).await;
    world.ingest().finish(first, None).await;
    let lead = world.lead(1).await;
    assert_eq!((lead.attempts, lead.outcomes), (1, vec![Outcome::SALE]));
    assert!(world.line(1).await.inbox.is_empty());
}

#[tokio::test]
async fn a_result_that_was_replaced_on_its_line_does_not_take_the_correction_with_it() {
    let world = World::at(NOON);
    let arrival = Arrival::Result(disposition(&world, "NOT_INTERESTED"));
    let mut line = redial_domain::Line::default();
    line.accept(arrival.clone(), world.now());
    line.accept(Arrival::Result(disposition(&world, "SALE")), world.now());
    line.resolve(&arrival);
    assert_eq!(line.inbox.len(), 1);
}

#[tokio::test]
async fn a_correction_does_not_bring_a_removed_lead_back() {
    let world = World::at(NOON);
    takes(&world, "NO_ANSWER").await;
    let (id, phone) = (builders::lead_id("1"), builders::phone(1));
    world.admin.steer(&builders::operator(), &id, &phone, Command::Remove).await.unwrap();
    assert_eq!(takes(&world, "BUSY").await, Ingested::Ignored(Ignored::RecordGone));
    assert!(world.records_of(1).await.is_empty());
}

#[tokio::test]
async fn another_outcome_of_a_call_of_bland_stays_a_repeat() {
    let world = World::at(NOON);
    world.ends(1, "c1", "NO_ANSWER").await;
    assert_eq!(world.ends(1, "c1", "SALE").await, Ingested::Repeat);
    assert_eq!(world.lead(1).await.status, Status::Pending);
}
