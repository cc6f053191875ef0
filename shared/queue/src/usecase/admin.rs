//! What operators see and steer.

mod browse;
mod configure;
mod law;
mod suppressions;

use crate::ports::{RunTrigger, StoreError};
use crate::store::Stores;
pub use crate::store::cas::UpdateError;
use crate::store::law::InForce;
pub use crate::store::records::Unreadable;
use crate::store::records::{Found, RecordChange};
use crate::store::settings::Loaded;
pub use browse::{Page, Position, Query, RecordView};
use chrono::{DateTime, Utc};
pub use configure::{Configured, NotConfigured};
pub use law::{LawInForce, NewEntry, NotRecorded};
use redial_domain::law::{Decision, Place};
use redial_domain::verdict::{Facts, verdict};
use redial_domain::{
    Actor, Command, Commanded, Lead, LeadId, LeadKey, LeadRef, Line, Month, NumberFacts, Outcome, Phone, Policy,
    Retire, Review, RunState, Source, Status, Suppression, Verdict, command,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
pub use suppressions::{ANSWERED, Exported, Forbade, SuppressionPage};

/// Shows and steers the queue.
#[derive(Clone)]
pub struct Admin {
    /// What every use case shares.
    pub stores: Arc<Stores>,
    /// Starts runs.
    pub trigger: Arc<dyn RunTrigger>,
}

impl std::fmt::Debug for Admin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Admin")
    }
}

/// Rules and runs, without the records.
#[derive(Debug, Clone)]
pub struct QueueState {
    /// What is in force.
    pub loaded: Loaded,
    /// The state of runs.
    pub runs: RunState,
    /// The files of the calling rules.
    pub law_files: InForce,
    /// When this was true.
    pub at: DateTime<Utc>,
}

/// The queue at a glance.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Rules and runs.
    pub state: QueueState,
    /// The month of today.
    pub current_month: Month,
    /// Every record of the open months.
    pub total: usize,
    /// How many have each status.
    pub by_status: BTreeMap<Status, usize>,
    /// How many may be dialed now.
    pub ready: usize,
    /// How many that wait for a dial lack what a rule about consent asks for, by rule.
    pub not_permitted: BTreeMap<Arc<str>, usize>,
    /// Objects that cannot be read.
    pub unreadable_objects: usize,
    /// Records that cannot be understood.
    pub unreadable_records: u32,
}

/// What came of a request for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Triggered {
    /// It is asked for.
    Started,
    /// A run is at work.
    AlreadyProcessing,
    /// The queue is disabled.
    Disabled,
    /// The processor is stopped.
    Stopped,
}

/// What came of a command for a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steered {
    /// It is done, or was so already.
    Done,
    /// No record of this lead is in an open month.
    UnknownLead,
    /// The lead's status does not allow it.
    Impossible(Status),
}

/// Why a lead is dialed or not.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Where the record lives.
    pub location: LeadRef,
    /// The record.
    pub lead: Lead,
    /// Every gate.
    pub verdict: Verdict,
    /// The next instant at which the lead can be dialed, if nothing else happens.
    pub next_dial: Option<DateTime<Utc>>,
    /// Where the person may be.
    pub place: Place,
    /// What the law says, with the rules that are not in force.
    pub law: Decision,
    /// The settings in force.
    pub policy: Arc<Policy>,
    /// When this was true.
    pub at: DateTime<Utc>,
}

impl Admin {
    /// The queue at a glance.
    ///
    /// # Errors
    /// When anything it shows cannot be read.
    pub async fn overview(&self) -> Result<Overview, StoreError> {
        let state = self.queue_state().await?;
        let (policy, at) = (&state.loaded.policy, state.at);
        let scan = self.stores.records.scan(&self.open_months(policy)).await?;
        let mut by_status: BTreeMap<Status, usize> = Status::ALL.into_iter().map(|status| (status, 0)).collect();
        for found in &scan.found {
            *by_status.entry(found.lead.status).or_default() += 1;
        }
        let mut not_permitted: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for found in
            scan.found.iter().filter(|found| matches!(found.lead.status, Status::Pending | Status::Rescheduled))
        {
            for rule in (Facts { lead: &found.lead, line: None, now: at, policy }).not_permitted() {
                *not_permitted.entry(rule).or_default() += 1;
            }
        }
        let ready = self.ready(&scan.found, &scan.facts, at, policy).await?.len();
        Ok(Overview {
            current_month: Month::of(at, policy.business_hours.zone),
            total: scan.found.len() + scan.unreadable.len(),
            by_status,
            ready,
            not_permitted,
            unreadable_objects: scan.unreadable_objects.len(),
            unreadable_records: scan.unreadable_records,
            state,
        })
    }

    /// Rules and runs, without reading a record.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn queue_state(&self) -> Result<QueueState, StoreError> {
        let (loaded, runs) =
            futures_util::future::try_join(self.stores.settings.load(), self.stores.runs.state()).await?;
        Ok(QueueState { loaded, runs, law_files: self.stores.law.files(), at: self.stores.clock.now() })
    }

    /// Asks for a run now and does not wait for it.
    ///
    /// # Errors
    /// When the state of runs cannot be read or the run cannot be asked for.
    pub async fn process(&self, by: &Actor) -> Result<Triggered, StoreError> {
        let triggered = self.try_process().await?;
        tracing::info!(actor = by.name(), outcome = ?triggered, "a run was requested");
        Ok(triggered)
    }

    async fn try_process(&self) -> Result<Triggered, StoreError> {
        let policy = self.stores.settings.load().await?.policy;
        if !policy.enabled {
            return Ok(Triggered::Disabled);
        }
        if !policy.running {
            return Ok(Triggered::Stopped);
        }
        if self.stores.runs.state().await?.is_processing(self.stores.clock.now()) {
            return Ok(Triggered::AlreadyProcessing);
        }
        self.trigger.trigger().await?;
        Ok(Triggered::Started)
    }

    /// Applies a command to a lead. Once this is answered, no claim that read the record before can be made.
    ///
    /// # Errors
    /// [`UpdateError`]; then the command may be stored or not, and can be given again.
    pub async fn steer(&self, by: &Actor, id: &LeadId, phone: &Phone, what: Command) -> Result<Steered, UpdateError> {
        let policy = self.stores.settings.load().await?.policy;
        let mut steered = Steered::UnknownLead;
        let mut newest = None;
        // Files of the original may have a lead in several months. It is removed from all of them.
        while let Some(location) = self.find(id, phone, &policy).await? {
            if what == Command::Remove {
                self.keep_facts(&location).await?;
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
                    self.dismiss_older(newest, &policy).await?;
                }
                let doubt = self.other_doubt(phone, &policy).await?;
                let forgotten = self.stores.lines.update(phone, |line| line.decide_review(doubt.clone()));
                if forgotten.await? && doubt.is_none() && steered == Steered::UnknownLead {
                    // The record was removed, and its possible do-not-call stayed on the line.
                    steered = Steered::Done;
                }
            }
            Command::Pause | Command::Resume | Command::ConfirmDoNotCall => {}
        }
        if steered != Steered::UnknownLead {
            self.stores.lines.touch(phone, |_| ()).await?;
        }
        let hash = format!("{:08x}", key.stable_hash());
        tracing::info!(actor = by.name(), lead.key = hash, command = ?what, outcome = ?steered, "an operator's command for a lead");
        Ok(steered)
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
        };
        self.stores.records.update(location, decide).await
    }

    /// Why a lead is dialed or not; `None` when no record of it is in an open month.
    ///
    /// # Errors
    /// When anything that decides cannot be read.
    pub async fn explain(&self, id: &LeadId, phone: &Phone) -> Result<Option<Explanation>, StoreError> {
        let policy = self.stores.settings.load().await?.policy;
        let Some(location) = self.find(id, phone, &policy).await? else { return Ok(None) };
        let mut line = self.stores.lines.get(phone).await?;
        let Some(lead) = self.stores.records.read(&location).await? else { return Ok(None) };
        let at = self.stores.clock.now();
        // A run learns the same before it decides.
        line.learn(&self.stores.records.facts_of(phone, &self.open_months(&policy)).await?, at);
        let facts = Facts { lead: &lead, line: Some(&line), now: at, policy: &policy };
        let (verdict, next_dial, known) = (verdict(&facts), facts.next_dial(), facts.place());
        let (calls, standing) = (line.recent_calls(at), facts.standing());
        let law = policy.law.decide(&facts.question(&known.place, &calls, &standing), at);
        let place = known.place.clone();
        Ok(Some(Explanation { location, lead, verdict, next_dial, place, law, policy, at }))
    }

    /// Deletes every expired month; gives the months.
    ///
    /// # Errors
    /// When the store fails; months deleted by then are gone.
    pub async fn clean_up(&self, by: &Actor) -> Result<Vec<Month>, StoreError> {
        let policy = self.stores.settings.load().await?.policy;
        let today = self.stores.clock.now().with_timezone(&policy.business_hours.zone).date_naive();
        let deleted = super::retention::delete_expired(&self.stores, by, today, policy.retention_days).await?;
        tracing::info!(actor = by.name(), count = deleted.len(), "expired months were deleted");
        Ok(deleted)
    }

    /// The record of a lead in the newest month that has one: the one that is dialed.
    async fn find(&self, id: &LeadId, phone: &Phone, policy: &Policy) -> Result<Option<LeadRef>, StoreError> {
        let key = LeadKey::new(id, phone);
        let mut months = self.open_months(policy);
        // A clock that is ahead may have begun the next month.
        if let Some(location) =
            self.stores.lines.get(phone).await?.record_location(&key).filter(|location| location.month > months[0])
        {
            months.insert(0, location.month);
        }
        let month = self.stores.records.locate(&key, &months).await?;
        Ok(month.map(|month| LeadRef { month, id: id.clone(), phone: phone.clone() }))
    }

    /// The places of those that may be dialed now, by every gate.
    async fn ready(
        &self,
        found: &[Found],
        facts: &HashMap<Phone, NumberFacts>,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<HashSet<LeadRef>, StoreError> {
        let due: Vec<_> =
            found.iter().filter(|found| Facts { lead: &found.lead, line: None, now, policy }.is_candidate()).collect();
        let mut phones: Vec<_> = due.iter().map(|found| found.lead.phone.clone()).collect();
        phones.sort_unstable();
        phones.dedup();
        let mut lines = self.stores.lines.get_many(&phones).await?;
        for phone in phones {
            if let Some(facts) = facts.get(&phone) {
                lines.entry(phone).or_default().learn(facts, now);
            }
        }
        let free = Line::default();
        let may_dial = |found: &&&Found| {
            let line = lines.get(&found.lead.phone).unwrap_or(&free);
            verdict(&Facts { lead: &found.lead, line: Some(line), now, policy }).may_dial()
        };
        Ok(due.iter().filter(may_dial).map(|found| found.location.clone()).collect())
    }

    fn open_months(&self, policy: &Policy) -> Vec<Month> {
        Month::open(self.stores.clock.now(), policy.business_hours.zone, policy.retention_days)
    }
}
