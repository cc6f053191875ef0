//! What a leaf has, without its records.

use super::{Leaf, UnreadableRecord};
use chrono::{DateTime, SubsecRound, Utc};
use redial_domain::{Forbidden, Lead, LeadKey, NumberFacts, Phone, Status};

/// The position in the table of statuses of a record that cannot be read.
const UNREADABLE: u8 = u8::MAX;

/// What a run, a count and a list need to know of a leaf, so that they read only the leaves that concern them. A pure function
/// of the leaf.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Digest {
    pub(crate) rows: Vec<Row>,
    pub(crate) statuses: Vec<Status>,
    pub(crate) refusals: Vec<(Phone, Forbidden)>,
    /// The length of the leaf in bytes.
    pub bytes: usize,
    /// Whether a division can separate its records.
    pub is_divisible: bool,
}

/// What a digest has of one record. Hashes of equal keys and numbers are equal; those of others are hardly ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The hash of the key of its lead.
    pub key: u32,
    /// The hash of its number.
    pub number: u32,
    /// When it is dialed next, in whole milliseconds. The Unix epoch for a record that cannot be read.
    pub next_redial: DateTime<Utc>,
    /// Whether a possible do-not-call waits in it for a decision.
    pub in_review: bool,
    pub(crate) status: u8,
}

impl Row {
    /// Returns the hash of a number as rows have it.
    #[must_use]
    pub fn number_of(phone: &Phone) -> u32 {
        LeadKey::of_place(phone.national()).stable_hash()
    }

    /// Returns whether a lead with this hash of its key is in a sample of one in `one_in`. The leads of a sample are in as few
    /// objects of a month as possible, because the last bits of the hash decide about both.
    #[must_use]
    pub fn is_in_sample(key: u32, one_in: u32) -> bool {
        u64::from(key.reverse_bits()) * u64::from(one_in) < 1 << u32::BITS
    }
}

impl Digest {
    /// Makes the digest of a leaf. What its do-not-calls say depends on nothing but its records.
    #[must_use]
    pub fn of(leaf: &Leaf) -> Self {
        let mut digest = Self { bytes: leaf.bytes(), is_divisible: leaf.is_divisible(), ..Self::default() };
        for (place, lead) in leaf.leads() {
            let row = match lead {
                Ok(lead) => digest.readable(&lead),
                Err(_) => digest.unreadable(leaf, place),
            };
            digest.rows.push(row);
        }
        digest
    }

    /// Returns the rows in the order of the leaf's records.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns the status of a row of this digest. `None` if its record cannot be read.
    #[must_use]
    pub fn status(&self, row: &Row) -> Option<Status> {
        self.statuses.get(usize::from(row.status)).copied()
    }

    /// Returns the do-not-calls of its records, also of those that cannot be read otherwise.
    #[must_use]
    pub fn refusals(&self) -> &[(Phone, Forbidden)] {
        &self.refusals
    }

    fn readable(&mut self, lead: &Lead) -> Row {
        let mut facts = NumberFacts::default();
        facts.add(lead, DateTime::<Utc>::MAX_UTC);
        if let Some(forbidden) = facts.forbidden {
            self.refusals.push((lead.phone.clone(), forbidden));
        }
        Row {
            key: lead.key().stable_hash(),
            number: Row::number_of(&lead.phone),
            next_redial: lead.next_redial.trunc_subsecs(3),
            in_review: lead.review.is_some(),
            status: self.status_number(lead.status),
        }
    }

    fn unreadable(&mut self, leaf: &Leaf, place: &str) -> Row {
        let refusal = leaf.refusal_at(place);
        // A canonical key ends in the number. Any other is of no number.
        let national = place.rsplit_once('_').map_or(place, |(_, number)| number);
        let number = match &refusal {
            Some((phone, _)) => Row::number_of(phone),
            None => LeadKey::of_place(national).stable_hash(),
        };
        if let Some((phone, reason)) = refusal {
            self.refusals.push((phone, Forbidden { reason, at: None }));
        }
        let key = LeadKey::of_place(place).stable_hash();
        Row { key, number, next_redial: DateTime::UNIX_EPOCH, in_review: false, status: UNREADABLE }
    }

    pub(crate) fn status_number(&mut self, status: Status) -> u8 {
        let known = self.statuses.iter().position(|known| *known == status);
        let number = known.unwrap_or_else(|| {
            self.statuses.push(status);
            self.statuses.len() - 1
        });
        // A process knows fewer statuses than that, so this is never the number of another one.
        u8::try_from(number).unwrap_or(UNREADABLE)
    }
}

impl Leaf {
    /// Returns the records whose place in the order of the leaf is wanted, as [`Leaf::leads`] does.
    pub fn leads_where(
        &self,
        wanted: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = (&str, Result<Lead, UnreadableRecord>)> {
        let places = self.records.iter().enumerate().filter(move |(number, _)| wanted(*number));
        places.map(|(_, (place, _))| (place, self.lead_at(place)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Branch, Split};
    use super::*;

    fn keys() -> impl Iterator<Item = u32> {
        (0..40_000).map(|id| LeadKey::of_place(&format!("{id}_5551234567")).stable_hash())
    }

    #[test]
    fn a_sample_is_one_lead_in_so_many() {
        assert!(keys().all(|key| Row::is_in_sample(key, 1)));
        for (one_in, about) in [(2, 20_000), (3, 13_333), (7, 5_714), (40, 1_000)] {
            let count = keys().filter(|key| Row::is_in_sample(*key, one_in)).count();
            assert!(count.abs_diff(about) < about / 8, "{count} of one in {one_in}");
        }
    }

    #[test]
    fn the_leads_of_a_sample_are_in_few_objects() {
        let sixteen = Split::new("1", 16).unwrap();
        let children: std::collections::BTreeSet<u32> =
            keys().filter(|key| Row::is_in_sample(*key, 8)).map(|key| Branch::ROOT.child_of(key, &sixteen)).collect();
        assert_eq!(children.len(), 2);
    }
}
