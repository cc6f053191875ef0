//! What the records of a number say about the number itself.

use super::line::CAP_WINDOW;
use super::{AttemptId, CallId, Lead, Outcome, Review};
use chrono::{DateTime, Utc};

/// What the records of one number say that its line may not know: records of uploaded months have calls and do-not-calls that
/// never came in as results. A line learns them with [`super::Line::learn`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberFacts {
    /// The newest do-not-call.
    pub forbidden: Option<Forbidden>,
    /// A possible do-not-call that nobody has decided about.
    pub review: Option<Review>,
    /// The calls of the last 24 hours. A call may be in it more than once.
    pub calls: Vec<RecordedCall>,
    /// When the last call that connected the person with an agent ended, if that was in the last 24 hours.
    pub transferred_at: Option<DateTime<Utc>>,
}

/// A do-not-call of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forbidden {
    /// The outcome that forbids every further call.
    pub reason: Outcome,
    /// The last moment at which it can have been made. `None` if that is not known.
    pub at: Option<DateTime<Utc>>,
}

impl Forbidden {
    /// Returns the one that counts: the one that may be newer. Without a time it may be newer than any other.
    fn newer(self, other: Self) -> Self {
        match (self.at, other.at) {
            (None, _) => self,
            (_, None) => other,
            (Some(this), Some(that)) => {
                if that > this {
                    other
                } else {
                    self
                }
            }
        }
    }
}

/// A call that a record has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCall {
    /// The provider's id. Records of the original may lack it.
    pub call: Option<CallId>,
    /// The attempt, if the queue dialed it.
    pub attempt: Option<AttemptId>,
    /// When it ended. For a lost attempt, when it was made.
    pub at: DateTime<Utc>,
    /// Whether its result is in the record.
    pub is_result: bool,
}

impl NumberFacts {
    /// Adds what one more record of the number says at `now`.
    pub fn add(&mut self, lead: &Lead, now: DateTime<Utc>) {
        let is_recent = |at: DateTime<Utc>| at + CAP_WINDOW > now;
        if let Some(forbidden) = forbidden_by(lead) {
            self.forbid(forbidden);
        }
        if self.review.is_none() {
            self.review = lead.review.clone();
        }
        self.calls.extend(calls_of(lead).filter(|call| is_recent(call.at)));
        self.transferred_at = self.transferred_at.max(transferred_at(lead).filter(|at| is_recent(*at)));
    }

    /// Adds a do-not-call.
    pub fn forbid(&mut self, forbidden: Forbidden) {
        self.forbidden = Some(match self.forbidden.take() {
            Some(known) => known.newer(forbidden),
            None => forbidden,
        });
    }

    /// Returns whether the records say nothing that a line could learn.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Returns the newest do-not-call of a record.
///
/// An outcome that the original kept without its call has no time. It counts as made before the first call of the history, or
/// else at the last call. That may be too late, and then it counts although it was taken off. Too early would let a newer one
/// be missed.
fn forbidden_by(lead: &Lead) -> Option<Forbidden> {
    let any = lead.forbidden_by()?;
    let past = lead.history.iter().map(|past| (&past.outcome, past.told_at()));
    let others = lead.other_calls.iter().filter_map(|other| Some((other.outcome.as_ref()?, other.at)));
    let end = lead.last_call.unwrap_or(lead.updated_at);
    let begin = lead.history.first().map_or(end, |first| first.at);
    let earlier = lead.outcomes.len().saturating_sub(lead.history.len());
    let undated = lead.outcomes.iter().take(earlier).map(|outcome| (outcome, begin));
    let last = lead.last_outcome.iter().filter(|_| lead.history.is_empty()).map(|outcome| (outcome, end));
    let dated = past.chain(others).chain(undated).chain(last).filter(|(outcome, _)| outcome.suppresses());
    let newest = dated.max_by_key(|(_, at)| *at);
    // A status of another system means a do-not-call too.
    let (reason, at) = newest.unwrap_or((any, lead.updated_at));
    Some(Forbidden { reason: reason.clone(), at: Some(at) })
}

fn calls_of(lead: &Lead) -> impl Iterator<Item = RecordedCall> {
    let results = lead.history.iter().map(|past| {
        // The id of a lost attempt is one of ours. A result that comes later has another, and is the same call.
        let is_lost = past.outcome == Outcome::LOST;
        let made = past.attempt.and_then(|attempt| attempt.made_at()).filter(|_| is_lost);
        RecordedCall {
            call: Some(past.call.clone()).filter(|_| !is_lost),
            attempt: past.attempt,
            at: made.unwrap_or(past.at),
            is_result: true,
        }
    });
    let others = lead.other_calls.iter().map(|other| RecordedCall {
        call: other.call.clone(),
        attempt: None,
        at: other.at,
        is_result: false,
    });
    results.chain(others).chain(last_call_of(lead))
}

/// Returns the last call of a record if it is not in its history: the original kept only its time, or its id too.
fn last_call_of(lead: &Lead) -> Option<RecordedCall> {
    let at = lead.last_call?;
    let call = lead.last_call_id.clone();
    let is_known = match &call {
        Some(_) => {
            lead.history.iter().any(|past| Some(&past.call) == call.as_ref())
                || lead.other_calls.iter().any(|other| other.call == call)
        }
        None => lead.history.iter().any(|past| past.at >= at) || lead.other_calls.iter().any(|other| other.at >= at),
    };
    (!is_known).then(|| RecordedCall { is_result: call.is_some(), call, attempt: None, at })
}

fn transferred_at(lead: &Lead) -> Option<DateTime<Utc>> {
    let past = lead.history.iter().filter(|past| past.outcome == Outcome::TRANSFERRED).map(|past| past.at).max();
    let last = lead.last_call.filter(|_| lead.last_outcome == Some(Outcome::TRANSFERRED));
    past.max(last)
}
