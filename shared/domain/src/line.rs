//! The state shared by everything that concerns one phone number.

mod agent_call;
mod closed;
mod suppression;
mod told;
use super::{
    Arrival, AttemptId, CallId, CallResult, LeadKey, LeadRef, Month, NumberFacts, Outcome, RecordedCall, Review,
    Source, UnknownFields,
};
pub use agent_call::AgentCall;
use chrono::{DateTime, TimeDelta, Utc};
pub use closed::Closed;
pub use suppression::{Allowed, NOTE_CHARACTERS, Retire, Suppression};
pub use told::Told;
use told::is_of_convoso;

/// How long a call counts against the cap of its number: the 24 hours of the gate `calls_per_number_24h`
/// (*Gates* in `docs/CONTRACT.md`).
pub const CAP_WINDOW: TimeDelta = TimeDelta::hours(24);

/// How many record locations a line remembers, so that its item has a bound. A location that is forgotten is found again by
/// searching the open months.
const RECORD_LOCATIONS_KEPT: usize = 50;

/// Which attempt holds the number, which arrivals wait for their records, and when the number was called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// The attempt whose call may be ringing.
    pub hold: Option<Hold>,
    /// The calls of a dialer in which the person is on the phone with an agent.
    pub agent_calls: Vec<AgentCall>,
    /// Arrivals that are durable here but may not yet be in a record, oldest first.
    pub inbox: Vec<Waiting>,
    /// Every known call of the last 24 hours, also those that the queue did not make.
    pub calls: Vec<KnownCall>,
    /// Present if the number must never be called again.
    pub suppressed: Option<Suppression>,
    /// Present if an operator has taken a suppression off.
    pub allowed: Option<Allowed>,
    /// Whether records of the number may still wait for a dial although it is suppressed. The next run completes them.
    pub retiring: bool,
    /// When the last call that connected the person with an agent ended.
    pub transferred_at: Option<DateTime<Utc>>,
    /// A possible do-not-call that nobody has decided about. It concerns every lead of the number.
    pub review: Option<Review>,
    /// The known records with this number. The month of a new record is pinned here before the record is made, so that two
    /// arrivals at the turn of a month make one record.
    pub record_locations: Vec<LeadRef>,
    /// What a newer release has stored beside these fields.
    pub unknown: UnknownFields,
}

/// The claim of one attempt on a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The provider that was asked for the call, and that knows what became of it.
    pub provider: Source,
    /// The attempt.
    pub attempt: AttemptId,
    /// The record from which it is dialed.
    pub lead: LeadRef,
    /// When the claim was made.
    pub since: DateTime<Utc>,
    /// When the provider must be asked what became of it. The line is not free then: only an answer frees it.
    pub until: DateTime<Utc>,
    /// The call, once the provider has named it.
    pub call: Option<CallId>,
    /// When the provider first said that it does not know the attempt.
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
    /// When it was dialed. If the queue did not dial it, when it ended.
    pub at: DateTime<Utc>,
    /// The attempt, if the queue dialed it.
    pub attempt: Option<AttemptId>,
    /// The provider's id, once known.
    pub call: Option<CallId>,
    /// Whether its result is in a record.
    pub recorded: bool,
    /// How it ended by the newest report, if its provider corrects results.
    pub told: Option<Told>,
}

impl Hold {
    /// Returns whether this is the hold of the call that ended. A result without an attempt id is recognized by its call id.
    #[must_use]
    pub fn is_of(&self, result: &CallResult) -> bool {
        Some(self.attempt) == result.attempt || self.call.as_ref() == Some(&result.call)
    }
}

impl Line {
    /// Puts an arrival into the inbox, once for each call id. A do-not-call takes effect here, before any record changes
    /// (*Webhooks* in `docs/CONTRACT.md`). A correction replaces the result that still waits.
    pub fn accept(&mut self, mut arrival: Arrival, now: DateTime<Utc>) {
        let mut replaces = false;
        if let Arrival::Result(result) = &mut arrival {
            // A repeat must not go through the inbox again: without a lead id it could be given to another lead by now. But it
            // may be the first that names the attempt, and then it frees the hold.
            replaces = self.is_corrected_by(result);
            if self.is_recorded(&result.call) && !replaces {
                self.hear_do_not_call(result, now);
                self.hold.take_if(|hold| hold.is_of(result));
                return;
            }
            if replaces {
                self.put_in_order(result);
            }
            self.apply_number_facts(result, now);
            // The line knows it from here on, and an arrival is stored without it.
            result.connected = false;
            // From here on a run can ask the provider by call id, which is sure, instead of by number. The id of a lost
            // attempt is one of ours, so the provider does not know it.
            if let Some(hold) = self.hold.as_mut().filter(|hold| Some(hold.attempt) == result.attempt)
                && result.source != Source::Redial
            {
                hold.call.get_or_insert_with(|| result.call.clone());
            }
        }
        let id = arrival.id();
        match self.inbox.iter_mut().find(|waiting| waiting.arrival.id() == id) {
            Some(waiting) if replaces => waiting.arrival = arrival,
            Some(_) => {}
            None => self.inbox.push(Waiting { arrival, since: now }),
        }
    }

    /// Applies the facts about the number itself: that it must not be called, and that it was called. They hold whether or
    /// not the result finds a record.
    pub fn apply_number_facts(&mut self, result: &CallResult, now: DateTime<Utc>) {
        self.hear_do_not_call(result, now);
        if result.connected || result.outcome == Outcome::TRANSFERRED {
            self.transferred_at = self.transferred_at.max(Some(result.ended_at));
        }
        if let Some(words) = &result.possible_refusal {
            self.doubt(Review { call: result.call.clone(), words: words.clone(), since: now });
        }
        // An attempt that is lost was counted when it was claimed.
        if result.source != Source::Redial {
            self.end_agent_call(result);
            self.note_call(result.attempt, &result.call, result.ended_at);
            self.note_report(result);
        }
        self.forget_old_calls(now);
    }

    /// Forbids every further call to the number if the result is a do-not-call, even a repeat: the refusal may come
    /// later than the rest.
    fn hear_do_not_call(&mut self, result: &CallResult, now: DateTime<Utc>) {
        if result.outcome.suppresses() {
            self.suppress(&result.outcome, result.source, now);
        }
    }

    /// Holds the number back until a person has decided about this possible do-not-call, and about one that waits already. A
    /// certain do-not-call leaves no doubt.
    pub fn doubt(&mut self, review: Review) {
        match &mut self.review {
            _ if self.suppressed.is_some() => {}
            Some(known) => known.join(review),
            None => self.review = Some(review),
        }
    }

    /// Learns what the records of the number say. A call that the line knows stays as it is.
    pub fn learn(&mut self, facts: &NumberFacts, now: DateTime<Utc>) {
        if let Some(forbidden) = &facts.forbidden {
            self.heed(forbidden, now);
        }
        if let Some(review) = &facts.review {
            self.doubt(review.clone());
        }
        self.transferred_at = self.transferred_at.max(facts.transferred_at);
        for told in &facts.calls {
            if told.at + CAP_WINDOW > now && !self.calls.iter().any(|known| is_same(known, told)) {
                let RecordedCall { call, attempt, at, is_result } = told.clone();
                self.calls.push(KnownCall { at, attempt, recorded: is_result && call.is_some(), call, told: None });
            }
        }
    }

    /// Takes an arrival off the inbox once it is in its record, and frees the hold of its attempt. Always in this order: a
    /// line that were freed first could be dialed by a run that does not know the result.
    pub fn resolve(&mut self, arrival: &Arrival) {
        let id = arrival.id();
        // A correction may have replaced this result while it was on its way into the record. The correction still waits.
        let is_replaced = |waiting: &Waiting| match (&waiting.arrival, arrival) {
            (Arrival::Result(newer), Arrival::Result(result)) => is_of_convoso(newer) && newer != result,
            (Arrival::Result(_) | Arrival::NewLead(_), _) => false,
        };
        self.inbox.retain(|waiting| waiting.arrival.id() != id || is_replaced(waiting));
        let Arrival::Result(result) = arrival else { return };
        for known in &mut self.calls {
            known.recorded |= known.call.as_ref() == Some(&result.call);
        }
        self.hold.take_if(|hold| hold.is_of(result));
    }

    /// Ends a possible do-not-call after the decision about it, and returns whether there was one. `other` is that of
    /// another record of the number. One that waits in the inbox is not in a record yet, so no decision was about it.
    pub fn decide_review(&mut self, other: Option<Review>) -> bool {
        let is_doubt = |waiting: &Waiting| matches!(&waiting.arrival, Arrival::Result(result) if result.possible_refusal.is_some());
        let undecided = self.inbox.iter().any(is_doubt);
        self.review.is_some() && !undecided && std::mem::replace(&mut self.review, other).is_some()
    }

    /// Forgets a possible do-not-call of this call that no record has: a repeat raised it again after the decision.
    pub fn forget_review_of(&mut self, call: &CallId) {
        self.review.take_if(|review| review.call == *call);
    }

    /// Takes the line for an attempt. The caller has checked that it is free.
    pub fn take(&mut self, hold: Hold) {
        self.forget_old_calls(hold.since);
        // The record was read a moment ago, so its location is right, also where the line remembers another month.
        self.unpin_record(&hold.lead.key());
        self.pin_record(hold.lead.clone());
        // The call counts from the claim, not from the answer, which may never come.
        self.calls.push(KnownCall {
            at: hold.since,
            attempt: Some(hold.attempt),
            call: None,
            recorded: false,
            told: None,
        });
        self.hold = Some(hold);
    }

    /// Notes which call an attempt became. `until` is when to ask about it.
    pub fn bind(&mut self, attempt: AttemptId, call: &CallId, until: DateTime<Utc>) {
        let recorded = self.is_recorded(call);
        let is_claimed = self.calls.iter().any(|known| known.attempt == Some(attempt));
        // A result that overtook the answer and did not name the attempt was counted on its own. It is the same call.
        self.calls.retain(|known| !is_claimed || known.attempt == Some(attempt) || known.call.as_ref() != Some(call));
        for known in self.calls.iter_mut().filter(|known| known.attempt == Some(attempt)) {
            known.call.get_or_insert_with(|| call.clone());
            known.recorded |= recorded && known.call.as_ref() == Some(call);
        }
        let Some(hold) = self.hold.as_mut().filter(|hold| hold.attempt == attempt) else {
            return;
        };
        // The result overtook the answer of its dial, and did not name the attempt. Nobody else would free the hold.
        if recorded {
            self.hold = None;
            return;
        }
        hold.call = Some(call.clone());
        // Never earlier: another process may have extended the hold meanwhile.
        hold.until = hold.until.max(until);
        // The provider knows the attempt, so counting answers "absent" begins anew.
        hold.missing_since = None;
    }

    /// Notes that the provider does not know an attempt, and when to ask again.
    pub fn missing(&mut self, attempt: AttemptId, now: DateTime<Utc>, ask_again: DateTime<Utc>) {
        if let Some(hold) = self.hold.as_mut().filter(|hold| hold.attempt == attempt) {
            hold.missing_since.get_or_insert(now);
            hold.until = hold.until.max(ask_again);
        }
    }

    /// Frees the line of an attempt that certainly did not become a call. It does not count against the cap.
    pub fn release(&mut self, attempt: AttemptId) {
        self.calls.retain(|known| known.attempt != Some(attempt));
        self.hold.take_if(|hold| hold.attempt == attempt);
    }

    /// Returns whether this call's result is known to be in a record.
    #[must_use]
    pub fn is_recorded(&self, call: &CallId) -> bool {
        self.calls.iter().any(|known| known.recorded && known.call.as_ref() == Some(call))
    }

    /// Returns whether a result of this call waits for its record.
    #[must_use]
    pub fn is_waiting(&self, call: &CallId) -> bool {
        self.inbox.iter().any(|waiting| matches!(&waiting.arrival, Arrival::Result(result) if result.call == *call))
    }

    /// Returns whether this arrival waits for its record.
    #[must_use]
    pub fn waits_for(&self, arrival: &Arrival) -> bool {
        let id = arrival.id();
        self.inbox.iter().any(|waiting| waiting.arrival.id() == id)
    }

    fn known(&self, call: &CallId) -> Option<&KnownCall> {
        self.calls.iter().find(|known| known.call.as_ref() == Some(call))
    }

    /// Returns whether the line has nothing but calls, which are forgotten after some time. A hold, a waiting arrival, a
    /// suppression and a possible do-not-call stay until something ends them. That a suppression was taken off stays for
    /// ever, because an old record with its do-not-call may be uploaded at any time.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let is_known = self.suppressed.is_some() || self.allowed.is_some() || self.review.is_some();
        self.hold.is_none() && self.inbox.is_empty() && !is_known
    }

    /// Returns when a run must look at the line: at once if an arrival waits or its records are to be completed, else when its
    /// hold is overdue. `None` if the line is not open.
    #[must_use]
    pub fn open_until(&self) -> Option<DateTime<Utc>> {
        let waiting = self.inbox.iter().map(|waiting| waiting.since);
        let retiring = self.suppressed.as_ref().filter(|_| self.retiring).map(|suppression| suppression.at);
        waiting.chain(retiring).min().or(self.hold.as_ref().map(|hold| hold.until))
    }

    /// Returns the times of the calls of the last 24 hours, oldest first.
    #[must_use]
    pub fn recent_calls(&self, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        self.calls_of_window(now).into_iter().map(|known| known.at).collect()
    }

    /// Returns the calls of the last 24 hours, oldest first.
    #[must_use]
    pub fn calls_of_window(&self, now: DateTime<Utc>) -> Vec<&KnownCall> {
        let mut calls: Vec<_> = self.calls.iter().filter(|known| known.at + CAP_WINDOW > now).collect();
        calls.sort_by_key(|known| known.at);
        calls
    }

    /// Returns the location of a lead's record, if the line knows it.
    #[must_use]
    pub fn record_location(&self, key: &LeadKey) -> Option<&LeadRef> {
        self.record_locations.iter().find(|location| location.key() == *key)
    }

    /// Pins the month of a lead's record, unless it is pinned already: the first of two writers decides.
    pub fn pin_record(&mut self, location: LeadRef) {
        if self.record_location(&location.key()).is_none() {
            self.record_locations.push(location);
            self.record_locations.drain(..self.record_locations.len().saturating_sub(RECORD_LOCATIONS_KEPT));
        }
    }

    /// Pins the month of a record that is to be made, and returns where the record is or will be: where the line says, unless
    /// that month is not open any more. The first of two writers decides.
    pub fn pin_new_record(&mut self, location: &LeadRef, is_open: impl Fn(Month) -> bool) -> LeadRef {
        let key = location.key();
        // The pin of an expired month would win over the new one for ever.
        if self.record_location(&key).is_some_and(|known| !is_open(known.month)) {
            self.unpin_record(&key);
        }
        self.pin_record(location.clone());
        self.record_location(&key).unwrap_or(location).clone()
    }

    /// Forgets the location of a record that was removed, or whose month has expired.
    pub fn unpin_record(&mut self, key: &LeadKey) {
        self.record_locations.retain(|location| location.key() != *key);
    }

    /// Forgets a lead that an operator removed, and the arrivals that wait for its record and came until then. They would bring
    /// it back.
    pub fn forget(&mut self, key: &LeadKey, until: DateTime<Utc>) {
        let is_its = |waiting: &Waiting| {
            let lead = waiting.arrival.lead();
            lead.is_some_and(|lead| LeadKey::new(lead, waiting.arrival.phone()) == *key)
        };
        self.inbox.retain(|waiting| waiting.since > until || !is_its(waiting));
        // A later arrival has pinned the location of the record that it makes.
        if !self.inbox.iter().any(is_its) {
            self.unpin_record(key);
        }
    }

    fn note_call(&mut self, attempt: Option<AttemptId>, call: &CallId, ended_at: DateTime<Utc>) {
        // A claim has no call id until the provider answers. A result with its attempt id is the same call, not a second one.
        let same = |known: &&mut KnownCall| {
            known.call.as_ref() == Some(call) || (known.call.is_none() && attempt.is_some() && known.attempt == attempt)
        };
        match self.calls.iter_mut().find(same) {
            Some(known) => known.call = Some(call.clone()),
            None => {
                let call = Some(call.clone());
                self.calls.push(KnownCall { at: ended_at, attempt, call, recorded: false, told: None });
            }
        }
    }

    /// Forgets calls older than [`CAP_WINDOW`], so that the line has a bound.
    ///
    /// Two kinds are kept. A call whose result waits in the inbox is needed to know that the result is recorded. The call of
    /// the hold is needed to bind its call id.
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

/// Returns whether a call that the line knows is the one of a record: by call id, by attempt, or, if the record names neither,
/// by its time.
fn is_same(known: &KnownCall, told: &RecordedCall) -> bool {
    let same_call = told.call.is_some() && known.call == told.call;
    let same_attempt = told.attempt.is_some() && known.attempt == told.attempt;
    let is_unnamed = told.call.is_none() && told.attempt.is_none();
    same_call || same_attempt || (is_unnamed && known.at == told.at)
}
