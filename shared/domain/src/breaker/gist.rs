//! Reduces the message of a refusal to what refusals for one reason have in common.

/// No reason is longer.
const MOST_CHARACTERS: usize = 200;

/// Returns the message of a refusal without what may differ between two leads: words with a digit or an `@`, which are ids,
/// numbers and addresses, become `…`. The status in "HTTP 400" stays.
///
/// Operators see the rest, so the caller removes names first.
pub(super) fn gist(message: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in message.split_whitespace() {
        let is_status = words.last().is_some_and(|last| last.eq_ignore_ascii_case("http"));
        let differs = word.contains(|c: char| c.is_numeric() || c == '@' || c == '…');
        let word = if differs && !is_status { "…" } else { word };
        if word != "…" || words.last() != Some(&"…") {
            words.push(word);
        }
    }
    if words.is_empty() {
        return "no message".to_owned();
    }
    words.join(" ").chars().take(MOST_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::gist;
    use rstest::rstest;

    #[rstest]
    #[case("Pathway not found", "Pathway not found")]
    #[case("Pathway 0258dd7c-e952-43ca-806e-23e1c6c7334b  not found.", "Pathway … not found.")]
    #[case("Request 123 456 of jane@example.com failed", "Request … of … failed")]
    #[case("HTTP 400", "HTTP 400")]
    #[case(" ", "no message")]
    fn ids_and_digits_are_taken_out(#[case] message: &str, #[case] expected: &str) {
        assert_eq!(gist(message), expected);
    }

    #[test]
    fn a_long_message_is_cut() {
        assert_eq!(gist(&"é".repeat(5000)).chars().count(), 200);
    }
}
