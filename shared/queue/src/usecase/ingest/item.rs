//! Applies one arrival to its record.

use super::location::Pinned;
use super::{Ignored, Ingested};
use crate::ports::StoreError;
use crate::store::cas::Known;
use crate::store::records::{Edit, RecordChange};
use chrono::{DateTime, Utc};
use redial_domain::{
    Actor, Arrival, CallResult, Lead, LeadRef, Line, Month, Policy, Review, Settled, admit, doubt, logged, settle,
};

/// An arrival on its way into a record.
pub(super) struct Item {
    pub(super) location: LeadRef,
    /// An older month that cannot be read, and may have a record of the lead.
    pub(super) beside_unreadable: Option<Month>,
    pub(super) suppressed: bool,
    /// An earlier report of the call is in a record.
    pub(super) is_correction: bool,
    pub(super) arrival: Arrival,
    /// The line on which the arrival waits.
    pub(super) known: Known<Line>,
}

/// What came of an arrival in its record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Applied {
    pub(super) done: Ingested,
    /// There was no record before.
    pub(super) is_new: bool,
    /// A person must decide about what was said in this call.
    pub(super) in_doubt: bool,
    /// A person has decided that what was said in this call is no refusal.
    pub(super) is_dismissed: bool,
    /// The person asked for a callback at a time that cannot be used.
    pub(super) fell_back: bool,
}

impl Applied {
    /// The record is gone, and nothing was applied.
    pub(super) fn gone() -> Self {
        let done = Ingested::Ignored(Ignored::RecordGone);
        Self { done, is_new: false, in_doubt: false, is_dismissed: false, fell_back: false }
    }
}

impl Item {
    /// Returns an arrival that waits on this line, on its way into the record at `at`.
    pub(super) fn new(arrival: &Arrival, line: &Line, at: Pinned) -> Self {
        let is_correction = matches!(arrival, Arrival::Result(result) if line.is_recorded(&result.call));
        let mut arrival = arrival.clone();
        if let (Arrival::Result(result), Some(review)) = (&mut arrival, &line.review)
            && result.call == review.call
        {
            // A later payload of the call brought these words.
            result.possible_refusal.get_or_insert_with(|| review.words.clone());
        }
        let Pinned { lead: location, beside_unreadable } = at;
        let suppressed = line.suppressed.is_some();
        Self { location, beside_unreadable, suppressed, is_correction, arrival, known: Known::Nothing }
    }

    /// Applies the arrival. Returns what came of it.
    pub(super) fn apply(
        &self,
        edit: &mut Edit<'_>,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Applied, StoreError> {
        let key = self.location.key();
        let is_new = edit.change(&key, |lead| RecordChange::Keep(lead.is_none()))?;
        let mut fell_back = false;
        let done = edit.change(&key, |lead| {
            let change = self.decide(lead, now, policy);
            if let (RecordChange::Put(lead, Ingested::Applied), Arrival::Result(result)) = (&change, &self.arrival) {
                fell_back = redial_domain::fell_back(lead, result, policy);
            }
            change
        })?;
        let in_doubt = edit.change(&key, |lead| RecordChange::Keep(lead.is_some_and(|lead| self.is_doubt_of(lead))))?;
        let is_dismissed =
            |lead: &Lead| matches!(&self.arrival, Arrival::Result(result) if lead.has_dismissed(&result.call));
        let is_dismissed = edit.change(&key, |lead| RecordChange::Keep(lead.is_some_and(is_dismissed)))?;
        Ok(Applied { done, is_new, in_doubt, is_dismissed, fell_back })
    }

    /// Decides what becomes of the record.
    pub(super) fn decide(&self, lead: Option<&Lead>, now: DateTime<Utc>, policy: &Policy) -> RecordChange<Ingested> {
        match &self.arrival {
            // A correction is of a call that was counted. If there is no record, an operator has removed it.
            Arrival::Result(_) if self.is_correction && lead.is_none() => {
                RecordChange::Keep(Ingested::Ignored(Ignored::RecordGone))
            }
            Arrival::Result(result) => match settle(lead, result, self.suppressed, now, policy) {
                Settled::Changed(mut next) => {
                    if lead.is_none() {
                        next.beside_unreadable = self.beside_unreadable;
                    }
                    RecordChange::Put(next, Ingested::Applied)
                }
                Settled::Repeat => match lead.and_then(|lead| self.doubt_of_repeat(lead, now)) {
                    Some(lead) => RecordChange::Put(Box::new(lead), Ingested::Repeat),
                    None => RecordChange::Keep(Ingested::Repeat),
                },
                Settled::Gone => RecordChange::Keep(Ingested::Ignored(Ignored::RecordGone)),
            },
            Arrival::NewLead(new) => match admit(lead, new, self.suppressed, now) {
                Some(lead) => {
                    let lead = Lead { beside_unreadable: self.beside_unreadable, ..lead };
                    RecordChange::Put(Box::new(lead), Ingested::Applied)
                }
                None => RecordChange::Keep(Ingested::Repeat),
            },
        }
    }

    /// Returns the record with the possible do-not-call that only this repeat of a result has.
    fn doubt_of_repeat(&self, lead: &Lead, now: DateTime<Utc>) -> Option<Lead> {
        let Arrival::Result(CallResult { call, possible_refusal: Some(words), .. }) = &self.arrival else {
            return None;
        };
        doubt(lead, &Review { call: call.clone(), words: words.clone(), since: now }, now)
    }

    /// Returns whether the record waits for a person to decide about this call.
    fn is_doubt_of(&self, lead: &Lead) -> bool {
        let Arrival::Result(result) = &self.arrival else { return false };
        lead.review.as_ref().is_some_and(|review| review.call == result.call)
    }

    /// Logs what came of the arrival, in the words of the original that operators search for.
    pub(super) fn log(&self, by: &Actor, applied: Applied) {
        let (actor, Applied { done, is_new, fell_back, .. }) = (by.name(), applied);
        let Arrival::Result(result) = &self.arrival else {
            match done {
                Ingested::Applied => {
                    tracing::info!(actor, month = %self.location.month, "Added new lead to redial queue")
                }
                Ingested::Repeat | Ingested::Deferred | Ingested::Ignored(_) => {
                    tracing::info!(actor, month = %self.location.month, "a new lead changes no record");
                }
            }
            return;
        };
        let attempt = result.attempt.map(|attempt| attempt.to_string());
        let (call, (outcome, _), month) = (result.call.as_str(), logged(result), self.location.month);
        if fell_back {
            tracing::warn!(
                actor,
                call.id = call,
                "a callback time cannot be used: the lead is called after callback_fallback_minutes"
            );
        }
        match (done, is_new) {
            (Ingested::Applied, true) => {
                tracing::info!(actor, call.id = call, attempt.id = attempt, outcome, %month, "Added new lead to redial queue");
            }
            (Ingested::Applied, false) => {
                tracing::info!(actor, call.id = call, attempt.id = attempt, outcome, %month, "Updated redial queue record");
            }
            (Ingested::Repeat | Ingested::Deferred | Ingested::Ignored(_), _) => {
                tracing::info!(actor, call.id = call, attempt.id = attempt, outcome, %month, done = ?done, "a result changes no record");
            }
        }
    }
}

/// Logs an arrival before anything is done about it, so that one that fails leaves a trace.
pub(super) fn log_arrival(arrival: &Arrival) {
    match arrival {
        Arrival::Result(result) => {
            let (outcome, rule) = logged(result);
            let attempt = result.attempt.map(|attempt| attempt.to_string());
            tracing::info!(call.id = result.call.as_str(), attempt.id = attempt, outcome, rule, "call result received");
        }
        Arrival::NewLead(_) => tracing::info!("new lead received"),
    }
}
