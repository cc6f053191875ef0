//! The record of a lead.

use super::{AttemptId, CallId, LeadId, LeadKey, Outcome, Phone, Profile, Review, Source};
use chrono::{DateTime, Utc};

/// How many outcomes a record keeps (*Record* in `docs/CONTRACT.md`).
pub const OUTCOMES_KEPT: usize = 20;
/// How many calls a record keeps, so that a month has a bound. A repeat of an older result would count again, but no record
/// gets that many calls while a webhook can still be repeated.
pub const CALLS_KEPT: usize = 50;

/// A record: what the queue knows about a lead (`docs/CONTRACT.md`, "Record").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// The call center's id.
    pub id: LeadId,
    /// The number to dial.
    pub phone: Phone,
    /// List, names, state.
    pub profile: Profile,
    /// Counted results. Inbound calls are not counted.
    pub attempts: u32,
    /// When the last call ended.
    pub last_call: Option<DateTime<Utc>>,
    /// When the next dial is due.
    pub next_redial: DateTime<Utc>,
    /// When the person asked to be called back.
    pub callback: Option<DateTime<Utc>>,
    /// The last [`OUTCOMES_KEPT`] outcomes, oldest first.
    pub outcomes: Vec<Outcome>,
    /// The outcome of the call that ended last.
    pub last_outcome: Option<Outcome>,
    /// The call that ended last.
    pub last_call_id: Option<CallId>,
    /// When the record was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Its place in the status machine.
    pub status: Status,
    /// The last [`CALLS_KEPT`] calls, in the order in which they ended.
    pub history: Vec<PastCall>,
    /// Calls in the history of a record of the original that are no results: they have no id, or no outcome yet.
    pub other_calls: Vec<OtherCall>,
    /// Dials refused since the last result. They stretch the cadence, because its first intervals are zero and the lead would
    /// otherwise be dialed and refused by every run.
    pub refusals: u32,
    /// The attempt that was refused last, so that a refusal is counted once.
    pub refused_attempt: Option<AttemptId>,
    /// The call of the possible do-not-call that was dismissed last. What is told of that call again raises no new doubt.
    pub dismissed: Option<CallId>,
    /// A possible do-not-call that nobody has decided about.
    pub review: Option<Review>,
}

impl Lead {
    /// Returns whether the record knows this call.
    #[must_use]
    pub fn knows(&self, call: &CallId) -> bool {
        self.last_call_id.as_ref() == Some(call) || self.history.iter().any(|past| past.call == *call)
    }

    /// Returns the record's canonical key.
    #[must_use]
    pub fn key(&self) -> LeadKey {
        LeadKey::new(&self.id, &self.phone)
    }

    /// Returns the outcome of an earlier call that forbids every further one. The status is not enough: the original did not
    /// complete records with such an outcome.
    #[must_use]
    pub fn forbidden_by(&self) -> Option<&Outcome> {
        let past = self.history.iter().map(|past| &past.outcome);
        past.chain(&self.outcomes).chain(&self.last_outcome).find(|outcome| outcome.suppresses())
    }
}

/// The state of a record (*Status* in `docs/CONTRACT.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// It waits for its time.
    Pending,
    /// It waits for the time that the person asked for.
    Rescheduled,
    /// An operator holds it back, or a possible do-not-call does.
    Paused,
    /// Sold, transferred, or never to be called again.
    Completed,
    /// Called as often as allowed.
    MaxAttempts,
}

impl Status {
    /// Every status, in the order in which counts are shown.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Rescheduled, Self::Completed, Self::MaxAttempts, Self::Paused];

    /// Returns the word that records and the API use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Rescheduled => "rescheduled",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::MaxAttempts => "max_attempts",
        }
    }

    /// Reads the word, and `daily_max_reached` of the original as `pending`: the 24-hour cap of the line replaces it.
    /// `None` for any other.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "daily_max_reached" {
            return Some(Self::Pending);
        }
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// One call in the history of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastCall {
    /// The provider's id.
    pub call: CallId,
    /// How it ended.
    pub outcome: Outcome,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// Who reported it. `None` in records of the original.
    pub source: Option<Source>,
    /// The attempt, if the queue placed it.
    pub attempt: Option<AttemptId>,
    /// The rule that gave the outcome.
    pub rule: Option<String>,
    /// For when the person asked in this call to be called back.
    pub callback: Option<DateTime<Utc>>,
    /// When its outcome was corrected last. `None` if the first report of the call still counts.
    pub corrected_at: Option<DateTime<Utc>>,
}

impl PastCall {
    /// Returns when the outcome was reported, so that of two reports of one call the newer counts.
    #[must_use]
    pub fn told_at(&self) -> DateTime<Utc> {
        self.corrected_at.unwrap_or(self.at)
    }
}

/// A call of the original of which no result is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherCall {
    /// The provider's id, if the record has it.
    pub call: Option<CallId>,
    /// When it was made, or the record's last call if its entry has no time.
    pub at: DateTime<Utc>,
}
