//! The fields of one JSON object as text: read leniently, changed one by one, and the others kept byte for byte.

use super::UnreadableRecord;
use chrono::{DateTime, Datelike, Utc};
use indexmap::IndexMap;
use redial_domain::AttemptId;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::json;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// An object as it is stored. A field that is null counts as missing. A field of ours with a value that makes no sense is an
/// error, because the next write would destroy it. Nothing is copied, because a run reads every record.
pub(super) struct Fields<'a>(Vec<(Text<'a>, &'a RawValue)>);

/// A string that is copied only where it has escapes. Half of a surrogate pair, which JavaScript leaves where it cuts a text
/// inside an emoji, becomes U+FFFD.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As a string, half of a pair would be an error.
        deserializer.deserialize_bytes(TextBytes)
    }
}

struct TextBytes;

impl<'de> Visitor<'de> for TextBytes {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Text<'de>, E> {
        Ok(Text(match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(without_halves(bytes)),
        }))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(without_halves(bytes))))
    }
}

/// Replaces the three bytes of each half of a pair by one U+FFFD.
fn without_halves(bytes: &[u8]) -> String {
    let mut whole = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        if *first == 0xed && after.first().is_some_and(|second| *second >= 0xa0) {
            whole.extend("\u{fffd}".bytes());
            rest = after.get(2..).unwrap_or_default();
        } else {
            whole.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&whole).into_owned()
}

impl<'a> Fields<'a> {
    pub(super) fn of(object: &'a str) -> Result<Self, UnreadableRecord> {
        let fields = serde_json::Deserializer::from_str(object).deserialize_map(InOrder);
        fields.map(Self).map_err(|_| UnreadableRecord::new("it is not an object"))
    }

    /// Returns a field. Of two equal names the last counts.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        let (_, raw) = self.0.iter().rev().find(|(known, _)| known.0 == name)?;
        Some(*raw).filter(|raw| raw.get() != "null")
    }

    pub(super) fn list(&self, name: &str) -> Result<Vec<&'a RawValue>, UnreadableRecord> {
        let Some(raw) = self.get(name) else {
            return Ok(Vec::new());
        };
        serde_json::from_str(raw.get()).map_err(|_| wrong(name))
    }

    /// Returns a string, or a number as text: files that were edited by hand have either.
    pub(super) fn text(&self, name: &str) -> Result<Option<Cow<'a, str>>, UnreadableRecord> {
        self.get(name).map(|raw| text_of(raw).ok_or_else(|| wrong(name))).transpose()
    }

    /// Does the same, with `None` for a blank text too.
    pub(super) fn some_text(&self, name: &str) -> Result<Option<Cow<'a, str>>, UnreadableRecord> {
        Ok(self.text(name)?.filter(|text| !text.trim().is_empty()))
    }

    pub(super) fn count(&self, name: &str) -> Result<Option<u32>, UnreadableRecord> {
        self.parsed(name, |text| text.parse().ok().or_else(|| u32::try_from(whole(text)?).ok()))
    }

    /// Returns an instant from epoch milliseconds or RFC 3339.
    pub(super) fn time(&self, name: &str) -> Result<Option<DateTime<Utc>>, UnreadableRecord> {
        let time = |text: &str| match text.parse().ok().or_else(|| whole(text)) {
            Some(millis) => DateTime::from_timestamp_millis(millis),
            None => text.parse().ok(),
        };
        // Another year is a mistake, and arithmetic on times far out would overflow.
        self.parsed(name, |text| time(text).filter(|at: &DateTime<Utc>| (1970..=2300).contains(&at.year())))
    }

    /// Returns an attempt id. `None` also for a text that is no UUID, because it is not one of ours.
    pub(super) fn attempt(&self, name: &str) -> Option<AttemptId> {
        AttemptId::parse(&self.text(name).ok()??)
    }

    fn parsed<T>(&self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, UnreadableRecord> {
        let text = self.some_text(name)?;
        text.map(|text| parse(text.trim()).ok_or_else(|| wrong(name))).transpose()
    }
}

/// Takes the fields of an object as they come.
struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Vec<(Text<'de>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        // A record has about 20 fields. Searching so few is faster than hashing them, and a run reads every record.
        let mut fields = Vec::with_capacity(24);
        while let Some(field) = object.next_entry()? {
            fields.push(field);
        }
        Ok(fields)
    }
}

/// An object that is being rewritten: names and the JSON text of their values, in the order in which they were.
#[derive(Default)]
pub(super) struct Draft(IndexMap<String, String>);

impl Draft {
    pub(super) fn over(object: Option<&str>) -> Result<Self, UnreadableRecord> {
        let Some(object) = object else { return Ok(Self::default()) };
        let fields = Fields::of(object)?.0.into_iter();
        Ok(Self(fields.map(|(name, raw)| (name.0.into_owned(), raw.get().to_owned())).collect()))
    }

    pub(super) fn set(&mut self, name: &str, value: impl serde::Serialize) {
        self.set_json(name, json!(value).to_string());
    }

    /// Sets a text, unless the one that is there reads the same. Then its bytes stay.
    pub(super) fn set_text(&mut self, name: &str, value: &str) {
        let there = self.0.get(name).and_then(|json| serde_json::from_str::<&RawValue>(json).ok());
        if there.and_then(text_of).is_none_or(|there| there != value) {
            self.set(name, value);
        }
    }

    pub(super) fn set_json(&mut self, name: &str, text: String) {
        self.0.insert(name.to_owned(), text);
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.shift_remove(name);
    }

    pub(super) fn into_json(self) -> String {
        let fields = self.0.iter().map(|(name, text)| format!("{}:{text}", json!(name)));
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    }
}

pub(super) fn wrong(name: &str) -> UnreadableRecord {
    UnreadableRecord(format!("{name} is not valid"))
}

pub(super) fn text_of(raw: &RawValue) -> Option<Cow<'_, str>> {
    let text = raw.get();
    if text.starts_with('"') {
        return serde_json::from_str(text).ok().map(|Text(text)| text);
    }
    let is_number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    // A whole number keeps its digits, however many. Only a fraction or an exponent goes through a float.
    let is_float = text.contains(['.', 'e', 'E']);
    match (is_number, is_float) {
        (true, true) => Some(whole(text).map_or(Cow::Borrowed(text), |whole| whole.to_string().into())),
        (true, false) => Some(Cow::Borrowed(text)),
        (false, _) => None,
    }
}

/// Returns the whole part of a number. `None` from 2^53 on, where a float no longer has every whole number.
fn whole(text: &str) -> Option<i64> {
    let number: f64 = text.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "it is below 2^53")]
    (number.abs() < 9_007_199_254_740_992.0).then(|| number.floor() as i64)
}
