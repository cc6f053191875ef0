//! A selection of leads, and the progress of its bulk command, as stored bytes.
//!
//! A selection is JSON lines: first what was asked for, then each lead. A lead is found by its line, so that a process that goes on
//! with a command parses only the leads that are left.

use crate::Unreadable;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use redial_domain::{Bulk, BulkCommand, BulkState, Effects, Impossible, LeadId, Phone, Seen, Selected, Selection};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Serialize, Deserialize)]
struct StoredSelection {
    v: u64,
    command: String,
    filter: BTreeMap<String, String>,
    by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    at: DateTime<Utc>,
    leads: u64,
}

/// Id, number, and the times in milliseconds at which the record was created and changed.
#[derive(Serialize, Deserialize)]
struct StoredLead(String, String, i64, i64);

// A release that does not know a field drops it when it writes the progress. Leads that get a command twice are as after one.
#[derive(Serialize, Deserialize)]
struct StoredBulk {
    v: u64,
    selection: StoredSelection,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    confirmed_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    state: StateWord,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    tried: u64,
    unreadable: BTreeSet<u64>,
    changed: u64,
    unchanged: u64,
    impossible: BTreeMap<String, u64>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StateWord {
    Running,
    Done,
    Failed,
}

/// A selection with its leads, of which only the asked ones are parsed.
#[derive(Debug, Clone)]
pub struct StoredLeads {
    /// What was asked for.
    pub selection: Selection,
    bytes: Bytes,
    /// Where the line of each lead begins.
    starts: Vec<usize>,
}

impl StoredLeads {
    /// Reads the lead with this number, counted from 0.
    ///
    /// # Errors
    /// [`Unreadable`] if there is none, or its line is not a lead.
    pub fn lead(&self, number: u64) -> Result<Selected, Unreadable> {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        let rest = self.starts.get(place).and_then(|start| self.bytes.get(*start..));
        let rest = rest.ok_or_else(|| Unreadable(format!("the selection has no lead {number}")))?;
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let StoredLead(id, phone, created, updated) = serde_json::from_slice(line)?;
        let id = LeadId::parse(&id).map_err(|_| Unreadable(format!("lead {number} has no valid id")))?;
        let phone = Phone::stored(&phone).ok_or_else(|| Unreadable(format!("lead {number} has no valid number")))?;
        Ok(Selected { id, phone, seen: Seen { created, updated } })
    }
}

/// Writes a selection with its leads as bytes.
#[must_use]
pub fn selection_to_bytes(selection: &Selection, leads: &[Selected]) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(&StoredSelection::from(selection)).unwrap_or_default();
    for Selected { id, phone, seen } in leads {
        let lead = StoredLead(id.as_str().to_owned(), phone.as_str().to_owned(), seen.created, seen.updated);
        bytes.push(b'\n');
        bytes.extend(serde_json::to_vec(&lead).unwrap_or_default());
    }
    bytes
}

/// Reads a selection. Its leads are read when they are asked for.
///
/// # Errors
/// [`Unreadable`] if the bytes are of another version, are not a selection, or have not as many leads as it says.
pub fn parse_selection(bytes: &Bytes) -> Result<StoredLeads, Unreadable> {
    let starts: Vec<usize> = memchr::memchr_iter(b'\n', bytes).map(|end| end + 1).collect();
    let first = starts.first().and_then(|start| bytes.get(..start - 1)).unwrap_or(bytes);
    let selection = Selection::try_from(serde_json::from_slice::<StoredSelection>(first)?)?;
    if u64::try_from(starts.len()) != Ok(selection.leads) {
        return Err(Unreadable(format!("the selection has {} leads instead of {}", starts.len(), selection.leads)));
    }
    Ok(StoredLeads { selection, bytes: bytes.clone(), starts })
}

/// Writes the progress of a bulk command as bytes.
#[must_use]
pub fn to_bytes(bulk: &Bulk) -> Vec<u8> {
    let (state, reason) = match &bulk.state {
        BulkState::Running => (StateWord::Running, None),
        BulkState::Done => (StateWord::Done, None),
        BulkState::Failed(reason) => (StateWord::Failed, Some(reason.clone())),
    };
    let impossible = bulk.effects.impossible.iter().map(|(why, count)| (why.as_str().to_owned(), *count));
    let stored = StoredBulk {
        v: 1,
        selection: StoredSelection::from(&bulk.selection),
        user: bulk.user.clone(),
        confirmed_at: bulk.confirmed_at,
        updated_at: bulk.updated_at,
        state,
        reason,
        tried: bulk.tried,
        unreadable: bulk.unreadable.clone(),
        changed: bulk.effects.changed,
        unchanged: bulk.effects.unchanged,
        impossible: impossible.collect(),
    };
    serde_json::to_vec(&stored).unwrap_or_default()
}

/// Reads the progress of a bulk command.
///
/// # Errors
/// [`Unreadable`] if the bytes are of another version, or are not the progress of a bulk command.
pub fn parse(bytes: &[u8]) -> Result<Bulk, Unreadable> {
    let stored: StoredBulk = serde_json::from_slice(bytes)?;
    check_version(stored.v)?;
    let state = match stored.state {
        StateWord::Running => BulkState::Running,
        StateWord::Done => BulkState::Done,
        StateWord::Failed => BulkState::Failed(stored.reason.unwrap_or_default()),
    };
    let mut effects = Effects { changed: stored.changed, unchanged: stored.unchanged, ..Effects::default() };
    for (word, count) in stored.impossible {
        // A reason that a newer release has stored is only shown.
        let why = Impossible::ALL.into_iter().find(|why| why.as_str() == word).unwrap_or(Impossible::OtherStatus);
        *effects.impossible.entry(why).or_default() += count;
    }
    Ok(Bulk {
        selection: stored.selection.try_into()?,
        user: stored.user,
        confirmed_at: stored.confirmed_at,
        updated_at: stored.updated_at,
        state,
        tried: stored.tried,
        unreadable: stored.unreadable,
        effects,
    })
}

fn check_version(found: u64) -> Result<(), Unreadable> {
    if found == 1 {
        return Ok(());
    }
    Err(Unreadable(format!("the bulk command has version {found}, and this release reads version 1")))
}

impl From<&Selection> for StoredSelection {
    fn from(selection: &Selection) -> Self {
        Self {
            v: 1,
            command: selection.command.as_str().to_owned(),
            filter: selection.filter.clone(),
            by: selection.by.clone(),
            user: selection.user.clone(),
            at: selection.at,
            leads: selection.leads,
        }
    }
}

impl TryFrom<StoredSelection> for Selection {
    type Error = Unreadable;

    fn try_from(stored: StoredSelection) -> Result<Self, Unreadable> {
        check_version(stored.v)?;
        let command = BulkCommand::parse(&stored.command)
            .ok_or_else(|| Unreadable("the selection is for an unknown command".to_owned()))?;
        let StoredSelection { filter, by, user, at, leads, .. } = stored;
        Ok(Self { command, filter, by, user, at, leads })
    }
}

#[cfg(test)]
mod tests;
