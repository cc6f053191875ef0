//! What operators record about the calling rules.

use super::{Admin, UpdateError};
use crate::ports::StoreError;
use crate::store::law::InForce;
use chrono::{DateTime, Utc};
use redial_domain::law::{Ended, Entry, KEPT, LONGEST, Recorded, Rules};
use redial_domain::ledger;
use redial_domain::{Actor, AttemptId, Policy};
use std::sync::Arc;

/// Something to record.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// What it does.
    pub what: Recorded,
    /// Why.
    pub why: String,
    /// When it begins to count. `None` for now.
    pub from: Option<DateTime<Utc>>,
    /// When it ends.
    pub until: Option<DateTime<Utc>>,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum NotRecorded {
    /// A part of it is not allowed.
    #[error("{error}")]
    Wrong {
        /// Which part.
        field: &'static str,
        /// What is wrong with it, and what is allowed.
        error: String,
    },
    /// There is no entry with this id.
    #[error("there is no decision with this id")]
    Unknown,
    /// It may be stored or not.
    #[error(transparent)]
    NotStored(#[from] UpdateError),
    /// The rules in force cannot be read.
    #[error(transparent)]
    NotRead(#[from] StoreError),
}

/// The calling rules in force, with where they come from.
#[derive(Debug, Clone)]
pub struct LawInForce {
    /// The settings, with the rules.
    pub policy: Arc<Policy>,
    /// The files.
    pub files: InForce,
    /// When this was true.
    pub at: DateTime<Utc>,
}

impl Admin {
    /// Returns the calling rules in force.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn law(&self) -> Result<LawInForce, StoreError> {
        let policy = self.stores.settings.load().await?.policy;
        Ok(LawInForce { policy, files: self.stores.law.files(), at: self.stores.clock.now() })
    }

    /// Records a decision. From the next decision about a call on it counts in every process.
    ///
    /// # Errors
    /// [`NotRecorded`]; only after [`NotRecorded::NotStored`] it may be stored.
    pub async fn record(&self, by: &Actor, new: NewEntry) -> Result<Entry, NotRecorded> {
        let law = self.stores.law.in_force().await?;
        let clock = &self.stores.clock;
        let now = clock.now();
        check(&new, &law, now)?;
        // A suspension whose entry in the ledger failed is given again, and must not be there twice.
        let known =
            law.register.entries.iter().find(|known| !known.what.opens() && new.is_same(known, by, now)).cloned();
        let entry = known.unwrap_or_else(|| Entry {
            id: AttemptId::new(now, clock.chance()).to_string().into(),
            what: new.what,
            by: by.in_full(),
            at: now,
            why: new.why,
            from: new.from.unwrap_or(now),
            until: new.until,
            ended: None,
        });
        // What lets calls be made is in the ledger before it counts, and anything else counts first, see `Admin::steer`.
        if entry.what.opens() {
            self.record_decision(by, &entry).await?;
        }
        let is_stored = self.stores.law.update(|register| {
            if register.entries.iter().all(|known| known.id != entry.id) {
                register.add(entry.clone());
            }
            register.entries.len() <= KEPT
        });
        if !is_stored.await? {
            return Err(wrong("kind", format!("there are {KEPT} decisions in force; end some of them first")));
        }
        if !entry.what.opens() {
            self.record_decision(by, &entry).await?;
        }
        tracing::info!(actor = by.name(), decision = &*entry.id, "a decision about calling rules was recorded");
        Ok(entry)
    }

    /// Ends a decision. One that was ended before stays as it is.
    ///
    /// # Errors
    /// As [`Admin::record`].
    pub async fn end_decision(&self, by: &Actor, id: &str, why: &str) -> Result<Entry, NotRecorded> {
        let ended = Ended { by: by.in_full(), at: self.stores.clock.now(), why: why.to_owned() };
        let law = self.stores.law.in_force().await?;
        // The end of a suspension lets calls be made.
        let planned = law.register.clone().end(id, ended.clone()).cloned().ok_or(NotRecorded::Unknown)?;
        if !planned.what.opens() {
            self.record_decision(by, &planned).await?;
        }
        let entry = self.stores.law.update(|register| register.end(id, ended.clone()).cloned()).await?;
        let entry = entry.ok_or(NotRecorded::Unknown)?;
        if entry.what.opens() {
            self.record_decision(by, &entry).await?;
        }
        tracing::info!(actor = by.name(), decision = id, "a decision about calling rules was ended");
        Ok(entry)
    }

    async fn record_decision(&self, by: &Actor, entry: &Entry) -> Result<(), UpdateError> {
        Ok(self.stores.ledger.append_one(ledger::Entry::decided(by, entry)).await?)
    }
}

impl NewEntry {
    /// Returns whether an entry that counts now, or that will, is what this would make.
    fn is_same(&self, known: &Entry, by: &Actor, now: DateTime<Utc>) -> bool {
        let is_in_force = known.end().is_none_or(|end| now < end);
        let is_from = self.from.map_or(known.from <= now, |from| from == known.from);
        let is_alike = known.what == self.what && known.why == self.why && known.until == self.until;
        is_in_force && is_from && is_alike && known.by == by.in_full()
    }
}

fn check(new: &NewEntry, law: &Rules, now: DateTime<Utc>) -> Result<(), NotRecorded> {
    match &new.what {
        Recorded::Suspension(jurisdiction) | Recorded::VoiceAllowed(jurisdiction) => {
            if !law.lands.contains_key(jurisdiction) {
                return Err(wrong("jurisdiction", format!("there is no jurisdiction {jurisdiction}; see GET /rules")));
            }
        }
        Recorded::RuleOff(id) => {
            if law.rules.iter().all(|rule| rule.id != *id) {
                return Err(wrong("rule", format!("there is no rule {id}; see GET /rules")));
            }
        }
        Recorded::FederalOnly | Recorded::Attestation { .. } => {}
    }
    let from = new.from.unwrap_or(now);
    if new.what.opens() && from > now {
        return Err(wrong("from", "only a suspension can begin later".to_owned()));
    }
    match new.until {
        None if new.what.opens() => Err(wrong("until", "until is missing; what opens a rule has an end".to_owned())),
        Some(until) if until <= now || until <= from => Err(wrong("until", "until is over already".to_owned())),
        Some(until) if new.what.opens() && until - now > LONGEST => {
            let days = LONGEST.num_days();
            Err(wrong("until", format!("until is more than {days} days away; somebody must look at it again by then")))
        }
        Some(_) | None => Ok(()),
    }
}

fn wrong(field: &'static str, error: String) -> NotRecorded {
    NotRecorded::Wrong { field, error }
}
