//! Every rule that an operator can set, typed.

use super::{BusinessHours, Cadence, CallingHours, Outcome, TransferRule};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};

/// The rules in force. Made only by [`super::settings::Settings::policy`], which checks every value.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The queue dials at all.
    pub enabled: bool,
    /// The processor is started.
    pub running: bool,
    /// Waiting times.
    pub cadence: Cadence,
    /// Attempts over the life of a record.
    pub max_attempts: u32,
    /// Outcomes that complete a record.
    pub success: BTreeSet<Outcome>,
    /// Further outcomes after which a lead is not called again.
    pub terminal: BTreeSet<Outcome>,
    /// Days that a month is kept after its end, and that a lead is called after its creation.
    pub retention_days: u32,
    /// Minutes between runs; the schedule itself is set at deploy.
    pub process_interval: u32,
    /// When the business calls.
    pub business_hours: BusinessHours,
    /// When the law allows calls.
    pub calling_hours: CallingHours,
    /// Both gates for hours are off. Only for a provider on a loopback address.
    pub ignore_hours: bool,
    /// Which leads are called.
    pub lead_window: LeadWindow,
    /// Calls to one number in any 24 hours, whoever made them.
    pub max_calls_per_number: u32,
    /// How long a lead waits whose line is held.
    pub defer: TimeDelta,
    /// Dials in one run.
    pub max_calls_per_run: u32,
    /// Calls of the account in one day of the business zone; `None` for any number.
    pub max_calls_per_day: Option<u32>,
    /// Dials in a second.
    pub calls_per_second: u32,
    /// Dial requests under way at once.
    pub max_concurrent: u32,
    /// The longest call that the provider allows.
    pub max_call: TimeDelta,
    /// What a call may take longer until its result is here.
    pub grace: TimeDelta,
    /// How long a line is held for a dial whose answer never came.
    pub unknown_hold: TimeDelta,
    /// What proves a transfer.
    pub transfer: TransferRule,
    /// The variables of a Bland call in which a callback time may stand, in order.
    pub callback_variables: Vec<String>,
    /// Convoso's disposition codes that differ from the default table.
    pub convoso_dispositions: BTreeMap<String, Outcome>,
}

/// Which leads are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeadWindow {
    /// Those created within the retention time.
    Retention,
    /// Those created today in the business zone.
    Today,
}

impl Policy {
    /// Whether the outcome completes a record. A callback whose time is known never does: it reschedules.
    #[must_use]
    pub fn completes(&self, outcome: &Outcome, callback_known: bool) -> bool {
        if *outcome == Outcome::CALLBACK && callback_known {
            return false;
        }
        outcome.suppresses() || self.success.contains(outcome) || self.terminal.contains(outcome)
    }

    /// How long a line is held once the call is known to ring.
    #[must_use]
    pub fn call_hold(&self) -> TimeDelta {
        self.max_call + self.grace
    }
}
