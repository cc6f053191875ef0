//! Runs beside each other, and a run that has more to do than time.

use crate::people::{Person, ended, month_back, now};
use crate::stack::Stack;
use crate::store::{SCRATCH, waiting};
use chrono::TimeDelta;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Dials by number, among those of these area codes.
async fn dials(stack: &Stack, areas: &[u16]) -> BTreeMap<String, usize> {
    let mut dials = BTreeMap::new();
    for request in stack.fake("requests").await.as_array().unwrap() {
        let to = request["to"].as_str().unwrap();
        if areas.iter().any(|area| to.starts_with(&format!("+1{area}"))) {
            *dials.entry(to.to_owned()).or_default() += 1;
        }
    }
    dials
}

#[tokio::test]
async fn runs_that_start_together_dial_each_lead_once() {
    let stack = Stack::alone().await;
    // Slow enough that the runs meet.
    stack.configure(&json!({"calls_per_second": 5})).await;
    let people: Vec<Person> = (0..15).map(|n| Person::new(262, n)).collect();
    for person in &people {
        stack.takes(&ended(person, "busy")).await;
    }
    stack.make_due(&people.iter().collect::<Vec<_>>()).await;
    let (one, other, triggered) = tokio::join!(stack.try_run(), stack.try_run(), stack.post("/process"));
    assert!(triggered["success"].is_boolean());
    stack.idle().await;
    stack.runs_well().await;
    let dials = dials(&stack, &[262]).await;
    assert_eq!(dials.len(), people.len());
    assert!(dials.values().all(|times| *times == 1), "{dials:?}");
    for person in &people {
        stack.counted(person, 2).await;
    }
    let runs = [&one, &other];
    assert!(runs.iter().any(|run| run["stopped_by"] == "already_running"), "{runs:?}");
}

#[tokio::test]
async fn a_run_stops_before_its_time_is_over_and_the_next_goes_on() {
    const AREAS: [u16; 3] = [267, 269, 270];
    const TIMEOUT_MS: u64 = 45_000;
    let stack = Stack::alone().await;
    let month = month_back(SCRATCH);
    let people = AREAS.into_iter().flat_map(|area| (0..100).map(move |n| Person::new(area, n)));
    let created = now() - TimeDelta::days(65);
    let records: Map<String, Value> = people.map(|person| (person.key(), waiting(&person, created))).collect();
    stack.upload(month, Value::Object(records).to_string()).await;
    stack.fault(&json!({"fault": "late_answer", "ms": 4000})).await;

    let summary = stack.run().await;
    assert_eq!(summary["stopped_by"], "deadline", "{summary}");
    assert!(summary["duration_ms"].as_u64().unwrap() < TIMEOUT_MS - 10_000, "{summary}");
    assert_eq!(summary["errors"], 0, "{summary}");
    let first = dials(&stack, &AREAS).await;
    let made = usize::try_from(summary["calls_made"].as_u64().unwrap()).unwrap();
    assert!((20..200).contains(&first.len()) && made >= first.len(), "{made} calls, {} of them ours", first.len());
    let mut told = stack.get("/status").await["status"]["last_run"].clone();
    told["started_at"] = summary["started_at"].clone();
    assert_eq!(told, summary);

    stack.clear_faults().await;
    stack.configure(&json!({"max_calls_per_run": 30})).await;
    let summary = stack.run().await;
    assert_eq!(
        (&summary["stopped_by"], &summary["calls_made"]),
        (&json!("max_calls_per_run"), &json!(30)),
        "{summary}"
    );
    let both = dials(&stack, &AREAS).await;
    assert!(both.len() > first.len(), "the next run goes on where the first stopped");
    assert!(both.values().all(|times| *times == 1), "nobody is dialed twice: {both:?}");

    // Every call came back to its record; then what nobody needs is cleared away.
    stack.settled().await;
    stack.run().await;
    let counted = stack.texts(month).await.values().filter(|text| text.get().contains("NO_ANSWER")).count();
    assert!(counted >= both.len(), "{counted} results of {} calls", both.len());
    stack.delete_object(month).await;
}
