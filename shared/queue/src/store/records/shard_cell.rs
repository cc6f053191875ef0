//! One object of records with a cache.

use crate::ports::{BlobStore, Expect, Fetched, Put, StoreError, Version, Versioned};
use crate::store::cas::Cell;
use async_trait::async_trait;
use redial_formats::month_v1::Shard;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The objects that were read last. A read of an unchanged object has no body and needs no parsing.
#[derive(Debug, Default)]
pub(super) struct ShardCache(Mutex<HashMap<String, Versioned<Arc<Shard>>>>);

impl ShardCache {
    fn get(&self, key: &str) -> Option<Versioned<Arc<Shard>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn set(&self, key: &str, stored: Option<Versioned<Arc<Shard>>>) {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match stored {
            Some(stored) => cache.insert(key.to_owned(), stored),
            None => cache.remove(key),
        };
    }
}

pub(super) struct ShardCell<'a> {
    pub(super) blobs: &'a dyn BlobStore,
    pub(super) cache: &'a ShardCache,
    pub(super) key: String,
}

impl ShardCell<'_> {
    pub(super) async fn fetch(&self) -> Result<Option<Versioned<Arc<Shard>>>, StoreError> {
        let fetched = match self.cache.get(&self.key) {
            None => self.blobs.get(&self.key).await?,
            Some(known) => match self.blobs.get_unless(&self.key, &known.version).await? {
                Fetched::Unchanged => return Ok(Some(known)),
                Fetched::Absent => None,
                Fetched::Changed(object) => Some(object),
            },
        };
        let stored = fetched.map(|object| self.parsed(object.version, &object.value)).transpose()?;
        self.cache.set(&self.key, stored.clone());
        Ok(stored)
    }

    fn parsed(&self, version: Version, body: &[u8]) -> Result<Versioned<Arc<Shard>>, StoreError> {
        let shard = Shard::parse(body).map_err(|error| StoreError::unusable(format!("{}: {error}", self.key)))?;
        Ok(Versioned { value: Arc::new(shard), version })
    }
}

#[async_trait]
impl Cell for ShardCell<'_> {
    type Value = Arc<Shard>;

    async fn read(&self) -> Result<Option<Versioned<Arc<Shard>>>, StoreError> {
        self.fetch().await
    }

    async fn write(&self, shard: &Arc<Shard>, expect: &Expect) -> Result<Put, StoreError> {
        let put = self.blobs.put(&self.key, shard.to_bytes().into(), expect).await?;
        if let Put::Stored(version) = &put {
            self.cache.set(&self.key, Some(Versioned { value: Arc::clone(shard), version: version.clone() }));
        }
        Ok(put)
    }
}
