//! How long to wait before the next dial (*Next dial* in `docs/CONTRACT.md`).

use super::id::stable_hash;
use chrono::{DateTime, TimeDelta, Utc};

/// The waiting times between a result and the next dial, in minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cadence {
    /// Entry n is the wait after the n-th attempt, and the last entry counts beyond the end. Zero means "as soon as is safe".
    pub progressive: Vec<u32>,
    /// The wait after every attempt if `progressive` is empty.
    pub fixed: u32,
    /// The shortest wait.
    pub floor: u32,
    /// Up to this much is added, so that leads of one list are not due at the same moment.
    pub jitter: u32,
}

impl Cadence {
    /// Returns the minutes to wait after the `n`-th attempt (from 1), before floor and jitter.
    #[must_use]
    pub fn interval(&self, n: u32) -> u32 {
        let index = usize::try_from(n.max(1) - 1).unwrap_or(usize::MAX);
        self.progressive.get(index).or(self.progressive.last()).copied().unwrap_or(self.fixed)
    }

    /// Returns when the dial after the `n`-th attempt is due. `identity` names the call that ended last: the same call gives
    /// the same jitter, so a repeated result gives the same time.
    #[must_use]
    pub fn next(&self, now: DateTime<Utc>, n: u32, identity: &str) -> DateTime<Utc> {
        let spread_ms = u64::from(self.jitter) * 60_000;
        // A hash instead of chance: a rule has no source of chance, and the same result must give the same record.
        let jitter_ms = u64::from(stable_hash(identity.as_bytes())) % (spread_ms + 1);
        now + TimeDelta::minutes(self.interval(n).max(self.floor).into())
            + TimeDelta::milliseconds(i64::try_from(jitter_ms).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn progressive() -> Cadence {
        Cadence { progressive: vec![0, 0, 5, 10, 30, 60, 120], fixed: 30, floor: 2, jitter: 0 }
    }

    #[rstest]
    #[case(1, 2)]
    #[case(2, 2)]
    #[case(3, 5)]
    #[case(4, 10)]
    #[case(5, 30)]
    #[case(6, 60)]
    #[case(7, 120)]
    #[case(8, 120)]
    #[case(100, 120)]
    fn the_wait_grows_and_zero_means_two_minutes(#[case] attempts: u32, #[case] minutes: i64) {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(progressive().next(now, attempts, "a"), now + TimeDelta::minutes(minutes));
    }

    #[test]
    fn zero_is_zero_where_the_floor_is_zero() {
        let cadence = Cadence { floor: 0, ..progressive() };
        assert_eq!(cadence.next(DateTime::UNIX_EPOCH, 1, "a"), DateTime::UNIX_EPOCH);
    }

    #[rstest]
    #[case(1)]
    #[case(9)]
    fn an_empty_list_means_the_fixed_interval(#[case] attempts: u32) {
        assert_eq!(Cadence { progressive: vec![], ..progressive() }.interval(attempts), 30);
    }

    #[test]
    fn jitter_stays_in_its_bounds_and_is_the_same_for_the_same_call() {
        let cadence = Cadence { jitter: 3, ..progressive() };
        let waits: Vec<i64> =
            (0..200).map(|n| (cadence.next(DateTime::UNIX_EPOCH, 1, &format!("c{n}"))).timestamp_millis()).collect();
        assert!(waits.iter().all(|wait| (120_000..=300_000).contains(wait)));
        assert!(waits.iter().any(|wait| *wait < 160_000) && waits.iter().any(|wait| *wait > 260_000));
        assert_eq!(cadence.next(DateTime::UNIX_EPOCH, 1, "c1"), cadence.next(DateTime::UNIX_EPOCH, 1, "c1"));
    }
}
