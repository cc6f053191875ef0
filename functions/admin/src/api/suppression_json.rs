use super::iso::iso;
use chrono::{DateTime, Utc};
use redial_domain::{Phone, Suppression};
use serde::Serialize;
use utoipa::ToSchema;

/// A number that must never be called again.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SuppressionJson {
    /// Phone number in E.164.
    #[schema(example = "+15555550123")]
    phone: String,
    /// The do-not-call, such as `DNC` or `BAD_NUMBER`.
    #[schema(example = "DNC")]
    reason: String,
    /// Who reported it: `bland`, `convoso`, or `redial` for an operator, a list or an older record.
    #[schema(example = "redial")]
    source: &'static str,
    /// Time of the suppression.
    at: DateTime<Utc>,
    /// Name of the key that suppressed it, or `upload` for a list in the bucket. Empty if a call or a record did.
    by: String,
    /// Note of the operator or of the list.
    note: String,
}

impl SuppressionJson {
    pub(super) fn new(phone: &Phone, suppression: &Suppression) -> Self {
        Self {
            phone: phone.as_str().to_owned(),
            reason: suppression.reason.to_string(),
            source: suppression.source.as_str(),
            at: iso(suppression.at),
            by: suppression.by.clone(),
            note: suppression.note.clone(),
        }
    }
}

/// The suppression of one number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SuppressionAnswer {
    /// Always true.
    #[schema(example = true)]
    pub(super) success: bool,
    /// What was done.
    pub(super) message: String,
    /// The suppression. After a removal, the one that was taken off.
    pub(super) suppression: SuppressionJson,
}
