//! Changes to one line.

use super::cas::{self, Cell, Change, UpdateError};
use crate::ports::{Clock, Expect, LineStore, Put, StoreError, Versioned};
use async_trait::async_trait;
use redial_domain::{Line, Outcome, Phone, Source};

/// Rounds for a line: few write the same number at once.
const ROUNDS: u32 = 8;

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

/// Applies `change` to the line of `phone`; writes only if it changed something. `change` must recognise its own work.
///
/// # Errors
/// [`UpdateError`], see [`cas::update`].
pub async fn update<R: Send>(
    store: &dyn LineStore,
    clock: &dyn Clock,
    phone: &Phone,
    mut change: impl FnMut(&mut Line) -> R + Send,
) -> Result<R, UpdateError> {
    cas::update(&LineCell { store, phone }, clock, ROUNDS, |line| {
        let mut next = line.cloned().unwrap_or_default();
        let done = change(&mut next);
        let before = line.cloned().unwrap_or_default();
        if next == before { Change::Keep(done) } else { Change::Write(next, done) }
    })
    .await
}

/// Applies `change` and writes in any case: whoever read the line before can no longer claim it.
///
/// # Errors
/// [`UpdateError`], see [`cas::update`].
pub async fn touch(
    store: &dyn LineStore,
    clock: &dyn Clock,
    phone: &Phone,
    mut change: impl FnMut(&mut Line) + Send,
) -> Result<(), UpdateError> {
    cas::update(&LineCell { store, phone }, clock, ROUNDS, |line| {
        let mut next = line.cloned().unwrap_or_default();
        change(&mut next);
        Change::Write(next, ())
    })
    .await
}

/// Notes on the line of a number that a record forbids to call it, for this reason: records of the original have do-not-calls
/// of which no line knows.
///
/// # Errors
/// [`UpdateError`], see [`cas::update`].
pub async fn suppress(
    store: &dyn LineStore,
    clock: &dyn Clock,
    phone: &Phone,
    reason: &Outcome,
) -> Result<(), UpdateError> {
    update(store, clock, phone, |line| line.suppress(reason, Source::Redial, clock.now())).await
}
