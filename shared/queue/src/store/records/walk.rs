//! Walks from the first object of a month to its leaves.

use super::Records;
use super::leaf_cell::{LeafCell, Stored};
use super::tree::Node;
use crate::ports::{BoxError, StoreError, Versioned};
use futures_util::{StreamExt, stream};
use redial_domain::Month;
use redial_formats::month_v1::Leaf;
use std::sync::Arc;

/// Objects read at once.
const READERS: usize = 8;

/// A leaf with its version, or why it cannot be understood.
pub(super) type Readable = Result<Versioned<Arc<Leaf>>, BoxError>;

/// What is at the place of an object.
pub(super) enum Object {
    Nothing,
    Divided(Vec<Node>),
    Leaf(Versioned<Arc<Leaf>>),
    /// The month was deleted since its markers were read, and perhaps uploaded again.
    Replaced,
}

/// What a walk over a month found.
pub(super) enum Walk {
    Leaves(Vec<(Node, Readable)>),
    /// The month was deleted, and perhaps uploaded again. Its markers are forgotten.
    Replaced,
}

impl Records {
    pub(super) fn cell<'a>(&'a self, node: &'a Node) -> LeafCell<'a> {
        let most_bytes = self.limits.whole_bytes;
        LeafCell { blobs: &*self.blobs, cache: &self.cache, clock: &*self.clock, node, most_bytes }
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

    /// Reads every leaf to which an object leads, or which it is.
    pub(super) async fn leaves_below(&self, top: Node) -> Result<Walk, StoreError> {
        let mut found = Vec::new();
        let mut level = vec![top];
        while !level.is_empty() {
            let reads = level.into_iter().map(|node| async move {
                let object = self.object(&node).await;
                (node, object)
            });
            let read: Vec<_> = stream::iter(reads).buffered(READERS).collect().await;
            level = Vec::new();
            for (node, object) in read {
                match object {
                    Ok(Object::Nothing) => {}
                    Ok(Object::Replaced) => return Ok(Walk::Replaced),
                    Ok(Object::Leaf(leaf)) => found.push((node, Ok(leaf))),
                    Ok(Object::Divided(children)) => level.extend(children),
                    Err(StoreError::Unusable(error)) => found.push((node, Err(error))),
                    Err(unavailable) => return Err(unavailable),
                }
            }
        }
        Ok(Walk::Leaves(found))
    }

    /// Reads an object to which a marker leads, or the first one of a month. A known marker is not read again.
    pub(super) async fn object(&self, node: &Node) -> Result<Object, StoreError> {
        let cell = self.cell(node);
        self.object_of(node, cell.fetch()).await
    }

    /// Does the same, and keeps no further leaf in memory.
    pub(super) async fn object_once(&self, node: &Node) -> Result<Object, StoreError> {
        let cell = self.cell(node);
        self.object_of(node, cell.fetch_once()).await
    }

    async fn object_of(
        &self,
        node: &Node,
        read: impl Future<Output = Result<Option<Versioned<Stored>>, StoreError>>,
    ) -> Result<Object, StoreError> {
        if let Some(split) = self.cache.markers.get(node) {
            return Ok(Object::Divided(node.children(&split)));
        }
        match read.await? {
            Some(Versioned { value: Stored::Leaf(value), version }) => Ok(Object::Leaf(Versioned { value, version })),
            Some(Versioned { value: Stored::Split(split), .. }) => Ok(Object::Divided(node.children(&split))),
            None if node.is_root() => Ok(Object::Nothing),
            None => self.find_again(node).await.map(|()| Object::Replaced),
        }
    }
}

/// The error of a month that was replaced again and again.
pub(super) fn replaced(month: Month) -> StoreError {
    StoreError::unavailable(format!("{month} was replaced while it was read"))
}
