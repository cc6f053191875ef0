//! Whom nobody may call: do-not-calls that only a record has, newest records that cannot be read, hours that end.

use super::post::BLAND_SECRET;
use super::world::{NOON, World};
use redial_domain::builders;
use redial_domain::verdict::GateName;
use redial_domain::{CallResult, Command, Lead, Outcome, Phone, Status, Stop};
use rstest::rstest;

#[tokio::test]
async fn a_do_not_call_in_a_record_of_the_original_ends_every_lead_of_the_number() {
    let world = World::at(NOON);
    let refused = Lead { outcomes: vec![Outcome::DNC], ..builders::lead(1, world.now()) };
    let twin = Lead { phone: builders::phone(1), ..builders::lead(2, world.now()) };
    world.imported(refused, "2025-11").await;
    world.imported(twin, "2025-12").await;
    World::dialed(&world.runs().await, 0);
    assert!(world.line(1).await.suppressed.is_some());
    assert_eq!((world.lead(1).await.status, world.lead(2).await.status), (Status::Completed, Status::Completed));
}

#[tokio::test]
async fn a_do_not_call_in_an_older_record_of_the_same_lead_counts() {
    let world = World::at(NOON);
    world.imported(refused(&world), "2025-11").await;
    world.imported(builders::lead(1, world.now()), "2025-12").await;
    World::dialed(&world.runs().await, 0);
    assert!(world.line(1).await.suppressed.is_some());
}

#[tokio::test]
async fn a_do_not_call_outlives_the_removal_of_its_record() {
    let world = World::at(NOON);
    world.imported(refused(&world), "2025-12").await;
    world
        .admin
        .steer(&builders::operator(), &builders::lead_id("1"), &builders::phone(1), Command::Remove)
        .await
        .unwrap();
    assert!(world.line(1).await.suppressed.is_some());
}

#[tokio::test]
async fn a_do_not_call_outlives_its_month() {
    let world = World::at(NOON);
    world.imported(Lead { status: Status::Completed, ..refused(&world) }, "2025-10").await;
    assert_eq!(world.runs().await.months_deleted, 1);
    assert!(world.line(1).await.suppressed.is_some());
}

#[tokio::test]
async fn an_older_record_is_not_dialed_where_the_newest_cannot_be_understood() {
    let world = World::at(NOON);
    world.imported(builders::lead(1, world.now()), "2025-11").await;
    let newest = r#"{"1_2125550101": {"lead_id": "1", "phone_number": "2125550101", "status": "?"}}"#;
    world.put_object("redial-queue/redial-queue_2025-12.json", newest).await;
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.errors), (0, 1));
}

#[tokio::test]
async fn an_older_record_is_not_dialed_where_the_object_of_the_newest_cannot_be_read() {
    let world = World::at(NOON);
    world.ends(1, "c1", "BUSY").await;
    world.imported(builders::lead(1, world.now()), "2025-11").await;
    break_december(&world);
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.errors), (0, 1));
}

#[tokio::test]
async fn a_call_without_a_lead_is_given_to_nobody_while_its_record_may_be_in_an_object_that_cannot_be_read() {
    let world = World::at(NOON);
    world.ends(1, "c1", "BUSY").await;
    let before = break_december(&world);
    let inbound = CallResult { lead: None, inbound: true, ..world.call(1, "c2", "SALE") };
    assert!(world.try_take_in(inbound.clone()).await.is_err(), "the sender shall send it again");
    world.blobs.inner().set(&before.0, before.1);
    world.take_in(inbound).await;
    assert_eq!(world.lead(1).await.status, Status::Completed);
}

/// Between the decision and the last moment at which the provider may be asked lie up to 20 seconds.
#[rstest]
#[case::in_time("2025-12-18T00:59:30Z", 1)]
#[case::too_late("2025-12-18T00:59:45Z", 0)]
#[tokio::test]
async fn a_lead_whose_hours_end_before_the_dial_could_leave_is_not_dialed(#[case] now: &str, #[case] calls: u32) {
    let world = World::at(now);
    world.due_leads(1).await;
    World::dialed(&world.runs().await, calls);
    assert_eq!(world.line(0).await.hold.is_some(), calls == 1);
}

/// A lead of the original, which did not complete it.
fn refused(world: &World) -> Lead {
    Lead { outcomes: vec![Outcome::DNC], ..builders::lead(1, world.now()) }
}

/// Breaks the object of December; gives its key and what stood there.
fn break_december(world: &World) -> (String, bytes::Bytes) {
    let mut objects = world.blobs.inner().all().into_iter();
    let is_december = |key: &str| key.contains("_2025-12");
    let (key, body) = objects.find(|(key, _)| is_december(key)).unwrap();
    world.blobs.inner().set(&key, "[]");
    (key, body)
}

fn twin(world: &World) -> Lead {
    Lead { phone: builders::phone(1), ..builders::lead(2, world.now()) }
}

/// A do-not-call for one lead of a number, right before the queue is stopped.
#[rstest]
#[case::stopped("running", Stop::Stopped)]
#[case::disabled("enabled", Stop::Disabled)]
#[tokio::test]
async fn every_record_of_a_suppressed_number_is_completed_while_nobody_is_dialed(
    #[case] switch: &'static str,
    #[case] stop: Stop,
) {
    let world = World::with(NOON, &[(switch, "false")]);
    world.imported(twin(&world), "2025-12").await;
    world.ends(1, "c1", "DNC").await;
    assert_eq!(world.lead(2).await.status, Status::Pending);
    World::stopped(&world.runs().await, stop);
    assert_eq!(world.lead(2).await.status, Status::Completed);
    assert_eq!(world.line(1).await.open_until(), None, "there is nothing left to do");
}

#[tokio::test]
async fn a_do_not_call_in_an_uploaded_month_takes_effect_outside_hours() {
    let world = World::at("2025-12-18T04:00:00Z");
    world.imported(refused(&world), "2025-11").await;
    world.imported(Lead { status: Status::Paused, ..twin(&world) }, "2025-12").await;
    World::stopped(&world.runs().await, Stop::OutsideBusinessHours);
    assert!(world.line(1).await.suppressed.is_some());
    assert_eq!((world.lead(1).await.status, world.lead(2).await.status), (Status::Completed, Status::Completed));
}

#[tokio::test]
async fn a_do_not_call_in_a_repeated_result_is_heard() {
    let world = World::at(NOON);
    world.imported(twin(&world), "2025-12").await;
    world.ends(1, "c1", "NO_ANSWER").await;
    world.ends(1, "c1", "DNC").await;
    World::dialed(&world.runs().await, 0);
    assert_eq!((world.lead(1).await.status, world.lead(2).await.status), (Status::Completed, Status::Completed));
}

#[tokio::test]
async fn a_refusal_in_a_second_payload_is_heard_and_changes_nothing_else() {
    let world = World::at(NOON);
    world.ends(1, "c1", "NO_ANSWER").await;
    let before = world.lead(1).await;
    let body = r#"{"call_id": "c1", "to": "+12125550101", "metadata": {"lead_id": "1"}, "corrected_transcript":
        {"corrected": [{"speaker_label": "user", "text": "Please take me off your list."}]}}"#;
    assert_eq!(world.bland_posts(body, BLAND_SECRET).await, 200);
    assert_eq!(world.lead(1).await, before);
    world.wait(10);
    World::dialed(&world.runs().await, 0);
    let after = world.lead(1).await;
    assert_eq!((after.status, after.attempts, after.history), (Status::Completed, 1, before.history));
}

#[tokio::test]
async fn a_do_not_call_without_a_number_belongs_to_the_numbers_of_its_lead() {
    let world = World::at(NOON);
    world.imported(builders::lead(1, world.now()), "2025-12").await;
    let body = r#"{"lead_id": "1", "phone_number": "12", "status": "DNC", "call_log_id": "9"}"#;
    assert_eq!(world.convoso_posts(body).await, 200);
    assert!(world.line(1).await.suppressed.is_some());
}

#[tokio::test]
async fn nobody_dials_a_person_who_was_transferred_a_short_time_ago() {
    let world = World::at(NOON);
    world.imported(twin(&world), "2025-12").await;
    world.ends(1, "c1", "TRANSFERRED").await;
    World::dialed(&world.runs().await, 0);
    check_closed(&world, &builders::phone(1), "2", GateName::TransferQuiet).await;
    world.wait(29);
    World::dialed(&world.runs().await, 0);
    world.wait(1);
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_transfer_that_only_a_record_knows_counts() {
    let world = World::at(NOON);
    let sold = Lead {
        status: Status::Completed,
        last_outcome: Some(Outcome::TRANSFERRED),
        last_call: Some(world.now()),
        ..builders::lead(1, world.now())
    };
    world.imported(sold, "2025-11").await;
    world.imported(twin(&world), "2025-12").await;
    World::dialed(&world.runs().await, 0);
    check_closed(&world, &builders::phone(1), "2", GateName::TransferQuiet).await;
}

/// What `explain` says of a lead that no run dials.
async fn check_closed(world: &World, phone: &Phone, lead: &str, gate: GateName) {
    let explained = world.admin.explain(&builders::lead_id(lead), phone).await.unwrap().unwrap();
    assert_eq!(explained.verdict.first_closed().map(|gate| gate.name), Some(gate));
}
