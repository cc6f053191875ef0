//! What comes in by webhook: who may tell, what counts, and what changes nothing.

use crate::people::{Person, convoso, ended, ended_ago, fixture};
use crate::stack::{Stack, applied, sent};
use redial_fakes::fake_bland::signature;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_webhook_without_a_valid_bland_signature_is_rejected() {
    let stack = Stack::unprepared().await;
    let ana = Person::new(225, 1);
    let body = ended(&ana, "voicemail").to_string();
    let of_another_body = signature(&stack.at.webhook_secret, b"{}");
    let under_another_secret = signature("guessed", body.as_bytes());
    for wrong in [None, Some(""), Some("zz"), Some(of_another_body.as_str()), Some(under_another_secret.as_str())] {
        assert_eq!(stack.bland_signed(body.clone(), wrong).await.with(401)["success"], false);
    }
    assert_eq!(stack.records(&ana).await.len(), 0);
}

#[tokio::test]
async fn a_webhook_without_a_valid_convoso_token_is_rejected() {
    let stack = Stack::unprepared().await;
    let ana = Person::new(226, 1);
    let body = convoso(&ana, "call_result_no_answer");
    let url = &stack.at.convoso_url;
    sent(stack.http.post(url).json(&body)).await.with(401);
    sent(stack.http.post(url).header("X-Webhook-Token", "guessed").json(&body)).await.with(401);
    sent(stack.http.post(format!("{url}/guessed")).json(&body)).await.with(401);
    assert_eq!(stack.records(&ana).await.len(), 0);
    let with_token = format!("{url}/{}", stack.at.convoso_secret);
    applied(async || sent(stack.http.post(&with_token).json(&body)).await).await;
    assert_eq!(stack.record(&ana).await["last_outcome"], "NO_ANSWER");
}

#[tokio::test]
async fn operators_need_a_key_and_one_that_reads_may_not_write() {
    let stack = Stack::unprepared().await;
    let (admin, read) = (Some(stack.at.admin_key.as_str()), Some(stack.at.read_key.as_str()));
    let ask = |method, path: &'static str, key| stack.ask(method, path, key, None);
    let before = ask(Method::GET, "/status", admin).await.with(200);
    for key in [None, Some(""), Some("guessed"), Some(stack.at.webhook_secret.as_str())] {
        let refused = ask(Method::GET, "/status", key).await.with(401);
        assert_eq!(refused["success"], false);
        ask(Method::POST, "/disable", key).await.with(401);
    }
    ask(Method::GET, "/status", read).await.with(200);
    for path in ["/disable", "/stop", "/process", "/cleanup", "/lead/1/pause?phone=+12255550101"] {
        ask(Method::POST, path, read).await.with(403);
    }
    ask(Method::DELETE, "/lead/1?phone=+12255550101", read).await.with(403);
    stack.ask(Method::PUT, "/config", read, Some(&json!({"enabled": false}))).await.with(403);
    let after = ask(Method::GET, "/status", admin).await.with(200);
    for switch in ["enabled", "running"] {
        assert_eq!(after["status"][switch], before["status"][switch], "{switch}");
    }
}

#[tokio::test]
async fn an_unreadable_webhook_is_rejected_and_one_without_a_lead_is_ignored() {
    let stack = Stack::unprepared().await;
    for malformed in ["{\"call_id\": ", "[]", "voicemail", ""] {
        let signature = signature(&stack.at.webhook_secret, malformed.as_bytes());
        let answer = stack.bland_signed(malformed.to_owned(), Some(&signature)).await.with(400);
        assert_eq!(answer["success"], false, "{malformed}");
    }
    stack.convoso("application/json", "{".to_owned()).await.with(400);

    let nobody = Person::new(228, 1);
    let mut unknown = ended(&nobody, "unknown_lead");
    unknown["metadata"] = Value::Null;
    unknown["request_data"] = Value::Null;
    let answer = stack.bland(&unknown).await.with(202);
    assert!(answer["ignored"].is_string(), "{answer}");
    let mut without_number = ended(&nobody, "voicemail");
    without_number["to"] = Value::Null;
    assert_eq!(stack.bland(&without_number).await.with(202)["ignored"], "no_number");
    assert_eq!(stack.records(&nobody).await.len(), 0);
}

#[tokio::test]
async fn a_repeated_result_counts_once_and_a_late_one_takes_its_place_in_time() {
    let stack = Stack::unprepared().await;
    let ana = Person::new(229, 1);
    let (earlier, later) = (ended_ago(&ana, "voicemail", 300), ended_ago(&ana, "no_answer", 10));
    stack.takes(&later).await;
    stack.takes(&earlier).await;
    for repeated in [&later, &earlier, &later] {
        assert_eq!(stack.bland(repeated).await.with(200)["result"], "repeat");
    }
    let record = stack.record(&ana).await;
    assert_eq!((&record["attempts"], &record["outcomes"]), (&json!(2), &json!(["VOICEMAIL", "NO_ANSWER"])));
    assert_eq!((&record["last_outcome"], &record["last_call_id"]), (&json!("NO_ANSWER"), &later["call_id"]));

    // A success that comes late still ends it.
    stack.takes(&ended_ago(&ana, "transferred_merged", 100)).await;
    let record = stack.record(&ana).await;
    assert_eq!(record["status"], "completed");
    assert_eq!(record["outcomes"], json!(["VOICEMAIL", "TRANSFERRED", "NO_ANSWER"]));
    stack.takes(&ended(&ana, "busy")).await;
    let record = stack.record(&ana).await;
    assert_eq!((&record["status"], &record["attempts"]), (&json!("completed"), &json!(4)));
}

#[tokio::test]
async fn a_webhook_that_is_no_result_changes_nothing() {
    let stack = Stack::unprepared().await;
    let ana = Person::new(231, 1);
    let first = ended(&ana, "voicemail");
    stack.takes(&first).await;
    let before = stack.record(&ana).await;

    let mut second = ended(&ana, "delayed_second_payload");
    second["call_id"] = first["call_id"].clone();
    second["c_id"] = first["call_id"].clone();
    for timed in ["created_at", "started_at", "end_at"] {
        second.as_object_mut().unwrap().remove(timed);
    }
    assert_eq!(stack.bland(&second).await.with(200)["ignored"], "delayed_payload");
    let streamed: Value = serde_json::from_str(&fixture("bland/streaming_event.json")).unwrap();
    assert_eq!(stack.bland(&streamed).await.with(200)["ignored"], "streaming_event");
    let after = stack.record(&ana).await;
    for told in ["attempts", "outcomes", "call_history", "updated_at", "next_redial_timestamp", "status"] {
        assert_eq!(before[told], after[told], "{told}");
    }
}

#[tokio::test]
async fn convoso_tells_of_its_calls_as_json_and_as_a_form() {
    let stack = Stack::unprepared().await;
    let ana = Person::new(236, 1);
    let json = "application/json";
    stack.takes(&ended(&ana, "voicemail")).await;
    let result = convoso(&ana, "call_result_no_answer").to_string();
    applied(async || stack.convoso(json, result.clone()).await).await;
    assert_eq!(stack.convoso(json, result).await.with(200)["result"], "repeat");
    let form = format!(
        "lead_id={}&phone_number={}&phone_code=1&status=B&call_log_id=form-{}&first_name=Ana+Mar%C3%ADa",
        ana.id,
        &ana.phone[2..],
        ana.id
    );
    let kind = "application/x-www-form-urlencoded";
    applied(async || stack.convoso(kind, form.clone()).await).await;
    let record = stack.record(&ana).await;
    assert_eq!((&record["attempts"], &record["outcomes"]), (&json!(3), &json!(["VOICEMAIL", "NO_ANSWER", "BUSY"])));
    assert_eq!(record["call_history"][1]["source"], "convoso");

    applied(async || stack.convoso(json, convoso(&ana, "call_result_sale").to_string()).await).await;
    assert_eq!(stack.record(&ana).await["status"], "completed");
    // A lead that is known is not new.
    assert_eq!(stack.convoso(json, convoso(&ana, "new_lead").to_string()).await.with(200)["result"], "repeat");
    let mut nobody = convoso(&ana, "call_result_no_answer");
    nobody.as_object_mut().unwrap().remove("lead_id");
    assert_eq!(stack.convoso(json, nobody.to_string()).await.with(202)["ignored"], "no_lead_id");
}
