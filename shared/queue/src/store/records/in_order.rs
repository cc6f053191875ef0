//! Walks over the leaves of a month in an order that no division changes.
//!
//! Each leaf has the places of its branch, see [`Branch::places`](redial_formats::month_v1::Branch::places), and its children share
//! them when it is divided. So a walk that begins anew at a place loses no record and reads none twice.

use super::Records;
use super::leaf_cell::Stored;
use super::tree::Node;
use super::walk::Object;
use crate::ports::{BoxError, StoreError, Versioned};
use futures_util::{StreamExt, stream};
use redial_domain::Month;
use redial_formats::month_v1::Leaf;
use std::collections::VecDeque;
use std::sync::Arc;

/// Leaves read at once.
const READERS: usize = 16;

/// A walk over the leaves of a month, from a place on.
pub struct LeafWalk<'a> {
    records: &'a Records,
    from: u64,
    division: Option<String>,
    ahead: VecDeque<Ahead>,
}

impl std::fmt::Debug for LeafWalk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LeafWalk").field("from", &self.from).field("ahead", &self.ahead.len()).finish_non_exhaustive()
    }
}

/// An object of the walk, in the order of its places.
enum Ahead {
    Unread(Node),
    Read(Node, Arc<Leaf>),
}

/// A step of a walk.
#[derive(Debug)]
pub enum Step {
    /// The next leaf, and the place behind it.
    Leaf(Arc<Leaf>, u64),
    /// There is none.
    End,
    /// The month was deleted meanwhile, and perhaps uploaded again.
    Replaced,
}

/// Why a walk cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// An object is missing or cannot be understood.
    #[error("{key}: the object cannot be read")]
    Unreadable {
        /// The object.
        key: String,
        /// What is wrong with it.
        #[source]
        cause: BoxError,
    },
    /// The store is unavailable.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WalkError {
    fn of(node: &Node, error: StoreError) -> Self {
        match error {
            StoreError::Unusable(cause) => Self::Unreadable { key: node.key.clone(), cause },
            other @ (StoreError::Unavailable(_) | StoreError::TooLarge(_)) => Self::Store(other),
        }
    }
}

impl Records {
    /// Returns whether the first object of a month is so large that runs must divide it before it can be read. `None` if the month
    /// has no objects.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn must_be_divided(&self, month: Month) -> Result<Option<bool>, StoreError> {
        let root = Node::root(month);
        let listed = self.blobs.entries(&root.key).await?;
        let root = listed.into_iter().find(|entry| entry.key == root.key);
        Ok(root.map(|root| root.bytes > self.limits.whole_bytes))
    }

    /// Begins a walk over the leaves of a month at the place `from`. Its first object is read anew, so that the walk does not begin
    /// with a marker of a month that was replaced. The leaves are not kept in memory. `None` if the month has no objects.
    ///
    /// # Errors
    /// [`WalkError`].
    pub async fn walk_in_order(&self, month: Month, from: u64) -> Result<Option<LeafWalk<'_>>, WalkError> {
        let root = Node::root(month);
        let stored = self.cell(&root).fetch_once().await.map_err(|error| WalkError::of(&root, error))?;
        let Some(stored) = stored else { return Ok(None) };
        let (division, ahead) = match stored.value {
            Stored::Leaf(leaf) => (None, vec![Ahead::Read(root, leaf)]),
            Stored::Split(split) => (Some(split.id().to_owned()), unread_from(root.children(&split), from)),
        };
        Ok(Some(LeafWalk { records: self, from, division, ahead: ahead.into() }))
    }

    /// Reads an object of a walk. Returns what is ahead in its place, and `None` if the month was replaced.
    async fn look_in_order(&self, node: Node, from: u64) -> Result<Option<Vec<Ahead>>, WalkError> {
        Ok(match self.object_once(&node).await.map_err(|error| WalkError::of(&node, error))? {
            Object::Nothing | Object::Replaced => None,
            Object::Divided(children) => Some(unread_from(children, from)),
            Object::Leaf(Versioned { value, .. }) => Some(vec![Ahead::Read(node, value)]),
        })
    }
}

/// Returns the objects with places from here on, in the order of their places.
fn unread_from(mut nodes: Vec<Node>, from: u64) -> Vec<Ahead> {
    nodes.retain(|node| node.branch.places().end > from);
    nodes.sort_by_key(|node| node.branch.places().start);
    nodes.into_iter().map(Ahead::Unread).collect()
}

impl LeafWalk<'_> {
    /// Returns the id of the first division of the month. `None` if it is one leaf.
    #[must_use]
    pub fn division(&self) -> Option<&str> {
        self.division.as_deref()
    }

    /// Returns the next leaf. Some leaves behind it are read at once, so that the walk is fast.
    ///
    /// # Errors
    /// [`WalkError`]. The walk must not go on.
    pub async fn step(&mut self) -> Result<Step, WalkError> {
        loop {
            match self.ahead.pop_front() {
                None => return Ok(Step::End),
                Some(Ahead::Read(node, leaf)) => {
                    let places = node.branch.places();
                    // A leaf is walked as a whole, so a walk begins inside of one only if the tree is another one.
                    if places.start < self.from && self.from < places.end {
                        return Ok(Step::Replaced);
                    }
                    if places.end <= self.from {
                        continue;
                    }
                    leaf.check().map_err(|error| WalkError::of(&node, StoreError::unusable(error)))?;
                    return Ok(Step::Leaf(leaf, places.end));
                }
                Some(unread @ Ahead::Unread(_)) => {
                    self.ahead.push_front(unread);
                    if !self.look_ahead().await? {
                        return Ok(Step::Replaced);
                    }
                }
            }
        }
    }

    /// Reads the next objects, and puts the children of those that are divided in their places. Returns whether the month is still
    /// the same.
    async fn look_ahead(&mut self) -> Result<bool, WalkError> {
        let (records, from) = (self.records, self.from);
        let near: Vec<_> = self.ahead.drain(..self.ahead.len().min(READERS)).collect();
        let looks = near.into_iter().map(|ahead| async move {
            match ahead {
                Ahead::Unread(node) => records.look_in_order(node, from).await,
                read @ Ahead::Read(..) => Ok(Some(vec![read])),
            }
        });
        let mut seen: Vec<_> = stream::iter(looks).buffered(READERS).collect().await;
        while let Some(seen) = seen.pop() {
            let Some(seen) = seen? else { return Ok(false) };
            seen.into_iter().rev().for_each(|ahead| self.ahead.push_front(ahead));
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::Clock;
    use crate::store::records::RecordLimits;
    use crate::testing::{MemoryBlobs, TestClock};
    use redial_domain::builders;
    use rstest::rstest;

    const LEADS: u32 = 60;

    /// A month that is divided, as a process without a memory finds it.
    async fn divided() -> Records {
        let (blobs, clock) = (Arc::new(MemoryBlobs::default()), Arc::new(TestClock::at("2025-12-17T19:00:00Z")));
        let root = Node::root(builders::month("2025-12"));
        let mut leaf = Leaf::default();
        for n in 0..LEADS {
            leaf.insert_or_update(&builders::lead(n, clock.now())).unwrap();
        }
        blobs.set(root.key(), leaf.to_bytes());
        let records = || {
            let limits = RecordLimits { records: 20, ..RecordLimits::DEFAULT };
            Records::new(Arc::clone(&blobs) as _, Arc::clone(&clock) as _, limits)
        };
        records().divide(&root).await.unwrap();
        records()
    }

    async fn walked(records: &Records, from: u64) -> Vec<(usize, u64)> {
        let mut walk = records.walk_in_order(builders::month("2025-12"), from).await.unwrap().unwrap();
        let mut walked = Vec::new();
        loop {
            match walk.step().await.unwrap() {
                Step::Leaf(leaf, place) => walked.push((leaf.len(), place)),
                Step::End => return walked,
                Step::Replaced => panic!("the month is the same"),
            }
        }
    }

    #[tokio::test]
    async fn a_walk_goes_on_from_every_place_and_keeps_no_leaf() {
        let records = divided().await;
        let all = walked(&records, 0).await;
        assert_eq!(all.iter().map(|(leads, _)| leads).sum::<usize>(), usize::try_from(LEADS).unwrap());
        assert!(all.len() > 4 && all.is_sorted_by(|one, next| one.1 < next.1), "{all:?}");
        assert_eq!(all.last().map(|(_, place)| *place), Some(1 << 32));
        for number in 0..all.len() {
            assert_eq!(walked(&records, all[number].1).await, all[number + 1..]);
        }
        let root = Node::root(builders::month("2025-12"));
        let split = records.cache.markers.get(&root).unwrap();
        assert!(root.children(&split).iter().all(|child| records.cache.leaf(child).is_none()));
    }

    #[tokio::test]
    async fn a_leaf_with_a_record_that_is_no_json_is_unreadable() {
        let clock = Arc::new(TestClock::at("2025-12-17T19:00:00Z"));
        let blobs = Arc::new(MemoryBlobs::default());
        blobs.set("redial-queue/redial-queue_2025-12.json", "{\n\"1_5555550101\":{\"lead_id\" 1}\n}\n");
        let records = Records::new(blobs, clock, RecordLimits::DEFAULT);
        let mut walk = records.walk_in_order(builders::month("2025-12"), 0).await.unwrap().unwrap();
        assert!(matches!(walk.step().await, Err(WalkError::Unreadable { .. })));
    }

    #[rstest]
    #[case::in_the_middle(1 << 31, true)]
    #[case::at_the_end(1 << 32, false)]
    #[tokio::test]
    async fn a_walk_that_would_begin_inside_of_a_leaf_tells_that_the_month_was_replaced(
        #[case] from: u64,
        #[case] is_replaced: bool,
    ) {
        let clock = Arc::new(TestClock::at("2025-12-17T19:00:00Z"));
        let blobs = Arc::new(MemoryBlobs::default());
        blobs.set("redial-queue/redial-queue_2025-12.json", "{}");
        let records = Records::new(blobs, clock, RecordLimits::DEFAULT);
        let mut walk = records.walk_in_order(builders::month("2025-12"), from).await.unwrap().unwrap();
        assert_eq!(matches!(walk.step().await.unwrap(), Step::Replaced), is_replaced);
    }
}
