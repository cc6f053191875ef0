//! What a webhook says.

use redial_domain::{NotAResult, Report, Unattached};

/// What a well-formed webhook says.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// It tells of a call that is over, or of a lead. What it means is for the queue to judge.
    Report(Box<Report>),
    /// It is about a call, but it is no result. Nothing is to be done.
    NotAResult(NotAResult),
    /// It would be a result or a lead, but it names nothing to which it could be attached.
    Unattached(Unattached),
}

/// The body cannot be read at all. The message names the place in it and not the content, which may be personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);
