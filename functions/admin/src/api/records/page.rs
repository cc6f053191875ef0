//! The size of a page.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// Maximum size of a page inside Lambda's answer, which is at most 6 MB long.
const PAGE_BYTES: usize = 5_000_000;

/// Space for the fields beside the records.
const ENVELOPE_BYTES: usize = 4_000;

/// Renders records until the page is full. A page has at least one record, so that its cursor leads on.
pub(super) fn render_until_full(records: impl IntoIterator<Item = impl Serialize>) -> Vec<Box<RawValue>> {
    let mut space = PAGE_BYTES - ENVELOPE_BYTES;
    let mut page = Vec::new();
    for record in records {
        let Ok(raw) = to_raw_value(&record) else { break };
        match space.checked_sub(escaped_length(raw.get())) {
            Some(rest) => space = rest,
            None if page.is_empty() => space = 0,
            None => break,
        }
        page.push(raw);
    }
    page
}

/// Returns the length of a record in the answer. Lambda puts the body into a JSON string, where quotes and backslashes take
/// two bytes. A comma follows.
fn escaped_length(text: &str) -> usize {
    text.len() + text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count() + 1
}
