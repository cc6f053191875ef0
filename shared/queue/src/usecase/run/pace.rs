//! Not more dials in a second than allowed.

use crate::ports::Clock;
use chrono::{DateTime, Utc};
use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use redial_domain::Policy;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// A token bucket on our own clock.
pub(super) struct Pace {
    limiter: RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Nanos>>,
    ticks: Ticks,
}

impl Pace {
    pub(super) fn new(clock: &Arc<dyn Clock>, policy: &Policy) -> Self {
        let rate = NonZeroU32::new(policy.calls_per_second).unwrap_or(NonZeroU32::MIN);
        let ticks = Ticks { clock: Arc::clone(clock), start: clock.now() };
        let quota = Quota::per_second(rate).allow_burst(NonZeroU32::MIN);
        Self { limiter: RateLimiter::direct_with_clock(quota, ticks.clone()), ticks }
    }

    /// Waits for its turn.
    pub(super) async fn turn(&self) {
        while let Err(not_until) = self.limiter.check() {
            let wait = not_until.wait_time_from(self.ticks.now());
            self.ticks.clock.sleep(wait.max(Duration::from_millis(1))).await;
        }
    }
}

#[derive(Clone)]
struct Ticks {
    clock: Arc<dyn Clock>,
    start: DateTime<Utc>,
}

impl GovernorClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        (self.clock.now() - self.start).to_std().unwrap_or_default().into()
    }
}
