//! The port to time and random numbers, so that tests and the simulation control both.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::time::Duration;

/// A source of time and random numbers.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Returns the time in UTC.
    fn now(&self) -> DateTime<Utc>;

    /// Waits for `time`.
    async fn sleep(&self, time: Duration);

    /// Returns 128 random bits.
    fn chance(&self) -> u128;
}
