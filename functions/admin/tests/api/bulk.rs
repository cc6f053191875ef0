//! Commands for many leads.

use crate::world::{Answer, READ, World};
use chrono::TimeDelta;
use redial_domain::{Command, builders};
use redial_queue::testing::Fault;
use serde_json::json;

/// Leads that are due, of which one is paused.
async fn world() -> World {
    let world = World::new();
    for n in 1..=4 {
        world.has(world.due(n)).await;
    }
    let (id, phone) = (builders::lead_id("4"), builders::phone(4));
    world.admin.steer(&builders::operator(), &id, &phone, Command::Pause).await.unwrap();
    world
}

fn token(preview: &Answer) -> &str {
    preview.body["confirm"].as_str().unwrap()
}

async fn count(world: &World, status: &str) -> serde_json::Value {
    world.get(&format!("/records?status={status}")).await.body["filtered"].clone()
}

#[tokio::test]
async fn a_preview_has_counts_a_sample_and_a_token_and_changes_nothing() {
    let world = world().await;
    let preview = world.post("/leads/pause?q=JANE&ready=true").await;
    let filter = json!({"q": "JANE", "ready": "true"});
    let expected = json!({
        "success": true, "command": "pause", "filter": filter, "count": 3, "changed": 3, "unchanged": 0,
        "impossible": {}, "unread_objects": 0, "expires_at": "2025-12-17T20:00:00Z",
    });
    preview.check(200, expected);
    let lead = json!({
        "lead_id": "1", "phone_number": "+12125550101", "month": "2025-12", "status": "pending",
        "next_redial_iso": "2025-12-17T19:00:00Z",
    });
    assert_eq!(preview.body["sample"][0], lead);
    assert_eq!(count(&world, "paused").await, 1);
    world.get(&format!("/leads/bulk/{}", token(&preview))).await.check_refused(404, None, "was confirmed");
}

#[tokio::test]
async fn a_preview_without_leads_has_no_token() {
    let world = World::new();
    world.post("/leads/remove?all=true").await.check(200, json!({"count": 0, "sample": [], "confirm": null}));
}

#[tokio::test]
async fn a_confirmed_command_says_how_far_it_is_and_so_does_its_id() {
    let world = world().await;
    let preview = world.post("/leads/pause?all=true").await;
    preview.check(200, json!({"count": 4, "changed": 3, "unchanged": 1, "filter": {}}));
    let done = world.post(&format!("/leads/pause?confirm={}", token(&preview))).await;
    let expected = json!({
        "success": true, "id": token(&preview), "command": "pause", "filter": {}, "state": "done", "by": "ops",
        "confirmed_at": "2025-12-17T19:00:00Z", "updated_at": "2025-12-17T19:00:00Z", "total": 4, "done": 4,
        "changed": 3, "unchanged": 1, "impossible": {}, "unreadable": 0,
    });
    done.check(200, expected);
    assert_eq!(count(&world, "paused").await, 4);
    let path = format!("/leads/bulk/{}", token(&preview));
    let shown = world.ask("GET", &path, Some(READ)).await;
    assert_eq!((shown.status.as_u16(), &shown.body), (200, &done.body));
    assert_eq!(world.trigger.count(), 0, "nothing is left for a run");
}

#[tokio::test]
async fn what_is_left_is_for_a_run_unless_the_queue_is_disabled() {
    for (setting, started) in [("true", 1), ("false", 0)] {
        let world = world().await;
        world.configure(format!(r#"{{"enabled":{setting}}}"#)).await.check(200, json!({}));
        let preview = world.post("/leads/pause?all=true").await;
        world.lines.otherwise(|_, _| Fault::Lost);
        let running = world.post(&format!("/leads/pause?confirm={}", token(&preview))).await;
        running.check(202, json!({"state": "running", "total": 4, "done": 0}));
        assert_eq!(world.trigger.count(), started, "{setting}");
    }
}

#[tokio::test]
async fn a_token_is_refused_where_it_is_not_valid() {
    let world = world().await;
    let preview = world.post("/leads/pause?all=true").await;
    let token = token(&preview);
    let remove = world.post(&format!("/leads/remove?confirm={token}")).await;
    remove.check_refused(409, None, "the token is for pause");
    let filtered = world.post(&format!("/leads/pause?confirm={token}&status=pending")).await;
    filtered.check_refused(400, Some("status"), "without a filter");
    let read = world.ask("POST", &format!("/leads/pause?confirm={token}"), Some(READ)).await;
    read.check_refused(403, None, "may only read");
    for guess in ["1", "0198c0de-7000-7000-8000-000000000001"] {
        world.post(&format!("/leads/pause?confirm={guess}")).await.check_refused(
            404,
            None,
            "no preview has this token",
        );
    }
    world.clock.advance(TimeDelta::hours(1));
    let late = world.post(&format!("/leads/pause?confirm={token}")).await;
    late.check_refused(409, None, "older than one hour");
    assert_eq!(count(&world, "paused").await, 1);
}

#[tokio::test]
async fn a_token_is_refused_for_another_key() {
    let world = world().await;
    let other = redial_domain::Actor::Operator { key: "other".to_owned(), user: None };
    let filter = redial_queue::usecase::admin::Filter::default();
    let preview = world.admin.preview_bulk(&other, redial_domain::BulkCommand::Pause, &filter, [].into()).await;
    let token = preview.unwrap().id.unwrap();
    world.post(&format!("/leads/pause?confirm={token}")).await.check_refused(403, None, "another key");
}

#[tokio::test]
async fn every_lead_must_be_asked_for() {
    let world = world().await;
    world.post("/leads/remove").await.check_refused(400, Some("all"), "a filter is missing");
    world.post("/leads/remove?status=unreadable").await.check_refused(400, Some("status"), "take no command");
    assert_eq!(count(&world, "pending").await, 3);
}
