//! Answers, except those that list or explain records.

use super::{ConfigJson, Invalid, SourcesJson, iso};
use chrono::{DateTime, Utc};
use redial_domain::breaker::{BreakerState, BreakerTrip};
use redial_domain::settings::{SettingError, Settings};
use redial_domain::{Breaker, Month, Policy, RunState, RunSummary, Status, Stop, run_summary};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A request that came to nothing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErrorAnswer {
    /// Always false.
    #[schema(example = false)]
    pub success: bool,
    /// What went wrong, and what would be right.
    pub error: String,
    /// The parameter, header or setting that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<String>,
}

impl ErrorAnswer {
    /// An error that concerns no field.
    #[must_use]
    pub fn new(error: impl Into<String>) -> Self {
        Self { success: false, error: error.into(), field: None }
    }
}

impl From<Invalid> for ErrorAnswer {
    fn from(invalid: Invalid) -> Self {
        Self { success: false, error: invalid.error, field: invalid.field }
    }
}

/// Every wrong setting is told; `field` is the first.
impl From<&[SettingError]> for ErrorAnswer {
    fn from(errors: &[SettingError]) -> Self {
        let reasons: Vec<_> = errors.iter().map(ToString::to_string).collect();
        Self { field: errors.first().map(|first| first.key.to_owned()), ..Self::new(reasons.join("; ")) }
    }
}

/// The queue at a glance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatusAnswer {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// When this was true.
    pub timestamp: DateTime<Utc>,
    /// Switches and rules.
    pub status: StatusJson,
    /// Counts.
    pub stats: StatsJson,
}

impl StatusAnswer {
    /// What was seen at `at`.
    #[must_use]
    pub fn new(at: DateTime<Utc>, status: StatusJson, stats: StatsJson) -> Self {
        Self { success: true, timestamp: iso(at), status, stats }
    }
}

/// Switches and rules.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatusJson {
    /// The processor is started.
    pub running: bool,
    /// The queue dials at all.
    pub enabled: bool,
    /// A run is at work.
    pub is_processing: bool,
    /// Minutes between runs.
    #[schema(example = 5)]
    pub interval_minutes: u32,
    /// Minutes between the attempts for a lead, in force when `progressive_intervals` is empty.
    #[schema(example = 30)]
    pub redial_interval_minutes: u32,
    /// How often a lead is called at most.
    #[schema(example = 8)]
    pub max_attempts: u32,
    /// Minutes before each attempt for a lead; the last entry goes on.
    #[schema(example = json!([0, 0, 5, 10, 30, 60, 120]))]
    pub progressive_intervals: Vec<u32>,
    /// Calls of the account in one day at most; null for any number.
    pub max_calls_per_day: Option<u32>,
    /// Calls made today, in the business time zone, with those that a run at work has reserved.
    pub calls_today: u32,
    /// Whether the provider is asked for calls.
    pub breaker: BreakerJson,
    /// It is a time at which the business calls.
    pub business_hours_open: bool,
    /// The gates for hours are off: only in demonstrations, with a provider on this machine.
    pub calling_hours_ignored: bool,
    /// What an operator must know.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub warning: Option<String>,
    /// What the last run did.
    pub last_run: Option<SummaryJson>,
}

const HOURS_IGNORED: &str = "CALLING HOURS ARE IGNORED: people may be called at any time of day. This is for demonstrations only; \
                             set ignore_calling_hours to false.";

impl StatusJson {
    /// What is in force at `at`.
    #[must_use]
    pub fn new(policy: &Policy, runs: &RunState, at: DateTime<Utc>) -> Self {
        Self {
            running: policy.running,
            enabled: policy.enabled,
            is_processing: runs.is_processing(at),
            interval_minutes: policy.process_interval,
            redial_interval_minutes: policy.cadence.fixed,
            max_attempts: policy.max_attempts,
            progressive_intervals: policy.cadence.progressive.clone(),
            max_calls_per_day: policy.max_calls_per_day,
            calls_today: runs.calls.on(at.with_timezone(&policy.business_hours.zone).date_naive()),
            breaker: BreakerJson::new(&runs.breaker, at),
            business_hours_open: policy.business_hours.is_open(at),
            calling_hours_ignored: policy.ignore_hours,
            warning: policy.ignore_hours.then(|| HOURS_IGNORED.to_owned()),
            last_run: runs.last_run.as_ref().map(SummaryJson::from),
        }
    }
}

run_summary! {
    /// What one run did.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    pub struct SummaryJson, stopped_by: &'static str
}

impl From<&RunSummary> for SummaryJson {
    fn from(summary: &RunSummary) -> Self {
        run_summary!(summary => Self, stopped_by: summary.stopped_by.map(Stop::as_str))
    }
}

/// The circuit breaker between the queue and the provider.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BreakerJson {
    /// `closed`: calls are asked for. `open`: none before `until`. `half_open`: the next run dials one lead as a probe.
    #[schema(example = "closed")]
    pub state: &'static str,
    /// Why it opened: `blocked` (key or balance), `slow_down`, `silent` (no clear answers) or `refusing`.
    pub cause: Option<&'static str>,
    /// When it opened.
    pub opened_at: Option<DateTime<Utc>>,
    /// When the next probe may be dialed.
    pub until: Option<DateTime<Utc>>,
    /// How often it opened since a call was last placed.
    pub failures: u32,
}

impl BreakerJson {
    fn new(breaker: &Breaker, at: DateTime<Utc>) -> Self {
        let state = match breaker.state(at) {
            BreakerState::Closed => "closed",
            BreakerState::HalfOpen => "half_open",
            BreakerState::Open(_) => "open",
        };
        match breaker {
            Breaker::Closed => Self { state, cause: None, opened_at: None, until: None, failures: 0 },
            Breaker::Open(BreakerTrip { cause, opened_at, until, failures }) => Self {
                state,
                cause: Some(cause.as_str()),
                opened_at: Some(iso(*opened_at)),
                until: Some(iso(*until)),
                failures: *failures,
            },
        }
    }
}

/// Counts over the records of every open month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatsJson {
    /// The queue dials at all.
    pub enabled: bool,
    /// Every record.
    pub total_records: usize,
    /// Waiting for their time.
    pub pending: usize,
    /// Waiting for the time that the person asked for.
    pub rescheduled: usize,
    /// Sold, transferred, or never to be called again.
    pub completed: usize,
    /// Called as often as allowed.
    pub max_attempts: usize,
    /// Held back by an operator.
    pub paused: usize,
    /// Those that may be dialed now, by every gate.
    pub ready_to_dial: usize,
    /// The month in which a record made now would live.
    #[schema(example = "2024-12")]
    pub current_month: String,
    /// Stored objects that cannot be read; their leads wait.
    pub unreadable_objects: usize,
    /// Records that cannot be understood; they are kept and not dialed.
    pub unreadable_records: u32,
}

impl StatsJson {
    /// The counts by status, with nothing else counted yet.
    #[must_use]
    pub fn new(enabled: bool, current_month: Month, by_status: &BTreeMap<Status, usize>) -> Self {
        let count = |status| by_status.get(&status).copied().unwrap_or_default();
        Self {
            enabled,
            total_records: by_status.values().sum(),
            pending: count(Status::Pending),
            rescheduled: count(Status::Rescheduled),
            completed: count(Status::Completed),
            max_attempts: count(Status::MaxAttempts),
            paused: count(Status::Paused),
            ready_to_dial: 0,
            current_month: current_month.to_string(),
            unreadable_objects: 0,
            unreadable_records: 0,
        }
    }
}

/// The settings in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConfigAnswer {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// When this was true.
    pub timestamp: DateTime<Utc>,
    /// Every setting.
    pub config: ConfigJson,
    /// Where each value comes from.
    pub sources: SourcesJson,
}

impl ConfigAnswer {
    /// The settings as they were read at `at`.
    #[must_use]
    pub fn new(settings: &Settings, at: DateTime<Utc>) -> Self {
        Self {
            success: true,
            timestamp: iso(at),
            config: ConfigJson::new(settings),
            sources: SourcesJson::new(settings),
        }
    }
}

/// The settings after a change, or as they would be after a dry run.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConfiguredAnswer {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// What was done.
    pub message: String,
    /// Nothing was stored.
    pub dry_run: bool,
    /// Every setting.
    pub config: ConfigJson,
    /// Where each value comes from.
    pub sources: SourcesJson,
    /// Switches and rules in force now.
    pub status: StatusJson,
}

impl ConfiguredAnswer {
    /// Settings after a change; `dry_run` says that they are not stored.
    #[must_use]
    pub fn new(message: &str, settings: &Settings, status: StatusJson, dry_run: bool) -> Self {
        let (config, sources) = (ConfigJson::new(settings), SourcesJson::new(settings));
        Self { success: true, message: message.to_owned(), dry_run, config, sources, status }
    }
}

/// What came of a request for a run.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProcessAnswer {
    /// A run was asked for.
    pub success: bool,
    /// What was done, or why nothing was.
    pub message: String,
    /// Switches and rules.
    pub status: StatusJson,
}

/// What came of a command for a lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommandAnswer {
    /// It is done, or was so already.
    pub success: bool,
    /// What was done, or why nothing was.
    pub message: String,
}

/// What was deleted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CleanupAnswer {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// What was done.
    pub message: String,
    /// How many months were deleted.
    pub deleted: usize,
    /// Which.
    #[schema(example = json!(["2024-10"]))]
    pub months: Vec<String>,
}

impl CleanupAnswer {
    /// These months are gone.
    #[must_use]
    pub fn new(months: &[Month]) -> Self {
        let months: Vec<_> = months.iter().map(ToString::to_string).collect();
        let message = match months.len() {
            0 => "No month is older than the retention time".to_owned(),
            _ => format!("Deleted {}", months.join(", ")),
        };
        Self { success: true, message, deleted: months.len(), months }
    }
}
