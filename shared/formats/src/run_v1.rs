//! The run state as stored bytes.

use super::{Unreadable, unknown_fields};
use chrono::{DateTime, NaiveDate, Utc};
use redial_domain::breaker::{BreakerTrip, Cause};
use redial_domain::{Breaker, CallsOfDay, Lease, RunState, RunSummary, Stop, run_summary};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

run_summary! {
    /// A summary as `status.last_run`, the stored state and the processor's answer have it.
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct SummaryJson, stopped_by: String
}

impl From<&RunSummary> for SummaryJson {
    fn from(summary: &RunSummary) -> Self {
        run_summary!(summary => Self, stopped_by: summary.stopped_by.map(|stop| stop.as_str().to_owned()))
    }
}

impl From<SummaryJson> for RunSummary {
    fn from(json: SummaryJson) -> Self {
        // A reason that a newer release has stored is only shown, so it may be left out.
        let stop = |word: String| Stop::ALL.into_iter().find(|stop| stop.as_str() == word);
        run_summary!(json => Self, stopped_by: json.stopped_by.and_then(stop))
    }
}

/// The fields of [`StateJson`]. Others are kept, as in a line. Unknown fields of the inner objects are ignored, and gone when
/// this release writes the state: see `line_v1/stored.rs`, which says why that is safe.
const FIELDS: [&str; 7] = ["v", "lease", "last_run", "recent", "retention_day", "breaker", "calls"];

#[derive(Serialize, Deserialize)]
struct StateJson {
    v: u32,
    // A state may lack any of the others, because some are newer than the first stored states.
    #[serde(default)]
    lease: Option<LeaseJson>,
    #[serde(default)]
    last_run: Option<SummaryJson>,
    /// Absent before the first run of a release that remembers them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    recent: Vec<SummaryJson>,
    #[serde(default)]
    retention_day: Option<NaiveDate>,
    /// Absent while the breaker is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    breaker: Option<TripJson>,
    #[serde(default)]
    calls: CallsJson,
}

#[derive(Serialize, Deserialize)]
struct TripJson {
    cause: String,
    opened_at: DateTime<Utc>,
    until: DateTime<Utc>,
    failures: u32,
    /// Absent unless refusals with one message opened the breaker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
struct CallsJson {
    day: Option<NaiveDate>,
    made: u32,
    reserved: BTreeMap<String, u32>,
}

#[derive(Serialize, Deserialize)]
struct LeaseJson {
    holder: String,
    until: DateTime<Utc>,
}

/// Writes the run state as bytes.
#[must_use]
pub fn to_bytes(state: &RunState) -> Vec<u8> {
    let json = StateJson {
        v: 1,
        lease: state.lease.as_ref().map(|lease| LeaseJson { holder: lease.holder.clone(), until: lease.until }),
        last_run: state.last_run.as_ref().map(SummaryJson::from),
        recent: state.recent.iter().map(SummaryJson::from).collect(),
        retention_day: state.retention_day,
        breaker: trip_json(&state.breaker),
        calls: CallsJson { day: state.calls.day, made: state.calls.made, reserved: state.calls.reserved.clone() },
    };
    let known = serde_json::to_string(&json).unwrap_or_default();
    unknown_fields::append(known, &state.unknown).into_bytes()
}

/// Reads the run state. Fields that this release does not know are kept in [`RunState::unknown`].
///
/// # Errors
/// [`Unreadable`] if it is not a state of version 1, or the breaker is open for a cause that this release does not know. Then
/// nothing is dialed.
pub fn parse(bytes: &[u8]) -> Result<RunState, Unreadable> {
    let unknown = unknown_fields::read(bytes, &FIELDS, "the state of runs")?;
    let json: StateJson = serde_json::from_slice(bytes)?;
    Ok(RunState {
        lease: json.lease.map(|lease| Lease { holder: lease.holder, until: lease.until }),
        last_run: json.last_run.map(RunSummary::from),
        recent: json.recent.into_iter().map(RunSummary::from).collect(),
        retention_day: json.retention_day,
        breaker: json.breaker.map_or(Ok(Breaker::Closed), breaker)?,
        calls: CallsOfDay { day: json.calls.day, made: json.calls.made, reserved: json.calls.reserved },
        unknown,
    })
}

fn trip_json(breaker: &Breaker) -> Option<TripJson> {
    let Breaker::Open(BreakerTrip { cause, opened_at, until, failures, message }) = breaker else { return None };
    let cause = cause.as_str().to_owned();
    Some(TripJson { cause, opened_at: *opened_at, until: *until, failures: *failures, message: message.clone() })
}

fn breaker(json: TripJson) -> Result<Breaker, Unreadable> {
    let TripJson { cause: word, opened_at, until, failures, message } = json;
    let cause = Cause::ALL.into_iter().find(|cause| cause.as_str() == word);
    // A breaker that counted as closed would dial against an order to wait.
    let cause = cause.ok_or_else(|| Unreadable(format!("the breaker is open for an unknown cause: {word:?}")))?;
    Ok(Breaker::Open(BreakerTrip { cause, opened_at, until, failures, message }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::UnknownFields;
    use redial_domain::builders::at;

    #[test]
    fn a_state_is_read_as_it_was_written() {
        let trip = BreakerTrip {
            cause: Cause::Silent,
            opened_at: at("2025-12-17T19:00:00Z"),
            until: at("2025-12-17T19:05:00Z"),
            failures: 2,
            message: Some("Pathway not found".to_owned()),
        };
        let calls = CallsOfDay {
            day: NaiveDate::from_ymd_opt(2025, 12, 17),
            made: 12,
            reserved: BTreeMap::from([("a run".to_owned(), 20)]),
        };
        let state = RunState {
            lease: Some(Lease { holder: "a run".to_owned(), until: at("2025-12-17T19:04:00Z") }),
            last_run: Some(RunSummary { stopped_by: Some(Stop::ProviderFailing), ..RunSummary::default() }),
            recent: [RunSummary { calls_made: 2, ..RunSummary::default() }].into(),
            retention_day: NaiveDate::from_ymd_opt(2025, 12, 17),
            breaker: Breaker::Open(trip),
            calls,
            unknown: UnknownFields::default(),
        };
        let written: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&to_bytes(&state)).unwrap();
        assert!(written.keys().all(|name| FIELDS.contains(&name.as_str())) && written.len() == FIELDS.len());
        assert_eq!(parse(&to_bytes(&state)), Ok(state));
    }

    #[test]
    fn a_field_that_this_release_does_not_know_is_written_back_unchanged() {
        let state = parse(br#"{"v":1,"lease":null,"next":{"a": 1.10}}"#).unwrap();
        let written = String::from_utf8(to_bytes(&state)).unwrap();
        assert!(written.ends_with(r#","next":{"a": 1.10}}"#), "{written}");
        assert_eq!(parse(written.as_bytes()), Ok(state));
    }

    #[test]
    fn a_state_of_another_version_is_refused() {
        assert!(parse(br#"{"v":2}"#).unwrap_err().to_string().contains("version 2"));
    }

    #[test]
    fn a_state_without_breaker_and_calls_has_a_closed_breaker_and_no_calls() {
        assert_eq!(parse(br#"{"v":1,"lease":null}"#), Ok(RunState::default()));
    }

    #[test]
    fn an_unknown_cause_does_not_count_as_a_closed_breaker() {
        let state = br#"{"v":1,"breaker":{"cause":"x","opened_at":"2025-12-17T19:00:00Z","until":"2025-12-17T19:00:00Z","failures":1}}"#;
        assert!(parse(state).unwrap_err().to_string().contains("unknown"));
    }
}
