//! Commands of operators for many leads: a preview, its confirmation, and how far the command is.

use super::{Admin, Filter, UpdateError};
use crate::ports::{StoreError, error_chain};
use crate::store::bulk::parse_id;
use crate::store::cas::Change;
use crate::store::records::Found;
use crate::usecase::bulk::{effect_of, work_on_all};
use crate::usecase::steer::Steered;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::ledger::Entry;
use redial_domain::{
    Actor, Bulk, BulkCommand, Effect, Effects, MOST_SELECTED, Month, NotConfirmable, Selected, Selection, Status,
    command,
};
use std::collections::BTreeMap;

/// The most leads that a preview shows.
pub const MOST_SHOWN: usize = 10;
/// How long a request works on a command. The next run does the rest.
const WORKS: TimeDelta = TimeDelta::seconds(8);

/// What a command for many leads would do.
#[derive(Debug, Clone)]
pub struct BulkPreview {
    /// With this id the command can be confirmed. `None` if there are no leads.
    pub id: Option<String>,
    /// The leads for which it is stored.
    pub selection: Selection,
    /// What would come of the command for them.
    pub effects: Effects,
    /// Some of the leads, those that are due first.
    pub sample: Vec<Chosen>,
    /// Objects that cannot be read, or that runs are dividing. Their leads are not chosen.
    pub unread_objects: usize,
}

/// A lead that a filter chose.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The lead.
    pub lead: Selected,
    /// The month of its record.
    pub month: Month,
    /// Its status.
    pub status: Status,
    /// When it is due.
    pub next_redial: DateTime<Utc>,
    effect: Effect,
}

impl Chosen {
    fn new(Found { location, lead }: &Found, what: BulkCommand, now: DateTime<Utc>) -> Self {
        let effect = effect_of(Steered::from(&command(lead, what.command(), now)));
        let (month, status, next_redial) = (location.month, lead.status, lead.next_redial);
        Self { lead: Selected::of(lead), month, status, next_redial, effect }
    }
}

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub enum NotPreviewed {
    /// The filter chose so many leads, which are too many for one command.
    #[error("the filter matches {0} leads")]
    TooMany(usize),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a command is not confirmed.
#[derive(Debug, thiserror::Error)]
pub enum NotConfirmed {
    /// No selection has this id.
    #[error("no selection has this id")]
    Unknown,
    /// It cannot be confirmed in this way.
    #[error("the selection cannot be confirmed: {0:?}")]
    NotConfirmable(NotConfirmable),
    /// The store failed. The command may be confirmed or not, and can be confirmed again.
    #[error(transparent)]
    NotStored(#[from] UpdateError),
}

impl From<StoreError> for NotConfirmed {
    fn from(error: StoreError) -> Self {
        Self::NotStored(error.into())
    }
}

impl Admin {
    /// Chooses the leads for a command and stores which they are. Nothing else changes.
    ///
    /// `given` is the filter as the operator gave it.
    ///
    /// # Errors
    /// [`NotPreviewed`].
    pub async fn preview_bulk(
        &self,
        by: &Actor,
        what: BulkCommand,
        filter: &Filter,
        given: BTreeMap<String, String>,
    ) -> Result<BulkPreview, NotPreviewed> {
        let now = self.stores.clock.now();
        let matching = self.select(filter, |found| Chosen::new(found, what, now)).await?;
        let (mut chosen, unread_objects) = (matching.picked, matching.unread_objects);
        if chosen.len() > MOST_SELECTED {
            return Err(NotPreviewed::TooMany(chosen.len()));
        }
        let user = match by {
            Actor::Operator { user, .. } => user.clone(),
            Actor::Run | Actor::Webhook => None,
        };
        let leads = u64::try_from(chosen.len()).unwrap_or(u64::MAX);
        // The time of the choice is that before the records were read, so that the selection does not last longer than an hour.
        let selection = Selection { command: what, filter: given, by: by.name().to_owned(), user, at: now, leads };
        let mut effects = Effects::default();
        chosen.iter().for_each(|chosen| effects.count(chosen.effect));
        let sample = sample(&mut chosen);
        // Leads of one object follow each other, so that a step of the command writes few objects.
        chosen.sort_by_cached_key(|chosen| (chosen.month, chosen.lead.key().stable_hash().reverse_bits()));
        let selected: Vec<Selected> = chosen.into_iter().map(|chosen| chosen.lead).collect();
        let id = match selected.is_empty() {
            true => None,
            false => Some(self.stores.bulk.select(&selection, &selected).await?),
        };
        let command = what.as_str();
        tracing::info!(actor = by.name(), command, leads, bulk.id = id.as_deref(), "a bulk command was previewed");
        Ok(BulkPreview { id, selection, effects, sample, unread_objects })
    }

    /// Confirms a command for the leads of a preview, and works on it for some seconds. A command that was confirmed before goes
    /// on. Returns how far it is.
    ///
    /// Once this is answered, no run that begins later dials a lead of a command that pauses or removes before the lead has got it.
    ///
    /// # Errors
    /// [`NotConfirmed`].
    pub async fn confirm_bulk(&self, by: &Actor, what: BulkCommand, id: &str) -> Result<(String, Bulk), NotConfirmed> {
        let (bulks, clock) = (&self.stores.bulk, &self.stores.clock);
        let id = &parse_id(id).ok_or(NotConfirmed::Unknown)?;
        let selection = bulks.selection(id).await?.ok_or(NotConfirmed::Unknown)?.selection;
        let known = bulks.command(id).await?;
        selection.may_confirm(by, what, known.as_ref(), clock.now()).map_err(NotConfirmed::NotConfirmable)?;
        if known.is_none() {
            // In the ledger before it takes effect, so that no lead is changed of which the ledger does not know why.
            self.stores.ledger.append_one(Entry::bulk(by, id, &selection, clock.now())).await?;
            let new = Bulk::new(selection, by, clock.now());
            let confirm = |stored: Option<&Bulk>| match stored {
                Some(_) => Change::Keep(()),
                None => Change::Write(new.clone(), ()),
            };
            bulks.update(id, confirm).await?;
            let (command, leads) = (what.as_str(), new.selection.leads);
            tracing::info!(actor = by.name(), command, leads, bulk.id = id, "a bulk command was confirmed");
        }
        // The command is stored, so a run finishes it whatever happens here.
        if let Err(error) = work_on_all(&self.stores, clock.now() + WORKS).await {
            tracing::warn!(error = error_chain(&error), "a bulk command is left for the next run");
        }
        let bulk = bulks.command(id).await?.ok_or(NotConfirmed::Unknown)?;
        if bulk.is_running()
            && let Err(error) = self.try_process().await
        {
            tracing::warn!(error = error_chain(&error), "no run was started: the next scheduled one goes on");
        }
        Ok((id.clone(), bulk))
    }

    /// Returns how far a command is, with its id. `None` if none was confirmed with this id.
    ///
    /// # Errors
    /// When the store is unavailable, or the command cannot be understood.
    pub async fn bulk_progress(&self, id: &str) -> Result<Option<(String, Bulk)>, StoreError> {
        let Some(id) = parse_id(id) else { return Ok(None) };
        Ok(self.stores.bulk.command(&id).await?.map(|bulk| (id, bulk)))
    }
}

/// Returns the leads that are due first.
fn sample(chosen: &mut [Chosen]) -> Vec<Chosen> {
    let order = |chosen: &Chosen| (chosen.next_redial, chosen.lead.key());
    if chosen.len() > MOST_SHOWN {
        chosen.select_nth_unstable_by_key(MOST_SHOWN, order);
    }
    let mut sample: Vec<Chosen> = chosen.iter().take(MOST_SHOWN).cloned().collect();
    sample.sort_by_cached_key(order);
    sample
}
