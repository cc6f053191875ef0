use std::{collections::BTreeSet, fs, path::Path};

use chrono::{DateTime, TimeDelta, Utc};
use redial_fakes::fake_bland::{Answer, Outcome, Payload, SIGNATURE_HEADER, Settings, signature};
use rstest::rstest;
use serde_json::{Value, json};

use super::{JOHN, SECRET, Stage, ending_in, ms};

#[tokio::test]
async fn a_webhook_is_signed_over_its_raw_body() {
    let stage = Stage::new(ending_in(Outcome::Voicemail)).await;
    stage.dial_to_the_end(JOHN).await;
    let webhooks = stage.webhooks().await;
    let sent = webhooks[0].headers[SIGNATURE_HEADER].to_str().unwrap();
    assert_eq!(sent, signature(SECRET, &webhooks[0].body));
    assert_eq!(webhooks[0].headers["content-type"], "application/json");
}

#[test]
fn the_signature_is_that_of_the_standard() {
    // RFC 4231, test case 2.
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(signature("Jefe", b"what do ya want for nothing?"), expected);
}

#[tokio::test]
async fn without_a_secret_there_is_no_signature() {
    let stage = Stage::new(Settings { webhook_secret: None, ..ending_in(Outcome::Voicemail) }).await;
    stage.dial_to_the_end(JOHN).await;
    assert!(!stage.webhooks().await[0].headers.contains_key(SIGNATURE_HEADER));
}

#[rstest]
#[case(Outcome::Voicemail, "voicemail")]
#[case(Outcome::NoAnswer, "no_answer")]
#[case(Outcome::Busy, "busy")]
#[case(Outcome::Failed, "failed_transient")]
#[case(Outcome::BadNumber, "failed_number_not_found")]
#[case(Outcome::NotPickedUp, "no_answer_null_answered_by")]
#[case(Outcome::Confused, "confused_human_hangup")]
#[case(Outcome::NotInterested, "not_interested_string_tags")]
#[case(Outcome::Callback, "callback_with_time")]
#[case(Outcome::Transferred, "transferred_merged")]
#[case(Outcome::TransferTagOnly, "transfer_tag_without_transfer")]
#[case(Outcome::Dnc, "dnc_by_user")]
#[tokio::test]
async fn a_result_looks_like_the_recorded_one(#[case] outcome: Outcome, #[case] fixture: &str) {
    let recorded = recorded(fixture);
    let stage = Stage::new(ending_in(outcome)).await;
    let mut call = stage.call_to(recorded["to"].as_str().unwrap());
    for field in ["metadata", "request_data", "from", "pathway_id", "pathway_version", "record"] {
        call[field] = recorded[field].clone();
    }
    stage.post("/v1/calls", &call).await.unwrap();
    stage.bland.settled().await;

    let result = &stage.webhook_bodies().await[0];
    assert_eq!(fields(result), fields(&recorded));
    for field in SAME {
        assert_eq!(result[field], recorded[field], "{field}");
    }
    for field in ["started_at", "end_at", "transferred_at"] {
        assert_eq!(result[field].is_null(), recorded[field].is_null(), "{field}");
    }
    assert_eq!(result["variables"]["callback_requested"], recorded["variables"]["callback_requested"]);
    let minutes = result["call_length"].as_f64().unwrap();
    assert!((minutes - recorded["call_length"].as_f64().unwrap()).abs() < 0.02, "call_length is in minutes");
    let speakers = |body: &Value| {
        let turns = body["transcripts"].as_array().unwrap().iter();
        turns.map(|turn| turn["user"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(speakers(result), speakers(&recorded));
}

const SAME: [&str; 24] = [
    "batch_id",
    "to",
    "from",
    "inbound",
    "request_data",
    "metadata",
    "completed",
    "status",
    "queue_status",
    "error_message",
    "answered_by",
    "call_ended_by",
    "corrected_duration",
    "max_duration",
    "record",
    "language",
    "pathway_id",
    "pathway_version",
    "pathway_tags",
    "disposition_tag",
    "citations",
    "transferred_to",
    "warm_transfer_call",
    "warm_transfer_calls",
];

#[tokio::test]
async fn a_sale_is_told_by_its_disposition() {
    let stage = Stage::new(ending_in(Outcome::Sale)).await;
    stage.dial_to_the_end(JOHN).await;
    let result = &stage.webhook_bodies().await[0];
    assert_eq!((&result["disposition_tag"], &result["warm_transfer_call"]), (&json!("SALE"), &Value::Null));
}

#[tokio::test]
async fn somebody_who_wants_it_is_called_back_after_the_set_time() {
    let stage = Stage::new(Settings { callback_in: TimeDelta::days(2), ..ending_in(Outcome::Callback) }).await;
    stage.dial_to_the_end(JOHN).await;
    let result = &stage.webhook_bodies().await[0];
    let time = |field: &Value| field.as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    assert_eq!(time(&result["variables"]["callback_time"]) - time(&result["end_at"]), TimeDelta::days(2));
}

#[tokio::test]
async fn the_second_payload_follows_and_tells_no_outcome() {
    let settings = Settings { second_payload_after: Some(ms(10)), ..ending_in(Outcome::Transferred) };
    let stage = Stage::new(settings).await;
    stage.dial_to_the_end(JOHN).await;
    let bodies = stage.webhook_bodies().await;
    assert_eq!(bodies.len(), 2);
    assert_eq!(fields(&bodies[1]), fields(&recorded("delayed_second_payload")));
    assert_eq!(bodies[1]["call_id"], bodies[0]["call_id"]);
    assert_eq!(bodies[1]["metadata"], bodies[0]["metadata"]);
    let payloads = stage.bland.calls()[0].webhooks.iter().map(|delivery| delivery.payload).collect::<Vec<_>>();
    assert_eq!(payloads, [Payload::Result, Payload::SecondPayload]);
}

#[rstest]
#[case::taken(200, 1)]
#[case::refused(400, 3)]
#[case::broken(503, 3)]
#[tokio::test]
async fn a_webhook_is_repeated_until_it_is_taken(#[case] status: u16, #[case] posts: usize) {
    let settings = Settings { webhook_retries: 2, webhook_retry_pause: ms(5), ..ending_in(Outcome::Busy) };
    let stage = Stage::with_deaf_receiver(settings).await;
    stage.receiver_answers(status).await;
    stage.dial_to_the_end(JOHN).await;
    assert_eq!(stage.webhooks().await.len(), posts);
    let call = &stage.bland.calls()[0];
    let attempts = call.webhooks.iter().map(|delivery| delivery.attempt as usize).collect::<Vec<_>>();
    assert_eq!(attempts, (1..=posts).collect::<Vec<_>>());
    assert_eq!(call.webhooks[0].answer, Answer::Answered { status, body: String::new() });
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_noted_as_unreachable() {
    let stage = Stage::new(Settings { webhook_retries: 0, ..ending_in(Outcome::Busy) }).await;
    let mut call = stage.call_to(JOHN);
    call["webhook"] = json!("http://127.0.0.1:1/webhook");
    stage.post("/v1/calls", &call).await.unwrap();
    stage.bland.settled().await;
    let answer = &stage.bland.calls()[0].webhooks[0].answer;
    assert!(matches!(answer, Answer::Unreachable { .. }), "{answer:?}");
}

#[tokio::test]
async fn a_call_without_a_webhook_just_ends() {
    let stage = Stage::new(ending_in(Outcome::Busy)).await;
    stage.post("/v1/calls", &json!({ "phone_number": JOHN, "task": "Say hello." })).await.unwrap();
    stage.bland.settled().await;
    let call = &stage.bland.calls()[0];
    assert!(!call.is_live() && call.webhooks.is_empty());
}

fn recorded(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../fixtures/bland/{name}.json"));
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn fields(body: &Value) -> BTreeSet<&String> {
    body.as_object().unwrap().keys().collect()
}
