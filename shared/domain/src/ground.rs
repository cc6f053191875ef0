//! Which part of a payload decided.

use super::refusal::WORDS_KEPT;

/// The part of a payload that made a rule match.
#[derive(Clone, PartialEq, Eq)]
pub struct Ground {
    /// The field.
    pub field: Field,
    /// What it says, as the rules read it: at most [`WORDS_KEPT`] characters. Empty if the field only has to be there.
    pub words: String,
}

/// A field of a payload, or several fields that the rules read as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The person's turns in any of the transcripts.
    Transcripts,
    /// The names of the tags.
    Tags,
    /// The label of the call.
    Label,
    /// The error message.
    ErrorMessage,
    /// Who took the call.
    AnsweredBy,
    /// How the call ended, or how it left the provider's queue.
    Status,
    /// The length of the call.
    Length,
    /// The warm transfer.
    WarmTransfer,
    /// The number to which the call was transferred.
    TransferredTo,
    /// The flag that the person asked for a callback.
    CallbackRequested,
    /// The variable of this name.
    Variable(String),
    /// A dialer's disposition.
    Disposition,
}

impl Ground {
    /// Makes a ground of what a field says. Longer texts are cut off.
    #[must_use]
    pub fn new(field: Field, says: &str) -> Self {
        Self { field, words: says.chars().take(WORDS_KEPT).collect() }
    }
}

/// Without the words, which are personal data.
impl std::fmt::Debug for Ground {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ground").field("field", &self.field).finish_non_exhaustive()
    }
}

impl Field {
    /// Returns the field's name in the payloads of its provider.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Transcripts => "transcripts".to_owned(),
            Self::Tags => "pathway_tags".to_owned(),
            Self::Label => "disposition_tag".to_owned(),
            Self::ErrorMessage => "error_message".to_owned(),
            Self::AnsweredBy => "answered_by".to_owned(),
            Self::Status | Self::Disposition => "status".to_owned(),
            Self::Length => "call_length".to_owned(),
            Self::WarmTransfer => "warm_transfer_call".to_owned(),
            Self::TransferredTo => "transferred_to".to_owned(),
            Self::CallbackRequested => "variables.callback_requested".to_owned(),
            Self::Variable(name) => format!("variables.{name}"),
        }
    }
}
