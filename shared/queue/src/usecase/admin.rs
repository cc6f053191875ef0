//! What operators see and steer.

mod activity;
mod add;
mod audit;
mod blocked;
mod browse;
mod bulk;
mod configure;
mod export;
mod filter;
mod forecast;
mod law;
mod lists;
mod number;
mod order;
mod proof;
mod steer;
mod suppressions;

use crate::ports::{RunTrigger, StoreError, Uploads};
use crate::store::Stores;
pub use crate::store::cas::UpdateError;
use crate::store::law::InForce;
use crate::store::records::{Found, Scan};
pub use crate::store::records::{Large, NotShown, Unreadable};
use crate::store::settings::Loaded;
pub use crate::usecase::add::Added;
use crate::usecase::ingest::{Ingest, Preview};
pub use crate::usecase::steer::Steered;
use crate::usecase::steer::{newest_of, open_months};
pub use activity::{ActivityView, Bound, MOST_BYTES, NotCounted};
pub use add::NotAdded;
pub use audit::{AuditEntry, AuditPage, AuditPosition, AuditQuery};
pub use blocked::{Blocked, BlockedBy, Example, MOST_EXAMPLES};
pub use browse::{Page, Query, RecordView};
pub use bulk::{BulkPreview, Chosen, MOST_SHOWN, NotConfirmed, NotPreviewed};
use chrono::{DateTime, Utc};
pub use configure::{Configured, NotConfigured};
pub use export::{ExportedMonth, NotExported};
pub use filter::{Filter, Matching};
pub use forecast::{Forecasted, Sample, Unseen};
pub use law::{LawInForce, NewEntry, NotRecorded};
pub use number::NumberView;
pub use order::{Order, Position, Sort};
pub use proof::{MOST_DAYS, MOST_OBJECTS, NotProved, Proof, ProvenEntry};
use redial_domain::law::{Decision, Place};
use redial_domain::verdict::{Facts, verdict};
use redial_domain::{
    Actor, Lead, LeadId, LeadRef, Line, Month, NumberFacts, Phone, Policy, Report, RunState, Status, Verdict,
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
    /// Uploads exported months.
    pub uploads: Arc<dyn Uploads>,
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
    /// How many that are due lack what a rule about consent asks for, by rule.
    pub not_permitted: BTreeMap<Arc<str>, usize>,
    /// Objects that cannot be read.
    pub unreadable_objects: usize,
    /// Objects that runs divide before their records can be read.
    pub large: Vec<Large>,
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

/// Why a lead is dialed or not.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Where the record lives.
    pub location: LeadRef,
    /// The record.
    pub lead: Lead,
    /// The line of the number, with what records say about it.
    pub line: Line,
    /// Every gate.
    pub verdict: Verdict,
    /// Whether the lead waits because an older month cannot be read, and may have a record of it.
    pub waits_for_older: bool,
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

impl Explanation {
    /// Returns whether a run would dial the lead now.
    #[must_use]
    pub fn may_dial(&self) -> bool {
        self.verdict.may_dial() && !self.waits_for_older
    }

    fn new(
        Found { location, lead }: Found,
        line: Line,
        waits_for_older: bool,
        policy: Arc<Policy>,
        at: DateTime<Utc>,
    ) -> Self {
        let facts = Facts { lead: &lead, line: Some(&line), now: at, policy: &policy };
        let (verdict, next_dial, known) = (verdict(&facts), facts.next_dial(), facts.place());
        let (calls, standing) = (line.recent_calls(at), facts.standing());
        let law = policy.law.decide(&facts.question(&known.place, &calls, &standing), at);
        let place = known.place.clone();
        let next_dial = next_dial.filter(|_| !waits_for_older);
        Self { location, lead, line, verdict, waits_for_older, next_dial, place, law, policy, at }
    }
}

fn is_due(lead: &Lead, at: DateTime<Utc>) -> bool {
    lead.waits_for_a_dial() && lead.next_redial <= at
}

impl Admin {
    /// The queue at a glance.
    ///
    /// # Errors
    /// When anything it shows cannot be read.
    pub async fn overview(&self) -> Result<Overview, StoreError> {
        let state = self.queue_state().await?;
        let (policy, at) = (&state.loaded.policy, state.at);
        let survey = self.stores.records.survey(&self.open_months(policy)).await?;
        let mut by_status: BTreeMap<Status, usize> = Status::ALL.into_iter().map(|status| (status, 0)).collect();
        let mut total = 0;
        for (_, status) in survey.counting() {
            total += 1;
            if let Some(status) = status {
                *by_status.entry(status).or_default() += 1;
            }
        }
        let scan = self.stores.records.scan_numbers(&survey, &survey.due(at)).await?;
        let mut not_permitted: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for found in scan.found.iter().filter(|found| is_due(&found.lead, at)) {
            for rule in (Facts { lead: &found.lead, line: None, now: at, policy }).not_permitted() {
                *not_permitted.entry(rule).or_default() += 1;
            }
        }
        let ready = self.ready(&scan.found, &scan, at, policy).await?.len();
        Ok(Overview {
            current_month: Month::of(at, policy.business_hours.zone),
            total,
            by_status,
            ready,
            not_permitted,
            unreadable_objects: scan.unreadable_objects.len(),
            large: scan.large,
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
        let waits_for_older = self.stores.records.may_have_older_record(&lead, &self.open_months(&policy)).await?;
        Ok(Some(Explanation::new(Found { location, lead }, line, waits_for_older, policy, at)))
    }

    /// What a webhook would make of a report now, see [`Ingest::preview`]. Nothing is written.
    ///
    /// # Errors
    /// When anything that decides cannot be read.
    pub async fn preview(&self, report: Report) -> Result<Preview, StoreError> {
        Ingest::new(Arc::clone(&self.stores), Actor::Webhook).preview(report).await
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
        let newest = newest_of(&self.stores, policy, &[(id, phone)]).await?.pop().unwrap_or(Ok(None))?;
        Ok(newest.map(|newest| newest.location))
    }

    /// The places of those that may be dialed now, by every gate.
    async fn ready(
        &self,
        found: &[Found],
        scan: &Scan,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<HashSet<LeadRef>, StoreError> {
        let is_due = |found: &&Found| {
            Facts { lead: &found.lead, line: None, now, policy }.is_candidate() && !scan.may_have_older_record(found)
        };
        let due: Vec<_> = found.iter().filter(is_due).collect();
        let lines = self.lines_of(&due, &scan.facts, now).await?;
        let free = Line::default();
        let may_dial = |found: &&&Found| {
            let line = lines.get(&found.lead.phone).unwrap_or(&free);
            verdict(&Facts { lead: &found.lead, line: Some(line), now, policy }).may_dial()
        };
        Ok(due.iter().filter(may_dial).map(|found| found.location.clone()).collect())
    }

    /// Returns the lines of these records, with what the records of their numbers say, as a run knows them.
    async fn lines_of(
        &self,
        found: &[&Found],
        facts: &HashMap<Phone, NumberFacts>,
        now: DateTime<Utc>,
    ) -> Result<BTreeMap<Phone, Line>, StoreError> {
        let mut phones: Vec<_> = found.iter().map(|found| found.lead.phone.clone()).collect();
        phones.sort_unstable();
        phones.dedup();
        let mut lines = self.stores.lines.get_many(&phones).await?;
        for phone in phones {
            if let Some(facts) = facts.get(&phone) {
                lines.entry(phone).or_default().learn(facts, now);
            }
        }
        Ok(lines)
    }

    fn open_months(&self, policy: &Policy) -> Vec<Month> {
        open_months(&self.stores, policy)
    }
}
