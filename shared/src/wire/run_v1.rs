//! The stored state of runs.

use crate::domain::{Lease, RunState, RunSummary, Stop};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A summary as it stands in `status.last_run`, in the stored state and in the last log line of a run.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SummaryJson {
    /// When the run started.
    pub started_at: DateTime<Utc>,
    /// Leads that were due.
    pub total_ready: u32,
    /// Calls that the provider placed.
    pub calls_made: u32,
    /// Ready leads that were not dialed.
    pub skipped: u32,
    /// Failed or unknown dials, and objects that could not be read.
    pub errors: u32,
    /// Results that were found late.
    pub reconciled: u32,
    /// Leads put off because their line is held.
    pub deferred: u32,
    /// Attempts of which nobody knows.
    pub lost: u32,
    /// Months deleted.
    pub months_deleted: u32,
    /// How long the run took.
    pub duration_ms: u64,
    /// Why the run dialed nothing or not everything.
    pub stopped_by: Option<String>,
}

impl From<&RunSummary> for SummaryJson {
    fn from(summary: &RunSummary) -> Self {
        Self {
            started_at: summary.started_at,
            total_ready: summary.total_ready,
            calls_made: summary.calls_made,
            skipped: summary.skipped,
            errors: summary.errors,
            reconciled: summary.reconciled,
            deferred: summary.deferred,
            lost: summary.lost,
            months_deleted: summary.months_deleted,
            duration_ms: summary.duration_ms,
            stopped_by: summary.stopped_by.map(|stop| stop.as_str().to_owned()),
        }
    }
}

impl From<SummaryJson> for RunSummary {
    fn from(json: SummaryJson) -> Self {
        let stop = |word: String| Stop::ALL.into_iter().find(|stop| stop.as_str() == word);
        Self {
            started_at: json.started_at,
            total_ready: json.total_ready,
            calls_made: json.calls_made,
            skipped: json.skipped,
            errors: json.errors,
            reconciled: json.reconciled,
            deferred: json.deferred,
            lost: json.lost,
            months_deleted: json.months_deleted,
            duration_ms: json.duration_ms,
            stopped_by: json.stopped_by.and_then(stop),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct StateJson {
    v: u32,
    #[serde(default)]
    lease: Option<LeaseJson>,
    #[serde(default)]
    last_run: Option<SummaryJson>,
    #[serde(default)]
    retention_day: Option<NaiveDate>,
}

#[derive(Serialize, Deserialize)]
struct LeaseJson {
    holder: String,
    until: DateTime<Utc>,
}

/// The state as bytes.
#[must_use]
pub fn to_bytes(state: &RunState) -> Vec<u8> {
    let json = StateJson {
        v: 1,
        lease: state.lease.as_ref().map(|lease| LeaseJson { holder: lease.holder.clone(), until: lease.until }),
        last_run: state.last_run.as_ref().map(SummaryJson::from),
        retention_day: state.retention_day,
    };
    serde_json::to_vec(&json).unwrap_or_default()
}

/// The state from bytes.
///
/// # Errors
/// When it is not a state of version 1.
pub fn parse(bytes: &[u8]) -> Result<RunState, String> {
    let json: StateJson = serde_json::from_slice(bytes).map_err(|error| format!("the state of runs: {error}"))?;
    if json.v != 1 {
        return Err(format!("the state of runs has version {}; this program reads version 1", json.v));
    }
    Ok(RunState {
        lease: json.lease.map(|lease| Lease { holder: lease.holder, until: lease.until }),
        last_run: json.last_run.map(RunSummary::from),
        retention_day: json.retention_day,
    })
}
