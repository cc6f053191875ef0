//! Time and chance: the only two things that a use case may not compute.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::time::Duration;

/// Time and chance.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The time.
    fn now(&self) -> DateTime<Utc>;

    /// Waits.
    async fn sleep(&self, time: Duration);

    /// 128 bits of chance.
    fn chance(&self) -> u128;
}
