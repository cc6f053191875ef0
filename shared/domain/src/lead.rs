//! The record of a lead.

use super::{AttemptId, CallId, LeadId, LeadKey, Month, Outcome, Phone, Profile, Review, Source};
use chrono::{DateTime, Utc};
use std::sync::{Mutex, PoisonError};

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
    /// Calls of the original that are not results: their entries in the history have no id, or no outcome yet.
    pub other_calls: Vec<OtherCall>,
    /// Dials refused since the last result. They stretch the cadence, because its first intervals are zero and the lead would
    /// otherwise be dialed and refused by every run.
    pub refusals: u32,
    /// The attempt that was refused last, so that a refusal is counted once.
    pub refused_attempt: Option<AttemptId>,
    /// The call of the possible do-not-call that was dismissed last. Later reports of that call do not raise it again.
    pub dismissed: Option<CallId>,
    /// A possible do-not-call that nobody has decided about.
    pub review: Option<Review>,
    /// The callback that an operator was asked for last.
    pub operator_callback: Option<OperatorCallback>,
    /// An older month with an object that could not be read when the record was made. The lead may have a record
    /// there, so it waits until the object can be read.
    pub beside_unreadable: Option<Month>,
}

/// A callback that an operator was asked for, outside of a call that the queue knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorCallback {
    /// The time that the person asked for.
    pub at: DateTime<Utc>,
    /// When the operator said so. Of several requests the last one counts.
    pub since: DateTime<Utc>,
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

    /// Returns whether the person has answered a call of an artificial voice. Nobody tells who ended it, so it counts as ended
    /// by the person.
    #[must_use]
    pub fn was_answered_by_a_voice(&self) -> bool {
        const UNANSWERED: [Outcome; 6] = [
            Outcome::VOICEMAIL,
            Outcome::NO_ANSWER,
            Outcome::BUSY,
            Outcome::FAILED,
            Outcome::BAD_NUMBER,
            Outcome::LOST,
        ];
        let is_answered = |past: &PastCall| past.source != Some(Source::Convoso) && !UNANSWERED.contains(&past.outcome);
        self.history.iter().any(is_answered)
    }

    /// Returns the outcome of an earlier call that forbids every further one. The status is not enough: the original did not
    /// complete records with such an outcome.
    #[must_use]
    pub fn forbidden_by(&self) -> Option<&Outcome> {
        let past = self.history.iter().map(|past| &past.outcome);
        let others = self.other_calls.iter().filter_map(|other| other.outcome.as_ref());
        let outcomes = past.chain(others).chain(&self.outcomes).chain(&self.last_outcome);
        outcomes.chain(self.status.refusal()).find(|outcome| outcome.suppresses())
    }

    /// Returns whether its status lets it be dialed when it is due.
    #[must_use]
    pub fn waits_for_a_dial(&self) -> bool {
        matches!(self.status, Status::Pending | Status::Rescheduled)
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
    /// A status of another system, such as `exhausted`. The lead is not dialed, because only that system knows why.
    Foreign(ForeignStatus),
}

/// The word of a status that is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ForeignStatus(&'static str);

/// The most words of other systems that a process remembers, each at most 32 bytes. A month of records with random statuses
/// must not fill the memory.
const FOREIGN_WORDS: usize = 64;
static FOREIGN: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

impl ForeignStatus {
    fn known(word: &str) -> Option<Self> {
        let words = FOREIGN.lock().unwrap_or_else(PoisonError::into_inner);
        words.iter().find(|known| **known == word).map(|known| Self(known))
    }

    /// Remembers the word for the life of the process, so that the status is `Copy`. `None` if it is not a word, or if
    /// there are too many.
    fn remember(word: &str) -> Option<Self> {
        let is_word = (1..=32).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_- ".contains(&byte));
        if let Some(known) = Self::known(word) {
            return Some(known);
        }
        let mut words = FOREIGN.lock().unwrap_or_else(PoisonError::into_inner);
        (is_word && words.len() < FOREIGN_WORDS).then(|| {
            let word: &'static str = Box::leak(word.to_owned().into_boxed_str());
            words.push(word);
            Self(word)
        })
    }
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
            Self::Foreign(ForeignStatus(word)) => word,
        }
    }

    /// Reads the word, and `daily_max_reached` of the original as `pending`: the 24-hour cap of the line replaces it.
    /// Reads the word of another system only if a record had it. `None` for any other.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "daily_max_reached" {
            return Some(Self::Pending);
        }
        let ours = Self::ALL.into_iter().find(|status| status.as_str() == text);
        ours.or_else(|| ForeignStatus::known(text).map(Self::Foreign))
    }

    /// Returns the do-not-call that the status of another system means, such as `opted_out`.
    fn refusal(self) -> Option<&'static Outcome> {
        static REFUSED: Outcome = Outcome::DNC;
        let Self::Foreign(ForeignStatus(word)) = self else { return None };
        Outcome::of_any_text(word).filter(Outcome::suppresses).map(|_| &REFUSED)
    }

    /// Reads the status of a record, which may be that of another system. `None` for a text that is no word.
    #[must_use]
    pub fn of_record(text: &str) -> Option<Self> {
        Self::parse(text).or_else(|| ForeignStatus::remember(text).map(Self::Foreign))
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

/// A call of the original that is no result, because its entry has no id or no outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherCall {
    /// The provider's id, if the record has it.
    pub call: Option<CallId>,
    /// When it was made, or the record's last call if its entry has no time.
    pub at: DateTime<Utc>,
    /// How it ended, if its entry has no id but says so.
    pub outcome: Option<Outcome>,
}
