//! Divides objects that are too large to be read at once, such as an uploaded month of a million leads.
//!
//! Each pass over the object writes the children that fit into memory, so that a run that ends in between has not worked for
//! nothing: the next one goes on with the children that are missing. Until the marker is written nobody finds them.

use super::divide::Division;
use super::leaf_cell::Stored;
use super::tree::Node;
use super::{PREFIX, Records, WRITERS};
use crate::ports::{Expect, Part, Put, StoreError, Version};
use crate::store::cas::Cell;
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use redial_domain::Month;
use redial_formats::division_v1::{self, Division as Begun};
use redial_formats::month_v1::{Pass, Split};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// Pieces that are read before they are needed.
const READ_AHEAD: usize = 2;

/// An object that is too large to be read at once. Its leads wait until runs have divided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Large {
    pub(super) node: Node,
    pub(super) version: Version,
    /// Its length in bytes.
    pub bytes: u64,
    /// How many of its children are written, and how many it will have. `None` if no run has begun.
    pub written: Option<(usize, u32)>,
}

impl Large {
    /// Returns its month.
    #[must_use]
    pub fn month(&self) -> Month {
        self.node.month
    }

    /// Returns its key in the store.
    #[must_use]
    pub fn key(&self) -> &str {
        self.node.key()
    }
}

impl Records {
    /// Divides a large object as far as there is time, at least one pass.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] if it is no leaf. When the store fails, what is written stays for the next run.
    pub async fn divide_large(&self, large: &Large, until: DateTime<Utc>) -> Result<Division, StoreError> {
        let node = &large.node;
        let Some(split) = self.begin(large).await? else { return Ok(Division::Outrun) };
        let mut is_first = true;
        while let Some(missing) = self.missing(node, &split).await? {
            if !is_first && self.clock.now() >= until {
                return Ok(Division::Unfinished);
            }
            is_first = false;
            if !self.pass(large, &split, missing).await? {
                return Ok(Division::Outrun);
            }
        }
        // Before the marker: the same bytes, uploaded once more, must not find children that have changed since.
        self.blobs.delete(&progress_key(node)).await?;
        self.mark(node, &split, large.version.clone()).await
    }

    /// Returns the marker of a division that was begun, or begins one. `None` if another run was faster.
    async fn begin(&self, large: &Large) -> Result<Option<Arc<Split>>, StoreError> {
        let key = progress_key(&large.node);
        let stored = self.blobs.get(&key).await?;
        let begun = stored.as_ref().and_then(|stored| division_v1::parse(&stored.value).ok());
        if let Some(begun) = begun.filter(|begun| begun.of == large.version.0) {
            return Ok(Some(Arc::new(begun.split)));
        }
        let split = self.new_split(self.limits.children_of_large(large.bytes, large.node.branch))?;
        let begun = Begun { of: large.version.0.clone(), split: Split::clone(&split) };
        let put = self.blobs.put(&key, division_v1::to_bytes(&begun), &Expect::unchanged(stored.as_ref())).await?;
        Ok(matches!(put, Put::Stored(_)).then_some(split))
    }

    /// Returns the first children in a row that are not stored. What is listed is stored, whichever run wrote it.
    async fn missing(&self, node: &Node, split: &Split) -> Result<Option<Range<u32>>, StoreError> {
        let keys = self.blobs.list(&format!("{PREFIX}{}/{}/", node.month, split.id())).await?;
        let written: HashSet<String> = keys.into_iter().collect();
        let missing = |number: &u32| node.child(*number, split).is_none_or(|child| !written.contains(child.key()));
        let Some(first) = (0..split.children()).find(missing) else { return Ok(None) };
        let end = (first..split.children()).find(|number| !missing(number)).unwrap_or(split.children());
        Ok(Some(first..end))
    }

    /// Reads the object once, and writes as many of the wanted children as fit into memory. Returns whether the object is still
    /// the same.
    async fn pass(&self, large: &Large, split: &Split, wanted: Range<u32>) -> Result<bool, StoreError> {
        let (node, whole_bytes) = (&large.node, self.limits.whole_bytes);
        let longest = usize::try_from(whole_bytes).unwrap_or(usize::MAX);
        let mut pass = Pass::new(node.branch, split, wanted, self.limits.pass_bytes, longest);
        let unusable = |error| StoreError::unusable(format!("{}: {error}", node.key));
        let bytes = (whole_bytes / 2).max(1);
        let parts = (0..large.bytes.div_ceil(bytes)).map(|number| Part { from: number * bytes, bytes });
        let mut pieces =
            stream::iter(parts.map(|part| self.blobs.get_part(&node.key, &large.version, part))).buffered(READ_AHEAD);
        while let Some(piece) = pieces.next().await {
            let Some(piece) = piece? else { return Ok(false) };
            pass.push(&piece).map_err(unusable)?;
        }
        let children = pass.finish().map_err(unusable)?.map(|(number, leaf)| (node.child(number, split), leaf));
        let writes = children.map(|(child, leaf)| async move {
            let child = child.ok_or_else(|| StoreError::unusable("a division has no such child"))?;
            let leaf = leaf.map_err(|error| StoreError::unusable(format!("{}: {error}", child.key)))?;
            // After a conflict the next list says whether it is there.
            self.cell(&child).write(&Stored::Leaf(Arc::new(leaf)), &Expect::Absent).await
        });
        stream::iter(writes).buffer_unordered(WRITERS).try_for_each(|_| async { Ok(()) }).await?;
        Ok(true)
    }

    /// Returns how far the division of an object of this version is, by the keys that are listed.
    pub(super) async fn progress(
        &self,
        node: &Node,
        version: &Version,
        listed: impl Fn(&str) -> bool,
    ) -> Result<Option<(usize, u32)>, StoreError> {
        let key = progress_key(node);
        if !listed(&key) {
            return Ok(None);
        }
        let stored = self.blobs.get(&key).await?;
        let begun = stored.and_then(|stored| division_v1::parse(&stored.value).ok());
        Ok(begun.filter(|begun| begun.of == version.0).map(|begun| {
            let children = node.children(&begun.split);
            (children.iter().filter(|child| listed(child.key())).count(), begun.split.children())
        }))
    }
}

/// Returns the key of what is known of a division that was begun. It goes with the month.
fn progress_key(node: &Node) -> String {
    format!("{}.division", node.key.trim_end_matches(".json"))
}
