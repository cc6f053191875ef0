//! Real time and real random numbers.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use redial_queue::ports::Clock;
use std::time::Duration;

/// The [`Clock`] of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the real clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    fn chance(&self) -> u128 {
        rand::random()
    }
}
