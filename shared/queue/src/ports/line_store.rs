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
}
