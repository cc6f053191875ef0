use super::invalid::Invalid;
use redial_domain::settings::SettingError;
use serde::Serialize;
use utoipa::ToSchema;

/// Error response.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ErrorAnswer {
    /// Always false.
    #[schema(example = false)]
    pub(crate) success: bool,
    /// What failed, and what to do.
    pub(crate) error: String,
    /// The parameter, header or setting that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) field: Option<String>,
}

impl ErrorAnswer {
    /// Makes an error that concerns no field.
    #[must_use]
    pub(crate) fn new(error: impl Into<String>) -> Self {
        Self { success: false, error: error.into(), field: None }
    }

    /// Makes an error about a field.
    #[must_use]
    pub(crate) fn field(field: &str, error: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), ..Self::new(error) }
    }
}

impl From<Invalid> for ErrorAnswer {
    fn from(invalid: Invalid) -> Self {
        Self { success: false, error: invalid.error, field: invalid.field }
    }
}

/// Names every wrong setting. `field` is the first.
impl From<&[SettingError]> for ErrorAnswer {
    fn from(errors: &[SettingError]) -> Self {
        let reasons: Vec<_> = errors.iter().map(ToString::to_string).collect();
        Self { field: errors.first().map(|first| first.key.to_owned()), ..Self::new(reasons.join("; ")) }
    }
}
