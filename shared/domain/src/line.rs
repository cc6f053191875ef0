//! The state shared by everything that concerns one phone number.

use super::{Arrival, AttemptId, CallId, CallResult, LeadKey, LeadRef, Outcome, Source, UnknownFields};
use chrono::{DateTime, TimeDelta, Utc};

/// How long a call counts against the cap of its number.
pub const CAP_WINDOW: TimeDelta = TimeDelta::hours(24);

/// Records that a line remembers; one that is forgotten is found by searching the open months.
const RECORD_LOCATIONS_KEPT: usize = 50;

/// Which attempt holds the number, what waits to be stored, and when it was called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// The attempt that may be ringing.
    pub hold: Option<Hold>,
    /// Arrivals that are durable here but may not yet be in a record, oldest first.
    pub inbox: Vec<Waiting>,
    /// Every call of the last 24 hours that we know of, whoever made it.
    pub calls: Vec<KnownCall>,
    /// Present when the number must never be called again.
    pub suppressed: Option<Suppression>,
    /// The records with this number that we know of. The month of a new record is fixed here before the record is made,
    /// so that two arrivals at the turn of a month make one record.
    pub record_locations: Vec<LeadRef>,
    /// What a newer release has stored beside these fields.
    pub unknown: UnknownFields,
}

/// The claim of one attempt on a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The attempt.
    pub attempt: AttemptId,
    /// The record from which it is dialed.
    pub lead: LeadRef,
    /// When the claim was made.
    pub since: DateTime<Utc>,
    /// When the provider must be asked what became of it. Never a time at which the line is free.
    pub until: DateTime<Utc>,
    /// The call, once the provider has told its id.
    pub call: Option<CallId>,
    /// When the provider first said that it does not know of the attempt.
    pub missing_since: Option<DateTime<Utc>>,
}

/// An arrival in the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What came in.
    pub arrival: Arrival,
    /// When it came.
    pub since: DateTime<Utc>,
}

/// One call to or from the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCall {
    /// When it was dialed or, if we did not dial it, ended.
    pub at: DateTime<Utc>,
    /// Our attempt.
    pub attempt: Option<AttemptId>,
    /// The provider's id, once known.
    pub call: Option<CallId>,
    /// Its result is in a record.
    pub recorded: bool,
}

/// Why a number must never be called again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The outcome that forbade it.
    pub reason: Outcome,
    /// Who told us.
    pub source: Source,
    /// When.
    pub at: DateTime<Utc>,
}

impl Hold {
    /// Whether this is the hold of the call that ended.
    #[must_use]
    pub fn is_of(&self, result: &CallResult) -> bool {
        Some(self.attempt) == result.attempt || self.call.as_ref() == Some(&result.call)
    }
}

impl Line {
    /// Makes an arrival durable. A do-not-call takes effect here, before any record is touched. A result that is in its
    /// record already does not come in again: a repeat without a lead id could be given to another lead by now. But it may be
    /// the first that names the attempt, and then it frees the hold.
    pub fn accept(&mut self, arrival: Arrival, now: DateTime<Utc>) {
        if let Arrival::Result(result) = &arrival {
            if self.is_recorded(&result.call) {
                self.hold.take_if(|hold| hold.is_of(result));
                return;
            }
            self.apply_number_facts(result, now);
            if let Some(hold) = self.hold.as_mut().filter(|hold| Some(hold.attempt) == result.attempt)
                && result.source != Source::Redial
            {
                hold.call.get_or_insert_with(|| result.call.clone());
            }
        }
        let id = arrival.id();
        if !self.inbox.iter().any(|waiting| waiting.arrival.id() == id) {
            self.inbox.push(Waiting { arrival, since: now });
        }
    }

    /// Notes what a result says of the number itself: that it must not be called, and that it was called.
    pub fn apply_number_facts(&mut self, result: &CallResult, now: DateTime<Utc>) {
        if result.outcome.suppresses() {
            self.suppress(&result.outcome, result.source, now);
        }
        if result.source != Source::Redial {
            self.note_call(result.attempt, &result.call, result.ended_at);
        }
        self.forget_old_calls(now);
    }

    /// Forbids every further call to the number. The first reason stays.
    pub fn suppress(&mut self, reason: &Outcome, source: Source, now: DateTime<Utc>) {
        self.suppressed.get_or_insert_with(|| Suppression { reason: reason.clone(), source, at: now });
    }

    /// Takes an arrival out of the inbox once it is in its record, and frees the hold of its attempt.
    pub fn resolve(&mut self, arrival: &Arrival) {
        let id = arrival.id();
        self.inbox.retain(|waiting| waiting.arrival.id() != id);
        let Arrival::Result(result) = arrival else { return };
        for known in &mut self.calls {
            known.recorded |= known.call.as_ref() == Some(&result.call);
        }
        self.hold.take_if(|hold| hold.is_of(result));
    }

    /// Takes the line for an attempt. The caller has seen that it is free.
    pub fn take(&mut self, hold: Hold) {
        self.forget_old_calls(hold.since);
        self.unpin_record(&hold.lead.key());
        self.pin_record(hold.lead.clone());
        self.calls.push(KnownCall { at: hold.since, attempt: Some(hold.attempt), call: None, recorded: false });
        self.hold = Some(hold);
    }

    /// Notes which call an attempt became. When its result was settled before the provider's answer came, the line is freed.
    pub fn bind(&mut self, attempt: AttemptId, call: &CallId, until: DateTime<Utc>) {
        for known in self.calls.iter_mut().filter(|known| known.attempt == Some(attempt)) {
            known.call.get_or_insert_with(|| call.clone());
        }
        let recorded = self.is_recorded(call);
        let Some(hold) = self.hold.as_mut().filter(|hold| hold.attempt == attempt) else {
            return;
        };
        if recorded {
            self.hold = None;
            return;
        }
        hold.call = Some(call.clone());
        hold.until = hold.until.max(until);
        hold.missing_since = None;
    }

    /// Notes that the provider does not know of an attempt, and when to ask again.
    pub fn missing(&mut self, attempt: AttemptId, now: DateTime<Utc>, ask_again: DateTime<Utc>) {
        if let Some(hold) = self.hold.as_mut().filter(|hold| hold.attempt == attempt) {
            hold.missing_since.get_or_insert(now);
            hold.until = hold.until.max(ask_again);
        }
    }

    /// Frees the line of an attempt that certainly did not become a call.
    pub fn release(&mut self, attempt: AttemptId) {
        self.calls.retain(|known| known.attempt != Some(attempt));
        self.hold.take_if(|hold| hold.attempt == attempt);
    }

    /// Whether this call's result is known to be in a record.
    #[must_use]
    pub fn is_recorded(&self, call: &CallId) -> bool {
        self.calls.iter().any(|known| known.recorded && known.call.as_ref() == Some(call))
    }

    /// When the line must be looked at by a run: at once while something waits, else when its hold runs out.
    #[must_use]
    pub fn open_until(&self) -> Option<DateTime<Utc>> {
        let waiting = self.inbox.iter().map(|waiting| waiting.since).min();
        waiting.or(self.hold.as_ref().map(|hold| hold.until))
    }

    /// The calls of the last 24 hours, oldest first.
    #[must_use]
    pub fn recent_calls(&self, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let mut calls: Vec<_> = self.calls.iter().map(|known| known.at).filter(|at| *at + CAP_WINDOW > now).collect();
        calls.sort_unstable();
        calls
    }

    /// The record of a lead, if it is known.
    #[must_use]
    pub fn record_location(&self, key: &LeadKey) -> Option<&LeadRef> {
        self.record_locations.iter().find(|home| home.key() == *key)
    }

    /// Fixes the month of a lead's record, unless it is fixed already.
    pub fn pin_record(&mut self, home: LeadRef) {
        if self.record_location(&home.key()).is_none() {
            self.record_locations.push(home);
            self.record_locations.drain(..self.record_locations.len().saturating_sub(RECORD_LOCATIONS_KEPT));
        }
    }

    /// Forgets a record that was removed, or whose month has expired.
    pub fn unpin_record(&mut self, key: &LeadKey) {
        self.record_locations.retain(|home| home.key() != *key);
    }

    /// Forgets a lead that an operator removed, with what waits for its record: nothing that came before shall bring it back.
    pub fn forget(&mut self, key: &LeadKey) {
        self.unpin_record(key);
        self.inbox.retain(|waiting| {
            let lead = waiting.arrival.lead();
            lead.is_none_or(|lead| LeadKey::new(lead, waiting.arrival.phone()) != *key)
        });
    }

    fn note_call(&mut self, attempt: Option<AttemptId>, call: &CallId, ended_at: DateTime<Utc>) {
        let same = |known: &&mut KnownCall| {
            known.call.as_ref() == Some(call) || (known.call.is_none() && attempt.is_some() && known.attempt == attempt)
        };
        match self.calls.iter_mut().find(same) {
            Some(known) => known.call = Some(call.clone()),
            None => self.calls.push(KnownCall { at: ended_at, attempt, call: Some(call.clone()), recorded: false }),
        }
    }

    /// Forgets calls beyond the cap's window; those whose result is still to come are kept.
    fn forget_old_calls(&mut self, now: DateTime<Utc>) {
        let waiting: Vec<String> = self.inbox.iter().map(|waiting| waiting.arrival.id()).collect();
        let held = self.hold.as_ref().map(|hold| hold.attempt);
        self.calls.retain(|known| {
            known.at + CAP_WINDOW > now
                || known.call.as_ref().is_some_and(|call| waiting.iter().any(|id| id == call.as_str()))
                || (known.attempt.is_some() && known.attempt == held)
        });
    }
}
