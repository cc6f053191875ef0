//! Do-not-calls that a run finds: those of records get onto their lines, and every record of a suppressed number is completed.
//! Both happen also while the queue is disabled, stopped or outside hours.

use super::Run;
use super::write_back::{LeadChange, WriteBack};
use crate::ports::{Expect, Metric, Put, StoreError, Versioned, error_chain};
use crate::store::lines::Weighed;
use crate::store::records::Scan;
use chrono::TimeDelta;
use futures_util::{StreamExt, stream};
use redial_domain::ledger::Entry;
use redial_domain::{Forbidden, LeadRef, Line, Month, Phone, Policy, RunSummary, Status};
use redial_formats::month_v1::Row;
use std::collections::HashSet;

/// Lines read or written at once.
const LINES_AT_ONCE: usize = 16;
/// Leads that become due while records are read are dialed by the same run.
const TIME_TO_READ: TimeDelta = TimeDelta::seconds(60);

impl Run {
    /// Suppresses the numbers that records of the open months forbid, and completes the records of these and of the `retiring`
    /// numbers. Returns what was read, with all records of the numbers that may be dialed now, so that the run reads them once.
    pub(super) async fn heed_do_not_calls(
        &self,
        retiring: Vec<Phone>,
        policy: &Policy,
        summary: &mut RunSummary,
    ) -> Result<Scan, StoreError> {
        // Lines before records: what comes in after a line was read knows that its number is suppressed.
        let retiring = self.read_retiring(retiring).await;
        let scan = self.read_records(&retiring, policy, summary).await?;
        let waiting = scan.found.iter().filter(|found| found.lead.status != Status::Completed);
        let waiting: Vec<&LeadRef> = waiting.map(|found| &found.location).chain(&scan.older).collect();
        let weighed = self.weigh(&scan, &waiting, summary).await;
        let retiring_phones = retiring.iter().map(|(phone, _)| phone);
        let open = weighed.open.iter().map(|(phone, _)| phone);
        let ending: HashSet<&Phone> = weighed.suppressed.iter().chain(open).chain(retiring_phones).collect();
        // A record with a do-not-call is never dialed, also if its number may be dialed again for other leads.
        let own = scan.found.iter().filter(|found| found.lead.status != Status::Completed);
        let own = own.filter(|found| found.lead.forbidden_by().is_some()).map(|found| &found.location);
        let of_number = waiting.into_iter().filter(|location| ending.contains(&location.phone));
        let mut changes = WriteBack::default();
        for location in of_number.chain(own.filter(|location| !ending.contains(&location.phone))) {
            changes.push(location.clone(), LeadChange::Retire);
        }
        self.suppress(&weighed.open, summary).await;
        let failed = self.write_back(changes, policy, summary).await;
        // A record of the number may be in an object that cannot be read.
        if scan.unreadable_objects.is_empty() && scan.large.is_empty() {
            let done = retiring.into_iter().filter(|(phone, _)| !failed.contains(phone));
            self.retired(done.collect(), summary).await;
        }
        Ok(scan)
    }

    /// Reads the records of the open months that may be dialed or are to be completed, with all others of their numbers, and
    /// measures what cannot be read.
    async fn read_records(
        &self,
        retiring: &[(Phone, Versioned<Line>)],
        policy: &Policy,
        summary: &mut RunSummary,
    ) -> Result<Scan, StoreError> {
        let now = self.stores.clock.now();
        let months = Month::open(now, policy.business_hours.zone, policy.retention_days);
        let survey = self.stores.records.survey(&months).await?;
        let mut numbers = survey.due(now + TIME_TO_READ);
        numbers.extend(survey.forbidden_and_waiting());
        numbers.extend(retiring.iter().map(|(phone, _)| Row::number_of(phone)));
        let scan = self.stores.records.scan_numbers(&survey, &numbers).await?;
        let unreadable = u32::try_from(scan.unreadable_objects.len()).unwrap_or(u32::MAX);
        self.stores.meter.record(Metric::UnusableObjects.of(unreadable));
        self.stores.meter.record(Metric::UnreadableRecords.of(scan.unreadable_records));
        summary.errors = summary.errors.saturating_add(unreadable).saturating_add(scan.unreadable_records);
        tracing::info!(count = survey.len(), read = scan.found.len(), months = ?months, "Loaded redial queue records");
        Ok(scan)
    }

    /// Reads the lines again whose numbers were suppressed: the sweep has brought arrivals into records meanwhile.
    async fn read_retiring(&self, retiring: Vec<Phone>) -> Vec<(Phone, Versioned<Line>)> {
        let reads = retiring.into_iter().map(|phone| async move {
            let line = self.stores.lines.read(&phone).await.ok().flatten()?;
            line.value.retiring.then_some((phone, line))
        });
        stream::iter(reads).buffered(LINES_AT_ONCE).filter_map(std::future::ready).collect().await
    }

    /// Decides which do-not-calls of records count. If that cannot be read, none does for now. Their numbers are not dialed by
    /// this run either, because it learns the same from the records before it dials.
    async fn weigh(&self, scan: &Scan, waiting: &[&LeadRef], summary: &mut RunSummary) -> Weighed {
        let forbidden = scan.facts.iter().filter_map(|(phone, facts)| Some((phone.clone(), facts.forbidden.clone()?)));
        let waiting = waiting.iter().map(|location| location.phone.clone()).collect();
        self.stores.lines.weigh(forbidden.collect(), &waiting).await.unwrap_or_else(|error| {
            tracing::error!(
                error = error_chain(&error),
                "do-not-calls of records are not on their lines; the next run tries again"
            );
            summary.errors += 1;
            Weighed::default()
        })
    }

    /// Suppresses the numbers that records forbid. A number that could not be suppressed is not dialed by this run either,
    /// because it has learned the same from the records.
    async fn suppress(&self, open: &[(Phone, Forbidden)], summary: &mut RunSummary) {
        let writes = open.iter().cloned();
        let writes = writes.map(|(phone, forbidden)| async move { self.stores.lines.heed(&phone, &forbidden).await });
        let mut written = stream::iter(writes).buffer_unordered(LINES_AT_ONCE);
        while let Some(written) = written.next().await {
            if let Err(error) = written {
                tracing::error!(
                    error = error_chain(&error),
                    "a do-not-call is not on its line; the next run tries again"
                );
                summary.errors += 1;
            }
        }
    }

    /// Records the suppressions in the ledger, then notes on their lines that the records of their numbers are completed. In
    /// this order, because from then on no run looks at these lines. An arrival in the inbox may not have known of the
    /// suppression, and so may what has changed the line since: those lines are left for the next run.
    async fn retired(&self, mut lines: Vec<(Phone, Versioned<Line>)>, summary: &mut RunSummary) {
        lines.retain(|(_, line)| line.value.inbox.is_empty());
        let entry =
            |(phone, line): &(Phone, Versioned<Line>)| Some(Entry::suppressed(phone, line.value.suppressed.as_ref()?));
        let entries: Vec<_> = lines.iter().filter_map(entry).collect();
        if let Err(error) = self.stores.ledger.append(&entries).await {
            tracing::error!(
                error = error_chain(&error),
                count = entries.len(),
                "suppressions are not in the ledger; the next run tries again"
            );
            summary.errors += 1;
            return;
        }
        let writes = lines.into_iter().map(|(phone, line)| async move {
            let expect = Expect::unchanged(Some(&line));
            let next = Line { retiring: false, ..line.value };
            match self.stores.lines.put(&phone, &next, &expect).await {
                Ok(Put::Stored(_) | Put::Conflict) => {}
                Err(error) => {
                    tracing::warn!(error = error_chain(&error), "a suppressed line is looked at again by the next run");
                }
            }
        });
        stream::iter(writes).buffer_unordered(LINES_AT_ONCE).collect::<()>().await;
    }
}
