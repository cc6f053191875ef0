//! `GET /audit`

use crate::world::{READ, World};
use admin::BASE;
use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};

/// What operators did in three minutes.
async fn steered() -> World {
    let world = World::new();
    world.has(world.due(1)).await;
    world.has(world.due(2)).await;
    for path in ["/lead/1/pause?phone=2125550101", "/lead/2/pause?phone=2125550102", "/lead/1/resume?phone=2125550101"]
    {
        world.post(path).await.check(200, json!({"success": true}));
        world.clock.advance(TimeDelta::minutes(1));
    }
    world.configure(json!({"max_redial_attempts": 5})).await.check(200, json!({"success": true}));
    world
}

fn told(body: &Value) -> Vec<String> {
    let entries = body["entries"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| format!("{} {}", entry["kind"].as_str().unwrap(), entry["phone"].as_str().unwrap_or("-")))
        .collect()
}

#[tokio::test]
async fn what_operators_did_is_listed_the_newest_first() {
    let answer = steered().await.get("/audit").await;
    answer.check(
        200,
        json!({"success": true, "from": "2025-12-16", "to": "2025-12-17", "unreadable": 0, "next_cursor": null}),
    );
    let all = ["settings -", "steered +12125550101", "steered +12125550102", "steered +12125550101"];
    assert_eq!(told(&answer.body), all);
}

#[rstest]
#[case("kind=settings", &["settings -"])]
#[case("phone=(212)%20555-0102", &["steered +12125550102"])]
#[case("by=ops&kind=steered&limit=1", &["steered +12125550101"])]
#[case("by=run", &[])]
#[case("from=2025-12-15&to=2025-12-16", &[])]
#[tokio::test]
async fn entries_are_filtered(#[case] query: &str, #[case] expected: &[&str]) {
    assert_eq!(told(&steered().await.get(&format!("/audit?{query}")).await.body), expected);
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repeat() {
    let world = steered().await;
    let mut found = Vec::new();
    let mut path = "/audit?limit=1".to_owned();
    loop {
        let page = world.get(&path).await.body;
        found.extend(told(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/audit?limit=1&cursor={cursor}");
    }
    assert_eq!(found, told(&world.get("/audit").await.body));
}

#[tokio::test]
async fn a_page_is_exported_with_the_cursor_of_the_next() {
    let world = steered().await;
    let export = async |format: &str, query: &str| {
        let request = Request::get(format!("{BASE}/audit{query}")).header("X-API-Key", READ).header("Accept", format);
        world.send(request.body(Body::empty()).unwrap()).await
    };
    let lines = export("application/jsonl", "").await;
    assert_eq!((lines.header("content-type"), lines.header("x-next-cursor")), ("application/jsonl", ""));
    assert_eq!(lines.text.lines().count(), 4);
    assert!(lines.text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{}", lines.text);
    let list = export("text/csv", "?limit=3").await;
    assert_eq!(list.header("content-type"), "text/csv; charset=utf-8");
    assert!(!list.header("x-next-cursor").is_empty());
    let rows: Vec<_> = list.text.lines().collect();
    assert_eq!((rows[0], rows.len()), ("at,kind,by,phone,id,entry", 4));
    assert!(rows[2].contains(",\"steered\",\"ops\",\"+12125550101\","), "{}", rows[2]);
}

#[tokio::test]
async fn an_object_that_cannot_be_read_is_counted() {
    let world = steered().await;
    let (key, _) = world.ledger.inner().all().into_iter().next().unwrap();
    world.ledger.inner().set(&key, "not a line");
    let answer = world.get("/audit").await;
    answer.check(200, json!({"unreadable": 1}));
    assert_eq!(answer.body["entries"].as_array().unwrap().len(), 3);
}

#[rstest]
#[case("from=today", "from")]
#[case("from=2025-11-01&to=2025-12-17", "to")]
#[case("from=2025-12-18&to=2025-12-17", "to")]
#[case("kind=dialed", "kind")]
#[case("phone=911", "phone")]
#[case("limit=1001", "limit")]
#[case("cursor=x", "cursor")]
#[case("actor=ops", "actor")]
#[tokio::test]
async fn a_wrong_question_is_rejected(#[case] query: &str, #[case] field: &str) {
    World::new().get(&format!("/audit?{query}")).await.check_refused(400, Some(field), "");
}
