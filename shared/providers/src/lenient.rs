//! Lenient reading of what others send: numbers may be strings, strings may be numbers, and any field may be null or missing
//! (*Bland: the webhook* in `docs/PROVIDERS.md`).

mod form;
mod json;
mod placeholder;
mod text;
mod time;
mod value;

pub(super) use form::fields;
pub(super) use json::{object, unpack};
pub(super) use placeholder::is_placeholder;
pub(super) use time::{callback_time, instant};

use redial_domain::LeadId;
use serde_json::{Map, Value};

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

    /// Returns the texts of a field that may be a list or an object, trimmed and without blank ones.
    pub(super) fn texts(self, key: &str) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(value) = self.get(key) {
            collect_texts(value, &mut found);
        }
        found
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

    /// Returns a text that says something about a person. A placeholder of a template that was not filled says nothing.
    pub(super) fn filled(self, key: &str) -> Option<String> {
        self.text(key).filter(|text| !is_placeholder(text, key))
    }

    pub(super) fn lead_id(self, key: &str) -> Option<LeadId> {
        LeadId::parse(&self.filled(key)?).ok()
    }

    /// Returns whether a field has a placeholder of a template that was not filled.
    pub(super) fn has_placeholder(self, key: &str) -> bool {
        self.text(key).is_some_and(|text| is_placeholder(&text, key))
    }
}

/// Returns a string, or a number as text. Whole numbers lose a `.0`, because some senders write ids as floats. A float from
/// 2^53 on gives `None`: its digits are no longer those that were sent, and a wrong id would be another lead.
fn text_of(value: &Value) -> Option<String> {
    match value {
        // A NUL ends the text in the sender's language, and says nothing in ours.
        Value::String(text) => Some(text.replace('\0', "")),
        Value::Number(number) if number.is_f64() => {
            let float = number.as_f64()?;
            (float.abs() < 9_007_199_254_740_992.0).then(|| float.to_string())
        }
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn collect_texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| collect_texts(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| collect_texts(value, found)),
        other => found.extend(text_of(other).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())),
    }
}

/// Adds a field. Of two with one name the last counts that is not blank: forms have an empty field beside a filled one.
fn add(fields: &mut Map<String, Value>, name: String, value: Value) {
    let is_blank = match &value {
        Value::Null => true,
        Value::String(text) => text.chars().all(|c| c.is_whitespace() || c == '\0'),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
    };
    if !is_blank || !fields.contains_key(&name) {
        fields.insert(name, value);
    }
}

/// Returns the first `most` characters, so that what is stored has a bound whatever was sent.
pub(super) fn bounded(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

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
