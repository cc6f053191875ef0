//! Only one run works at a time. The lease ends with its holder's invocation, so that a crashed run never blocks the queue.

use super::cas::{self, Cell, Change, UpdateError};
use crate::domain::{Lease, RunState, RunSummary};
use crate::ports::{BlobStore, Clock, Expect, Put, StoreError, Versioned};
use crate::wire::run_v1;
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;

/// Where the lease is stored.
pub const KEY: &str = "redial-queue/run.json";
const ROUNDS: u32 = 6;

/// The lease of runs.
pub struct RunLease {
    blobs: Arc<dyn BlobStore>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for RunLease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RunLease")
    }
}

impl RunLease {
    /// The lease in this store.
    #[must_use]
    pub fn new(blobs: Arc<dyn BlobStore>, clock: Arc<dyn Clock>) -> Self {
        Self { blobs, clock }
    }

    /// What is stored of runs.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn state(&self) -> Result<RunState, StoreError> {
        Ok(self.read().await?.map(|state| state.value).unwrap_or_default())
    }

    /// Takes the lease until `until`; `None` when another run holds it.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn acquire(&self, holder: &str, until: DateTime<Utc>) -> Result<Option<RunState>, UpdateError> {
        cas::update(self, &*self.clock, ROUNDS, |state| {
            let mut state = state.cloned().unwrap_or_default();
            let ours = state.lease.as_ref().is_some_and(|lease| lease.holder == holder);
            if !ours && state.is_processing(self.clock.now()) {
                return Change::Keep(None);
            }
            state.lease = Some(Lease { holder: holder.to_owned(), until });
            Change::Write(state.clone(), Some(state))
        })
        .await
    }

    /// Gives the lease back and stores what the run did.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn release(
        &self,
        holder: &str,
        summary: &RunSummary,
        retention_day: Option<NaiveDate>,
    ) -> Result<(), UpdateError> {
        cas::update(self, &*self.clock, ROUNDS, |state| {
            let mut state = state.cloned().unwrap_or_default();
            state.lease.take_if(|lease| lease.holder == holder);
            state.last_run = Some(summary.clone());
            state.retention_day = retention_day.or(state.retention_day);
            Change::Write(state, ())
        })
        .await
    }
}

#[async_trait]
impl Cell for RunLease {
    type Value = RunState;

    async fn read(&self) -> Result<Option<Versioned<RunState>>, StoreError> {
        let Some(Versioned { value, version }) = self.blobs.get(KEY).await? else { return Ok(None) };
        let value = run_v1::parse(&value).map_err(StoreError::unusable)?;
        Ok(Some(Versioned { value, version }))
    }

    async fn write(&self, state: &RunState, expect: &Expect) -> Result<Put, StoreError> {
        self.blobs.put(KEY, run_v1::to_bytes(state).into(), expect).await
    }
}
