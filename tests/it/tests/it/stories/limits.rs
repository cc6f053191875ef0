//! Who is not dialed, and when a run stops.

use super::world::{NOON, World};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::builders;
use redial_domain::{AttemptId, CallId, Command, KnownCall, Lead, Line, Outcome, Phone, Profile, Source, Status, Stop};
use redial_domain::{CallState, DialOrder};
use redial_queue::ports::{
    AskError, BlobStore, DialError, Dialer, Entry, Expect, Fetched, Part, Put, StoreError, Version, Versioned, Wanted,
};
use redial_queue::store::records::RecordLimits;
use redial_queue::store::{Ports, Stores, run_state};
use redial_queue::testing::{FakeDialer, MemoryBlobs, Reply, TestClock, environment};
use redial_queue::usecase::admin::Steered;
use redial_queue::usecase::run::Run;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn a_do_not_call_ends_every_lead_of_the_number() {
    let world = World::at(NOON);
    let twin = Lead { phone: builders::phone(1), ..builders::lead(2, world.now()) };
    world.imported(twin, "2025-12").await;
    world.ends(1, "c1", "DNC").await;
    assert_eq!(world.lead(1).await.status, Status::Completed);
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.skipped, summary.errors), (0, 1, 0));
    assert_eq!(world.lead(2).await.status, Status::Completed);
}

#[tokio::test]
async fn a_lead_with_records_in_two_months_is_one_lead() {
    let world = World::at(NOON);
    for month in ["2025-11", "2025-12"] {
        world.imported(builders::lead(1, world.now()), month).await;
    }
    World::dialed(&world.runs().await, 1);
    world.answered(1, "NO_ANSWER").await;
    World::dialed(&world.runs().await, 0);
    world.wait(5);
    World::dialed(&world.runs().await, 1);
    world.answered(1, "SALE").await;
    world.wait(60);
    World::dialed(&world.runs().await, 0);
    let removed = world
        .admin
        .steer(&builders::operator(), &builders::lead_id("1"), &builders::phone(1), Command::Remove)
        .await
        .unwrap();
    assert_eq!((removed, world.records_of(1).await.len()), (Steered::Done, 0));
}

#[tokio::test]
async fn leads_at_their_cap_take_nobodys_turn() {
    let world = World::with(NOON, &[("max_calls_per_number_24h", "1"), ("calls_per_second", "1")]);
    for n in 0..300 {
        world.imported(builders::lead(n, world.now() - TimeDelta::hours(1)), "2025-12").await;
        let called = KnownCall { at: world.now(), attempt: None, call: None, recorded: true, told: None };
        world.lines.inner().set(&builders::phone(n), &Line { calls: vec![called], ..Line::default() });
    }
    world.imported(builders::lead(300, world.now()), "2025-12").await;
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.skipped, summary.stopped_by), (1, 300, None));
}

#[tokio::test]
async fn numbers_that_the_provider_refuses_do_not_open_the_circuit_breaker_for_the_others() {
    let world = World::with(NOON, &[("max_concurrent_calls", "1")]);
    world.due_leads(30).await;
    for n in (0..30).filter(|n| n % 2 == 0) {
        world.dialer.script(&builders::phone(n), [Reply::Refused("no".into())]);
    }
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.errors, summary.stopped_by), (15, 15, None));
}

#[tokio::test]
async fn a_request_that_the_provider_always_refuses_opens_it() {
    let world = World::with(NOON, &[("max_concurrent_calls", "1")]);
    world.due_leads(40).await;
    for n in 0..40 {
        let message = if n % 2 == 0 { "no such country" } else { "no such state" };
        world.dialer.script(&builders::phone(n), [Reply::Refused(message.into())]);
    }
    let summary = world.runs().await;
    assert_eq!((summary.errors, summary.stopped_by), (20, Some(Stop::ProviderRefusing)));
}

#[tokio::test]
async fn a_number_is_not_called_more_often_than_its_cap_in_24_hours_whoever_calls() {
    let world = World::with(NOON, &[("max_calls_per_number_24h", "3")]);
    for call in ["c1", "c2", "c3"] {
        world.ends(1, call, "BUSY").await;
    }
    world.wait(60);
    World::dialed(&world.runs().await, 0);
    world.wait(24 * 60 - 59);
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_person_is_called_in_the_hours_of_their_state_only() {
    let world = World::with("2025-12-17T16:30:00Z", &[]);
    let state = |n, state: &str| Lead {
        profile: Profile { state: state.to_owned(), ..builders::profile() },
        ..builders::lead(n, world.now())
    };
    world.imported(state(1, "NY"), "2025-12").await;
    world.imported(state(2, "HI"), "2025-12").await;
    World::dialed(&world.runs().await, 1);
    assert_eq!((world.dials(1).len(), world.dials(2).len()), (1, 0));
}

#[tokio::test]
async fn two_runs_at_once_dial_each_lead_once() {
    let world = World::at(NOON);
    world.due_leads(20).await;
    let other = world.second_instance(&[]);
    let deadline = world.now() + TimeDelta::minutes(4);
    let (one, two) = tokio::join!(world.run.execute(deadline), other.execute(deadline));
    let stops = [one.stopped_by, two.stopped_by];
    assert!(stops.contains(&Some(Stop::AlreadyRunning)) && stops.contains(&None), "{stops:?}");
    assert_eq!(world.dialer.orders().len(), 20);
}

/// The store of a process that does not see the lease of others.
struct OwnLease {
    shared: Arc<dyn BlobStore>,
    own: MemoryBlobs,
}

impl OwnLease {
    fn of(&self, key: &str) -> &dyn BlobStore {
        if key == run_state::KEY { &self.own } else { &*self.shared }
    }
}

#[async_trait]
impl BlobStore for OwnLease {
    async fn get(&self, key: &str) -> Result<Option<Versioned<Bytes>>, StoreError> {
        self.of(key).get(key).await
    }

    async fn get_if(&self, key: &str, wanted: &Wanted) -> Result<Fetched, StoreError> {
        self.of(key).get_if(key, wanted).await
    }

    async fn get_part(&self, key: &str, of: &Version, part: Part) -> Result<Option<Bytes>, StoreError> {
        self.of(key).get_part(key, of, part).await
    }

    async fn put(&self, key: &str, body: Bytes, expect: &Expect) -> Result<Put, StoreError> {
        self.of(key).put(key, body, expect).await
    }

    async fn entries(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.shared.entries(prefix).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.of(key).delete(key).await
    }
}

#[tokio::test]
async fn even_without_the_lease_two_runs_dial_each_lead_once() {
    let world = World::at(NOON);
    world.due_leads(20).await;
    let blobs = Arc::new(OwnLease { shared: Arc::clone(&world.blobs) as _, own: MemoryBlobs::default() });
    let stores = Stores::new(Ports { blobs, ..world.ports() }, RecordLimits::default(), environment(&[]));
    let other = Run { stores, dialer: Arc::clone(&world.dialer) as _ };
    let deadline = world.now() + TimeDelta::minutes(4);
    let (one, two) = tokio::join!(world.run.execute(deadline), other.execute(deadline));
    assert_eq!(one.calls_made + two.calls_made, 20, "{one:?} {two:?}");
    assert_eq!(world.dialer.orders().len(), 20);
}

#[tokio::test]
async fn a_run_with_a_slow_provider_stops_before_its_deadline_and_says_so() {
    let world = World::with(NOON, &[("max_concurrent_calls", "1")]);
    world.due_leads(300).await;
    let slow =
        Slow { clock: Arc::clone(&world.clock), provider: Arc::clone(&world.dialer), answer: Duration::from_secs(6) };
    let run = Run { dialer: Arc::new(slow), ..world.run.clone() };
    let deadline = world.now() + TimeDelta::minutes(4);
    let summary = run.execute(deadline).await;
    assert_eq!((summary.stopped_by, summary.total_ready), (Some(Stop::Deadline), 300));
    assert!((30..40).contains(&summary.calls_made), "{summary:?}");
    assert!(world.now() < deadline);
}

#[tokio::test]
async fn a_run_stops_when_business_hours_end() {
    let world = World::with("2025-12-18T00:59:10Z", &[("max_concurrent_calls", "1")]);
    world.due_leads(50).await;
    let slow =
        Slow { clock: Arc::clone(&world.clock), provider: Arc::clone(&world.dialer), answer: Duration::from_secs(6) };
    let run = Run { dialer: Arc::new(slow), ..world.run.clone() };
    let summary = run.execute(world.now() + TimeDelta::minutes(4)).await;
    assert_eq!(summary.stopped_by, Some(Stop::OutsideBusinessHours));
    assert!((4..7).contains(&summary.calls_made), "{summary:?}");
}

#[tokio::test]
async fn a_run_obeys_a_stop_that_comes_while_it_dials() {
    let world = World::with(NOON, &[("max_concurrent_calls", "1")]);
    world.due_leads(50).await;
    let slow =
        Slow { clock: Arc::clone(&world.clock), provider: Arc::clone(&world.dialer), answer: Duration::from_secs(6) };
    let run = Run { dialer: Arc::new(slow), ..world.run.clone() };
    let stop = async {
        while world.dialer.orders().len() < 3 {
            tokio::task::yield_now().await;
        }
        world.admin.configure(&builders::operator(), &[("running", "false".to_owned())], None, false).await.unwrap();
    };
    let (summary, ()) = tokio::join!(run.execute(world.now() + TimeDelta::minutes(4)), stop);
    assert_eq!(summary.stopped_by, Some(Stop::Stopped));
    assert!(summary.calls_made <= 5, "{summary:?}");
}

#[tokio::test]
async fn a_bad_key_or_an_empty_balance_stops_the_run_and_costs_no_lead_anything() {
    for status in [401, 402, 403] {
        let world = World::with(NOON, &[("max_concurrent_calls", "1")]);
        world.due_leads(10).await;
        world.dialer.script(&builders::phone(0), [Reply::Blocked(status)]);
        let before = world.lead(0).await;
        let summary = world.runs().await;
        World::stopped(&summary, Stop::ProviderBlocked);
        assert_eq!((world.lead(0).await, world.line(0).await.hold), (before, None));
        assert_eq!(world.dialer.orders().len(), 1);
    }
}

#[tokio::test]
async fn a_provider_that_asks_to_slow_down_is_left_alone_for_so_long() {
    let world = World::with(NOON, &[("max_concurrent_calls", "1")]);
    world.due_leads(2).await;
    world.dialer.script(&builders::phone(0), [Reply::SlowDown(Some(Duration::from_secs(60)))]);
    let start = world.now();
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.skipped, summary.stopped_by), (1, 1, None));
    assert!(world.now() >= start + TimeDelta::seconds(60));
    assert_eq!(world.line(0).await.hold, None);
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_provider_that_asks_to_slow_down_for_too_long_ends_the_run() {
    let world = World::with(NOON, &[("max_concurrent_calls", "1")]);
    world.due_leads(5).await;
    world.dialer.script(&builders::phone(0), [Reply::SlowDown(Some(Duration::from_secs(600)))]);
    World::stopped(&world.runs().await, Stop::ProviderSlowDown);
}

#[tokio::test]
async fn a_refused_lead_is_not_dialed_again_at_every_run() {
    let world = World::with(NOON, &[("success_outcomes", "SALE")]);
    world.due_leads(1).await;
    world.dialer.script(&builders::phone(0), vec![Reply::Refused("no".into()); 20]);
    for _ in 0..24 {
        world.runs().await;
        world.wait(5);
    }
    let lead = world.lead(0).await;
    assert_eq!((lead.attempts, lead.status, lead.refusals), (0, Status::Pending, 7), "two hours, seven requests");
    assert_eq!((world.dials(0).len(), world.line(0).await.hold), (7, None));
}

#[tokio::test]
async fn dials_are_paced() {
    let world = World::with(NOON, &[("calls_per_second", "2")]);
    world.due_leads(10).await;
    let start = world.now();
    World::dialed(&world.runs().await, 10);
    let seconds = (world.now() - start).num_milliseconds();
    assert!((4_400..6_000).contains(&seconds), "10 calls at 2 a second took {seconds} ms");
}

#[tokio::test]
async fn months_beyond_the_retention_are_deleted_once_a_day() {
    let world = World::at("2025-12-17T19:00:00Z");
    world.imported(builders::lead(1, builders::at("2025-10-15T19:00:00Z")), "2025-10").await;
    world.imported(builders::lead(2, builders::at("2025-11-15T19:00:00Z")), "2025-11").await;
    assert_eq!(world.runs().await.months_deleted, 1);
    assert_eq!((world.records_of(1).await.len(), world.records_of(2).await.len()), (0, 1));
    world.set("2025-12-31T20:00:00Z");
    assert_eq!(world.runs().await.months_deleted, 1);
    assert_eq!(world.runs().await.months_deleted, 0);
}

#[tokio::test]
async fn a_full_queue_is_dialed_most_overdue_first() {
    let world = World::with(NOON, &[("max_calls_per_run", "2")]);
    for n in 0..5 {
        let next_redial = world.now() - TimeDelta::minutes(i64::from(n));
        world.imported(Lead { next_redial, ..builders::lead(n, next_redial) }, "2025-12").await;
    }
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.stopped_by), (2, Some(Stop::MaxCallsPerRun)));
    assert_eq!((world.dials(4).len(), world.dials(3).len()), (1, 1));
}

/// A provider whose answers take time.
pub(crate) struct Slow {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) provider: Arc<FakeDialer>,
    pub(crate) answer: Duration,
}

#[async_trait]
impl Dialer for Slow {
    fn provider(&self) -> Source {
        self.provider.provider()
    }

    async fn dial(&self, order: &DialOrder) -> Result<CallId, DialError> {
        let placed = self.provider.dial(order).await;
        redial_queue::ports::Clock::sleep(&*self.clock, self.answer).await;
        placed
    }

    async fn call(&self, call: &CallId) -> Result<CallState, AskError> {
        self.provider.call(call).await
    }

    async fn find(&self, attempt: AttemptId, phone: &Phone, since: DateTime<Utc>) -> Result<CallState, AskError> {
        self.provider.find(attempt, phone, since).await
    }
}

#[tokio::test]
async fn a_success_is_not_what_only_contains_its_word() {
    let world = World::at(NOON);
    world.ends(1, "c1", "NO_SALE").await;
    assert_eq!(world.lead(1).await.status, Status::Pending);
    assert_eq!(world.lead(1).await.last_outcome, Outcome::parse("NO_SALE"));
}
