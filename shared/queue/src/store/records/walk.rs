//! Walks from the first object of a month to its leaves.

use super::Records;
use super::leaf_cell::{LeafCell, Stored};
use super::tree::Node;
use crate::ports::{BoxError, StoreError};
use futures_util::{StreamExt, stream};
use redial_domain::Month;
use redial_formats::month_v1::Leaf;
use std::cmp::Reverse;
use std::sync::Arc;

/// Objects read at once.
const READERS: usize = 8;

/// A leaf, or why it cannot be understood.
type Readable = Result<Arc<Leaf>, BoxError>;

impl Records {
    pub(super) fn cell<'a>(&'a self, node: &'a Node) -> LeafCell<'a> {
        LeafCell { blobs: &*self.blobs, cache: &self.cache, node }
    }

    /// Reads the object with the record of this hash. `None` if the month has no objects.
    pub(super) async fn leaf(&self, month: Month, hash: u32) -> Result<Option<Arc<Leaf>>, StoreError> {
        loop {
            let node = self.cache.markers.walk(month, hash);
            match self.cell(&node).fetch().await?.map(|stored| stored.value) {
                Some(Stored::Leaf(leaf)) => return Ok(Some(leaf)),
                // The next walk goes on from here.
                Some(Stored::Split(_)) => {}
                None if node.is_root() => return Ok(None),
                None => self.find_again(&node).await?,
            }
        }
    }

    /// Walks anew from the first object to an object that is missing. An operator may have deleted the month and uploaded it
    /// again.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] if a marker still leads to the missing object.
    pub(super) async fn find_again(&self, missing: &Node) -> Result<(), StoreError> {
        self.cache.markers.forget(missing.month);
        loop {
            let node = self.cache.markers.walk(missing.month, missing.branch.some_hash());
            match self.cell(&node).fetch().await?.map(|stored| stored.value) {
                Some(Stored::Split(_)) => {}
                None if !node.is_root() => {
                    return Err(StoreError::unusable(format!("{}: the object is missing", node.key)));
                }
                Some(Stored::Leaf(_)) | None => return Ok(()),
            }
        }
    }

    /// Reads every leaf of these months, newest month first. One that cannot be understood comes with the reason.
    pub(super) async fn leaves(&self, months: &[Month]) -> Result<Vec<(Node, Readable)>, StoreError> {
        let mut found = Vec::new();
        let mut level: Vec<Node> = months.iter().copied().map(Node::root).collect();
        while !level.is_empty() {
            let reads = level.into_iter().map(|node| async move {
                let stored = self.stored(&node).await;
                (node, stored)
            });
            let read: Vec<_> = stream::iter(reads).buffered(READERS).collect().await;
            level = Vec::new();
            for (node, stored) in read {
                match stored {
                    Ok(None) => {}
                    Ok(Some(Stored::Leaf(leaf))) => found.push((node, Ok(leaf))),
                    Ok(Some(Stored::Split(split))) => level.extend(node.children(&split)),
                    Err(StoreError::Unusable(error)) => found.push((node, Err(error))),
                    Err(unavailable) => return Err(unavailable),
                }
            }
        }
        found.sort_by_key(|(node, _)| Reverse(node.month));
        Ok(found)
    }

    /// Reads an object to which a marker leads, or the first one of a month. A known marker is not read again.
    async fn stored(&self, node: &Node) -> Result<Option<Stored>, StoreError> {
        if let Some(split) = self.cache.markers.get(node) {
            return Ok(Some(Stored::Split(split)));
        }
        let stored = self.cell(node).fetch().await?.map(|stored| stored.value);
        if stored.is_none() && !node.is_root() {
            self.find_again(node).await?;
            return Err(StoreError::unavailable(format!("{}: the month was replaced while it was read", node.key)));
        }
        Ok(stored)
    }
}
