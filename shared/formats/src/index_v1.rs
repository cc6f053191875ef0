//! The index of a month as stored bytes: the digests of its leaves. It is a cache, so a body that is not understood is none.

use crate::Unreadable;
use crate::month_v1::{Digest, Row};
use chrono::DateTime;
use redial_domain::{Forbidden, Outcome, Phone, Status};
use serde::{Deserialize, Serialize};

/// Raise it when a digest of an unchanged leaf can differ from what an earlier release made of it: when records are read
/// otherwise, or a digest has more.
const VERSION: u32 = 1;

/// The digest of one leaf, with its key in the store and the version that the store gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indexed {
    /// The key.
    pub key: String,
    /// The version.
    pub version: String,
    /// The digest.
    pub digest: Digest,
}

#[derive(Serialize, Deserialize)]
struct StoredIndex {
    version: u32,
    leaves: Vec<StoredLeaf>,
}

#[derive(Serialize, Deserialize)]
struct StoredLeaf {
    key: String,
    version: String,
    bytes: u64,
    is_divisible: bool,
    statuses: Vec<String>,
    rows: Vec<StoredRow>,
    refusals: Vec<StoredRefusal>,
}

#[derive(Serialize, Deserialize)]
struct StoredRow(u32, u32, i64, bool, u8);

/// The number, the reason, and seconds and nanoseconds of the time.
#[derive(Serialize, Deserialize)]
struct StoredRefusal(String, String, Option<(i64, u32)>);

/// Writes an index.
#[must_use]
pub fn to_bytes<'a>(leaves: impl Iterator<Item = (&'a str, &'a str, &'a Digest)>) -> Vec<u8> {
    let leaves = leaves.map(|(key, version, digest)| StoredLeaf {
        key: key.to_owned(),
        version: version.to_owned(),
        bytes: digest.bytes as u64,
        is_divisible: digest.is_divisible,
        statuses: digest.statuses.iter().map(|status| status.as_str().to_owned()).collect(),
        rows: digest.rows.iter().map(stored_row).collect(),
        refusals: digest.refusals.iter().map(stored_refusal).collect(),
    });
    postcard::to_allocvec(&StoredIndex { version: VERSION, leaves: leaves.collect() }).unwrap_or_default()
}

/// Reads an index.
///
/// # Errors
/// [`Unreadable`] if it is none, or that of another release.
pub fn parse(body: &[u8]) -> Result<Vec<Indexed>, Unreadable> {
    let other = || Unreadable("it is not an index of this release".to_owned());
    let (version, _) = postcard::take_from_bytes::<u32>(body).map_err(|_| other())?;
    if version != VERSION {
        return Err(other());
    }
    let stored: StoredIndex = postcard::from_bytes(body).map_err(|_| other())?;
    stored.leaves.into_iter().map(|leaf| read(leaf).ok_or_else(other)).collect()
}

fn read(leaf: StoredLeaf) -> Option<Indexed> {
    let statuses = leaf.statuses.iter().map(|word| Status::of_record(word)).collect::<Option<Vec<_>>>()?;
    let row = |StoredRow(key, number, next_redial, in_review, status): StoredRow| {
        let is_known = usize::from(status) < statuses.len() || status == u8::MAX;
        let next_redial = DateTime::from_timestamp_millis(next_redial)?;
        is_known.then_some(Row { key, number, next_redial, in_review, status })
    };
    let rows = leaf.rows.into_iter().map(row).collect::<Option<Vec<_>>>()?;
    let refusal = |StoredRefusal(phone, reason, at): StoredRefusal| {
        let at = match at {
            Some((seconds, nanos)) => Some(DateTime::from_timestamp(seconds, nanos)?),
            None => None,
        };
        Some((Phone::stored(&phone)?, Forbidden { reason: Outcome::of_any_text(&reason)?, at }))
    };
    let refusals = leaf.refusals.into_iter().map(refusal).collect::<Option<Vec<_>>>()?;
    let bytes = usize::try_from(leaf.bytes).ok()?;
    let digest = Digest { rows, statuses, refusals, bytes, is_divisible: leaf.is_divisible };
    Some(Indexed { key: leaf.key, version: leaf.version, digest })
}

fn stored_row(row: &Row) -> StoredRow {
    StoredRow(row.key, row.number, row.next_redial.timestamp_millis(), row.in_review, row.status)
}

fn stored_refusal((phone, forbidden): &(Phone, Forbidden)) -> StoredRefusal {
    // Every digit: a time that were cut would be an earlier one.
    let at = forbidden.at.map(|at| (at.timestamp(), at.timestamp_subsec_nanos()));
    StoredRefusal(phone.as_str().to_owned(), forbidden.reason.as_str().to_owned(), at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::month_v1::Leaf;
    use sha2::{Digest as _, Sha256};

    const ORIGINAL: &[u8] = include_bytes!("../../../tests/fixtures/months/redial-queue_2023-12.json");
    /// Records that cannot be read, one with a do-not-call, and a status of another system.
    const OTHERS: &[u8] = br#"{
        "1_6285550107": {"lead_id": "1", "phone_number": "+16285550107", "outcomes": ["DNC"], "status": 5},
        "2_6285550108": {"lead_id": "2", "phone_number": "+16285550108", "status": "exhausted", "created_at": 1700000000000},
        "x": null
    }"#;

    fn digests() -> [Digest; 2] {
        [ORIGINAL, OTHERS].map(|body| Digest::of(&Leaf::parse(body).unwrap()))
    }

    fn index() -> Vec<u8> {
        let digests = digests();
        to_bytes([("a", "v1", &digests[0]), ("b", "v2", &digests[1])].into_iter())
    }

    #[test]
    fn an_index_comes_back() {
        let [first, second] = digests();
        let leaf = |key: &str, version: &str, digest| Indexed { key: key.into(), version: version.into(), digest };
        assert_eq!(parse(&index()).unwrap(), [leaf("a", "v1", first), leaf("b", "v2", second)]);
    }

    #[test]
    fn a_digest_has_a_row_for_each_record() {
        let [first, second] = digests();
        let leaf = Leaf::parse(ORIGINAL).unwrap();
        for ((_, lead), row) in leaf.leads().zip(first.rows()) {
            let lead = lead.unwrap();
            assert_eq!((row.number, row.key), (Row::number_of(&lead.phone), lead.key().stable_hash()));
            assert_eq!((first.status(row), row.next_redial), (Some(lead.status), lead.next_redial));
        }
        assert_eq!((first.rows().len(), first.bytes), (leaf.len(), leaf.bytes()));
        let [dnc, foreign, nothing] = second.rows() else { panic!("{second:?}") };
        let phone = Phone::parse("+16285550107").unwrap();
        assert_eq!((second.status(dnc), dnc.number), (None, Row::number_of(&phone)));
        assert_eq!(second.refusals(), [(phone, Forbidden { reason: Outcome::DNC, at: None })]);
        assert_eq!(second.status(foreign).unwrap().as_str(), "exhausted");
        assert_eq!(second.status(nothing), None);
    }

    #[test]
    fn an_index_that_is_not_of_this_release_is_none() {
        let mut newer = index();
        newer[0] += 1;
        let cut = &index()[..index().len() - 1];
        for body in [&newer[..], cut, b"", b"{}"] {
            assert!(parse(body).is_err());
        }
    }

    #[test]
    fn what_a_digest_says_changes_with_the_version_only() {
        let hash = hex::encode(&Sha256::digest(index())[..8]);
        assert_eq!(
            (VERSION, hash.as_str()),
            (1, "cf2bf8a1c2bfc113"),
            "raise VERSION, or digests of before would count"
        );
    }
}
