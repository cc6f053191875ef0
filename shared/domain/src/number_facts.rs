//! What the records of a number say about the number itself.

use super::line::CAP_WINDOW;
use super::{AttemptId, CallId, Lead, Outcome, Review};
use chrono::{DateTime, Utc};

/// What the records of one number say that its line may not know: records of uploaded months have calls and do-not-calls that
/// never came in as results. A line learns them with [`super::Line::learn`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberFacts {
    /// The outcome that forbids every further call.
    pub forbidden: Option<Outcome>,
    /// A possible do-not-call that nobody has decided about.
    pub review: Option<Review>,
    /// The calls of the last 24 hours. A call may be in it more than once.
    pub calls: Vec<RecordedCall>,
    /// When the last call that connected the person with an agent ended, if that was in the last 24 hours.
    pub transferred_at: Option<DateTime<Utc>>,
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
        if self.forbidden.is_none() {
            self.forbidden = lead.forbidden_by().cloned();
        }
        if self.review.is_none() {
            self.review = lead.review.clone();
        }
        self.calls.extend(calls_of(lead).filter(|call| is_recent(call.at)));
        self.transferred_at = self.transferred_at.max(transferred_at(lead).filter(|at| is_recent(*at)));
    }

    /// Returns whether the records say nothing that a line could learn.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
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
