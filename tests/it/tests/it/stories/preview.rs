//! What the test of an outcome says is what the webhook then does.

use super::post::{BLAND_SECRET, fixture};
use super::world::World;
use redial_domain::builders::{attempt, lead_ref, phone};
use redial_domain::{CallResult, Lead, LeadRef, Line, Phone, Report, Review, builders};
use redial_providers::{Parsed, bland, convoso};
use redial_queue::ports::LineStore;
use redial_queue::testing::Operation;
use redial_queue::usecase::ingest::{Ingested, Preview, Received};
use rstest::rstest;
use serde_json::{Value, json};

/// A minute after the calls of the recorded payloads have ended.
const LATER: &str = "2025-12-17T19:20:00Z";

fn report(world: &World, provider: &str, payload: &str) -> Option<Report> {
    let parsed = match provider {
        "bland" => bland::parse(payload.as_bytes(), world.now()),
        _ => convoso::parse(payload.as_bytes(), world.now()),
    };
    match parsed.unwrap() {
        Parsed::Report(report) => Some(*report),
        Parsed::NotAResult(_) | Parsed::Unattached(_) => None,
    }
}

async fn posts(world: &World, provider: &str, payload: &str) {
    let status = match provider {
        "bland" => world.bland_posts(payload, BLAND_SECRET).await,
        _ => world.convoso_posts(payload).await,
    };
    assert!((200..300).contains(&status), "{status}");
}

async fn record(world: &World, location: &LeadRef) -> Option<Lead> {
    world.run.stores.records.read(location).await.unwrap()
}

async fn line(world: &World, phone: &Phone) -> Line {
    world.lines.inner().get(phone).await.unwrap().map(|line| line.value).unwrap_or_default()
}

/// Previews a report, and checks that nothing was written.
async fn previewed(world: &World, report: Report) -> Preview {
    let logs = || [world.blobs.log(), world.lines.log(), world.ledger.log()];
    let before = logs().map(|log| log.len());
    let measured = world.meter.readings().len();
    let preview = world.admin.preview(report).await.unwrap();
    for (log, before) in logs().iter().zip(before) {
        let is_write = |(operation, _): &&(Operation, String)| {
            matches!(operation, Operation::Put | Operation::Delete | Operation::Part | Operation::Upload)
        };
        assert_eq!(log[before..].iter().find(is_write), None);
    }
    assert_eq!(world.meter.readings().len(), measured, "a metric was recorded");
    preview
}

/// A payload does what its preview says. After a do-not-call outside of a result a run completes the record.
async fn does_as_said(world: &World, provider: &str, payload: &str) {
    let Some(report) = report(world, provider, payload) else { return };
    let preview = previewed(world, report).await;
    posts(world, provider, payload).await;
    for number in &preview.numbers {
        let line = line(world, &number.phone).await;
        let reason = |line: &Line| line.suppressed.as_ref().map(|suppression| suppression.reason.clone());
        assert_eq!(reason(&line), reason(&number.after), "{payload}");
        assert_eq!(line.review, number.after.review, "{payload}");
        assert_eq!(
            (&line.calls, &line.hold, &line.inbox),
            (&number.after.calls, &number.after.hold, &number.after.inbox)
        );
        assert_eq!((&line.agent_calls, line.transferred_at), (&number.after.agent_calls, number.after.transferred_at));
    }
    if preview.numbers.iter().any(|number| number.after.suppressed.is_some() && number.before.suppressed.is_none()) {
        world.runs().await;
    }
    if let Some(lead) = preview.lead {
        let location = LeadRef { month: lead.month, id: lead.after.id.clone(), phone: lead.after.phone.clone() };
        assert_eq!(record(world, &location).await, Some(lead.after), "{payload}");
    }
}

#[rstest]
#[case("bland/busy")]
#[case("bland/callback_local_time_without_zone")]
#[case("bland/callback_with_time")]
#[case("bland/confused_human_hangup")]
#[case("bland/delayed_second_payload")]
#[case("bland/dnc_by_user")]
#[case("bland/failed_number_not_found")]
#[case("bland/inbound_call_back")]
#[case("bland/streaming_event")]
#[case("bland/transferred_merged")]
#[case("bland/unknown_lead")]
#[case("bland/voicemail")]
#[case("convoso/call_result_no_answer")]
#[case("convoso/call_result_sale")]
#[case("convoso/new_lead")]
#[tokio::test]
async fn a_recorded_payload_does_what_its_test_said(#[case] name: &str) {
    let (provider, _) = name.split_once('/').unwrap();
    let payload = fixture(&format!("{name}.json"));
    let world = World::at(LATER);
    does_as_said(&world, provider, &payload).await;
    // Of a call that is known the second payload is a repeat.
    does_as_said(&world, provider, &payload).await;
}

/// A call of lead 1 that has ended, with these fields instead.
fn call(fields: Value) -> String {
    let mut call = json!({
        "call_id": "c9", "to": "+12125550101", "status": "completed", "completed": true, "answered_by": "human",
        "metadata": {"lead_id": "1"},
    });
    call.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    call.to_string()
}

fn says(words: &str) -> Value {
    json!({"transcripts": [{"user": "user", "text": words}]})
}

#[rstest]
#[case::busy(call(json!({"status": "busy", "answered_by": null})))]
#[case::certain(call(says("stop calling me")))]
#[case::possible(call(says("you keep calling me")))]
#[case::callback(call(json!({"variables": {"callback_time": "2025-12-18T15:00:00Z"}})))]
#[case::unusable_callback(call(json!({"variables": {"callback_time": "soon"}})))]
#[case::without_a_lead(call(json!({"metadata": null, "status": "busy"})))]
#[case::a_repeat_that_refuses(call(json!({"call_id": "c1", "transcripts": [{"user": "user", "text": "stop calling me"}]})))]
#[case::a_repeat_in_doubt(call(json!({"call_id": "c1", "transcripts": [{"user": "user", "text": "you keep calling me"}]})))]
#[case::later_words(call(json!({"status": null, "completed": null, "answered_by": null, "call_id": "c1",
    "concatenated_transcript": "user: stop calling me"})))]
#[case::later_doubt(call(json!({"status": null, "completed": null, "answered_by": null, "call_id": "c1",
    "concatenated_transcript": "user: you keep calling me"})))]
#[case::of_our_dial(call(json!({"metadata": {"lead_id": "1", "attempt_id": attempt(1).to_string()}, "status": "busy"})))]
#[case::without_a_number(call(json!({"to": "911", "transcripts": [{"user": "user", "text": "stop calling me"}]})))]
#[tokio::test]
async fn a_payload_does_what_its_test_said_for_a_lead_that_was_called_before(#[case] payload: String) {
    let world = World::at(LATER);
    world.ends(1, "c1", "BUSY").await;
    world.wait(10);
    does_as_said(&world, "bland", &payload).await;
}

#[rstest]
#[case("NI", "77")]
#[case("SALE", "77")]
#[case("DNC", "77")]
#[case("INCALL", "78")]
#[case("INCALL", "77")]
#[case("NEW", "")]
#[tokio::test]
async fn a_disposition_does_what_its_test_said(#[case] status: &str, #[case] call: &str) {
    let payload =
        |status: &str, call: &str| format!("lead_id=1&phone_number=2125550101&status={status}&call_log_id={call}");
    let world = World::at(LATER);
    posts(&world, "convoso", &payload("NA", "77")).await;
    world.wait(10);
    // A disposition of a call that is known corrects the first.
    does_as_said(&world, "convoso", &payload(status, call)).await;
}

#[tokio::test]
async fn a_result_for_a_held_line_frees_it_in_the_preview_and_not_on_the_line() {
    let world = World::at(LATER);
    world.imported(builders::lead(1, world.now()), &world.month()).await;
    let hold = builders::hold(attempt(1), lead_ref(1, "2025-12"), world.now(), world.now());
    world.lines.inner().set(&phone(1), &builders::held_line(hold));
    let result = CallResult { attempt: Some(attempt(1)), ..world.call(1, "c1", "BUSY") };
    let preview = previewed(&world, builders::report(&result)).await;
    assert!(matches!(preview.received, Received::Result(_, Ingested::Applied)), "{:?}", preview.received);
    assert!(preview.numbers[0].before.hold.is_some() && preview.numbers[0].after.hold.is_none());
    assert!(world.line(1).await.hold.is_some());
}

#[tokio::test]
async fn a_dismissed_doubt_is_not_raised_again() {
    let world = World::at(LATER);
    let dismissed = Lead { dismissed: Some(builders::call_id("c1")), ..builders::lead(1, world.now()) };
    world.imported(dismissed, &world.month()).await;
    let later = call(json!({"status": null, "completed": null, "answered_by": null, "call_id": "c1",
        "concatenated_transcript": "user: you keep calling me"}));
    let preview = previewed(&world, report(&world, "bland", &later).unwrap()).await;
    assert_eq!(preview.numbers[0].after.review, None::<Review>);
    does_as_said(&world, "bland", &later).await;
}
