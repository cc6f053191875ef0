use serde::Serialize;
use utoipa::ToSchema;

/// Result of a command for one lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CommandAnswer {
    /// Whether the lead is now as the command wants it.
    pub(super) success: bool,
    /// What was done, or why nothing was done.
    pub(super) message: String,
}

impl CommandAnswer {
    /// Makes the answer for a lead without a record.
    pub(super) fn unknown_lead() -> Self {
        Self { success: false, message: "Lead not found in the redial queue".to_owned() }
    }
}
