//! From a webhook to a dial to a webhook.

use crate::people::{Person, convoso, ended};
use crate::stack::{Stack, applied, is_in};
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn a_lead_is_dialed_again_until_it_is_transferred_and_never_after() {
    let stack = Stack::alone().await;
    let ana = Person::new(212, 1);
    stack.script(&ana, &["NO_ANSWER", "TRANSFERRED"], 300).await;
    stack.takes(&ended(&ana, "voicemail")).await;
    let record = stack.record(&ana).await;
    assert_eq!((&record["status"], &record["attempts"]), (&json!("pending"), &json!(1)));
    is_in(120, &record["next_redial_timestamp"]);
    stack.runs_well().await;
    stack.was_dialed(&ana, 0).await;

    stack.make_due(&[&ana]).await;
    let summary = stack.runs_well().await;
    assert!(summary["calls_made"].as_u64() >= Some(1), "{summary}");
    let request = stack.only_request(&ana).await;
    is_ours(&stack, &ana, &record["month"], &request);
    let record = stack.counted(&ana, 2).await;
    assert_eq!(record["outcomes"], json!(["VOICEMAIL", "NO_ANSWER"]));
    assert_eq!(record["call_history"][1]["attempt_id"], request["body"]["metadata"]["attempt_id"]);
    assert_eq!(record["call_history"][1]["call_id"], request["call_id"]);
    is_in(120, &record["next_redial_timestamp"]);
    stack.runs_well().await;
    stack.was_dialed(&ana, 1).await;

    stack.make_due(&[&ana]).await;
    stack.runs_well().await;
    let record = stack.counted(&ana, 3).await;
    assert_eq!((&record["status"], &record["last_outcome"]), (&json!("completed"), &json!("TRANSFERRED")));
    stack.make_due(&[&ana]).await;
    stack.runs_well().await;
    stack.was_dialed(&ana, 2).await;
    assert_eq!(stack.closed_gates(&ana).await, ["status", "transfer_quiet"]);
    assert_eq!(stack.most_at_once(&ana).await, 1);
}

/// What we ask of the provider. It accepted the request, so the key in `Authorization` was the account's.
#[track_caller]
fn is_ours(stack: &Stack, person: &Person, month: &Value, request: &Value) {
    let (body, metadata) = (&request["body"], &request["body"]["metadata"]);
    assert_eq!(request["status"], 200);
    assert_eq!(body["phone_number"], json!(person.phone));
    assert_eq!(body["webhook"], json!(stack.at.webhook_url));
    assert_eq!(body["task"], "local");
    assert_eq!(body["max_duration"], 30);
    assert_eq!(body["timezone"], "America/New_York");
    assert_eq!(body.get("retry"), None, "a redial of the provider's would ring beside ours");
    let attempt = Uuid::parse_str(metadata["attempt_id"].as_str().unwrap()).unwrap();
    assert_eq!(attempt.get_version_num(), 7);
    let told = json!({
        "attempt_id": attempt.to_string(), "lead_id": person.id, "list_id": "16529", "source": "redial-queue",
        "month": month, "first_name": "John", "last_name": "Doe", "state": "FL",
    });
    assert_eq!(*metadata, told);
    assert_eq!(body["request_data"]["lead_id"], json!(person.id));
}

#[tokio::test]
async fn a_new_lead_of_convoso_is_dialed_by_the_next_run() {
    let stack = Stack::alone().await;
    let ana = Person::new(213, 1);
    applied(async || stack.convoso("application/json", convoso(&ana, "new_lead").to_string()).await).await;
    assert_eq!(stack.record(&ana).await["attempts"], 0);
    stack.runs_well().await;
    stack.only_request(&ana).await;
    assert_eq!(stack.counted(&ana, 1).await["last_outcome"], "NO_ANSWER");
}

#[tokio::test]
async fn the_result_of_another_call_does_not_free_the_line_of_the_one_that_rings() {
    let stack = Stack::alone().await;
    let ana = Person::new(307, 1);
    stack.script(&ana, &["NO_ANSWER"], 12_000).await;
    stack.takes(&ended(&ana, "busy")).await;
    stack.make_due(&[&ana]).await;
    stack.runs_well().await;
    stack.takes(&ended(&ana, "voicemail")).await;
    stack.make_due(&[&ana]).await;
    assert_eq!(stack.closed_gates(&ana).await, ["line_free"], "the call of the run still rings");
    stack.runs_well().await;
    stack.only_request(&ana).await;

    let record = stack.counted(&ana, 3).await;
    assert_eq!(record["outcomes"], json!(["BUSY", "VOICEMAIL", "NO_ANSWER"]));
    stack.settled().await;
    assert_eq!(stack.closed_gates(&ana).await, ["due"]);
    assert_eq!(stack.most_at_once(&ana).await, 1);
}
