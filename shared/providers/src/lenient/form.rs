//! Reads a body by its content, not by its `Content-Type`.

use super::add;
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
    if let Some(parts) = first_boundary(text) {
        return Ok(Value::Object(multipart(parts)));
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
    let mut fields = Map::new();
    pairs.into_iter().for_each(|(key, text)| add(&mut fields, name(key), text.into()));
    Ok(Value::Object(fields))
}

/// The most lines of the head of a part that are searched for a boundary before it.
const HEAD_LINES: usize = 20;

/// Returns the text from its first boundary on. A preamble before it says nothing (RFC 2046, 5.1.1). `None` if the text is no
/// multipart form: a boundary is a line before the head of a part.
fn first_boundary(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let (line, next) = rest.split_once('\n')?;
        if line.trim_end().len() > 2 && line.starts_with("--") {
            let head = next.lines().take(HEAD_LINES).take_while(|line| !line.is_empty() && !line.starts_with("--"));
            if head.into_iter().any(is_disposition) {
                return Some(rest);
            }
        }
        rest = next;
    }
}

/// Reads the named parts of a multipart form, which begins with its boundary. The boundary is that line, because the label may
/// lack it. Lines end with CR LF, or with LF alone from tools that were written by hand. Spaces may follow a boundary.
fn multipart(text: &str) -> Map<String, Value> {
    let boundary = text.lines().next().unwrap_or_default().trim_end();
    let mut fields = Map::new();
    let mut rest = &text[boundary.len()..];
    while let Some(part) = after_line(rest) {
        let end = part_end(part, boundary);
        if let Some((head, value)) = head_and_value(&part[..end.unwrap_or(part.len())])
            && let Some(name) = name_of(head)
        {
            let value = value.strip_suffix("\r\n").or_else(|| value.strip_suffix('\n')).unwrap_or(value);
            add(&mut fields, name, value.into());
        }
        let Some(end) = end else { break };
        rest = &part[end + boundary.len()..];
    }
    fields
}

/// Returns what follows the end of a line that has nothing else than spaces.
fn after_line(rest: &str) -> Option<&str> {
    let end = rest.trim_start_matches([' ', '\t']);
    end.strip_prefix("\r\n").or_else(|| end.strip_prefix('\n'))
}

/// Splits a part at its first empty line.
fn head_and_value(part: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    for line in part.split_inclusive('\n') {
        if line == "\n" || line == "\r\n" {
            return Some((&part[..at], &part[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

/// Returns where the next boundary at the start of a line is.
fn part_end(part: &str, boundary: &str) -> Option<usize> {
    let mut places = part.match_indices(boundary).map(|(at, _)| at);
    places.find(|at| *at == 0 || part.as_bytes()[at - 1] == b'\n')
}

/// Returns the `name` of a part, which may be quoted and on a line of its own.
fn name_of(head: &str) -> Option<String> {
    let mut lines = head.lines().skip_while(|line| !is_disposition(line));
    let mut header = lines.next()?.to_owned();
    lines.take_while(|line| line.starts_with([' ', '\t'])).for_each(|line| header.push_str(line));
    let parameters = header.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, name) = parameters.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("name"))?;
    Some(name.trim().trim_matches('"').to_owned()).filter(|name| !name.is_empty())
}

fn is_disposition(line: &str) -> bool {
    const NAME: &str = "content-disposition:";
    line.get(..NAME.len()).is_some_and(|start| start.eq_ignore_ascii_case(NAME))
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
    #[case("--X \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--X  \r\nContent-Disposition: form-data; name=b\r\n\r\n2\r\n--X--  \r\nc=3\r\n--X\r\n", json!({"a": "1", "b": "2"}))]
    #[case("A message of a=b: in parts.\r\n\r\n--X\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--X--\r\n", json!({"a": "1"}))]
    #[case("--\n--not a boundary\n\n--X\nContent-Type: text/plain\nContent-Disposition: form-data;\n name=\"a\"\n\n1\r\n\r\n2\n--X--", json!({"a": "1\r\n\r\n2"}))]
    #[case("--X\nContent-Disposition: form-data; name=a\n\n1\n--X\nContent-Disposition: form-data; name=a\n\n\n--X--", json!({"a": "1"}))]
    #[case("a=1\n--X\nb: 2", json!({"a": "1\n--X\nb: 2"}))]
    #[case("a=1&b=&a=", json!({"a": "1", "b": ""}))]
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
