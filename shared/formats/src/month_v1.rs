//! The objects of a month: its shards, each a map from key to record as the original wrote it, and its layout.

mod fields;
mod layout;
mod record;

pub use layout::MonthLayout;

use super::Unreadable;
use indexmap::IndexMap;
use redial_domain::{Lead, LeadId, LeadKey, Phone};
use serde_json::json;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// A record that cannot be understood. It is kept byte for byte, and nobody is dialed from it. The reason holds no personal
/// data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the record cannot be read: {0}")]
pub struct UnreadableRecord(pub String);

impl UnreadableRecord {
    fn new(reason: &str) -> Self {
        Self(reason.to_owned())
    }
}

/// One object of a month. The default has no records. Every record stays text until it is asked for, so that an update touches only its own.
///
/// A record of the original may stand under a key of another form, such as the bare number: it is found by its content and
/// keeps its key. Of two records of one lead the one under the canonical key counts, else the first.
#[derive(Clone, Default)]
pub struct Shard {
    records: IndexMap<String, Box<RawValue>>,
    /// The keys of another form, by the canonical key of their content.
    foreign: HashMap<String, Vec<String>>,
}

impl Shard {
    /// Reads an object. Of two equal keys the last counts, as everywhere in JSON.
    ///
    /// # Errors
    /// [`Unreadable`] when it is not a whole JSON object of objects.
    pub fn parse(body: &[u8]) -> Result<Self, Unreadable> {
        let records: IndexMap<String, Box<RawValue>> = serde_json::from_slice(body)?;
        let mut foreign: HashMap<String, Vec<String>> = HashMap::new();
        for (key, raw) in &records {
            if !raw.get().starts_with('{') {
                return Err(Unreadable("a record of the object is not an object".to_owned()));
            }
            if !is_canonical(key)
                && let Some(own) = record::identity(raw)
            {
                foreign.entry(own.as_str().to_owned()).or_default().push(key.clone());
            }
        }
        Ok(Self { records, foreign })
    }

    /// The record of a lead; `None` when there is none.
    ///
    /// # Errors
    /// [`UnreadableRecord`] when there is one that cannot be understood.
    pub fn get(&self, key: &LeadKey) -> Result<Option<Lead>, UnreadableRecord> {
        self.place(key).map(|place| self.lead_at(place)).transpose()
    }

    /// Inserts the record of a lead, or updates the one that is there. Fields that we do not know stay as they are, and so does
    /// its key.
    ///
    /// # Errors
    /// [`UnreadableRecord`] if the one that is there cannot be understood. It is not replaced.
    pub fn insert_or_update(&mut self, lead: &Lead) -> Result<(), UnreadableRecord> {
        self.get(&lead.key())?;
        self.replace_readable(lead)
    }

    /// Does the same without reading the record that is there, for a caller that has just read it.
    ///
    /// # Errors
    /// [`UnreadableRecord`] if the record cannot be written as JSON.
    pub fn replace_readable(&mut self, lead: &Lead) -> Result<(), UnreadableRecord> {
        let key = lead.key();
        let place = self.place(&key).unwrap_or(key.as_str()).to_owned();
        let written = record::write(lead, self.records.get(&place).map(AsRef::as_ref))?;
        self.records.insert(place, written);
        Ok(())
    }

    /// Removes every record of a lead. Whether there was one.
    ///
    /// # Errors
    /// [`UnreadableRecord`] when the one that counts cannot be understood: then nothing is removed.
    pub fn remove(&mut self, key: &LeadKey) -> Result<bool, UnreadableRecord> {
        if self.get(key)?.is_none() {
            return Ok(false);
        }
        let foreign = self.foreign.remove(key.as_str()).unwrap_or_default();
        for place in foreign.iter().map(String::as_str).chain([key.as_str()]) {
            self.records.shift_remove(place);
        }
        Ok(true)
    }

    /// Every record with the key under which it stands, in order.
    pub fn leads(&self) -> impl Iterator<Item = (&str, Result<Lead, UnreadableRecord>)> {
        self.records.keys().map(|place| (place.as_str(), self.lead_at(place)))
    }

    /// The records with this number. Those that cannot be understood are left out.
    #[must_use]
    pub fn find_by_phone(&self, phone: &Phone) -> Vec<Lead> {
        let end = format!("_{}", phone.national());
        let own = self.records.keys().filter(|place| is_canonical(place));
        let foreign = self.foreign.iter().filter(|(key, _)| key.ends_with(&end));
        own.filter(|place| place.ends_with(&end))
            .chain(foreign.flat_map(|(_, places)| places))
            .filter_map(|place| self.lead_at(place).ok())
            .filter(|lead| lead.phone == *phone)
            .collect()
    }

    /// How many records there are, those that cannot be understood included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The object, one record a line.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let lines = self.records.iter().map(|(key, raw)| format!("{}:{}", json!(key), raw.get()));
        format!("{{\n{}\n}}\n", lines.collect::<Vec<_>>().join(",\n")).into_bytes()
    }

    /// The key under which the record of a lead stands.
    fn place(&self, key: &LeadKey) -> Option<&str> {
        let own = self.records.get_key_value(key.as_str()).map(|(place, _)| place);
        own.or_else(|| self.foreign.get(key.as_str())?.first()).map(String::as_str)
    }

    /// Under a canonical key only its own lead may stand, and a lead only once: whoever asks for a lead must get the number
    /// that the key says.
    fn lead_at(&self, place: &str) -> Result<Lead, UnreadableRecord> {
        let raw = self.records.get(place).ok_or_else(|| UnreadableRecord::new("it is gone"))?;
        let lead = record::read(raw)?;
        let key = lead.key();
        if self.place(&key) == Some(place) {
            return Ok(lead);
        }
        Err(UnreadableRecord::new(if is_canonical(place) {
            "it stands under the key of another lead"
        } else {
            "the lead has another record in this object"
        }))
    }
}

impl std::fmt::Debug for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shard({} records)", self.records.len())
    }
}

/// Whether a text could be the canonical key of some lead.
fn is_canonical(key: &str) -> bool {
    let Some((id, number)) = key.rsplit_once('_') else {
        return false;
    };
    let is_national = |text: &str| Phone::parse(text).is_ok_and(|phone| phone.national() == number);
    LeadId::parse(id).is_ok_and(|parsed| parsed.as_str() == id)
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && (is_national(number) || is_national(&format!("+{number}")))
}

#[cfg(test)]
mod tests;
