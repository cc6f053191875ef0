//! Simulated time and repeatable random numbers.

use super::locked;
use crate::ports::Clock;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::Mutex;
use std::time::Duration;

/// A [`Clock`] that only moves when a test moves it, or by the time slept. A sleep lets other tasks run.
#[derive(Debug)]
pub struct TestClock {
    now: Mutex<DateTime<Utc>>,
    chance: Mutex<StdRng>,
}

impl TestClock {
    /// Returns a clock that shows `now` (RFC 3339), with the random numbers of seed 0.
    #[must_use]
    #[track_caller]
    pub fn at(now: &str) -> Self {
        Self::seeded(now.parse().unwrap(), 0)
    }

    /// Returns a clock with the random numbers of `seed`.
    #[must_use]
    pub fn seeded(now: DateTime<Utc>, seed: u64) -> Self {
        Self { now: Mutex::new(now), chance: Mutex::new(StdRng::seed_from_u64(seed)) }
    }

    /// Sets the clock to `now`, forwards or backwards.
    pub fn set(&self, now: DateTime<Utc>) {
        *locked(&self.now) = now;
    }

    /// Moves the clock by `time`.
    pub fn advance(&self, time: TimeDelta) {
        *locked(&self.now) += time;
    }
}

#[async_trait]
impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *locked(&self.now)
    }

    async fn sleep(&self, time: Duration) {
        self.advance(TimeDelta::from_std(time).unwrap());
        tokio::task::yield_now().await;
    }

    fn chance(&self) -> u128 {
        locked(&self.chance).random()
    }
}
