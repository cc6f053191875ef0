//! A callback that an operator was asked for.

use crate::world::{READ, World};
use redial_domain::builders::{call_id, phone};
use redial_domain::{Lead, Line, Outcome, Review, Source, Status};
use redial_queue::ports::Clock;
use redial_queue::testing::{Fault, Operation};
use rstest::rstest;
use serde_json::{Value, json};

const CALLBACK: &str = "/lead/1/callback?phone=2125550101";
/// Tomorrow, 10:00 in New York.
const AT: &str = "2025-12-18T15:00:00Z";

async fn record(world: &World) -> Value {
    world.get("/records?lead_id=1").await.body["records"][0].clone()
}

#[rstest]
#[case::waits(Status::Pending)]
#[case::paused_by_an_operator(Status::Paused)]
#[case::without_attempts(Status::MaxAttempts)]
#[tokio::test]
async fn a_lead_waits_for_the_time_that_the_operator_gives(#[case] status: Status) {
    let world = World::new();
    world.has(Lead { status, ..world.due(1) }).await;
    let answer = world.post(&format!("{CALLBACK}&at=2025-12-18T10:00:00-05:00")).await;
    answer.check(200, json!({"success": true, "message": "Callback scheduled"}));
    let record = record(&world).await;
    assert_eq!((&record["status"], &record["next_redial_iso"]), (&json!("rescheduled"), &json!(AT)));
    assert_eq!(record["scheduled_callback_time"], record["operator_callback_time"]);
    assert_eq!(record["operator_callback_set_at"], world.clock.now().timestamp_millis());
    let entry = world.entries().pop().unwrap();
    let recorded = ["kind", "command", "outcome", "callback_at", "by", "lead"].map(|name| entry[name].clone());
    assert_eq!(json!(recorded), json!(["steered", "callback", "given", "2025-12-18T15:00:00.000Z", "ops", "1"]));
    world.post(&format!("{CALLBACK}&at={AT}")).await.check(200, json!({"success": true}));
}

#[tokio::test]
async fn an_offset_may_be_escaped_and_milliseconds_are_kept() {
    let world = World::new();
    world.has(world.due(1)).await;
    world.post(&format!("{CALLBACK}&at=2025-12-18T16:00:00.1239%2B01:00")).await.check(200, json!({"success": true}));
    assert_eq!(record(&world).await["next_redial_iso"], "2025-12-18T15:00:00.123Z");
}

#[rstest]
#[case("", "at is missing")]
#[case("&at=", "at is missing")]
#[case("&at=tomorrow", "a time with its offset")]
#[case("&at=2025-12-18T10:00:00", "a time with its offset")]
#[case("&at=2025-12-18", "a time with its offset")]
#[case("&at=1766070000000", "a time with its offset")]
#[case("&at=2025-12-18T16:00:00+01:00", "write a + as %2B")]
#[case("&at=2025-12-17T19:00:00Z", "it is not in the future; send a later time")]
#[case("&at=2025-12-17T18:59:59Z", "it is not in the future")]
#[case("&at=2026-03-17T19:00:00.001Z", "more than 90 days ahead; send an earlier time")]
#[tokio::test]
async fn a_time_that_no_callback_can_have_is_rejected(#[case] at: &str, #[case] said: &str) {
    let world = World::new();
    world.has(world.due(1)).await;
    world.post(&format!("{CALLBACK}{at}")).await.check_refused(400, Some("at"), said);
    assert_eq!((record(&world).await["status"].clone(), world.entries().len()), (json!("pending"), 0));
}

#[rstest]
#[case("2025-12-17T19:00:00.001Z")]
#[case("2026-03-17T19:00:00Z")]
#[tokio::test]
async fn the_next_moment_and_the_last_one_can_be_given(#[case] at: &str) {
    let world = World::new();
    world.has(world.due(1)).await;
    world.post(&format!("{CALLBACK}&at={at}")).await.check(200, json!({"success": true}));
}

#[tokio::test]
async fn a_lead_is_found_by_id_and_phone_number_only() {
    let world = World::new();
    world.has(world.due(2)).await;
    let ask = async |query: &str| world.post(&format!("/lead/1/callback?at={AT}{query}")).await;
    ask("").await.check_refused(400, Some("phone"), "missing");
    ask("&phone=911").await.check_refused(400, Some("phone"), "3 digits");
    ask("&phone=2125550101&time=x").await.check_refused(400, Some("time"), "allowed: phone, lead_id, at");
    let unknown = ask("&phone=2125550102").await;
    unknown.check(200, json!({"success": false, "message": "Lead not found in the redial queue"}));
    assert_eq!(world.entries().len(), 0);
    let other = world.post(&format!("/lead/-/callback?lead_id=2&phone=2125550102&at={AT}")).await;
    other.check(200, json!({"success": true}));
}

fn review(world: &World) -> Review {
    Review { call: call_id("c1"), words: "not at work".to_owned(), since: world.clock.now() }
}

#[tokio::test]
async fn a_completed_lead_gets_no_callback() {
    let world = World::new();
    world.has(Lead { status: Status::Completed, ..world.due(1) }).await;
    let answer = world.post(&format!("{CALLBACK}&at={AT}")).await;
    answer.check(200, json!({"success": false, "message": "The lead is completed, which does not allow this"}));
    assert_eq!(record(&world).await["status"], "completed");
}

#[rstest]
#[case::the_number_is_suppressed(None)]
#[case::its_own_record_forbids_it(Some(1))]
#[case::another_record_of_the_number_does(Some(2))]
#[tokio::test]
async fn a_lead_that_must_not_be_called_gets_no_callback(#[case] forbidden: Option<u32>) {
    let world = World::new();
    let forbid = |n: u32| if forbidden == Some(n) { vec![Outcome::DNC] } else { Vec::new() };
    world.has(Lead { outcomes: forbid(1), ..world.due(1) }).await;
    world.has(Lead { outcomes: forbid(2), phone: phone(1), ..world.due(2) }).await;
    if forbidden.is_none() {
        let mut line = Line::default();
        line.suppress(&Outcome::DNC, Source::Bland, world.clock.now());
        world.has_line(1, &line).await;
    }
    let answer = world.post(&format!("{CALLBACK}&at={AT}")).await;
    answer.check(200, json!({"success": false}));
    assert!(answer.body["message"].as_str().unwrap().contains("suppressed"), "{}", answer.text);
    assert_eq!(record(&world).await["status"], "pending");
}

#[rstest]
#[case::in_the_record(true)]
#[case::on_the_line(false)]
#[tokio::test]
async fn a_lead_that_waits_for_a_decision_is_not_opened(#[case] in_record: bool) {
    let world = World::new();
    let own = Some(review(&world)).filter(|_| in_record);
    world.has(Lead { status: Status::Paused, review: own, ..world.due(1) }).await;
    if !in_record {
        world.has_line(1, &Line { review: Some(review(&world)), ..Line::default() }).await;
    }
    let answer = world.post(&format!("{CALLBACK}&at={AT}")).await;
    let message = "A possible do-not-call waits for a decision. Use confirm-do-not-call or dismiss-do-not-call";
    answer.check(200, json!({"success": false, "message": message}));
    assert_eq!(record(&world).await["status"], "paused");
}

#[tokio::test]
async fn a_callback_that_cannot_be_recorded_is_not_made() {
    let world = World::new();
    world.has(world.due(1)).await;
    world.ledger.otherwise(|operation, _| if operation == Operation::Put { Fault::Lost } else { Fault::None });
    world.post(&format!("{CALLBACK}&at={AT}")).await.check_refused(503, None, "retry");
    assert_eq!(record(&world).await["status"], "pending");
}

#[tokio::test]
async fn a_key_that_may_only_read_schedules_nothing() {
    let world = World::new();
    world.has(world.due(1)).await;
    let answer = world.ask("POST", &format!("{CALLBACK}&at={AT}"), Some(READ)).await;
    answer.check_refused(403, None, "may only read");
}
