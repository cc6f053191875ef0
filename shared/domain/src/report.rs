//! What a provider tells, before anything of it is judged.

use super::ground::Field;
use super::{AttemptId, CallId, CallbackTime, LeadId, Month, NotAResult, Phone, Profile, Source, Unattached};
use chrono::{DateTime, Utc};

/// A call that is over, or a lead, as a provider tells of it. Providers report; only [`super::judge`] says what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The provider's id of the call; `None` where it tells of none.
    pub call: Option<CallId>,
    /// Our attempt, when we placed the call.
    pub attempt: Option<AttemptId>,
    /// Who tells.
    pub source: Source,
    /// The lead, when the payload names it.
    pub lead: Option<LeadId>,
    /// Where the lead's id should be is a placeholder of a template that was not filled, such as `{{lead_id}}`.
    pub placeholder: bool,
    /// The person's number, or why there is none that can be used. Only a do-not-call is heard without one.
    pub phone: Result<Phone, Unattached>,
    /// The month of the record, when the call was dialed from a record.
    pub month: Option<Month>,
    /// What the outcome is judged by.
    pub evidence: Evidence,
    /// The variables of the call that have a text, by name, with the time that the text names. `None` if the text says that
    /// there is none.
    pub times: Vec<(String, Option<CallbackTime>)>,
    /// The person called us. Not an attempt.
    pub inbound: bool,
    /// When the call ended; never later than its arrival.
    pub ended_at: DateTime<Utc>,
    /// What the payload tells of the person.
    pub profile: Profile,
}

/// What an outcome is judged by.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence {
    /// A call of a voice agent.
    Conversation(Box<Conversation>),
    /// A dialer's code for how a call ended, as the account defines it.
    Disposition(String),
    /// A payload that is no result: of an unfinished call, or a later one with words that the first did not have. It only tells
    /// of a refusal.
    Afterthought(Afterthought),
}

/// What a payload tells that is no result.
#[derive(Clone, PartialEq, Eq)]
pub struct Afterthought {
    /// What the person said, one text for each turn.
    pub user_said: Vec<String>,
    /// `disposition_tag`, in lower case.
    pub disposition: String,
    /// The names of `pathway_tags`, in lower case.
    pub tags: Vec<String>,
    /// Why it is ignored if it tells of no refusal.
    pub otherwise: NotAResult,
}

impl Afterthought {
    /// Returns the labels that a program or an agent set, with their fields.
    pub(crate) fn labels(&self) -> impl Iterator<Item = (Field, &str)> {
        labels(&self.tags, &self.disposition)
    }
}

impl std::fmt::Debug for Afterthought {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Afterthought")
    }
}

/// What a voice agent's call left behind. Words are lower-case, trimmed, with `_` and `-` as in the payload.
#[derive(Clone, Default, PartialEq)]
pub struct Conversation {
    /// What the person said, one text for each turn.
    pub user_said: Vec<String>,
    /// `disposition_tag`.
    pub disposition: String,
    /// The names of `pathway_tags`.
    pub tags: Vec<String>,
    /// `error_message`.
    pub error_message: String,
    /// `answered_by`.
    pub answered_by: String,
    /// `status`.
    pub status: String,
    /// Length of the call in seconds; `None` when the payload does not tell.
    pub seconds: Option<f64>,
    /// A human agent was really connected: `warm_transfer_call.state` is `MERGED`.
    pub merged: bool,
    /// `transferred_to` names a number.
    pub transferred_to: bool,
    /// `variables.callback_requested` is true.
    pub callback_requested: bool,
}

impl Conversation {
    /// Returns the labels that a program or an agent set, with their fields.
    pub(crate) fn labels(&self) -> impl Iterator<Item = (Field, &str)> {
        labels(&self.tags, &self.disposition)
    }
}

fn labels<'a>(tags: &'a [String], disposition: &'a str) -> impl Iterator<Item = (Field, &'a str)> {
    tags.iter().map(|tag| (Field::Tags, tag.as_str())).chain([(Field::Label, disposition)])
}

impl std::fmt::Debug for Conversation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conversation")
            .field("status", &self.status)
            .field("answered_by", &self.answered_by)
            .finish_non_exhaustive()
    }
}
