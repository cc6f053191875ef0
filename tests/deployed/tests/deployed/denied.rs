//! Stores, a provider and a trigger that refuse: what came in is kept.

use crate::people::{Person, ended};
use crate::stack::Stack;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_result_whose_record_cannot_be_written_waits_on_its_line_until_it_can() {
    let stack = Stack::alone().await;
    let [ana, ben] = [1, 2].map(|n| Person::new(301, n));
    stack.takes(&ended(&ana, "busy")).await;
    let (known, new) = (ended(&ana, "voicemail"), ended(&ben, "no_answer"));
    let functions = [stack.at.webhook.as_str(), &stack.at.processor];
    let records = format!("arn:aws:s3:::{}/redial-queue/redial-queue_*", stack.at.bucket);
    stack
        .denied(&functions, "s3:PutObject", &records, async {
            for result in [&known, &new, &known] {
                assert_eq!(stack.bland(result).await.with(200)["result"], "stored");
            }
            stack.run().await;
            assert_eq!(stack.record(&ana).await["attempts"], 1);
            assert_eq!(stack.records(&ben).await.len(), 0);
        })
        .await;
    let summary = stack.runs_well().await;
    assert!(summary["reconciled"].as_u64() >= Some(2), "{summary}");
    let record = stack.record(&ana).await;
    assert_eq!((&record["attempts"], &record["last_call_id"]), (&json!(2), &known["call_id"]));
    let record = stack.record(&ben).await;
    assert_eq!((&record["attempts"], &record["last_call_id"]), (&json!(1), &new["call_id"]));
    assert_eq!(stack.bland(&known).await.with(200)["result"], "repeat");
}

#[tokio::test]
async fn a_result_that_cannot_be_stored_at_all_is_turned_away_and_taken_when_it_is_sent_again() {
    let stack = Stack::alone().await;
    let ana = Person::new(302, 1);
    let result = ended(&ana, "voicemail");
    let lines = format!("arn:aws:dynamodb:*:*:table/{}", stack.at.table);
    stack
        .denied(&[&stack.at.webhook], "dynamodb:PutItem", &lines, async {
            let refused = stack.bland(&result).await;
            assert_eq!(refused.retry_after.as_deref(), Some("30"));
            assert_eq!(refused.with(503)["success"], false);
        })
        .await;
    assert_eq!(stack.records(&ana).await.len(), 0, "what was turned away has left nothing behind");
    stack.takes(&result).await;
    let record = stack.record(&ana).await;
    assert_eq!((&record["attempts"], &record["last_call_id"]), (&json!(1), &result["call_id"]));
}

/// The replaced system told the CRM of a call before it wrote the record, and lost the record when the CRM failed. Here
/// nobody is told of a result; the provider and the trigger of runs are all that is ever asked beside the stores.
#[tokio::test]
async fn a_provider_and_a_trigger_that_fail_lose_no_result() {
    let stack = Stack::alone().await;
    let [ana, ben] = [1, 2].map(|n| Person::new(303, n));
    stack.takes(&ended(&ana, "busy")).await;
    stack.make_due(&[&ana]).await;
    stack.fault(&json!({"fault": "payment_402"})).await;
    let processor = format!("arn:aws:lambda:*:*:function:{}", stack.at.processor);
    stack
        .denied(&[&stack.at.admin], "lambda:InvokeFunction", &processor, async {
            let triggered = stack.ask(Method::POST, "/process", Some(&stack.at.admin_key), None).await;
            assert_eq!((triggered.status, &triggered.body["success"]), (503, &json!(false)));
            let summary = stack.run().await;
            let said = (&summary["stopped_by"], &summary["calls_made"]);
            assert_eq!(said, (&json!("provider_blocked"), &json!(0)), "{summary}");
            stack.takes(&ended(&ben, "busy")).await;
            stack.takes(&ended(&ana, "voicemail")).await;
        })
        .await;
    assert_eq!(stack.record(&ben).await["outcomes"], json!(["BUSY"]));
    assert_eq!(stack.record(&ana).await["outcomes"], json!(["BUSY", "VOICEMAIL"]));

    stack.clear_faults().await;
    stack.make_due(&[&ben]).await;
    assert_eq!(stack.post("/process").await["success"], true);
    stack.counted(&ben, 2).await;
    stack.idle().await;
    assert_eq!(stack.get("/status").await["status"]["last_run"]["stopped_by"], Value::Null);
}
