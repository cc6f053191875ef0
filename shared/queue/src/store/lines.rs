//! The lines: one for each phone number.

use super::cas::{self, Cell, Change, UpdateError};
use crate::ports::{Clock, Expect, LineStore, Put, StoreError, Versioned};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use redial_domain::{Line, Outcome, Phone, Source};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Rounds for a line: few write the same number at once.
const ROUNDS: u32 = 8;

/// The lines of all numbers.
pub struct Lines {
    store: Arc<dyn LineStore>,
    clock: Arc<dyn Clock>,
    /// Numbers that this process has seen suppressed. Nothing ends a suppression, so nothing has to be read for them again.
    suppressed: Mutex<HashSet<Phone>>,
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lines")
    }
}

impl Lines {
    /// Keeps lines in this store.
    #[must_use]
    pub fn new(store: Arc<dyn LineStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, suppressed: Mutex::default() }
    }

    /// Returns the line of a number, with every write that was answered before; an empty one for a number that was never
    /// touched.
    ///
    /// # Errors
    /// When it cannot be read or understood.
    pub async fn get(&self, phone: &Phone) -> Result<Line, StoreError> {
        Ok(self.read(phone).await?.map(|line| line.value).unwrap_or_default())
    }

    /// As [`Lines::get`], with the version under which the line can be taken; `None` for a number that was never touched.
    ///
    /// # Errors
    /// As [`Lines::get`].
    pub async fn read(&self, phone: &Phone) -> Result<Option<Versioned<Line>>, StoreError> {
        self.store.get(phone).await
    }

    /// Returns the lines of several numbers, see [`LineStore::get_many`].
    ///
    /// # Errors
    /// When the store gives no answer.
    pub async fn get_many(&self, phones: &[Phone]) -> Result<BTreeMap<Phone, Line>, StoreError> {
        self.store.get_many(phones).await
    }

    /// Returns the numbers whose line must be looked at by `due`, see [`LineStore::open`].
    ///
    /// # Errors
    /// When the store gives no answer.
    pub async fn open(&self, due: DateTime<Utc>, limit: usize) -> Result<Vec<Phone>, StoreError> {
        self.store.open(due, limit).await
    }

    /// Writes a line once if `expect` holds. A claim must not be decided again, so it goes without the loop of
    /// [`Lines::update`].
    ///
    /// # Errors
    /// When the store gives no answer; then the line may be written or not.
    pub async fn put(&self, phone: &Phone, line: &Line, expect: &Expect) -> Result<Put, StoreError> {
        self.store.put(phone, line, expect).await
    }

    /// Applies `change` to the line of `phone`; writes only if it changed something. `change` must recognize its own work.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn update<R: Send>(
        &self,
        phone: &Phone,
        mut change: impl FnMut(&mut Line) -> R + Send,
    ) -> Result<R, UpdateError> {
        cas::update(&self.cell(phone), &*self.clock, ROUNDS, |line| {
            let mut next = line.cloned().unwrap_or_default();
            let done = change(&mut next);
            let before = line.cloned().unwrap_or_default();
            if next == before { Change::Keep(done) } else { Change::Write(next, done) }
        })
        .await
    }

    /// Applies `change` and writes in any case, so that a run that read the line before can no longer claim it.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn touch(&self, phone: &Phone, mut change: impl FnMut(&mut Line) + Send) -> Result<(), UpdateError> {
        cas::update(&self.cell(phone), &*self.clock, ROUNDS, |line| {
            let mut next = line.cloned().unwrap_or_default();
            change(&mut next);
            Change::Write(next, ())
        })
        .await
    }

    /// Suppresses a number because a record forbids to call it. Records of the replaced system have do-not-calls that
    /// are not on a line.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn suppress(&self, phone: &Phone, reason: &Outcome) -> Result<(), UpdateError> {
        self.forbid(phone, reason, Source::Redial).await
    }

    /// Suppresses a number because `source` has reported a do-not-call.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn forbid(&self, phone: &Phone, reason: &Outcome, source: Source) -> Result<(), UpdateError> {
        self.update(phone, |line| line.suppress(reason, source, self.clock.now())).await?;
        self.seen_suppressed().insert(phone.clone());
        Ok(())
    }

    /// Returns which of these numbers are not known to be suppressed. Reads only the lines that this process has not
    /// seen suppressed before, because every run asks about all do-not-calls of the open months.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn not_suppressed(&self, phones: Vec<Phone>) -> Result<Vec<Phone>, StoreError> {
        let mut open: Vec<_> = {
            let seen = self.seen_suppressed();
            phones.into_iter().filter(|phone| !seen.contains(phone)).collect()
        };
        let lines = self.store.get_many(&open).await?;
        open.retain(|phone| lines.get(phone).is_none_or(|line| line.suppressed.is_none()));
        let found = lines.into_iter().filter(|(_, line)| line.suppressed.is_some()).map(|(phone, _)| phone);
        self.seen_suppressed().extend(found);
        Ok(open)
    }

    fn seen_suppressed(&self) -> MutexGuard<'_, HashSet<Phone>> {
        self.suppressed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cell<'a>(&'a self, phone: &'a Phone) -> LineCell<'a> {
        LineCell { store: &*self.store, phone }
    }
}

struct LineCell<'a> {
    store: &'a dyn LineStore,
    phone: &'a Phone,
}

#[async_trait]
impl Cell for LineCell<'_> {
    type Value = Line;

    async fn read(&self) -> Result<Option<Versioned<Line>>, StoreError> {
        self.store.get(self.phone).await
    }

    async fn write(&self, line: &Line, expect: &Expect) -> Result<Put, StoreError> {
        self.store.put(self.phone, line, expect).await
    }
}
