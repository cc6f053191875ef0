//! A line as JSON text. Times keep their nanoseconds; nothing is lost on the way and back.

mod read;
mod stored;
mod write;

use super::Unreadable;
use redial_domain::Line;
use serde::Deserialize;
use serde_json::json;
use stored::StoredLine;

/// The line as text.
#[must_use]
pub fn to_text(line: &Line) -> String {
    json!(StoredLine::from(line)).to_string()
}

/// Reads a line.
///
/// # Errors
/// [`Unreadable`] when the text is of another version, or has a field that this version does not know: to write it back
/// would lose what it means.
pub fn parse(text: &str) -> Result<Line, Unreadable> {
    let Tag { v } = serde_json::from_str(text)?;
    if v != 1 {
        return Err(Unreadable(format!("the line has version {v}; this program knows version 1")));
    }
    let stored: StoredLine = serde_json::from_str(text)?;
    Line::try_from(stored)
}

#[derive(Deserialize)]
struct Tag {
    v: u64,
}

#[cfg(test)]
mod tests;
