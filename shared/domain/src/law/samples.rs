//! What several tests of the law need.

use super::{Entry, Jurisdiction, Recorded};
use chrono::{DateTime, TimeDelta, Utc};

pub(super) fn hours(count: i64) -> TimeDelta {
    TimeDelta::hours(count)
}

pub(super) fn florida() -> Jurisdiction {
    Jurisdiction::parse("FL").unwrap()
}

pub(super) fn texas() -> Jurisdiction {
    Jurisdiction::parse("TX").unwrap()
}

/// A decision that was recorded at `at`, and counts from then on for two hours.
pub(super) fn entry(id: &str, what: Recorded, at: DateTime<Utc>) -> Entry {
    Entry {
        id: id.into(),
        what,
        by: "ops".to_owned(),
        at,
        why: "test".to_owned(),
        from: at,
        until: Some(at + hours(2)),
        ended: None,
    }
}
