//! Arrivals: results of calls, and new leads.

use super::law::ConsentEvidence;
use super::{AttemptId, CallId, LeadId, LeadKey, Month, Outcome, Phone};
use chrono::{DateTime, NaiveDateTime, Utc};

/// The system that reported a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Bland AI.
    Bland,
    /// Convoso.
    Convoso,
    /// The queue itself, about an attempt that the provider does not know.
    Redial,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 3] = [Self::Bland, Self::Convoso, Self::Redial];

    /// Returns the word that records, lines and the API use. Stored bytes have it, so it never changes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bland => "bland",
            Self::Convoso => "convoso",
            Self::Redial => "redial",
        }
    }

    /// Reads the word. `None` for any other.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == word)
    }
}

/// When the person asked to be called back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallbackTime {
    /// An instant.
    At(DateTime<Utc>),
    /// A local time where the lead lives.
    Local(NaiveDateTime),
    /// A time was given, but it names no instant that can be used.
    Unusable,
}

/// What a payload says about the person. An empty text means that it says nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// The dialer's list.
    pub list_id: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The state: two letters, a name or an ISO code.
    pub state: String,
    /// Postal code. It is evidence of where the person may be, beside the state and the number.
    pub postal_code: String,
    /// Evidence that the person has agreed to be called.
    pub consent: Option<ConsentEvidence>,
}

impl Profile {
    /// Returns a provider's text without the person's names, in any case, so that it can be logged.
    #[must_use]
    pub fn taken_out_of(&self, text: &str) -> String {
        let is_name = |word: &str| {
            let names = self.first_name.split_whitespace().chain(self.last_name.split_whitespace());
            names.into_iter().any(|name| name.to_lowercase() == word.to_lowercase())
        };
        // Whole words only, so that a short name is not cut out of other words.
        let mut shown = String::new();
        for part in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
            shown.push_str(if is_name(word) { "…" } else { word });
            shown.push_str(&part[word.len()..]);
        }
        shown
    }
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Profile(…)")
    }
}

/// A finished call, as the provider reported it and the outcome rules judged it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallResult {
    /// The provider's id. A result is applied once for each.
    pub call: CallId,
    /// The attempt, if the queue placed the call.
    pub attempt: Option<AttemptId>,
    /// Who reported it.
    pub source: Source,
    /// The lead, if the payload names it.
    pub lead: Option<LeadId>,
    /// The person's number.
    pub phone: Phone,
    /// The month of the record, if the call was dialed from a record.
    pub month: Option<Month>,
    /// How it ended.
    pub outcome: Outcome,
    /// The name of the rule that gave the outcome.
    pub rule: String,
    /// When the person asked to be called back.
    pub callback: Option<CallbackTime>,
    /// Whether the person called us. Such a call is not an attempt.
    pub inbound: bool,
    /// When the call ended, never later than its arrival.
    pub ended_at: DateTime<Utc>,
    /// What the payload says about the person.
    pub profile: Profile,
    /// What the person said if it may be a do-not-call, which a person must decide.
    pub possible_refusal: Option<String>,
    /// Whether the person was connected with an agent, whatever else the call ended with. It is a fact about the number, which
    /// the line takes in at once, so it is not stored.
    pub connected: bool,
}

/// A call of a dialer that is in progress: the person is on the phone with an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InCall {
    /// Who reported it.
    pub source: Source,
    /// The provider's id of the call, if the payload names it.
    pub call: Option<CallId>,
    /// The lead, if the payload names it.
    pub lead: Option<LeadId>,
    /// The person's number.
    pub phone: Phone,
    /// When it was reported.
    pub since: DateTime<Utc>,
}

/// A lead that was never called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLead {
    /// The lead.
    pub lead: LeadId,
    /// Its number.
    pub phone: Phone,
    /// What the payload says about the person.
    pub profile: Profile,
}

/// A result or a new lead that comes in. It must end up in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// A call ended.
    Result(CallResult),
    /// A lead is to be called.
    NewLead(NewLead),
}

impl CallResult {
    /// Returns whether the person certainly or possibly refuses further calls.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.outcome.suppresses() || self.possible_refusal.is_some()
    }
}

impl Arrival {
    /// Returns the number that it concerns.
    #[must_use]
    pub fn phone(&self) -> &Phone {
        match self {
            Self::Result(result) => &result.phone,
            Self::NewLead(new) => &new.phone,
        }
    }

    /// Returns the lead, if it is named.
    #[must_use]
    pub fn lead(&self) -> Option<&LeadId> {
        match self {
            Self::Result(result) => result.lead.as_ref(),
            Self::NewLead(new) => Some(&new.lead),
        }
    }

    /// Returns the month of the record, if the arrival names it.
    #[must_use]
    pub fn month(&self) -> Option<Month> {
        match self {
            Self::Result(result) => result.month,
            Self::NewLead(_) => None,
        }
    }

    /// Returns what makes it a repeat of an earlier one: the call id, or the key of the new lead.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Result(result) => result.call.as_str().to_owned(),
            Self::NewLead(new) => format!("new:{}", LeadKey::new(&new.lead, &new.phone).as_str()),
        }
    }
}
