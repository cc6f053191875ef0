//! What a run changes in records beside results, with one write for each object.

use super::Run;
use crate::ports::error_chain;
use crate::store::cas::UpdateError;
use crate::store::records::{Node, RecordChange, Updated};
use futures_util::{StreamExt, stream};
use redial_domain::verdict::GateName;
use redial_domain::{AttemptId, LeadRef, Phone, Policy, Review, RunSummary, defer, doubt, refuse, retire};
use std::collections::HashSet;

/// The number of lines, and of objects, that are written at once: enough to hide the latency of the stores.
const WRITERS: usize = 8;

/// How a run changes the record of a lead that was ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LeadChange {
    /// Its line is held: it waits a little.
    Defer,
    /// The provider refused the call of this attempt: the lead waits longer each time.
    Refuse(AttemptId),
    /// The provider refused the call because of our request: the lead is as if it had not been dialed.
    Forgive(AttemptId),
    /// Its number is suppressed: it is completed.
    Retire,
    /// A possible do-not-call is on the line of its number, and in no record: it is listed here.
    Review(Review),
}

/// The changes that a run writes into records at its end.
#[derive(Debug, Default)]
pub(super) struct WriteBack(Vec<(LeadRef, LeadChange)>);

impl WriteBack {
    pub(super) fn push(&mut self, location: LeadRef, change: LeadChange) {
        self.0.push((location, change));
    }

    /// Turns the refusals of these attempts into dials that were not tried.
    pub(super) fn forgive(&mut self, attempts: &[AttemptId]) {
        for (_, change) in &mut self.0 {
            if let LeadChange::Refuse(attempt) = change
                && attempts.contains(attempt)
            {
                *change = LeadChange::Forgive(*attempt);
            }
        }
    }

    pub(super) fn append(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Adds what a closed gate changes in the record of a due lead. Most gates change nothing. `unlisted` is a possible
    /// do-not-call of the number that no record has.
    pub(super) fn closed(&mut self, location: &LeadRef, gate: GateName, unlisted: Option<&Review>) {
        tracing::debug!(gate = gate.as_str(), "a ready lead is not dialed");
        match gate {
            GateName::LineFree => self.push(location.clone(), LeadChange::Defer),
            GateName::NotSuppressed => self.push(location.clone(), LeadChange::Retire),
            GateName::PossibleDoNotCall => {
                if let Some(review) = unlisted {
                    self.push(location.clone(), LeadChange::Review(review.clone()));
                }
            }
            GateName::Enabled
            | GateName::Running
            | GateName::BusinessHours
            | GateName::CallingHours
            | GateName::Consent
            | GateName::Status
            | GateName::Due
            | GateName::Attempts
            | GateName::LeadWindow
            | GateName::CallsPerNumber
            | GateName::TransferQuiet => {}
        }
    }
}

fn has_refusal(changes: &[(LeadRef, LeadChange)]) -> bool {
    changes.iter().any(|(_, change)| matches!(change, LeadChange::Refuse(_) | LeadChange::Forgive(_)))
}

impl Run {
    /// Writes the changes, then frees the lines of refused attempts: record first, line last. What fails stays as it is. A
    /// deferred lead is due again, and a refused attempt holds its line until the provider has been asked. Returns the
    /// numbers with a change that could not be stored.
    pub(super) async fn write_back(
        &self,
        changes: WriteBack,
        policy: &Policy,
        summary: &mut RunSummary,
    ) -> HashSet<Phone> {
        let mut failed = HashSet::new();
        let mut left = changes.0;
        while !left.is_empty() {
            let groups = self.stores.records.by_leaf(left, |(location, _)| location);
            // The time that is left may be short, and a refusal that is not stored costs its lead an attempt.
            let (refused, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, changes)| has_refusal(changes));
            let groups = refused.into_iter().chain(others).map(|(leaf, changes)| async move {
                let written = self.write_group(&leaf, &changes, policy).await;
                (leaf.month(), changes, written)
            });
            left = Vec::new();
            let mut written = stream::iter(groups).buffered(WRITERS);
            while let Some((month, changes, written)) = written.next().await {
                match written {
                    Ok(Updated::Done(deferred)) => summary.deferred += deferred,
                    Ok(Updated::Divided) => left.extend(changes),
                    Err(error) => {
                        tracing::warn!(%month, error = error_chain(&error), "what a run changes in records is not stored");
                        summary.errors += 1;
                        failed.extend(changes.into_iter().map(|(location, _)| location.phone));
                    }
                }
            }
        }
        failed
    }

    async fn write_group(
        &self,
        leaf: &Node,
        changes: &[(LeadRef, LeadChange)],
        policy: &Policy,
    ) -> Result<Updated<u32>, UpdateError> {
        let stores = &self.stores;
        let deferred = stores.records.update_leaf(leaf, |edit| {
            let now = stores.clock.now();
            let mut deferred = 0;
            for (location, change) in changes {
                let changed = edit.change(&location.key(), |lead| {
                    let next = lead.and_then(|lead| match change {
                        LeadChange::Defer => defer(lead, now, policy),
                        LeadChange::Refuse(attempt) => refuse(lead, *attempt, now, policy),
                        LeadChange::Retire => retire(lead, now),
                        LeadChange::Review(review) => doubt(lead, review, now),
                        LeadChange::Forgive(_) => None,
                    });
                    match next {
                        Some(lead) => RecordChange::Put(Box::new(lead), true),
                        None => RecordChange::Keep(false),
                    }
                });
                deferred += u32::from(matches!(changed, Ok(true)) && *change == LeadChange::Defer);
            }
            deferred
        });
        let Updated::Done(deferred) = deferred.await? else { return Ok(Updated::Divided) };
        let refused = changes.iter().filter_map(|(location, change)| match change {
            LeadChange::Refuse(attempt) | LeadChange::Forgive(attempt) => Some((location.phone.clone(), *attempt)),
            LeadChange::Defer | LeadChange::Retire | LeadChange::Review(_) => None,
        });
        let refused = refused.collect::<Vec<_>>();
        let frees = refused.into_iter().map(|(phone, attempt)| async move {
            let freed = stores.lines.update(&phone, |line| line.release(attempt));
            if let Err(error) = freed.await {
                tracing::warn!(attempt.id = %attempt, error = error_chain(&error), "a line stays held: a later run asks the provider");
            }
        });
        stream::iter(frees).for_each_concurrent(WRITERS, |free| free).await;
        Ok(Updated::Done(deferred))
    }
}
