//! A queue with a clock that the story moves.

use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::builders;
use redial_domain::{
    Actor, Arrival, AttemptId, CallId, CallResult, CallbackTime, Lead, LeadRef, Line, Month, Outcome, RunSummary, Stop,
};
use redial_queue::ports::{BlobStore, Clock, Expect, LineStore, Put};
use redial_queue::store::records::{RecordChange, RecordLimits};
use redial_queue::store::{Ports, Stores, run_state};
use redial_queue::testing::{
    FakeDialer, Faulty, MemoryBlobs, MemoryLines, RecordingMeter, RecordingTrigger, TestClock, environment,
};
use redial_queue::usecase::admin::Admin;
use redial_queue::usecase::ingest::{Ingest, Ingested, NotStored};
use redial_queue::usecase::run::Run;
use std::sync::Arc;

/// A Wednesday, 14:00 in New York.
pub(crate) const NOON: &str = "2025-12-17T19:00:00Z";

pub(crate) struct World {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) blobs: Arc<Faulty<MemoryBlobs>>,
    pub(crate) ledger: Arc<Faulty<MemoryBlobs>>,
    pub(crate) lines: Arc<Faulty<MemoryLines>>,
    pub(crate) dialer: Arc<FakeDialer>,
    pub(crate) meter: Arc<RecordingMeter>,
    pub(crate) admin: Admin,
    pub(crate) run: Run,
}

impl World {
    pub(crate) fn at(now: &str) -> Self {
        Self::with(now, &[])
    }

    pub(crate) fn with(now: &str, settings: &[(&'static str, &str)]) -> Self {
        Self::divided_above(RecordLimits::default(), now, settings)
    }

    /// A world whose runs divide objects that are larger than this.
    pub(crate) fn divided_above(limit: RecordLimits, now: &str, settings: &[(&'static str, &str)]) -> Self {
        let clock = Arc::new(TestClock::at(now));
        let blobs = Arc::new(Faulty::new(Arc::new(MemoryBlobs::default())));
        let ledger = Arc::new(Faulty::new(Arc::new(MemoryBlobs::default())));
        let lines = Arc::new(Faulty::new(Arc::new(MemoryLines::default())));
        let dialer = Arc::new(FakeDialer::default());
        let meter = Arc::new(RecordingMeter::default());
        let ports = Ports {
            blobs: Arc::clone(&blobs) as _,
            ledger: Arc::clone(&ledger) as _,
            lines: Arc::clone(&lines) as _,
            clock: Arc::clone(&clock) as _,
            meter: Arc::clone(&meter) as _,
        };
        let stores = Stores::new(ports, limit, environment(settings));
        let admin = Admin {
            stores: Arc::clone(&stores),
            trigger: Arc::new(RecordingTrigger::default()),
            uploads: Arc::clone(&blobs) as _,
        };
        let run = Run { stores, dialer: Arc::clone(&dialer) as _ };
        Self { clock, blobs, ledger, lines, dialer, meter, admin, run }
    }

    /// Another instance of everything on the same stores, as a second Lambda process is.
    pub(crate) fn second_instance(&self, settings: &[(&'static str, &str)]) -> Run {
        let stores = Stores::new(self.ports(), RecordLimits::default(), environment(settings));
        Run { stores, dialer: Arc::clone(&self.dialer) as _ }
    }

    pub(crate) fn ports(&self) -> Ports {
        Ports {
            blobs: Arc::clone(&self.blobs) as _,
            ledger: Arc::clone(&self.ledger) as _,
            lines: Arc::clone(&self.lines) as _,
            clock: Arc::clone(&self.clock) as _,
            meter: Arc::clone(&self.meter) as _,
        }
    }

    /// What a webhook does with these stores.
    pub(crate) fn ingest(&self) -> Ingest {
        Ingest::new(Arc::clone(&self.run.stores), Actor::Webhook)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn wait(&self, minutes: i64) {
        self.clock.advance(TimeDelta::minutes(minutes));
    }

    pub(crate) fn set(&self, now: &str) {
        self.clock.set(builders::at(now));
    }

    /// A call of lead `n` that ended now.
    pub(crate) fn call(&self, n: u32, call: &str, outcome: &str) -> CallResult {
        builders::result(n, call, Outcome::parse(outcome).unwrap(), self.now())
    }

    pub(crate) async fn try_take_in(&self, result: CallResult) -> Result<Ingested, NotStored> {
        self.ingest().handle(Arrival::Result(result)).await
    }

    pub(crate) async fn take_in(&self, result: CallResult) -> Ingested {
        self.try_take_in(result).await.unwrap()
    }

    /// A call of lead `n` ends.
    pub(crate) async fn ends(&self, n: u32, call: &str, outcome: &str) -> Ingested {
        self.take_in(self.call(n, call, outcome)).await
    }

    /// A call of lead `n` ends; the person asked to be called back.
    pub(crate) async fn asks_for(&self, n: u32, call: &str, at: &str) -> Ingested {
        let callback = Some(CallbackTime::At(builders::at(at)));
        self.take_in(CallResult { callback, ..self.call(n, call, "CALLBACK") }).await
    }

    /// The result that the provider sends for the `index`-th dial (from 0) to lead `n`.
    pub(crate) fn result_of_dial(&self, n: u32, index: usize, outcome: &str) -> CallResult {
        let (attempt, location) = self.dials(n)[index].clone();
        let call = self.dialer.call_of(attempt).unwrap();
        let mut result = self.call(n, call.as_str(), outcome);
        result.attempt = Some(attempt);
        result.month = Some(location.month);
        result
    }

    /// The last dial to lead `n` ends.
    pub(crate) async fn answered(&self, n: u32, outcome: &str) -> Ingested {
        let last = self.dials(n).len() - 1;
        self.take_in(self.result_of_dial(n, last, outcome)).await
    }

    pub(crate) async fn runs(&self) -> RunSummary {
        self.run.execute(self.now() + TimeDelta::minutes(4)).await
    }

    /// Takes the lease away from whoever holds it.
    pub(crate) async fn free_lease(&self) {
        let state = self.blobs.inner().all()[run_state::KEY].clone();
        let mut state: serde_json::Value = serde_json::from_slice(&state).unwrap();
        state["lease"] = serde_json::Value::Null;
        self.blobs.inner().set(run_state::KEY, state.to_string());
    }

    /// Runs and expects so many calls and nothing wrong.
    #[track_caller]
    pub(crate) fn dialed(summary: &RunSummary, calls: u32) {
        assert_eq!((summary.calls_made, summary.errors), (calls, 0), "{summary:?}");
    }

    #[track_caller]
    pub(crate) fn stopped(summary: &RunSummary, reason: Stop) {
        assert_eq!((summary.stopped_by, summary.calls_made), (Some(reason), 0), "{summary:?}");
    }

    pub(crate) fn dials(&self, n: u32) -> Vec<(AttemptId, LeadRef)> {
        let orders = self.dialer.orders();
        let id = builders::lead_id(&n.to_string());
        orders.into_iter().filter(|order| order.lead.id == id).map(|order| (order.attempt, order.lead)).collect()
    }

    /// Every record of lead `n` in the open months.
    pub(crate) async fn records_of(&self, n: u32) -> Vec<(Month, Lead)> {
        let months = Month::open(self.now(), chrono_tz::America::New_York, 366);
        let found = self.run.stores.records.scan(&months).await.unwrap().found;
        let id = builders::lead_id(&n.to_string());
        found.into_iter().filter(|found| found.lead.id == id).map(|found| (found.location.month, found.lead)).collect()
    }

    pub(crate) async fn lead(&self, n: u32) -> Lead {
        let mut records = self.records_of(n).await;
        assert_eq!(records.len(), 1, "lead {n} has one record");
        records.remove(0).1
    }

    pub(crate) async fn line(&self, n: u32) -> Line {
        self.lines.get(&builders::phone(n)).await.unwrap().map(|line| line.value).unwrap_or_default()
    }

    /// A record as an import brings it.
    pub(crate) async fn imported(&self, lead: Lead, month: &str) {
        let location = LeadRef { month: builders::month(month), id: lead.id.clone(), phone: lead.phone.clone() };
        let put = |_: Option<&Lead>| RecordChange::Put(Box::new(lead.clone()), ());
        self.run.stores.records.update(&location, put).await.unwrap();
    }

    /// So many leads that are due now.
    pub(crate) async fn due_leads(&self, count: u32) {
        for n in 0..count {
            self.imported(builders::lead(n, self.now()), &self.month()).await;
        }
    }

    pub(crate) fn month(&self) -> String {
        Month::of(self.now(), chrono_tz::America::New_York).to_string()
    }

    pub(crate) async fn put_object(&self, key: &str, body: &'static str) {
        let put = self.blobs.put(key, body.into(), &Expect::Absent).await.unwrap();
        assert!(matches!(put, Put::Stored(_)));
    }
}

pub(crate) fn call_id(text: &str) -> CallId {
    builders::call_id(text)
}
