//! The whole queue: status, switches, runs and cleanup.

use crate::world::{ADMIN, READ, World};
use chrono::TimeDelta;
use redial_domain::breaker::{BreakerTrip, Cause};
use redial_domain::builders;
use redial_domain::{Breaker, Lead, RunEnd, RunSummary, Status};
use redial_queue::ports::Clock;
use rstest::rstest;
use serde_json::json;

#[tokio::test]
async fn the_status_has_every_field_of_the_original_guide() {
    let world = World::with(&[("redial_interval_minutes", "30"), ("max_redial_attempts", "4")]);
    world.has(world.due(1)).await;
    for (n, status) in [(2, Status::Rescheduled), (3, Status::Completed), (4, Status::MaxAttempts), (5, Status::Paused)]
    {
        world.has(Lead { status, ..world.due(n) }).await;
    }
    world.has(Lead { next_redial: world.clock.now() + TimeDelta::minutes(1), ..world.due(6) }).await;
    let status = json!({
        "running": true, "enabled": true, "is_processing": false,
        "interval_minutes": 5, "redial_interval_minutes": 30, "max_attempts": 4,
        "progressive_intervals": [0, 0, 5, 10, 30, 60, 120],
        "max_calls_per_day": null, "calls_today": 0,
        "breaker": {"state": "closed", "cause": null, "opened_at": null, "until": null, "failures": 0, "message": null},
        "business_hours_open": true, "calling_hours_ignored": false, "last_run": null,
        "calling_rules": "hours_and_caps", "calling_rules_version": "2026-11-27.1", "warnings": [],
    });
    let stats = json!({
        "enabled": true, "total_records": 6, "pending": 2, "rescheduled": 1, "completed": 1, "max_attempts": 1,
        "paused": 1, "ready_to_dial": 2, "current_month": "2025-12", "unreadable_objects": 0, "unreadable_records": 0,
        "waiting_for_consent": {}, "dividing": [],
    });
    let operator = json!({"name": "ops", "access": "admin"});
    let expected = json!({
        "success": true, "timestamp": "2025-12-17T19:00:00Z", "operator": operator, "status": status, "stats": stats,
    });
    let answer = world.get("/status").await;
    assert_eq!(answer.check(200, json!({})).body, expected);
}

#[tokio::test]
async fn the_status_says_whose_key_was_sent_and_whether_it_may_change_something() {
    let world = World::new();
    for (key, name, access) in [(ADMIN, "ops", "admin"), (READ, "retool", "read")] {
        let answer = world.ask("GET", "/status", Some(key)).await;
        answer.check(200, json!({"operator": {"name": name, "access": access}}));
        assert!(!answer.text.contains(key), "{}", answer.text);
    }
}

#[tokio::test]
async fn unreadable_objects_and_records_are_counted() {
    let world = World::new();
    let month = "redial-queue/redial-queue_2025-12";
    world.blobs.inner().set(&format!("{month}.json"), r#"{"v":1,"split":{"id":"a","children":2}}"#);
    world.blobs.inner().set(&format!("{month}/a/0000.json"), "{");
    world.blobs.inner().set(&format!("{month}/a/0001.json"), r#"{"x":{"lead_id":"1"}}"#);
    let stats = json!({"unreadable_objects": 1, "unreadable_records": 1, "total_records": 1});
    world.get("/status").await.check(200, json!({"stats": stats}));
}

#[tokio::test]
async fn a_large_month_shows_how_far_its_division_is() {
    let world = World::new();
    let key = "redial-queue/redial-queue_2025-12.json";
    let body = format!("{{\"1_5555550101\":\"{}\"}}", "x".repeat(16_000_000));
    let dividing = json!({"month": "2025-12", "key": key, "bytes": body.len(), "parts_written": 0, "parts": null});
    world.blobs.inner().set(key, body);
    let stats = json!({"dividing": [dividing], "unreadable_objects": 0, "total_records": 0});
    world.get("/status").await.check(200, json!({"stats": stats}));
    world.get("/lead/1/explain?phone=5555550101").await.check_refused(503, None, "being divided by runs");
}

#[tokio::test]
async fn ignored_calling_hours_cause_a_warning() {
    let world = World::with(&[("ignore_calling_hours", "true")]);
    let answer = world.get("/status").await;
    answer.check(200, json!({"status": {"calling_hours_ignored": true}}));
    assert!(answer.body["status"]["warning"].as_str().unwrap().starts_with("CALLING HOURS ARE IGNORED"));
}

#[tokio::test]
async fn no_lead_is_ready_outside_business_hours() {
    let world = World::new();
    world.has(world.due(1)).await;
    world.clock.advance(TimeDelta::hours(8));
    let closed = json!({"status": {"business_hours_open": false}, "stats": {"ready_to_dial": 0, "pending": 1}});
    world.get("/status").await.check(200, closed);
}

#[tokio::test]
async fn the_status_has_the_last_run() {
    let world = World::new();
    let summary = RunSummary {
        started_at: world.clock.now(),
        total_ready: 5,
        calls_made: 3,
        skipped: 2,
        ..RunSummary::default()
    };
    let end = RunEnd { summary, ..RunEnd::default() };
    world.admin.stores.runs.release("a run", &end).await.unwrap();
    let last_run = json!({"total_ready": 5, "calls_made": 3, "skipped": 2, "errors": 0, "reconciled": 0, "deferred": 0, "stopped_by": null});
    world.get("/status").await.check(200, json!({"status": {"last_run": last_run}}));
}

#[tokio::test]
async fn the_status_has_the_breaker_and_the_calls_of_the_day() {
    let world = World::with(&[("max_calls_per_day", "100")]);
    let (now, today) = (world.clock.now(), builders::at("2025-12-17T12:00:00Z").date_naive());
    world.admin.stores.runs.reserve("a run", today, 0, 100).await.unwrap();
    let message = Some("Pathway not found".to_owned());
    let until = now + TimeDelta::minutes(5);
    let trip = BreakerTrip { cause: Cause::Refusing, opened_at: now, until, failures: 1, message };
    world.admin.stores.runs.set_breaker(&Breaker::Open(trip)).await.unwrap();
    for (minutes, state) in [(0, "open"), (5, "half_open")] {
        world.clock.advance(TimeDelta::minutes(minutes));
        let breaker = json!({
            "state": state, "cause": "refusing", "failures": 1, "message": "Pathway not found",
            "opened_at": "2025-12-17T19:00:00Z", "until": "2025-12-17T19:05:00Z",
        });
        let status = json!({"max_calls_per_day": 100, "calls_today": 20, "breaker": breaker});
        world.get("/status").await.check(200, json!({"status": status}));
    }
}

#[rstest]
#[case("disable", "enable", "enabled")]
#[case("stop", "start", "running")]
#[tokio::test]
async fn a_switch_is_stored_and_takes_effect_at_once(#[case] off: &str, #[case] on: &str, #[case] key: &str) {
    let world = World::new();
    for (path, is_on) in [(off, false), (on, true)] {
        let switched =
            json!({"success": true, "config": {key: is_on}, "sources": {key: "override"}, "status": {key: is_on}});
        let answer = world.post(&format!("/{path}")).await;
        assert!(!answer.check(200, switched).body["message"].as_str().unwrap().is_empty());
        world.get("/status").await.check(200, json!({"status": {key: is_on}}));
    }
}

#[tokio::test]
async fn a_run_is_triggered() {
    let world = World::new();
    let started = json!({"success": true, "message": "Processing triggered", "status": {"running": true}});
    world.post("/process").await.check(200, started);
    assert_eq!(world.trigger.count(), 1);
}

#[rstest]
#[case("disable", "disabled")]
#[case("stop", "stopped")]
#[tokio::test]
async fn a_run_is_not_triggered_if_the_queue_is_disabled_or_stopped(#[case] path: &str, #[case] reason: &str) {
    let world = World::new();
    world.post(&format!("/{path}")).await;
    let answer = world.post("/process").await;
    answer.check(200, json!({"success": false, "status": {"is_processing": false}}));
    assert!(answer.body["message"].as_str().unwrap().contains(reason));
    assert_eq!(world.trigger.count(), 0);
}

#[tokio::test]
async fn a_run_is_not_triggered_during_another_run() {
    let world = World::new();
    world.admin.stores.runs.acquire("a run", world.clock.now() + TimeDelta::minutes(4)).await.unwrap();
    let busy = json!({"success": false, "message": "Already processing", "status": {"is_processing": true}});
    world.post("/process").await.check(200, busy);
    assert_eq!(world.trigger.count(), 0);
}

#[tokio::test]
async fn expired_months_are_deleted_on_demand() {
    let world = World::new();
    for created in ["2025-10-01T12:00:00Z", "2025-09-01T12:00:00Z", "2025-12-01T12:00:00Z"] {
        world.has(builders::lead(1, builders::at(created))).await;
    }
    let answer = world.post("/cleanup").await;
    answer.check(200, json!({"success": true, "deleted": 2, "months": ["2025-09", "2025-10"]}));
    assert!(answer.body["message"].as_str().unwrap().contains("2025-10"));
    world.post("/cleanup").await.check(200, json!({"success": true, "deleted": 0, "months": []}));
    world.get("/status").await.check(200, json!({"stats": {"total_records": 1}}));
}
