//! The objects of a month. They are a tree: a leaf is a map from key to record in the format of the original, and a marker takes
//! the place of a leaf that was divided.

mod branch;
mod digest;
mod fields;
mod joined;
mod members;
mod pass;
mod printed;
mod record;
mod split;
mod times;

pub use branch::Branch;
pub use digest::{Digest, Row};
pub use joined::Joined;
pub use pass::Pass;
pub use printed::Printed;
pub use split::Split;

use super::Unreadable;
use bytes::Bytes;
use indexmap::IndexMap;
use redial_domain::{Lead, LeadId, LeadKey, Outcome, Phone};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;

/// A record that cannot be read. It is kept byte for byte, and not dialed. The reason has no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the record cannot be read: {0}")]
pub struct UnreadableRecord(pub String);

impl UnreadableRecord {
    fn new(reason: &str) -> Self {
        Self(reason.to_owned())
    }
}

/// One object of a month.
#[derive(Debug, Clone)]
pub enum MonthObject {
    /// It has records.
    Leaf(Leaf),
    /// It was divided, and its children have the records.
    Split(Split),
}

impl MonthObject {
    /// Reads the object of a branch.
    ///
    /// # Errors
    /// [`Unreadable`] if it is neither a marker nor a leaf, as in [`Leaf::parse`].
    pub fn parse(body: &Bytes, branch: Branch) -> Result<Self, Unreadable> {
        let records = Printed::parse(body)?;
        match records.get(split::FIELD).filter(|value| split::is_meant(value) && !record::is_meant(value)) {
            None => Leaf::of(records, branch).map(Self::Leaf),
            Some(marker) => Split::of(records.get("v"), marker, records.len() > 2, branch).map(Self::Split),
        }
    }
}

/// An object of a month that has records. The default has none. Each record stays text until it is asked for, so an update
/// changes only the bytes of its own record.
///
/// The original used keys of other forms too, such as the bare number. A record under such a *foreign* key is found by its
/// content, and keeps its key, so that operators still find it in the file that they uploaded. Of two records of one lead, the
/// one under the canonical key counts, else the first. The other is unreadable, because it would be dialed a second time.
///
/// A record has its place in the tree by the hash of its lead's canonical key, so that records of one lead stay together and are
/// found by their lead. One without a lead has it by the hash of its own key. A record that is elsewhere is unreadable.
#[derive(Clone, Default)]
pub struct Leaf {
    branch: Branch,
    records: Printed,
    /// The foreign keys, by the canonical key of their content, in the order of the object.
    foreign: HashMap<LeadKey, Vec<String>>,
}

impl Leaf {
    /// Reads a month that is one object. Of two equal keys the last counts, as in the original's JavaScript.
    ///
    /// # Errors
    /// [`Unreadable`] if it is not a whole JSON object, or one of another schema. A value beside records that is no record is
    /// an unreadable record.
    pub fn parse(body: &[u8]) -> Result<Self, Unreadable> {
        Self::of(Printed::parse(&Bytes::copy_from_slice(body))?, Branch::ROOT)
    }

    fn of(records: Printed, branch: Branch) -> Result<Self, Unreadable> {
        // A child was written by a division, and may have nothing but what is no record.
        if branch == Branch::ROOT && is_of_another_schema(&records) {
            return Err(of_another_schema());
        }
        let mut foreign: HashMap<LeadKey, Vec<String>> = HashMap::new();
        for (key, record) in records.iter() {
            // Only a foreign key costs reading its record here. A run reads months of 100,000 records.
            if !is_canonical(key)
                && let Some(own) = record::identity(record)
            {
                foreign.entry(own).or_default().push(key.to_owned());
            }
        }
        Ok(Self { branch, records, foreign })
    }

    /// Returns the branch whose records it has.
    #[must_use]
    pub fn branch(&self) -> Branch {
        self.branch
    }

    /// Divides the records among the children of a division. Each keeps its key, its bytes and its order.
    ///
    /// # Errors
    /// [`Unreadable`] if the hash has no bits for so many children.
    pub fn divide(&self, split: &Split) -> Result<Vec<Self>, Unreadable> {
        let branch = |number| {
            let branch = self.branch.child(number, split);
            branch.ok_or_else(|| Unreadable("the hash of its records has no further bits".to_owned()))
        };
        let empty = |number| branch(number).map(|branch| (Self { branch, ..Self::default() }, Vec::new()));
        let mut children = (0..split.children()).map(empty).collect::<Result<Vec<_>, _>>()?;
        for (place, record, own) in self.places() {
            let hash = own.map_or_else(|| LeadKey::of_place(place).stable_hash(), LeadKey::stable_hash);
            let child =
                usize::try_from(self.branch.child_of(hash, split)).ok().and_then(|child| children.get_mut(child));
            let Some((child, records)) = child else { continue };
            if let Some(own) = own {
                child.foreign.entry(own.clone()).or_default().push(place.to_owned());
            }
            records.push((place, record));
        }
        Ok(children
            .into_iter()
            .map(|(child, records)| Self { records: records.into_iter().collect(), ..child })
            .collect())
    }

    /// Returns whether a division can separate its records.
    #[must_use]
    pub fn is_divisible(&self) -> bool {
        let ending = |(place, _, own): (&str, _, Option<&LeadKey>)| {
            let hash = own.map_or_else(|| LeadKey::of_place(place).stable_hash(), LeadKey::stable_hash);
            hash.checked_shr(u32::BITS - self.branch.bits_left()).unwrap_or_default()
        };
        let mut endings = self.places().map(ending);
        let first = endings.next();
        endings.any(|other| Some(other) != first)
    }

    /// Returns every record with its key, and the key of its lead where that is another one.
    fn places(&self) -> impl Iterator<Item = (&str, &str, Option<&LeadKey>)> {
        let own: HashMap<&str, &LeadKey> = self
            .foreign
            .iter()
            .flat_map(|(own, places)| places.iter().map(move |place| (place.as_str(), own)))
            .collect();
        self.records.iter().map(move |(place, record)| (place, record, own.get(place).copied()))
    }

    /// Returns the record of a lead. `None` if there is none.
    ///
    /// # Errors
    /// [`UnreadableRecord`] if there is one that cannot be read.
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
        let written = record::write(lead, self.records.get(&place))?;
        self.records.insert(&place, &written);
        Ok(())
    }

    /// Removes every record of a lead, also those that do not count, which would count from then on. Returns whether there was
    /// one.
    ///
    /// # Errors
    /// [`UnreadableRecord`] if the one that counts cannot be read. Then nothing is removed.
    pub fn remove(&mut self, key: &LeadKey) -> Result<bool, UnreadableRecord> {
        if self.get(key)?.is_none() {
            return Ok(false);
        }
        // The file of the original may have the lead under several keys, and each would count once the others are gone.
        let foreign = self.foreign.remove(key).unwrap_or_default();
        for place in foreign.iter().map(String::as_str).chain([key.as_str()]) {
            self.records.remove(place);
        }
        Ok(true)
    }

    /// Returns every record with its key in the object, in order.
    pub fn leads(&self) -> impl Iterator<Item = (&str, Result<Lead, UnreadableRecord>)> {
        self.records.iter().map(|(place, _)| (place, self.lead_at(place)))
    }

    /// Returns the records with this number, without those that cannot be read.
    #[must_use]
    pub fn find_by_phone(&self, phone: &Phone) -> Vec<Lead> {
        // Only records whose key can have the number are read.
        let end = format!("_{}", phone.national());
        let own = self.records.iter().map(|(place, _)| place).filter(|place| is_canonical(place));
        let foreign = self.foreign.iter().filter(|(key, _)| key.as_str().ends_with(&end));
        own.filter(|place| place.ends_with(&end))
            .chain(foreign.flat_map(|(_, places)| places).map(String::as_str))
            .filter_map(|place| self.lead_at(place).ok())
            .filter(|lead| lead.phone == *phone)
            .collect()
    }

    /// Returns the do-not-call of a record that cannot be read, with its number, if so much of it can be understood.
    #[must_use]
    pub fn refusal_at(&self, place: &str) -> Option<(Phone, Outcome)> {
        record::refusal(self.records.get(place)?)
    }

    /// Returns the do-not-call of the records with this number that cannot be read.
    #[must_use]
    pub fn refusal_of_unreadable(&self, phone: &Phone) -> Option<Outcome> {
        let may_be_its = self.records.iter().filter(|(_, record)| record.contains(phone.national()));
        let unreadable = may_be_its.filter(|(place, _)| self.lead_at(place).is_err());
        let mut refusals = unreadable.filter_map(|(_, record)| record::refusal(record));
        refusals.find(|(of, _)| of == phone).map(|(_, outcome)| outcome)
    }

    /// Returns the number of records, with those that cannot be read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Returns the length of the object in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.records.to_bytes().len()
    }

    /// Returns whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Writes the object, one record a line, so that operators can search and compare it.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        self.records.to_bytes()
    }

    /// Checks that the object is JSON in every record, which a reader of single records does not need.
    ///
    /// # Errors
    /// [`Unreadable`] if it is not. Others could not read it.
    pub fn check(&self) -> Result<(), Unreadable> {
        serde_json::from_slice::<IgnoredAny>(&self.records.to_bytes())?;
        Ok(())
    }

    /// Returns the key in the object of a lead's record.
    fn place(&self, key: &LeadKey) -> Option<&str> {
        let own = self.records.key(key.as_str());
        own.or_else(|| self.foreign.get(key)?.first().map(String::as_str))
    }

    /// Reads the record at a key of the object. A canonical key must have its own lead, and a lead counts only once. Otherwise a
    /// caller would dial another number than the one that it asked for.
    fn lead_at(&self, place: &str) -> Result<Lead, UnreadableRecord> {
        let record = self.records.get(place).ok_or_else(|| UnreadableRecord::new("it is gone"))?;
        let lead = record::read(record)?;
        let key = lead.key();
        if !self.branch.holds(key.stable_hash()) {
            // Found by its lead it would not be here, and a second record would be made and dialed.
            return Err(UnreadableRecord::new("it belongs into another object of its month"));
        }
        if self.place(&key) == Some(place) {
            return Ok(lead);
        }
        Err(UnreadableRecord::new(if is_canonical(place) {
            "it has the key of another lead"
        } else {
            "the lead has another record in this object"
        }))
    }
}

/// The records of an object. Half of a surrogate pair in a key becomes U+FFFD, which must not make two keys equal.
struct Records(IndexMap<String, Box<RawValue>>);

impl<'de> Deserialize<'de> for Records {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Records;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Records, A::Error> {
                let mut records = IndexMap::new();
                // The next number for each such key. Counted anew for every one of them, a million would take hours.
                let mut numbers = HashMap::new();
                while let Some((fields::Text(key), raw)) = object.next_entry::<_, Box<RawValue>>()? {
                    let mut key = key.into_owned();
                    if key.contains(char::REPLACEMENT_CHARACTER) && records.contains_key(&key) {
                        let next = numbers.entry(key.clone()).or_insert(2_usize..);
                        let mut others = next.map(|number| format!("{key}{}{number}", char::REPLACEMENT_CHARACTER));
                        if let Some(free) = others.find(|other| !records.contains_key(other)) {
                            key = free;
                        }
                    }
                    records.insert(key, raw);
                }
                Ok(Records(records))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// Returns whether no value of an object is a record, while one of them may have records in it: `{"schema": 2, "leads": {…}}`.
/// Taken for a month without these leads, it would let their results be dropped, as those of removed leads are.
fn is_of_another_schema(records: &Printed) -> bool {
    records.iter().any(|(_, value)| value.starts_with(['{', '[']))
        && !records.iter().any(|(key, value)| is_canonical(key) || record::is_meant(value))
}

fn of_another_schema() -> Unreadable {
    Unreadable("none of its values is a record".to_owned())
}

/// Returns the bytes of an object as UTF-8 without a byte order mark, which editors and PowerShell write.
fn without_mark(body: &[u8]) -> Cow<'_, [u8]> {
    let utf_16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        Cow::Owned(text.into_bytes())
    };
    match body {
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(rest),
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        _ => Cow::Borrowed(body),
    }
}

impl std::fmt::Debug for Leaf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Leaf({} records)", self.records.len())
    }
}

/// Returns whether a text can be the canonical key of some lead: an id and a national number of North America, or an
/// international number without its `+`.
fn is_canonical(key: &str) -> bool {
    let Some((id, number)) = key.rsplit_once('_') else {
        return false;
    };
    // The shape alone, without a numbering plan: a record keeps its place when a plan changes.
    let is_national = (8..=15).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && !number.starts_with(['0', '1']);
    is_national && LeadId::is_canonical(id)
}

#[cfg(test)]
mod tests;
