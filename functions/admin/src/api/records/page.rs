//! The size of a page.

/// Maximum size of a page inside Lambda's answer, which is at most 6 MB long.
const PAGE_BYTES: usize = 5_000_000;

/// Space for the fields beside the records.
const ENVELOPE_BYTES: usize = 4_000;

/// Takes rendered records until the page is full. A page has at least one record, so that its cursor leads on.
pub(super) fn until_full<T>(records: impl IntoIterator<Item = T>, text: impl Fn(&T) -> &str) -> Vec<T> {
    let mut space = PAGE_BYTES - ENVELOPE_BYTES;
    let mut page = Vec::new();
    for record in records {
        match space.checked_sub(escaped_length(text(&record))) {
            Some(rest) => space = rest,
            None if page.is_empty() => space = 0,
            None => break,
        }
        page.push(record);
    }
    page
}

/// Returns the length of a record in the answer. Lambda puts the body into a JSON string, where quotes, backslashes and line
/// breaks take two bytes, and other control characters six. A comma follows.
fn escaped_length(text: &str) -> usize {
    let more = |byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 1,
        0..0x20 => 5,
        _ => 0,
    };
    text.len() + text.bytes().map(more).sum::<usize>() + 1
}
