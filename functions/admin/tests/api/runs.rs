//! `GET /runs`

use crate::world::World;
use chrono::TimeDelta;
use redial_domain::{RUNS_KEPT, RunEnd, RunSummary, Stop};
use redial_queue::ports::Clock;
use rstest::rstest;
use serde_json::json;

/// Stores that a run of minute `minute` ended so.
async fn ran(world: &World, minute: i64, stopped_by: Option<Stop>) {
    let started_at = world.clock.now() + TimeDelta::minutes(minute);
    let summary = RunSummary { started_at, calls_made: 1, stopped_by, ..RunSummary::default() };
    let end = RunEnd { summary, ..RunEnd::default() };
    world.admin.stores.runs.release("a run", &end).await.unwrap();
}

#[tokio::test]
async fn the_last_runs_are_shown_with_why_they_stopped() {
    let world = World::new();
    world.get("/runs").await.check(200, json!({"success": true, "is_processing": false, "runs": []}));
    ran(&world, 0, None).await;
    ran(&world, 5, Some(Stop::MaxCallsPerRun)).await;
    // The first answer was lost, and the run stores its end again.
    ran(&world, 5, Some(Stop::MaxCallsPerRun)).await;
    let answer = world.get("/runs").await;
    let runs = answer.body["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[0]["started_at"], "2025-12-17T19:05:00Z");
    assert_eq!((&runs[0]["stopped_by"], &runs[0]["calls_made"]), (&json!("max_calls_per_run"), &json!(1)));
    assert!(runs[0]["explanation"].as_str().unwrap().contains("next run"), "{}", answer.text);
    assert_eq!((&runs[1]["stopped_by"], &runs[1]["explanation"]), (&json!(null), &json!(null)));
    assert_eq!(world.get("/runs?limit=1").await.body["runs"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_day_of_runs_is_kept() {
    let world = World::new();
    for minute in 0..i64::try_from(RUNS_KEPT).unwrap() + 2 {
        ran(&world, minute, None).await;
    }
    let answer = world.get("/runs?limit=288").await;
    let runs = answer.body["runs"].as_array().unwrap();
    assert_eq!(runs.len(), RUNS_KEPT);
    assert_eq!(runs[RUNS_KEPT - 1]["started_at"], "2025-12-17T19:02:00Z");
}

#[rstest]
#[case("limit=0", "limit")]
#[case("limit=289", "limit")]
#[case("days=1", "days")]
#[tokio::test]
async fn a_wrong_question_is_rejected(#[case] query: &str, #[case] field: &str) {
    World::new().get(&format!("/runs?{query}")).await.check_refused(400, Some(field), "");
}
