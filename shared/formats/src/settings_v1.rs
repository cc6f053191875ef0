//! Overrides of settings, as they are stored and as the admin API shows them.

use super::Unreadable;
use redial_domain::settings::{Kind, Setting, SettingError, find};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Reads the stored overrides.
///
/// # Errors
/// [`Unreadable`] if the object is of another version, or has a field, a setting or a value that this release does not know.
/// Unlike a line, an object of settings is not read in part. See *Version policy* in ARCHITECTURE.md.
pub fn parse(body: &[u8]) -> Result<BTreeMap<&'static str, String>, Unreadable> {
    let Stored { v, overrides } = serde_json::from_slice(body)?;
    if v != 1 {
        return Err(Unreadable(format!("the settings have version {v}, and this release reads version 1")));
    }
    let read = |(key, value): (&String, &Value)| {
        // An unknown setting may be a rule that an operator has tightened under a newer release. To ignore it would dial by
        // a default that nobody chose. Without readable settings nothing is dialed, and senders retry their results.
        let setting = find(key).ok_or_else(|| Unreadable(format!("there is no setting {key:?}")))?;
        let text = setting_text(setting, value).map_err(|error| Unreadable(error.to_string()))?;
        Ok((setting.key, text))
    };
    overrides.iter().map(read).collect()
}

/// Writes the overrides as stored bytes.
#[must_use]
pub fn to_bytes(overrides: &BTreeMap<&'static str, String>) -> Vec<u8> {
    let shown = overrides.iter().filter_map(|(key, text)| Some((*key, setting_json(find(key)?, text))));
    let shown: BTreeMap<&str, Value> = shown.collect();
    json!({"v": 1, "overrides": shown}).to_string().into_bytes()
}

/// Returns the canonical text of a JSON value, which may have its own type or be a string. Only the shape is checked: whether
/// the value is allowed is known when all settings together make a policy.
///
/// # Errors
/// [`SettingError`] if the value has another shape.
pub fn setting_text(setting: &'static Setting, value: &Value) -> Result<String, SettingError> {
    let text = match (setting.kind, value) {
        (Kind::Flag, Value::Bool(flag)) => Some(flag.to_string()),
        (Kind::Flag, Value::String(text)) => flag(text).map(|flag| flag.to_string()),
        // A number may come as a string: browsers' forms and shells send it so.
        (Kind::Number(..), value) => number(value).map(|number| number.to_string()),
        (Kind::Text, Value::String(text)) => Some(text.trim().to_owned()),
        (Kind::Numbers(..), Value::String(text)) if text.trim() == "none" => Some(String::new()),
        (Kind::Numbers(..), value) => list(value, |word| Some(number(word)?.to_string())),
        (Kind::Words, value) => list(value, word),
        (Kind::Flag | Kind::Text, _) => None,
    };
    text.ok_or_else(|| SettingError {
        key: setting.key,
        value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        allowed: setting.allowed.to_owned(),
    })
}

/// Returns a value in its own type. If the text has another shape, it is a string, so that an operator sees what is stored.
#[must_use]
pub fn setting_json(setting: &Setting, text: &str) -> Value {
    let words = || text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let whole = |text: &str| text.trim().parse::<u32>().ok();
    let value = match setting.kind {
        Kind::Flag => flag(text).map(Value::from),
        Kind::Number(..) => whole(text).map(Value::from),
        Kind::Numbers(..) if text.trim() == "none" => Some(json!([])),
        Kind::Numbers(..) => words().map(whole).collect::<Option<Vec<u32>>>().map(Value::from),
        Kind::Words => Some(words().collect()),
        Kind::Text => Some(text.trim().into()),
    };
    value.unwrap_or_else(|| text.into())
}

/// Strict, because a field beside the overrides could change what they mean, and the next write would drop it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    v: u64,
    overrides: Map<String, Value>,
}

fn flag(text: &str) -> Option<bool> {
    text.trim().to_ascii_lowercase().parse().ok()
}

fn number(value: &Value) -> Option<u32> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        // JSON has one kind of number: 5.0 is 5, and some languages write it so.
        Value::Number(number) => number.as_f64().filter(|number| number.fract() == 0.0)?.to_string().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Reads a word of a list. One with a comma is refused, because it would be read back as two.
fn word(value: &Value) -> Option<String> {
    let word = value.as_str()?.trim();
    (!word.is_empty() && !word.contains(',')).then(|| word.to_owned())
}

/// Reads an array, or a string with commas, as a string with commas.
fn list(value: &Value, read: impl Fn(&Value) -> Option<String>) -> Option<String> {
    let words: Vec<Value> = match value {
        Value::Array(words) => words.clone(),
        Value::String(text) => {
            let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
            words.map(Value::from).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
    };
    Some(words.iter().map(read).collect::<Option<Vec<_>>>()?.join(","))
}

#[cfg(test)]
mod tests;
