//! How long something took.

use chrono::TimeDelta;

/// How long something took, over all times that it happened. The percentiles are times that were measured: at least so many of
/// a hundred took no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lag {
    /// How often it happened.
    pub count: usize,
    /// The median.
    pub p50: TimeDelta,
    /// The 90th percentile.
    pub p90: TimeDelta,
    /// The longest.
    pub max: TimeDelta,
}

impl Lag {
    /// Returns the lag of these times. `None` if there is none.
    #[must_use]
    pub fn of(mut times: Vec<TimeDelta>) -> Option<Self> {
        times.sort_unstable();
        let count = times.len();
        let percentile = |percent: usize| times.get((count * percent).div_ceil(100).checked_sub(1)?).copied();
        Some(Self { count, p50: percentile(50)?, p90: percentile(90)?, max: percentile(100)? })
    }
}
