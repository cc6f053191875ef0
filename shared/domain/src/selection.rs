//! Leads that an operator chose for one command: what was previewed is what the command is done to.

use super::{Actor, Bulk, Command, Lead, LeadId, LeadKey, Phone, Status};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// The most leads of one bulk command.
pub const MOST_SELECTED: usize = 200_000;
/// The parameter of a filter that is a text to search for.
const TEXT: &str = "q";

/// A command that many leads can get at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkCommand {
    /// Hold them back.
    Pause,
    /// Let them go on.
    Resume,
    /// Take them out of the queue.
    Remove,
}

impl BulkCommand {
    /// Every command.
    pub const ALL: [Self; 3] = [Self::Pause, Self::Resume, Self::Remove];

    /// Returns what each lead gets.
    #[must_use]
    pub fn command(self) -> Command {
        match self {
            Self::Pause => Command::Pause,
            Self::Resume => Command::Resume,
            Self::Remove => Command::Remove,
        }
    }

    /// Returns the word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.command().as_str()
    }

    /// Reads the word that is stored.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.as_str() == word)
    }

    /// Returns whether its leads must not be dialed from when it is confirmed.
    #[must_use]
    pub fn closes(self) -> bool {
        !self.command().opens()
    }
}

/// The leads that a filter chose, as they are shown to the operator before anything changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The command that they are meant for.
    pub command: BulkCommand,
    /// The parameters by which they were chosen.
    pub filter: BTreeMap<String, String>,
    /// The name of the key with which they were chosen.
    pub by: String,
    /// The person, as the caller's own system names it; personal data, which must not reach a log.
    pub user: Option<String>,
    /// When they were chosen.
    pub at: DateTime<Utc>,
    /// How many they are.
    pub leads: u64,
}

/// Why a selection cannot be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotConfirmable {
    /// Another key chose the leads.
    AnotherKey,
    /// They were chosen for this command.
    AnotherCommand(BulkCommand),
    /// Too much time has passed.
    Expired,
}

impl Selection {
    /// How long a selection can be confirmed. Later it may be far from what the operator has seen.
    pub const VALID: TimeDelta = TimeDelta::hours(1);

    /// Returns when the selection can no longer be confirmed.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.at + Self::VALID
    }

    /// Decides whether the command may begin, or go on if it was confirmed before.
    ///
    /// # Errors
    /// [`NotConfirmable`].
    pub fn may_confirm(
        &self,
        by: &Actor,
        command: BulkCommand,
        known: Option<&Bulk>,
        now: DateTime<Utc>,
    ) -> Result<(), NotConfirmable> {
        if by.name() != self.by {
            return Err(NotConfirmable::AnotherKey);
        }
        if command != self.command {
            return Err(NotConfirmable::AnotherCommand(self.command));
        }
        if known.is_none() && now >= self.expires_at() {
            return Err(NotConfirmable::Expired);
        }
        Ok(())
    }

    /// Returns the filter as one text without what may name a person.
    #[must_use]
    pub fn filter_for_the_ledger(&self) -> String {
        let word = |(name, value): (&String, &String)| match name.as_str() {
            TEXT => TEXT.to_owned(),
            name => format!("{name}={value}"),
        };
        self.filter.iter().map(word).collect::<Vec<_>>().join(" ")
    }
}

/// A lead of a selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// The call center's lead id.
    pub id: LeadId,
    /// Its number.
    pub phone: Phone,
    /// What its record was then.
    pub seen: Seen,
}

impl Selected {
    /// Chooses the lead of a record.
    #[must_use]
    pub fn of(lead: &Lead) -> Self {
        let seen = Seen { created: lead.created_at.timestamp_millis(), updated: lead.updated_at.timestamp_millis() };
        Self { id: lead.id.clone(), phone: lead.phone.clone(), seen }
    }

    /// Returns the key of its record.
    #[must_use]
    pub fn key(&self) -> LeadKey {
        LeadKey::new(&self.id, &self.phone)
    }
}

/// A version of a record, in epoch milliseconds, as records have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// When the record was created.
    pub created: i64,
    /// When it was changed last.
    pub updated: i64,
}

impl Seen {
    /// Returns whether a command that was decided on this version must leave the record alone, because of what has happened to it
    /// since.
    #[must_use]
    pub fn is_overtaken(self, lead: &Lead, what: Command) -> bool {
        match what {
            // Somebody may have paused the lead again meanwhile, and a pause that was answered holds.
            Command::Resume => lead.status == Status::Paused && lead.updated_at.timestamp_millis() != self.updated,
            // The lead was removed and came in again: it is another one.
            Command::Remove => lead.created_at.timestamp_millis() > self.created,
            // In doubt it is not dialed.
            Command::Pause | Command::ConfirmDoNotCall | Command::DismissDoNotCall | Command::CallBack(_) => false,
        }
    }
}

#[cfg(test)]
mod tests;
