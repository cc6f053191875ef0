//! Many senders at once, every result twice: each is counted once.

use crate::people::{Person, ended_ago};
use crate::stack::Stack;
use futures_util::future::join_all;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::sleep;

const SENDERS: u16 = 16;

#[tokio::test(flavor = "multi_thread")]
async fn results_that_arrive_all_at_once_are_each_counted_once() {
    let stack = Stack::alone().await;
    let shared = Person::new(272, 99);
    let own: Vec<Person> = (0..SENDERS).map(|n| Person::new(272, n)).collect();
    // Old calls, so that nobody is near the cap of a day.
    let calls = |person: &Person, count: i64| -> Vec<Value> {
        (0..count).map(|n| ended_ago(person, "no_answer", 100_000 + n)).collect()
    };
    let by_sender: Vec<(Vec<Value>, Vec<Value>)> =
        own.iter().map(|person| (calls(person, 5), calls(&shared, 3))).collect();

    let gateway = &stack;
    let sending = join_all(by_sender.iter().map(|(own, shared)| async move {
        for payload in own.iter().chain(shared) {
            // As when an answer is lost: the same result again, and at the same time.
            tokio::join!(delivered(gateway, payload), delivered(gateway, payload));
        }
    }));
    let sweeping = async {
        loop {
            stack.try_run().await;
            sleep(Duration::from_millis(500)).await;
        }
    };
    tokio::select! {
        _ = sending => {}
        () = sweeping => unreachable!("runs go on until the senders are done"),
    }
    stack.idle().await;
    stack.runs_well().await;

    for (person, (calls, _)) in own.iter().zip(&by_sender) {
        has_exactly(&stack.record(person).await, calls.iter());
    }
    has_exactly(&stack.record(&shared).await, by_sender.iter().flat_map(|(_, shared)| shared));
    for person in own.iter().chain([&shared]) {
        stack.was_dialed(person, 0).await;
        let closed = stack.closed_gates(person).await;
        assert!(!closed.contains(&"line_free".to_owned()), "nothing waits: {closed:?}");
    }
}

/// As Bland does: again, a little later, until it is taken.
async fn delivered(stack: &Stack, payload: &Value) {
    for round in 1..20 {
        let answer = stack.bland(payload).await;
        if answer.status == 200 {
            return;
        }
        // Our own answer names a time; the gateway's says only that everyone is busy.
        assert!(matches!(answer.status, 429 | 502..=504), "{answer:?}");
        assert!(answer.status != 503 || answer.retry_after.is_some(), "{answer:?}");
        sleep(Duration::from_millis(100 * round)).await;
    }
    panic!("a result was turned away too often");
}

#[track_caller]
fn has_exactly<'a>(record: &Value, calls: impl Iterator<Item = &'a Value>) {
    let sent: BTreeSet<&str> = calls.map(|call| call["call_id"].as_str().unwrap()).collect();
    let history = record["call_history"].as_array().unwrap();
    let counted: BTreeSet<&str> = history.iter().map(|call| call["call_id"].as_str().unwrap()).collect();
    assert_eq!(counted, sent);
    assert_eq!(history.len(), sent.len(), "each once");
    assert_eq!(record["attempts"].as_u64(), u64::try_from(sent.len()).ok());
}
