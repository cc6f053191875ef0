//! Lines, one for each phone number.

use super::version::{Expect, Put, StoreError, Versioned};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use redial_domain::{Line, Phone};
use std::collections::BTreeMap;

/// Lines with conditional writes.
#[async_trait]
pub trait LineStore: Send + Sync {
    /// The line; `None` for a number that was never touched. Sees every write that was answered before.
    async fn get(&self, phone: &Phone) -> Result<Option<Versioned<Line>>, StoreError>;

    /// The lines of these numbers, without those that were never touched and those that cannot be understood, of which `get`
    /// says so. May be a moment old.
    async fn get_many(&self, phones: &[Phone]) -> Result<BTreeMap<Phone, Line>, StoreError>;

    /// Writes the line if `expect` holds. After an unanswered write the line may be written or not.
    async fn put(&self, phone: &Phone, line: &Line, expect: &Expect) -> Result<Put, StoreError>;

    /// The numbers whose line must be looked at by `due`: those with a waiting arrival, or a hold that ends by then.
    /// At most `limit`, the longest waiting first. May miss what was written a moment ago.
    async fn open(&self, due: DateTime<Utc>, limit: usize) -> Result<Vec<Phone>, StoreError>;
}
