//! The records of leads: one object for each shard of each month.

mod layout;
mod shard_cell;

use super::cas::{self, Change, UpdateError};
use crate::ports::{BlobStore, Clock, StoreError};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, stream};
use layout::{Layouts, shard_key};
pub use layout::{ShardCount, shard_of};
use redial_domain::{CallId, Lead, LeadId, LeadKey, LeadRef, Month, NumberFacts, Phone, Status};
use redial_formats::month_v1::Shard;
use shard_cell::{ShardCache, ShardCell};
use std::collections::{HashMap, HashSet};
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

/// All records of some months.
#[derive(Debug, Default)]
pub struct Scan {
    /// The records, in no particular order.
    pub found: Vec<Found>,
    /// What all records of a number say about it, also those that do not count. Numbers of which they say nothing are left out.
    pub facts: HashMap<Phone, NumberFacts>,
    /// Older records of leads that are not completed. They do not count and are not dialed.
    pub older: Vec<LeadRef>,
    /// Objects that could not be read; their leads wait.
    pub unreadable_objects: Vec<String>,
    /// Records that could not be understood; they are kept as they are.
    pub unreadable_records: u32,
}

impl Scan {
    fn note_facts(&mut self, lead: &Lead, now: DateTime<Utc>) {
        match self.facts.get_mut(&lead.phone) {
            Some(facts) => facts.add(lead, now),
            None => {
                let mut facts = NumberFacts::default();
                facts.add(lead, now);
                // Most records of a month say nothing, and a run holds what they say in memory.
                if !facts.is_empty() {
                    self.facts.insert(lead.phone.clone(), facts);
                }
            }
        }
    }
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
    /// When the store is unavailable, or no month has one but one of them cannot be understood: the record may be there, and
    /// a second one would be dialed beside it.
    pub async fn locate(&self, key: &LeadKey, months: &[Month]) -> Result<Option<Month>, StoreError> {
        let mut unusable = None;
        for month in months {
            match self.has(*month, key).await {
                Ok(true) => return Ok(Some(*month)),
                Ok(false) => {}
                Err(error @ StoreError::Unusable(_)) => unusable = Some(error),
                Err(unavailable) => return Err(unavailable),
            }
        }
        unusable.map_or(Ok(None), Err)
    }

    /// Whether a month has a record of this lead, readable or not.
    async fn has(&self, month: Month, key: &LeadKey) -> Result<bool, StoreError> {
        let count = self.layouts.to_read(month).await?;
        let shard = self.shard(month, shard_of(key, count), count).await?;
        Ok(shard.is_some_and(|shard| !matches!(shard.get(key), Ok(None))))
    }

    /// Every record with this number in these months. Reads all their objects.
    ///
    /// # Errors
    /// When the store is unavailable, or no record was found but one of the objects cannot be understood: it may be there.
    pub async fn find_by_phone(&self, phone: &Phone, months: &[Month]) -> Result<Vec<Found>, StoreError> {
        let mut found = Vec::new();
        let mut unusable = None;
        for (month, shard) in self.shards(months).await? {
            match shard {
                Ok(shard) => {
                    let leads = shard.find_by_phone(phone).into_iter();
                    found.extend(leads.map(|lead| Found { location: location_of(month, &lead), lead }));
                }
                Err((_, error)) => unusable = Some(StoreError::Unusable(error)),
            }
        }
        unusable.filter(|_| found.is_empty()).map_or(Ok(found), Err)
    }

    /// What the records with this number in these months say about it, as a scan of them would. Objects that cannot be
    /// understood say nothing.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn facts_of(&self, phone: &Phone, months: &[Month]) -> Result<NumberFacts, StoreError> {
        let now = self.clock.now();
        let mut facts = NumberFacts::default();
        for (_, shard) in self.shards(months).await? {
            for lead in shard.iter().flat_map(|shard| shard.find_by_phone(phone)) {
                facts.add(&lead, now);
            }
        }
        Ok(facts)
    }

    /// The numbers of every record in these months that is of this lead or knows this call. Reads all their objects.
    ///
    /// # Errors
    /// When the store is unavailable, or no number was found but one of the objects cannot be understood: it may be there.
    pub async fn find_numbers(
        &self,
        id: Option<&LeadId>,
        call: Option<&CallId>,
        months: &[Month],
    ) -> Result<Vec<Phone>, StoreError> {
        let mut found = Vec::new();
        let mut unusable = None;
        let is_its = |lead: &Lead| id == Some(&lead.id) || call.is_some_and(|call| lead.knows(call));
        for (_, shard) in self.shards(months).await? {
            match shard {
                Ok(shard) => {
                    let leads = shard.leads().filter_map(|(_, lead)| lead.ok());
                    found.extend(leads.filter(is_its).map(|lead| lead.phone));
                }
                Err((_, error)) => unusable = Some(StoreError::Unusable(error)),
            }
        }
        found.sort_unstable();
        found.dedup();
        unusable.filter(|_| found.is_empty()).map_or(Ok(found), Err)
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

    /// All records of these months, which are given newest first. Of a lead with records in several months, as files of the
    /// original may have it, only the newest counts: it is the one that is dialed, and none is where it cannot be understood.
    ///
    /// # Errors
    /// When the store is unavailable. What cannot be understood is counted instead.
    pub async fn scan(&self, months: &[Month]) -> Result<Scan, StoreError> {
        let now = self.clock.now();
        let mut scan = Scan::default();
        let mut seen = HashSet::new();
        for (month, shard) in self.shards(months).await? {
            let shard = match shard {
                Ok(shard) => shard,
                Err((key, error)) => {
                    tracing::error!(%month, key, %error, "a month object cannot be read; its leads wait");
                    scan.unreadable_objects.push(key);
                    continue;
                }
            };
            for (place, lead) in shard.leads() {
                match lead {
                    Ok(lead) => {
                        scan.note_facts(&lead, now);
                        if seen.insert(lead.key()) {
                            scan.found.push(Found { location: location_of(month, &lead), lead });
                        } else if lead.status != Status::Completed {
                            scan.older.push(location_of(month, &lead));
                        }
                    }
                    Err(error) => {
                        seen.insert(LeadKey::of_place(place));
                        tracing::error!(%month, %error, "a record cannot be understood; it is kept and not dialed");
                        scan.unreadable_records += 1;
                    }
                }
            }
        }
        Ok(scan)
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
                Err(StoreError::Unusable(error)) => unreadable.push((*month, Err((layout::layout_key(*month), error)))),
                Err(unavailable) => return Err(unavailable),
            }
        }
        let reads = stream::iter(places).map(|(month, number, count)| async move {
            match self.shard(month, number, count).await {
                Ok(None) => Ok(None),
                Ok(Some(shard)) => Ok(Some((month, Ok(shard)))),
                Err(StoreError::Unusable(error)) => Ok(Some((month, Err((shard_key(month, number, count), error))))),
                Err(unavailable) => Err(unavailable),
            }
        });
        let read: Vec<_> = reads.buffered(READERS).collect().await;
        let read: Result<Vec<_>, _> = read.into_iter().filter_map(Result::transpose).collect();
        unreadable.extend(read?);
        Ok(unreadable)
    }
}

type Readable = Result<Arc<Shard>, (String, crate::ports::BoxError)>;

fn location_of(month: Month, lead: &Lead) -> LeadRef {
    LeadRef { month, id: lead.id.clone(), phone: lead.phone.clone() }
}
