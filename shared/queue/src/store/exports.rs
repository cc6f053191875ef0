//! Exports of months, and how far each has come.
//!
//! The progress of an export is one object for each month. Of the requests that want a month at once, one holds a lease and
//! writes. The lease ends with its request, so that a request that crashed does not block the others.

use super::cas::{self, Cell, Change, UpdateError};
use crate::ports::{BlobStore, Clock, Expect, Put, StoreError, Versioned};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use redial_domain::{AttemptId, Export, ExportState, Lease, Month, Turn, Writing};
use redial_formats::export_v1;
use std::sync::Arc;

/// Where exported months are. Each has a folder of its own, so that its file has the name of the original.
pub const MONTHS: &str = "exports/months/";
/// Where the progress of each export is.
pub const PROGRESS: &str = "redial-queue/exports/";
/// Few operators want one month at once.
const ROUNDS: u32 = 6;

/// The progress of exports, which every process shares.
pub struct ExportStore {
    blobs: Arc<dyn BlobStore>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for ExportStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExportStore")
    }
}

/// What a request found when it asked for an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// It goes on with this one. Nobody else does.
    Ours {
        /// The export.
        export: Export,
        /// An earlier one, in whose place it is.
        given_up: Option<Export>,
    },
    /// Another request is at work on this one.
    Others(Export),
    /// This one is finished.
    Done(Export),
}

/// Whether the progress of a request is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// It is.
    Ours,
    /// It is not: the lease had ended, and another request went on.
    Others(Export),
}

impl ExportStore {
    /// Keeps progress in this store.
    #[must_use]
    pub fn new(blobs: Arc<dyn BlobStore>, clock: Arc<dyn Clock>) -> Self {
        Self { blobs, clock }
    }

    /// Makes an export that has nothing yet, with a key that no other has.
    #[must_use]
    pub fn begin(&self, month: Month) -> Export {
        let now = self.clock.now();
        let id = AttemptId::new(now, self.clock.chance());
        Export::new(format!("{MONTHS}{id}/redial-queue_{month}.json"), now)
    }

    /// Takes the export of a month for the request `holder` until `until`, and makes one if there is none.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn claim(&self, month: Month, holder: &str, until: DateTime<Utc>) -> Result<Claimed, UpdateError> {
        let new = self.begin(month);
        let cell = self.cell(month);
        cas::update(&cell, &*self.clock, ROUNDS, |stored| {
            let (mut export, given_up) = match (Export::turn(stored, holder, self.clock.now()), stored) {
                (Turn::Answer, Some(stored)) => return Change::Keep(Claimed::Done(stored.clone())),
                (Turn::Wait, Some(stored)) => return Change::Keep(Claimed::Others(stored.clone())),
                (Turn::GoOn, Some(stored)) => (stored.clone(), None),
                (Turn::Begin | Turn::GoOn | Turn::Wait | Turn::Answer, _) => (new.clone(), stored.cloned()),
            };
            if let ExportState::Writing(writing) = &mut export.state {
                writing.lease = Some(Lease { holder: holder.to_owned(), until });
            }
            if stored == Some(&export) {
                return Change::Keep(Claimed::Ours { export, given_up: None });
            }
            Change::Write(export.clone(), Claimed::Ours { export, given_up })
        })
        .await
    }

    /// Stores the progress of the request `holder`, and gives its lease back.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn keep(&self, month: Month, holder: &str, export: &Export) -> Result<Kept, UpdateError> {
        let next = without_lease(export);
        let cell = self.cell(month);
        cas::update(&cell, &*self.clock, ROUNDS, |stored| match stored {
            // The answer to an earlier round was lost.
            Some(stored) if *stored == next => Change::Keep(Kept::Ours),
            Some(stored) if !is_held_by(stored, holder) => Change::Keep(Kept::Others(stored.clone())),
            // An operator may have deleted the progress. The object is as good as before.
            Some(_) | None => Change::Write(next.clone(), Kept::Ours),
        })
        .await
    }

    /// Returns whether an exported object of this length is there.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn has(&self, key: &str, bytes: u64) -> Result<bool, StoreError> {
        let listed = self.blobs.entries(key).await?;
        Ok(listed.iter().any(|entry| entry.key == key && entry.bytes == bytes))
    }

    fn cell(&self, month: Month) -> ProgressCell<'_> {
        ProgressCell { store: self, key: format!("{PROGRESS}{month}.json") }
    }
}

fn without_lease(export: &Export) -> Export {
    let state = match &export.state {
        ExportState::Writing(writing) => ExportState::Writing(Writing { lease: None, ..writing.clone() }),
        done @ ExportState::Done(_) => done.clone(),
    };
    Export { state, ..export.clone() }
}

fn is_held_by(export: &Export, holder: &str) -> bool {
    match &export.state {
        ExportState::Writing(writing) => writing.lease.as_ref().is_some_and(|lease| lease.holder == holder),
        ExportState::Done(_) => false,
    }
}

struct ProgressCell<'a> {
    store: &'a ExportStore,
    key: String,
}

#[async_trait]
impl Cell for ProgressCell<'_> {
    type Value = Export;

    async fn read(&self) -> Result<Option<Versioned<Export>>, StoreError> {
        let Some(Versioned { value, version }) = self.store.blobs.get(&self.key).await? else { return Ok(None) };
        // Progress that cannot be read must not keep a month from being exported for ever. It looks abandoned.
        let value = export_v1::parse(&value).unwrap_or_else(|error| {
            tracing::warn!(key = self.key, %error, "the progress of an export cannot be read, so it begins anew");
            Export::new(String::new(), DateTime::UNIX_EPOCH)
        });
        Ok(Some(Versioned { value, version }))
    }

    async fn write(&self, export: &Export, expect: &Expect) -> Result<Put, StoreError> {
        self.store.blobs.put(&self.key, export_v1::to_bytes(export).into(), expect).await
    }
}
