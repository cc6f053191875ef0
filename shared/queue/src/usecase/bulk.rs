//! Bulk commands: one command for the leads of a selection.
//!
//! A command is worked off in steps. Each step gives the command to some leads and then stores how far it came, so work that is
//! interrupted goes on where it was. A lead that gets a command twice is as after one.

use super::steer::{Steer, Steered, Target};
use crate::ports::{StoreError, error_chain};
use crate::store::Stores;
use crate::store::cas::{Change, UpdateError};
use chrono::{DateTime, Utc};
use redial_domain::ledger::{Entry, Steering};
use redial_domain::{Bulk, BulkState, Effect, Impossible, LeadKey, Policy, Selected};
use redial_formats::bulk_v1::StoredLeads;
use std::collections::HashSet;

/// Leads of one step: about two objects of records, and one of the ledger. Each step costs one write of the progress.
const STEP: usize = 500;

/// What is left of the commands that pause or remove leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkWork {
    /// Every lead was tried.
    All {
        /// Those that could not be read. They must not be dialed when they can be read again.
        held_back: HashSet<LeadKey>,
    },
    /// Leads were not tried.
    Unfinished,
}

/// Works on all commands that are not finished, until `deadline`.
///
/// # Errors
/// When the commands cannot be read. What was done by then is done.
pub async fn work_on_all(stores: &Stores, deadline: DateTime<Utc>) -> Result<BulkWork, StoreError> {
    let unfinished = stores.bulk.unfinished().await?;
    let mut held_back = HashSet::new();
    if unfinished.is_empty() {
        return Ok(BulkWork::All { held_back });
    }
    let policy = stores.settings.load().await?.policy;
    let mut is_unfinished = false;
    // A command that cannot go on must not hold up the others.
    for (id, bulk) in unfinished {
        let closes = bulk.selection.command.closes();
        let worked = Work { stores, policy: &policy, id: &id, deadline }.work(bulk).await;
        match worked {
            Ok((bulk, _)) if bulk.forbids_dialing() => is_unfinished = true,
            Ok((_, unreadable)) if closes => held_back.extend(unreadable),
            Ok(_) => {}
            Err(error) => {
                tracing::error!(bulk.id = id, error = error_chain(&error), "a bulk command cannot go on now");
                is_unfinished |= closes;
            }
        }
    }
    Ok(if is_unfinished { BulkWork::Unfinished } else { BulkWork::All { held_back } })
}

/// Returns what came of a command for a lead.
pub(super) fn effect_of(steered: Steered) -> Effect {
    match steered {
        Steered::Done => Effect::Changed,
        Steered::Unchanged => Effect::Unchanged,
        Steered::UnknownLead => Effect::Impossible(Impossible::Gone),
        Steered::Overtaken => Effect::Impossible(Impossible::ChangedSincePreview),
        Steered::Impossible(status) => Effect::Impossible(Impossible::of_status(status)),
        Steered::Forbidden => Effect::Impossible(Impossible::DoNotCall),
        Steered::Undecided => Effect::Impossible(Impossible::PossibleDoNotCall),
    }
}

/// Work on one command.
struct Work<'a> {
    stores: &'a Stores,
    policy: &'a Policy,
    id: &'a str,
    deadline: DateTime<Utc>,
}

impl Work<'_> {
    /// Takes the steps of the command. Returns how far it is, and the leads that could not be read.
    async fn work(&self, mut bulk: Bulk) -> Result<(Bulk, Vec<LeadKey>), UpdateError> {
        let Some(leads) = self.stores.bulk.selection(self.id).await? else {
            return Ok((self.fail(bulk, "the stored selection is gone").await?, Vec::new()));
        };
        let again: Vec<u64> = bulk.unreadable.iter().copied().collect();
        while bulk.is_running() && !self.is_over() {
            let next: Vec<u64> = bulk.next(STEP as u64).collect();
            if next.is_empty() {
                break;
            }
            bulk = self.step(&bulk, &leads, &next).await?;
        }
        for numbers in again.chunks(STEP) {
            // Another process may have tried some of them meanwhile.
            let numbers: Vec<u64> = numbers.iter().copied().filter(|number| bulk.unreadable.contains(number)).collect();
            if bulk.is_running() && !numbers.is_empty() && !self.is_over() {
                bulk = self.step(&bulk, &leads, &numbers).await?;
            }
        }
        let unreadable: Result<Vec<_>, StoreError> =
            bulk.unreadable.iter().map(|number| Ok(lead(&leads, *number)?.key())).collect();
        Ok((bulk, unreadable?))
    }

    fn is_over(&self) -> bool {
        self.stores.clock.now() >= self.deadline
    }

    /// Gives the command to the leads with these numbers, and stores that. Returns how far the command is then, also if another
    /// process has taken the step.
    async fn step(&self, bulk: &Bulk, leads: &StoredLeads, numbers: &[u64]) -> Result<Bulk, UpdateError> {
        let chosen: Result<Vec<Selected>, StoreError> = numbers.iter().map(|number| lead(leads, *number)).collect();
        let target = |Selected { id, phone, seen }| Target { id, phone, seen: Some(seen) };
        let targets: Vec<Target> = chosen?.into_iter().map(target).collect();
        let (by, what) = (bulk.actor(), bulk.selection.command.command());
        let entry = |place: usize, steering: Steering, now: DateTime<Utc>| {
            let number = numbers.get(place).copied().unwrap_or_default();
            Entry::steered_in_bulk(&by, self.id, number, steering, now)
        };
        let until = self.stores.clock.now();
        let steer = Steer { stores: self.stores, policy: self.policy, by: &by, what, until };
        let mut effects = Vec::with_capacity(numbers.len());
        for (number, steered) in numbers.iter().zip(steer.give(&targets, &entry).await?) {
            match steered {
                Ok(steered) => effects.push((*number, effect_of(steered))),
                Err(UpdateError::Store(StoreError::Unusable(cause))) => {
                    tracing::warn!(
                        bulk.id = self.id,
                        error = error_chain(&*cause),
                        "a lead of a bulk command waits: its record or line cannot be read"
                    );
                    effects.push((*number, Effect::Unreadable));
                }
                Err(error) => return Err(error),
            }
        }
        self.store(bulk, bulk.after(effects, self.stores.clock.now())).await
    }

    /// Stores how far the command is.
    async fn store(&self, before: &Bulk, next: Bulk) -> Result<Bulk, UpdateError> {
        let stored = self.stores.bulk.update(self.id, |stored| match stored {
            Some(stored) if stored == before => Change::Write(next.clone(), next.clone()),
            // Another process was faster, or only the answer of our own write was lost.
            Some(stored) => Change::Keep(stored.clone()),
            // An operator has deleted it, and that ends it.
            None => {
                let reason = "its object was deleted".to_owned();
                Change::Keep(Bulk { state: BulkState::Failed(reason), ..next.clone() })
            }
        });
        let stored = stored.await?;
        if stored == next && !stored.is_running() {
            self.tell(&stored);
        }
        Ok(stored)
    }

    /// Ends a command whose selection was deleted, so that it does not keep everybody from being dialed for ever.
    async fn fail(&self, bulk: Bulk, reason: &str) -> Result<Bulk, UpdateError> {
        let (state, updated_at) = (BulkState::Failed(reason.to_owned()), self.stores.clock.now());
        let failed = Bulk { state, updated_at, ..bulk.clone() };
        self.store(&bulk, failed).await
    }

    fn tell(&self, bulk: &Bulk) {
        let (actor, command) = (&bulk.selection.by, bulk.selection.command.as_str());
        let (leads, changed) = (bulk.selection.leads, bulk.effects.changed);
        match &bulk.state {
            BulkState::Failed(reason) => {
                tracing::error!(bulk.id = self.id, actor, command, reason, "a bulk command has failed");
            }
            BulkState::Running | BulkState::Done => {
                tracing::info!(bulk.id = self.id, actor, command, leads, changed, "a bulk command is done");
            }
        }
    }
}

fn lead(leads: &StoredLeads, number: u64) -> Result<Selected, StoreError> {
    leads.lead(number).map_err(StoreError::unusable)
}
