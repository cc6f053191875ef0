//! The ledger: objects that are written once and never changed.
//!
//! Each object has some lines of its writer's chain (`ledger_v1`). A writer begins a new chain after a failure, because the
//! failed object may turn up later, and each day, so that the objects of a day can be checked without those of other days.

use crate::ports::{self, BlobStore, Clock, Expect, Meter, Metric, Put, StoreError, error_chain};
use bytes::Bytes;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use futures_util::lock::Mutex;
use futures_util::{Stream, StreamExt, stream};
use redial_domain::ledger::Entry;
use redial_formats::ledger_v1::Chain;
use std::sync::Arc;
use std::time::Duration;

/// Where every object of the ledger starts.
pub const PREFIX: &str = "ledger/";
/// The most tries of one group of entries. Each is an object of its own.
const ROUNDS: u32 = 3;
/// The longest pause before another try. A claim that waits for its entry is fresh for five seconds.
const PAUSE_MS: u128 = 200;
/// After this time there is no other try. Until then the claims of a group are fresh, and a run must keep time at its end to
/// free their lines.
const GIVES_UP_AFTER: TimeDelta = TimeDelta::seconds(4);
/// Objects that are read at once. Most have some kilobytes.
const READERS: usize = 32;
/// The most entries of one object, so that a reader can hold many of them.
const ENTRIES: usize = 500;

/// Appends entries.
pub struct Ledger {
    blobs: Arc<dyn BlobStore>,
    clock: Arc<dyn Clock>,
    meter: Arc<dyn Meter>,
    /// The chain that goes on, with its day. It is taken out while an object is written: whoever gives up then, or is killed,
    /// leaves none behind.
    chain: Mutex<Option<(NaiveDate, Chain)>>,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ledger")
    }
}

impl Ledger {
    /// Keeps the ledger in this store.
    #[must_use]
    pub fn new(blobs: Arc<dyn BlobStore>, clock: Arc<dyn Clock>, meter: Arc<dyn Meter>) -> Self {
        Self { blobs, clock, meter, chain: Mutex::new(None) }
    }

    /// Appends entries, in one object if they are few. They are durable when this returns.
    ///
    /// # Errors
    /// When they may not be durable. Then they may still turn up, and appending them again is safe: readers count entries of
    /// one id once.
    pub async fn append(&self, entries: &[Entry]) -> Result<(), StoreError> {
        for entries in entries.chunks(ENTRIES) {
            self.append_object(entries).await.inspect_err(|_| self.meter.record(Metric::LedgerFailures.of(1_u8)))?;
        }
        Ok(())
    }

    /// Appends the entry of a change.
    ///
    /// # Errors
    /// As [`Ledger::append`].
    pub async fn append_one(&self, entry: Entry) -> Result<(), StoreError> {
        self.append(&[entry]).await
    }

    /// Returns all objects of a day, in order.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub async fn entries(&self, day: NaiveDate) -> Result<Vec<ports::Entry>, StoreError> {
        self.blobs.entries(&format!("{PREFIX}{}/", day.format("%Y-%m-%d"))).await
    }

    /// Returns the names of all objects of a day, in order.
    ///
    /// # Errors
    /// As [`Ledger::entries`].
    pub async fn objects(&self, day: NaiveDate) -> Result<Vec<String>, StoreError> {
        Ok(self.entries(day).await?.into_iter().map(|object| object.key).collect())
    }

    /// Reads objects, some at once, and returns them in the order of their names with these. `None` for one that is not there any
    /// more.
    pub fn read(
        &self,
        names: Vec<String>,
    ) -> impl Stream<Item = Result<(String, Option<Bytes>), StoreError>> + Unpin + '_ {
        let reads = names.into_iter().map(move |name| async move {
            let object = self.blobs.get(&name).await?;
            Ok((name, object.map(|object| object.value)))
        });
        Box::pin(stream::iter(reads).buffered(READERS))
    }

    async fn append_object(&self, entries: &[Entry]) -> Result<(), StoreError> {
        // One object after the other, because each names the hash of the one before.
        let mut kept = self.chain.lock().await;
        let mut failed = None;
        let began = self.clock.now();
        for round in 0..ROUNDS {
            if round > 0 {
                let pause = u64::try_from(self.clock.chance() % PAUSE_MS).unwrap_or_default();
                self.clock.sleep(Duration::from_millis(pause + 1)).await;
            }
            let now = self.clock.now();
            if now - began > GIVES_UP_AFTER {
                break;
            }
            let today = now.date_naive();
            let going_on = kept.take().filter(|(day, _)| *day == today).map(|(_, chain)| chain);
            let mut chain = going_on.unwrap_or_else(|| Chain::new(format!("{:032x}", self.clock.chance())));
            let key = key(now, &chain);
            let lines = entries.iter().map(|entry| chain.append(entry) + "\n");
            match self.write(&key, lines.collect::<String>().into()).await {
                Ok(()) => {
                    *kept = Some((today, chain));
                    return Ok(());
                }
                Err(error @ (StoreError::Unusable(_) | StoreError::TooLarge(_))) => return Err(error),
                Err(error @ StoreError::Unavailable(_)) => {
                    tracing::warn!(error = error_chain(&error), "entries of the ledger are not stored yet");
                    failed = Some(error);
                }
            }
        }
        Err(failed.unwrap_or_else(|| StoreError::unavailable("the ledger was not tried")))
    }

    /// Writes an object. After an unknown answer, or a conflict with our own bytes, it is read back.
    async fn write(&self, key: &str, body: Bytes) -> Result<(), StoreError> {
        let error = match self.blobs.put(key, body.clone(), &Expect::Absent).await {
            Ok(Put::Stored(_)) => return Ok(()),
            Ok(Put::Conflict) => {
                StoreError::unavailable("the ledger has another object of this name, or a write of it")
            }
            Err(error @ (StoreError::Unusable(_) | StoreError::TooLarge(_))) => return Err(error),
            Err(error @ StoreError::Unavailable(_)) => error,
        };
        match self.blobs.get(key).await? {
            Some(stored) if stored.value == body => Ok(()),
            Some(_) | None => Err(error),
        }
    }
}

/// Returns the name of the next object of a chain. Names of one day sort by time.
fn key(now: DateTime<Utc>, chain: &Chain) -> String {
    format!("{PREFIX}{}/{}-{}-{}.jsonl", now.format("%Y-%m-%d"), now.format("%H%M%S%3f"), chain.writer(), chain.next())
}

/// Returns when an object was written, by its name. `None` if the name is another.
#[must_use]
pub fn written_at(key: &str) -> Option<DateTime<Utc>> {
    let (day, name) = key.strip_prefix(PREFIX)?.split_once('/')?;
    let time = name.split('-').next()?;
    let written = NaiveDateTime::parse_from_str(&format!("{day} {time}"), "%Y-%m-%d %H%M%S%3f").ok()?;
    Some(written.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_when_the_object_was_written() {
        let now = "2025-12-17T19:05:06.250Z".parse().unwrap();
        assert_eq!(written_at(&key(now, &Chain::new("a".to_owned()))), Some(now));
        assert_eq!(written_at("ledger/2025-12-17/other"), None);
    }
}
