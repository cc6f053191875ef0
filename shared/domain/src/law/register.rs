//! What operators have recorded about the law: suspensions, and everything that opens a rule, with who, when, why and until when.

use super::{Consent, Jurisdiction};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The longest time for which something that opens a rule is recorded. Then somebody must look at it again.
pub const LONGEST: TimeDelta = TimeDelta::days(400);
/// The most entries that are kept. Those that ended first go first. One that has not ended stays, whatever their number.
pub const KEPT: usize = 500;

/// What an entry does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// Lets nobody be called in a jurisdiction, such as in a declared emergency.
    Suspension(Jurisdiction),
    /// Switches a rule off.
    RuleOff(Arc<str>),
    /// Says that an artificial voice may call in a jurisdiction, after counsel was asked.
    VoiceAllowed(Jurisdiction),
    /// Obeys the federal hours only, where the setting `calling_rules` says so.
    FederalOnly,
    /// Attests that the leads of a list, or all leads, have agreed to be called. It counts for leads without evidence of their
    /// own.
    Attestation {
        /// The list. `None` for every lead.
        list_id: Option<String>,
        /// What they have agreed to.
        level: Consent,
        /// SHA-256 of the text that they agreed to, in hex.
        text_sha256: String,
    },
}

impl Recorded {
    /// Returns whether it opens something that would be closed without it. Then it has an end.
    #[must_use]
    pub fn opens(&self) -> bool {
        !matches!(self, Self::Suspension(_))
    }
}

/// How an entry was ended before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Who ended it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub why: String,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub id: Arc<str>,
    /// What it does.
    pub what: Recorded,
    /// Who recorded it.
    pub by: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Why.
    pub why: String,
    /// The first instant at which it counts.
    pub from: DateTime<Utc>,
    /// The first instant after it. `None` if no end is known, which only a suspension may have.
    pub until: Option<DateTime<Utc>>,
    /// How it was ended before its time.
    pub ended: Option<Ended>,
}

impl Entry {
    /// Returns the first instant at which it counts no longer. `None` if no end is known.
    #[must_use]
    pub fn end(&self) -> Option<DateTime<Utc>> {
        let ended = self.ended.as_ref().map(|ended| ended.at);
        self.until.into_iter().chain(ended).min()
    }

    /// Returns whether it counts at an instant.
    #[must_use]
    pub fn counts(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && self.end().is_none_or(|end| at < end)
    }
}

/// Every entry, in the order in which they were recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Register {
    /// The entries.
    pub entries: Vec<Entry>,
}

impl Register {
    /// Returns whether a rule is switched off at an instant.
    #[must_use]
    pub fn is_off(&self, rule: &str, at: DateTime<Utc>) -> bool {
        self.counting(at).any(|entry| matches!(&entry.what, Recorded::RuleOff(id) if **id == *rule))
    }

    /// Returns where an artificial voice may call at an instant.
    #[must_use]
    pub fn decided(&self, at: DateTime<Utc>) -> BTreeSet<Jurisdiction> {
        let decided = self.counting(at).filter_map(|entry| match entry.what {
            Recorded::VoiceAllowed(jurisdiction) => Some(jurisdiction),
            _ => None,
        });
        decided.collect()
    }

    /// Returns whether only the federal hours bind at an instant, where the setting says so.
    #[must_use]
    pub fn is_federal_only(&self, at: DateTime<Utc>) -> bool {
        self.counting(at).any(|entry| entry.what == Recorded::FederalOnly)
    }

    /// Returns what is attested of the leads of a list at an instant.
    #[must_use]
    pub fn attested(&self, list: &str, at: DateTime<Utc>) -> Option<Consent> {
        let attested = self.counting(at).filter_map(|entry| match &entry.what {
            Recorded::Attestation { list_id, level, .. } => {
                list_id.as_ref().is_none_or(|known| known == list).then_some(*level)
            }
            _ => None,
        });
        attested.max()
    }

    /// Returns the suspensions.
    pub fn suspensions(&self) -> impl Iterator<Item = (Jurisdiction, &Entry)> {
        self.entries.iter().filter_map(|entry| match entry.what {
            Recorded::Suspension(jurisdiction) => Some((jurisdiction, entry)),
            _ => None,
        })
    }

    /// Adds an entry. An entry with this id is there already if the write of it was repeated.
    pub fn add(&mut self, entry: Entry) {
        if self.entries.iter().all(|known| known.id != entry.id) {
            let now = entry.at;
            self.entries.push(entry);
            while self.entries.len() > KEPT {
                let ends = self.entries.iter().enumerate().filter_map(|(index, entry)| Some((entry.end()?, index)));
                let Some((_, over)) = ends.filter(|(end, _)| *end <= now).min() else { break };
                self.entries.remove(over);
            }
        }
    }

    /// Ends an entry. Returns it, or `None` if there is none with this id. One that was ended before stays as it is.
    pub fn end(&mut self, id: &str, ended: Ended) -> Option<&Entry> {
        let entry = self.entries.iter_mut().find(|entry| *entry.id == *id)?;
        if entry.end().is_none_or(|end| ended.at < end) {
            entry.ended = Some(ended);
        }
        Some(entry)
    }

    fn counting(&self, at: DateTime<Utc>) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.counts(at))
    }
}

#[cfg(test)]
mod tests;
