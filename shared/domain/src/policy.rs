//! All settings in force, typed and checked.

use super::law::{Mode, Rules};
use super::{BusinessHours, Cadence, Outcome, TransferRule};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All settings in force. Only [`super::settings::Settings::policy`] makes one, and it checks every value.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The queue dials at all.
    pub enabled: bool,
    /// The processor is started.
    pub running: bool,
    /// Waiting times.
    pub cadence: Cadence,
    /// The most attempts over the life of a record.
    pub max_attempts: u32,
    /// Outcomes that complete a record.
    pub success: BTreeSet<Outcome>,
    /// Further outcomes after which a lead is not called again.
    pub terminal: BTreeSet<Outcome>,
    /// Days that a month is kept after its end, and that a lead is called after its creation.
    pub retention_days: u32,
    /// Minutes between runs, for `status` only. The schedule itself is set when the stack is deployed.
    pub process_interval: u32,
    /// When the business calls.
    pub business_hours: BusinessHours,
    /// The law: when, where and how often a person may be called.
    pub law: Arc<Rules>,
    /// Which calling rules the operator wants in force. See [`Policy::calling_rules`].
    pub mode: Mode,
    /// How much later than it is dialed a call may ring, because the provider queues.
    pub ring_guard: TimeDelta,
    /// Whether business hours and the law are not looked at. Only allowed for a provider on a loopback address, where no phone
    /// rings.
    pub ignore_hours: bool,
    /// Which leads are called.
    pub lead_window: LeadWindow,
    /// The most calls to one number in any 24 hours, also counting those that the queue did not make.
    pub max_calls_per_number: u32,
    /// How long a lead waits whose line is not free.
    pub defer: TimeDelta,
    /// How long a line is held for a call of Convoso that is in progress, unless its result comes first.
    pub convoso_call_hold: TimeDelta,
    /// How long a lead waits that asked for a callback at a time that cannot be used.
    pub callback_fallback: TimeDelta,
    /// For how long after a transfer no lead of the number is dialed.
    pub transfer_quiet: TimeDelta,
    /// The most dials in one run.
    pub max_calls_per_run: u32,
    /// The most calls of the account in one day of the business time zone. `None` for no limit.
    pub max_calls_per_day: Option<u32>,
    /// The most dials in a second.
    pub calls_per_second: u32,
    /// The most concurrent dial requests.
    pub max_concurrent: u32,
    /// The longest call that the provider allows.
    pub max_call: TimeDelta,
    /// How much later than that its result may arrive.
    pub grace: TimeDelta,
    /// How long a line is held for a dial without a clear answer, until the provider is asked.
    pub unknown_hold: TimeDelta,
    /// What proves a transfer.
    pub transfer: TransferRule,
    /// The variables of a Bland call that may have a callback time, in order.
    pub callback_variables: Vec<String>,
    /// Convoso's disposition codes that differ from the default table.
    pub convoso_dispositions: BTreeMap<String, Outcome>,
    /// The day on which the leads were compared with the national do-not-call list last. `None` if nobody has said so.
    pub national_list_scrubbed_on: Option<NaiveDate>,
}

/// The most days between two comparisons with the national do-not-call list (47 CFR 64.1200(c)(2)(i)(D)).
const SCRUB_DAYS: i64 = 31;

/// Which leads are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeadWindow {
    /// Those created within the retention time.
    Retention,
    /// Those created today in the business time zone.
    Today,
}

impl Policy {
    /// Returns whether the outcome completes a record. A callback with a known time never does: it reschedules.
    #[must_use]
    pub fn completes(&self, outcome: &Outcome, callback_known: bool) -> bool {
        if *outcome == Outcome::CALLBACK && callback_known {
            return false;
        }
        outcome.suppresses() || self.success.contains(outcome) || self.terminal.contains(outcome)
    }

    /// Returns which calling rules are in force at an instant. Obeying the federal ones only is a decision that somebody has
    /// recorded and that ends. Without it the setting alone opens nothing.
    #[must_use]
    pub fn calling_rules(&self, at: DateTime<Utc>) -> Mode {
        match self.mode {
            Mode::Federal if !self.law.register.is_federal_only(at) => Mode::HoursAndCaps,
            mode => mode,
        }
    }

    /// Returns how long a line is held once the provider has placed the call.
    #[must_use]
    pub fn call_hold(&self) -> TimeDelta {
        self.max_call + self.grace
    }

    /// Returns for how many days the comparison with the national do-not-call list has been overdue on `today`. `None` if it
    /// is not, or if nobody has said when it was made: the list may be handled by the system that sends the leads.
    #[must_use]
    pub fn scrub_overdue(&self, today: NaiveDate) -> Option<i64> {
        let days = (today - self.national_list_scrubbed_on?).num_days();
        (days > SCRUB_DAYS).then_some(days - SCRUB_DAYS)
    }
}

#[cfg(test)]
mod tests {
    use crate::Policy;
    use crate::builders::policy;
    use rstest::rstest;

    #[rstest]
    #[case::never_said(None, None)]
    #[case::on_the_last_day(Some("2025-12-01"), None)]
    #[case::a_day_later(Some("2025-11-30"), Some(1))]
    #[case::much_later(Some("2025-10-01"), Some(61))]
    fn a_comparison_with_the_national_list_holds_for_31_days(#[case] made: Option<&str>, #[case] overdue: Option<i64>) {
        let made = made.map(|day| day.parse().unwrap());
        let policy = Policy { national_list_scrubbed_on: made, ..policy() };
        assert_eq!(policy.scrub_overdue("2026-01-01".parse().unwrap()), overdue);
    }
}
