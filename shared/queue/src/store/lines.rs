//! The lines: one for each phone number.

use super::cas::{self, Cell, Change, Known, UpdateError};
use crate::ports::{Clock, Expect, LineStore, Put, StoreError, Suppressed, Versioned, error_chain};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, stream};
use redial_domain::{Forbidden, Line, Phone, Retire, Suppression};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Rounds for a line: few write the same number at once.
const ROUNDS: u32 = 8;
/// Lines written at once.
const LINES_AT_ONCE: usize = 16;
/// How old a do-not-call must be to be settled. Clocks of processes and providers differ by less.
const SETTLED_AFTER: TimeDelta = TimeDelta::hours(1);

/// The lines of all numbers.
pub struct Lines {
    store: Arc<dyn LineStore>,
    clock: Arc<dyn Clock>,
    /// For each number the newest do-not-call of records that was found on the line, or taken off. Nothing has to be read for
    /// it again: an operator who takes it off later does not make it count.
    settled: Mutex<HashMap<Phone, DateTime<Utc>>>,
}

/// Which do-not-calls of records count.
#[derive(Debug, Default)]
pub struct Weighed {
    /// Those that count and are not on their lines.
    pub open: Vec<(Phone, Forbidden)>,
    /// The numbers that are suppressed, of those that were asked about.
    pub suppressed: HashSet<Phone>,
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
        Self { store, clock, settled: Mutex::default() }
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

    /// As [`Lines::read`], as something to write on, see [`Lines::update_known`].
    ///
    /// # Errors
    /// As [`Lines::get`].
    pub async fn known(&self, phone: &Phone) -> Result<Known<Line>, StoreError> {
        Ok(self.read(phone).await?.into())
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
        change: impl FnMut(&mut Line) -> R + Send,
    ) -> Result<R, UpdateError> {
        let (done, _) = self.update_known(phone, Known::Nothing, change).await?;
        Ok(done)
    }

    /// Does as [`Lines::update`], and reads the line only if `known` is stale. Returns the line as it is known afterwards too.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update_known`].
    pub async fn update_known<R: Send>(
        &self,
        phone: &Phone,
        known: Known<Line>,
        mut change: impl FnMut(&mut Line) -> R + Send,
    ) -> Result<(R, Known<Line>), UpdateError> {
        let cell = self.cell(phone);
        let update = cas::update_known(&cell, known, &*self.clock, ROUNDS, |line| {
            let before = line.cloned().unwrap_or_default();
            let mut next = before.clone();
            let done = change(&mut next);
            if next == before { Change::Keep(done) } else { Change::Write(next, done) }
        });
        // It holds several lines by value, and so would every future that awaits it.
        Box::pin(update).await
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

    /// Suppresses a number because a record has a do-not-call, unless an operator has taken it off since. Records of the
    /// replaced system have do-not-calls that are not on a line.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn heed(&self, phone: &Phone, forbidden: &Forbidden) -> Result<(), UpdateError> {
        self.update(phone, |line| line.heed(forbidden, self.clock.now())).await
    }

    /// Suppresses a number, and returns whether it was allowed until then.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn forbid(&self, phone: &Phone, suppression: &Suppression, retire: Retire) -> Result<bool, UpdateError> {
        // In a second round the suppression may be there because only the answer of the first write was lost.
        let is_ours = |line: &Line| line.suppressed.as_ref() == Some(suppression);
        self.update(phone, |line| line.forbid(suppression, retire) || is_ours(line)).await
    }

    /// Takes this suppression off a number, and returns it. `None` if the number has it no more. A later one stays.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn allow(
        &self,
        phone: &Phone,
        known: &Suppression,
        by: &str,
        note: &str,
    ) -> Result<Option<Suppression>, UpdateError> {
        // It stays in `taken` if only the answer of a write was lost: then a second round finds nothing to take off, or a
        // do-not-call that has come since.
        let mut taken = None;
        self.update(phone, |line| {
            if line.suppressed.as_ref() == Some(known) {
                taken = line.allow(by, note, self.clock.now());
            }
        })
        .await?;
        Ok(taken)
    }

    /// Returns a page of the suppressed lines, see [`LineStore::suppressed`].
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn suppressed(&self, after: Option<&Phone>, limit: usize) -> Result<Suppressed, StoreError> {
        self.store.suppressed(after, limit).await
    }

    /// Writes the lines again that were suppressed before lines were listed, and returns how many.
    ///
    /// # Errors
    /// When the store is unavailable. Lines that were written by then are listed.
    pub async fn list_all(&self) -> Result<usize, StoreError> {
        let mut written = 0;
        let mut after = None;
        loop {
            let page = self.store.unlisted(after.as_ref()).await?;
            let writes = page.phones.into_iter().map(|phone| async move { self.touch(&phone, |_| ()).await });
            for done in stream::iter(writes).buffer_unordered(LINES_AT_ONCE).collect::<Vec<_>>().await {
                match done {
                    Ok(()) => written += 1,
                    Err(UpdateError::Store(error @ StoreError::Unusable(_))) => {
                        tracing::error!(
                            error = error_chain(&error),
                            "a suppressed line is not listed: it cannot be read"
                        );
                    }
                    Err(error) => return Err(StoreError::unavailable(error)),
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(written);
            }
        }
    }

    /// Decides which do-not-calls of records count. Reads only the lines for which this process does not know it, and those
    /// of the numbers in `waiting`, because every run asks about all do-not-calls of the open months.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn weigh(
        &self,
        forbidden: Vec<(Phone, Forbidden)>,
        waiting: &HashSet<Phone>,
    ) -> Result<Weighed, StoreError> {
        let now = self.clock.now();
        let asked: Vec<_> = {
            let settled = self.settled();
            let is_settled = |phone: &Phone, at| settled.get(phone).is_some_and(|known| at <= Some(*known));
            let is_asked = |phone: &Phone, forbidden: &Forbidden| {
                waiting.contains(phone) || forbidden.at.is_none() || !is_settled(phone, forbidden.at)
            };
            forbidden.into_iter().filter(|(phone, forbidden)| is_asked(phone, forbidden)).collect()
        };
        let phones: Vec<Phone> = asked.iter().map(|(phone, _)| phone.clone()).collect();
        let lines = self.store.get_many(&phones).await?;
        let mut weighed = Weighed::default();
        for (phone, forbidden) in asked {
            let line = lines.get(&phone);
            let is_heeded = line.is_none_or(|line| line.heeds(&forbidden));
            let is_suppressed = line.is_some_and(|line| line.suppressed.is_some());
            if is_heeded && !is_suppressed {
                weighed.open.push((phone, forbidden));
                continue;
            }
            // A removal comes later than each do-not-call that is noted here, whatever the clocks say, so it takes the same
            // ones off. A later do-not-call has a later time, and is asked about again.
            if let Some(at) = forbidden.at.filter(|at| *at + SETTLED_AFTER < now) {
                self.settled().insert(phone.clone(), at);
            }
            if is_suppressed {
                weighed.suppressed.insert(phone);
            }
        }
        Ok(weighed)
    }

    fn settled(&self) -> MutexGuard<'_, HashMap<Phone, DateTime<Utc>>> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
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
