//! The port to stored objects.

use super::version::{Expect, Put, StoreError, Version, Versioned};
use async_trait::async_trait;
use bytes::Bytes;

/// A store of objects with conditional writes. A read sees every write that was acknowledged before it.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Returns the object, or `None` if there is none.
    async fn get(&self, key: &str) -> Result<Option<Versioned<Bytes>>, StoreError>;

    /// Returns the object as `get` does, without a body if that is not `wanted`.
    async fn get_if(&self, key: &str, wanted: &Wanted) -> Result<Fetched, StoreError>;

    /// Returns so many bytes of the object, fewer at its end. `None` if it no longer has this version.
    async fn get_part(&self, key: &str, of: &Version, part: Part) -> Result<Option<Bytes>, StoreError>;

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

/// Which bodies a caller of [`BlobStore::get_if`] has no use for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// That of this version, which the caller knows.
    pub unless: Option<Version>,
    /// One that is longer, in bytes. The caller has no memory for it.
    pub most_bytes: Option<u64>,
}

impl Wanted {
    /// Returns the wish for a body of another version.
    #[must_use]
    pub fn unless(known: &Version) -> Self {
        Self { unless: Some(known.clone()), most_bytes: None }
    }

    /// Returns what [`BlobStore::get_if`] answers about an object that was read.
    #[must_use]
    pub fn of(&self, read: Option<Versioned<Bytes>>) -> Fetched {
        let Some(read) = read else { return Fetched::Absent };
        let bytes = u64::try_from(read.value.len()).unwrap_or(u64::MAX);
        if self.unless.as_ref() == Some(&read.version) {
            return Fetched::Unchanged;
        }
        if self.most_bytes.is_some_and(|most| bytes > most) { Fetched::TooLarge(bytes) } else { Fetched::Changed(read) }
    }
}

/// Some bytes of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Where they begin. It is before the end of the object.
    pub from: u64,
    /// How many they are, at least one.
    pub bytes: u64,
}

impl Part {
    /// Returns this part of a whole object.
    #[must_use]
    pub fn of(self, whole: &Bytes) -> Bytes {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(whole.len());
        whole.slice(place(self.from)..place(self.from.saturating_add(self.bytes)))
    }
}

/// The answer to [`BlobStore::get_if`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// There is no object.
    Absent,
    /// The object has the known version.
    Unchanged,
    /// The object has another version, and more bytes than the caller wants: so many.
    TooLarge(u64),
    /// The object has another version.
    Changed(Versioned<Bytes>),
}
