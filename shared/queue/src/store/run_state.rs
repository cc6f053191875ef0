//! What is stored of runs: the lease, the breaker, the calls of the day, the last run.
//!
//! Only one run works at a time. The lease ends with its holder's invocation, so that a crashed run never blocks the queue.

use super::cas::{self, Cell, Change, UpdateError};
use crate::ports::{BlobStore, Clock, Expect, Put, StoreError, Versioned};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use redial_domain::{Breaker, Lease, RunEnd, RunState};
use redial_formats::run_v1;
use std::sync::Arc;

/// The object that holds the state of runs.
pub const KEY: &str = "redial-queue/run.json";
const ROUNDS: u32 = 6;

/// The state of runs, which every process shares.
pub struct RunStateStore {
    blobs: Arc<dyn BlobStore>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for RunStateStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RunStateStore")
    }
}

impl RunStateStore {
    /// Keeps the state in this store.
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
    pub async fn release(&self, holder: &str, end: &RunEnd) -> Result<(), UpdateError> {
        cas::update(self, &*self.clock, ROUNDS, |state| {
            let mut state = state.cloned().unwrap_or_default();
            let ours = state.lease.take_if(|lease| lease.holder == holder).is_some();
            state.note(&end.summary);
            state.retention_day = end.retention_day.or(state.retention_day);
            if let Some(breaker) = &end.breaker {
                breaker.clone_into(&mut state.breaker);
            }
            if let Some((day, used)) = end.calls {
                state.calls.reconcile(holder, day, used, ours);
            }
            Change::Write(state, ())
        })
        .await
    }

    /// Stores that the breaker opened or closed, at once: it must hold for every process.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn set_breaker(&self, breaker: &Breaker) -> Result<(), UpdateError> {
        cas::update(self, &*self.clock, ROUNDS, |state| {
            let state = state.cloned().unwrap_or_default();
            if state.breaker == *breaker {
                return Change::Keep(());
            }
            Change::Write(RunState { breaker: breaker.clone(), ..state }, ())
        })
        .await
    }

    /// Reserves further calls of `day` for a run that has made `used` of them; gives how many it may make in all.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`]; then no call may be made.
    pub async fn reserve(&self, holder: &str, day: NaiveDate, used: u32, limit: u32) -> Result<u32, UpdateError> {
        cas::update(self, &*self.clock, ROUNDS, |state| {
            let before = state.cloned().unwrap_or_default();
            let mut next = before.clone();
            let all = next.calls.reserve(holder, day, used, limit);
            if next == before { Change::Keep(all) } else { Change::Write(next, all) }
        })
        .await
    }
}

#[async_trait]
impl Cell for RunStateStore {
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
