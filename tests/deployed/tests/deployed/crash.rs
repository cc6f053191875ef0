//! Processes that die at the worst moment.

use crate::people::{Person, ended, now};
use crate::stack::Stack;
use crate::workers::signal;
use redial_formats::run_v1;
use redial_queue::ports::{BlobStore, Expect, LineStore, Put};
use redial_queue::store::run_state;
use rustix::process::Signal;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::sleep;

/// Shorter than what lies between two writes: several answers of the stores.
const STEP: Duration = Duration::from_millis(1);
/// More steps than a webhook takes.
const STEPS: usize = 2000;

#[tokio::test]
async fn a_webhook_that_dies_between_its_line_and_its_record_is_finished_by_a_run() {
    let stack = Stack::alone().await;
    // On a busy machine a step may be longer than it should be, and the record is there before the line was looked at.
    for n in 0..10 {
        let ana = Person::new(276, n);
        let result = ended(&ana, "voicemail");
        let answer = dies_once_its_line_is_written(&stack, &ana, &result).await;
        if !stack.records(&ana).await.is_empty() {
            continue;
        }
        assert!(answer >= 500, "whoever died has not answered: {answer}");
        let line = stack.lines.get(&ana.number()).await.unwrap().unwrap().value;
        assert_eq!(line.inbox.len(), 1, "the result waits on its line");

        // Nobody sends it again.
        let summary = stack.runs_well().await;
        assert!(summary["reconciled"].as_u64() >= Some(1), "{summary}");
        let record = stack.record(&ana).await;
        assert_eq!((&record["attempts"], &record["last_call_id"]), (&json!(1), &result["call_id"]));
        assert_eq!(stack.closed_gates(&ana).await, ["due"], "the line is free");
        assert_eq!(stack.bland(&result).await.with(200)["result"], "repeat");
        return;
    }
    panic!("no process could be stopped between its line and its record");
}

/// Lets the function work in short steps until the result stands on its line, and kills it there. Gives the status of what
/// the sender was told.
async fn dies_once_its_line_is_written(stack: &Stack, person: &Person, result: &Value) -> u16 {
    // So that there is a process to be stopped.
    stack.bland(&ended(person, "streaming_event")).await.with(200);
    let workers = stack.workers(&stack.at.webhook);
    signal(&workers, Signal::STOP);
    let steps = async {
        // On a busy machine one step may be enough for both writes. Then the line is free again, and no step would be the last.
        for _ in 0..STEPS {
            if stack.lines.get(&person.number()).await.unwrap().is_some_and(|line| !line.value.inbox.is_empty()) {
                break;
            }
            signal(&workers, Signal::CONT);
            sleep(STEP).await;
            signal(&workers, Signal::STOP);
        }
        signal(&workers, Signal::KILL);
    };
    let (answer, ()) = tokio::join!(stack.bland(result), steps);
    answer.status
}

#[tokio::test]
async fn a_webhook_that_dies_right_after_its_answer_has_lost_nothing() {
    let stack = Stack::alone().await;
    let ana = Person::new(281, 1);
    let result = ended(&ana, "voicemail");
    stack.takes(&result).await;
    stack.kill(&stack.at.webhook);
    let record = stack.record(&ana).await;
    assert_eq!((&record["attempts"], &record["last_call_id"]), (&json!(1), &result["call_id"]));
    // Another process goes on, and knows it.
    assert_eq!(stack.bland(&result).await.with(200)["result"], "repeat");
    stack.make_due(&[&ana]).await;
    stack.runs_well().await;
    stack.only_request(&ana).await;
    stack.counted(&ana, 2).await;
}

#[tokio::test]
async fn a_run_that_dies_while_the_provider_accepts_its_call_is_not_repeated() {
    let stack = Stack::alone().await;
    let ana = Person::new(279, 1);
    stack.script(&ana, &["NO_ANSWER"], 8000).await;
    stack.fault(&json!({"to": ana.phone, "times": 1, "fault": "hang_after", "ms": 10_000})).await;
    stack.takes(&ended(&ana, "busy")).await;
    stack.make_due(&[&ana]).await;
    let dies = async {
        while stack.requests(&ana).await.is_empty() {
            sleep(STEP).await;
        }
        stack.kill(&stack.at.processor);
    };
    let (died, ()) = tokio::join!(stack.invoke(), dies);
    assert!(died.is_err(), "the run has no summary: {died:?}");
    assert_eq!(stack.try_run().await["stopped_by"], "already_running", "its lease is not over");

    lease_ends(&stack).await;
    let summary = stack.runs_well().await;
    assert!(summary["deferred"].as_u64() >= Some(1), "{summary}");
    stack.only_request(&ana).await;
    let record = stack.counted(&ana, 2).await;
    assert_eq!(record["last_call_id"], stack.calls(&ana).await[0]["call_id"]);
    stack.settled().await;
    assert_eq!(stack.closed_gates(&ana).await, ["due"], "the line is free");
    stack.was_dialed(&ana, 1).await;
}

/// Brings the end of the lease forward, which is that of the invocation that died.
async fn lease_ends(stack: &Stack) {
    let stored = stack.blobs.get(run_state::KEY).await.unwrap().unwrap();
    let mut state = run_v1::parse(&stored.value).unwrap();
    state.lease.as_mut().expect("a run was at work").until = now();
    let ended = run_v1::to_bytes(&state).into();
    let put = stack.blobs.put(run_state::KEY, ended, &Expect::At(stored.version)).await.unwrap();
    assert!(matches!(put, Put::Stored(_)), "nobody else writes it");
}
