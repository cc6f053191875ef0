//! The JSON of the admin API's answers and requests (`docs/CONTRACT.md`, "Admin API").

mod answers;
mod config;
mod etag;
mod explain;
mod query;
mod record;
#[cfg(test)]
mod tests;
mod webhook;

pub use answers::{
    CleanupAnswer, CommandAnswer, ConfigAnswer, ConfiguredAnswer, ErrorAnswer, ProcessAnswer, StatsJson, StatusAnswer,
    StatusJson,
};
pub use config::{ConfigJson, SourcesJson, changes};
pub use etag::{etag, if_match};
pub use explain::{ExplainAnswer, ExplainReply, GateJson, ShownJson};
pub use query::{Cursor, RecordsQuery, StatusWord, dry_run, key_in_query, nothing, phone};
pub use record::{CallJson, Counts, FilterJson, PAGE_BYTES, RecordJson, RecordsAnswer, RecordsPage, fill};

pub use webhook::WebhookAnswer;

use chrono::{DateTime, SubsecRound, Utc};

/// A request that says something that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct Invalid {
    /// The parameter, header or key that is wrong; `None` when it is the whole body.
    pub field: Option<String>,
    /// What is wrong with it and what is allowed.
    pub error: String,
}

impl Invalid {
    /// Something is wrong with a field.
    #[must_use]
    pub fn field(field: &str, error: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), error: error.into() }
    }

    /// A field has a value that is not allowed.
    #[must_use]
    pub fn value(field: &str, value: &str, allowed: &str) -> Self {
        Self::field(field, format!("{field} is {value:?}; allowed: {allowed}"))
    }
}

/// Times in answers have milliseconds, as timestamps have.
fn iso(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(3)
}
