//! The port to stored objects.

use super::version::{Expect, Put, StoreError, Version, Versioned};
use async_trait::async_trait;
use bytes::Bytes;

/// A store of objects with conditional writes. A read sees every write that was acknowledged before it.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Returns the object, or `None` if there is none.
    async fn get(&self, key: &str) -> Result<Option<Versioned<Bytes>>, StoreError>;

    /// Returns the object as `get` does, or [`Fetched::Unchanged`] without a body if it still has the version `known`.
    async fn get_unless(&self, key: &str, known: &Version) -> Result<Fetched, StoreError>;

    /// Writes the object if `expect` holds.
    ///
    /// Sends the write once. After a lost answer, a retry would find its own write and report a conflict.
    async fn put(&self, key: &str, body: Bytes, expect: &Expect) -> Result<Put, StoreError>;

    /// Returns all objects whose keys start with `prefix`, in the order of their keys.
    async fn entries(&self, prefix: &str) -> Result<Vec<Entry>, StoreError>;

    /// Returns all keys that start with `prefix`, in order.
    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        Ok(self.entries(prefix).await?.into_iter().map(|entry| entry.key).collect())
    }

    /// Deletes the object. Does nothing if there is none.
    async fn delete(&self, key: &str) -> Result<(), StoreError>;
}

/// What a list tells of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub key: String,
    /// The version that [`BlobStore::get`] returns.
    pub version: Version,
    /// Its length in bytes.
    pub bytes: u64,
}

/// The answer to [`BlobStore::get_unless`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// There is no object.
    Absent,
    /// The object has the known version.
    Unchanged,
    /// The object has another version.
    Changed(Versioned<Bytes>),
}
