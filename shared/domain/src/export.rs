//! How far the export of a month has come.

use crate::Lease;
use chrono::{DateTime, TimeDelta, Utc};

/// The export of one month into one object. Several requests write it in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The key of the object. Each export has another one.
    pub key: String,
    /// The number of leaves that are in it.
    pub leaves: u64,
    /// The number of records that are in it.
    pub records: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// Whether it is finished.
    pub state: ExportState,
    /// When it began.
    pub started_at: DateTime<Utc>,
}

/// Whether an export goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportState {
    /// Leaves are left, or the parts are not yet one object.
    Writing(Writing),
    /// The object is whole since then.
    Done(DateTime<Utc>),
}

/// The upload of an export that is not finished.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writing {
    /// The id of the upload. `None` until the first part is stored.
    pub upload: Option<String>,
    /// The tag of each part that is stored, in order.
    pub parts: Vec<String>,
    /// Where the walk over the leaves goes on, from 0 to [`Export::END`]. All records before it are in the parts.
    pub next: u64,
    /// The id of the first division of the month, as of the last part. `None` while the month was one leaf.
    pub division: Option<String>,
    /// The request that is at work.
    pub lease: Option<Lease>,
}

/// What a request does with the export that is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It begins a new one.
    Begin,
    /// It goes on with it.
    GoOn,
    /// It leaves it to another request, which is at work.
    Wait,
    /// It answers with it.
    Answer,
}

impl Export {
    /// The end of a walk. A hash has 32 bits.
    pub const END: u64 = 1 << u32::BITS;
    /// How long a finished export is answered again. A later request makes a new one.
    const FRESH: TimeDelta = TimeDelta::minutes(10);
    /// How long after its begin an export goes on. A later request begins anew, because a month that was read hours apart is of
    /// little use.
    const ABANDONED: TimeDelta = TimeDelta::hours(1);

    /// Makes an export that has nothing yet.
    #[must_use]
    pub fn new(key: String, now: DateTime<Utc>) -> Self {
        let state = ExportState::Writing(Writing::default());
        Self { key, leaves: 0, records: 0, bytes: 0, state, started_at: now }
    }

    /// Decides what the request `holder` does. `stored` is the export of its month.
    #[must_use]
    pub fn turn(stored: Option<&Self>, holder: &str, now: DateTime<Utc>) -> Turn {
        let Some(stored) = stored else { return Turn::Begin };
        match &stored.state {
            ExportState::Done(at) if now - *at < Self::FRESH => Turn::Answer,
            ExportState::Done(_) => Turn::Begin,
            ExportState::Writing(writing) => match &writing.lease {
                Some(lease) if lease.holder != holder && now < lease.until => Turn::Wait,
                _ if now - stored.started_at < Self::ABANDONED => Turn::GoOn,
                _ => Turn::Begin,
            },
        }
    }

    /// Returns the number of leaves of the month, as far as the part that was walked tells. `None` before the first part.
    #[must_use]
    pub fn expected_leaves(&self) -> Option<u64> {
        match &self.state {
            ExportState::Done(_) => Some(self.leaves),
            ExportState::Writing(Writing { next, .. }) => {
                // Hashes spread evenly, so a share of them is about the same share of the leaves.
                let all = (u128::from(self.leaves) * u128::from(Self::END)).checked_div(u128::from(*next))?;
                u64::try_from(all).ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builders::at;
    use rstest::rstest;

    fn writing(holder: &str, until: &str) -> ExportState {
        let lease = Some(Lease { holder: holder.to_owned(), until: at(until) });
        ExportState::Writing(Writing { lease, ..Writing::default() })
    }

    #[rstest]
    #[case::free(ExportState::Writing(Writing::default()), "2025-12-17T19:59:59Z", Turn::GoOn)]
    #[case::too_old(ExportState::Writing(Writing::default()), "2025-12-17T20:00:00Z", Turn::Begin)]
    #[case::of_another(writing("b", "2025-12-17T19:00:30Z"), "2025-12-17T19:00:29Z", Turn::Wait)]
    #[case::after_a_crash(writing("b", "2025-12-17T19:00:30Z"), "2025-12-17T19:00:30Z", Turn::GoOn)]
    #[case::its_own(writing("a", "2025-12-17T19:00:30Z"), "2025-12-17T19:00:29Z", Turn::GoOn)]
    #[case::fresh(ExportState::Done(at("2025-12-17T19:00:20Z")), "2025-12-17T19:10:19Z", Turn::Answer)]
    #[case::stale(ExportState::Done(at("2025-12-17T19:00:20Z")), "2025-12-17T19:10:20Z", Turn::Begin)]
    fn a_request_has_its_turn(#[case] state: ExportState, #[case] now: &str, #[case] expected: Turn) {
        let export = Export { state, ..Export::new("exports/1".to_owned(), at("2025-12-17T19:00:00Z")) };
        assert_eq!(Export::turn(Some(&export), "a", at(now)), expected);
        assert_eq!(Export::turn(None, "a", at(now)), Turn::Begin);
    }

    #[test]
    fn the_leaves_are_estimated_by_the_share_that_was_walked() {
        let mut export = Export { leaves: 64, ..Export::new("exports/1".to_owned(), at("2025-12-17T19:00:00Z")) };
        assert_eq!(export.expected_leaves(), None);
        export.state = ExportState::Writing(Writing { next: Export::END / 4, ..Writing::default() });
        assert_eq!(export.expected_leaves(), Some(256));
        export.state = ExportState::Done(export.started_at);
        assert_eq!(export.expected_leaves(), Some(64));
    }
}
