//! The real clock: the fake runs beside the system under test, not inside its simulated time.

use chrono::{DateTime, SecondsFormat, Utc};

#[expect(clippy::disallowed_methods, reason = "the fake is a server of its own; this is its one look at the clock")]
pub(super) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// As Bland spells a time: RFC 3339 in UTC with milliseconds.
pub(super) fn spelled(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
