use redial_fakes::fake_bland::{DialFault, FaultRule, Outcome, Script, Settings};
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};

use super::{JANE, JOHN, Stage, ending_in, ringing_on};

#[tokio::test]
async fn calls_tell_request_state_outcome_and_webhooks() {
    let stage = Stage::new(ending_in(Outcome::Sale)).await;
    let call_id = stage.dial_to_the_end(JOHN).await;
    stage.dial_to_the_end(JANE).await;
    let (_, calls) = stage.get("/_fake/calls", &[("to", JOHN)]).await;
    assert_eq!(calls.as_array().unwrap().len(), 1);
    let call = &calls[0];
    assert_eq!((&call["call_id"], &call["request"]), (&json!(call_id), &stage.call_to(JOHN)));
    assert_eq!((&call["state"], &call["outcome"]), (&json!("ended"), &json!("SALE")));
    let webhook = &call["webhooks"][0];
    assert_eq!((&webhook["payload"], &webhook["attempt"]), (&json!("result"), &json!(1)));
    assert_eq!((&webhook["answer"], &webhook["status"]), (&json!("answered"), &json!(200)));
    assert_eq!(stage.get("/_fake/calls", &[]).await.1.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_number_may_be_asked_for_with_a_bare_plus_sign() {
    let stage = Stage::new(ringing_on()).await;
    stage.dial(JOHN).await;
    let (_, calls) = stage.get(&format!("/_fake/calls?to={JOHN}"), &[]).await;
    assert_eq!(calls.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn requests_tell_also_of_those_that_failed() {
    let stage = Stage::new(ringing_on()).await;
    stage.bland.put_fault(FaultRule::new(DialFault::SlowDown429 { retry_after: 1 }).times(1));
    for number in [JOHN, JANE, JOHN] {
        stage.post("/v1/calls", &stage.call_to(number)).await.unwrap();
    }
    let (_, requests) = stage.get("/_fake/requests", &[("to", JOHN)]).await;
    let told = |index: usize| (requests[index]["fault"].as_str(), requests[index]["status"].as_u64());
    assert_eq!([told(0), told(1)], [(Some("slow_down_429"), Some(429)), (None, Some(200))]);
    assert_eq!(requests.as_array().unwrap().len(), 2);
    assert!(requests[0]["call_id"].is_null() && requests[1]["call_id"].is_string());
}

#[rstest]
#[case(json!({ "fault": "refuse_400" }), Some(400))]
#[case(json!({ "to": null, "times": null, "fault": "unauthorized_401" }), Some(401))]
#[case(json!({ "to": JOHN, "times": 1, "fault": "payment_402" }), Some(402))]
#[case(json!({ "fault": "slow_down_429", "retry_after": 3 }), Some(429))]
#[case(json!({ "fault": "error_500_before" }), Some(500))]
#[case(json!({ "fault": "error_502_after" }), Some(502))]
#[case(json!({ "fault": "hang_before", "ms": 1 }), None)]
#[case(json!({ "fault": "hang_after", "ms": 1 }), None)]
#[case(json!({ "fault": "reset_after" }), None)]
#[case(json!({ "fault": "garbage_200" }), Some(200))]
#[case(json!({ "fault": "lose_webhook" }), Some(200))]
#[case(json!({ "fault": "double_webhook" }), Some(200))]
#[case(json!({ "fault": "webhook_before_answer" }), Some(200))]
#[case(json!({ "fault": "delay_webhook", "ms": 1 }), Some(200))]
#[tokio::test]
async fn every_fault_can_be_put_and_cleared(#[case] rule: Value, #[case] expected: Option<u16>) {
    let stage = Stage::new(ending_in(Outcome::Sale)).await;
    assert_eq!(stage.put("/_fake/faults", &rule).await, StatusCode::NO_CONTENT);
    let response = stage.post("/v1/calls", &stage.call_to(JOHN)).await;
    assert_eq!(response.ok().map(|response| response.status().as_u16()), expected);
    let told = |noted: Value| noted[0]["faults"][0]["fault"].as_str().map(str::to_owned);
    let dial_fault = stage.get("/_fake/requests", &[]).await.1[0]["fault"].as_str().map(str::to_owned);
    let noted = dial_fault.or(told(stage.get("/_fake/calls", &[]).await.1));
    assert_eq!(noted.as_deref(), rule["fault"].as_str());

    let url = format!("{}/_fake/faults", stage.bland.base_url());
    assert_eq!(stage.http.delete(url).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    stage.dial(JOHN).await;
    assert!(stage.bland.calls().last().unwrap().faults.is_empty());
}

#[rstest]
#[case::unknown("/_fake/faults", json!({ "fault": "meteor" }))]
#[case::without_its_time("/_fake/faults", json!({ "fault": "hang_after" }))]
#[case::unknown_outcome("/_fake/script", json!({ "to": JOHN, "outcomes": ["LOTTERY"] }))]
#[case::misspelled("/_fake/script", json!({ "to": JOHN, "outcome": ["SALE"] }))]
#[tokio::test]
async fn a_fault_that_does_not_exist_is_rejected(#[case] path: &str, #[case] body: Value) {
    let stage = Stage::new(Settings::default()).await;
    assert_eq!(stage.put(path, &body).await, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_script_can_be_put_with_its_own_ringing_time() {
    let stage = Stage::new(ringing_on()).await;
    let script = json!({ "to": JOHN, "outcomes": ["VOICEMAIL", "TRANSFERRED"], "ring_ms": 1 });
    assert_eq!(stage.put("/_fake/script", &script).await, StatusCode::NO_CONTENT);
    stage.dial_to_the_end(JOHN).await;
    stage.dial_to_the_end(JOHN).await;
    let outcomes = stage.bland.calls().iter().map(|call| call.outcome).collect::<Vec<_>>();
    assert_eq!(outcomes, [Outcome::Voicemail, Outcome::Transferred]);
}

#[tokio::test]
async fn concurrency_is_a_map_of_numbers() {
    let stage = Stage::new(ringing_on()).await;
    for number in [JOHN, JANE, JOHN] {
        stage.dial(number).await;
    }
    assert_eq!(stage.get("/_fake/concurrency", &[]).await.1, json!({ JOHN: 2, JANE: 1 }));
}

#[tokio::test]
async fn health_tells_what_is_under_way() {
    let stage = Stage::new(ringing_on()).await;
    stage.dial(JOHN).await;
    assert_eq!(stage.get("/_fake/health", &[]).await.1, json!({ "status": "ok", "live": 1, "under_way": 1 }));
}

#[tokio::test]
async fn a_reset_forgets_everything_and_hangs_up() {
    let stage = Stage::new(ringing_on()).await;
    stage.dial(JOHN).await;
    stage.bland.put_script(Script::new(JOHN, [Outcome::Sale]));
    stage.bland.put_fault(FaultRule::new(DialFault::Refuse400));
    assert_eq!(stage.post("/_fake/reset", &Value::Null).await.unwrap().status(), StatusCode::NO_CONTENT);
    stage.bland.settled().await;
    assert!(stage.bland.calls().is_empty() && stage.bland.requests().is_empty());
    assert!(stage.bland.concurrency().is_empty());
    stage.dial(JOHN).await;
    assert_eq!(stage.bland.concurrency()[JOHN], 1);
    assert!(stage.webhooks().await.is_empty());
}
