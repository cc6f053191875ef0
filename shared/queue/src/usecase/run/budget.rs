//! The calls of the day: taken one by one from what the run has reserved.

use crate::ports::StoreError;
use crate::store::run_state::RunStateStore;
use chrono::{DateTime, NaiveDate, Utc};
use redial_domain::Policy;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What one run may call today.
pub(super) struct Budget<'a> {
    runs: &'a RunStateStore,
    holder: &'a str,
    book: Mutex<Book>,
    reserving: futures_util::lock::Mutex<()>,
}

#[derive(Default)]
struct Book {
    day: Option<NaiveDate>,
    limit: u32,
    reserved: u32,
    used: u32,
}

/// One call of the day.
#[derive(Clone)]
pub(super) struct CallSlot(NaiveDate);

impl CallSlot {
    /// Returns whether the call counts on the day of `now`.
    pub(super) fn is_of(&self, now: DateTime<Utc>, policy: &Policy) -> bool {
        self.0 == now.with_timezone(&policy.business_hours.zone).date_naive()
    }
}

impl<'a> Budget<'a> {
    pub(super) fn new(runs: &'a RunStateStore, holder: &'a str) -> Self {
        Self { runs, holder, book: Mutex::default(), reserving: futures_util::lock::Mutex::new(()) }
    }

    /// One call, durably reserved when there is a limit; `None` when the day has no more.
    pub(super) async fn take(&self, now: DateTime<Utc>, policy: &Policy) -> Result<Option<CallSlot>, StoreError> {
        let day = now.with_timezone(&policy.business_hours.zone).date_naive();
        let limit = policy.max_calls_per_day.unwrap_or(u32::MAX);
        if let Some(slot) = self.book().spend(day, limit) {
            return Ok(Some(slot));
        }
        let _alone = self.reserving.lock().await;
        if let Some(slot) = self.book().spend(day, limit) {
            return Ok(Some(slot));
        }
        let used = self.book().used;
        let reserved = self.runs.reserve(self.holder, day, used, limit).await.map_err(StoreError::unavailable)?;
        self.book().reserved = reserved;
        Ok(self.book().spend(day, limit))
    }

    /// The call was certainly not made.
    pub(super) fn give_back(&self, slot: &CallSlot) {
        let mut book = self.book();
        if book.day == Some(slot.0) {
            book.used = book.used.saturating_sub(1);
        }
    }

    /// The day of the last calls, and how many were made on it.
    pub(super) fn spent(&self) -> Option<(NaiveDate, u32)> {
        let book = self.book();
        book.day.map(|day| (day, book.used))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn spend(&mut self, day: NaiveDate, limit: u32) -> Option<CallSlot> {
        if (self.day, self.limit) != (Some(day), limit) {
            let used = if self.day == Some(day) { self.used } else { 0 };
            // Without a limit nothing has to be reserved; with another one, what was reserved is no longer known to fit.
            let reserved = if limit == u32::MAX { u32::MAX } else { used };
            *self = Self { day: Some(day), limit, reserved, used };
        }
        (self.used < self.reserved).then(|| {
            self.used += 1;
            CallSlot(day)
        })
    }
}
