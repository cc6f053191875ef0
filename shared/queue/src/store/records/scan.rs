//! Reads all records of some months at once.

use super::{Found, Node, Records, location_of};
use crate::ports::StoreError;
use chrono::{DateTime, Utc};
use redial_domain::{Forbidden, Lead, LeadKey, LeadRef, Month, NumberFacts, Phone, Status};
use redial_formats::month_v1::Branch;
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
    /// The months and branches of [`Scan::unreadable_objects`].
    unreadable_places: Vec<(Month, Branch)>,
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
        let Some(beside) = found.lead.beside_unreadable else { return false };
        let hash = found.lead.key().stable_hash();
        self.unreadable_places.iter().any(|(month, branch)| *month <= beside && branch.holds(hash))
    }
}

impl Scan {
    fn note_facts(&mut self, lead: &Lead, now: DateTime<Utc>) {
        match self.facts.get_mut(&lead.phone) {
            Some(facts) => facts.add(lead, now),
            None => {
                let mut facts = NumberFacts::default();
                facts.add(lead, now);
                // Most records of a month say nothing, and a run holds what they say in memory.
                if !facts.is_empty() {
                    self.facts.insert(lead.phone.clone(), facts);
                }
            }
        }
    }
}

impl Records {
    /// Reads all records of these months, which are given newest first. If a lead has records in several months, as in
    /// files of the original, only the newest counts: it is dialed, and if it cannot be understood, none of them is.
    ///
    /// # Errors
    /// When the store is unavailable. What cannot be understood is counted instead.
    pub async fn scan(&self, months: &[Month]) -> Result<Scan, StoreError> {
        let now = self.clock.now();
        let mut scan = Scan::default();
        let mut seen = HashSet::new();
        for (node, leaf) in self.leaves(months).await? {
            let month = node.month;
            let leaf = match leaf {
                Ok(leaf) => leaf,
                Err(error) => {
                    tracing::error!(%month, key = node.key, %error, "a month object cannot be read; its leads wait");
                    scan.unreadable_places.push((month, node.branch));
                    scan.unreadable_objects.push(node.key);
                    continue;
                }
            };
            if self.limits.children_of(&leaf).is_some() {
                scan.overgrown.push(node);
            }
            for (place, lead) in leaf.leads() {
                match lead {
                    Ok(lead) => {
                        scan.note_facts(&lead, now);
                        if seen.insert(lead.key()) {
                            scan.found.push(Found { location: location_of(month, &lead), lead });
                        } else if lead.status != Status::Completed {
                            scan.older.push(location_of(month, &lead));
                        }
                    }
                    Err(error) => {
                        seen.insert(LeadKey::of_place(place));
                        if let Some((phone, outcome)) = leaf.refusal_at(place) {
                            scan.facts.entry(phone).or_default().forbid(Forbidden { reason: outcome, at: None });
                        }
                        tracing::error!(%month, %error, "a record cannot be understood; it is kept and not dialed");
                        scan.unreadable_records += 1;
                        scan.unreadable.push(Unreadable { month, key: place.to_owned(), reason: error.0 });
                    }
                }
            }
        }
        Ok(scan)
    }
}
