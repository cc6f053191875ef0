//! Two operators at the same time. Their requests take turns at each operation of a store, so each has read before the other
//! writes.

use crate::world::{Answer, JSON, World};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn world() -> World {
    let world = World::new();
    world.blobs.take_turns();
    world.ledger.take_turns();
    world.lines.take_turns();
    world
}

/// The statuses of two answers, the lower one first.
fn statuses(one: &Answer, other: &Answer) -> [u16; 2] {
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    statuses
}

/// The ids of all events of a kind in the ledger. Two entries with one id are the same event.
fn events(world: &World, kind: &str) -> BTreeSet<String> {
    let entries = world.entries();
    let of_kind = entries.iter().filter(|entry| entry["kind"] == kind);
    of_kind.map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn of_two_changes_of_the_settings_that_both_have_read_one_is_made() {
    let world = world();
    let tag = world.get("/config").await.header("etag").to_owned();
    let headers = [JSON, ("If-Match", tag.as_str())];
    let change = |attempts: u32| world.put("/config", &headers, json!({"max_redial_attempts": attempts}));
    let (one, other) = tokio::join!(change(5), change(6));
    assert_eq!(statuses(&one, &other), [200, 412], "{} {}", one.text, other.text);
    let (made, attempts, refused) = if one.status == 200 { (&one, 5, &other) } else { (&other, 6, &one) };
    refused.check_refused(412, Some("If-Match"), "read them again");
    made.check(200, json!({"config": {"max_redial_attempts": attempts}}));
    let config = world.get("/config").await;
    config.check(200, json!({"config": {"max_redial_attempts": attempts}}));
    assert_eq!(config.header("etag"), made.header("etag"));
}

#[tokio::test]
async fn two_changes_of_different_settings_are_both_made() {
    let world = world();
    let (one, other) = tokio::join!(
        world.configure(json!({"max_redial_attempts": 5})),
        world.configure(json!({"calls_per_second": 2}))
    );
    assert_eq!(statuses(&one, &other), [200, 200], "{} {}", one.text, other.text);
    let config = json!({"max_redial_attempts": 5, "calls_per_second": 2});
    world.get("/config").await.check(200, json!({"config": config}));
}

#[tokio::test]
async fn a_bulk_command_that_both_confirm_is_given_once() {
    let world = world();
    for n in 1..=3 {
        world.has(world.due(n)).await;
    }
    let preview = world.post("/leads/pause?all=true").await;
    let path = format!("/leads/pause?confirm={}", preview.body["confirm"].as_str().unwrap());
    let (one, other) = tokio::join!(world.post(&path), world.post(&path));
    assert_eq!(statuses(&one, &other), [200, 200], "{} {}", one.text, other.text);
    assert_eq!(one.body, other.body);
    one.check(200, json!({"state": "done", "total": 3, "done": 3, "changed": 3}));
    assert_eq!((events(&world, "bulk").len(), events(&world, "steered").len()), (1, 3));
    assert_eq!(world.get("/records?status=paused").await.body["filtered"], 3);
}

#[tokio::test]
async fn a_lead_that_both_add_has_the_record_of_one() {
    let world = world();
    let named = |name: &str| json!({"lead_id": "1", "phone_number": "2125550101", "first_name": name});
    let (ana, ben) = (named("Ana"), named("Ben"));
    let (one, other) = tokio::join!(world.adds(&ana), world.adds(&ben));
    assert_eq!(statuses(&one, &other), [200, 201], "{} {}", one.text, other.text);
    let (added, name, known) = if one.status == 201 { (&one, "Ana", &other) } else { (&other, "Ben", &one) };
    added.check(201, json!({"result": "added", "record": {"first_name": name}}));
    known.check(200, json!({"result": "exists", "record": {"first_name": name}}));
    let records = world.get("/records").await;
    records.check(200, json!({"filtered": 1}));
    assert_eq!(records.body["records"][0]["first_name"], name);
}

#[tokio::test]
async fn a_lead_that_one_pauses_and_one_resumes_is_as_the_later_left_it() {
    let world = world();
    world.has(world.due(1)).await;
    let path = |command: &str| format!("/lead/1/{command}?phone=2125550101");
    let (pause, resume) = (path("pause"), path("resume"));
    let (one, other) = tokio::join!(world.post(&pause), world.post(&resume));
    assert_eq!(statuses(&one, &other), [200, 200], "{} {}", one.text, other.text);
    let status: Value = world.get("/records").await.body["records"][0]["status"].clone();
    assert!(["paused", "pending"].map(|word| json!(word)).contains(&status), "{status}");
    assert_eq!(events(&world, "steered").len(), 2);
}
