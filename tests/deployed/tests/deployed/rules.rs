//! Decisions about calling rules, through the gateway.

use crate::people::now;
use crate::stack::Stack;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

/// What the rules say about Louisiana on a Wednesday at noon.
async fn louisiana(stack: &Stack) -> Value {
    let mut wednesday = now().date_naive() + TimeDelta::days(1);
    while wednesday.format("%a").to_string() != "Wed" || holiday(&wednesday.format("%m-%d").to_string()) {
        wednesday += TimeDelta::days(1);
    }
    stack.get(&format!("/rules/check?state=LA&at={wednesday}T18:00:00Z")).await
}

/// A holiday that can be a Wednesday.
fn holiday(day: &str) -> bool {
    ["01-01", "06-19", "07-04", "11-11", "12-25"].contains(&day)
}

#[tokio::test]
async fn a_suspension_closes_a_state_until_it_is_ended_and_both_are_proved() {
    let stack = Stack::alone().await;
    let key = Some(stack.at.admin_key.as_str());
    let before = louisiana(&stack).await;
    assert_eq!(before["next_allowed_at"], before["at"], "{before}");

    let suspension = json!({"kind": "suspension", "jurisdiction": "LA", "why": "emergency declared by the governor"});
    let read = Some(stack.at.read_key.as_str());
    stack.ask(Method::POST, "/rules/decisions", read, Some(&suspension)).await.with(403);
    let recorded = stack.ask(Method::POST, "/rules/decisions", key, Some(&suspension)).await.with(201);
    let id = recorded["decision"]["id"].as_str().unwrap();
    assert_eq!(louisiana(&stack).await["next_allowed_at"], Value::Null);
    let listed = stack.get("/rules/decisions").await;
    assert!(listed["decisions"].as_array().unwrap().iter().any(|one| one["id"] == id && one["in_force"] == true));

    stack.ask(Method::DELETE, &format!("/rules/decisions/{id}"), key, None).await.with(400);
    let ended = stack.ask(Method::DELETE, &format!("/rules/decisions/{id}?why=over"), key, None).await.with(200);
    assert_eq!(ended["decision"]["ended_why"], "over");
    assert_eq!(louisiana(&stack).await["next_allowed_at"], before["at"]);
    stack.ask(Method::DELETE, "/rules/decisions/unknown?why=over", key, None).await.with(404);

    let today = now().date_naive();
    let path = format!("/numbers/2125550101/proof?from={}&to={today}", today - TimeDelta::days(1));
    let proof = stack.get(&path).await;
    assert_eq!(proof["verified"], true, "{proof}");
    assert!(proof["decisions"].as_array().unwrap().iter().any(|one| one["id"] == id), "{proof}");
}

#[tokio::test]
async fn the_rules_in_force_are_listed_with_their_citations() {
    let stack = Stack::unprepared().await;
    let rules = stack.get("/rules").await;
    let rules = rules["rules"].as_array().unwrap();
    assert!(rules.len() >= 60, "{}", rules.len());
    assert!(rules.iter().all(|rule| rule["citation"].as_str().is_some_and(|law| !law.is_empty())), "{rules:?}");
}
