//! Runs and lists read only what changed and what they need.

use super::world::{NOON, World};
use chrono::TimeDelta;
use redial_domain::{Status, builders};
use redial_queue::store::Stores;
use redial_queue::store::records::RecordLimits;
use redial_queue::testing::{Operation, environment};
use redial_queue::usecase::admin::{Admin, Filter, Position, Query};
use redial_queue::usecase::run::Run;
use rstest::rstest;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

const MONTH: &str = "redial-queue/redial-queue_2025-12";
const INDEX: &str = "redial-queue/redial-queue_2025-12/index";
const LIMITS: RecordLimits = RecordLimits { records: 4, index_after: 1, ..RecordLimits::DEFAULT };
const LEADS: u32 = 60;

/// A world with leads of which so many are due, in a month that runs have divided. Nobody was dialed.
async fn world(due: u32) -> World {
    let world = World::divided_above(LIMITS, NOON, &[("running", "false")]);
    for n in 0..LEADS {
        let mut lead = builders::lead(n, world.now());
        if n >= due {
            lead.next_redial = world.now() + TimeDelta::days(1);
        }
        world.imported(lead, "2025-12").await;
    }
    for _ in 0..5 {
        world.runs().await;
    }
    world
}

/// Another process for runs, which dials.
fn process(world: &World) -> Run {
    let stores = Stores::new(world.ports(), LIMITS, environment(&[("max_calls_per_run", "100")]));
    Run { stores, dialer: Arc::clone(&world.dialer) as _ }
}

async fn calls(world: &World, run: &Run) -> u32 {
    run.execute(world.now() + TimeDelta::minutes(4)).await.calls_made
}

/// The leaves that were read since there were so many requests.
fn leaves_read_since(world: &World, before: usize) -> BTreeSet<String> {
    let objects = world.blobs.inner().all();
    let is_leaf = |key: &String| {
        let object = objects.get(key).filter(|_| key.starts_with(MONTH) && key != INDEX);
        object.is_some_and(|body| serde_json::from_slice::<Value>(body).unwrap().get("split").is_none())
    };
    let read = world.blobs.log().into_iter().skip(before).filter(|(operation, _)| *operation == Operation::Get);
    read.map(|(_, key)| key).filter(is_leaf).collect()
}

#[tokio::test]
async fn a_process_that_starts_reads_the_leaves_that_it_needs() {
    let world = world(1).await;
    let run = process(&world);
    let before = world.blobs.log().len();
    assert_eq!(calls(&world, &run).await, 1);
    assert_eq!(leaves_read_since(&world, before).len(), 1);
    // What another process writes is read again, and nothing else.
    world.answered(0, "VOICEMAIL").await;
    world.wait(1);
    let before = world.blobs.log().len();
    assert_eq!(calls(&world, &run).await, 0);
    assert_eq!(leaves_read_since(&world, before).len(), 1);
    let before = world.blobs.log().len();
    assert_eq!(calls(&world, &run).await, 0);
    assert_eq!(leaves_read_since(&world, before).len(), 0);
}

#[rstest]
#[case::deleted(|_: &World, _: &[u8]| None)]
#[case::rubbish(|_: &World, _: &[u8]| Some(b"{}".to_vec()))]
#[case::cut(|_: &World, index: &[u8]| Some(index[..index.len() / 2].to_vec()))]
#[case::of_before(|_: &World, index: &[u8]| Some(index.to_vec()))]
#[tokio::test]
async fn an_index_is_only_a_cache(#[case] spoil: fn(&World, &[u8]) -> Option<Vec<u8>>) {
    let world = world(3).await;
    let index = world.blobs.inner().all()[INDEX].clone();
    // Ten more are due, which the index does not know.
    for n in 10..20 {
        world.imported(builders::lead(n, world.now()), "2025-12").await;
    }
    world.runs().await;
    match spoil(&world, &index) {
        Some(body) => world.blobs.inner().set(INDEX, body),
        None => world.blobs.inner().remove(INDEX),
    }
    let run = process(&world);
    assert_eq!(calls(&world, &run).await, 13);
    assert_ne!(world.blobs.inner().all()[INDEX], index, "it is stored again");
}

#[tokio::test]
async fn a_do_not_call_in_a_leaf_that_nobody_dials_from_counts() {
    let world = world(3).await;
    // The same number as the first lead, in another record that is completed.
    let mut other = builders::lead(0, world.now());
    other.id = builders::lead_id("other");
    other.status = Status::Completed;
    other.outcomes = vec![redial_domain::Outcome::DNC];
    world.imported(other, "2025-12").await;
    assert_eq!(calls(&world, &process(&world)).await, 2);
    assert_eq!(world.lead(0).await.status, Status::Completed);
}

#[tokio::test]
async fn pages_have_every_record_once_in_order() {
    // Many have the same time, so that keys decide.
    let world = world(25).await;
    let page = async |query: Query| world.admin.browse(&query).await.unwrap();
    let all = page(Query { limit: 1000, ..Query::default() }).await;
    assert_eq!((all.total, all.filtered, all.records.len(), all.more), (60, 60, 60, false));
    let expected: Vec<Position> = all.records.iter().map(|record| record.position.clone()).collect();
    assert!(expected.is_sorted());
    for limit in [1, 7, 24, 25, 26, 60] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = page(Query { limit, after: after.clone(), ..Query::default() }).await;
            assert_eq!(page.filtered, 60);
            seen.extend(page.records.iter().map(|record| record.position.clone()));
            after = seen.last().cloned();
            if !page.more {
                break;
            }
            assert_eq!(page.records.len(), limit);
        }
        assert_eq!(seen, expected, "{limit} on a page");
    }
    let second = page(Query { limit: 10, offset: 20, ..Query::default() }).await;
    let second: Vec<_> = second.records.iter().map(|record| record.position.clone()).collect();
    assert_eq!(second, expected[20..30]);
    let phone = page(Query {
        filter: Filter { phone: Some(builders::phone(3)), ..Filter::default() },
        limit: 10,
        ..Query::default()
    })
    .await;
    assert_eq!((phone.filtered, phone.records.len(), phone.more), (1, 1, false));
    let text = page(Query {
        filter: Filter { lead_id: Some("3".to_owned()), ..Filter::default() },
        limit: 10,
        ..Query::default()
    })
    .await;
    assert_eq!((text.filtered, text.records.len(), text.more), (1, 1, false));
}

#[rstest]
#[case::all(Filter::default(), 60)]
#[case::status(Filter { status: Some(Status::Pending), ..Filter::default() }, 60)]
#[case::no_status(Filter { status: Some(Status::Paused), ..Filter::default() }, 0)]
#[case::ready(Filter { ready: true, ..Filter::default() }, 25)]
#[case::phone(Filter { phone: Some(builders::phone(3)), ..Filter::default() }, 1)]
#[case::text(Filter { text: Some("JANE".to_owned()), ..Filter::default() }, 60)]
#[case::unreadable(Filter { unreadable: true, ..Filter::default() }, 0)]
#[tokio::test]
async fn a_selection_has_the_records_of_the_list(#[case] filter: Filter, #[case] expected: usize) {
    let world = world(25).await;
    let admin = Admin { stores: Stores::new(world.ports(), LIMITS, environment(&[])), ..world.admin.clone() };
    let matching = admin.select(&filter, |found| found.location.clone()).await.unwrap();
    let query = Query { filter, limit: 1000, ..Query::default() };
    let mut listed: Vec<_> =
        admin.browse(&query).await.unwrap().records.into_iter().map(|view| view.found.location).collect();
    listed.sort_by_cached_key(|location| (location.key(), location.month));
    let mut selected = matching.picked;
    selected.sort_by_cached_key(|location| (location.key(), location.month));
    assert_eq!((selected.len(), selected), (expected, listed));
}
