use chrono::{DateTime, SubsecRound, Utc};

/// Returns the time with milliseconds, the precision of stored timestamps.
pub(super) fn iso(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(3)
}
