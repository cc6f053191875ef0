//! A store in memory whose callers get in each other's way, and, on request, one that breaks its promise.

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use redial_domain::{Line, Phone};
use redial_queue::ports::{BlobStore, Expect, Fetched, LineStore, Put, StoreError, Version, Versioned};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::yield_now;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    /// A write is carried out whatever is there.
    BlindWrites,
    /// Every third read of what was read before says that it is unchanged.
    StaleReads,
}

/// Another store. Others may come in before and after each operation, as they may on a network.
#[derive(Debug)]
pub(crate) struct Wayward<P: ?Sized> {
    inner: Arc<P>,
    defect: Option<Defect>,
    reads: AtomicUsize,
}

impl<P: ?Sized> Wayward<P> {
    pub(crate) fn new(inner: Arc<P>, defect: Option<Defect>) -> Self {
        Self { inner, defect, reads: AtomicUsize::new(0) }
    }
}

async fn between_others<T: Send>(operation: impl Future<Output = T> + Send) -> T {
    yield_now().await;
    let done = operation.await;
    yield_now().await;
    done
}

#[async_trait]
impl<P: BlobStore + ?Sized> BlobStore for Wayward<P> {
    async fn get(&self, key: &str) -> Result<Option<Versioned<Bytes>>, StoreError> {
        between_others(self.inner.get(key)).await
    }

    async fn get_unless(&self, key: &str, known: &Version) -> Result<Fetched, StoreError> {
        if self.defect == Some(Defect::StaleReads) && self.reads.fetch_add(1, Ordering::SeqCst).is_multiple_of(3) {
            return Ok(Fetched::Unchanged);
        }
        between_others(self.inner.get_unless(key, known)).await
    }

    async fn put(&self, key: &str, body: Bytes, expect: &Expect) -> Result<Put, StoreError> {
        if self.defect == Some(Defect::BlindWrites) {
            yield_now().await;
            let there = self.inner.get(key).await?;
            return self.inner.put(key, body, &Expect::unchanged(there.as_ref())).await;
        }
        between_others(self.inner.put(key, body, expect)).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        between_others(self.inner.list(prefix)).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        between_others(self.inner.delete(key)).await
    }
}

#[async_trait]
impl<P: LineStore + ?Sized> LineStore for Wayward<P> {
    async fn get(&self, phone: &Phone) -> Result<Option<Versioned<Line>>, StoreError> {
        between_others(self.inner.get(phone)).await
    }

    async fn get_many(&self, phones: &[Phone]) -> Result<BTreeMap<Phone, Line>, StoreError> {
        between_others(self.inner.get_many(phones)).await
    }

    async fn put(&self, phone: &Phone, line: &Line, expect: &Expect) -> Result<Put, StoreError> {
        if self.defect == Some(Defect::BlindWrites) {
            yield_now().await;
            let there = self.inner.get(phone).await?;
            return self.inner.put(phone, line, &Expect::unchanged(there.as_ref())).await;
        }
        between_others(self.inner.put(phone, line, expect)).await
    }

    async fn open(&self, due: DateTime<Utc>, limit: usize) -> Result<Vec<Phone>, StoreError> {
        between_others(self.inner.open(due, limit)).await
    }
}
