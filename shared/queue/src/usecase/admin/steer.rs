//! Commands of operators for one lead.

use super::Admin;
use crate::ports::StoreError;
use crate::store::cas::UpdateError;
use crate::store::records::{Found, RecordChange};
use redial_domain::ledger::{Entry, Steering};
use redial_domain::{
    Actor, Closed, Command, Commanded, Lead, LeadId, LeadKey, LeadRef, NumberFacts, Outcome, Phone, Policy, Retire,
    Review, Source, Status, Suppression, command,
};

/// What came of a command for a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steered {
    /// It is done, or was so already.
    Done,
    /// No record of this lead is in an open month.
    UnknownLead,
    /// The lead's status does not allow it.
    Impossible(Status),
    /// A do-not-call of the lead or its number forbids it.
    Forbidden,
    /// A possible do-not-call of the lead or its number must be decided first.
    Undecided,
}

/// What the ledger says of a command that was recorded before it took effect.
const GIVEN: &str = "given";

impl Admin {
    /// Applies a command to a lead, and records it. Once this is answered, no claim that read the record before can be made.
    ///
    /// # Errors
    /// [`UpdateError`]; then the command may be stored and recorded or not, and can be given again.
    pub async fn steer(&self, by: &Actor, id: &LeadId, phone: &Phone, what: Command) -> Result<Steered, UpdateError> {
        let policy = self.stores.settings.load().await?.policy;
        // A command that lets calls be made is recorded first, and any other one takes effect first: whatever fails between
        // the two, nobody is called without a reason in the ledger. A removal is recorded first too, because a lead that is
        // removed cannot be given the command again. While the ledger cannot be written, nobody is called at all.
        let is_recorded_first = what.opens() || what == Command::Remove;
        if is_recorded_first {
            if !self.may_steer(id, phone, &policy).await? {
                return Ok(Steered::UnknownLead);
            }
            self.record_steering(by, id, phone, what, GIVEN).await?;
        }
        let steered = self.apply(by, id, phone, what, &policy).await?;
        let outcome = match steered {
            Steered::Done => Some("done"),
            Steered::Impossible(_) | Steered::Forbidden | Steered::Undecided => Some("impossible"),
            Steered::UnknownLead => None,
        };
        if let Some(outcome) = outcome.filter(|_| !is_recorded_first) {
            self.record_steering(by, id, phone, what, outcome).await?;
        }
        let hash = format!("{:08x}", LeadKey::new(id, phone).stable_hash());
        tracing::info!(actor = by.name(), lead.key = hash, command = ?what, outcome = ?steered, "an operator's command for a lead");
        Ok(steered)
    }

    /// Returns whether there is something that a command could change.
    async fn may_steer(&self, id: &LeadId, phone: &Phone, policy: &Policy) -> Result<bool, StoreError> {
        let is_known = self.find(id, phone, policy).await?.is_some();
        Ok(is_known || self.stores.lines.get(phone).await?.review.is_some())
    }

    async fn record_steering(
        &self,
        by: &Actor,
        lead: &LeadId,
        phone: &Phone,
        command: Command,
        outcome: &'static str,
    ) -> Result<(), UpdateError> {
        let clock = &self.stores.clock;
        let steering = Steering { lead: lead.clone(), phone: phone.clone(), command, outcome };
        Ok(self.stores.ledger.append_one(Entry::steered(by, steering, clock.now(), clock.chance())).await?)
    }

    async fn apply(
        &self,
        by: &Actor,
        id: &LeadId,
        phone: &Phone,
        what: Command,
        policy: &Policy,
    ) -> Result<Steered, UpdateError> {
        let mut steered = Steered::UnknownLead;
        let mut newest = None;
        // Files of the original may have a lead in several months. It is removed from all of them.
        while let Some(location) = self.find(id, phone, policy).await? {
            if what == Command::Remove {
                self.keep_facts(&location).await?;
            }
            if what.callback().is_some()
                && let Some(closed) = self.closed(phone, policy).await?
            {
                return Ok(closed);
            }
            // The number first: whatever fails afterwards, nobody dials it.
            let is_confirmed = what == Command::ConfirmDoNotCall && self.may_confirm(&location).await?;
            if is_confirmed {
                let now = self.stores.clock.now();
                let suppression = Suppression::by(Outcome::DNC, Source::Redial, now, by.name(), "");
                self.stores.lines.forbid(phone, &suppression, Retire::Soon).await?;
            }
            steered = self.steer_record(&location, what).await?;
            if is_confirmed && matches!(steered, Steered::Impossible(_)) {
                // The possible do-not-call was on the line only. The next run completes the record.
                steered = Steered::Done;
            }
            newest.get_or_insert(location);
            if what != Command::Remove || steered == Steered::UnknownLead {
                break;
            }
        }
        let key = LeadKey::new(id, phone);
        match what {
            Command::Remove => self.stores.lines.update(phone, |line| line.forget(&key)).await?,
            Command::DismissDoNotCall => {
                if let Some(newest) = &newest {
                    self.dismiss_older(newest, policy).await?;
                }
                let doubt = self.other_doubt(phone, policy).await?;
                let forgotten = self.stores.lines.update(phone, |line| line.decide_review(doubt.clone()));
                if forgotten.await? && doubt.is_none() && steered == Steered::UnknownLead {
                    // The record was removed, and its possible do-not-call stayed on the line.
                    steered = Steered::Done;
                }
            }
            Command::Pause | Command::Resume | Command::ConfirmDoNotCall | Command::CallBack(_) => {}
        }
        if steered != Steered::UnknownLead {
            self.stores.lines.touch(phone, |_| ()).await?;
        }
        Ok(steered)
    }

    /// Returns why nobody may be called at a number, whichever lead it is of: what its line says, and what its records do.
    async fn closed(&self, phone: &Phone, policy: &Policy) -> Result<Option<Steered>, StoreError> {
        let mut line = self.stores.lines.get(phone).await?;
        let facts = self.stores.records.facts_of(phone, &self.open_months(policy)).await?;
        line.learn(&facts, self.stores.clock.now());
        Ok(line.closed().map(|closed| match closed {
            Closed::Forbidden => Steered::Forbidden,
            Closed::Undecided => Steered::Undecided,
        }))
    }

    /// Dismisses the possible do-not-call in older records of a lead too: files of the original may have several.
    async fn dismiss_older(&self, newest: &LeadRef, policy: &Policy) -> Result<(), UpdateError> {
        let found = self.stores.records.find_by_phone(&newest.phone, &self.open_months(policy)).await?;
        let is_older = |found: &Found| found.lead.key() == newest.key() && found.location.month < newest.month;
        for older in found.into_iter().filter(|found| is_older(found) && found.lead.review.is_some()) {
            self.steer_record(&older.location, Command::DismissDoNotCall).await?;
        }
        Ok(())
    }

    /// Returns whether a record or its line has a possible do-not-call, or whether one was confirmed.
    async fn may_confirm(&self, location: &LeadRef) -> Result<bool, StoreError> {
        if self.stores.lines.get(&location.phone).await?.review.is_some() {
            return Ok(true);
        }
        let lead = self.stores.records.read(location).await?;
        Ok(lead.is_some_and(|lead| lead.review.is_some() || lead.forbidden_by() == Some(&Outcome::DNC)))
    }

    /// Returns a possible do-not-call of any record of the number that waits for a decision.
    async fn other_doubt(&self, phone: &Phone, policy: &Policy) -> Result<Option<Review>, StoreError> {
        let found = self.stores.records.find_by_phone(phone, &self.open_months(policy)).await?;
        Ok(found.into_iter().filter(|found| found.lead.forbidden_by().is_none()).find_map(|found| found.lead.review))
    }

    /// Keeps on the line what a record says about its number when the record is removed: what it forbids stays forbidden, and
    /// its calls of the last day still count.
    async fn keep_facts(&self, location: &LeadRef) -> Result<(), UpdateError> {
        let Some(lead) = self.stores.records.read(location).await? else { return Ok(()) };
        let now = self.stores.clock.now();
        let mut facts = NumberFacts::default();
        facts.add(&lead, now);
        if facts.is_empty() {
            return Ok(());
        }
        self.stores.lines.update(&location.phone, |line| line.learn(&facts, now)).await
    }

    async fn steer_record(&self, location: &LeadRef, what: Command) -> Result<Steered, UpdateError> {
        let now = self.stores.clock.now();
        let decide = |lead: Option<&Lead>| match lead.map(|lead| command(lead, what, now)) {
            None => RecordChange::Keep(Steered::UnknownLead),
            Some(Commanded::Changed(lead)) => RecordChange::Put(lead, Steered::Done),
            Some(Commanded::Removed) => RecordChange::Remove(Steered::Done),
            Some(Commanded::Unchanged) => RecordChange::Keep(Steered::Done),
            Some(Commanded::Impossible(status)) => RecordChange::Keep(Steered::Impossible(status)),
            Some(Commanded::Forbidden) => RecordChange::Keep(Steered::Forbidden),
            Some(Commanded::Undecided) => RecordChange::Keep(Steered::Undecided),
        };
        self.stores.records.update(location, decide).await
    }
}
