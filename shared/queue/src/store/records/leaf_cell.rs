//! One object of a month with a cache.

use super::tree::{Markers, Node};
use crate::ports::{BlobStore, Expect, Fetched, Put, StoreError, Version, Versioned};
use crate::store::cas::Cell;
use async_trait::async_trait;
use bytes::Bytes;
use redial_formats::month_v1::{Leaf, MonthObject, Split};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What an object of a month is.
#[derive(Debug, Clone)]
pub(super) enum Stored {
    Leaf(Arc<Leaf>),
    Split(Arc<Split>),
}

/// The objects that were read last. A read of an unchanged leaf has no body and needs no parsing.
#[derive(Debug, Default)]
pub(super) struct Cache {
    leaves: Mutex<HashMap<String, Versioned<Arc<Leaf>>>>,
    pub(super) markers: Markers,
}

impl Cache {
    fn leaf(&self, node: &Node) -> Option<Versioned<Arc<Leaf>>> {
        self.leaves.lock().unwrap_or_else(PoisonError::into_inner).get(&node.key).cloned()
    }

    pub(super) fn keep(&self, node: &Node, stored: Option<Versioned<Stored>>) {
        let mut leaves = self.leaves.lock().unwrap_or_else(PoisonError::into_inner);
        match stored {
            Some(Versioned { value: Stored::Leaf(leaf), version }) => {
                leaves.insert(node.key.clone(), Versioned { value: leaf, version });
            }
            Some(Versioned { value: Stored::Split(split), .. }) => {
                leaves.remove(&node.key);
                self.markers.learn(node, &split);
            }
            None => drop(leaves.remove(&node.key)),
        }
    }
}

pub(super) struct LeafCell<'a> {
    pub(super) blobs: &'a dyn BlobStore,
    pub(super) cache: &'a Cache,
    pub(super) node: &'a Node,
}

impl LeafCell<'_> {
    pub(super) async fn fetch(&self) -> Result<Option<Versioned<Stored>>, StoreError> {
        let key = &self.node.key;
        let fetched = match self.cache.leaf(self.node) {
            None => self.blobs.get(key).await?,
            Some(known) => match self.blobs.get_unless(key, &known.version).await? {
                Fetched::Unchanged => {
                    return Ok(Some(Versioned { value: Stored::Leaf(known.value), version: known.version }));
                }
                Fetched::Absent => None,
                Fetched::Changed(object) => Some(object),
            },
        };
        let stored = fetched.map(|object| self.parsed(object.version, &object.value)).transpose()?;
        self.cache.keep(self.node, stored.clone());
        Ok(stored)
    }

    fn parsed(&self, version: Version, body: &Bytes) -> Result<Versioned<Stored>, StoreError> {
        let read = MonthObject::parse(body, self.node.branch);
        let object = read.map_err(|error| StoreError::unusable(format!("{}: {error}", self.node.key)))?;
        let value = match object {
            MonthObject::Leaf(leaf) => Stored::Leaf(Arc::new(leaf)),
            MonthObject::Split(split) => Stored::Split(Arc::new(split)),
        };
        Ok(Versioned { value, version })
    }
}

#[async_trait]
impl Cell for LeafCell<'_> {
    type Value = Stored;

    async fn read(&self) -> Result<Option<Versioned<Stored>>, StoreError> {
        self.fetch().await
    }

    async fn write(&self, stored: &Stored, expect: &Expect) -> Result<Put, StoreError> {
        let body = match stored {
            Stored::Leaf(leaf) => leaf.to_bytes(),
            Stored::Split(split) => split.to_bytes(),
        };
        let put = self.blobs.put(&self.node.key, body, expect).await?;
        if let Put::Stored(version) = &put {
            self.cache.keep(self.node, Some(Versioned { value: stored.clone(), version: version.clone() }));
        }
        Ok(put)
    }
}
