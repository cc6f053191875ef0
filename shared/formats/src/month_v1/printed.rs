//! The records of an object as the bytes that are stored, in which one record is changed without reading the others.

use super::fields::Text;
use super::{Records, without_mark};
use crate::Unreadable;
use bytes::{BufMut, Bytes, BytesMut};
use indexmap::IndexMap;
use memchr::{memchr, memchr2, memchr2_iter};
use serde::de::{MapAccess, Visitor};
use serde_json::json;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

pub(super) const OPENING: &[u8] = b"{\n";
pub(super) const BETWEEN: &[u8] = b",\n";
pub(super) const CLOSING: &[u8] = b"\n}\n";

/// The records of an object, printed one a line. A change moves bytes, and a copy of it shares them.
///
/// An object that was printed here keeps its bytes when it is read. Any other is printed when it is read, so that what is
/// written after a change does not depend on who wrote it before.
#[derive(Clone)]
pub struct Printed {
    text: Bytes,
    /// The keys in the order of the object, each with its number. Most changes leave them, so copies share them.
    keys: Arc<IndexMap<String, ()>>,
    /// Where the record of each key is in `text`.
    places: Vec<Range<usize>>,
}

impl Default for Printed {
    fn default() -> Self {
        Self { text: Bytes::from_static(b"{\n\n}\n"), keys: Arc::default(), places: Vec::new() }
    }
}

impl Printed {
    /// Reads an object. Of two equal keys the last counts, as in the original's JavaScript.
    ///
    /// # Errors
    /// [`Unreadable`] if it is not a whole JSON object.
    pub fn parse(body: &Bytes) -> Result<Self, Unreadable> {
        let text = without_mark(body);
        if let Cow::Borrowed(whole) = &text
            && whole.len() == body.len()
            && let Some(printed) = Self::as_it_is(body)
        {
            return Ok(printed);
        }
        let Records(mut records) = serde_json::from_slice(&text)?;
        // It has grown to twice its need, and all of it is in memory while the records are printed.
        records.shrink_to_fit();
        // Moved, because a body of tiny records takes many times its length.
        Ok(records.into_iter().map(|(key, raw)| (key, Box::<str>::from(raw))).collect())
    }

    /// Finds the records in an object that was printed here. `None` if it was not, or has a key with escapes.
    ///
    /// Only the ends of the records are looked for. One that is no JSON is an unreadable record when it is read.
    fn as_it_is(body: &Bytes) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?.as_bytes();
        let mut keys = IndexMap::new();
        let mut places = Vec::new();
        let mut rest = text.strip_prefix(OPENING)?;
        while rest != CLOSING {
            let line = if places.is_empty() { rest } else { rest.strip_prefix(BETWEEN)? };
            let after_quote = line.strip_prefix(b"\"")?;
            let end = after_quote.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
            let (key, after_key) = after_quote.split_at(end);
            let value = after_key.strip_prefix(b"\":")?;
            let after = value.get(end_of_line(value).or_else(|| end_of_value(value))?..)?;
            places.push(text.len() - value.len()..text.len() - after.len());
            // Of two equal keys the last counts, which is not how it was printed.
            if keys.insert(std::str::from_utf8(key).ok()?.to_owned(), ()).is_some() {
                return None;
            }
            rest = after;
        }
        Some(Self { text: body.clone(), keys: Arc::new(keys), places })
    }

    /// Returns the object as it is stored.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        self.text.clone()
    }

    /// Returns the records as they are in the object, with what is between them and without its braces. Empty without a record.
    pub(super) fn lines(&self) -> &[u8] {
        &self.text[OPENING.len()..self.text.len() - CLOSING.len()]
    }

    /// Returns the number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Returns the JSON text of a record.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.text_at(self.keys.get_index_of(key)?)
    }

    /// Returns the key as it is in the object, if it has one that is equal.
    pub(super) fn key(&self, key: &str) -> Option<&str> {
        self.keys.get_key_value(key).map(|(key, ())| key.as_str())
    }

    /// Returns every key with the JSON text of its record, in the order of the object.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let keys = self.keys.keys().enumerate();
        keys.filter_map(|(number, key)| Some((key.as_str(), self.text_at(number)?)))
    }

    /// Replaces the record of a key in its place, or adds it at the end.
    pub fn insert(&mut self, key: &str, record: &RawValue) {
        let record = record.get();
        if let Some(number) = self.keys.get_index_of(key) {
            let old = self.places[number].clone();
            self.splice(old.clone(), record.as_bytes());
            self.places[number] = old.start..old.start + record.len();
            self.shift(number + 1, &old, record.len());
            return;
        }
        let end = self.text.len() - CLOSING.len();
        let mut line = BytesMut::with_capacity(key.len() + record.len() + 8);
        if !self.is_empty() {
            line.put_slice(BETWEEN);
        }
        let place = put(&mut line, key, record);
        self.splice(end..end, &line);
        self.places.push(end + place.start..end + place.end);
        Arc::make_mut(&mut self.keys).insert(key.to_owned(), ());
    }

    /// Removes the record of a key. Returns whether there was one.
    pub fn remove(&mut self, key: &str) -> bool {
        let Some(number) = self.keys.get_index_of(key) else { return false };
        // From the record before to this one, so that the separator goes too. The first one takes the separator behind it.
        let line = match (number.checked_sub(1).map(|before| self.places[before].end), self.places.get(1)) {
            (Some(before), _) => before..self.places[number].end,
            (None, Some(_)) => OPENING.len()..self.places[0].end + BETWEEN.len(),
            (None, None) => OPENING.len()..self.places[0].end,
        };
        self.splice(line.clone(), b"");
        self.places.remove(number);
        self.shift(number, &line, 0);
        Arc::make_mut(&mut self.keys).shift_remove(key);
        true
    }

    fn text_at(&self, number: usize) -> Option<&str> {
        std::str::from_utf8(self.text.get(self.places.get(number)?.clone())?).ok()
    }

    /// Puts `new` in the place of `old`. Copies the text first if somebody else has it too.
    fn splice(&mut self, old: Range<usize>, new: &[u8]) {
        let after = self.text.len() - old.end;
        let length = old.start + new.len() + after;
        self.text = match std::mem::take(&mut self.text).try_into_mut() {
            Ok(mut own) => {
                own.resize(length.max(own.len()), 0);
                own.copy_within(old.end..old.end + after, old.start + new.len());
                own[old.start..old.start + new.len()].copy_from_slice(new);
                own.truncate(length);
                own.freeze()
            }
            Err(shared) => {
                let mut copy = BytesMut::with_capacity(length);
                copy.put_slice(&shared[..old.start]);
                copy.put_slice(new);
                copy.put_slice(&shared[old.end..]);
                copy.freeze()
            }
        };
    }

    /// Moves the places from `first` on after `old` was replaced by `length` bytes.
    fn shift(&mut self, first: usize, old: &Range<usize>, length: usize) {
        for place in &mut self.places[first..] {
            *place = place.start - old.end + old.start + length..place.end - old.end + old.start + length;
        }
    }
}

/// Prints records. Of two equal keys the first counts.
impl<K: AsRef<str> + Into<String>, V: AsRef<str>> FromIterator<(K, V)> for Printed {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(records: I) -> Self {
        let records = records.into_iter();
        let (few, most) = records.size_hint();
        let expected = most.unwrap_or(few);
        let mut text = BytesMut::from(OPENING);
        let mut keys = IndexMap::with_capacity(expected);
        let mut places = Vec::with_capacity(expected);
        for (key, record) in records {
            if keys.contains_key(key.as_ref()) {
                continue;
            }
            if !places.is_empty() {
                text.put_slice(BETWEEN);
            }
            places.push(put(&mut text, key.as_ref(), record.as_ref()));
            keys.insert(key.into(), ());
        }
        text.put_slice(CLOSING);
        Self { text: text.freeze(), keys: Arc::new(keys), places }
    }
}

impl std::fmt::Debug for Printed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Printed({} records)", self.len())
    }
}

/// Returns where the object ends with which a text begins, if that is at the end of the line, without reading its strings.
/// `None` if that is not certain.
///
/// Each brace must stand as in the records that we write. In them nothing follows an object but the end of a list and the next
/// object of it, so two records in one line are never taken for one.
fn end_of_line(text: &[u8]) -> Option<usize> {
    let line = text.get(..memchr(b'\n', text)?)?;
    let line = line.strip_suffix(b",").unwrap_or(line);
    if line.first()? != &b'{' {
        return None;
    }
    let mut depth = 0_usize;
    for at in memchr2_iter(b'{', b'}', line) {
        match line.get(at..)? {
            [b'{', b'"' | b'}', ..] => depth += 1,
            [b'}', b']' | b'}', ..] | [b'}', b',', b'{', ..] if depth > 1 => depth -= 1,
            [b'}'] if depth == 1 => return Some(line.len()),
            _ => return None,
        }
    }
    None
}

/// Returns where the value ends with which a text begins: a string or brackets at their last byte, another value before what
/// can follow it. `None` if there is no such value.
fn end_of_value(text: &[u8]) -> Option<usize> {
    if text.first()?.is_ascii_whitespace() {
        return None;
    }
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        let is_end = |byte: &u8| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']' | b',' | b'\n');
        at += text.get(at..)?.iter().position(is_end)? + 1;
        match text.get(at - 1)? {
            b'"' => at = end_of_string(text, at)?,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            // A comma or the end of a line.
            _ if depth == 0 => return (at > 1).then_some(at - 1),
            _ => continue,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Returns where a string ends that began before `at`.
fn end_of_string(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)? + 1;
        match text.get(at - 1)? {
            b'"' => return Some(at),
            // What follows a backslash ends nothing.
            _ => at += 1,
        }
    }
}

/// Prints a record, and returns the place of its JSON text.
fn put(text: &mut BytesMut, key: &str, record: &str) -> Range<usize> {
    text.put_slice(json!(key).to_string().as_bytes());
    text.put_slice(b":");
    let start = text.len();
    text.put_slice(record.as_bytes());
    start..text.len()
}

/// Takes the records of an object as they come, without a copy.
pub(super) struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Vec<(Text<'de>, &'de RawValue)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut records = Vec::new();
        while let Some(record) = object.next_entry()? {
            records.push(record);
        }
        Ok(records)
    }
}

#[cfg(test)]
mod tests;
