//! What a report means, and why.

use crate::ground::Ground;
use crate::{Arrival, CallId, CallResult, InCall, LeadId, NotAResult, Outcome, Phone, Source, Unattached};

/// What a report means, with what decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgment {
    /// What it means.
    pub judged: Judged,
    /// What decided. `None` if no rule did.
    pub decided: Option<Decided>,
}

/// The rule that decided about a report, and what made it match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The name of the rule, as history has it.
    pub rule: String,
    /// The outcome that it gives. `None` if it gives none: for a new lead, a call in progress and a possible do-not-call.
    pub outcome: Option<Outcome>,
    /// The part of the payload that made it match. `None` if no other rule matched.
    pub ground: Option<Ground>,
    /// Where a disposition is known from. `None` for a conversation.
    pub known_from: Option<KnownFrom>,
}

/// Where a disposition is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownFrom {
    /// The setting `convoso_dispositions`.
    Account,
    /// The default table of codes.
    Table,
    /// A family of codes that mean the same in every account.
    Family,
    /// It is one of our outcomes.
    Outcome,
    /// It is not known, so its outcome is the code itself.
    Nowhere,
}

impl KnownFrom {
    /// Returns the word that answers use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "convoso_dispositions",
            Self::Table => "table",
            Self::Family => "family",
            Self::Outcome => "outcome",
            Self::Nowhere => "nowhere",
        }
    }
}

/// What a report means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// It belongs in a record.
    Arrival(Box<Arrival>),
    /// It forbids further calls, but it is not a result that could be recorded.
    DoNotCall(Box<DoNotCall>),
    /// It has no lead, so it belongs in no record. But the number was called, and an agent may be on the phone with the person.
    OfNobody(Box<CallResult>, Unattached),
    /// The person is on the phone with an agent now. The call has no result yet.
    InCall(Box<InCall>),
    /// It is no result of a call.
    NotAResult(NotAResult),
    /// It cannot be told to whom or to what it belongs.
    Unattached(Unattached),
}

/// A do-not-call that is not in a result: it came in a later payload of a call, or without a usable number or call id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoNotCall {
    /// Whether it is certain.
    pub refused: Refused,
    /// Who reported it.
    pub source: Source,
    /// The number. Without one the lead or the call tells whose it is.
    pub phone: Option<Phone>,
    /// The lead, if it is named.
    pub lead: Option<LeadId>,
    /// The call, if it is named.
    pub call: Option<CallId>,
}

/// How sure a do-not-call is that is not in a result.
#[derive(Clone, PartialEq, Eq)]
pub enum Refused {
    /// The outcome that forbids further calls.
    Certainly(Outcome),
    /// What was said. A person must decide.
    Possible(String),
}

/// Without the words, which are personal data.
impl std::fmt::Debug for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Certainly(outcome) => write!(f, "Certainly({outcome})"),
            Self::Possible(_) => f.write_str("Possible"),
        }
    }
}
