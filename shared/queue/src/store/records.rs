//! The records of leads. The objects of a month are a tree that grows with it, see ARCHITECTURE.md, *Months*.

mod divide;
mod find;
mod in_order;
mod index;
mod large;
mod leaf_cell;
mod newest;
mod scan;
mod survey;
mod tree;
mod visit;
mod walk;

use super::cas::{self, Change, Known, UpdateError};
use crate::ports::{BlobStore, Clock, StoreError};
pub use divide::{Division, RecordLimits};
use futures_util::{StreamExt, TryStreamExt, stream};
pub use in_order::{LeafWalk, Step, WalkError};
use index::Digests;
pub use large::Large;
use leaf_cell::{Cache, Stored};
pub use newest::{Newest, Sought, again};
use redial_domain::{Lead, LeadKey, LeadRef, Month};
use redial_formats::month_v1::Leaf;
pub use scan::{Scan, Unreadable};
use std::collections::BTreeMap;
use std::sync::Arc;
pub use survey::Survey;
pub use tree::Node;
pub use visit::{NotShown, Shown};

/// Where every object of records starts.
pub const PREFIX: &str = "redial-queue/redial-queue_";
/// Rounds for an object: many write it at once.
const ROUNDS: u32 = 6;
/// Children written, and objects deleted, at once.
const WRITERS: usize = 16;

/// The records of every month.
pub struct Records {
    blobs: Arc<dyn BlobStore>,
    clock: Arc<dyn Clock>,
    limits: RecordLimits,
    cache: Cache,
    digests: Digests,
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// What a decision wants of one record.
#[derive(Debug)]
pub enum RecordChange<R> {
    /// Store this.
    Put(Box<Lead>, R),
    /// Take it out.
    Remove(R),
    /// Leave it.
    Keep(R),
}

/// A record and where it lives.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its place.
    pub location: LeadRef,
    /// The record.
    pub lead: Lead,
}

/// What came of a change of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Updated<R> {
    /// The change was decided, and is stored if it had to be.
    Done(R),
    /// The object is divided. Its records are in other objects, which are known from now on.
    Divided,
}

/// Where a lead has a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Located {
    /// In this month.
    In(Month),
    /// In no month.
    Nowhere,
    /// In no month that can be read. The newest one that cannot is this.
    PerhapsIn(Month),
}

/// One object while it is being changed.
#[derive(Debug)]
pub struct Edit<'a> {
    leaf: &'a mut Leaf,
    changed: bool,
}

impl Edit<'_> {
    /// Applies a decision to the record of `key`.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when the record cannot be understood; then it stays as it is.
    pub fn change<R>(
        &mut self,
        key: &LeadKey,
        decide: impl FnOnce(Option<&Lead>) -> RecordChange<R>,
    ) -> Result<R, StoreError> {
        let lead = self.leaf.get(key).map_err(StoreError::unusable)?;
        match decide(lead.as_ref()) {
            RecordChange::Keep(done) => Ok(done),
            RecordChange::Put(lead, done) => {
                self.leaf.replace_readable(&lead).map_err(StoreError::unusable)?;
                self.changed = true;
                Ok(done)
            }
            RecordChange::Remove(done) => {
                self.changed |= self.leaf.remove(key).map_err(StoreError::unusable)?;
                Ok(done)
            }
        }
    }
}

impl Records {
    /// The records in this store. `limits` says how large an object may become, and how many are kept in memory.
    #[must_use]
    pub fn new(blobs: Arc<dyn BlobStore>, clock: Arc<dyn Clock>, limits: RecordLimits) -> Self {
        Self { blobs, clock, limits, cache: Cache::new(limits.cached_bytes), digests: Digests::default() }
    }

    /// The record, as it is now.
    ///
    /// # Errors
    /// When its object or the record itself cannot be read.
    pub async fn read(&self, location: &LeadRef) -> Result<Option<Lead>, StoreError> {
        let key = location.key();
        let Some(leaf) = self.leaf(location.month, key.stable_hash()).await? else { return Ok(None) };
        leaf.get(&key).map_err(StoreError::unusable)
    }

    /// Finds the record of an arrival that makes one if there is none. The months are given newest first.
    ///
    /// An older object that cannot be understood may have one too. A new record beside it does no harm: the line of the number
    /// allows one call at a time, of two records only the newest is dialed, and [`Scan::may_have_older_record`] makes it wait.
    /// Without this, one broken object would stop the intake of every new lead.
    ///
    /// # Errors
    /// When the store is unavailable, or the newest month cannot be understood: the new record would have to be written there.
    pub async fn locate_for_intake(&self, key: &LeadKey, months: &[Month]) -> Result<Located, StoreError> {
        match self.search(key, months).await? {
            (Some(month), _) => Ok(Located::In(month)),
            (None, None) => Ok(Located::Nowhere),
            (None, Some((month, error))) if months.first() == Some(&month) => Err(error),
            (None, Some((month, error))) => {
                tracing::warn!(%month, %error, "an older month cannot be read; a new lead is taken into this month");
                Ok(Located::PerhapsIn(month))
            }
        }
    }

    /// Returns the first month that has a record, and the first that cannot be understood.
    async fn search(
        &self,
        key: &LeadKey,
        months: &[Month],
    ) -> Result<(Option<Month>, Option<(Month, StoreError)>), StoreError> {
        let mut unusable = None;
        // At once: the first record of a lead waits for all of them.
        let searches = months.iter().map(|month| async move { (month, self.has(*month, key).await) });
        for (month, has) in futures_util::future::join_all(searches).await {
            match has {
                Ok(true) => return Ok((Some(*month), unusable)),
                Ok(false) => {}
                Err(error @ (StoreError::Unusable(_) | StoreError::TooLarge(_))) => {
                    unusable = unusable.or(Some((*month, error)));
                }
                Err(unavailable) => return Err(unavailable),
            }
        }
        Ok((None, unusable))
    }

    /// Whether a month has a record of this lead, readable or not.
    async fn has(&self, month: Month, key: &LeadKey) -> Result<bool, StoreError> {
        let leaf = self.leaf(month, key.stable_hash()).await?;
        Ok(leaf.is_some_and(|leaf| !matches!(leaf.get(key), Ok(None))))
    }

    /// Reads, decides and writes one record.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn update<R: Send>(
        &self,
        location: &LeadRef,
        mut decide: impl FnMut(Option<&Lead>) -> RecordChange<R> + Send,
    ) -> Result<R, UpdateError> {
        let key = location.key();
        loop {
            let leaf = self.leaf_of(location);
            if let Updated::Done(done) = self.update_leaf(&leaf, |edit| edit.change(&key, &mut decide)).await? {
                return Ok(done?);
            }
        }
    }

    /// Returns the object in which a record is or will be, as far as the divisions of its month are known. Makes no request.
    #[must_use]
    pub fn leaf_of(&self, location: &LeadRef) -> Node {
        self.cache.markers.walk(location.month, location.key().stable_hash())
    }

    /// Groups by the object in which a record is, as far as that is known.
    #[must_use]
    pub fn by_leaf<T>(&self, items: Vec<T>, location: impl Fn(&T) -> &LeadRef) -> BTreeMap<Node, Vec<T>> {
        let mut groups: BTreeMap<Node, Vec<T>> = BTreeMap::new();
        for item in items {
            groups.entry(self.leaf_of(location(&item))).or_default().push(item);
        }
        groups
    }

    /// Reads the object of a record that will be changed, so that [`Records::update_leaf`] need not. Does nothing if the update
    /// would not read it either. Whatever fails here is met again by the update.
    pub async fn read_ahead(&self, location: &LeadRef) {
        let node = self.leaf_of(location);
        if matches!(self.cache.likely(&node, self.clock.now()), Known::Nothing)
            && let Err(error) = self.leaf(location.month, location.key().stable_hash()).await
        {
            tracing::debug!(key = node.key, %error, "an object could not be read ahead");
        }
    }

    /// Changes any records of one object in one write. Does not read the object first if it was read just now, or while this
    /// process seems to be its only writer.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn update_leaf<R: Send>(
        &self,
        node: &Node,
        mut change: impl FnMut(&mut Edit<'_>) -> R + Send,
    ) -> Result<Updated<R>, UpdateError> {
        let cell = self.cell(node);
        let known = self.cache.likely(node, self.clock.now());
        let updated = cas::update_known(&cell, known, &*self.clock, ROUNDS, |stored| {
            let mut next = match stored {
                Some(Stored::Leaf(leaf)) => Leaf::clone(leaf),
                Some(Stored::Split(_)) => return Change::Keep(Some(Updated::Divided)),
                None if node.is_root() => Leaf::default(),
                // Only a division makes children. This process would make one without the records that belong into it.
                None => return Change::Keep(None),
            };
            let mut edit = Edit { leaf: &mut next, changed: false };
            let done = Some(Updated::Done(change(&mut edit)));
            if edit.changed { Change::Write(Stored::Leaf(Arc::new(next)), done) } else { Change::Keep(done) }
        });
        match updated.await?.0 {
            Some(updated) => Ok(updated),
            None => self.find_again(node).await.map(|()| Updated::Divided).map_err(UpdateError::from),
        }
    }

    /// Every month of which anything is stored, in order.
    ///
    /// # Errors
    /// When the store cannot list.
    pub async fn stored_months(&self) -> Result<Vec<Month>, StoreError> {
        let keys = self.blobs.list(PREFIX).await?;
        let mut months: Vec<_> =
            keys.iter().filter_map(|key| Month::parse(key.get(PREFIX.len()..)?.get(..7)?)).collect();
        months.sort_unstable();
        months.dedup();
        Ok(months)
    }

    /// Deletes everything of a month, also what no marker leads to.
    ///
    /// The first object goes last. Until then a part that is gone is missing, which is an error and no empty part. After it no
    /// part is left to which a marker in the memory of another process could lead.
    ///
    /// # Errors
    /// When the store fails; what is deleted by then is gone.
    pub async fn delete_month(&self, month: Month) -> Result<(), StoreError> {
        self.digests.forget(month);
        let root = Node::root(month);
        let mut keys = self.blobs.list(&format!("{PREFIX}{month}")).await?;
        keys.retain(|key| *key != root.key);
        let deletes = keys.into_iter().map(|key| async move { self.blobs.delete(&key).await });
        stream::iter(deletes).buffer_unordered(WRITERS).try_collect::<()>().await?;
        self.blobs.delete(&root.key).await?;
        self.cache.markers.forget(month);
        Ok(())
    }
}

fn location_of(month: Month, lead: &Lead) -> LeadRef {
    LeadRef { month, id: lead.id.clone(), phone: lead.phone.clone() }
}
