//! Reads JSON as others write it.

use super::text::text_of_body;
use super::value;
use crate::Malformed;
use serde_json::Value;

/// Levels of nesting that are kept. We use three, and `serde_json` reads 127.
const LEVELS: usize = 100;

/// Reads a body as a JSON object. A text that holds JSON, or a list of one object, is read as that object.
pub(crate) fn object(body: &[u8]) -> Result<Value, Malformed> {
    object_of_text(&text_of_body(body))
}

/// Reads a text as a JSON object, like a body.
pub(super) fn object_of_text(text: &str) -> Result<Value, Malformed> {
    let inner = match document(text)? {
        Value::String(text) => document(&text)?,
        other => other,
    };
    match inner {
        object @ Value::Object(_) => Ok(object),
        Value::Array(mut list) if list.len() == 1 => match list.pop() {
            Some(object @ Value::Object(_)) => Ok(object),
            _ => Err(no_object()),
        },
        _ => Err(no_object()),
    }
}

/// Replaces the fields of an object that are JSON as text by the objects that they mean.
pub(crate) fn unpack(value: &mut Value, names: &[&str]) {
    for name in names {
        let Some(Value::String(text)) = value.get(*name) else { continue };
        if let Ok(object) = object_of_text(text) {
            value[*name] = object;
        }
    }
}

fn no_object() -> Malformed {
    Malformed("the body is not a JSON object".to_owned())
}

fn document(text: &str) -> Result<Value, Malformed> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}');
    // Most bodies are right, so only the others cost a second pass.
    value::read(text)
        .or_else(|_| value::read(&repaired(text)))
        .map_err(|error| Malformed(format!("the body is not JSON: {error}")))
}

/// Returns the text without what `serde_json` refuses and senders write all the same: halves of surrogate pairs, control
/// characters in strings, numbers that are none, and nesting without end. One pass without recursion, so that no body takes
/// more than its length in time.
fn repaired(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let (mut depth, mut at) = (0_usize, 0);
    while at < bytes.len() {
        let end = match bytes[at] {
            b'"' => string_end(bytes, at),
            b'{' | b'[' => {
                depth += 1;
                if depth == LEVELS + 1 {
                    out.push_str("null");
                }
                at + 1
            }
            b'}' | b']' | b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' | 0 => at + 1,
            _ => bytes[at..]
                .iter()
                .position(|byte| b"\"{}[],: \n\r\t\0".contains(byte))
                .map_or(bytes.len(), |len| at + len),
        };
        if depth <= LEVELS {
            match bytes[at] {
                b'"' => push_string(&mut out, &text[at..end]),
                0 => {}
                b'{' | b'[' | b'}' | b']' | b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' => out.push_str(&text[at..end]),
                _ => out.push_str(word(&text[at..end])),
            }
        }
        if matches!(bytes[at], b'}' | b']') {
            depth = depth.saturating_sub(1);
        }
        at = end;
    }
    out
}

/// Returns where the string that begins at `start` ends.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Returns a word or a number as JSON has it. Python and JavaScript write some that JSON does not have.
fn word(token: &str) -> &str {
    match token {
        "NaN" | "nan" | "Infinity" | "-Infinity" | "undefined" | "None" => "null",
        "True" => "true",
        "False" => "false",
        number if number.parse().is_ok_and(|number: f64| !number.is_finite()) => "null",
        other => other,
    }
}

/// Copies a string with its quotes.
fn push_string(out: &mut String, literal: &str) {
    let mut rest = literal;
    while let Some(at) = rest.find(|c: char| c == '\\' || c.is_control()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match rest.as_bytes() {
            [b'\\', b'u', ..] => match (unit(rest), rest.get(6..).and_then(unit)) {
                (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => {
                    out.push_str(&rest[..12]);
                    12
                }
                (Some(0xd800..=0xdfff), _) => {
                    out.push_str("\\ufffd");
                    6
                }
                _ => {
                    out.push_str("\\u");
                    2
                }
            },
            [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => {
                out.push_str(&rest[..2]);
                2
            }
            // JavaScript and PHP escape more characters than JSON does. Such a character means itself.
            [b'\\', ..] => 1,
            [b'\n' | b'\r' | b'\t', ..] => {
                out.push(' ');
                1
            }
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        rest = &rest[taken..];
    }
    out.push_str(rest);
}

/// Returns the code unit of an escape at the start of a text.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(r#"{"a": "x \ud83d"}"#, json!({"a": "x \u{fffd}"}))]
    #[case(r#"{"a": "\udc00\ud83d\ude00\ud83d\ud83d\ude00"}"#, json!({"a": "\u{fffd}\u{1f600}\u{fffd}\u{1f600}"}))]
    #[case(r#"{"\ud83d": 1}"#, json!({"\u{fffd}": 1}))]
    #[case("{\"a\": \"x\ny\0\u{1}\"}\0", json!({"a": "x y"}))]
    #[case(r#"{"a": NaN, "b": -Infinity, "c": 1e999, "d": True, "e": undefined}"#, json!({"a": null, "b": null, "c": null, "d": true, "e": null}))]
    #[case(r#"{"a": "\ud83d", "b": "it\'s", "c": "\\ud83d"}"#, json!({"a": "\u{fffd}", "b": "it's", "c": "\\ud83d"}))]
    #[case(r#"[{"a": 1}]"#, json!({"a": 1}))]
    #[case(r#""{\"a\": 1}""#, json!({"a": 1}))]
    #[case(r#"{"a": 1, "a": 2}"#, json!({"a": 2}))]
    #[case("\u{feff} {\"a\": 1}", json!({"a": 1}))]
    fn an_object_is_read_as_it_was_meant(#[case] body: &str, #[case] expected: Value) {
        assert_eq!(object(body.as_bytes()), Ok(expected));
    }

    #[rstest]
    #[case("[]")]
    #[case("[{}, {}]")]
    #[case("[[{}]]")]
    #[case("1")]
    #[case("{\"a\": \"x")]
    #[case("{\"a\": \"\\")]
    #[case("{\"a\": \"\\u12")]
    #[case("{\"a\": \"\\u\u{e9}123\"}")]
    fn what_is_no_object_is_malformed(#[case] body: &str) {
        assert!(object(body.as_bytes()).is_err());
    }

    #[rstest]
    #[case("[", "]")]
    #[case("{\"a\":", "}")]
    fn any_depth_is_read(#[case] open: &str, #[case] close: &str) {
        for depth in [99, 100, 127, 150, 500_000] {
            let body = format!("{{\"deep\": {}{}, \"b\": 1}}", open.repeat(depth), close.repeat(depth));
            // An object without a value at its deepest place is no JSON, but only beyond what is read.
            let body = body.replace(":}", ":0}");
            assert_eq!(object(body.as_bytes()).unwrap()["b"], 1, "{depth}");
        }
        assert!(object(open.repeat(1_000_000).as_bytes()).is_err());
    }
}
