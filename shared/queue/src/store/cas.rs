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

/// Reads, decides and writes until the write holds, at most `rounds` times.
///
/// `decide` may be called several times, even after its earlier answer was stored and only the acknowledgement was lost.
/// It must therefore recognize its own change.
///
/// # Errors
/// [`UpdateError`] if the rounds are used up, or at once if the store is unusable.
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

/// Does one round. Returns `None` after a conflict.
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

/// Returns a random pause of at most 40 ms before the second round, doubled with each round up to 640 ms. It is random so that
/// writers that met once do not meet again.
fn pause(round: u32, chance: u128) -> Duration {
    let longest = 20_u64 << round.min(5);
    let share = u64::try_from(chance % u128::from(longest)).unwrap_or_default();
    Duration::from_millis(share + 1)
}
