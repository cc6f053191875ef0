//! The port to lines, one for each phone number.

use super::version::{Expect, Put, StoreError, Versioned};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use redial_domain::{Line, Phone};
use std::collections::BTreeMap;

/// A store of lines with conditional writes.
#[async_trait]
pub trait LineStore: Send + Sync {
    /// Returns the line, or `None` for a number that has none. Sees every write that was acknowledged before.
    async fn get(&self, phone: &Phone) -> Result<Option<Versioned<Line>>, StoreError>;

    /// Returns the lines of these numbers. May miss the newest writes.
    ///
    /// Missing and unreadable lines are left out, and `get` reports an unreadable one as an error.
    async fn get_many(&self, phones: &[Phone]) -> Result<BTreeMap<Phone, Line>, StoreError>;

    /// Writes the line if `expect` holds. After an error the line may be written or not.
    async fn put(&self, phone: &Phone, line: &Line, expect: &Expect) -> Result<Put, StoreError>;

    /// Returns the numbers whose lines are open at `due`: an arrival waits, or a hold is overdue by then.
    ///
    /// Returns at most `limit`, the longest waiting first. May miss the newest writes.
    async fn open(&self, due: DateTime<Utc>, limit: usize) -> Result<Vec<Phone>, StoreError>;

    /// Returns the lines of suppressed numbers after `after`, at most `limit`, by shard and then by number. May miss the newest
    /// writes. Unreadable lines are left out.
    async fn suppressed(&self, after: Option<&Phone>, limit: usize) -> Result<Suppressed, StoreError>;

    /// Returns suppressed numbers that [`LineStore::suppressed`] does not return because an earlier release wrote their lines:
    /// one page of them, after the number `after`.
    async fn unlisted(&self, after: Option<&Phone>) -> Result<Unlisted, StoreError>;
}

/// A page of suppressed lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suppressed {
    /// The lines by number.
    pub lines: Vec<(Phone, Line)>,
    /// Where the next page begins. `None` on the last page.
    pub next: Option<Phone>,
}

/// A page of suppressed numbers that are not listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unlisted {
    /// The numbers.
    pub phones: Vec<Phone>,
    /// Where the next page begins. `None` on the last page.
    pub next: Option<Phone>,
}

/// The number of partitions in which suppressed lines are listed. One partition of DynamoDB takes a thousand writes in a
/// second, and an import of a large list needs more.
pub const LIST_SHARDS: u8 = 16;

/// Returns the partition of a number. Stored items have it, so it never changes.
#[must_use]
pub fn list_shard(phone: &Phone) -> u8 {
    let end = phone.as_str().bytes().rev().take(2).map(|digit| digit.wrapping_sub(b'0'));
    let number = end.rev().fold(0_u8, |number, digit| number.wrapping_mul(10).wrapping_add(digit));
    number % LIST_SHARDS
}
