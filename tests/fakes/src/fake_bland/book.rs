//! Everything that happened and everything that is arranged to happen.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::Notify;
use uuid::Uuid;

use super::{
    call::{Call, Delivery, Received, State},
    fault::{DialFault, Faults},
    outcome::Outcome,
    script::Script,
    settings::Settings,
};

#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) faults: Faults,
    calls: Vec<Call>,
    places: HashMap<Uuid, usize>,
    requests: Vec<Received>,
    scripts: HashMap<String, Script>,
    tallies: BTreeMap<String, Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    accepted: usize,
    live: usize,
    most_live: usize,
}

impl Book {
    pub(super) fn calls(&self) -> impl DoubleEndedIterator<Item = &Call> {
        self.calls.iter()
    }

    pub(super) fn call(&self, call_id: Uuid) -> Option<&Call> {
        self.places.get(&call_id).and_then(|place| self.calls.get(*place))
    }

    pub(super) fn requests(&self) -> &[Received] {
        &self.requests
    }

    pub(super) fn concurrency(&self) -> BTreeMap<String, usize> {
        self.tallies.iter().map(|(to, tally)| (to.clone(), tally.most_live)).collect()
    }

    pub(super) fn put_script(&mut self, script: Script) {
        self.scripts.insert(script.to.clone(), script);
    }

    pub(super) fn receive(&mut self, body: Value, fault: Option<DialFault>, at: DateTime<Utc>) -> Uuid {
        let request_id = Uuid::new_v4();
        let to = body["phone_number"].as_str().map(str::to_owned);
        self.requests.push(Received { request_id, at, to, body, fault, call_id: None, status: None });
        request_id
    }

    /// Both are no-ops when the book was reset since the request arrived.
    pub(super) fn became(&mut self, request_id: Uuid, call_id: Uuid) {
        if let Some(request) = self.request(request_id) {
            request.call_id = Some(call_id);
        }
    }

    pub(super) fn answered(&mut self, request_id: Uuid, status: u16) {
        if let Some(request) = self.request(request_id) {
            request.status = Some(status);
        }
    }

    /// Takes a call on: from here it is live. Answers it with the time that it will ring.
    pub(super) fn accept(
        &mut self,
        to: &str,
        request: Value,
        settings: &Settings,
        at: DateTime<Utc>,
    ) -> (Call, Duration) {
        let tally = self.tallies.entry(to.to_owned()).or_default();
        let nth = tally.accepted;
        tally.accepted += 1;
        tally.live += 1;
        tally.most_live = tally.most_live.max(tally.live);

        let script = self.scripts.get_mut(to);
        let ring = script.as_ref().and_then(|script| script.ring_ms).map_or(settings.ring, Duration::from_millis);
        let outcome: Outcome = script
            .and_then(|script| script.outcomes.pop_front())
            .unwrap_or_else(|| settings.outcomes.draw(settings.seed, to, nth));
        let call = Call {
            call_id: Uuid::new_v4(),
            to: to.to_owned(),
            request,
            outcome,
            accepted_at: at,
            state: State::New,
            faults: self.faults.take_webhook(to),
            webhooks: Vec::new(),
            hang_up: Arc::new(Notify::new()),
        };
        self.places.insert(call.call_id, self.calls.len());
        self.calls.push(call.clone());
        (call, ring)
    }

    pub(super) fn start(&mut self, call_id: Uuid, at: DateTime<Utc>) {
        if let Some(call) = self.call_mut(call_id) {
            call.state = State::Started { started_at: at };
        }
    }

    /// Ends a live call and answers how it stands then; nothing when it is unknown or not live.
    pub(super) fn end(&mut self, call_id: Uuid, stopped: bool, at: DateTime<Utc>) -> Option<Call> {
        let call = self.call_mut(call_id).filter(|call| call.is_live())?;
        let started_at = call.state.started_at();
        call.state = if stopped {
            State::Stopped { started_at, ended_at: at }
        } else {
            State::Ended { started_at, ended_at: at }
        };
        let call = call.clone();
        if let Some(tally) = self.tallies.get_mut(&call.to) {
            tally.live -= 1;
        }
        Some(call)
    }

    pub(super) fn delivered(&mut self, call_id: Uuid, delivery: Delivery) {
        if let Some(call) = self.call_mut(call_id) {
            call.webhooks.push(delivery);
        }
    }

    fn call_mut(&mut self, call_id: Uuid) -> Option<&mut Call> {
        self.places.get(&call_id).and_then(|place| self.calls.get_mut(*place))
    }

    fn request(&mut self, request_id: Uuid) -> Option<&mut Received> {
        self.requests.iter_mut().rev().find(|request| request.request_id == request_id)
    }
}
