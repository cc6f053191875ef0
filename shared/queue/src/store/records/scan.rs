//! Reads all records of some months at once.

use super::leaf_cell::too_large;
use super::{Found, Large, Node, Records, location_of};
use crate::ports::{BoxError, StoreError};
use chrono::{DateTime, Utc};
use redial_domain::{Forbidden, Lead, LeadKey, LeadRef, Month, NumberFacts, Phone, Status};
use redial_formats::month_v1::{Branch, Leaf};
use std::collections::{HashMap, HashSet};

/// All records of some months.
#[derive(Debug, Default)]
pub struct Scan {
    /// The records, in no particular order.
    pub found: Vec<Found>,
    /// What all records of a number say about it, including those that do not count. Numbers without facts are left
    /// out.
    pub facts: HashMap<Phone, NumberFacts>,
    /// Older records of leads that are not completed. They do not count and are not dialed.
    pub older: Vec<LeadRef>,
    /// Objects that could not be read. Their leads wait.
    pub unreadable_objects: Vec<String>,
    /// How many records could not be understood. They are kept as they are.
    pub unreadable_records: u32,
    /// The same records, each with its place and the reason.
    pub unreadable: Vec<Unreadable>,
    /// Objects that are larger than the limit. A run divides them.
    pub overgrown: Vec<Node>,
    /// Objects that are too large to be read at once. Their leads wait until runs have divided them.
    pub large: Vec<Large>,
    /// The months and branches of the objects that were not read.
    pub(super) unreadable_places: Vec<(Month, Branch)>,
}

/// A record that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The month of its object.
    pub month: Month,
    /// Its key in the object.
    pub key: String,
    /// Why it cannot be understood, without personal data.
    pub reason: String,
}

impl Scan {
    /// Returns whether a lead may have an older record that cannot be read. Its own record was made while the older one, perhaps
    /// paused or completed, could not be seen, so it waits.
    #[must_use]
    pub fn may_have_older_record(&self, found: &Found) -> bool {
        is_beside(&self.unreadable_places, &found.lead)
    }

    /// Returns whether a record of this lead may be in an object that was not read.
    #[must_use]
    pub fn may_hide(&self, key: &LeadKey) -> bool {
        let hash = key.stable_hash();
        self.unreadable_places.iter().any(|(_, branch)| branch.holds(hash))
    }

    /// Checks that no object was too large to be read. Its records may forbid calls.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] if there is one. Runs divide it.
    pub fn check_large(&self) -> Result<(), StoreError> {
        self.large.first().map_or(Ok(()), |large| Err(too_large(&large.node, large.bytes)))
    }
}

/// Returns whether one of these objects, which cannot be read, may have an older record of a lead.
fn is_beside(unreadable: &[(Month, Branch)], lead: &Lead) -> bool {
    let Some(beside) = lead.beside_unreadable else { return false };
    let hash = lead.key().stable_hash();
    unreadable.iter().any(|(month, branch)| *month <= beside && branch.holds(hash))
}

/// A scan while leaves are added to it, those of the newest month first.
pub(super) struct Collected<K> {
    pub(super) scan: Scan,
    seen: HashSet<LeadKey>,
    now: DateTime<Utc>,
    keep: K,
}

impl<K: Fn(&Found) -> bool> Collected<K> {
    /// Begins a scan that keeps the records that `keep` wants. The others count for their number all the same.
    pub(super) fn new(now: DateTime<Utc>, keep: K) -> Self {
        Self { scan: Scan::default(), seen: HashSet::new(), now, keep }
    }

    /// Adds the records of a leaf whose place in the order of the leaf is wanted.
    pub(super) fn add(&mut self, month: Month, leaf: &Leaf, wanted: impl Fn(usize) -> bool) {
        for (place, lead) in leaf.leads_where(wanted) {
            match lead {
                Ok(lead) => {
                    self.note_facts(&lead);
                    if self.seen.insert(lead.key()) {
                        let found = Found { location: location_of(month, &lead), lead };
                        if (self.keep)(&found) {
                            self.scan.found.push(found);
                        }
                    } else if lead.status != Status::Completed {
                        self.scan.older.push(location_of(month, &lead));
                    }
                }
                Err(error) => {
                    self.seen.insert(LeadKey::of_place(place));
                    if let Some((phone, outcome)) = leaf.refusal_at(place) {
                        self.scan.facts.entry(phone).or_default().forbid(Forbidden { reason: outcome, at: None });
                    }
                    tracing::error!(%month, %error, "a record cannot be understood; it is kept and not dialed");
                    self.scan.unreadable_records += 1;
                    self.scan.unreadable.push(Unreadable { month, key: place.to_owned(), reason: error.0 });
                }
            }
        }
    }

    pub(super) fn cannot_read(&mut self, node: Node, error: &BoxError) {
        tracing::error!(month = %node.month, key = node.key, %error, "a month object cannot be read; its leads wait");
        self.scan.unreadable_places.push((node.month, node.branch));
        self.scan.unreadable_objects.push(node.key);
    }

    fn note_facts(&mut self, lead: &Lead) {
        match self.scan.facts.get_mut(&lead.phone) {
            Some(facts) => facts.add(lead, self.now),
            None => {
                let mut facts = NumberFacts::default();
                facts.add(lead, self.now);
                // Most records of a month say nothing, and a run holds what they say in memory.
                if !facts.is_empty() {
                    self.scan.facts.insert(lead.phone.clone(), facts);
                }
            }
        }
    }
}

impl Records {
    /// Returns whether a lead may have an older record that cannot be read, as [`Scan::may_have_older_record`] does. Makes no
    /// request for most leads.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn may_have_older_record(&self, lead: &Lead, months: &[Month]) -> Result<bool, StoreError> {
        if lead.beside_unreadable.is_none() {
            return Ok(false);
        }
        Ok(is_beside(&self.survey(months).await?.unreadable_places, lead))
    }

    /// Reads all records of these months, which are given newest first. If a lead has records in several months, as in
    /// files of the original, only the newest counts: it is dialed, and if it cannot be understood, none of them is.
    ///
    /// # Errors
    /// When the store is unavailable. What cannot be understood is counted instead.
    pub async fn scan(&self, months: &[Month]) -> Result<Scan, StoreError> {
        let survey = self.survey(months).await?;
        self.scan_rows(&survey, |_| true, |_| true).await
    }
}
