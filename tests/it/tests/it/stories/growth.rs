//! Months that divide themselves.

use super::world::{NOON, World};
use chrono::TimeDelta;
use redial_domain::{LeadKey, Outcome, Status, builders};
use redial_queue::ports::BlobStore;
use redial_queue::store::records::{RecordChange, RecordLimits};
use redial_queue::testing::{Fault, Operation};
use redial_queue::usecase::ingest::Ingested;
use serde_json::{Value, json};

const ROOT: &str = "redial-queue/redial-queue_2025-12.json";
const PREFIX: &str = "redial-queue/redial-queue_2025-12";

/// A world whose runs divide objects of more than four records.
fn world() -> World {
    let limit = RecordLimits { records: 4, ..RecordLimits::default() };
    World::divided_above(limit, NOON, &[("max_calls_per_run", "100")])
}

fn object(world: &World, key: &str) -> Value {
    serde_json::from_slice(&world.blobs.inner().all()[key]).unwrap()
}

/// The objects of the tree, without its index.
fn objects(world: &World) -> Vec<Value> {
    let objects = world.blobs.inner().all().into_iter();
    let of_the_tree = objects.filter(|(key, _)| key.starts_with(PREFIX) && key.ends_with(".json"));
    of_the_tree.map(|(_, body)| serde_json::from_slice(&body).unwrap()).collect()
}

/// The number of records of each leaf, and the number of markers.
fn tree(world: &World) -> (Vec<usize>, usize) {
    let objects = objects(world);
    let (markers, leaves): (Vec<_>, Vec<_>) = objects.into_iter().partition(|object| object.get("split").is_some());
    (leaves.iter().map(|leaf| leaf.as_object().unwrap().len()).collect(), markers.len())
}

/// A record of the original, with a field that we do not know.
fn uploaded(n: u32, at: i64) -> Value {
    json!({
        "lead_id": n.to_string(), "phone_number": builders::phone(n).as_str(), "status": "pending", "attempts": 1,
        "created_at": at, "next_redial_timestamp": at, "daily_max_reached_at": {"of": n},
    })
}

#[tokio::test]
async fn a_month_that_outgrows_its_limit_is_divided_and_each_lead_is_dialed_once() {
    let world = world();
    world.due_leads(40).await;
    assert_eq!(tree(&world), (vec![40], 0));
    World::dialed(&world.runs().await, 40);
    let (leaves, markers) = tree(&world);
    assert_eq!((leaves.iter().sum::<usize>(), markers), (40, 1));
    // The next run divides what is still too large, and a month that is divided enough stays as it is.
    for n in 0..40 {
        assert_eq!(world.answered(n, "VOICEMAIL").await, Ingested::Applied);
    }
    for _ in 0..3 {
        world.wait(1);
        world.runs().await;
    }
    let (leaves, markers) = tree(&world);
    assert_eq!(leaves.iter().sum::<usize>(), 40);
    assert!(leaves.iter().all(|records| *records <= 4), "{leaves:?}");
    world.runs().await;
    assert_eq!(tree(&world), (leaves, markers));
    for n in 0..40 {
        assert_eq!(world.lead(n).await.attempts, 1);
    }
}

#[tokio::test]
async fn an_uploaded_month_is_divided_and_keeps_every_record_to_the_letter() {
    let limit = RecordLimits { records: 4, ..RecordLimits::default() };
    // Nobody is dialed, so that nothing but divisions changes objects.
    let world = World::divided_above(limit, NOON, &[("running", "false")]);
    let at = (world.now() - TimeDelta::hours(1)).timestamp_millis();
    let mut month = serde_json::Map::new();
    for n in 0..20 {
        // Some keys of another form, as the original had.
        let key = LeadKey::new(&builders::lead_id(&n.to_string()), &builders::phone(n)).as_str().to_owned();
        let key = if n % 4 == 0 { builders::phone(n).as_str().to_owned() } else { key };
        month.insert(key, uploaded(n, at));
    }
    month.insert("unreadable".to_owned(), json!({"lead_id": "x"}));
    month.insert("nothing".to_owned(), Value::Null);
    world.blobs.inner().set(ROOT, Value::Object(month.clone()).to_string());
    for _ in 0..4 {
        let summary = world.runs().await;
        assert_eq!((summary.calls_made, summary.errors), (0, 2), "{summary:?}");
    }
    assert!(tree(&world).1 > 0);
    let mut union = serde_json::Map::new();
    for object in objects(&world) {
        if object.get("split").is_none() {
            for (key, record) in object.as_object().unwrap() {
                assert_eq!(union.insert(key.clone(), record.clone()), None, "{key} is in two objects");
            }
        }
    }
    assert_eq!(union, month);
    let dialing = world.second_instance(&[("max_calls_per_run", "100")]);
    assert_eq!(dialing.execute(world.now() + TimeDelta::minutes(4)).await.calls_made, 20);
    for n in 0..20 {
        assert_eq!(world.answered(n, "TRANSFERRED").await, Ingested::Applied);
        assert_eq!(world.lead(n).await.status, Status::Completed);
    }
}

#[tokio::test]
async fn a_process_that_did_not_see_a_division_finds_its_records() {
    let world = world();
    world.due_leads(4).await;
    let other = world.second_instance(&[]);
    let months = [builders::month("2025-12")];
    assert_eq!(other.stores.records.scan(&months).await.unwrap().found.len(), 4);
    // Its memory has the object with four records, and then it is divided twice.
    for n in 4..30 {
        world.imported(builders::lead(n, world.now()), "2025-12").await;
    }
    for _ in 0..3 {
        world.runs().await;
    }
    assert!(tree(&world).1 > 1);
    for n in [0, 29, 99] {
        let lead = builders::lead(n, world.now());
        let location = builders::lead_ref(n, "2025-12");
        other.stores.records.update(&location, |_| RecordChange::Put(Box::new(lead.clone()), ())).await.unwrap();
        assert_eq!(other.stores.records.read(&location).await.unwrap(), Some(lead));
    }
    assert_eq!(tree(&world).0.iter().sum::<usize>(), 31);
}

#[tokio::test]
async fn a_part_that_is_missing_is_not_made_again_and_holds_up_its_own_leads_only() {
    let world = world();
    world.due_leads(20).await;
    world.runs().await;
    let keys = world.blobs.inner().list(&format!("{PREFIX}/")).await.unwrap();
    let gone = keys.iter().find(|key| object(&world, key).as_object().unwrap().len() > 1).unwrap();
    let leads: Vec<u32> = object(&world, gone)
        .as_object()
        .unwrap()
        .values()
        .map(|lead| lead["lead_id"].as_str().unwrap().parse().unwrap())
        .collect();
    let body = world.blobs.inner().all().remove(gone).unwrap();
    world.blobs.inner().delete(gone).await.unwrap();
    for n in 0..20 {
        let expected = if leads.contains(&n) { Ingested::Deferred } else { Ingested::Applied };
        assert_eq!(world.answered(n, "VOICEMAIL").await, expected);
    }
    world.wait(10);
    let summary = world.runs().await;
    assert_eq!(usize::try_from(summary.calls_made).unwrap(), 20 - leads.len());
    assert!(summary.errors > 0 && !world.blobs.inner().all().contains_key(gone));
    // An operator restores it.
    world.blobs.inner().set(gone, body);
    world.runs().await;
    for n in leads {
        assert_eq!(world.lead(n).await.outcomes, [Outcome::VOICEMAIL]);
    }
}

#[tokio::test]
async fn a_month_that_is_uploaded_again_is_read_from_its_first_object() {
    let world = world();
    world.due_leads(20).await;
    world.runs().await;
    assert!(tree(&world).1 > 0);
    world.run.stores.records.delete_month(builders::month("2025-12")).await.unwrap();
    let other = world.second_instance(&[]);
    world.due_leads(20).await;
    world.runs().await;
    // This process has the markers of the second month, and the month is deleted and uploaded by others.
    other.stores.records.delete_month(builders::month("2025-12")).await.unwrap();
    assert_eq!(tree(&world), (vec![], 0));
    let at = world.now().timestamp_millis();
    let key = LeadKey::new(&builders::lead_id("1"), &builders::phone(1));
    world.blobs.inner().set(ROOT, json!({ key.as_str(): uploaded(1, at) }).to_string());
    assert_eq!(world.ends(1, "c1", "BUSY").await, Ingested::Applied);
    assert_eq!(world.lead(1).await.outcomes, [Outcome::BUSY]);
    assert_eq!(tree(&world), (vec![1], 0));
}

#[tokio::test]
async fn the_first_run_after_a_month_was_replaced_dials_from_what_is_there() {
    let world = world();
    world.due_leads(20).await;
    World::dialed(&world.runs().await, 20);
    let other = world.second_instance(&[]);
    other.stores.records.delete_month(builders::month("2025-12")).await.unwrap();
    let at = (world.now() - TimeDelta::hours(1)).timestamp_millis();
    let key = LeadKey::new(&builders::lead_id("50"), &builders::phone(50));
    world.blobs.inner().set(ROOT, json!({ key.as_str(): uploaded(50, at) }).to_string());
    World::dialed(&world.runs().await, 1);
    other.stores.records.delete_month(builders::month("2025-12")).await.unwrap();
    World::dialed(&world.runs().await, 0);
}

#[tokio::test]
async fn a_division_that_loses_its_race_leaves_nothing_behind() {
    let world = world();
    world.due_leads(8).await;
    let before = world.blobs.inner().all();
    world.blobs.otherwise(|operation, key| match operation {
        Operation::Put if key == ROOT => Fault::Conflict,
        _ => Fault::None,
    });
    World::dialed(&world.runs().await, 8);
    world.blobs.heal();
    let of_month = |objects: std::collections::BTreeMap<String, bytes::Bytes>| {
        objects.into_iter().filter(|(key, _)| key.starts_with(PREFIX)).collect::<Vec<_>>()
    };
    assert_eq!(of_month(world.blobs.inner().all()), of_month(before));
}

#[tokio::test]
async fn a_marker_that_was_sent_twice_on_its_way_is_found_and_keeps_its_parts() {
    let world = world();
    world.due_leads(8).await;
    world.blobs.otherwise(|operation, key| match operation {
        Operation::Put if key == ROOT => Fault::Repeated,
        _ => Fault::None,
    });
    World::dialed(&world.runs().await, 8);
    world.blobs.heal();
    assert_eq!((tree(&world).0.iter().sum::<usize>(), tree(&world).1), (8, 1));
    for n in 0..8 {
        assert_eq!(world.answered(n, "VOICEMAIL").await, Ingested::Applied);
    }
}

#[tokio::test]
async fn a_division_whose_end_is_unknown_stays_readable_either_way() {
    for fault in [Fault::Lost, Fault::AnswerLost] {
        let world = world();
        world.due_leads(8).await;
        world.blobs.otherwise(move |operation, key| match operation {
            Operation::Put if key == ROOT => fault,
            _ => Fault::None,
        });
        let summary = world.runs().await;
        assert_eq!((summary.calls_made, summary.errors), (8, 1), "{summary:?}");
        world.blobs.heal();
        for n in 0..8 {
            assert_eq!(world.answered(n, "VOICEMAIL").await, Ingested::Applied);
            assert_eq!(world.lead(n).await.outcomes, [Outcome::VOICEMAIL]);
        }
    }
}

#[tokio::test]
async fn an_expired_month_goes_with_all_its_parts() {
    let world = world();
    world.due_leads(20).await;
    world.runs().await;
    assert!(tree(&world).1 > 0);
    // One part fails: the month is still there, and no part of it is empty.
    world.set("2026-02-15T17:00:00Z");
    let root = |key: &str| key == ROOT;
    world.blobs.otherwise(move |operation, key| match operation {
        Operation::Delete if !root(key) && key.ends_with("0001.json") => Fault::Lost,
        _ => Fault::None,
    });
    world.runs().await;
    assert!(world.blobs.inner().all().contains_key(ROOT));
    world.blobs.heal();
    world.runs().await;
    assert_eq!(tree(&world), (vec![], 0));
    assert_eq!(world.run.stores.records.stored_months().await.unwrap(), []);
}
