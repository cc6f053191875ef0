//! The error for stored bytes that are not ours.

use serde_json::error::Category;

/// A stored object that cannot be read as a whole. It must not be overwritten. The reason has no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// Says where the object is broken, and not what is there, because the content is personal data.
impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        let what = match error.classify() {
            Category::Io | Category::Syntax => "is not JSON",
            Category::Eof => "is empty or cut off",
            Category::Data => "does not have the expected shape",
        };
        Self(format!("the object {what}, at line {} column {}", error.line(), error.column()))
    }
}
