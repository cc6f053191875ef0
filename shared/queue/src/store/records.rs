//! The records of leads: one object for each shard of each month.

mod find;
mod layout;
mod scan;
mod shard_cell;

use super::cas::{self, Change, UpdateError};
use crate::ports::{BlobStore, Clock, StoreError};
use futures_util::{StreamExt, stream};
use layout::{Layouts, shard_key};
pub use layout::{ShardCount, shard_of};
use redial_domain::{Lead, LeadKey, LeadRef, Month};
use redial_formats::month_v1::Shard;
pub use scan::{Scan, Unreadable};
use shard_cell::{ShardCache, ShardCell};
use std::sync::Arc;

/// Where every object of records starts.
pub const PREFIX: &str = "redial-queue/redial-queue_";
/// Rounds for a shard: many write it at once.
const ROUNDS: u32 = 6;
/// Objects read at once.
const READERS: usize = 8;

/// The records of every month.
pub struct Records {
    blobs: Arc<dyn BlobStore>,
    clock: Arc<dyn Clock>,
    layouts: Layouts,
    cache: ShardCache,
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records").field("layouts", &self.layouts).finish_non_exhaustive()
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

/// One object of a month: its number, and how many the month has.
type Part = (u32, u32);

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

/// One shard while it is being changed.
#[derive(Debug)]
pub struct Edit<'a> {
    shard: &'a mut Shard,
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
        let lead = self.shard.get(key).map_err(StoreError::unusable)?;
        match decide(lead.as_ref()) {
            RecordChange::Keep(done) => Ok(done),
            RecordChange::Put(lead, done) => {
                self.shard.replace_readable(&lead).map_err(StoreError::unusable)?;
                self.changed = true;
                Ok(done)
            }
            RecordChange::Remove(done) => {
                self.changed |= self.shard.remove(key).map_err(StoreError::unusable)?;
                Ok(done)
            }
        }
    }
}

impl Records {
    /// The records in this store; `shards` says into how many objects a new month is divided.
    #[must_use]
    pub fn new(blobs: Arc<dyn BlobStore>, clock: Arc<dyn Clock>, shards: ShardCount) -> Self {
        let layouts = Layouts::new(Arc::clone(&blobs), shards);
        Self { blobs, clock, layouts, cache: ShardCache::default() }
    }

    /// The record, as it is now.
    ///
    /// # Errors
    /// When its object or the record itself cannot be read.
    pub async fn read(&self, location: &LeadRef) -> Result<Option<Lead>, StoreError> {
        let key = location.key();
        let count = self.layouts.to_read(location.month).await?;
        let Some(shard) = self.shard(location.month, shard_of(&key, count), count).await? else { return Ok(None) };
        shard.get(&key).map_err(StoreError::unusable)
    }

    /// The first of these months that has a record of this lead.
    ///
    /// # Errors
    /// When the store is unavailable, or no month has one but one of them cannot be understood: the record may be there.
    pub async fn locate(&self, key: &LeadKey, months: &[Month]) -> Result<Option<Month>, StoreError> {
        match self.search(key, months).await? {
            (None, Some((_, error))) => Err(error),
            (found, _) => Ok(found),
        }
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
        for month in months {
            match self.has(*month, key).await {
                Ok(true) => return Ok((Some(*month), unusable)),
                Ok(false) => {}
                Err(error @ StoreError::Unusable(_)) => unusable = unusable.or(Some((*month, error))),
                Err(unavailable) => return Err(unavailable),
            }
        }
        Ok((None, unusable))
    }

    /// Whether a month has a record of this lead, readable or not.
    async fn has(&self, month: Month, key: &LeadKey) -> Result<bool, StoreError> {
        let count = self.layouts.to_read(month).await?;
        let shard = self.shard(month, shard_of(key, count), count).await?;
        Ok(shard.is_some_and(|shard| !matches!(shard.get(key), Ok(None))))
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
        let shard = self.shard_number(location).await?;
        let done = self.update_shard(location.month, shard, |edit| edit.change(&key, &mut decide)).await?;
        Ok(done?)
    }

    /// The number of the shard in which a record lives or will live.
    ///
    /// # Errors
    /// When the month's layout cannot be read or made.
    pub async fn shard_number(&self, location: &LeadRef) -> Result<u32, StoreError> {
        Ok(shard_of(&location.key(), self.layouts.to_write(location.month).await?))
    }

    /// Changes any records of one shard in one write.
    ///
    /// # Errors
    /// [`UpdateError`], see [`cas::update`].
    pub async fn update_shard<R: Send>(
        &self,
        month: Month,
        shard: u32,
        mut change: impl FnMut(&mut Edit<'_>) -> R + Send,
    ) -> Result<R, UpdateError> {
        let count = self.layouts.to_write(month).await?;
        let cell = ShardCell { blobs: &*self.blobs, cache: &self.cache, key: shard_key(month, shard, count) };
        cas::update(&cell, &*self.clock, ROUNDS, |stored| {
            let mut next = stored.map(|shard| Shard::clone(shard)).unwrap_or_default();
            let mut edit = Edit { shard: &mut next, changed: false };
            let done = change(&mut edit);
            if edit.changed { Change::Write(Arc::new(next), done) } else { Change::Keep(done) }
        })
        .await
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

    /// Deletes everything of a month.
    ///
    /// # Errors
    /// When the store fails; what is deleted by then is gone.
    pub async fn delete_month(&self, month: Month) -> Result<(), StoreError> {
        let mut keys = self.blobs.list(&format!("{PREFIX}{month}")).await?;
        // The layout last: without it the other objects would no longer be found.
        keys.sort_by_key(|key| key.ends_with(".month.json"));
        for key in keys {
            self.blobs.delete(&key).await?;
        }
        self.layouts.forget(month);
        Ok(())
    }

    async fn shard(&self, month: Month, number: u32, count: u32) -> Result<Option<Arc<Shard>>, StoreError> {
        let cell = ShardCell { blobs: &*self.blobs, cache: &self.cache, key: shard_key(month, number, count) };
        Ok(cell.fetch().await?.map(|stored| stored.value))
    }

    /// Every shard of these months, or its key and why it cannot be understood.
    async fn shards(&self, months: &[Month]) -> Result<Vec<(Month, Readable)>, StoreError> {
        let mut places = Vec::new();
        let mut unreadable = Vec::new();
        for month in months {
            match self.layouts.to_read(*month).await {
                Ok(count) => places.extend((0..count).map(|number| (*month, number, count))),
                Err(StoreError::Unusable(error)) => {
                    unreadable.push((*month, Err((layout::layout_key(*month), None, error))));
                }
                Err(unavailable) => return Err(unavailable),
            }
        }
        let reads = stream::iter(places).map(|(month, number, count)| async move {
            match self.shard(month, number, count).await {
                Ok(None) => Ok(None),
                Ok(Some(shard)) => Ok(Some((month, Ok(shard)))),
                Err(StoreError::Unusable(error)) => {
                    let key = shard_key(month, number, count);
                    Ok(Some((month, Err((key, Some((number, count)), error)))))
                }
                Err(unavailable) => Err(unavailable),
            }
        });
        let read: Vec<_> = reads.buffered(READERS).collect().await;
        let read: Result<Vec<_>, _> = read.into_iter().filter_map(Result::transpose).collect();
        unreadable.extend(read?);
        Ok(unreadable)
    }
}

type Readable = Result<Arc<Shard>, (String, Option<Part>, crate::ports::BoxError)>;

fn location_of(month: Month, lead: &Lead) -> LeadRef {
    LeadRef { month, id: lead.id.clone(), phone: lead.phone.clone() }
}
