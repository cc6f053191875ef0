//! `GET /config`, `PUT /config`

use crate::world::{JSON, World};
use redial_queue::testing::{Fault, Operation};
use rstest::rstest;
use serde_json::{Value, json};

async fn attempts(world: &World) -> Value {
    world.get("/config").await.body["config"]["max_redial_attempts"].clone()
}

#[tokio::test]
async fn settings_are_returned_as_typed_values_with_their_sources() {
    let world = World::with(&[("max_redial_attempts", "4")]);
    world.configure(json!({"success_outcomes": ["SALE", "ACA"]})).await.check(200, json!({"success": true}));
    let config = json!({
        "enabled": true, "redial_interval_minutes": 30, "max_redial_attempts": 4, "success_outcomes": ["SALE", "ACA"],
        "business_hours": "11:00-20:00", "blackout_dates": [], "progressive_intervals": [0, 0, 5, 10, 30, 60, 120],
    });
    let sources = json!({"enabled": "default", "max_redial_attempts": "environment", "success_outcomes": "override"});
    let answer = world.get("/config").await;
    answer.check(
        200,
        json!({"success": true, "timestamp": "2025-12-17T19:00:00Z", "config": config, "sources": sources}),
    );
    assert_eq!(answer.fields("/config"), answer.fields("/sources"));
}

#[tokio::test]
async fn a_change_of_several_settings_takes_effect_at_once() {
    let world = World::new();
    let body = json!({"enabled": true, "redial_interval_minutes": 45, "max_redial_attempts": 5});
    let status =
        json!({"enabled": true, "redial_interval_minutes": 45, "max_attempts": 5, "progressive_intervals": []});
    let config = json!({"redial_interval_minutes": 45, "max_redial_attempts": 5, "progressive_intervals": []});
    let changed = json!({"success": true, "message": "Configuration updated", "dry_run": false, "config": config, "status": status});
    world.configure(body).await.check(200, changed);
    world.get("/config").await.check(200, json!({"config": config}));
}

#[tokio::test]
async fn max_attempts_is_another_name_of_max_redial_attempts() {
    let world = World::new();
    world.configure(json!({"max_attempts": 5})).await.check(200, json!({"config": {"max_redial_attempts": 5}}));
    let both = world.configure(r#"{"max_redial_attempts": 5, "max_attempts": 6}"#).await;
    both.check_refused(400, Some("max_attempts"), "twice");
}

#[rstest]
#[case::unknown(json!({"max_redial_attempts": 5, "colour": "red"}), Some("colour"), "unknown setting")]
#[case::of_another_type(json!({"max_redial_attempts": 5, "enabled": "maybe"}), Some("enabled"), "true or false")]
#[case::out_of_range(json!({"max_redial_attempts": 0}), Some("max_redial_attempts"), "\"0\"; allowed: 1 to 100")]
#[case::both_intervals(
    json!({"max_redial_attempts": 5, "redial_interval_minutes": 45, "progressive_intervals": [1]}),
    Some("redial_interval_minutes"),
    "not together"
)]
#[case::the_schedule(json!({"max_redial_attempts": 5, "process_interval_minutes": 1}), Some("process_interval_minutes"), "deploy")]
#[case::no_object(json!([1]), None, "not a JSON object")]
#[tokio::test]
async fn an_invalid_change_is_rejected_as_a_whole(
    #[case] body: Value,
    #[case] field: Option<&str>,
    #[case] said: &str,
) {
    let world = World::new();
    world.configure(body).await.check_refused(400, field, said);
    world.configure("{").await.check_refused(400, None, "not a JSON object");
    assert_eq!(attempts(&world).await, 8);
    assert_eq!(world.get("/config").await.header("etag"), "\"none\"");
}

#[tokio::test]
async fn both_kinds_of_interval_are_accepted_if_the_list_is_empty() {
    let body = json!({"redial_interval_minutes": 45, "progressive_intervals": []});
    let config = json!({"redial_interval_minutes": 45, "progressive_intervals": []});
    World::new().configure(body).await.check(200, json!({"config": config}));
}

#[tokio::test]
async fn a_dry_run_returns_the_changed_settings_and_stores_nothing() {
    let world = World::new();
    let answer = world.put("/config?dry_run=true", &[JSON], json!({"max_redial_attempts": 5})).await;
    let tried = json!({"dry_run": true, "config": {"max_redial_attempts": 5}, "status": {"max_attempts": 8}});
    answer.check(200, tried);
    assert_eq!(answer.header("etag"), "\"none\"");
    assert_eq!(attempts(&world).await, 8);
    let refused = world.put("/config?dry_run=true", &[JSON], json!({"max_redial_attempts": 0})).await;
    refused.check_refused(400, Some("max_redial_attempts"), "1 to 100");
    let misspelt = world.put("/config?dryrun=true", &[JSON], json!({"max_redial_attempts": 5})).await;
    misspelt.check_refused(400, Some("dryrun"), "allowed: dry_run");
    assert_eq!(attempts(&world).await, 8);
}

#[tokio::test]
async fn a_change_with_an_outdated_if_match_is_rejected() {
    let world = World::new();
    let none = world.get("/config").await.header("etag").to_owned();
    let first = world.put("/config", &[JSON, ("If-Match", &none)], json!({"max_redial_attempts": 5})).await;
    let tag = first.check(200, json!({"success": true})).header("etag").to_owned();
    assert_eq!(world.get("/config").await.header("etag"), tag);
    assert_ne!(tag, none);
    for old in [none.as_str(), "\"another\"", &format!("W/{tag}")] {
        let stale = world.put("/config", &[JSON, ("If-Match", old)], json!({"max_redial_attempts": 6})).await;
        stale.check_refused(412, Some("If-Match"), "read them again");
    }
    assert_eq!(attempts(&world).await, 5);
    let list = format!("{none}, {tag}");
    for (accepted, value) in [(tag.as_str(), 6), ("*", 7)] {
        let header = if accepted == "*" { accepted } else { &list };
        let changed = world.put("/config", &[JSON, ("If-Match", header)], json!({"max_redial_attempts": value})).await;
        changed.check(200, json!({"config": {"max_redial_attempts": value}}));
    }
    let wrong = world.put("/config", &[JSON, ("If-Match", "5")], json!({"max_redial_attempts": 8})).await;
    wrong.check_refused(400, Some("If-Match"), "in quotes");
}

#[tokio::test]
async fn a_change_whose_acknowledgement_was_lost_does_not_conflict_with_itself() {
    let world = World::new();
    world.blobs.script(Operation::Put, [Fault::AnswerLost]);
    let changed = world.put("/config", &[JSON, ("If-Match", "\"none\"")], json!({"max_redial_attempts": 5})).await;
    changed.check(200, json!({"config": {"max_redial_attempts": 5}}));
}

#[rstest]
#[case(&[], 415)]
#[case(&[("Content-Type", "text/plain")], 415)]
#[case(&[("Content-Type", "application/x-www-form-urlencoded")], 415)]
#[case(&[("Content-Type", "application/json; charset=utf-8")], 200)]
#[case(&[("Content-Type", "Application/Merge-Patch+JSON")], 200)]
#[tokio::test]
async fn a_body_that_is_not_json_is_rejected(#[case] headers: &[(&str, &str)], #[case] status: u16) {
    let answer = World::new().put("/config", headers, json!({"max_redial_attempts": 5})).await;
    assert_eq!(answer.status, status, "{}", answer.text);
    if status == 415 {
        answer.check_refused(415, Some("Content-Type"), "application/json");
    }
}

#[tokio::test]
async fn a_body_of_more_than_64_kilobytes_is_rejected() {
    let world = World::new();
    let filled = |length: usize| format!("{{{}\"max_redial_attempts\":5}}", " ".repeat(length - 25));
    assert_eq!(filled(100).len(), 100);
    world.configure(filled(64 * 1024 + 1)).await.check_refused(413, None, "64 KB");
    assert_eq!(attempts(&world).await, 8);
    world.configure(filled(64 * 1024)).await.check(200, json!({"success": true}));
}
