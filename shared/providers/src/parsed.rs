//! What a webhook turned out to be.

use redial_domain::Arrival;

/// What a well-formed webhook says. The reasons are words for answers and metrics; they hold no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parsed {
    /// It belongs into a record.
    Arrival(Box<Arrival>),
    /// It is about a call, but it is no result: nothing is to be done.
    NotAResult(&'static str),
    /// It would be a result or a lead, but it names nothing to which it could be attached.
    Unattached(&'static str),
}

/// The body cannot be read at all. The message names the place, not the content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);
