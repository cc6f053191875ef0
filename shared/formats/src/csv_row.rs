//! Rows of CSV (RFC 4180) that a spreadsheet opens without running what it finds.

use std::borrow::Cow;

/// Returns a row of these fields, each in quotes, with its line end.
#[must_use]
pub fn row<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = fields.into_iter().map(|field| format!("\"{}\"", guarded(field).replace('"', "\"\"")));
    quoted.collect::<Vec<_>>().join(",") + "\r\n"
}

/// Returns a field that a spreadsheet does not take for a formula: one that begins like a formula gets an apostrophe before
/// it. A phone number in E.164 stays as it is.
#[must_use]
pub fn guarded(field: &str) -> Cow<'_, str> {
    let is_number = field.strip_prefix('+').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number {
        Cow::Owned(format!("'{field}"))
    } else {
        Cow::Borrowed(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("=1+1", "'=1+1")]
    #[case("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0")]
    #[case("+1 555", "'+1 555")]
    #[case("-1", "'-1")]
    #[case("@SUM(A1)", "'@SUM(A1)")]
    #[case("\t=1", "'\t=1")]
    #[case("\r=1", "'\r=1")]
    #[case("+15555550123", "+15555550123")]
    #[case("Jane", "Jane")]
    #[case("", "")]
    fn a_field_that_begins_like_a_formula_is_guarded(#[case] field: &str, #[case] expected: &str) {
        assert_eq!(guarded(field), expected);
    }

    #[test]
    fn a_reader_of_csv_gets_the_fields_back() {
        let fields = ["a,b", "say \"hello\"", "two\nlines", "", "é"];
        let text = row(fields);
        assert!(text.ends_with("\"\r\n"), "{text}");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let read: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].iter().collect::<Vec<_>>(), fields);
    }
}
