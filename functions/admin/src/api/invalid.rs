/// A parameter, header or body that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct Invalid {
    /// The parameter, header or key that is wrong. `None` if it is the whole body.
    pub field: Option<String>,
    /// What is wrong with it, and what is allowed.
    pub error: String,
}

impl Invalid {
    /// Makes an error about a field.
    #[must_use]
    pub fn field(field: &str, error: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), error: error.into() }
    }

    /// Makes an error about a value that its field does not allow.
    #[must_use]
    pub fn value(field: &str, value: &str, allowed: &str) -> Self {
        Self::field(field, format!("{field} is {value:?}; allowed: {allowed}"))
    }
}
