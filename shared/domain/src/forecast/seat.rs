//! One lead and one number in a forecast, and what a call does to them.

use super::{CALL_TAKES, Queued};
use crate::verdict::{Facts, Gate};
use crate::{
    Arrival, AttemptId, CallId, CallResult, Hold, Lead, LeadRef, Line, Outcome, Policy, Profile, Settled, Source,
    settle,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::borrow::Cow;

/// A lead.
pub(super) struct Seat<'a> {
    pub(super) location: &'a LeadRef,
    pub(super) lead: Cow<'a, Lead>,
    pub(super) counts: bool,
    /// The place of its number.
    pub(super) number: usize,
}

/// A number with its line and the places of its leads.
pub(super) struct Number<'a> {
    pub(super) line: Cow<'a, Line>,
    pub(super) seats: Vec<usize>,
}

impl<'a> Seat<'a> {
    pub(super) fn new(queued: &'a Queued, number: usize) -> Self {
        let Queued { location, lead, counts } = queued;
        Self { location, lead: Cow::Borrowed(lead), counts: *counts, number }
    }

    pub(super) fn facts<'f>(&'f self, line: &'f Line, now: DateTime<Utc>, policy: &'f Policy) -> Facts<'f> {
        Facts { lead: &self.lead, line: Some(line), now, policy }
    }

    pub(super) fn closed(&self, line: &Line, now: DateTime<Utc>, policy: &Policy) -> Vec<Gate> {
        self.facts(line, now, policy).closed()
    }

    /// Returns how long its calls take: as long as the last one, if the queue dialed that.
    pub(super) fn call_takes(&self, policy: &Policy) -> TimeDelta {
        let took = |lead: &Lead| {
            let last = lead.history.last()?;
            Some(last.at - last.attempt?.made_at()?)
        };
        took(&self.lead)
            .filter(|took| *took > TimeDelta::zero())
            .map_or(CALL_TAKES, |took| took.min(policy.call_hold()))
    }

    /// Returns the result of an attempt that ends as the last call did. A lead without calls does not answer.
    pub(super) fn result(&self, attempt: AttemptId, call: Option<CallId>, ended_at: DateTime<Utc>) -> CallResult {
        let outcome = self.lead.last_outcome.clone().unwrap_or(Outcome::NO_ANSWER);
        let is_lost = outcome == Outcome::LOST;
        let own = || CallId::parse(&attempt.to_string()).unwrap_or_else(|_| CallId::unknown());
        CallResult {
            call: if is_lost { CallId::lost(&attempt) } else { call.unwrap_or_else(own) },
            attempt: Some(attempt),
            source: if is_lost { Source::Redial } else { Source::Bland },
            lead: Some(self.lead.id.clone()),
            phone: self.lead.phone.clone(),
            month: Some(self.location.month),
            outcome,
            rule: "forecast".to_owned(),
            callback: None,
            inbound: false,
            ended_at,
            profile: Profile::default(),
            possible_refusal: None,
            connected: false,
        }
    }
}

impl Number<'_> {
    /// Takes the line for an attempt whose call ends at `ends`.
    pub(super) fn take(&mut self, attempt: AttemptId, lead: &LeadRef, now: DateTime<Utc>, ends: DateTime<Utc>) {
        let (provider, lead) = (Source::Bland, lead.clone());
        let hold = Hold { provider, attempt, lead, since: now, until: ends, call: None, missing_since: None };
        self.line.to_mut().take(hold);
    }

    /// Brings a result in as a webhook does: onto the line, into the record of its lead, and off the line.
    pub(super) fn take_in(
        &mut self,
        seat: Option<&mut Seat<'_>>,
        arrival: &Arrival,
        now: DateTime<Utc>,
        policy: &Policy,
    ) {
        let line = self.line.to_mut();
        line.accept(arrival.clone(), now);
        if let (Some(seat), Arrival::Result(result)) = (seat, arrival) {
            match settle(Some(&seat.lead), result, line.suppressed.is_some(), now, policy) {
                Settled::Changed(lead) => seat.lead = Cow::Owned(*lead),
                Settled::Repeat | Settled::Gone => {}
            }
        }
        line.resolve(arrival);
    }
}
