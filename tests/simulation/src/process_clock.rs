//! The clock of one process: some seconds ahead or behind.

use crate::chance::Chance;
use crate::engine::{Engine, micros};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use redial_queue::ports::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

pub(crate) struct ProcessClock {
    engine: Arc<Engine>,
    skew: AtomicI64,
    /// Planted: this clock stands still while its process is frozen.
    stops_when_frozen: bool,
}

impl ProcessClock {
    pub(crate) fn new(engine: &Arc<Engine>, skew: TimeDelta, stops_when_frozen: bool) -> Arc<Self> {
        let skew = AtomicI64::new(skew.num_microseconds().unwrap());
        Arc::new(Self { engine: Arc::clone(engine), skew, stops_when_frozen })
    }

    pub(crate) fn froze(&self, time: Duration) {
        if self.stops_when_frozen {
            self.skew.fetch_sub(micros(time), Ordering::Relaxed);
        }
    }
}

#[async_trait]
impl Clock for ProcessClock {
    fn now(&self) -> DateTime<Utc> {
        self.engine.now() + TimeDelta::microseconds(self.skew.load(Ordering::Relaxed))
    }

    async fn sleep(&self, time: Duration) {
        self.engine.awaits();
        self.engine.sleep(time).await;
    }

    fn chance(&self) -> u128 {
        self.engine.draw(Chance::wide_bits)
    }
}
