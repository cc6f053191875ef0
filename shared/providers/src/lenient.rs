//! Reading what others write: numbers as strings, strings as numbers, null or nothing anywhere.

use chrono::{DateTime, Datelike, NaiveDateTime, SubsecRound, Utc};
use serde_json::{Map, Value};

use super::Malformed;
use redial_domain::{CallbackTime, LeadId};

/// An object, with the same answer for a missing key, null, and a parent that is no object.
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

    /// A text that is not blank, trimmed.
    pub(super) fn text(self, key: &str) -> Option<String> {
        let text = text_of(self.get(key)?)?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A text as it stands: of a phone number, where a leading blank was a `+`.
    pub(super) fn raw_text(self, key: &str) -> Option<String> {
        text_of(self.get(key)?).filter(|text| !text.trim().is_empty())
    }

    /// A word in lower case; empty when there is none.
    pub(super) fn word(self, key: &str) -> String {
        self.text(key).unwrap_or_default().to_lowercase()
    }

    pub(super) fn flag(self, key: &str) -> Option<bool> {
        match self.get(key)? {
            Value::Bool(flag) => Some(*flag),
            other => text_of(other)?.trim().to_ascii_lowercase().parse().ok(),
        }
    }

    pub(super) fn number(self, key: &str) -> Option<f64> {
        let number: f64 = text_of(self.get(key)?)?.trim().parse().ok()?;
        number.is_finite().then_some(number)
    }

    pub(super) fn lead_id(self, key: &str) -> Option<LeadId> {
        LeadId::parse(&self.text(key)?).ok()
    }
}

/// A string, or a number as text. Whole numbers lose a `.0`; those that a float cannot hold are no text at all.
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

/// The JSON object that a body holds.
pub(super) fn object(body: &[u8]) -> Result<Value, Malformed> {
    let value: Value =
        serde_json::from_slice(body).map_err(|error| Malformed(format!("the body is not JSON: {error}")))?;
    if value.is_object() { Ok(value) } else { Err(Malformed("the body is not a JSON object".to_owned())) }
}

/// The first `most` characters: what we keep has a bound, whatever was sent.
pub(super) fn bounded(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// An instant: RFC 3339 (also with a space, or without seconds), or epoch seconds or milliseconds.
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
        .map(|at| at.trunc_subsecs(3))
}

/// Any other year is a mistake, and far enough out arithmetic on it would fail.
fn is_sensible(year: i32) -> bool {
    (1970..=2300).contains(&year)
}

/// The time at which somebody wants to be called: an instant, or date and time on the person's wall.
pub(super) fn callback_time(text: &str) -> Option<CallbackTime> {
    instant(text).map(CallbackTime::At).or_else(|| {
        let formats =
            ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %I:%M %p"];
        let read = |format: &&str| NaiveDateTime::parse_from_str(text.trim(), format).ok();
        let local = formats.iter().find_map(read).filter(|local| is_sensible(local.year()))?;
        Some(CallbackTime::Local(local.trunc_subsecs(3)))
    })
}

/// Ten digits are seconds, thirteen milliseconds, from 2001 to 2286; any other number (`3`, `1500`) is no instant.
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
    fn an_instant_is_an_instant_in_every_spelling(#[case] text: &str, #[case] expected: Option<&str>) {
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
