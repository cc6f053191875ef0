//! Whole months.

use crate::world::{ADMIN, READ, World};
use chrono::TimeDelta;
use redial_queue::testing::{Fault, Operation};
use rstest::rstest;
use serde_json::json;
use std::sync::Arc;

const PATH: &str = "/export?month=2025-12";
const ROOT: &str = "redial-queue/redial-queue_2025-12.json";

#[rstest]
#[case(READ)]
#[case(ADMIN)]
#[tokio::test]
async fn a_month_is_answered_with_a_link_to_its_file(#[case] key: &str) {
    let world = World::new();
    world.has(world.due(1)).await;
    world.has(world.due(2)).await;
    let answer = world.ask("GET", PATH, Some(key)).await;
    let file = world.blobs.inner().all().into_iter().find(|(key, _)| key.starts_with("exports/")).unwrap();
    answer.check(
        200,
        json!({
            "success": true, "month": "2025-12", "records": 2, "bytes": file.1.len(), "expires_at": "2025-12-17T19:15:00Z",
            "url": format!("https://memory.invalid/{}?lifetime=900", file.0),
        }),
    );
    assert_eq!(answer.fields("").len(), 6);
    assert_eq!(file.1, world.blobs.inner().all()[ROOT]);
}

#[tokio::test]
async fn a_month_that_takes_long_is_answered_with_its_progress_and_then_with_its_link() {
    let world = World::new();
    for n in 0..20 {
        world.has(world.due(n)).await;
    }
    let clock = Arc::clone(&world.clock);
    world.blobs.otherwise(move |operation, _| {
        if operation == Operation::Part {
            clock.advance(TimeDelta::seconds(17));
        }
        Fault::None
    });
    let answer = world.get(PATH).await;
    answer.check(202, json!({"success": true, "month": "2025-12", "leaves_done": 1, "leaves": 1}));
    assert_eq!((answer.header("retry-after"), answer.fields("").len()), ("1", 5));
    assert!(answer.body["message"].as_str().unwrap().contains("Repeat"));
    world.get(PATH).await.check(200, json!({"records": 20}));
}

#[rstest]
#[case("", "missing")]
#[case("?month=", "missing")]
#[case("?month=2025", "YYYY-MM")]
#[case("?month=2025-13", "YYYY-MM")]
#[case("?month=2025-12-17", "YYYY-MM")]
#[case("?month=../2025-12", "YYYY-MM")]
#[tokio::test]
async fn a_request_without_a_month_is_told_what_to_send(#[case] query: &str, #[case] said: &str) {
    let world = World::new();
    world.get(&format!("/export{query}")).await.check_refused(400, Some("month"), said);
    assert!(world.blobs.log().is_empty());
}

#[tokio::test]
async fn a_month_that_is_not_stored_gets_404() {
    World::new().get(PATH).await.check_refused(404, None, "retention_days");
}

#[tokio::test]
async fn a_month_that_runs_must_divide_first_gets_503() {
    let world = World::new();
    world.blobs.inner().set(ROOT, vec![b' '; 16_000_001]);
    let answer = world.get(PATH).await;
    assert_eq!(answer.check_refused(503, None, "divided by runs").header("retry-after"), "300");
}

#[tokio::test]
async fn an_object_that_cannot_be_read_is_named() {
    let world = World::new();
    world.blobs.inner().set(ROOT, "{\"a\": ");
    let answer = world.get(PATH).await;
    answer.check_refused(503, None, &format!("{ROOT} cannot be read; restore it"));
    assert_eq!(answer.header("retry-after"), "");
}

#[tokio::test]
async fn progress_that_others_always_change_gets_409() {
    let world = World::new();
    world.has(world.due(1)).await;
    world.blobs.otherwise(|operation, key| match operation {
        Operation::Put if key.starts_with("redial-queue/exports/") => Fault::Conflict,
        _ => Fault::None,
    });
    world.get(PATH).await.check_refused(409, None, "retry");
}
