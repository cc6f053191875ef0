//! How far a command for many leads has come.

use super::{Actor, Selection, Status};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Why a lead did not get the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impossible {
    /// It has no record any more.
    Gone,
    /// Its record has changed since the preview, so that the command may be against the will of another operator.
    ChangedSincePreview,
    /// It is completed.
    Completed,
    /// It was called as often as allowed.
    MaxAttempts,
    /// Its status is that of another system.
    OtherStatus,
    /// A possible do-not-call waits for a decision.
    PossibleDoNotCall,
    /// A do-not-call forbids it.
    DoNotCall,
}

impl Impossible {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Gone,
        Self::ChangedSincePreview,
        Self::Completed,
        Self::MaxAttempts,
        Self::OtherStatus,
        Self::PossibleDoNotCall,
        Self::DoNotCall,
    ];

    /// Returns the reason why a status does not allow a command.
    #[must_use]
    pub fn of_status(status: Status) -> Self {
        match status {
            Status::Completed => Self::Completed,
            Status::MaxAttempts => Self::MaxAttempts,
            // Only a possible do-not-call keeps a paused lead from being resumed.
            Status::Paused => Self::PossibleDoNotCall,
            Status::Foreign(_) | Status::Pending | Status::Rescheduled => Self::OtherStatus,
        }
    }

    /// Returns the word that is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::ChangedSincePreview => "changed_since_preview",
            Self::Completed => "completed",
            Self::MaxAttempts => "max_attempts",
            Self::OtherStatus => "other_status",
            Self::PossibleDoNotCall => "possible_do_not_call",
            Self::DoNotCall => "do_not_call",
        }
    }
}

/// What came of the command for one lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The record has changed, or is gone.
    Changed,
    /// The lead was so before.
    Unchanged,
    /// The command is not possible.
    Impossible(Impossible),
    /// Its record or line cannot be read. A run tries again.
    Unreadable,
}

/// What came of the command for some leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// Leads whose records have changed, or are gone.
    pub changed: u64,
    /// Leads that were so before.
    pub unchanged: u64,
    /// Leads for which it is not possible, by reason.
    pub impossible: BTreeMap<Impossible, u64>,
}

impl Effects {
    /// Counts a lead. An unreadable one does not count yet.
    pub fn count(&mut self, effect: Effect) {
        match effect {
            Effect::Changed => self.changed += 1,
            Effect::Unchanged => self.unchanged += 1,
            Effect::Impossible(why) => *self.impossible.entry(why).or_default() += 1,
            Effect::Unreadable => {}
        }
    }
}

/// A bulk command that was confirmed, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    /// The leads.
    pub selection: Selection,
    /// Who confirmed it, as the caller's own system names the person; personal data, which must not reach a log.
    pub user: Option<String>,
    /// When it was confirmed.
    pub confirmed_at: DateTime<Utc>,
    /// When it was last at work.
    pub updated_at: DateTime<Utc>,
    /// Whether it goes on.
    pub state: BulkState,
    /// How many leads were tried, counted from the first.
    pub tried: u64,
    /// The numbers of those that could not be read, counted from 0. Runs try them again, and do not dial them.
    pub unreadable: BTreeSet<u64>,
    /// What came of the others.
    pub effects: Effects,
}

/// Whether a bulk command goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkState {
    /// Leads are left.
    Running,
    /// Every lead has got the command, or cannot get it.
    Done,
    /// Its selection is lost, for this reason.
    Failed(String),
}

impl Bulk {
    /// Makes a command that was confirmed now.
    #[must_use]
    pub fn new(selection: Selection, by: &Actor, now: DateTime<Utc>) -> Self {
        let user = match by {
            Actor::Operator { user, .. } => user.clone(),
            Actor::Run | Actor::Webhook => None,
        };
        let mut bulk = Self {
            selection,
            user,
            confirmed_at: now,
            updated_at: now,
            state: BulkState::Running,
            tried: 0,
            unreadable: BTreeSet::new(),
            effects: Effects::default(),
        };
        bulk.finish_if_all_is_done();
        bulk
    }

    /// Returns who confirmed it.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Operator { key: self.selection.by.clone(), user: self.user.clone() }
    }

    /// Returns whether leads are left.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.state == BulkState::Running
    }

    /// Returns whether nobody may be dialed, because it is not known yet which leads must not be.
    #[must_use]
    pub fn forbids_dialing(&self) -> bool {
        self.is_running() && self.selection.command.closes() && self.tried < self.selection.leads
    }

    /// Returns the numbers of the next leads that were not tried, at most `most`.
    #[must_use]
    pub fn next(&self, most: u64) -> std::ops::Range<u64> {
        self.tried..self.tried.saturating_add(most).min(self.selection.leads)
    }

    /// Returns the command after some of its leads, with their numbers, got it.
    #[must_use]
    pub fn after(&self, effects: impl IntoIterator<Item = (u64, Effect)>, now: DateTime<Utc>) -> Self {
        let mut next = Self { updated_at: now, ..self.clone() };
        for (number, effect) in effects {
            if effect == Effect::Unreadable {
                next.unreadable.insert(number);
            } else {
                next.unreadable.remove(&number);
            }
            next.effects.count(effect);
            next.tried = next.tried.max(number + 1);
        }
        next.finish_if_all_is_done();
        next
    }

    fn finish_if_all_is_done(&mut self) {
        if self.tried >= self.selection.leads && self.unreadable.is_empty() {
            self.state = BulkState::Done;
        }
    }
}

#[cfg(test)]
mod tests;
