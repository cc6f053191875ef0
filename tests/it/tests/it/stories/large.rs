//! Uploaded months that are too large to be read at once.

use super::world::{NOON, World};
use bytes::Bytes;
use chrono::TimeDelta;
use redial_domain::{LeadKey, Month, Outcome, Status, Stop, builders};
use redial_queue::ports::{BlobStore, StoreError};
use redial_queue::store::records::RecordLimits;
use redial_queue::testing::{Fault, Operation};
use redial_queue::usecase::ingest::Ingested;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const ROOT: &str = "redial-queue/redial-queue_2025-12.json";
const PROGRESS: &str = "redial-queue/redial-queue_2025-12.division";
const PREFIX: &str = "redial-queue/redial-queue_2025-12";
/// Far smaller than in production, so that an object has many pieces and needs several passes.
const LIMITS: RecordLimits =
    RecordLimits { records: 4, bytes: 1_500, whole_bytes: 4_000, pass_bytes: 4_000, ..RecordLimits::DEFAULT };

fn world() -> World {
    World::divided_above(LIMITS, NOON, &[("max_calls_per_run", "100")])
}

/// A record of the original, with a field that we do not know.
fn uploaded(world: &World, n: u32) -> Value {
    let at = (world.now() - TimeDelta::hours(1)).timestamp_millis();
    json!({
        "lead_id": n.to_string(), "phone_number": builders::phone(n).as_str(), "status": "pending", "attempts": 1,
        "created_at": at, "next_redial_timestamp": at, "daily_max_reached_at": {"of": n},
    })
}

fn key(n: u32) -> String {
    LeadKey::new(&builders::lead_id(&n.to_string()), &builders::phone(n)).as_str().to_owned()
}

/// A month of so many leads, some of them under keys of another form, with what is no record.
fn month(world: &World, leads: u32) -> Map<String, Value> {
    let form = |n| if n % 4 == 0 { builders::phone(n).as_str().to_owned() } else { key(n) };
    let mut month: Map<_, _> = (0..leads).map(|n| (form(n), uploaded(world, n))).collect();
    month.insert("unreadable".to_owned(), json!({"lead_id": "x"}));
    month.insert("nothing".to_owned(), Value::Null);
    month
}

fn upload(world: &World, month: &Map<String, Value>) {
    // Not as our own writer prints it.
    world.blobs.inner().set(ROOT, serde_json::to_string_pretty(month).unwrap());
}

fn objects(world: &World) -> BTreeMap<String, Bytes> {
    world.blobs.inner().all().into_iter().filter(|(key, _)| key.starts_with(PREFIX)).collect()
}

/// The records of all leaves, each in one of them.
fn union(world: &World) -> Map<String, Value> {
    let mut union = Map::new();
    for (_, body) in objects(world).into_iter().filter(|(key, _)| key.ends_with(".json")) {
        let object: Map<String, Value> = serde_json::from_slice(&body).unwrap();
        for (key, record) in object.into_iter().filter(|_| !body.starts_with(b"{\"split\"")) {
            assert_eq!(union.insert(key.clone(), record), None, "{key} is in two objects");
        }
    }
    union
}

#[tokio::test]
async fn a_large_month_is_divided_to_the_letter_and_dialed_by_the_next_run() {
    let world = world();
    let month = month(&world, 60);
    upload(&world, &month);
    World::stopped(&world.runs().await, Stop::DivisionUnfinished);
    assert_eq!(union(&world), month);
    assert!(!objects(&world).contains_key(PROGRESS));
    world.wait(5);
    assert_eq!(world.runs().await.calls_made, 60);
    for n in 0..60 {
        assert_eq!(world.answered(n, "TRANSFERRED").await, Ingested::Applied);
        assert_eq!(world.lead(n).await.status, Status::Completed);
    }
}

#[tokio::test]
async fn results_that_come_in_before_the_division_are_applied_after_it() {
    let world = world();
    let mut month = month(&world, 60);
    upload(&world, &month);
    for n in 0..10 {
        assert_eq!(world.ends(n, &format!("c{n}"), "BUSY").await, Ingested::Deferred);
    }
    // A lead that the month does not have.
    assert_eq!(world.ends(70, "c70", "BUSY").await, Ingested::Deferred);
    World::stopped(&world.runs().await, Stop::DivisionUnfinished);
    world.wait(5);
    world.runs().await;
    for n in (0..10).chain([70]) {
        assert_eq!(world.lead(n).await.outcomes, [Outcome::BUSY]);
    }
    let now = union(&world);
    for n in 0..10 {
        for key in [key(n), builders::phone(n).as_str().to_owned()] {
            month.remove(&key);
        }
    }
    assert!(month.iter().all(|(key, record)| now[key]["created_at"] == record["created_at"]));
}

#[tokio::test]
async fn nobody_is_dialed_whom_a_record_of_a_large_month_forbids() {
    let world = world();
    let mut month = month(&world, 60);
    let forbidden =
        json!({"status": "completed", "outcomes": ["DNC"], "last_outcome": "DNC", "next_redial_timestamp": null});
    for (name, value) in forbidden.as_object().unwrap() {
        month[&key(1)][name] = value.clone();
    }
    upload(&world, &month);
    // Another lead of the number, in a month that can be read.
    let lead = redial_domain::Lead { id: builders::lead_id("other"), ..builders::lead(1, world.now()) };
    world.imported(lead, "2025-11").await;
    World::stopped(&world.runs().await, Stop::DivisionUnfinished);
    world.wait(5);
    assert_eq!(world.runs().await.calls_made, 59);
    assert!(world.dialer.orders().iter().all(|order| order.lead.phone != builders::phone(1)));
}

#[tokio::test]
async fn a_run_goes_on_where_another_one_ended() {
    let world = world();
    let month = month(&world, 60);
    upload(&world, &month);
    for failing in ["0005.json", "0009.json", "0017.json"] {
        world.blobs.otherwise(move |operation, key| match operation {
            Operation::Put if key.ends_with(failing) => Fault::Lost,
            _ => Fault::None,
        });
        let before = objects(&world);
        let summary = world.runs().await;
        assert_eq!((summary.calls_made, summary.stopped_by), (0, Some(Stop::DivisionUnfinished)));
        let after = objects(&world);
        assert!(after.len() > before.len() && after.contains_key(PROGRESS), "{failing}");
        // What was written stays, and is not written again.
        assert!(before.iter().all(|(key, body)| after[key] == body), "{failing}");
        let status = world.admin.overview().await.unwrap().large;
        let (written, parts) = status[0].written.unwrap();
        assert_eq!(written, after.len() - 2, "without the object and the progress");
        assert!(written < usize::try_from(parts).unwrap());
    }
    world.blobs.heal();
    World::stopped(&world.runs().await, Stop::DivisionUnfinished);
    assert_eq!(union(&world), month);
    assert!(world.admin.overview().await.unwrap().large.is_empty());
}

#[tokio::test]
async fn a_run_has_no_time_for_every_pass() {
    let world = world();
    let month = month(&world, 60);
    upload(&world, &month);
    let mut runs = 0;
    while objects(&world).get(ROOT).is_some_and(|root| !root.starts_with(b"{\"split\"")) {
        // It has no time to lose, but for one pass.
        let summary = world.run.execute(world.now() + TimeDelta::seconds(60)).await;
        assert_eq!(summary.stopped_by, Some(Stop::DivisionUnfinished));
        runs += 1;
        assert!(runs < 40);
    }
    assert!(runs > 3, "{runs}");
    assert_eq!(union(&world), month);
}

#[tokio::test]
async fn a_run_without_time_begins_with_one_of_two_large_months() {
    let world = world();
    let month = month(&world, 60);
    upload(&world, &month);
    world.blobs.inner().set("redial-queue/redial-queue_2025-11.json", serde_json::to_string(&month).unwrap());
    let summary = world.run.execute(world.now() + TimeDelta::seconds(60)).await;
    assert_eq!(summary.stopped_by, Some(Stop::DivisionUnfinished));
    let begun = world.blobs.inner().all().into_keys().filter(|key| key.ends_with(".division")).count();
    assert_eq!(begun, 1);
}

#[tokio::test]
async fn a_month_that_is_uploaded_again_meanwhile_is_divided_anew() {
    let world = world();
    let first = month(&world, 60);
    upload(&world, &first);
    world.blobs.otherwise(|operation, key| match operation {
        Operation::Put if key.ends_with("0009.json") => Fault::Lost,
        _ => Fault::None,
    });
    world.runs().await;
    world.blobs.heal();
    let second = month(&world, 80);
    upload(&world, &second);
    World::stopped(&world.runs().await, Stop::DivisionUnfinished);
    let marker: Value = serde_json::from_slice(&objects(&world)[ROOT]).unwrap();
    let id = marker["split"]["id"].as_str().unwrap().to_owned();
    let of_the_second: Map<_, _> = objects(&world)
        .into_iter()
        .filter(|(key, _)| key.contains(&id))
        .flat_map(|(_, body)| serde_json::from_slice::<Map<String, Value>>(&body).unwrap())
        .collect();
    assert_eq!(of_the_second, second);
    world.wait(5);
    assert_eq!(world.runs().await.calls_made, 80);
}

#[tokio::test]
async fn a_large_object_that_cannot_be_understood_holds_up_its_own_leads_only() {
    let world = world();
    world.imported(builders::lead(90, world.now()), "2025-11").await;
    let body = serde_json::to_string(&month(&world, 60)).unwrap();
    for body in [body[..body.len() - 1].to_owned(), format!("[{body}]"), "{\"a\":".to_owned() + &"1".repeat(9_000)] {
        world.blobs.inner().set(ROOT, body);
        world.wait(5);
        let summary = world.runs().await;
        assert!(summary.errors > 0 && summary.stopped_by.is_none(), "{summary:?}");
    }
    assert_eq!(world.dials(90).len(), 1);
}

#[tokio::test]
async fn an_operator_is_asked_to_wait_for_the_division() {
    let world = world();
    upload(&world, &month(&world, 60));
    let read = world.run.stores.records.read(&builders::lead_ref(1, "2025-12")).await;
    assert!(
        matches!(&read, Err(StoreError::TooLarge(error)) if error.to_string().contains("runs divide it")),
        "{read:?}"
    );
    let months = [builders::month("2025-12")];
    let found = world.run.stores.records.find_by_phone(&builders::phone(1), &months).await;
    assert!(matches!(found, Err(StoreError::TooLarge(_))));
    let facts = world.run.stores.records.facts_of(&builders::phone(1), &months).await;
    assert!(matches!(facts, Err(StoreError::TooLarge(_))));
    let numbers = world.run.stores.records.find_numbers(Some(&builders::lead_id("1")), None, &months).await;
    assert!(matches!(numbers, Err(StoreError::TooLarge(_))));
}

#[tokio::test]
async fn a_large_month_that_expires_goes_with_its_parts() {
    let world = world();
    upload(&world, &month(&world, 60));
    world.blobs.otherwise(|operation, key| match operation {
        Operation::Put if key.ends_with("0009.json") => Fault::Lost,
        _ => Fault::None,
    });
    world.runs().await;
    world.blobs.heal();
    assert!(objects(&world).len() > 2);
    world.run.stores.records.delete_month(Month::parse("2025-12").unwrap()).await.unwrap();
    assert!(world.blobs.inner().list(PREFIX).await.unwrap().is_empty());
}
