//! Objects under keys.

use super::version::{Expect, Put, StoreError, Version, Versioned};
use async_trait::async_trait;
use bytes::Bytes;

/// Objects with conditional writes. Reads see every write that was answered before.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// The object; `None` when there is none.
    async fn get(&self, key: &str) -> Result<Option<Versioned<Bytes>>, StoreError>;

    /// As `get`, but [`Fetched::Unchanged`] when the object still has the version `known`.
    async fn get_unless(&self, key: &str, known: &Version) -> Result<Fetched, StoreError>;

    /// Writes the object if `expect` holds. Never tried twice: after a lost answer a second try would see its own write.
    async fn put(&self, key: &str, body: Bytes, expect: &Expect) -> Result<Put, StoreError>;

    /// Every key that starts with `prefix`, in order.
    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError>;

    /// Removes the object, if it is there.
    async fn delete(&self, key: &str) -> Result<(), StoreError>;
}

/// The answer to [`BlobStore::get_unless`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// There is none.
    Absent,
    /// It has the version that is known.
    Unchanged,
    /// It is this.
    Changed(Versioned<Bytes>),
}
