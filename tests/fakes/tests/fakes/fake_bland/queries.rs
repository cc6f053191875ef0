use chrono::{DateTime, TimeDelta, Utc};
use redial_fakes::fake_bland::{FaultRule, Mix, Outcome, Payload, Settings, State, WebhookFault};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use super::{JANE, JOHN, Stage, ending_in, ringing_on};

#[rstest]
#[case(Method::GET, "/v1/calls")]
#[case(Method::GET, "/v1/calls/active")]
#[case(Method::GET, "/v1/calls/dd84d804-2b61-474a-b79f-3afbbe5affce")]
#[case(Method::POST, "/v1/calls/dd84d804-2b61-474a-b79f-3afbbe5affce/stop")]
#[case(Method::POST, "/v1/postcall/webhooks/resend")]
#[tokio::test]
async fn nothing_is_told_without_the_key(#[case] method: Method, #[case] path: &str) {
    let stage = Stage::new(Settings::default()).await;
    let url = format!("{}{path}", stage.bland.base_url());
    let response = stage.http.request(method, url).json(&json!({ "call_ids": [] })).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(response.json::<Value>().await.unwrap()["status"], "error");
}

#[tokio::test]
async fn a_finished_call_reads_like_its_webhook() {
    let stage = Stage::new(ending_in(Outcome::Transferred)).await;
    let call_id = stage.dial_to_the_end(JOHN).await;
    let (status, body) = stage.get(&format!("/v1/calls/{call_id}"), &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body, stage.webhook_bodies().await[0]);
}

#[tokio::test]
async fn a_live_call_echoes_its_metadata_and_tells_no_outcome() {
    let stage = Stage::new(Settings { outcomes: Mix::only(Outcome::Sale), ..ringing_on() }).await;
    let call_id = stage.dial(JOHN).await;
    let (_, body) = stage.get(&format!("/v1/calls/{call_id}"), &[]).await;
    assert_eq!(body["metadata"], stage.call_to(JOHN)["metadata"]);
    assert_eq!(body["completed"], false);
    for field in ["status", "answered_by", "end_at", "disposition_tag", "corrected_duration"] {
        assert_eq!(body[field], Value::Null, "{field}");
    }
}

#[rstest]
#[case::unknown("dd84d804-2b61-474a-b79f-3afbbe5affce")]
#[case::no_uuid("nonsense")]
#[tokio::test]
async fn an_unknown_call_is_not_found(#[case] call_id: &str) {
    let stage = Stage::new(Settings::default()).await;
    assert_eq!(stage.get(&format!("/v1/calls/{call_id}"), &[]).await.0, StatusCode::NOT_FOUND);
    let stopped = stage.post(&format!("/v1/calls/{call_id}/stop"), &Value::Null).await.unwrap();
    assert_eq!(stopped.status(), StatusCode::NOT_FOUND);
    let resent = stage.post("/v1/postcall/webhooks/resend", &json!({ "call_ids": [call_id] })).await.unwrap();
    assert_eq!(resent.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_listing_is_newest_first_and_without_metadata() {
    let stage = Stage::new(ending_in(Outcome::Voicemail)).await;
    let first = stage.dial_to_the_end(JOHN).await;
    let second = stage.dial_to_the_end(JANE).await;
    let (_, body) = stage.get("/v1/calls", &[]).await;
    assert_eq!(ids(&body), [second, first]);
    let row = body["calls"][0].as_object().unwrap();
    for field in ["call_id", "created_at", "to", "from", "completed", "queue_status", "error_message", "answered_by"] {
        assert!(row.contains_key(field), "{field}");
    }
    assert!(!row.contains_key("metadata") && !row.contains_key("request_data"));
}

#[tokio::test]
async fn a_listing_is_of_one_number_and_of_a_limited_length() {
    let stage = Stage::new(ringing_on()).await;
    stage.dial(JOHN).await;
    stage.dial(JANE).await;
    let newest = stage.dial(JOHN).await;
    let (_, body) = stage.get("/v1/calls", &[("to_number", JOHN), ("limit", "1")]).await;
    assert_eq!((&body["total_count"], &body["count"]), (&json!(2), &json!(1)));
    assert_eq!(ids(&body), [newest]);
    assert_eq!(stage.get("/v1/calls", &[("to_number", "+16285550199")]).await.1["total_count"], 0);
}

/// The bounds are offsets in seconds from the moment of the call, or days from its day.
#[rstest]
#[case::after_start("start_date", time(-5), 1)]
#[case::before_start("start_date", time(5), 0)]
#[case::before_end("end_date", time(5), 1)]
#[case::after_end("end_date", time(-5), 0)]
#[case::from_its_day("start_date", day(0), 1)]
#[case::from_the_next_day("start_date", day(1), 0)]
#[case::to_its_day("end_date", day(0), 1)]
#[case::to_the_day_before("end_date", day(-1), 0)]
#[tokio::test]
async fn a_listing_is_of_a_span_of_time(
    #[case] bound: &str,
    #[case] spell: impl Fn(DateTime<Utc>) -> String,
    #[case] expected: usize,
) {
    let stage = Stage::new(ringing_on()).await;
    stage.dial(JOHN).await;
    let at = stage.bland.calls()[0].accepted_at;
    let (status, body) = stage.get("/v1/calls", &[(bound, &spell(at))]).await;
    assert_eq!((status, ids(&body).len()), (StatusCode::OK, expected));
}

fn time(seconds: i64) -> impl Fn(DateTime<Utc>) -> String {
    move |at| (at + TimeDelta::seconds(seconds)).to_rfc3339()
}

fn day(days: i64) -> impl Fn(DateTime<Utc>) -> String {
    move |at| (at + TimeDelta::days(days)).date_naive().to_string()
}

#[tokio::test]
async fn a_date_that_is_none_is_refused() {
    let stage = Stage::new(Settings::default()).await;
    assert_eq!(stage.get("/v1/calls", &[("start_date", "yesterday")]).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn active_calls_are_those_that_are_live() {
    let stage = Stage::new(ringing_on()).await;
    let stopped = stage.dial(JOHN).await;
    let live = stage.dial(JANE).await;
    stage.stop(&stopped).await;
    let (_, body) = stage.get("/v1/calls/active", &[]).await;
    assert_eq!(body["data"].as_array().unwrap().len(), 1);
    assert_eq!(body["data"][0]["call_id"], live);
}

#[tokio::test]
async fn a_stopped_call_ends_as_canceled_and_cannot_be_stopped_again() {
    let stage = Stage::new(ringing_on()).await;
    let call_id = stage.dial(JOHN).await;
    stage.stop(&call_id).await;
    stage.bland.settled().await;
    let result = &stage.webhook_bodies().await[0];
    assert_eq!((&result["status"], &result["completed"]), (&json!("canceled"), &json!(true)));
    assert!(matches!(stage.bland.calls()[0].state, State::Stopped { .. }));
    let again = stage.post(&format!("/v1/calls/{call_id}/stop"), &Value::Null).await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_lost_webhook_arrives_when_it_is_sent_again() {
    let stage = Stage::new(ending_in(Outcome::Sale)).await;
    stage.bland.put_fault(FaultRule::new(WebhookFault::Lose));
    let call_id = stage.dial_to_the_end(JOHN).await;
    assert!(stage.webhooks().await.is_empty());
    let response = stage.post("/v1/postcall/webhooks/resend", &json!({ "call_ids": [call_id] })).await.unwrap();
    let answer: Value = response.json().await.unwrap();
    assert_eq!((&answer["data"][0]["call_id"], &answer["errors"]), (&json!(call_id), &Value::Null));
    stage.bland.settled().await;
    assert_eq!(stage.webhook_bodies().await[0]["disposition_tag"], "SALE");
    assert_eq!(stage.bland.calls()[0].webhooks.last().unwrap().payload, Payload::Resend);
}

fn ids(body: &Value) -> Vec<String> {
    body["calls"].as_array().unwrap().iter().map(|call| call["call_id"].as_str().unwrap().to_owned()).collect()
}
