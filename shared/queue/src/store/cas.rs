//! The only compare-and-swap loop: read with a version, decide with a pure function, write only if the version still holds.

use crate::ports::{Clock, Expect, Put, StoreError, Versioned};
use async_trait::async_trait;
use std::time::Duration;

/// One stored value that is read with its version and written under a condition.
#[async_trait]
pub trait Cell: Send + Sync {
    /// The type of the value.
    type Value: Send + Sync;

    /// Reads the value with its version, or `None` if there is none.
    async fn read(&self) -> Result<Option<Versioned<Self::Value>>, StoreError>;

    /// Writes the value if `expect` holds.
    async fn write(&self, value: &Self::Value, expect: &Expect) -> Result<Put, StoreError>;
}

/// What a decision asks for.
#[derive(Debug)]
pub enum Change<V, R> {
    /// Store this value.
    Write(V, R),
    /// Leave the stored value.
    Keep(R),
}

/// Why an update failed. After a store error it may have been written.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Other writers were faster in every round. Nothing was written.
    #[error("another writer was faster in each of {0} rounds")]
    Contended(u32),
}

/// What a caller knows of a stored value. It may have changed since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Known<V> {
    /// Nothing.
    #[default]
    Nothing,
    /// There was no value.
    Absent,
    /// This value was stored.
    Value(Versioned<V>),
}

impl<V> Known<V> {
    /// Returns the value, or `None` if there was none or nothing is known.
    #[must_use]
    pub fn value(&self) -> Option<&V> {
        match self {
            Self::Nothing | Self::Absent => None,
            Self::Value(known) => Some(&known.value),
        }
    }
}

impl<V> From<Option<Versioned<V>>> for Known<V> {
    fn from(read: Option<Versioned<V>>) -> Self {
        read.map_or(Self::Absent, Self::Value)
    }
}

/// Reads, decides and writes until the write holds, at most `rounds` times.
///
/// `decide` may be called several times, even after its earlier answer was stored and only the acknowledgement was lost.
/// It must therefore recognize its own change.
///
/// # Errors
/// [`UpdateError`] if the rounds are used up, or at once if another round would not help.
pub async fn update<C: Cell, R: Send>(
    cell: &C,
    clock: &dyn Clock,
    rounds: u32,
    decide: impl FnMut(Option<&C::Value>) -> Change<C::Value, R> + Send,
) -> Result<R, UpdateError> {
    let (done, _) = update_known(cell, Known::Nothing, clock, rounds, decide).await?;
    Ok(done)
}

/// Does as [`update`], and writes on what the caller knows before it reads. Returns what is known afterwards too, so that the
/// next update need not read.
///
/// A write on a stale value is a conflict, and a decision not to write is taken again on a value that was just read. So the
/// answer never rests on a stale value.
///
/// # Errors
/// As [`update`].
pub async fn update_known<C: Cell, R: Send>(
    cell: &C,
    known: Known<C::Value>,
    clock: &dyn Clock,
    rounds: u32,
    mut decide: impl FnMut(Option<&C::Value>) -> Change<C::Value, R> + Send,
) -> Result<(R, Known<C::Value>), UpdateError> {
    let mut last = UpdateError::Contended(rounds);
    let mut known = known;
    let mut round = 0;
    while round < rounds {
        if round > 0 {
            clock.sleep(pause(round, clock.chance())).await;
        }
        let known = std::mem::take(&mut known);
        let may_be_stale = !matches!(known, Known::Nothing);
        last = match attempt(cell, known, &mut decide).await {
            Ok(Some(done)) => return Ok(done),
            // The value was stale, which says nothing about writers that are busy now: no pause, and no round less.
            Ok(None) if may_be_stale => continue,
            Ok(None) => UpdateError::Contended(rounds),
            Err(lasting @ (StoreError::Unusable(_) | StoreError::TooLarge(_))) => return Err(lasting.into()),
            Err(unavailable @ StoreError::Unavailable(_)) => unavailable.into(),
        };
        round += 1;
    }
    Err(last)
}

/// Does one round. Returns `None` after a conflict, and if nothing is to be written on a value that may be stale.
async fn attempt<C: Cell, R: Send>(
    cell: &C,
    known: Known<C::Value>,
    decide: &mut (impl FnMut(Option<&C::Value>) -> Change<C::Value, R> + Send),
) -> Result<Option<(R, Known<C::Value>)>, StoreError> {
    let (value, may_be_stale) = match known {
        Known::Nothing => (cell.read().await?, false),
        Known::Absent => (None, true),
        Known::Value(value) => (Some(value), true),
    };
    let (next, done) = match decide(value.as_ref().map(|value| &value.value)) {
        Change::Keep(_) if may_be_stale => return Ok(None),
        Change::Keep(done) => return Ok(Some((done, value.into()))),
        Change::Write(next, done) => (next, done),
    };
    let expect = Expect::unchanged(value.as_ref());
    drop(value);
    match cell.write(&next, &expect).await? {
        Put::Stored(version) => Ok(Some((done, Known::Value(Versioned { value: next, version })))),
        Put::Conflict => Ok(None),
    }
}

/// Returns a random pause of at most 40 ms before the second round, doubled with each round up to 640 ms. It is random so that
/// writers that met once do not meet again.
fn pause(round: u32, chance: u128) -> Duration {
    let longest = 20_u64 << round.min(5);
    let share = u64::try_from(chance % u128::from(longest)).unwrap_or_default();
    Duration::from_millis(share + 1)
}

#[cfg(test)]
mod tests;
