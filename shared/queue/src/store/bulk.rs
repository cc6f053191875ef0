//! Selections of leads, and how far their bulk commands have come.
//!
//! A selection is stored once and never changed. Its command is another object, which is made when it is confirmed.

use super::cas::{self, Cell, Change, UpdateError};
use crate::ports::{BlobStore, Clock, Expect, Put, StoreError, Versioned};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, stream};
use redial_domain::{AttemptId, Bulk, Selected, Selection};
use redial_formats::bulk_v1::{self, StoredLeads};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where selections are.
pub const SELECTIONS: &str = "redial-queue/bulk/selections/";
/// Where commands that were confirmed are.
pub const COMMANDS: &str = "redial-queue/bulk/commands/";
/// A run and several requests may work on one command at once.
const ROUNDS: u32 = 8;
/// Commands read at once.
const READERS: usize = 16;
/// How long a run that dials relies on its last look at the commands.
const LOOKS_AGAIN: TimeDelta = TimeDelta::seconds(5);

/// The bulk commands, which every process shares.
pub struct BulkStore {
    blobs: Arc<dyn BlobStore>,
    clock: Arc<dyn Clock>,
    /// Commands that this process has seen finished. Every run asks about all of them.
    finished: Mutex<HashSet<String>>,
    /// When this process last saw that no command forbids dialing.
    quiet_at: Mutex<Option<DateTime<Utc>>>,
}

impl std::fmt::Debug for BulkStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BulkStore")
    }
}

impl BulkStore {
    /// Keeps bulk commands in this store.
    #[must_use]
    pub fn new(blobs: Arc<dyn BlobStore>, clock: Arc<dyn Clock>) -> Self {
        Self { blobs, clock, finished: Mutex::default(), quiet_at: Mutex::default() }
    }

    /// Stores a selection with its leads, and returns its id, which nobody can guess.
    ///
    /// # Errors
    /// When the store is unavailable; then the selection may be stored, and nobody knows its id.
    pub async fn select(&self, selection: &Selection, leads: &[Selected]) -> Result<String, StoreError> {
        let id = AttemptId::new(self.clock.now(), self.clock.chance()).to_string();
        let bytes = bulk_v1::selection_to_bytes(selection, leads);
        match self.blobs.put(&format!("{SELECTIONS}{id}.jsonl"), bytes.into(), &Expect::Absent).await? {
            Put::Stored(_) => Ok(id),
            Put::Conflict => Err(StoreError::unavailable("a selection with this id is there")),
        }
    }

    /// Returns a selection. `None` if there is none with this id.
    ///
    /// # Errors
    /// When the store is unavailable, or the selection cannot be understood.
    pub async fn selection(&self, id: &str) -> Result<Option<StoredLeads>, StoreError> {
        let Some(stored) = self.blobs.get(&format!("{SELECTIONS}{id}.jsonl")).await? else { return Ok(None) };
        bulk_v1::parse_selection(&stored.value).map(Some).map_err(StoreError::unusable)
    }

    /// Returns a command that was confirmed. `None` if there is none with this id.
    ///
    /// # Errors
    /// When the store is unavailable, or the command cannot be understood.
    pub async fn command(&self, id: &str) -> Result<Option<Bulk>, StoreError> {
        Ok(self.cell(id).read().await?.map(|bulk| bulk.value))
    }

    /// Changes a command, see [`cas::update`].
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn update<R: Send>(
        &self,
        id: &str,
        decide: impl FnMut(Option<&Bulk>) -> Change<Bulk, R> + Send,
    ) -> Result<R, UpdateError> {
        cas::update(&self.cell(id), &*self.clock, ROUNDS, decide).await
    }

    /// Returns the commands that are not finished, with their ids: first those that close, then those that were confirmed first.
    ///
    /// # Errors
    /// When the store is unavailable, or a command cannot be understood: it may be one that closes.
    pub async fn unfinished(&self) -> Result<Vec<(String, Bulk)>, StoreError> {
        let keys = self.blobs.list(COMMANDS).await?;
        let ids = keys.iter().filter_map(|key| key.strip_prefix(COMMANDS)?.strip_suffix(".json"));
        let asked: Vec<String> = {
            let finished = self.finished();
            ids.filter(|id| !finished.contains(*id)).map(ToOwned::to_owned).collect()
        };
        let reads = asked.into_iter().map(|id| async move {
            let bulk = self.cell(&id).read().await?.map(|bulk| bulk.value);
            Ok::<_, StoreError>((id, bulk))
        });
        let mut unfinished = Vec::new();
        for read in stream::iter(reads).buffered(READERS).collect::<Vec<_>>().await {
            match read? {
                (id, Some(bulk)) if bulk.is_running() => unfinished.push((id, bulk)),
                (id, Some(_)) => drop(self.finished().insert(id)),
                (_, None) => {}
            }
        }
        unfinished.sort_by_cached_key(|(id, bulk)| (!bulk.selection.command.closes(), bulk.confirmed_at, id.clone()));
        Ok(unfinished)
    }

    /// Returns whether a command forbids dialing. Looks at the commands every five seconds only.
    ///
    /// # Errors
    /// As [`BulkStore::unfinished`].
    pub async fn forbids_dialing(&self) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let is_recent = |at: DateTime<Utc>| (TimeDelta::zero()..LOOKS_AGAIN).contains(&(now - at));
        if lock(&self.quiet_at).is_some_and(is_recent) {
            return Ok(false);
        }
        if self.unfinished().await?.iter().any(|(_, bulk)| bulk.forbids_dialing()) {
            return Ok(true);
        }
        *lock(&self.quiet_at) = Some(now);
        Ok(false)
    }

    fn finished(&self) -> MutexGuard<'_, HashSet<String>> {
        lock(&self.finished)
    }

    fn cell(&self, id: &str) -> CommandCell<'_> {
        CommandCell { blobs: &*self.blobs, key: format!("{COMMANDS}{id}.json") }
    }
}

/// Reads the id of a selection, as a caller has it. `None` if the text cannot be one, and so not the key of an object either.
#[must_use]
pub fn parse_id(text: &str) -> Option<String> {
    AttemptId::parse(text).map(|id| id.to_string())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct CommandCell<'a> {
    blobs: &'a dyn BlobStore,
    key: String,
}

#[async_trait]
impl Cell for CommandCell<'_> {
    type Value = Bulk;

    async fn read(&self) -> Result<Option<Versioned<Bulk>>, StoreError> {
        let Some(Versioned { value, version }) = self.blobs.get(&self.key).await? else { return Ok(None) };
        let value = bulk_v1::parse(&value).map_err(|error| StoreError::unusable(format!("{}: {error}", self.key)))?;
        Ok(Some(Versioned { value, version }))
    }

    async fn write(&self, bulk: &Bulk, expect: &Expect) -> Result<Put, StoreError> {
        self.blobs.put(&self.key, bulk_v1::to_bytes(bulk).into(), expect).await
    }
}
