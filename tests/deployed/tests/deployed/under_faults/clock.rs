//! Real time that can be moved on, so that nobody waits for the minutes after which the provider is asked.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use redial_aws::adapters::SystemClock;
use redial_queue::ports::Clock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

#[derive(Debug, Default)]
pub(crate) struct MovedClock {
    ahead_ms: AtomicI64,
}

impl MovedClock {
    pub(crate) fn advance(&self, time: TimeDelta) {
        self.ahead_ms.fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for MovedClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + TimeDelta::milliseconds(self.ahead_ms.load(Ordering::SeqCst))
    }

    async fn sleep(&self, time: Duration) {
        SystemClock.sleep(time).await;
    }

    fn chance(&self) -> u128 {
        SystemClock.chance()
    }
}
