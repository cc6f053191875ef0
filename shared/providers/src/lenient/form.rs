//! Reads a body by its content, not by its `Content-Type`.

use super::json::object_of_text;
use super::text::text_of_body;
use crate::Malformed;
use serde_json::{Map, Value};

/// Reads the fields of JSON, of a form or of a multipart form. `Content-Type` is
/// ignored: workflow tools label forms as JSON, and JSON as forms.
pub(crate) fn fields(body: &[u8]) -> Result<Value, Malformed> {
    let text = text_of_body(body);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    if text.starts_with(['{', '[', '"']) {
        return object_of_text(text);
    }
    if text.starts_with("--") && text.contains("form-data") {
        return Ok(Value::Object(multipart(text)));
    }
    // Any other text would be a form with one empty field.
    if !text.contains('=') {
        return Err(Malformed("the body is neither JSON nor a form nor multipart/form-data".to_owned()));
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text.trim_end_matches(['\r', '\n', '\0']))
        .map_err(|error| Malformed(format!("the body is not a form: {error}")))?;
    // A whole JSON document in one field of a form: its name, or its value.
    if let [(name, text)] = pairs.as_slice()
        && let Some(json) = [name, text].into_iter().find(|text| text.trim_start().starts_with('{'))
    {
        return object_of_text(json);
    }
    let name = |name: String| name.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned();
    Ok(Value::Object(pairs.into_iter().map(|(key, text)| (name(key), text.into())).collect()))
}

/// Reads the named parts of a multipart form. The boundary is its first line, because the label may lack it. Lines end with
/// CR LF, or with LF alone from tools that were written by hand.
fn multipart(text: &str) -> Map<String, Value> {
    let boundary = text.lines().next().unwrap_or_default().trim_end();
    let mut fields = Map::new();
    let mut rest = &text[boundary.len()..];
    while let Some(part) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')) {
        let end = part_end(part, boundary);
        let content = &part[..end.unwrap_or(part.len())];
        let split = content.split_once("\r\n\r\n").or_else(|| content.split_once("\n\n"));
        if let Some((head, value)) = split
            && let Some(name) = name_of(head)
        {
            let value = value.strip_suffix("\r\n").or_else(|| value.strip_suffix('\n')).unwrap_or(value);
            fields.insert(name.to_owned(), value.into());
        }
        let Some(end) = end else { break };
        rest = &part[end + boundary.len()..];
    }
    fields
}

/// Returns where the next boundary at the start of a line is.
fn part_end(part: &str, boundary: &str) -> Option<usize> {
    let mut places = part.match_indices(boundary).map(|(at, _)| at);
    places.find(|at| *at == 0 || part.as_bytes()[at - 1] == b'\n')
}

/// Returns the `name` of a part, which may be quoted.
fn name_of(head: &str) -> Option<&str> {
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let parameters = line.split(';').skip(1).map(str::trim);
    let name = parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("name"))?
        .1;
    Some(name.trim().trim_matches('"')).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("a=1+2&b=%2B1%20x&c=", json!({"a": "1 2", "b": "+1 x", "c": ""}))]
    #[case("\u{feff}a=1\r\n", json!({"a": "1"}))]
    #[case("%EF%BB%BFa=1", json!({"a": "1"}))]
    #[case("payload=%7B%22a%22%3A1%7D", json!({"a": 1}))]
    #[case("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX\r\nContent-Disposition: form-data; name=b\r\nContent-Type: text/plain\r\n\r\n--XX is\r\n\r\n2\r\n--XX--\r\n", json!({"a": "1", "b": ""}))]
    #[case("--X\ncontent-disposition: form-data; name=\"a\"\n\n1\n2\n--X--", json!({"a": "1\n2"}))]
    #[case("--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut", json!({"a": "cut"}))]
    fn a_body_is_read_by_what_it_is(#[case] body: &str, #[case] expected: Value) {
        assert_eq!(fields(body.as_bytes()), Ok(expected));
    }

    #[rstest]
    #[case("")]
    #[case("hello")]
    #[case("{\"a\"")]
    fn any_other_body_is_malformed(#[case] body: &str) {
        assert!(fields(body.as_bytes()).is_err());
    }
}
