use std::time::Duration;

use redial_fakes::fake_bland::{Mix, Outcome, Script, Settings, State};
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};

use super::{JANE, JOHN, KEY, Stage, ending_in, ms, ringing_on, until};

#[rstest]
#[case::bare(KEY.to_owned(), StatusCode::OK)]
#[case::bearer(format!("Bearer {KEY}"), StatusCode::OK)]
#[case::wrong("Bearer wrong".to_owned(), StatusCode::UNAUTHORIZED)]
#[case::empty(String::new(), StatusCode::UNAUTHORIZED)]
#[tokio::test]
async fn the_key_is_taken_with_and_without_bearer(#[case] header: String, #[case] expected: StatusCode) {
    let stage = Stage::new(ringing_on()).await;
    let request = stage.http.post(format!("{}/v1/calls", stage.bland.base_url())).header("Authorization", header);
    let response = request.json(&stage.call_to(JOHN)).send().await.unwrap();
    assert_eq!(response.status(), expected);
    let status = if expected == StatusCode::OK { "success" } else { "error" };
    assert_eq!(response.json::<Value>().await.unwrap()["status"], status);
}

#[tokio::test]
async fn an_accepted_call_is_answered_as_queued() {
    let stage = Stage::new(ringing_on()).await;
    let response = stage.post("/v1/calls", &stage.call_to(JOHN)).await.unwrap();
    let answer: Value = response.json().await.unwrap();
    let call = &stage.bland.calls_to(JOHN)[0];
    let expected = json!({
        "status": "success", "message": "Call successfully queued.", "call_id": call.call_id, "batch_id": null,
    });
    assert_eq!(answer, expected);
    assert_eq!(call.request, stage.call_to(JOHN));
}

#[rstest]
#[case::no_number(json!({ "phone_number": null }))]
#[case::no_plus(json!({ "phone_number": "16285550107" }))]
#[case::ten_digits(json!({ "phone_number": "6285550107" }))]
#[case::spelled(json!({ "phone_number": "+1 (628) 555-0107" }))]
#[case::no_agent(json!({ "pathway_id": null }))]
#[case::empty_agent(json!({ "pathway_id": "" }))]
#[case::redialed_by_bland(json!({ "retry": { "wait": 60 } }))]
#[tokio::test]
async fn a_call_that_can_never_work_is_refused(#[case] change: Value) {
    let stage = Stage::new(Settings::default()).await;
    let mut body = stage.call_to(JOHN);
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let response = stage.post("/v1/calls", &body).await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(response.json::<Value>().await.unwrap()["status"], "error");
    assert!(stage.bland.calls().is_empty());
    let requests = stage.bland.requests();
    assert_eq!((requests.len(), requests[0].status, &requests[0].body), (1, Some(400), &body));
}

#[tokio::test]
async fn a_task_replaces_a_pathway() {
    let stage = Stage::new(ringing_on()).await;
    let response = stage.post("/v1/calls", &json!({ "phone_number": JOHN, "task": "Say hello." })).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_call_is_new_until_its_dial_is_answered() {
    let stage = Stage::new(Settings { answer_after: Duration::from_secs(60), ..Settings::default() }).await;
    tokio::select! {
        _ = stage.dial(JOHN) => unreachable!("the answer is a minute away"),
        () = until(|| !stage.bland.calls().is_empty()) => {}
    }
    assert_eq!(progress(&stage).await, json!(["new", false]));
}

#[tokio::test]
async fn an_answered_call_is_started_and_then_complete() {
    let stage = Stage::new(ringing_on()).await;
    let call_id = stage.dial(JOHN).await;
    until(|| stage.bland.calls()[0].state != State::New).await;
    assert_eq!(progress(&stage).await, json!(["started", false]));
    stage.stop(&call_id).await;
    assert_eq!(progress(&stage).await, json!(["complete", true]));
}

async fn progress(stage: &Stage) -> Value {
    let (_, body) = stage.get(&format!("/v1/calls/{}", stage.bland.calls()[0].call_id), &[]).await;
    json!([body["queue_status"], body["completed"]])
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_end_the_call() {
    let stage = Stage::new(Settings { answer_after: ms(50), ..ending_in(Outcome::Busy) }).await;
    tokio::select! {
        _ = stage.dial(JOHN) => unreachable!("nobody waited for the answer"),
        () = until(|| !stage.bland.calls().is_empty()) => {}
    }
    stage.bland.settled().await;
    assert_eq!(stage.webhooks().await.len(), 1);
    assert_eq!(stage.bland.requests()[0].status, None);
}

#[tokio::test]
async fn a_script_goes_before_the_mix_and_for_its_number_only() {
    let stage = Stage::new(ending_in(Outcome::Busy)).await;
    stage.bland.put_script(Script::new(JOHN, [Outcome::Voicemail, Outcome::Transferred]));
    for number in [JOHN, JOHN, JOHN, JANE] {
        stage.dial_to_the_end(number).await;
    }
    let outcomes = |number| stage.bland.calls_to(number).iter().map(|call| call.outcome).collect::<Vec<_>>();
    assert_eq!(outcomes(JOHN), [Outcome::Voicemail, Outcome::Transferred, Outcome::Busy]);
    assert_eq!(outcomes(JANE), [Outcome::Busy]);
}

#[tokio::test]
async fn a_seed_decides_the_outcomes_of_a_number_whoever_else_is_called() {
    let settings = || Settings { outcomes: "VOICEMAIL=2,BUSY=1,SALE".parse().unwrap(), seed: 7, ..ringing_on() };
    let (one, two) = (Stage::new(settings()).await, Stage::new(settings()).await);
    for _ in 0..12 {
        one.dial(JOHN).await;
        two.dial(JANE).await;
        two.dial(JOHN).await;
    }
    let outcomes = |stage: &Stage| stage.bland.calls_to(JOHN).iter().map(|call| call.outcome).collect::<Vec<_>>();
    assert_eq!(outcomes(&one), outcomes(&two));
    for outcome in [Outcome::Voicemail, Outcome::Busy, Outcome::Sale] {
        assert!(outcomes(&one).contains(&outcome), "{outcome} never came");
    }
}

#[rstest]
#[case::unknown("VOICEMALE=1")]
#[case::not_a_weight("VOICEMAIL=much")]
#[case::weightless("VOICEMAIL=0")]
#[case::empty("")]
fn a_mix_that_cannot_be_drawn_from_is_refused(#[case] text: &str) {
    assert!(text.parse::<Mix>().is_err());
}

#[tokio::test]
async fn concurrency_is_the_most_calls_that_were_live_together() {
    let stage = Stage::new(ringing_on()).await;
    for number in [JOHN, JANE, JOHN] {
        let call_id = stage.dial(number).await;
        if number == JANE {
            stage.stop(&call_id).await;
        }
    }
    stage.dial(JANE).await;
    let concurrency = stage.bland.concurrency();
    assert_eq!((concurrency[JOHN], concurrency[JANE]), (2, 1));
}

#[tokio::test]
async fn a_dropped_fake_neither_listens_nor_posts() {
    let stage = Stage::new(Settings { ring: ms(60), ..Settings::default() }).await;
    stage.dial(JOHN).await;
    let Stage { bland, ours, http } = stage;
    let url = format!("{}/_fake/health", bland.base_url());
    drop(bland);
    tokio::time::sleep(ms(80)).await;
    assert!(http.get(url).send().await.unwrap_err().is_connect());
    assert!(ours.received_requests().await.unwrap().is_empty());
}
