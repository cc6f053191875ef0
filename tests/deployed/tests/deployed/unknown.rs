//! Answers that never came: the line stays held until the result comes or the provider has been asked.

use crate::people::{Person, ended};
use crate::stack::Stack;
use rstest::rstest;
use serde_json::{Value, json};

#[rstest]
#[case::an_error_after_it_was_accepted(Person::new(252, 1), "error_502_after")]
#[case::a_connection_that_closes(Person::new(252, 2), "reset_after")]
#[case::an_answer_that_is_no_json(Person::new(252, 3), "garbage_200")]
#[tokio::test]
async fn an_unanswered_dial_is_not_repeated_while_its_call_may_ring(#[case] ana: Person, #[case] fault: &str) {
    let stack = Stack::alone().await;
    stack.script(&ana, &["NO_ANSWER"], 8000).await;
    stack.fault_once(&ana, fault).await;
    stack.takes(&ended(&ana, "busy")).await;
    stack.make_due(&[&ana]).await;
    let summary = stack.run().await;
    assert_eq!(summary["errors"], 1, "{summary}");
    assert_eq!(stack.closed_gates(&ana).await, ["line_free"]);
    let summary = stack.runs_well().await;
    assert!(summary["deferred"].as_u64() >= Some(1), "{summary}");
    stack.only_request(&ana).await;
    assert_eq!(stack.record(&ana).await["attempts"], 1, "the call still rings");

    let record = stack.counted(&ana, 2).await;
    let call = &stack.calls(&ana).await[0];
    assert_eq!(record["last_call_id"], call["call_id"]);
    assert_eq!(record["call_history"][1]["attempt_id"], call["request"]["metadata"]["attempt_id"]);
    stack.settled().await;
    assert_eq!(stack.closed_gates(&ana).await, ["due"], "the line is free");
    stack.was_dialed(&ana, 1).await;
}

/// With and without the call's id on the line: the provider is asked for the call, or for its list of calls.
#[rstest]
#[case(Person::new(254, 1), None)]
#[case(Person::new(254, 2), Some("reset_after"))]
#[tokio::test]
async fn a_result_that_never_comes_is_asked_for(#[case] ana: Person, #[case] fault: Option<&str>) {
    let stack = Stack::alone().await;
    dialed_and_lost(&stack, &ana, fault).await;
    stack.make_overdue(&ana).await;
    let summary = stack.runs_well().await;
    assert!(summary["reconciled"].as_u64() >= Some(1), "{summary}");
    let record = stack.record(&ana).await;
    assert_eq!((&record["attempts"], &record["outcomes"]), (&json!(2), &json!(["BUSY", "NO_ANSWER"])));
    let call = &stack.calls(&ana).await[0];
    assert_eq!(record["last_call_id"], call["call_id"]);
    assert_eq!(record["call_history"][1]["attempt_id"], call["request"]["metadata"]["attempt_id"]);
    assert_eq!(stack.closed_gates(&ana).await, ["due"]);
}

/// A call that ends while nobody hears of it.
async fn dialed_and_lost(stack: &Stack, person: &Person, fault: Option<&str>) {
    stack.script(person, &["NO_ANSWER"], 50).await;
    stack.fault_once(person, "lose_webhook").await;
    if let Some(fault) = fault {
        stack.fault_once(person, fault).await;
    }
    stack.takes(&ended(person, "busy")).await;
    stack.make_due(&[person]).await;
    let summary = stack.run().await;
    assert_eq!(summary["stopped_by"], Value::Null, "{summary}");
    stack.settled().await;
    stack.only_request(person).await;
    assert_eq!(stack.record(person).await["attempts"], 1);
    assert!(stack.closed_gates(person).await.contains(&"line_free".to_owned()));
}

#[tokio::test]
async fn a_result_that_overtakes_the_answer_of_its_dial_frees_the_line() {
    let stack = Stack::alone().await;
    let ana = Person::new(256, 1);
    stack.fault_once(&ana, "webhook_before_answer").await;
    stack.takes(&ended(&ana, "busy")).await;
    stack.make_due(&[&ana]).await;
    stack.runs_well().await;
    assert_eq!(stack.record(&ana).await["attempts"], 2, "the result came before the answer");
    assert_eq!(stack.closed_gates(&ana).await, ["due"]);
    stack.only_request(&ana).await;
}
