//! Lists of numbers to suppress and of leads to add, and how far each is imported.
//!
//! A list is an object that an operator or the admin API has put there. It is never changed or deleted here: the bucket
//! deletes it after some time. Its progress is another object.

use super::cas::{self, Cell, Change, UpdateError};
use crate::ports::{BlobStore, Clock, Entry, Expect, Put, StoreError, Version, Versioned};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::Import;
use redial_formats::import_v1;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where the lists of one kind are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// The lists. Operators write there without a condition, so it is not where the queue keeps its own objects.
    pub lists: &'static str,
    /// The progress of each list.
    pub progress: &'static str,
}

/// Where lists of numbers to suppress are.
pub const NUMBERS: Places = Places { lists: "imports/", progress: "redial-queue/imports/" };
/// Where lists of leads to add are.
pub const LEADS: Places = Places { lists: "leads/", progress: "redial-queue/leads/" };
/// Where exported lists are.
pub const EXPORTS: &str = "exports/";
/// The actor of a list that was not sent to the admin API.
pub const UPLOADED: &str = "upload";
/// A run and the admin API may work on one list at once.
const ROUNDS: u32 = 8;
/// How long a run that dials relies on its last look at the lists.
const LOOKS_AGAIN: TimeDelta = TimeDelta::seconds(5);
/// The longest name of a list, in bytes. The key of its progress is longer than its own, and a key has a limit.
const NAME_BYTES: usize = 900;

/// The lists of one kind and their progress, which every process shares.
pub struct ImportStore {
    blobs: Arc<dyn BlobStore>,
    clock: Arc<dyn Clock>,
    places: Places,
    /// Lists that this process has seen finished. Every run asks about all of them.
    finished: Mutex<HashMap<String, Version>>,
    /// When this process last saw that every list is finished.
    quiet_at: Mutex<Option<DateTime<Utc>>>,
}

impl std::fmt::Debug for ImportStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ImportStore")
    }
}

impl ImportStore {
    /// Keeps lists in this store.
    #[must_use]
    pub fn new(blobs: Arc<dyn BlobStore>, clock: Arc<dyn Clock>, places: Places) -> Self {
        Self { blobs, clock, places, finished: Mutex::default(), quiet_at: Mutex::default() }
    }

    /// Stores a new list under this name, and returns it as it is listed. `None` if there is one with this name.
    ///
    /// The actor is stored first, because a run may begin with the list as soon as it is there.
    ///
    /// # Errors
    /// When the store is unavailable; then the list may be stored or not.
    pub async fn add(&self, name: &str, by: &str, list: Bytes) -> Result<Option<Entry>, UpdateError> {
        let announced = Import::new(String::new(), by, self.clock.now());
        self.update(name, |_| Change::Write(announced.clone(), ())).await?;
        let (key, bytes) = (self.key(name), u64::try_from(list.len()).unwrap_or(u64::MAX));
        Ok(match self.blobs.put(&key, list, &Expect::Absent).await? {
            Put::Stored(version) => Some(Entry { key, version, bytes }),
            Put::Conflict => None,
        })
    }

    /// Stores an exported list, and returns its key.
    ///
    /// # Errors
    /// When the store is unavailable, or there is an export of this name.
    pub async fn export(&self, name: &str, list: Bytes) -> Result<String, StoreError> {
        let key = format!("{EXPORTS}{name}");
        match self.blobs.put(&key, list, &Expect::Absent).await? {
            Put::Stored(_) => Ok(key),
            Put::Conflict => Err(StoreError::unavailable("an export of this name is there")),
        }
    }

    /// Returns the lists that this process has not seen finished, with their names.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn unfinished(&self) -> Result<Vec<(String, Entry)>, StoreError> {
        let lists = self.places.lists;
        let entries = self.blobs.entries(lists).await?;
        let finished = self.finished();
        let named = entries.into_iter().filter_map(|entry| Some((entry.key.strip_prefix(lists)?.to_owned(), entry)));
        // The console of S3 makes an empty object for a folder.
        let lists = named.filter(|(name, _)| !name.is_empty() && !name.ends_with('/'));
        Ok(lists.filter(|(name, entry)| finished.get(name) != Some(&entry.version)).collect())
    }

    /// Returns whether a list is not imported to its end. Looks at the lists every five seconds only.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn is_waiting(&self) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let is_recent = |at: DateTime<Utc>| (TimeDelta::zero()..LOOKS_AGAIN).contains(&(now - at));
        if lock(&self.quiet_at).is_some_and(is_recent) {
            return Ok(false);
        }
        for (name, entry) in self.unfinished().await?.into_iter().filter(|(name, _)| can_be_imported(name)) {
            let progress = self.progress(&name).await?;
            if progress.is_none_or(|import| import.source != entry.version.0 || import.is_running()) {
                return Ok(true);
            }
            self.finish(&name, &entry.version);
        }
        *lock(&self.quiet_at) = Some(now);
        Ok(false)
    }

    /// Returns a list.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn list(&self, name: &str) -> Result<Option<Versioned<Bytes>>, StoreError> {
        self.blobs.get(&self.key(name)).await
    }

    /// Returns how far a list is imported. `None` if nobody has begun.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn progress(&self, name: &str) -> Result<Option<Import>, StoreError> {
        Ok(self.cell(name).read().await?.map(|import| import.value))
    }

    /// Changes the progress of a list, see [`cas::update`].
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn update<R: Send>(
        &self,
        name: &str,
        decide: impl FnMut(Option<&Import>) -> Change<Import, R> + Send,
    ) -> Result<R, UpdateError> {
        cas::update(&self.cell(name), &*self.clock, ROUNDS, decide).await
    }

    /// Notes that a list is finished.
    pub fn finish(&self, name: &str, version: &Version) {
        self.finished().insert(name.to_owned(), version.clone());
    }

    fn finished(&self) -> MutexGuard<'_, HashMap<String, Version>> {
        lock(&self.finished)
    }

    fn cell(&self, name: &str) -> ProgressCell<'_> {
        ProgressCell { store: self, key: format!("{}{name}.json", self.places.progress) }
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.places.lists)
    }
}

/// Returns whether a list of this name can have a progress.
#[must_use]
pub fn can_be_imported(name: &str) -> bool {
    name.len() <= NAME_BYTES
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct ProgressCell<'a> {
    store: &'a ImportStore,
    key: String,
}

#[async_trait]
impl Cell for ProgressCell<'_> {
    type Value = Import;

    async fn read(&self) -> Result<Option<Versioned<Import>>, StoreError> {
        let Some(Versioned { value, version }) = self.store.blobs.get(&self.key).await? else { return Ok(None) };
        // Progress that cannot be read must not keep everybody from being dialed for ever. The list is imported once more,
        // which changes nothing that was done.
        let value = import_v1::parse(&value).unwrap_or_else(|error| {
            tracing::warn!(%error, "the progress of an import cannot be read, so it begins anew");
            Import::new(String::new(), UPLOADED, self.store.clock.now())
        });
        Ok(Some(Versioned { value, version }))
    }

    async fn write(&self, import: &Import, expect: &Expect) -> Result<Put, StoreError> {
        self.store.blobs.put(&self.key, import_v1::to_bytes(import).into(), expect).await
    }
}
