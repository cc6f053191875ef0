use super::*;
use crate::ports::{LineStore, Version};
use crate::store::lines::Lines;
use crate::testing::{Fault, Faulty, MemoryLines, Operation, TestClock};
use redial_domain::{Line, Phone, builders};
use std::sync::Arc;

struct World {
    store: Arc<Faulty<MemoryLines>>,
    lines: Lines,
    phone: Phone,
}

impl World {
    fn new() -> Self {
        let store = Arc::new(Faulty::new(Arc::new(MemoryLines::default())));
        let clock = Arc::new(TestClock::at("2025-12-03T17:00:00Z"));
        Self { lines: Lines::new(Arc::clone(&store) as _, clock), store, phone: builders::phone(1) }
    }

    /// Retires the line if it is not retired, and returns whether it was.
    async fn retire(&self, known: Known<Line>) -> (bool, Known<Line>) {
        let retire = |line: &mut Line| std::mem::replace(&mut line.retiring, true);
        self.lines.update_known(&self.phone, known, retire).await.unwrap()
    }

    /// Writes the line again without a change, so that it has another version.
    async fn touch(&self) {
        self.lines.touch(&self.phone, |_| ()).await.unwrap();
    }

    fn requests(&self) -> Vec<Operation> {
        self.store.log().into_iter().map(|(operation, _)| operation).collect()
    }
}

#[tokio::test]
async fn a_write_on_a_known_value_reads_nothing() {
    let world = World::new();
    world.touch().await;
    let known = world.lines.known(&world.phone).await.unwrap();
    let before = world.requests().len();
    let (was, known) = world.retire(known).await;
    assert!(!was && known.value().unwrap().retiring);
    assert_eq!(world.requests()[before..], [Operation::Put]);
    assert_eq!(known, world.lines.known(&world.phone).await.unwrap());
}

#[tokio::test]
async fn a_value_that_is_known_to_be_absent_is_made_without_a_read() {
    let world = World::new();
    let (was, known) = world.retire(Known::Absent).await;
    assert!(!was);
    assert_eq!(world.requests(), [Operation::Put]);
    assert_eq!(known, world.lines.known(&world.phone).await.unwrap());
}

#[tokio::test]
async fn a_stale_value_is_read_again_and_what_came_meanwhile_stays() {
    let world = World::new();
    let stale = world.lines.known(&world.phone).await.unwrap();
    let hold = |line: &mut Line| {
        line.calls.push(redial_domain::KnownCall {
            at: "2025-12-03T16:00:00Z".parse().unwrap(),
            attempt: None,
            call: None,
            recorded: true,
            told: None,
        })
    };
    world.lines.update(&world.phone, hold).await.unwrap();
    let before = world.requests().len();
    let (was, known) = world.retire(stale).await;
    assert!(!was);
    assert_eq!(world.requests()[before..], [Operation::Put, Operation::Get, Operation::Put]);
    let line = world.lines.get(&world.phone).await.unwrap();
    assert_eq!((line.calls.len(), line.retiring), (1, true));
    assert_eq!(known.value(), Some(&line));
}

#[tokio::test]
async fn a_decision_not_to_write_is_not_taken_on_a_stale_value() {
    let world = World::new();
    world.retire(Known::Nothing).await;
    let stale = world.lines.known(&world.phone).await.unwrap();
    world.lines.update(&world.phone, |line| line.retiring = false).await.unwrap();
    // On the stale value there is nothing to do.
    let (was, _) = world.retire(stale).await;
    assert!(!was && world.lines.get(&world.phone).await.unwrap().retiring);
}

#[tokio::test]
async fn a_write_on_a_known_value_whose_answer_is_lost_is_found_by_the_next_round() {
    let world = World::new();
    world.touch().await;
    let known = world.lines.known(&world.phone).await.unwrap();
    world.store.script(Operation::Put, [Fault::AnswerLost]);
    let (was, _) = world.retire(known).await;
    assert!(was, "the second round reads what the first has written");
}

#[tokio::test]
async fn a_version_that_never_was_is_a_conflict_and_no_round_less() {
    let world = World::new();
    let never = Known::Value(Versioned { value: Line::default(), version: Version("never".to_owned()) });
    let cell = Counter(&world);
    let clock = TestClock::at("2025-12-03T17:00:00Z");
    let rewrite = |line: Option<&Line>| Change::Write(line.cloned().unwrap_or_default(), ());
    assert!(update_known(&cell, never, &clock, 1, rewrite).await.is_ok());
    assert_eq!(world.requests(), [Operation::Put, Operation::Get, Operation::Put]);
}

struct Counter<'a>(&'a World);

#[async_trait]
impl Cell for Counter<'_> {
    type Value = Line;

    async fn read(&self) -> Result<Option<Versioned<Line>>, StoreError> {
        self.0.store.get(&self.0.phone).await
    }

    async fn write(&self, line: &Line, expect: &Expect) -> Result<Put, StoreError> {
        self.0.store.put(&self.0.phone, line, expect).await
    }
}
