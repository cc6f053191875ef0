//! What a run changes in records beside results: one write for each object.

use super::Run;
use crate::ports::error_chain;
use crate::store::records::RecordChange;
use futures_util::{StreamExt, stream};
use redial_domain::verdict::GateName;
use redial_domain::{AttemptId, LeadRef, Month, Policy, RunSummary, defer, refuse, retire};
use std::collections::BTreeMap;

/// Lines, and objects, written at once.
const WRITERS: usize = 8;

/// What happened to a lead that was ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    /// Its line is held.
    Deferred,
    /// The provider refused the call.
    Refused(AttemptId),
    /// Its number is suppressed.
    Suppressed,
}

/// What must be written into records.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<(LeadRef, Note)>);

impl Notes {
    pub(super) fn push(&mut self, home: LeadRef, note: Note) {
        self.0.push((home, note));
    }

    pub(super) fn append(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Notes what a closed gate changes in the record of a lead that was due: most change nothing.
    pub(super) fn closed(&mut self, home: &LeadRef, gate: GateName) {
        tracing::debug!(gate = gate.as_str(), "a ready lead is not dialed");
        match gate {
            GateName::LineFree => self.push(home.clone(), Note::Deferred),
            GateName::NotSuppressed => self.push(home.clone(), Note::Suppressed),
            GateName::Enabled
            | GateName::Running
            | GateName::BusinessHours
            | GateName::CallingHours
            | GateName::Status
            | GateName::Due
            | GateName::Attempts
            | GateName::LeadWindow
            | GateName::CallsPerNumber => {}
        }
    }
}

fn has_refusal(notes: &[(LeadRef, Note)]) -> bool {
    notes.iter().any(|(_, note)| matches!(note, Note::Refused(_)))
}

impl Run {
    /// Writes the notes; then frees the lines of refused attempts: record first, line last. What fails stays as it is: a
    /// deferred lead is due again, a refused attempt holds its line until the provider has been asked.
    pub(super) async fn write_back(&self, notes: Notes, policy: &Policy, summary: &mut RunSummary) {
        let mut groups: BTreeMap<(Month, u32), Vec<(LeadRef, Note)>> = BTreeMap::new();
        for (home, note) in notes.0 {
            match self.stores.records.shard_number(&home).await {
                Ok(shard) => groups.entry((home.month, shard)).or_default().push((home, note)),
                Err(_) => summary.errors += 1,
            }
        }
        // The time that is left may be short, and a refusal that is not stored costs its lead an attempt.
        let (refused, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, notes)| has_refusal(notes));
        let groups = refused.into_iter().chain(others).map(|((month, shard), notes)| async move {
            let written = self.write_group(month, shard, &notes, policy).await;
            written.inspect_err(|error| {
                tracing::warn!(%month, error = error_chain(error), "deferrals and refusals are not stored");
            })
        });
        let mut written = stream::iter(groups).buffered(WRITERS);
        while let Some(written) = written.next().await {
            match written {
                Ok(deferred) => summary.deferred += deferred,
                Err(_) => summary.errors += 1,
            }
        }
    }

    async fn write_group(
        &self,
        month: Month,
        shard: u32,
        notes: &[(LeadRef, Note)],
        policy: &Policy,
    ) -> Result<u32, crate::store::cas::UpdateError> {
        let stores = &self.stores;
        let deferred = stores.records.update_shard(month, shard, |edit| {
            let now = stores.clock.now();
            let mut deferred = 0;
            for (home, note) in notes {
                let changed = edit.change(&home.key(), |lead| {
                    let next = lead.and_then(|lead| match note {
                        Note::Deferred => defer(lead, now, policy),
                        Note::Refused(attempt) => refuse(lead, *attempt, now, policy),
                        Note::Suppressed => retire(lead, now),
                    });
                    match next {
                        Some(lead) => RecordChange::Put(Box::new(lead), true),
                        None => RecordChange::Keep(false),
                    }
                });
                deferred += u32::from(matches!(changed, Ok(true)) && *note == Note::Deferred);
            }
            deferred
        });
        let deferred = deferred.await?;
        let refused = notes.iter().filter_map(|(home, note)| match note {
            Note::Refused(attempt) => Some((home.phone.clone(), *attempt)),
            Note::Deferred | Note::Suppressed => None,
        });
        let refused = refused.collect::<Vec<_>>();
        let frees = refused.into_iter().map(|(phone, attempt)| async move {
            let freed = stores.lines.update(&phone, |line| line.release(attempt));
            if let Err(error) = freed.await {
                tracing::warn!(attempt.id = %attempt, error = error_chain(&error), "a line stays held; a later run asks the provider");
            }
        });
        stream::iter(frees).for_each_concurrent(WRITERS, |free| free).await;
        Ok(deferred)
    }
}
