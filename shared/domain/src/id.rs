//! Identities: of leads, calls and attempts.

use super::{Month, Phone};
use chrono::{DateTime, Utc};
use std::fmt;

/// Why a text cannot identify something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing but white space.
    #[error("the id is empty")]
    Empty,
    /// Longer than 128 bytes.
    #[error("the id has {0} bytes, and at most 128 are allowed")]
    TooLong(usize),
    /// Control characters would break keys and logs.
    #[error("the id has a control character")]
    Control,
}

fn checked(text: &str) -> Result<&str, IdError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > 128 {
        return Err(IdError::TooLong(text.len()));
    }
    if text.chars().any(char::is_control) {
        return Err(IdError::Control);
    }
    Ok(text)
}

/// The call center's id for a lead, unique together with the phone number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LeadId(String);

/// The provider's id for one ring. For Convoso it is `convoso:{call_log_id}`, and for a lost attempt `lost:{attempt}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(String);

macro_rules! text_id {
    ($name:ident) => {
        impl $name {
            /// Trims the text and checks it: 1 to 128 bytes, no control characters.
            ///
            /// # Errors
            /// [`IdError`] says which rule is broken.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                checked(text).map(|text| Self(text.to_owned()))
            }

            /// Returns the id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}
text_id!(LeadId);
text_id!(CallId);

impl LeadId {
    /// Returns whether [`LeadId::parse`] gives this very text. Copies nothing, because a reader of an object asks for each key.
    #[must_use]
    pub fn is_canonical(text: &str) -> bool {
        checked(text) == Ok(text)
    }
}

impl CallId {
    /// Makes the id of a lost attempt's entry in the history. Every process makes the same, so the loss is counted once.
    #[must_use]
    pub fn lost(attempt: &AttemptId) -> Self {
        Self(format!("lost:{attempt}"))
    }

    /// Returns the id of a call whose own id is not known.
    #[must_use]
    pub fn unknown() -> Self {
        Self("unknown".to_owned())
    }
}

/// One dial that the queue makes: a UUID of version 7 that travels to the provider in `metadata` and comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttemptId(uuid::Uuid);

impl AttemptId {
    /// Makes the id from the time of the dial and the upper 80 bits of `chance`.
    #[must_use]
    pub fn new(at: DateTime<Utc>, chance: u128) -> Self {
        // The order of ids is that of dials, so a list of calls is readable, and `made_at` needs no other field.
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        let bytes = chance.to_be_bytes();
        let mut random = [0; 10];
        random.copy_from_slice(&bytes[..10]);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// Returns when the attempt was made, which its id tells to the millisecond. `None` for a UUID of another version.
    #[must_use]
    pub fn made_at(&self) -> Option<DateTime<Utc>> {
        let (seconds, nanos) = self.0.get_timestamp()?.to_unix();
        DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
    }

    /// Reads the id as it comes back in a result. `None` if it is not a UUID, so not one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        uuid::Uuid::try_parse(text.trim()).ok().map(Self)
    }
}

impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The key of a lead in a month: `{lead_id}_{national number}`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LeadKey(String);

impl LeadKey {
    /// Makes the key of a lead id and a number.
    #[must_use]
    pub fn new(lead: &LeadId, phone: &Phone) -> Self {
        Self(format!("{}_{}", lead.as_str(), phone.national()))
    }

    /// Takes a key of a month object as it is, in any form.
    #[must_use]
    pub fn of_place(place: &str) -> Self {
        Self(place.to_owned())
    }

    /// Returns the key as a month object has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns a number that spreads keys evenly over the objects of a month and never changes: FNV-1a of 64 bits, folded to 32.
    #[must_use]
    pub fn stable_hash(&self) -> u32 {
        stable_hash(self.0.as_bytes())
    }
}

impl fmt::Debug for LeadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LeadKey(#{:08x})", self.stable_hash())
    }
}

/// The location of a lead's record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LeadRef {
    /// The month in which the record was created.
    pub month: Month,
    /// The lead id of the key.
    pub id: LeadId,
    /// The number of the key.
    pub phone: Phone,
}

impl LeadRef {
    /// Returns the record's key in its month.
    #[must_use]
    pub fn key(&self) -> LeadKey {
        LeadKey::new(&self.id, &self.phone)
    }
}

/// Returns FNV-1a of 64 bits, folded to 32. The places of records and jitter depend on it: a change would lose records.
#[must_use]
pub(super) fn stable_hash(bytes: &[u8]) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    u32::try_from((hash >> 32) ^ (hash & 0xffff_ffff)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("123456", "+15551234567", "123456_5551234567")]
    #[case("a_b", "+442079460123", "a_b_442079460123")]
    fn a_key_is_the_lead_id_and_the_national_number(#[case] id: &str, #[case] phone: &str, #[case] key: &str) {
        assert_eq!(LeadKey::new(&LeadId::parse(id).unwrap(), &Phone::parse(phone).unwrap()).as_str(), key);
    }

    #[rstest]
    #[case("", 0xcbf2_9ce4 ^ 0x8422_2325)]
    #[case("a", 0xaf63_dc4c ^ 0x8601_ec8c)]
    #[case("foobar", 0x8594_4171 ^ 0xf739_67e8)]
    fn the_hash_never_changes(#[case] text: &str, #[case] hash: u32) {
        assert_eq!(stable_hash(text.as_bytes()), hash);
    }

    #[rstest]
    #[case("", IdError::Empty)]
    #[case(" \t", IdError::Empty)]
    #[case("a\u{7}b", IdError::Control)]
    fn a_text_that_cannot_be_an_id_is_rejected(#[case] text: &str, #[case] error: IdError) {
        assert_eq!(LeadId::parse(text), Err(error));
    }

    #[test]
    fn an_attempt_id_is_a_uuid_of_version_7_and_comes_back_as_it_was_sent() {
        let id = AttemptId::new(DateTime::from_timestamp_millis(1_703_280_000_000).unwrap(), u128::MAX / 3);
        assert_eq!(AttemptId::parse(&id.to_string()), Some(id));
        assert_eq!(id.made_at(), DateTime::from_timestamp_millis(1_703_280_000_000));
        assert_eq!(uuid::Uuid::parse_str(&id.to_string()).unwrap().get_version_num(), 7);
    }
}
