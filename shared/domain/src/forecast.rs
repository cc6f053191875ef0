//! Plays the queue forward: whom the runs of the next hours dial if nothing comes from outside.
//!
//! Nothing about a dial is decided here. The gates say who is dialed, `dial_order` in which order, the line and `settle` what a
//! call changes, and `defer` how a lead waits whose line is held. Each call ends as the last one of its lead did.

mod play;
mod seat;

use super::verdict::GateName;
use super::{Breaker, CallsOfDay, Lead, LeadRef, Line, Phone, Policy, Stop};
use chrono::{DateTime, TimeDelta, Utc};
use play::Play;
use std::collections::{BTreeMap, BTreeSet};

/// How long a call takes if the last call of its lead does not tell.
pub const CALL_TAKES: TimeDelta = TimeDelta::minutes(1);

/// The queue from which a forecast begins.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    /// Leads that wait for a dial.
    pub leads: Vec<Queued>,
    /// The lines of their numbers, with what records say about these. A number without a line was never touched.
    pub lines: BTreeMap<Phone, Line>,
    /// Whether the provider is asked for calls.
    pub breaker: Breaker,
    /// The calls of the day so far.
    pub calls: CallsOfDay,
}

/// A lead that waits for a dial.
#[derive(Debug, Clone)]
pub struct Queued {
    /// The place of its record.
    pub location: LeadRef,
    /// The record.
    pub lead: Lead,
    /// Whether it counts. Another lead is only there because it shares the number of one that does.
    pub counts: bool,
}

/// How runs work, beside the settings.
#[derive(Debug, Clone, Copy)]
pub struct Runs {
    /// For how long a run may dial.
    pub dialing: TimeDelta,
    /// How much later than it is decided the request for a call may leave.
    pub asked_within: TimeDelta,
    /// One of this many leads counts. They get one of this many calls of each limit, and count as many times.
    pub one_in: u32,
}

/// What runs do in the next hours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forecast {
    /// The hours, the first one from the beginning of the forecast on.
    pub hours: Vec<Hour>,
    /// Dials by the number of the attempt, counted from 1.
    pub by_attempt: BTreeMap<u32, u32>,
    /// The leads that the first run dials, in order. Those that count only.
    pub first_run: Vec<LeadRef>,
}

/// What the runs of one hour do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hour {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// Runs that begin in it.
    pub runs: u32,
    /// Dials.
    pub dials: u32,
    /// Why runs that began in it dialed nobody, or not everybody.
    pub limits: BTreeSet<Stop>,
    /// How often a run came to a lead that a gate held back, by the first closed gate. It then waits until the gate opens.
    pub held_back: BTreeMap<GateName, u32>,
    /// Leads that were due at the end of its last run, and to which that run did not come.
    pub left: u32,
}

impl Forecast {
    /// Returns the dials of all hours.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.hours.iter().fold(0, |sum, hour| sum.saturating_add(hour.dials))
    }

    /// Makes each lead that counts stand for `one_in` leads.
    fn scaled(mut self, one_in: u32) -> Self {
        let scale = |count: &mut u32| *count = count.saturating_mul(one_in);
        for hour in &mut self.hours {
            [&mut hour.dials, &mut hour.left].into_iter().for_each(scale);
            hour.held_back.values_mut().for_each(scale);
        }
        self.by_attempt.values_mut().for_each(scale);
        self
    }
}

/// Plays runs forward from `at` for some hours. The first run begins at `at`, and the others at the interval of the settings.
/// Writes nothing and asks nobody.
#[must_use]
pub fn forecast(queue: &Queue, policy: &Policy, runs: Runs, at: DateTime<Utc>, hours: u32) -> Forecast {
    let runs = Runs { one_in: runs.one_in.max(1), ..runs };
    Play::new(queue, policy, runs, at, hours).play().scaled(runs.one_in)
}

#[cfg(test)]
mod tests;
