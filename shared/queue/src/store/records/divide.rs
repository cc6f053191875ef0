//! Divides objects that have outgrown their limit.
//!
//! The children are written under a fresh id, where nobody finds them. Then the marker takes the place of the leaf, if the leaf
//! is still as it was read. That write is the moment of the division. Whatever happens before it leaves the leaf as it is.

use super::leaf_cell::Stored;
use super::tree::Node;
use super::{Records, WRITERS};
use crate::ports::{Expect, Put, StoreError, Version, Versioned};
use crate::store::cas::Cell;
use futures_util::{StreamExt, TryStreamExt, stream};
use redial_domain::AttemptId;
use redial_formats::month_v1::{Branch, Digest, Leaf, Split};
use std::sync::Arc;

/// How large an object of a month may become before a run divides it, and how many of them a process keeps in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordLimits {
    /// The number of records of an object.
    pub records: usize,
    /// The length of an object in bytes.
    pub bytes: usize,
    /// The length of the largest object that is read at once, in bytes. A larger one is divided piece by piece.
    pub whole_bytes: u64,
    /// The length of the children that a pass over a larger object keeps in memory, in bytes.
    pub pass_bytes: usize,
    /// The length of all objects that are kept in memory, in bytes. Those that were not used for longest go first.
    pub cached_bytes: usize,
    /// The least number of changed objects after which a run stores the index of a month again.
    pub index_after: usize,
}

impl Default for RecordLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl RecordLimits {
    /// Small objects bound what a webhook rewrites, and few objects bound what a run lists. The memory is that of a function
    /// that needs few objects.
    pub const DEFAULT: Self = Self {
        records: 500,
        bytes: 600_000,
        whole_bytes: 4_000_000,
        pass_bytes: 24_000_000,
        cached_bytes: 8_000_000,
        index_after: 8,
    };

    /// Returns into how many children a leaf is divided, so that they are about half full. `None` if it stays as it is.
    #[must_use]
    pub fn children_of(self, digest: &Digest, branch: Branch) -> Option<u32> {
        let (records, bytes) = (digest.rows().len(), digest.bytes);
        if (records <= self.records && bytes <= self.bytes) || !digest.is_divisible {
            return None;
        }
        // A child for each record is enough, however long a record is.
        let wanted = halves(records, self.records).max(halves(bytes, self.bytes).min(records));
        Some(children(wanted, branch))
    }

    /// Returns into how many children an object of this length is divided, whose records are not known.
    pub(super) fn children_of_large(self, bytes: u64, branch: Branch) -> u32 {
        children(halves(usize::try_from(bytes).unwrap_or(usize::MAX), self.bytes), branch)
    }
}

fn halves(size: usize, limit: usize) -> usize {
    size.saturating_mul(2).div_ceil(limit.max(1))
}

fn children(wanted: usize, branch: Branch) -> u32 {
    let wanted = u32::try_from(wanted).unwrap_or(u32::MAX).clamp(2, Split::MOST_CHILDREN).next_power_of_two();
    wanted.min(1_u32.checked_shl(branch.bits_left()).unwrap_or(u32::MAX))
}

/// What came of a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Division {
    /// The object is divided into this many.
    Into(u32),
    /// The object is divided already, is gone, or no longer too large.
    NotNeeded,
    /// The object changed meanwhile. The next run tries again.
    Outrun,
    /// Some of the children are written. The next run goes on.
    Unfinished,
}

impl Records {
    /// Divides an object if it is too large.
    ///
    /// # Errors
    /// When the store fails. Then the object is divided or as it was.
    pub async fn divide(&self, node: &Node) -> Result<Division, StoreError> {
        let cell = self.cell(node);
        let Some(Versioned { value: Stored::Leaf(leaf), version }) = cell.fetch().await? else {
            return Ok(Division::NotNeeded);
        };
        let Some(count) = self.limits.children_of(&Digest::of(&leaf), leaf.branch()) else {
            return Ok(Division::NotNeeded);
        };
        let split = self.new_split(count)?;
        let parts = leaf.divide(&split).map_err(StoreError::unusable)?;
        let writes = node
            .children(&split)
            .into_iter()
            .zip(parts)
            .map(|(child, part)| async move { self.write_child(&child, part).await });
        stream::iter(writes).buffer_unordered(WRITERS).try_collect::<()>().await?;
        let done = self.mark(node, &split, version).await?;
        if done == Division::Outrun {
            // Nobody will ever find these children. After any other failure the marker may still be stored, even much later, so
            // they stay until their month is deleted.
            self.delete_children(node.children(&split)).await;
        }
        Ok(done)
    }

    /// Returns a marker with a fresh id.
    pub(super) fn new_split(&self, children: u32) -> Result<Arc<Split>, StoreError> {
        let id = AttemptId::new(self.clock.now(), self.clock.chance()).to_string();
        Ok(Arc::new(Split::new(&id, children).map_err(StoreError::unusable)?))
    }

    /// Writes the marker in the place of a leaf that still has this version. Its children are stored.
    pub(super) async fn mark(&self, node: &Node, split: &Arc<Split>, leaf: Version) -> Result<Division, StoreError> {
        let cell = self.cell(node);
        match cell.write(&Stored::Split(Arc::clone(split)), &Expect::At(leaf)).await? {
            Put::Stored(_) => Ok(Division::Into(split.children())),
            // It may be stored all the same: a request that is sent twice on its way is refused the second time.
            Put::Conflict => Ok(match cell.fetch().await?.map(|stored| stored.value) {
                Some(Stored::Split(stored)) if *stored == **split => Division::Into(split.children()),
                Some(Stored::Split(_) | Stored::Leaf(_)) | None => Division::Outrun,
            }),
        }
    }

    /// Writes a child, which must not be there.
    async fn write_child(&self, child: &Node, part: Leaf) -> Result<(), StoreError> {
        match self.cell(child).write(&Stored::Leaf(Arc::new(part)), &Expect::Absent).await? {
            Put::Stored(_) => Ok(()),
            // Perhaps refused because of load. A child that is not certainly stored must not be found.
            Put::Conflict => Err(StoreError::unavailable(format!("{}: the object was not stored", child.key))),
        }
    }

    async fn delete_children(&self, children: Vec<Node>) {
        let deletes = children.into_iter().map(|child| async move {
            self.cache.keep(&child, None);
            if let Err(error) = self.blobs.delete(&child.key).await {
                tracing::debug!(key = child.key, %error, "an unused object stays until its month is deleted");
            }
        });
        stream::iter(deletes).buffer_unordered(WRITERS).collect::<()>().await;
    }
}
