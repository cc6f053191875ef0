//! Objects in memory.

mod uploads;

use super::locked;
use crate::ports::{BlobStore, Entry, Expect, Fetched, Part, Put, StoreError, Version, Versioned, Wanted};
use async_trait::async_trait;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::sync::Mutex;

/// A [`BlobStore`] in memory. As in S3, the version is a hash of the content, so the same bytes have the same version.
#[derive(Debug, Default)]
pub struct MemoryBlobs {
    objects: Mutex<BTreeMap<String, Versioned<Bytes>>>,
    uploads: Mutex<uploads::Begun>,
}

impl MemoryBlobs {
    /// Writes an object without a condition, as an operator can.
    pub fn set(&self, key: &str, body: impl Into<Bytes>) {
        locked(&self.objects).insert(key.to_owned(), versioned(body.into()));
    }

    /// Deletes an object, as an operator can.
    pub fn remove(&self, key: &str) {
        locked(&self.objects).remove(key);
    }

    /// Returns all objects by key.
    #[must_use]
    pub fn all(&self) -> BTreeMap<String, Bytes> {
        let objects = locked(&self.objects);
        objects.iter().map(|(key, object)| (key.clone(), object.value.clone())).collect()
    }
}

#[async_trait]
impl BlobStore for MemoryBlobs {
    async fn get(&self, key: &str) -> Result<Option<Versioned<Bytes>>, StoreError> {
        Ok(locked(&self.objects).get(key).cloned())
    }

    async fn get_if(&self, key: &str, wanted: &Wanted) -> Result<Fetched, StoreError> {
        Ok(wanted.of(self.get(key).await?))
    }

    async fn get_part(&self, key: &str, of: &Version, part: Part) -> Result<Option<Bytes>, StoreError> {
        let read = self.get(key).await?.filter(|read| read.version == *of);
        Ok(read.map(|read| part.of(&read.value)))
    }

    async fn put(&self, key: &str, body: Bytes, expect: &Expect) -> Result<Put, StoreError> {
        let mut objects = locked(&self.objects);
        let found = objects.get(key).map(|object| &object.version);
        let holds = match expect {
            Expect::Absent => found.is_none(),
            Expect::At(version) => found == Some(version),
        };
        if !holds {
            return Ok(Put::Conflict);
        }
        let object = versioned(body);
        let version = object.version.clone();
        objects.insert(key.to_owned(), object);
        Ok(Put::Stored(version))
    }

    async fn entries(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        let objects = locked(&self.objects);
        let found = objects.iter().filter(|(key, _)| key.starts_with(prefix));
        let entry = |(key, object): (&String, &Versioned<Bytes>)| Entry {
            key: key.clone(),
            version: object.version.clone(),
            bytes: u64::try_from(object.value.len()).unwrap_or(u64::MAX),
        };
        Ok(found.map(entry).collect())
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        locked(&self.objects).remove(key);
        Ok(())
    }
}

fn versioned(value: Bytes) -> Versioned<Bytes> {
    let mut hasher = DefaultHasher::new();
    hasher.write(&value);
    Versioned { version: Version(format!("\"{:016x}\"", hasher.finish())), value }
}
