//! What is known of runs.

use super::{Breaker, CallsOfDay};
use chrono::{DateTime, NaiveDate, Utc};

/// What one run did. Shown as its last log line and in `status.last_run`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunSummary {
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// Leads that were due and whose gates up to the line's were open.
    pub total_ready: u32,
    /// Calls that the provider placed.
    pub calls_made: u32,
    /// Ready leads that were not dialed: line held, suppressed or at its cap, record changed meanwhile.
    pub skipped: u32,
    /// Dials that failed or whose answer is unknown, and objects that could not be read.
    pub errors: u32,
    /// Results found by asking the provider, and results that a webhook had left in an inbox.
    pub reconciled: u32,
    /// Leads put off because their line is held.
    pub deferred: u32,
    /// Attempts of which nobody knows.
    pub lost: u32,
    /// Months deleted.
    pub months_deleted: u32,
    /// How long it took.
    pub duration_ms: u64,
    /// Why it dialed nothing or not everything; `None` when it reached the end.
    pub stopped_by: Option<Stop>,
}

/// Why a run dialed nothing, or not everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stop {
    /// Another run is at work.
    AlreadyRunning,
    /// The queue is disabled.
    Disabled,
    /// The processor is stopped.
    Stopped,
    /// The business does not call at this time.
    OutsideBusinessHours,
    /// The time of the invocation is nearly over.
    Deadline,
    /// `max_calls_per_run` is reached.
    MaxCallsPerRun,
    /// `max_calls_per_day` is reached.
    MaxCallsPerDay,
    /// The provider refuses every call: key or balance. Each further run tries one.
    ProviderBlocked,
    /// The provider asked to slow down for longer than the run lasts, or the time for which it asked is not over.
    ProviderSlowDown,
    /// Too many dials failed: the circuit breaker opened, or its cool-down is not over.
    ProviderFailing,
    /// Settings or records could not be read.
    StoreUnavailable,
}

impl Stop {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::AlreadyRunning,
        Self::Disabled,
        Self::Stopped,
        Self::OutsideBusinessHours,
        Self::Deadline,
        Self::MaxCallsPerRun,
        Self::MaxCallsPerDay,
        Self::ProviderBlocked,
        Self::ProviderSlowDown,
        Self::ProviderFailing,
        Self::StoreUnavailable,
    ];

    /// The word that summaries use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AlreadyRunning => "already_running",
            Self::Disabled => "disabled",
            Self::Stopped => "stopped",
            Self::OutsideBusinessHours => "outside_business_hours",
            Self::Deadline => "deadline",
            Self::MaxCallsPerRun => "max_calls_per_run",
            Self::MaxCallsPerDay => "max_calls_per_day",
            Self::ProviderBlocked => "provider_blocked",
            Self::ProviderSlowDown => "provider_slow_down",
            Self::ProviderFailing => "provider_failing",
            Self::StoreUnavailable => "store_unavailable",
        }
    }
}

/// What is stored of runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunState {
    /// Who works, and until when at the latest.
    pub lease: Option<Lease>,
    /// What the last run did.
    pub last_run: Option<RunSummary>,
    /// The day, in the business zone, on which months were last checked for deletion.
    pub retention_day: Option<NaiveDate>,
    /// Whether calls are asked for.
    pub breaker: Breaker,
    /// The calls of the day.
    pub calls: CallsOfDay,
}

/// What a run leaves behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunEnd {
    /// What it did.
    pub summary: RunSummary,
    /// The day on which it checked months for deletion, if it did.
    pub retention_day: Option<NaiveDate>,
    /// The breaker, when the run could read it.
    pub breaker: Option<Breaker>,
    /// The business day of its last calls, and how many calls it made on it.
    pub calls: Option<(NaiveDate, u32)>,
}

/// The right to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Who holds it.
    pub holder: String,
    /// The end of its invocation.
    pub until: DateTime<Utc>,
}

impl RunState {
    /// Whether a run is at work.
    #[must_use]
    pub fn is_processing(&self, now: DateTime<Utc>) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.until > now)
    }
}
