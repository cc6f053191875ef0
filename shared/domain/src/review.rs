//! A refusal that a person must decide about.

use super::refusal::WORDS_KEPT;
use super::{CallId, Lead, Outcome, Status};
use chrono::{DateTime, Utc};

/// Why a lead with a [`Review`] is paused, as records and the API say it, and the rule of a do-not-call that a person confirmed.
pub const POSSIBLE_DO_NOT_CALL: &str = "possible_do_not_call";

/// A possible do-not-call. Nobody dials the number until a person confirms or dismisses it.
#[derive(Clone, PartialEq, Eq)]
pub struct Review {
    /// The call in which it was said.
    pub call: CallId,
    /// What was said.
    pub words: String,
    /// When it became known.
    pub since: DateTime<Utc>,
}

/// Without the words, which are personal data.
impl std::fmt::Debug for Review {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Review").field("call", &self.call).field("since", &self.since).finish_non_exhaustive()
    }
}

impl Review {
    /// Adds what was said later, so that a person decides about all of it. The newest call is the one that is decided.
    pub fn join(&mut self, newer: Self) {
        if self.call == newer.call || self.words.contains(&newer.words) {
            return;
        }
        self.words = match newer.words.contains(&self.words) {
            true => newer.words,
            false => format!("{} / {}", newer.words, self.words).chars().take(2 * WORDS_KEPT).collect(),
        };
        self.call = newer.call;
    }
}

/// Holds a record back because of a possible do-not-call that is not in a result: the words came later than the call. `None`
/// if that changes nothing: the number is already forbidden, or this or an earlier one waits for a decision or was
/// dismissed.
#[must_use]
pub fn doubt(lead: &Lead, review: &Review, now: DateTime<Utc>) -> Option<Lead> {
    if lead.has_dismissed(&review.call) || lead.forbidden_by().is_some() {
        return None;
    }
    let mut next = lead.clone();
    next.note_doubt(review.clone());
    if next.review == lead.review {
        return None;
    }
    next.status = match lead.status {
        Status::Pending | Status::Rescheduled | Status::Paused => Status::Paused,
        // Not dialed anyway.
        other @ (Status::Completed | Status::MaxAttempts | Status::Foreign(_)) => other,
    };
    next.updated_at = now;
    Some(next)
}

impl Lead {
    /// Returns whether a person has decided that what was said in this call is no refusal.
    #[must_use]
    pub fn has_dismissed(&self, call: &CallId) -> bool {
        self.dismissed.as_ref() == Some(call) && *call != CallId::unknown()
    }

    /// Notes a possible do-not-call beside the one that may wait already.
    pub(super) fn note_doubt(&mut self, review: Review) {
        match &mut self.review {
            Some(known) => known.join(review),
            None => self.review = Some(review),
        }
    }

    /// Returns the record with its possible do-not-call dismissed: it goes on as before.
    pub(super) fn dismissed(&self, review: &Review, now: DateTime<Utc>) -> Self {
        let status = match self.status {
            Status::Paused if self.callback.is_some_and(|at| at > now) => Status::Rescheduled,
            Status::Paused => Status::Pending,
            other => other,
        };
        Self { review: None, dismissed: Some(review.call.clone()), status, updated_at: now, ..self.clone() }
    }

    /// Returns the record with its possible do-not-call confirmed: the outcome of that call becomes DNC.
    pub(super) fn confirmed(&self, review: &Review, now: DateTime<Utc>) -> Self {
        let mut next =
            Self { review: None, callback: None, status: Status::Completed, updated_at: now, ..self.clone() };
        // Outcomes and history end with the same calls. A record of the original has earlier outcomes beside them.
        let outcomes = next.outcomes.iter_mut().rev().zip(next.history.iter_mut().rev());
        for (outcome, past) in outcomes.filter(|(_, past)| past.call == review.call) {
            *outcome = Outcome::DNC;
            past.outcome = Outcome::DNC;
            past.rule = Some(POSSIBLE_DO_NOT_CALL.to_owned());
        }
        if next.last_call_id.as_ref() == Some(&review.call) {
            next.last_outcome = Some(Outcome::DNC);
        }
        next
    }
}
