//! A line as JSON text. Times keep their nanoseconds, and nothing is lost on the way and back.

mod read;
mod stored;
mod write;

use super::Unreadable;
use crate::unknown_fields;
use redial_domain::Line;
use serde_json::json;
use stored::{FIELDS, StoredLine};

/// Writes a line as text.
#[must_use]
pub fn to_text(line: &Line) -> String {
    unknown_fields::append(json!(StoredLine::from(line)).to_string(), &line.unknown)
}

/// Reads a line. Fields that this release does not know are kept in [`Line::unknown`].
///
/// # Errors
/// [`Unreadable`] if the text is of another version, or is not a line. The number is closed until a release that reads it is
/// back, and no other number is.
pub fn parse(text: &str) -> Result<Line, Unreadable> {
    let unknown = unknown_fields::read(text.as_bytes(), &FIELDS, "the line")?;
    let stored: StoredLine = serde_json::from_str(text)?;
    Ok(Line { unknown, ..stored.try_into()? })
}

#[cfg(test)]
mod tests;
