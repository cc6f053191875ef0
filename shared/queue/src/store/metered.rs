//! Stores that count their conditional writes and conflicts.

use super::{ledger, records};
use crate::ports::{
    BlobStore, Entry, Expect, Fetched, LineStore, Meter, Metric, Part, Put, StoreError, Suppressed, Unlisted, Version,
    Versioned, Wanted,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use redial_domain::{Line, Phone};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A store that counts the writes to `inner`.
pub struct Metered<S: ?Sized> {
    inner: Arc<S>,
    meter: Arc<dyn Meter>,
}

impl<S: ?Sized> fmt::Debug for Metered<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metered")
    }
}

impl<S: ?Sized> Metered<S> {
    /// Returns a store that passes every operation to `inner`, and counts its writes and conflicts in `meter`.
    #[must_use]
    pub fn new(inner: Arc<S>, meter: &Arc<dyn Meter>) -> Self {
        Self { inner, meter: Arc::clone(meter) }
    }

    fn count(&self, put: Result<Put, StoreError>, writes: Metric, conflicts: Metric) -> Result<Put, StoreError> {
        self.meter.record(writes.of(1_u8));
        if let Ok(Put::Conflict) = put {
            self.meter.record(conflicts.of(1_u8));
        }
        put
    }
}

#[async_trait]
impl<S: BlobStore + ?Sized> BlobStore for Metered<S> {
    async fn get(&self, key: &str) -> Result<Option<Versioned<Bytes>>, StoreError> {
        self.inner.get(key).await
    }

    async fn get_if(&self, key: &str, wanted: &Wanted) -> Result<Fetched, StoreError> {
        self.inner.get_if(key, wanted).await
    }

    async fn get_part(&self, key: &str, of: &Version, part: Part) -> Result<Option<Bytes>, StoreError> {
        self.inner.get_part(key, of, part).await
    }

    async fn put(&self, key: &str, body: Bytes, expect: &Expect) -> Result<Put, StoreError> {
        let put = self.inner.put(key, body, expect).await;
        if key.starts_with(records::PREFIX) {
            return self.count(put, Metric::RecordWrites, Metric::RecordConflicts);
        }
        if key.starts_with(ledger::PREFIX) {
            self.meter.record(Metric::LedgerWrites.of(1_u8));
            return put;
        }
        self.count(put, Metric::StateWrites, Metric::StateConflicts)
    }

    async fn entries(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.inner.entries(prefix).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.inner.delete(key).await
    }
}

#[async_trait]
impl<S: LineStore + ?Sized> LineStore for Metered<S> {
    async fn get(&self, phone: &Phone) -> Result<Option<Versioned<Line>>, StoreError> {
        self.inner.get(phone).await
    }

    async fn get_many(&self, phones: &[Phone]) -> Result<BTreeMap<Phone, Line>, StoreError> {
        self.inner.get_many(phones).await
    }

    async fn put(&self, phone: &Phone, line: &Line, expect: &Expect) -> Result<Put, StoreError> {
        let put = self.inner.put(phone, line, expect).await;
        self.count(put, Metric::LineWrites, Metric::LineConflicts)
    }

    async fn open(&self, due: DateTime<Utc>, limit: usize) -> Result<Vec<Phone>, StoreError> {
        self.inner.open(due, limit).await
    }

    async fn suppressed(&self, after: Option<&Phone>, limit: usize) -> Result<Suppressed, StoreError> {
        self.inner.suppressed(after, limit).await
    }

    async fn unlisted(&self, after: Option<&Phone>) -> Result<Unlisted, StoreError> {
        self.inner.unlisted(after).await
    }
}
