//! What a run measures, beside what it counts for its summary.

use super::Run;
use crate::ports::{DialError, Metric};
use crate::store::records::Found;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::{Breaker, Line, RunSummary, Stop};

impl Run {
    /// What a run that took the lease did.
    pub(super) fn measure(&self, summary: &RunSummary, breaker: &Breaker) {
        let counts = [
            (Metric::Runs, 1),
            (Metric::LeadsReady, summary.total_ready),
            (Metric::CallsPlaced, summary.calls_made),
            (Metric::LeadsSkipped, summary.skipped),
            (Metric::LeadsDeferred, summary.deferred),
            (Metric::RunErrors, summary.errors),
            (Metric::ResultsReconciled, summary.reconciled),
            (Metric::AttemptsLost, summary.lost),
        ];
        for (metric, count) in counts {
            self.stores.meter.record(metric.of(count));
        }
        self.stores.meter.record(Metric::RunDuration.of(summary.duration_ms));
        self.stores.meter.record(Metric::BreakerOpen.flag(*breaker != Breaker::Closed));
        self.stores.meter.record(Metric::DailyLimitReached.flag(summary.stopped_by == Some(Stop::MaxCallsPerDay)));
    }

    /// The leads that can be dialed, before anybody is.
    pub(super) fn measure_due(&self, ready: &[Found], now: DateTime<Utc>) {
        let oldest = ready.iter().map(|found| found.lead.next_redial).min();
        self.stores.meter.record(Metric::OldestDueLead.of(age(oldest, now)));
    }

    /// Leads that nobody dialed. That the calls of the day are spent is a choice, and no failure.
    pub(super) fn measure_undialed(&self, could: usize, summary: &RunSummary) {
        let nobody = summary.calls_made == 0 && summary.stopped_by != Some(Stop::MaxCallsPerDay);
        self.stores.meter.record(Metric::DueUndialed.of(if nobody { could } else { 0 }));
    }

    /// The lines that need a look, before anything is done about them.
    pub(super) fn measure_open<'l>(&self, lines: impl Iterator<Item = &'l Line> + Clone, now: DateTime<Utc>) {
        let arrivals = lines.clone().flat_map(|line| line.inbox.iter().map(|waiting| waiting.since));
        let holds = lines.clone().filter_map(|line| line.hold.as_ref()).filter(|hold| hold.until <= now);
        let oldest = holds.map(|hold| hold.since).chain(arrivals.clone()).min();
        self.stores.meter.record(Metric::OpenLines.of(lines.count()));
        self.stores.meter.record(Metric::OldestOpenLine.of(age(oldest, now)));
        self.stores.meter.record(Metric::ResultsWaiting.of(arrivals.clone().count()));
        self.stores.meter.record(Metric::OldestWaitingResult.of(age(arrivals.min(), now)));
    }

    /// What the provider did with a request for a call, and how long that took.
    pub(super) fn measure_dial(&self, took: TimeDelta, failed: Option<&DialError>) {
        self.stores.meter.record(Metric::DialLatency.of(took.num_milliseconds()));
        let class = failed.map(|error| match error {
            DialError::Refused(_) => Metric::DialsRefused,
            DialError::Blocked { .. } => Metric::DialsBlocked,
            DialError::SlowDown { .. } => Metric::DialsSlowedDown,
            DialError::Unreachable(_) => Metric::DialsUnreachable,
            DialError::Unknown(_) => Metric::DialsUnknown,
        });
        if let Some(class) = class {
            self.stores.meter.record(class.of(1_u8));
        }
    }
}

/// Seconds; nothing is no age.
fn age(since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> i64 {
    since.map_or(0, |since| (now - since).num_seconds())
}
