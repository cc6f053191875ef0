//! Inputs that people really send (`tests/fixtures/cases`), through the gateway, the functions and the stores to a run. In each
//! story the run dials another lead, so a run that dials nobody fails it.

use crate::people::{Person, ended, fixture, phone_query};
use crate::stack::{Answer, Stack, applied};
use redial_fakes::fake_bland::signature;
use serde_json::{Value, json};

const JSON: &str = "application/json";

fn case(name: &str) -> String {
    fixture(&format!("cases/{name}"))
}

/// The person of a case. The area code belongs to the cases alone.
fn person(number: u16) -> Person {
    Person { id: format!("case-{number:02}"), ..Person::new(239, number) }
}

/// Somebody who answers and has refused nothing.
fn other(number: u16) -> Person {
    Person::new(318, number)
}

#[track_caller]
fn took(answer: Answer, result: &str) {
    assert_eq!(answer.with(200), json!({"success": true, "result": result}));
}

/// Makes both due and runs. Only the other one may be dialed.
async fn the_run_dials_only_the_other(stack: &Stack, person: &Person, other: &Person) {
    let dialed = stack.requests(other).await.len();
    stack.takes(&ended(other, "busy")).await;
    stack.make_due(&[person, other]).await;
    stack.runs_well().await;
    stack.was_dialed(other, dialed + 1).await;
    stack.was_dialed(person, 0).await;
    stack.settled().await;
}

#[track_caller]
fn is_a_do_not_call(record: &Value) {
    assert_eq!((&record["status"], &record["last_outcome"]), (&json!("completed"), &json!("DNC")), "{record}");
    assert_eq!(record["attempts"], 1, "{record}");
}

#[tokio::test]
async fn half_an_emoji_hides_no_do_not_call() {
    let stack = Stack::alone().await;
    let ana = person(1);
    let body = case("01-lone-surrogate-dnc.json");
    let signed = signature(&stack.at.webhook_secret, body.as_bytes());
    applied(async || stack.bland_signed(body.clone(), Some(&signed)).await).await;
    is_a_do_not_call(&stack.record(&ana).await);
    assert!(stack.closed_gates(&ana).await.contains(&"not_suppressed".to_owned()));
    the_run_dials_only_the_other(&stack, &ana, &other(1)).await;
}

#[tokio::test]
async fn a_disposition_that_an_agent_corrects_to_a_do_not_call_counts_once_and_is_heard() {
    let stack = Stack::alone().await;
    let ana = person(23);
    let told: Vec<Value> = serde_json::from_str(&case("23-redisposition-dnc.json")).unwrap();
    applied(async || stack.convoso(JSON, told[0].to_string()).await).await;
    assert_eq!(stack.record(&ana).await["last_outcome"], "NOT_INTERESTED");
    applied(async || stack.convoso(JSON, told[1].to_string()).await).await;
    let record = stack.record(&ana).await;
    is_a_do_not_call(&record);
    assert_eq!(record["outcomes"], json!(["DNC"]));
    took(stack.convoso(JSON, told[1].to_string()).await, "repeat");
    the_run_dials_only_the_other(&stack, &ana, &other(2)).await;
}

#[tokio::test]
async fn a_form_is_read_by_what_it_is_whatever_its_label_says() {
    let stack = Stack::alone().await;
    let bodies =
        [(31, "31-form-labelled-json.txt", JSON), (32, "32-multipart.txt", "application/x-www-form-urlencoded")];
    for (number, name, label) in bodies {
        let ana = person(number);
        applied(async || stack.convoso(label, case(name)).await).await;
        is_a_do_not_call(&stack.record(&ana).await);
        the_run_dials_only_the_other(&stack, &ana, &other(number)).await;
    }
}

#[tokio::test]
async fn a_person_on_the_phone_with_an_agent_is_dialed_only_after_that_call() {
    let stack = Stack::alone().await;
    let ana = person(29);
    let mut told: Value = serde_json::from_str(&case("29-lead-in-call.json")).unwrap();
    took(stack.convoso(JSON, told.to_string()).await, "held");
    let new = json!({"lead_id": ana.id, "phone_number": &ana.phone[2..], "status": "NEW"});
    applied(async || stack.convoso(JSON, new.to_string()).await).await;
    assert_eq!(stack.record(&ana).await["attempts"], 0, "the call has no result yet");
    the_run_dials_only_the_other(&stack, &ana, &other(4)).await;
    assert!(stack.closed_gates(&ana).await.contains(&"line_free".to_owned()));

    told["status"] = json!("NA");
    applied(async || stack.convoso(JSON, told.to_string()).await).await;
    stack.make_due(&[&ana]).await;
    assert_eq!(stack.closed_gates(&ana).await, Vec::<String>::new());
    stack.runs_well().await;
    stack.only_request(&ana).await;
    assert_eq!(stack.counted(&ana, 2).await["outcomes"], json!(["NO_ANSWER", "NO_ANSWER"]));
}

#[tokio::test]
async fn a_possible_do_not_call_waits_for_a_person_who_confirms_it() {
    const WORDS: &str = "My wife said don't call me at work";
    let stack = Stack::alone().await;
    let ana = person(11);
    let mut told = ended(&ana, "confused_human_hangup");
    told["concatenated_transcript"] = Value::Null;
    told["transcripts"] = json!([{"user": "assistant", "text": "Is this Ana?"}, {"user": "user", "text": WORDS}]);
    stack.takes(&told).await;
    let record = stack.record(&ana).await;
    assert_eq!(
        (&record["status"], &record["pause_reason"]),
        (&json!("paused"), &json!("possible_do_not_call")),
        "{record}"
    );
    let of_review = format!("/records?review=true&lead_id={}", ana.id);
    let listed = stack.get(&of_review).await;
    assert_eq!(listed["records"][0]["possible_do_not_call_words"], WORDS, "{listed}");
    the_run_dials_only_the_other(&stack, &ana, &other(5)).await;
    assert_eq!(stack.closed_gates(&ana).await, ["status", "possible_do_not_call"]);

    let phone = phone_query(&ana);
    let answer = stack.post(&format!("/lead/{}/confirm-do-not-call?{phone}", ana.id)).await;
    assert_eq!((&answer["success"], &answer["message"]), (&json!(true), &json!("Do-not-call confirmed")));
    is_a_do_not_call(&stack.record(&ana).await);
    assert_eq!(stack.get(&of_review).await["records"], json!([]));
    the_run_dials_only_the_other(&stack, &ana, &other(5)).await;
}
