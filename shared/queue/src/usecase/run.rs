//! The scheduled run: lease, sweep, select, dial, write back, clean up, summary.

mod budget;
mod claim;
mod dial;
mod divide;
mod measure;
mod pace;
mod retire;
mod sweep;
mod tally;
mod turns;
mod write_back;

use super::bulk::{BulkWork, work_on_all};
use super::import::{Imported, Leads, Numbers, import_all};
use super::ingest::Ingest;
use super::time::timeout;
use crate::ports::{Dialer, Metric, StoreError, error_chain};
use crate::store::Stores;
use crate::store::records::{Found, Scan};
use budget::Budget;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use dial::Dialing;
pub(super) use dial::last_asked;
use divide::LargeObjects;
use redial_domain::breaker::Circuit;
use redial_domain::verdict::{Facts, GateName, dial_order, left_after_filters, queue_closed, verdict};
use redial_domain::{
    Actor, AttemptId, Lead, LeadKey, Line, Month, NumberFacts, Phone, Policy, RunEnd, RunState, RunSummary, Stop,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
pub(super) use turns::last_dial;
use write_back::WriteBack;

/// How much time of a run imports and bulk commands leave to what comes after them.
const AFTER_IMPORTS: TimeDelta = TimeDelta::seconds(30);
/// The most time of a run for lists of leads.
const MOST_TIME_FOR_LEADS: TimeDelta = TimeDelta::seconds(60);
/// The most time for listing suppressed lines of earlier releases. Without them it takes some seconds at a million lines.
const TIME_TO_LIST: Duration = Duration::from_secs(60);
/// How much time of a run it leaves to what comes after it.
const AFTER_LISTING: TimeDelta = TimeDelta::seconds(10);

/// Dials every lead that is due, and finishes what was left open.
#[derive(Clone)]
pub struct Run {
    /// What every use case shares.
    pub stores: Arc<Stores>,
    /// The provider.
    pub dialer: Arc<dyn Dialer>,
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Run")
    }
}

impl Run {
    /// Brings the results that a run finds into records.
    fn ingest(&self) -> Ingest {
        Ingest::new(Arc::clone(&self.stores), Actor::Run)
    }

    /// Does one run, which ends before `deadline`. Failures are counted in the summary. Dials nothing if settings, lines or
    /// records cannot be read.
    pub async fn execute(&self, deadline: DateTime<Utc>) -> RunSummary {
        let clock = &self.stores.clock;
        let started_at = clock.now();
        let mut end = RunEnd { summary: RunSummary { started_at, ..RunSummary::default() }, ..RunEnd::default() };
        let holder = AttemptId::new(started_at, clock.chance()).to_string();
        let state = match self.stores.runs.acquire(&holder, deadline).await {
            Ok(Some(state)) => state,
            Ok(None) => {
                end.summary.stopped_by = Some(Stop::AlreadyRunning);
                return end.summary;
            }
            Err(error) => {
                tracing::error!(error = error_chain(&error), "run aborted: cannot take the lease");
                end.summary.stopped_by = Some(Stop::StoreUnavailable);
                end.summary.errors += 1;
                self.stores.meter.record(Metric::RunErrors.of(1_u8));
                return end.summary;
            }
        };
        if let Err(error) = self.work(deadline, &holder, &state, &mut end).await {
            tracing::error!(error = error_chain(&error), "run aborted: cannot read what decides a dial");
            end.summary.stopped_by = Some(Stop::StoreUnavailable);
            end.summary.errors += 1;
        }
        end.summary.duration_ms = u64::try_from((clock.now() - started_at).num_milliseconds()).unwrap_or_default();
        if let Err(error) = self.stores.runs.release(&holder, &end).await {
            tracing::warn!(error = error_chain(&error), "the lease is not given back: it ends with the invocation");
        }
        self.measure(&end.summary, end.breaker.as_ref().unwrap_or(&state.breaker));
        end.summary
    }

    /// Does the work under the lease.
    async fn work(
        &self,
        deadline: DateTime<Utc>,
        holder: &str,
        state: &RunState,
        end: &mut RunEnd,
    ) -> Result<(), StoreError> {
        let policy = self.stores.settings.load().await?.policy;
        let retiring = self.sweep(deadline, &policy, &mut end.summary).await;
        // Before anybody is dialed: a number of a list must not be.
        let imported = self.import_lists(deadline, &mut end.summary).await;
        // So must not be a lead that an operator has paused or removed with many others.
        let bulk = self.work_on_bulk(deadline, &mut end.summary).await;
        let unfinished = match (imported, &bulk) {
            (Imported::Unfinished, _) => Some(Stop::ImportUnfinished),
            (Imported::All, BulkWork::Unfinished) => Some(Stop::BulkUnfinished),
            (Imported::All, BulkWork::All { .. }) => None,
        };
        if unfinished.is_none() {
            self.import_leads(deadline, &mut end.summary).await;
        }
        end.summary.stopped_by = queue_closed(self.stores.clock.now(), &policy).or(unfinished);
        // Do-not-calls take effect also while nobody is dialed, so records are read then too.
        let mut scan = self.heed_do_not_calls(retiring, &policy, &mut end.summary).await;
        if let Ok(scan) = &mut scan {
            let large = self.divide_large(&scan.large, deadline, &mut end.summary).await;
            self.stores.meter.record(Metric::DivisionsUnfinished.flag(large == LargeObjects::NotRead));
            if large == LargeObjects::NotRead {
                end.summary.stopped_by.get_or_insert(Stop::DivisionUnfinished);
            }
            self.divide(std::mem::take(&mut scan.overgrown), deadline, &mut end.summary).await;
        }
        match scan {
            Ok(mut scan) if end.summary.stopped_by.is_none() => {
                hold_back(&mut scan, bulk);
                let mut write_back = WriteBack::default();
                let (ready, facts) = self.select(scan, &policy, &mut end.summary, &mut write_back).await?;
                let could = ready.len();
                let circuit = Circuit::new(state.breaker.clone(), self.stores.clock.now());
                let budget = Budget::new(&self.stores.runs, holder);
                Dialing::new(self, deadline, &policy, budget, circuit, facts)
                    .dial_all(ready, end, &mut write_back)
                    .await;
                self.measure_undialed(could, &end.summary);
                self.write_back(write_back, &policy, &mut end.summary).await;
            }
            Ok(_) => {}
            Err(error) if end.summary.stopped_by.is_none() => return Err(error),
            Err(error) => {
                tracing::warn!(error = error_chain(&error), "do-not-calls of records are left for the next run");
                end.summary.errors += 1;
            }
        }
        self.store_indexes(&policy).await;
        // The calls were made, so a clean-up that fails must not make the whole run an error. The next run tries it again.
        end.retention_day =
            self.clean_up_daily(state, &policy, deadline, &mut end.summary).await.unwrap_or_else(|error| {
                tracing::warn!(error = error_chain(&error), "expired months are not deleted: the next run tries again");
                end.summary.errors += 1;
                None
            });
        Ok(())
    }

    /// Stores the indexes of the open months for processes that start. Without them these read more.
    async fn store_indexes(&self, policy: &Policy) {
        let months = Month::open(self.stores.clock.now(), policy.business_hours.zone, policy.retention_days);
        if let Err(error) = self.stores.records.store_indexes(&months).await {
            tracing::warn!(error = error_chain(&error), "the index of a month is not stored: the next run tries again");
        }
    }

    /// Imports the lists of numbers to suppress. What cannot be read or stored is left for the next run.
    async fn import_lists(&self, deadline: DateTime<Utc>, summary: &mut RunSummary) -> Imported {
        let imported = import_all::<Numbers>(&self.stores, deadline - AFTER_IMPORTS).await.unwrap_or_else(|error| {
            tracing::error!(error = error_chain(&error), "lists of numbers to suppress cannot be imported");
            summary.errors += 1;
            Imported::Unfinished
        });
        self.stores.meter.record(Metric::ImportsUnfinished.flag(imported == Imported::Unfinished));
        imported
    }

    /// Imports the lists of leads for a part of the time of the run. Lines that are left are for the next run, and hold up nobody:
    /// whoever is due is dialed by this one.
    async fn import_leads(&self, deadline: DateTime<Utc>, summary: &mut RunSummary) {
        let now = self.stores.clock.now();
        let time = ((deadline - now) / 4).min(MOST_TIME_FOR_LEADS);
        match import_all::<Leads>(&self.stores, now + time).await {
            Ok(Imported::All | Imported::Unfinished) => {}
            Err(StoreError::TooLarge(error)) => {
                tracing::info!(error = error_chain(&*error), "lists of leads wait until a month is divided");
            }
            Err(error) => {
                tracing::error!(error = error_chain(&error), "lists of leads cannot be imported");
                summary.errors += 1;
            }
        }
    }

    /// Works on the commands for many leads. What cannot be read or stored is left for the next run.
    async fn work_on_bulk(&self, deadline: DateTime<Utc>, summary: &mut RunSummary) -> BulkWork {
        let bulk = work_on_all(&self.stores, deadline - AFTER_IMPORTS).await.unwrap_or_else(|error| {
            tracing::error!(error = error_chain(&error), "bulk commands cannot be read");
            summary.errors += 1;
            BulkWork::Unfinished
        });
        self.stores.meter.record(Metric::BulkUnfinished.flag(bulk == BulkWork::Unfinished));
        bulk
    }

    /// Returns the leads that may be dialed, as far as can be seen without claiming, in the order in which they are dialed.
    /// Leaves out those whose line is closed, so that they do not take the turn of others.
    async fn select(
        &self,
        mut scan: Scan,
        policy: &Policy,
        summary: &mut RunSummary,
        write_back: &mut WriteBack,
    ) -> Result<(Vec<Found>, HashMap<Phone, NumberFacts>), StoreError> {
        let now = self.stores.clock.now();
        let all = scan.found.iter().map(|found| &found.lead).collect();
        log_filters(all, now, policy);
        let mut ready = std::mem::take(&mut scan.found);
        let found = ready.len();
        ready.retain(|found| !scan.may_have_older_record(found));
        if ready.len() < found {
            let count = found - ready.len();
            tracing::warn!(count, "leads wait that may have an older record in an unreadable object");
        }
        let facts = scan.facts;
        ready.retain(|found| Facts { lead: &found.lead, line: None, now, policy }.is_candidate_in_open_queue());
        let mut phones: Vec<_> = ready.iter().map(|found| found.lead.phone.clone()).collect();
        phones.sort_unstable();
        phones.dedup();
        let mut lines = self.stores.lines.get_many(&phones).await?;
        ready.sort_by_cached_key(|found| dial_order(&found.lead));
        summary.total_ready = u32::try_from(ready.len()).unwrap_or(u32::MAX);
        for phone in phones {
            if let Some(facts) = facts.get(&phone) {
                lines.entry(phone).or_default().learn(facts, now);
            }
        }
        let free = Line::default();
        let mut listed = HashSet::new();
        ready.retain(|found| {
            let line = lines.get(&found.lead.phone).unwrap_or(&free);
            let judged = verdict(&Facts { lead: &found.lead, line: Some(line), now, policy });
            let Some(gate) = judged.first_closed().map(|gate| gate.name) else { return true };
            summary.skipped += 1;
            let phone = &found.lead.phone;
            let is_listed = facts.get(phone).is_some_and(|facts| facts.review.is_some());
            let unlisted = line.review.as_ref().filter(|_| !is_listed && listed.insert(phone.clone()));
            write_back.closed(&found.location, gate, unlisted);
            false
        });
        tracing::info!(count = ready.len(), "Ready leads identified");
        self.measure_due(&ready, now);
        Ok((ready, facts))
    }

    /// Deletes expired months on the first run of a day, because retention counts in days. Returns the day if it was done.
    async fn clean_up_daily(
        &self,
        state: &RunState,
        policy: &Policy,
        deadline: DateTime<Utc>,
        summary: &mut RunSummary,
    ) -> Result<Option<NaiveDate>, StoreError> {
        let today = self.stores.clock.now().with_timezone(&policy.business_hours.zone).date_naive();
        if state.retention_day == Some(today) {
            return Ok(None);
        }
        let deleted = super::retention::delete_expired(&self.stores, &Actor::Run, today, policy.retention_days).await?;
        summary.months_deleted = u32::try_from(deleted.len()).unwrap_or(u32::MAX);
        // The list is for operators and forbids no call by itself, so it can wait for the next day.
        if let Err(error) = self.list_suppressed_lines(deadline).await {
            tracing::warn!(error = error_chain(&error), "the suppression list may lack lines of an earlier release");
            summary.errors += 1;
        }
        Ok(Some(today))
    }

    /// Writes the suppressed lines again that a release without the suppression list wrote, also during a rolling deployment.
    async fn list_suppressed_lines(&self, deadline: DateTime<Utc>) -> Result<(), StoreError> {
        let left = (deadline - AFTER_LISTING - self.stores.clock.now()).to_std().unwrap_or_default();
        let time = left.min(TIME_TO_LIST);
        let listed = timeout(&*self.stores.clock, time, self.stores.lines.list_all()).await;
        let count = listed
            .unwrap_or_else(|| Err(StoreError::unavailable(format!("the table could not be read in {time:?}"))))?;
        if count > 0 {
            tracing::info!(count, "suppressed lines of an earlier release were listed");
        }
        Ok(())
    }
}

/// Takes out the leads that an operator has paused or removed while their records could not be read. They may be readable by now.
fn hold_back(scan: &mut Scan, bulk: BulkWork) {
    let held_back: HashSet<LeadKey> = match bulk {
        BulkWork::All { held_back } => held_back,
        BulkWork::Unfinished => HashSet::new(),
    };
    if !held_back.is_empty() {
        scan.found.retain(|found| !held_back.contains(&found.lead.key()));
    }
}

/// Logs how many leads each filter leaves, in the words of the replaced system, which operators search for.
fn log_filters(leads: Vec<&Lead>, now: DateTime<Utc>, policy: &Policy) {
    for (gate, count) in left_after_filters(leads, now, policy) {
        match gate {
            GateName::LeadWindow => tracing::info!(count, window = ?policy.lead_window, "Filtered to today's records"),
            GateName::Status => tracing::info!(count, "Filtered to favorable statuses"),
            GateName::Attempts => {
                tracing::info!(count, max_attempts = policy.max_attempts, "Filtered to under max attempts");
            }
            GateName::Enabled
            | GateName::Running
            | GateName::BusinessHours
            | GateName::CallingHours
            | GateName::Consent
            | GateName::Due
            | GateName::NotSuppressed
            | GateName::PossibleDoNotCall
            | GateName::CallsPerNumber
            | GateName::TransferQuiet
            | GateName::LineFree => tracing::info!(count, gate = gate.as_str(), "Filtered"),
        }
    }
}
