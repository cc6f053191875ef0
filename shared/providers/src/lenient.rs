//! Lenient reading of what others send: numbers may be strings, strings may be numbers, and any field may be null or missing
//! (*Bland: the webhook* in `docs/PROVIDERS.md`).

use chrono::{DateTime, Datelike, NaiveDateTime, SubsecRound, Utc};
use serde_json::{Map, Value};

use super::Malformed;
use redial_domain::{CallbackTime, LeadId};

/// Words for a flag that is set. The last has an accent of its own.
const YES: [&str; 9] = ["true", "t", "yes", "y", "1", "on", "si", "s\u{ed}", "si\u{301}"];
/// Words for a flag that is not set.
const NO: [&str; 6] = ["false", "f", "no", "n", "0", "off"];

/// An object that answers the same for a missing key, null, and a parent that is no object, so that a caller asks for a path
/// without checking each step.
#[derive(Clone, Copy)]
pub(super) struct Object<'a>(Option<&'a Map<String, Value>>);

impl<'a> Object<'a> {
    pub(super) fn of(value: &'a Value) -> Self {
        Self(value.as_object())
    }

    pub(super) fn get(self, key: &str) -> Option<&'a Value> {
        self.0?.get(key).filter(|value| !value.is_null())
    }

    pub(super) fn keys(self) -> impl Iterator<Item = &'a str> {
        self.0.into_iter().flat_map(|map| map.keys().map(String::as_str))
    }

    pub(super) fn object(self, key: &str) -> Self {
        Self(self.get(key).and_then(Value::as_object))
    }

    pub(super) fn list(self, key: &str) -> &'a [Value] {
        self.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Returns a text, trimmed. `None` if it is blank.
    pub(super) fn text(self, key: &str) -> Option<String> {
        let text = text_of(self.get(key)?)?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Returns a text as it is, untrimmed. It is for phone numbers, because a space in front of one was a `+` in a form.
    pub(super) fn raw_text(self, key: &str) -> Option<String> {
        text_of(self.get(key)?).filter(|text| !text.trim().is_empty())
    }

    /// Returns a word in lower case. Empty if there is none.
    pub(super) fn word(self, key: &str) -> String {
        self.text(key).unwrap_or_default().to_lowercase()
    }

    /// Returns a flag, also as one of [`YES`] or [`NO`], because agents and forms write words.
    pub(super) fn flag(self, key: &str) -> Option<bool> {
        match self.get(key)? {
            Value::Bool(flag) => Some(*flag),
            other => {
                let word = text_of(other)?.trim().to_lowercase();
                let is = |words: &[&str]| words.contains(&word.as_str());
                is(&YES).then_some(true).or_else(|| is(&NO).then_some(false))
            }
        }
    }

    pub(super) fn number(self, key: &str) -> Option<f64> {
        // `NaN` and `inf` parse as numbers, and would break comparisons.
        let number: f64 = text_of(self.get(key)?)?.trim().parse().ok()?;
        number.is_finite().then_some(number)
    }

    pub(super) fn lead_id(self, key: &str) -> Option<LeadId> {
        LeadId::parse(&self.text(key)?).ok()
    }
}

/// Returns a string, or a number as text. Whole numbers lose a `.0`, because some senders write ids as floats. A float from
/// 2^53 on gives `None`: its digits are no longer those that were sent, and a wrong id would be another lead.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_f64() => {
            let float = number.as_f64()?;
            (float.abs() < 9_007_199_254_740_992.0).then(|| float.to_string())
        }
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Reads a body as a JSON object.
pub(super) fn object(body: &[u8]) -> Result<Value, Malformed> {
    let value: Value =
        serde_json::from_slice(body).map_err(|error| Malformed(format!("the body is not JSON: {error}")))?;
    if value.is_object() { Ok(value) } else { Err(Malformed("the body is not a JSON object".to_owned())) }
}

/// Returns the first `most` characters, so that what is stored has a bound whatever was sent.
pub(super) fn bounded(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// Reads an instant: RFC 3339 (also with a space, or without seconds), or epoch seconds or milliseconds.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    epoch(text)
        .or_else(|| text.parse().ok())
        .or_else(|| {
            let formats = ["%Y-%m-%dT%H:%M%#z", "%Y-%m-%d %H:%M%#z", "%Y-%m-%d %H:%M:%S%.f %#z"];
            let read = |format: &&str| DateTime::parse_from_str(text, format).ok();
            Some(formats.iter().find_map(read)?.to_utc())
        })
        .filter(|at| is_sensible(at.year()))
        // Records have milliseconds, so a finer time would change when it is read back.
        .map(|at| at.trunc_subsecs(3))
}

/// Returns whether a year is plausible. Another year is a mistake, and arithmetic on times far out would overflow.
fn is_sensible(year: i32) -> bool {
    (1970..=2300).contains(&year)
}

/// Reads the time at which a person wants to be called: an instant, or the local date and time where the person lives. An agent
/// writes it, so it has many forms.
pub(super) fn callback_time(text: &str) -> Option<CallbackTime> {
    instant(text).map(CallbackTime::At).or_else(|| {
        let formats =
            ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %I:%M %p"];
        let read = |format: &&str| NaiveDateTime::parse_from_str(text.trim(), format).ok();
        let local = formats.iter().find_map(read).filter(|local| is_sensible(local.year()))?;
        Some(CallbackTime::Local(local.trunc_subsecs(3)))
    })
}

/// Reads epoch seconds (ten digits) or milliseconds (thirteen), from 2001 to 2286. Another number, such as the `3` of "3 pm" or
/// `1500`, is no instant, because it would be one in 1970.
fn epoch(text: &str) -> Option<DateTime<Utc>> {
    let number: f64 = text.parse().ok()?;
    let millis = if (1e9..1e10).contains(&number) {
        number * 1000.0
    } else if (1e12..1e13).contains(&number) {
        number
    } else {
        return None;
    };
    #[expect(clippy::cast_possible_truncation, reason = "below 10^13, and milliseconds are enough")]
    DateTime::from_timestamp_millis(millis as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("1766088000", Some("2025-12-18T20:00:00Z"))]
    #[case("1766088000000", Some("2025-12-18T20:00:00Z"))]
    #[case("1766088000.25", Some("2025-12-18T20:00:00.250Z"))]
    #[case("2025-12-18T15:00:00-05:00", Some("2025-12-18T20:00:00Z"))]
    #[case("2025-12-18 15:00:00-05:00", Some("2025-12-18T20:00:00Z"))]
    #[case("2025-12-18T20:00Z", Some("2025-12-18T20:00:00Z"))]
    #[case("2025-12-18T15:00-0500", Some("2025-12-18T20:00:00Z"))]
    #[case(" 2025-12-18T20:00:00.123456Z ", Some("2025-12-18T20:00:00.123Z"))]
    #[case("15", None)]
    #[case("1500", None)]
    #[case("17660880000", None)]
    #[case("tomorrow", None)]
    #[case("2025-12-18 15:00", None)]
    #[case("NaN", None)]
    fn an_instant_is_read_in_every_spelling(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(instant(text), expected.map(|at| at.parse().unwrap()));
    }

    #[rstest]
    #[case("2025-12-18 15:00")]
    #[case("2025-12-18T15:00")]
    #[case("2025-12-18 15:00:00")]
    #[case("2025-12-18T15:00:00.000")]
    #[case("2025-12-18 3:00 PM")]
    fn a_time_without_zone_is_local(#[case] text: &str) {
        let expected = "2025-12-18T15:00:00".parse().unwrap();
        assert_eq!(callback_time(text), Some(CallbackTime::Local(expected)));
    }

    #[rstest]
    #[case(json!([true, 1, 1.0, "1", "true", "TRUE", " Yes ", "y", "on", "si", "S\u{cd}", "si\u{301}"]), Some(true))]
    #[case(json!([false, 0, 0.0, "0", "False", "NO", "n", "Off"]), Some(false))]
    #[case(json!(["maybe", "", 2, -1, [], {}, null, "yes please"]), None)]
    fn a_flag_is_read_as_a_word_too(#[case] values: Value, #[case] expected: Option<bool>) {
        for value in values.as_array().unwrap() {
            let body = json!({ "flag": value });
            assert_eq!(Object::of(&body).flag("flag"), expected, "{value}");
        }
    }

    #[test]
    fn numbers_and_strings_are_read_as_each_other() {
        let body = json!({"a": 5, "b": "5", "c": 5.0, "d": null, "e": "true", "f": [], "g": 1e300, "h": " "});
        let body = Object::of(&body);
        for key in ["a", "b", "c"] {
            assert_eq!((body.text(key).as_deref(), body.number(key)), (Some("5"), Some(5.0)));
        }
        for key in ["d", "f", "g", "h", "none"] {
            assert_eq!(body.text(key), None, "{key}");
        }
        assert_eq!(body.flag("e"), Some(true));
        assert_eq!(body.object("f").object("x").text("y"), None);
    }
}
