//! One object of a month with a cache.

use super::tree::{Markers, Node};
use crate::ports::{BlobStore, Expect, Fetched, Put, StoreError, Version, Versioned, Wanted};
use crate::store::cas::{Cell, Known};
use async_trait::async_trait;
use bytes::Bytes;
use lru::LruCache;
use redial_formats::month_v1::{Leaf, MonthObject, Split};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// After so many leaves in a row that nobody else has changed, a process takes itself for their only writer.
const SOLE_WRITER: u32 = 4;

/// What an object of a month is.
#[derive(Debug, Clone)]
pub(super) enum Stored {
    Leaf(Arc<Leaf>),
    Split(Arc<Split>),
}

/// The objects that were used last. A read of an unchanged leaf has no body and needs no parsing.
#[derive(Debug)]
pub(super) struct Cache {
    leaves: Mutex<Leaves>,
    /// How many times in a row a kept leaf was still what is stored.
    unchanged: AtomicU32,
    pub(super) markers: Markers,
}

#[derive(Debug)]
struct Leaves {
    used: LruCache<String, Versioned<Arc<Leaf>>>,
    bytes: usize,
    most_bytes: usize,
}

impl Leaves {
    fn keep(&mut self, key: &str, leaf: Versioned<Arc<Leaf>>) {
        self.forget(key);
        self.bytes += leaf.value.bytes();
        self.used.put(key.to_owned(), leaf);
        while self.bytes > self.most_bytes
            && let Some((_, oldest)) = self.used.pop_lru()
        {
            self.bytes -= oldest.value.bytes();
        }
    }

    fn forget(&mut self, key: &str) {
        if let Some(leaf) = self.used.pop(key) {
            self.bytes -= leaf.value.bytes();
        }
    }
}

impl Cache {
    /// A cache of leaves of at most so many bytes, and of every marker.
    pub(super) fn new(most_bytes: usize) -> Self {
        let leaves = Leaves { used: LruCache::unbounded(), bytes: 0, most_bytes };
        Self { leaves: Mutex::new(leaves), unchanged: AtomicU32::new(0), markers: Markers::default() }
    }

    /// Returns a leaf as it was when it was read or written last.
    pub(super) fn leaf(&self, node: &Node) -> Option<Versioned<Arc<Leaf>>> {
        self.leaves().used.get(&node.key).cloned()
    }

    /// Returns what a write may begin with before it reads. Nothing while other processes write the same objects: a write on a
    /// stale leaf costs more than the read that it saves.
    pub(super) fn likely(&self, node: &Node) -> Known<Stored> {
        match self.leaf(node).filter(|_| self.unchanged.load(Ordering::Relaxed) >= SOLE_WRITER) {
            None => Known::Nothing,
            Some(Versioned { value, version }) => Known::Value(Versioned { value: Stored::Leaf(value), version }),
        }
    }

    fn was_unchanged(&self) {
        // It wraps around after years of webhooks, and begins anew.
        self.unchanged.fetch_add(1, Ordering::Relaxed);
    }

    fn was_changed(&self) {
        self.unchanged.store(0, Ordering::Relaxed);
    }

    pub(super) fn keep(&self, node: &Node, stored: Option<Versioned<Stored>>) {
        match stored {
            Some(Versioned { value: Stored::Leaf(value), version }) => {
                self.leaves().keep(&node.key, Versioned { value, version });
            }
            Some(Versioned { value: Stored::Split(split), .. }) => {
                self.leaves().forget(&node.key);
                self.markers.learn(node, &split);
            }
            None => self.leaves().forget(&node.key),
        }
    }

    fn leaves(&self) -> MutexGuard<'_, Leaves> {
        self.leaves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What of an object that is read is kept in memory.
#[derive(Debug, Clone, Copy)]
enum Keep {
    Everything,
    /// Markers, and leaves that are kept already.
    NoFurtherLeaf,
}

pub(super) struct LeafCell<'a> {
    pub(super) blobs: &'a dyn BlobStore,
    pub(super) cache: &'a Cache,
    pub(super) node: &'a Node,
    /// The length of the largest object that is read at once, in bytes.
    pub(super) most_bytes: u64,
}

impl LeafCell<'_> {
    /// Reads the object, unless it is the leaf that is kept.
    ///
    pub(super) async fn fetch(&self) -> Result<Option<Versioned<Stored>>, StoreError> {
        self.look(Keep::Everything).await
    }

    /// Does the same, but keeps no further leaf. For whoever reads a whole month once, which would push out the leaves that are
    /// used.
    pub(super) async fn fetch_once(&self) -> Result<Option<Versioned<Stored>>, StoreError> {
        self.look(Keep::NoFurtherLeaf).await
    }

    async fn look(&self, keep: Keep) -> Result<Option<Versioned<Stored>>, StoreError> {
        let known = self.cache.leaf(self.node);
        let is_kept = known.is_some();
        let unless = known.as_ref().map(|known| known.version.clone());
        let wanted = Wanted { unless, most_bytes: Some(self.most_bytes) };
        let fetched = match (self.blobs.get_if(&self.node.key, &wanted).await?, known) {
            (Fetched::Unchanged, Some(Versioned { value, version })) => {
                self.cache.was_unchanged();
                return Ok(Some(Versioned { value: Stored::Leaf(value), version }));
            }
            (Fetched::Unchanged, None) => {
                return Err(StoreError::unusable("the store left out a body that was wanted"));
            }
            (Fetched::TooLarge(bytes), _) => return Err(too_large(self.node, bytes)),
            (Fetched::Absent, _) => None,
            (Fetched::Changed(object), known) => {
                if known.is_some() {
                    self.cache.was_changed();
                }
                Some(object)
            }
        };
        let stored = fetched.map(|object| self.parsed(object.version, &object.value)).transpose()?;
        match (keep, stored.as_ref().map(|stored| &stored.value)) {
            (Keep::NoFurtherLeaf, Some(Stored::Leaf(_))) if !is_kept => {}
            (Keep::Everything | Keep::NoFurtherLeaf, _) => self.cache.keep(self.node, stored.clone()),
        }
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

/// The error of an object that is not read at once.
pub(super) fn too_large(node: &Node, bytes: u64) -> StoreError {
    StoreError::TooLarge(format!("{}: {bytes} bytes are too many to read at once, and runs divide it", node.key).into())
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
        match &put {
            Put::Stored(version) => {
                self.cache.keep(self.node, Some(Versioned { value: stored.clone(), version: version.clone() }));
            }
            Put::Conflict => self.cache.was_changed(),
        }
        Ok(put)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::builders;
    use redial_formats::month_v1::Branch;

    fn node(number: u32) -> Node {
        Node { month: builders::month("2025-12"), branch: Branch::ROOT, key: number.to_string() }
    }

    fn leaf(version: &str) -> Option<Versioned<Stored>> {
        let mut leaf = Leaf::default();
        leaf.insert_or_update(&builders::lead(1, builders::at("2025-12-17T19:00:00Z"))).unwrap();
        Some(Versioned { value: Stored::Leaf(Arc::new(leaf)), version: Version(version.to_owned()) })
    }

    #[test]
    fn the_leaves_that_were_used_last_are_kept_within_the_bound() {
        let Some(Versioned { value: Stored::Leaf(one), .. }) = leaf("v1") else { panic!("no leaf") };
        let cache = Cache::new(2 * one.bytes());
        cache.keep(&node(1), leaf("v1"));
        cache.keep(&node(2), leaf("v1"));
        // Kept again it counts once, and reading it makes it the last that was used.
        cache.keep(&node(2), leaf("v2"));
        assert!(cache.leaf(&node(1)).is_some());
        cache.keep(&node(3), leaf("v1"));
        assert_eq!([1, 2, 3].map(|number| cache.leaf(&node(number)).is_some()), [true, false, true]);
        cache.keep(&node(1), None);
        cache.keep(&node(2), leaf("v3"));
        assert_eq!([1, 2, 3].map(|number| cache.leaf(&node(number)).is_some()), [false, true, true]);
    }
}
