//! The one compare-and-swap loop: read with a version, decide with a pure function, write only if the version still holds.

use crate::ports::{Clock, Expect, Put, StoreError, Versioned};
use async_trait::async_trait;
use std::time::Duration;

/// A place with one value that is read with its version and written under a condition.
#[async_trait]
pub trait Cell: Send + Sync {
    /// What stands there.
    type Value: Send + Sync;

    /// The value and its version; `None` when nothing stands there.
    async fn read(&self) -> Result<Option<Versioned<Self::Value>>, StoreError>;

    /// Writes if `expect` holds.
    async fn write(&self, value: &Self::Value, expect: &Expect) -> Result<Put, StoreError>;
}

/// What a decision wants.
#[derive(Debug)]
pub enum Change<V, R> {
    /// Store this.
    Write(V, R),
    /// Leave what is there.
    Keep(R),
}

/// Why an update came to nothing, or may have.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The store gave no answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others were always faster. Nothing was written.
    #[error("{0} rounds of reading and writing met another writer each time")]
    Contended(u32),
}

/// Reads, decides and writes until the write holds, at most `rounds` times.
///
/// `decide` may be asked several times, also after its earlier answer was stored and only the acknowledgement was lost:
/// it must recognise its own work.
///
/// # Errors
/// [`UpdateError`] when the rounds are used up, or at once when the store is unusable.
pub async fn update<C: Cell, R: Send>(
    cell: &C,
    clock: &dyn Clock,
    rounds: u32,
    mut decide: impl FnMut(Option<&C::Value>) -> Change<C::Value, R> + Send,
) -> Result<R, UpdateError> {
    let mut last = UpdateError::Contended(rounds);
    for round in 0..rounds {
        if round > 0 {
            clock.sleep(pause(round, clock.chance())).await;
        }
        last = match attempt(cell, &mut decide).await {
            Ok(Some(done)) => return Ok(done),
            Ok(None) => UpdateError::Contended(rounds),
            Err(StoreError::Unusable(cause)) => return Err(StoreError::Unusable(cause).into()),
            Err(unavailable @ StoreError::Unavailable(_)) => unavailable.into(),
        };
    }
    Err(last)
}

/// One round; `None` after a conflict.
async fn attempt<C: Cell, R: Send>(
    cell: &C,
    decide: &mut (impl FnMut(Option<&C::Value>) -> Change<C::Value, R> + Send),
) -> Result<Option<R>, StoreError> {
    let read = cell.read().await?;
    let (value, done) = match decide(read.as_ref().map(|read| &read.value)) {
        Change::Keep(done) => return Ok(Some(done)),
        Change::Write(value, done) => (value, done),
    };
    let expect = Expect::unchanged(read.as_ref());
    drop(read);
    match cell.write(&value, &expect).await? {
        Put::Stored(_) => Ok(Some(done)),
        Put::Conflict => Ok(None),
    }
}

/// A random time up to 20 ms, doubled with each round, at most 640 ms.
fn pause(round: u32, chance: u128) -> Duration {
    let longest = 20_u64 << round.min(5);
    let share = u64::try_from(chance % u128::from(longest)).unwrap_or_default();
    Duration::from_millis(share + 1)
}
