//! What is known about runs.

use super::{Breaker, CallsOfDay, UnknownFields};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::VecDeque;

/// How many runs the state of runs remembers. With a run every five minutes that is a day.
pub const RUNS_KEPT: usize = 288;

/// Declares a struct with the fields of a run's summary, or makes one such struct of another.
///
/// This is the only list of these fields: the summary of the domain, its stored form, the answer of the processor and that
/// of the admin API come from it, and so do the descriptions in `openapi.json`.
/// Only the type of `stopped_by` differs between them, because only the domain knows [`Stop`].
#[macro_export]
macro_rules! run_summary {
    ($(#[$meta:meta])* $vis:vis struct $name:ident, stopped_by: $($stop:tt)+) => {
        $crate::run_summary! { @fields @declare [$(#[$meta])* $vis struct $name] [$($stop)+] }
    };
    ($from:ident => $to:ident, stopped_by: $stop:expr) => {
        $crate::run_summary! { @fields @convert [$from] [$to] [$stop] }
    };
    (@fields @$then:ident $($args:tt)+) => {
        $crate::run_summary! { @$then $($args)+
            /// When the run started.
            started_at: chrono::DateTime<chrono::Utc>,
            // Every gate before the line's was open.
            /// Leads that were due.
            total_ready: u32,
            /// Calls that the provider placed.
            calls_made: u32,
            // The line was held, suppressed or at its cap, or the record changed meanwhile.
            /// Ready leads that were not dialed.
            skipped: u32,
            /// Failed or unknown dials, and objects that could not be read.
            errors: u32,
            // Found by asking the provider, or left in an inbox by a webhook.
            /// Results that were found late.
            reconciled: u32,
            /// Leads put off because their line is held.
            deferred: u32,
            /// Attempts that the provider does not know.
            lost: u32,
            /// Months deleted.
            months_deleted: u32,
            // In milliseconds.
            /// How long the run took.
            duration_ms: u64,
        }
    };
    (@declare [$(#[$meta:meta])* $vis:vis struct $name:ident] [$($stop:tt)+]
        $($(#[$doc:meta])* $field:ident: $type:ty,)+) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$doc])* pub $field: $type,)+
            /// Why the run dialed nothing or not everything.
            pub stopped_by: Option<$($stop)+>,
        }
    };
    (@convert [$from:ident] [$to:ident] [$stop:expr] $($(#[$doc:meta])* $field:ident: $type:ty,)+) => {
        $to { $($field: $from.$field,)+ stopped_by: $stop }
    };
}

run_summary! {
    /// What one run did. Its last log line and `status.last_run` show it. A `stopped_by` of `None` means that it reached the end.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct RunSummary, stopped_by: Stop
}

/// Why a run dialed nothing, or not everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stop {
    /// Another run has the lease.
    AlreadyRunning,
    /// The queue is disabled.
    Disabled,
    /// The processor is stopped.
    Stopped,
    /// The business does not call at this time.
    OutsideBusinessHours,
    /// The time of the invocation is nearly over. The rest is for the next run.
    Deadline,
    /// `max_calls_per_run` is reached.
    MaxCallsPerRun,
    /// `max_calls_per_day` is reached.
    MaxCallsPerDay,
    /// The provider accepts no call, because of key or balance. Each later run tries one dial.
    ProviderBlocked,
    /// The provider asked to slow down for longer than the run lasts, or the time that it asked for is not over.
    ProviderSlowDown,
    /// Too many dials failed: the breaker opened, or its cool-down is not over.
    ProviderFailing,
    /// Too many dials were refused, or the cool-down after that is not over. The breaker has what the refusals say.
    ProviderRefusing,
    /// Settings or records could not be read.
    StoreUnavailable,
    /// A list of numbers to suppress is not imported to its end. Its numbers must not be dialed.
    ImportUnfinished,
    /// A large object of a month was not divided when the run began. Its records may forbid calls.
    DivisionUnfinished,
    /// A bulk command that pauses or removes leads is not finished. Its leads must not be dialed.
    BulkUnfinished,
}

impl Stop {
    /// Every reason.
    pub const ALL: [Self; 15] = [
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
        Self::ProviderRefusing,
        Self::StoreUnavailable,
        Self::ImportUnfinished,
        Self::DivisionUnfinished,
        Self::BulkUnfinished,
    ];

    /// Returns the word that summaries use.
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
            Self::ProviderRefusing => "provider_refusing",
            Self::StoreUnavailable => "store_unavailable",
            Self::ImportUnfinished => "import_unfinished",
            Self::DivisionUnfinished => "division_unfinished",
            Self::BulkUnfinished => "bulk_unfinished",
        }
    }
}

/// What is stored about runs, in one object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunState {
    /// The right of the run that is at work.
    pub lease: Option<Lease>,
    /// What the last run did.
    pub last_run: Option<RunSummary>,
    /// What the last runs did, the newest first, at most [`RUNS_KEPT`].
    pub recent: VecDeque<RunSummary>,
    /// The day, in the business zone, on which months were last checked for deletion.
    pub retention_day: Option<NaiveDate>,
    /// Whether the provider is asked for calls.
    pub breaker: Breaker,
    /// The calls of the day.
    pub calls: CallsOfDay,
    /// What a newer release has stored beside these fields.
    pub unknown: UnknownFields,
}

/// What a run leaves behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunEnd {
    /// What it did.
    pub summary: RunSummary,
    /// The day on which it checked months for deletion, if it did.
    pub retention_day: Option<NaiveDate>,
    /// The breaker, if the run changed it.
    pub breaker: Option<Breaker>,
    /// The business day of its last calls, and how many calls it made on it.
    pub calls: Option<(NaiveDate, u32)>,
}

/// The right to run. It ends by itself, so a run that crashed blocks nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Who holds it.
    pub holder: String,
    /// The deadline of the holder's invocation, after which it cannot be at work.
    pub until: DateTime<Utc>,
}

impl RunState {
    /// Notes what a run did. The same run is noted once, because only the answer of a write may have been lost.
    pub fn note(&mut self, summary: &RunSummary) {
        if self.last_run.as_ref() != Some(summary) {
            self.recent.push_front(summary.clone());
            self.recent.truncate(RUNS_KEPT);
        }
        self.last_run = Some(summary.clone());
    }

    /// Returns whether a run is at work.
    #[must_use]
    pub fn is_processing(&self, now: DateTime<Utc>) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_runs_are_known_each_once_and_the_newest_first() {
        let run = |calls_made| RunSummary { calls_made, ..RunSummary::default() };
        let mut state = RunState::default();
        for calls in [1, 2, 2, 3] {
            state.note(&run(calls));
        }
        assert_eq!(state.recent, [run(3), run(2), run(1)]);
        assert_eq!(state.last_run, Some(run(3)));
        (4..=1000).for_each(|calls| state.note(&run(calls)));
        assert_eq!((state.recent.len(), state.recent.front()), (RUNS_KEPT, Some(&run(1000))));
    }
}
