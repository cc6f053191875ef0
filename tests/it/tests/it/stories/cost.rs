//! What an event costs in requests to the stores. `docs/RUNBOOK.md` multiplies it by prices.

use super::world::{NOON, World};
use async_trait::async_trait;
use bytes::Bytes;
use redial_domain::builders;
use redial_domain::{Actor, Arrival, CallResult};
use redial_queue::ports::{BlobStore, Entry, Expect, Fetched, Part, Put, StoreError, Version, Versioned, Wanted};
use redial_queue::store::records::{self, RecordLimits};
use redial_queue::store::{Ports, Stores};
use redial_queue::testing::{Fault, Faulty, MemoryBlobs, Operation, environment};
use redial_queue::usecase::ingest::{Ingest, Ingested};
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

#[derive(Debug, PartialEq, Eq)]
struct Cost {
    object_reads: usize,
    object_writes: usize,
    line_reads: usize,
    line_writes: usize,
}

impl Cost {
    /// Everything that was asked of the stores of a world so far.
    fn of(world: &World) -> Self {
        let (objects, lines) = (world.blobs.log(), world.lines.log());
        let count = |log: &[(Operation, String)], wanted: &[Operation]| {
            log.iter().filter(|(operation, _)| wanted.contains(operation)).count()
        };
        Self {
            object_reads: count(&objects, &[Operation::Get]),
            object_writes: count(&objects, &[Operation::Put, Operation::List]),
            // `get_many` asks for a hundred lines at once, and for none not at all.
            line_reads: count(&lines, &[Operation::Get, Operation::Open]),
            line_writes: count(&lines, &[Operation::Put]),
        }
    }

    fn since(self, before: &Self) -> Self {
        Self {
            object_reads: self.object_reads - before.object_reads,
            object_writes: self.object_writes - before.object_writes,
            line_reads: self.line_reads - before.line_reads,
            line_writes: self.line_writes - before.line_writes,
        }
    }
}

#[tokio::test]
async fn a_result_of_a_known_lead_costs_two_reads_and_three_writes() {
    let world = World::at(NOON);
    world.ends(1, "c1", "VOICEMAIL").await;
    let before = Cost::of(&world);
    world.ends(1, "c2", "NO_ANSWER").await;
    let cost = Cost { object_reads: 1, object_writes: 1, line_reads: 1, line_writes: 2 };
    assert_eq!(Cost::of(&world).since(&before), cost);
}

#[tokio::test]
async fn a_process_that_seems_to_be_the_only_writer_does_not_read_what_it_has_written() {
    let world = World::at(NOON);
    for call in 0..6 {
        world.ends(1, &format!("c{call}"), "VOICEMAIL").await;
    }
    let before = Cost::of(&world);
    world.ends(1, "c6", "NO_ANSWER").await;
    let cost = Cost { object_reads: 0, object_writes: 1, line_reads: 1, line_writes: 2 };
    assert_eq!(Cost::of(&world).since(&before), cost);

    // Another process has changed the object: the write meets a conflict, and from then on each is read first.
    let key = "redial-queue/redial-queue_2025-12.json";
    let changed = String::from_utf8_lossy(&world.blobs.inner().all()[key]).replace("VOICEMAIL", "BUSY");
    world.blobs.inner().set(key, changed);
    let before = Cost::of(&world);
    world.ends(1, "c7", "NO_ANSWER").await;
    let cost = Cost { object_reads: 1, object_writes: 2, line_reads: 1, line_writes: 2 };
    assert_eq!(Cost::of(&world).since(&before), cost);
    let before = Cost::of(&world);
    world.ends(1, "c8", "NO_ANSWER").await;
    let cost = Cost { object_reads: 1, object_writes: 1, line_reads: 1, line_writes: 2 };
    assert_eq!(Cost::of(&world).since(&before), cost);
}

#[tokio::test]
async fn the_first_result_of_a_lead_costs_a_search_of_the_open_months_more() {
    let world = World::at(NOON);
    world.ends(1, "c1", "VOICEMAIL").await;
    let before = Cost::of(&world);
    world.ends(2, "c2", "NO_ANSWER").await;
    let cost = Cost { object_reads: 2, object_writes: 1, line_reads: 1, line_writes: 3 };
    assert_eq!(Cost::of(&world).since(&before), cost);
}

#[tokio::test]
async fn the_first_record_of_a_month_is_written_on_what_the_search_has_found() {
    let world = World::at(NOON);
    world.ends(1, "c1", "VOICEMAIL").await;
    // The settings, and one object of each open month.
    let cost = Cost { object_reads: 3, object_writes: 1, line_reads: 1, line_writes: 3 };
    assert_eq!(Cost::of(&world), cost);
}

/// Notes each request for a line, and how many objects were read before it.
fn watch_lines(world: &World) -> Arc<Mutex<Vec<(Operation, usize)>>> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (noted, blobs, before) = (Arc::clone(&seen), Arc::clone(&world.blobs), Cost::of(world).object_reads);
    world.lines.otherwise(move |operation, _| {
        let reads = blobs.log().iter().filter(|(operation, _)| *operation == Operation::Get).count();
        noted.lock().unwrap().push((operation, reads - before));
        Fault::None
    });
    seen
}

#[tokio::test]
async fn the_object_is_read_while_the_line_is_read_or_written() {
    let world = World::at(NOON);
    world.ends(1, "c1", "VOICEMAIL").await;
    let seen = watch_lines(&world);
    let month = Some(builders::month("2025-12"));
    world.take_in(CallResult { month, ..world.call(1, "c2", "NO_ANSWER") }).await;
    let [read, written] = [Operation::Get, Operation::Put];
    assert_eq!(*seen.lock().unwrap(), [(read, 1), (written, 1), (written, 1)], "the result names its month");
    let seen = watch_lines(&world);
    world.ends(1, "c3", "NO_ANSWER").await;
    assert_eq!(*seen.lock().unwrap(), [(read, 0), (written, 1), (written, 1)], "the line knows the month");
}

#[tokio::test]
async fn an_object_that_changes_after_it_was_read_ahead_is_read_again() {
    let world = World::at(NOON);
    world.ends(1, "c1", "VOICEMAIL").await;
    let blobs = Arc::clone(world.blobs.inner());
    world.lines.otherwise(move |operation, _| {
        let key = "redial-queue/redial-queue_2025-12.json";
        if operation == Operation::Put {
            blobs.set(key, String::from_utf8_lossy(&blobs.all()[key]).replace("VOICEMAIL", "BUSY"));
        }
        Fault::None
    });
    let before = Cost::of(&world);
    assert_eq!(world.ends(1, "c2", "NO_ANSWER").await, Ingested::Applied);
    let cost = Cost { object_reads: 2, object_writes: 2, line_reads: 1, line_writes: 2 };
    assert_eq!(Cost::of(&world).since(&before), cost);
    let history = world.lead(1).await.history;
    assert_eq!(history.iter().map(|call| call.outcome.as_str()).collect::<Vec<_>>(), ["BUSY", "NO_ANSWER"]);
}

#[tokio::test]
async fn a_result_is_durable_while_no_object_can_be_read() {
    let world = World::at(NOON);
    world.ends(1, "c1", "VOICEMAIL").await;
    world.blobs.otherwise(|operation, _| if operation == Operation::Get { Fault::Lost } else { Fault::None });
    assert_eq!(world.ends(1, "c2", "NO_ANSWER").await, Ingested::Deferred);
    world.blobs.heal();
    world.runs().await;
    assert_eq!(world.lead(1).await.history.len(), 2);
}

#[tokio::test]
async fn an_idle_run_costs_a_list_of_each_month_and_of_lists_and_bulk_commands_four_requests_for_its_lease_and_two_for_the_rules()
 {
    let world = World::at(NOON);
    world.ends(1, "c1", "VOICEMAIL").await;
    world.runs().await;
    world.wait(1);
    let before = Cost::of(&world);
    World::dialed(&world.runs().await, 0);
    let cost = Cost { object_reads: 4, object_writes: 8, line_reads: 1, line_writes: 0 };
    assert_eq!(Cost::of(&world).since(&before), cost);
}

#[tokio::test]
async fn a_dial_costs_four_reads_and_two_writes() {
    let [one, eleven] = [1, 11].map(|leads| async move {
        let world = World::at(NOON);
        world.due_leads(leads).await;
        world.runs().await;
        for n in 0..leads {
            world.answered(n, "VOICEMAIL").await;
        }
        world.wait(10);
        let before = Cost::of(&world);
        World::dialed(&world.runs().await, leads);
        Cost::of(&world).since(&before)
    });
    let (one, eleven) = (one.await, eleven.await);
    let cost = Cost { object_reads: 10, object_writes: 0, line_reads: 30, line_writes: 20 };
    assert_eq!(eleven.since(&one), cost, "for ten dials more");
}

/// A blob store whose writes take a moment. It counts the most writes that were under way at once.
struct SlowBlobs {
    inner: Arc<Faulty<MemoryBlobs>>,
    under_way: AtomicUsize,
    most: AtomicUsize,
    /// Whether a read of records is never answered.
    hides_records: bool,
}

impl SlowBlobs {
    fn of(world: &World, hides_records: bool) -> Arc<Self> {
        let [under_way, most] = [0, 0].map(AtomicUsize::new);
        Arc::new(Self { inner: Arc::clone(&world.blobs), under_way, most, hides_records })
    }
}

/// Another process on the stores of a world, and these objects.
fn stores_with(world: &World, blobs: &Arc<SlowBlobs>) -> Arc<Stores> {
    let ports = Ports { blobs: Arc::clone(blobs) as _, ..world.ports() };
    Stores::new(ports, RecordLimits::default(), environment(&[]))
}

#[async_trait]
impl BlobStore for SlowBlobs {
    async fn get(&self, key: &str) -> Result<Option<Versioned<Bytes>>, StoreError> {
        self.inner.get(key).await
    }

    async fn get_if(&self, key: &str, wanted: &Wanted) -> Result<Fetched, StoreError> {
        if self.hides_records && key.starts_with(records::PREFIX) {
            pending().await
        }
        self.inner.get_if(key, wanted).await
    }

    async fn get_part(&self, key: &str, of: &Version, part: Part) -> Result<Option<Bytes>, StoreError> {
        self.inner.get_part(key, of, part).await
    }

    async fn put(&self, key: &str, body: Bytes, expect: &Expect) -> Result<Put, StoreError> {
        let under_way = self.under_way.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(under_way, Ordering::Relaxed);
        tokio::task::yield_now().await;
        let put = self.inner.put(key, body, expect).await;
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        put
    }

    async fn entries(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.inner.entries(prefix).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.inner.delete(key).await
    }
}

#[tokio::test]
async fn results_that_wait_for_several_objects_are_stored_side_by_side() {
    let world = World::at(NOON);
    world.put_object("redial-queue/redial-queue_2025-12.json", r#"{"v":1,"split":{"id":"a","children":4}}"#).await;
    for child in ["0000", "0001", "0002", "0003"] {
        world.put_object(&format!("redial-queue/redial-queue_2025-12/a/{child}.json"), "{}").await;
    }
    let writes_fail = |operation, _: &str| if operation == Operation::Put { Fault::Lost } else { Fault::None };
    world.blobs.otherwise(writes_fail);
    for n in 0..40 {
        assert_eq!(world.ends(n, &format!("c{n}"), "VOICEMAIL").await, Ingested::Deferred);
    }
    world.blobs.heal();
    let before = Cost::of(&world);
    let blobs = SlowBlobs::of(&world, false);
    let stores = stores_with(&world, &blobs);
    let mut open = Vec::new();
    for n in 0..40 {
        open.push((builders::phone(n), world.run.stores.lines.known(&builders::phone(n)).await.unwrap()));
    }
    let finished = Ingest::new(stores, Actor::Run).finish(open, None).await;
    assert_eq!(finished, [Ingested::Applied; 40]);
    assert_eq!(blobs.most.load(Ordering::Relaxed), 4, "one write for each object, and all at once");
    assert_eq!(Cost::of(&world).since(&before).object_writes, 4);
}

#[tokio::test]
async fn an_object_that_is_never_answered_keeps_no_sender_waiting() {
    let world = World::at(NOON);
    world.ends(1, "c1", "VOICEMAIL").await;
    let ingest = Ingest::new(stores_with(&world, &SlowBlobs::of(&world, true)), Actor::Webhook);
    let known = world.call(1, "c2", "NO_ANSWER");
    let month = Some(builders::month("2025-12"));
    let dialed = CallResult { month, ..world.call(1, "c3", "NO_ANSWER") };
    for result in [known, dialed] {
        assert_eq!(ingest.handle(Arrival::Result(result)).await.unwrap(), Ingested::Deferred);
    }
    world.runs().await;
    assert_eq!(world.lead(1).await.history.len(), 3);
}
