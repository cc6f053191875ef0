//! The number of objects of a month, and their keys.

use super::PREFIX;
use crate::ports::{BlobStore, Expect, Put, StoreError};
use redial_domain::{LeadKey, Month};
use redial_formats::month_v1::{MonthLayout, Shard};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The number of leads for one object, which are about 256 KB to 1 MB: small enough to rewrite for each result.
const LEADS_PER_SHARD: usize = 1000;
/// The most objects of a month. A run reads all of them, so more would make it slower.
const MOST_SHARDS: u32 = 256;

/// The number of objects of a new month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShardCount {
    /// The number that the month before would have needed.
    Auto,
    /// This number, a power of two.
    Fixed(u32),
}

impl ShardCount {
    /// Parses `auto` or a power of two from 1 to 256. Returns `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "auto" {
            return Some(Self::Auto);
        }
        let count: u32 = text.parse().ok()?;
        (count.is_power_of_two() && count <= MOST_SHARDS).then_some(Self::Fixed(count))
    }
}

/// Returns the shard of a key. `count` is the number of shards, a power of two.
#[must_use]
pub fn shard_of(key: &LeadKey, count: u32) -> u32 {
    key.stable_hash() & (count.max(1) - 1)
}

/// Returns the key of an object of records. A month with one shard has the file name of the original.
pub(super) fn shard_key(month: Month, shard: u32, count: u32) -> String {
    if count <= 1 { format!("{PREFIX}{month}.json") } else { format!("{PREFIX}{month}/{shard:04}.json") }
}

pub(super) fn layout_key(month: Month) -> String {
    format!("{PREFIX}{month}.month.json")
}

/// The layouts of months. Once made a layout never changes, so it is remembered for ever.
pub(super) struct Layouts {
    blobs: Arc<dyn BlobStore>,
    new_month: ShardCount,
    known: Mutex<BTreeMap<Month, u32>>,
}

impl std::fmt::Debug for Layouts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Layouts").field("new_month", &self.new_month).finish_non_exhaustive()
    }
}

impl Layouts {
    pub(super) fn new(blobs: Arc<dyn BlobStore>, new_month: ShardCount) -> Self {
        Self { blobs, new_month, known: Mutex::default() }
    }

    /// Returns the number of shards to read. Without a layout it is one, because the month may be a file of the original.
    pub(super) async fn to_read(&self, month: Month) -> Result<u32, StoreError> {
        Ok(self.stored(month).await?.unwrap_or(1))
    }

    /// Returns the number of shards to write. Creates the layout of a new month.
    pub(super) async fn to_write(&self, month: Month) -> Result<u32, StoreError> {
        if let Some(count) = self.stored(month).await? {
            return Ok(count);
        }
        let layout = MonthLayout { shards: self.choose(month).await? };
        match self.blobs.put(&layout_key(month), layout.to_bytes().into(), &Expect::Absent).await? {
            Put::Stored(_) => Ok(self.remember(month, layout.shards)),
            Put::Conflict => {
                let stored = self.stored(month).await?;
                stored.ok_or_else(|| {
                    StoreError::unavailable(format!("the layout of {month} was created and deleted at the same time"))
                })
            }
        }
    }

    pub(super) fn forget(&self, month: Month) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&month);
    }

    async fn stored(&self, month: Month) -> Result<Option<u32>, StoreError> {
        if let Some(count) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&month) {
            return Ok(Some(*count));
        }
        let Some(object) = self.blobs.get(&layout_key(month)).await? else { return Ok(None) };
        let layout = MonthLayout::parse(&object.value).map_err(StoreError::unusable)?;
        Ok(Some(self.remember(month, layout.shards)))
    }

    fn remember(&self, month: Month, count: u32) -> u32 {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(month, count);
        count
    }

    /// Chooses the number of shards of a new month: one if it has a file of the original, else the configured number.
    async fn choose(&self, month: Month) -> Result<u32, StoreError> {
        if self.blobs.get(&shard_key(month, 0, 1)).await?.is_some() {
            return Ok(1);
        }
        match self.new_month {
            ShardCount::Fixed(count) => Ok(count),
            ShardCount::Auto => {
                let shards = self.leads_of(month.previous()).await?.div_ceil(LEADS_PER_SHARD).max(1);
                let count = u32::try_from(shards).unwrap_or(MOST_SHARDS).next_power_of_two();
                Ok(count.min(MOST_SHARDS))
            }
        }
    }

    /// Counts the leads of a month. An unreadable object counts as a full one.
    async fn leads_of(&self, month: Month) -> Result<usize, StoreError> {
        let count = self.to_read(month).await?;
        let mut leads = 0;
        for number in 0..count {
            if let Some(object) = self.blobs.get(&shard_key(month, number, count)).await? {
                leads += Shard::parse(&object.value).map_or(LEADS_PER_SHARD, |shard| shard.len());
            }
        }
        Ok(leads)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::{LeadId, Phone};
    use rstest::rstest;

    #[rstest]
    #[case("auto", Some(ShardCount::Auto))]
    #[case("1", Some(ShardCount::Fixed(1)))]
    #[case("64", Some(ShardCount::Fixed(64)))]
    #[case("0", None)]
    #[case("3", None)]
    #[case("512", None)]
    #[case("many", None)]
    fn a_shard_count_is_auto_or_a_power_of_two(#[case] text: &str, #[case] count: Option<ShardCount>) {
        assert_eq!(ShardCount::parse(text), count);
    }

    #[test]
    fn the_shard_of_a_lead_never_changes() {
        let key = |id: &str| LeadKey::new(&LeadId::parse(id).unwrap(), &Phone::parse("5551234567").unwrap());
        let shards: Vec<_> = ["1", "2", "3", "4", "123456"].iter().map(|id| shard_of(&key(id), 16)).collect();
        assert_eq!(shards, [12, 12, 15, 15, 0]);
    }

    #[test]
    fn keys_spread_evenly_over_shards() {
        let phone = Phone::parse("5551234567").unwrap();
        let mut counts = [0_u32; 16];
        for id in 0..16_000 {
            let key = LeadKey::new(&LeadId::parse(&id.to_string()).unwrap(), &phone);
            counts[usize::try_from(shard_of(&key, 16)).unwrap()] += 1;
        }
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_single_shard_has_the_file_name_of_the_original() {
        let month = Month::parse("2025-12").unwrap();
        assert_eq!(shard_key(month, 0, 1), "redial-queue/redial-queue_2025-12.json");
        assert_eq!(shard_key(month, 3, 4), "redial-queue/redial-queue_2025-12/0003.json");
    }
}
