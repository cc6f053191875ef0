//! One object of a month with a cache.

use super::tree::{Markers, Node};
use crate::ports::{BlobStore, Clock, Expect, Fetched, Put, StoreError, Version, Versioned, Wanted};
use crate::store::cas::{Cell, Known};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use lru::LruCache;
use redial_formats::month_v1::{Leaf, MonthObject, Split};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// After so many leaves in a row that nobody else has changed, a process takes itself for their only writer.
const SOLE_WRITER: u32 = 4;
/// How long a write begins with what was read before it. A webhook looks for a record while it writes the line.
const JUST_READ: TimeDelta = TimeDelta::milliseconds(500);
/// How many of the objects that were read last are remembered for this. A webhook reads one in each open month at once.
const READ_LAST: usize = 8;

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
    /// The objects that were read last, the newest first.
    read_last: Mutex<VecDeque<Read>>,
    pub(super) markers: Markers,
}

/// A read of an object.
#[derive(Debug)]
struct Read {
    key: String,
    /// `None` if it was not there.
    version: Option<Version>,
    at: DateTime<Utc>,
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
        Self {
            leaves: Mutex::new(leaves),
            unchanged: AtomicU32::new(0),
            read_last: Mutex::default(),
            markers: Markers::default(),
        }
    }

    /// Returns a leaf as it was when it was read or written last.
    pub(super) fn leaf(&self, node: &Node) -> Option<Versioned<Arc<Leaf>>> {
        self.leaves().used.get(&node.key).cloned()
    }

    /// Returns what a write may begin with before it reads: what was read just now. While other processes write the same
    /// objects it is nothing else, because a write on a stale leaf costs more than the read that it saves.
    pub(super) fn likely(&self, node: &Node, now: DateTime<Utc>) -> Known<Stored> {
        let was_read = self.just_read(node, now);
        let is_sole_writer = || self.unchanged.load(Ordering::Relaxed) >= SOLE_WRITER;
        match self.leaf(node) {
            Some(Versioned { value, version }) if was_read == Some(Some(version.clone())) || is_sole_writer() => {
                Known::Value(Versioned { value: Stored::Leaf(value), version })
            }
            None if was_read == Some(None) => Known::Absent,
            Some(_) | None => Known::Nothing,
        }
    }

    /// Returns the version of an object that was read just now, `Some(None)` if it was not there.
    fn just_read(&self, node: &Node, now: DateTime<Utc>) -> Option<Option<Version>> {
        let read_last = self.read_last();
        let last = read_last.iter().find(|read| read.key == node.key)?;
        // A time in the future says nothing: the clock was set back.
        (TimeDelta::zero()..=JUST_READ).contains(&(now - last.at)).then(|| last.version.clone())
    }

    fn was_read(&self, node: &Node, version: Option<Version>, at: DateTime<Utc>) {
        let mut read_last = self.read_last();
        read_last.retain(|read| read.key != node.key);
        read_last.truncate(READ_LAST - 1);
        read_last.push_front(Read { key: node.key.clone(), version, at });
    }

    fn read_last(&self) -> MutexGuard<'_, VecDeque<Read>> {
        self.read_last.lock().unwrap_or_else(PoisonError::into_inner)
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
    pub(super) clock: &'a dyn Clock,
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
        let stored = self.get(keep).await?;
        self.cache.was_read(self.node, stored.as_ref().map(|stored| stored.version.clone()), self.clock.now());
        Ok(stored)
    }

    async fn get(&self, keep: Keep) -> Result<Option<Versioned<Stored>>, StoreError> {
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

    #[test]
    fn a_write_begins_with_what_was_read_just_now() {
        let cache = Cache::new(usize::MAX);
        let at = builders::at("2025-12-17T19:00:00Z");
        let after = |ms| at + TimeDelta::milliseconds(ms);
        let read = |version: &str| cache.was_read(&node(1), Some(Version(version.to_owned())), at);
        cache.keep(&node(1), leaf("v1"));
        assert!(matches!(cache.likely(&node(1), at), Known::Nothing), "kept, and not read");
        read("v1");
        for ms in [0, 500] {
            let Known::Value(known) = cache.likely(&node(1), after(ms)) else { panic!("{ms} ms") };
            assert_eq!(known.version, Version("v1".to_owned()));
        }
        for ms in [-1, 501] {
            assert!(matches!(cache.likely(&node(1), after(ms)), Known::Nothing), "{ms} ms");
        }
        cache.keep(&node(1), leaf("v2"));
        assert!(matches!(cache.likely(&node(1), at), Known::Nothing), "written since");
        cache.keep(&node(1), None);
        read("v2");
        assert!(matches!(cache.likely(&node(1), at), Known::Nothing), "not kept");
        cache.was_read(&node(2), None, at);
        assert!(matches!(cache.likely(&node(2), at), Known::Absent));
        (3..10).for_each(|number| cache.was_read(&node(number), None, at));
        assert!(matches!(cache.likely(&node(2), at), Known::Absent));
        cache.was_read(&node(10), None, at);
        assert!(matches!(cache.likely(&node(2), at), Known::Nothing), "too long ago");
    }
}
