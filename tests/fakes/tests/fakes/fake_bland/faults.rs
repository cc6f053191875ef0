use redial_fakes::fake_bland::{Answer, DialFault, Fault, FaultRule, Outcome, Payload, Settings, WebhookFault};
use rstest::rstest;
use serde_json::{Value, json};

use super::{JANE, JOHN, Stage, ending_in, ms, until};

/// `status`: none, when the connection closes without an answer. `rings`: whether a webhook comes all the same.
#[rstest]
#[case(DialFault::Refuse400, Some(400), false)]
#[case(DialFault::Unauthorized401, Some(401), false)]
#[case(DialFault::Payment402, Some(402), false)]
#[case(DialFault::SlowDown429 { retry_after: 7 }, Some(429), false)]
#[case(DialFault::Error500Before, Some(500), false)]
#[case(DialFault::Error502After, Some(502), true)]
#[case(DialFault::HangBefore { ms: 20 }, None, false)]
#[case(DialFault::HangAfter { ms: 20 }, None, true)]
#[case(DialFault::ResetAfter, None, true)]
#[case(DialFault::Garbage200, Some(200), true)]
#[tokio::test]
async fn a_dial_fails_as_arranged(#[case] fault: DialFault, #[case] status: Option<u16>, #[case] rings: bool) {
    let stage = Stage::new(ending_in(Outcome::Voicemail)).await;
    stage.bland.put_fault(FaultRule::new(fault.clone()).times(1));
    let response = stage.post("/v1/calls", &stage.call_to(JOHN)).await;
    stage.bland.settled().await;

    assert_eq!(response.as_ref().ok().map(|response| response.status().as_u16()), status);
    assert_eq!(stage.bland.calls().len(), usize::from(rings));
    assert_eq!(stage.webhooks().await.len(), usize::from(rings));
    let request = &stage.bland.requests_to(JOHN)[0];
    assert_eq!((&request.fault, request.status), (&Some(fault), status));
    assert_eq!(request.call_id, stage.bland.calls().first().map(|call| call.call_id));
    if let Ok(response) = response {
        let text = response.text().await.unwrap();
        let said = serde_json::from_str::<Value>(&text).map(|body| body["status"].clone()).ok();
        assert_eq!(said, (status != Some(200)).then(|| json!("error")));
    }

    stage.dial_to_the_end(JOHN).await;
    assert_eq!(stage.bland.requests().len(), 2, "nobody but the test dialed again");
}

#[tokio::test]
async fn slow_down_says_for_how_many_seconds() {
    let stage = Stage::new(Settings::default()).await;
    stage.bland.put_fault(FaultRule::new(DialFault::SlowDown429 { retry_after: 7 }));
    let response = stage.post("/v1/calls", &stage.call_to(JOHN)).await.unwrap();
    assert_eq!(response.headers()["retry-after"], "7");
}

#[tokio::test]
async fn a_call_rings_to_its_end_while_its_dial_hangs() {
    let stage = Stage::new(ending_in(Outcome::Voicemail)).await;
    stage.bland.put_fault(FaultRule::new(DialFault::HangAfter { ms: 60_000 }));
    tokio::select! {
        _ = stage.dial(JOHN) => unreachable!("the dial hangs for a minute"),
        () = until(|| stage.bland.calls().iter().any(|call| !call.webhooks.is_empty())) => {}
    }
    assert_eq!(stage.webhooks().await.len(), 1);
}

#[tokio::test]
async fn a_call_rings_while_its_answer_is_late() {
    let stage = Stage::new(ending_in(Outcome::Voicemail)).await;
    stage.bland.put_fault(FaultRule::new(DialFault::LateAnswer { ms: 300 }).times(1));
    let asked = std::time::Instant::now();
    stage.dial(JOHN).await;
    assert!(asked.elapsed() >= ms(300));
    assert_eq!(stage.bland.calls_to(JOHN)[0].webhooks.len(), 1, "the result came first");
}

#[rstest]
#[case::for_any(FaultRule::new(DialFault::Refuse400), [400, 400, 400])]
#[case::for_any_twice(FaultRule::new(DialFault::Refuse400).times(2), [400, 400, 200])]
#[case::for_one(FaultRule::new(DialFault::Refuse400).to(JOHN), [400, 200, 400])]
#[case::for_one_once(FaultRule::new(DialFault::Refuse400).to(JOHN).times(1), [400, 200, 200])]
#[case::never(FaultRule::new(DialFault::Refuse400).times(0), [200, 200, 200])]
#[tokio::test]
async fn a_fault_befalls_whom_and_as_often_as_arranged(#[case] rule: FaultRule, #[case] expected: [u16; 3]) {
    let stage = Stage::new(ending_in(Outcome::Busy)).await;
    stage.bland.put_fault(rule);
    assert_eq!(statuses(&stage).await, expected);
}

#[tokio::test]
async fn a_fault_for_a_number_goes_before_one_for_any() {
    let stage = Stage::new(ending_in(Outcome::Busy)).await;
    stage.bland.put_fault(FaultRule::new(DialFault::Payment402));
    stage.bland.put_fault(FaultRule::new(DialFault::Refuse400).to(JOHN).times(1));
    assert_eq!(statuses(&stage).await, [400, 402, 402]);
}

#[tokio::test]
async fn a_fault_put_again_replaces_the_first_and_cleared_faults_are_gone() {
    let stage = Stage::new(ending_in(Outcome::Busy)).await;
    stage.bland.put_fault(FaultRule::new(DialFault::Refuse400));
    stage.bland.put_fault(FaultRule::new(DialFault::Refuse400).times(1));
    assert_eq!(statuses(&stage).await, [400, 200, 200]);
    stage.bland.put_fault(FaultRule::new(DialFault::Payment402));
    stage.bland.clear_faults();
    assert_eq!(statuses(&stage).await, [200, 200, 200]);
}

async fn statuses(stage: &Stage) -> [u16; 3] {
    let mut statuses = [0; 3];
    for (status, number) in statuses.iter_mut().zip([JOHN, JANE, JOHN]) {
        *status = stage.post("/v1/calls", &stage.call_to(number)).await.unwrap().status().as_u16();
    }
    statuses
}

#[tokio::test]
async fn a_request_that_is_refused_anyway_spends_no_fault() {
    let stage = Stage::new(ending_in(Outcome::Busy)).await;
    stage.bland.put_fault(FaultRule::new(DialFault::Payment402).times(1));
    let refused = stage.post("/v1/calls", &json!({ "phone_number": JOHN })).await.unwrap();
    assert_eq!(refused.status(), 400);
    assert_eq!(statuses(&stage).await, [402, 200, 200]);
}

#[tokio::test]
async fn a_lost_webhook_is_noted_and_its_second_payload_still_comes() {
    let stage = Stage::new(Settings { second_payload_after: Some(ms(5)), ..ending_in(Outcome::Sale) }).await;
    stage.bland.put_fault(FaultRule::new(WebhookFault::Lose));
    stage.dial_to_the_end(JOHN).await;
    let bodies = stage.webhook_bodies().await;
    assert_eq!((bodies.len(), bodies[0].get("status")), (1, None));
    let webhooks = &stage.bland.calls()[0].webhooks;
    assert_eq!((webhooks[0].payload, &webhooks[0].answer), (Payload::Result, &Answer::Lost));
}

#[tokio::test]
async fn a_doubled_webhook_is_the_same_body_twice() {
    let stage = Stage::new(ending_in(Outcome::Sale)).await;
    stage.bland.put_fault(FaultRule::new(WebhookFault::Double));
    stage.dial_to_the_end(JOHN).await;
    let webhooks = stage.webhooks().await;
    assert_eq!(webhooks.len(), 2);
    assert_eq!(webhooks[0].body, webhooks[1].body);
}

#[tokio::test]
async fn a_webhook_may_overtake_the_answer() {
    let stage = Stage::new(Settings { ring: ms(30), ..ending_in(Outcome::Sale) }).await;
    stage.bland.put_fault(FaultRule::new(WebhookFault::BeforeAnswer));
    stage.dial(JOHN).await;
    assert_eq!(stage.webhooks().await.len(), 1);
}

#[rstest]
#[case::lost(WebhookFault::Lose.into())]
#[case::answered_502(DialFault::Error502After.into())]
#[tokio::test]
async fn an_overtaking_webhook_goes_together_with_other_faults(#[case] other: Fault) {
    let stage = Stage::new(ending_in(Outcome::Sale)).await;
    stage.bland.put_fault(FaultRule::new(WebhookFault::BeforeAnswer));
    stage.bland.put_fault(FaultRule::new(other));
    stage.post("/v1/calls", &stage.call_to(JOHN)).await.unwrap();
    assert_eq!(stage.bland.calls()[0].webhooks.len(), 1);
}

#[tokio::test]
async fn a_delayed_webhook_leaves_later_than_its_call_ended() {
    let stage = Stage::new(ending_in(Outcome::Sale)).await;
    stage.bland.put_fault(FaultRule::new(WebhookFault::Delay { ms: 40 }));
    let call_id = stage.dial(JOHN).await;
    stage.bland.settled().await;
    let call = stage.bland.call(call_id.parse().unwrap()).unwrap();
    let (_, body) = stage.get(&format!("/v1/calls/{call_id}"), &[]).await;
    let ended_at: chrono::DateTime<chrono::Utc> = body["end_at"].as_str().unwrap().parse().unwrap();
    assert!((call.webhooks[0].sent_at - ended_at).num_milliseconds() >= 39);
}
