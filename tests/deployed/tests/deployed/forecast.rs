//! Whom runs will dial.

use crate::people::{Person, ended};
use crate::stack::Stack;
use reqwest::Method;
use serde_json::{Value, json};

const PEOPLE: u64 = 6;

async fn tried(stack: &Stack, change: &Value) -> Value {
    let key = Some(stack.at.admin_key.as_str());
    let answer = stack.ask(Method::PUT, "/config?dry_run=true", key, Some(change)).await.with(200);
    answer["forecast"].clone()
}

#[tokio::test]
async fn a_run_dials_as_many_as_was_forecast_and_a_dry_run_shows_what_a_change_would_do() {
    let stack = Stack::alone().await;
    let people: Vec<Person> = (0..PEOPLE).map(|n| Person::new(386, u16::try_from(n).unwrap())).collect();
    for person in &people {
        stack.script(person, &["NO_ANSWER"], 300).await;
        stack.takes(&ended(person, "busy")).await;
    }
    stack.make_due(&people.iter().collect::<Vec<_>>()).await;

    // Leads of other stories may be due too.
    let first = |forecast: &Value| forecast["first_run"].as_u64().unwrap();
    let attempts = tried(&stack, &json!({"max_redial_attempts": 1})).await;
    assert!(first(&attempts["before"]) >= first(&attempts["after"]) + PEOPLE, "{attempts}");
    assert!(attempts["before"]["total"].as_u64() > attempts["after"]["total"].as_u64(), "{attempts}");
    let stopped = tried(&stack, &json!({"running": false})).await;
    assert_eq!((&stopped["after"]["first_run"], &stopped["after"]["total"]), (&json!(0), &json!(0)), "{stopped}");
    assert_eq!(stack.get("/config").await["config"]["max_redial_attempts"], 8, "nothing was changed");

    let forecast = stack.get("/forecast?hours=2").await;
    assert!(first(&forecast) >= PEOPLE, "{forecast}");
    assert_eq!(forecast["hours"].as_array().unwrap().len(), 2);
    let summary = stack.runs_well().await;
    let made = summary["calls_made"].as_u64().unwrap();
    assert!((first(&forecast)..first(&forecast) + 3).contains(&made), "{made} of {forecast}");
    for person in &people {
        stack.only_request(person).await;
    }
    stack.settled().await;
}
