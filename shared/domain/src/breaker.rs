//! The circuit breaker between the queue and the provider: whether dialing makes sense at all.
//!
//! See *Runs* in `docs/CONTRACT.md`.

mod gist;

use super::rules::is_about_the_called_number;
use super::{AttemptId, Stop};
use chrono::{DateTime, TimeDelta, Utc};
use gist::gist;

/// This many dials without a clear answer, and more than were placed, open the breaker.
///
/// Each such dial holds its number for `unknown_hold_minutes`, so a run that goes on blocks one lead after the other. A few
/// failures among many placed calls are normal and open nothing.
const FAILURES: u32 = 5;
/// This many refusals in a row mean that our request is wrong, whatever they say. A single refusal is about a single lead, and
/// that lead waits along its cadence.
const REFUSALS_IN_A_ROW: u32 = 20;
/// This many refusals in a row with one message mean the same, for example a misspelt pathway. No lead is at fault.
const REFUSALS_WITH_ONE_MESSAGE: usize = 3;
/// The cool-down of the first opening, as long as the default interval between runs: the next run probes. It doubles with
/// each probe that fails.
const COOL_DOWN: TimeDelta = TimeDelta::minutes(5);
/// No cool-down is longer, whatever the provider asks for: the queue dials again at most this long after the provider has
/// recovered.
const LONGEST_COOL_DOWN: TimeDelta = TimeDelta::minutes(30);

/// Whether the provider is asked for calls. It is stored with the run state, so it holds for every run and every process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Breaker {
    /// It is asked.
    #[default]
    Closed,
    /// It is not asked before the end of the cool-down. Then one dial is the probe that closes the breaker or opens it again.
    Open(BreakerTrip),
}

/// An opening of the breaker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakerTrip {
    /// Why.
    pub cause: Cause,
    /// When it first opened. Failed probes do not change it.
    pub opened_at: DateTime<Utc>,
    /// The end of the cool-down.
    pub until: DateTime<Utc>,
    /// How often it has opened since a call was last placed: once, and once more for each probe that failed.
    pub failures: u32,
    /// The message of every refusal that opened it, without ids and numbers. `None` if they differ.
    pub message: Option<String>,
}

/// Why the breaker opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The provider accepts no call, because of key or balance (401, 402, 403). Only a person can change that, and the next
    /// run should notice, so every run probes.
    Blocked,
    /// The provider asked to slow down for longer than the run lasts (429).
    SlowDown,
    /// Too many dials had no clear answer.
    Silent,
    /// The provider refused too many leads in a row.
    Refusing,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 4] = [Self::Blocked, Self::SlowDown, Self::Silent, Self::Refusing];

    /// Returns the word under which it is stored and shown. It never changes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::SlowDown => "slow_down",
            Self::Silent => "silent",
            Self::Refusing => "refusing",
        }
    }

    /// Returns why a run stopped that stops for this cause.
    #[must_use]
    pub fn stop(self) -> Stop {
        match self {
            Self::Blocked => Stop::ProviderBlocked,
            Self::SlowDown => Stop::ProviderSlowDown,
            Self::Silent => Stop::ProviderFailing,
            Self::Refusing => Stop::ProviderRefusing,
        }
    }
}

/// What the breaker lets a run do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// It dials.
    Closed,
    /// It dials once, and goes on only if that worked.
    HalfOpen,
    /// It does not dial, for this cause.
    Open(Cause),
}

impl Breaker {
    /// Returns what it lets a run do that starts at `now`.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> BreakerState {
        match self {
            Self::Closed => BreakerState::Closed,
            Self::Open(trip) if trip.until <= now => BreakerState::HalfOpen,
            Self::Open(trip) => BreakerState::Open(trip.cause),
        }
    }

    /// Returns the breaker after it opened for `cause`. `asked` is how long the provider wants to be left alone.
    fn opened(&self, cause: Cause, now: DateTime<Utc>, asked: TimeDelta, message: Option<String>) -> Self {
        let (opened_at, failures) = match self {
            Self::Closed => (now, 1),
            Self::Open(trip) => (trip.opened_at, trip.failures.saturating_add(1)),
        };
        let cool_down = match cause {
            Cause::Blocked => TimeDelta::zero(),
            Cause::SlowDown => asked,
            // The shift is bounded so that it cannot overflow. Eight doublings are far beyond the longest cool-down.
            Cause::Silent | Cause::Refusing => COOL_DOWN * (1 << (failures - 1).min(8)),
        };
        Self::Open(BreakerTrip { cause, opened_at, until: now + cool_down.min(LONGEST_COOL_DOWN), failures, message })
    }
}

/// Whether the breaker has changed and must be stored now, so that other processes obey it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Persist {
    /// It opened, or the probe closed it.
    Yes,
    /// It is as it was.
    No,
}

/// The breaker during one run, which tells it what came of each dial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circuit {
    breaker: Breaker,
    probes: bool,
    stop: Option<Cause>,
    placed: u32,
    silent: u32,
    refused_in_a_row: u32,
    row: Row,
    forgiven: bool,
}

/// Refusals in a row with one message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Row {
    message: String,
    attempts: Vec<AttemptId>,
}

impl Row {
    fn add(&mut self, attempt: AttemptId, message: &str) {
        if self.message != message {
            *self = Self { message: message.to_owned(), attempts: Vec::new() };
        }
        self.attempts.push(attempt);
    }
}

impl Circuit {
    /// Makes the circuit of a run that finds this breaker at `now`.
    #[must_use]
    pub fn new(breaker: Breaker, now: DateTime<Utc>) -> Self {
        let (probes, stop) = match breaker.state(now) {
            BreakerState::Closed => (false, None),
            BreakerState::HalfOpen => (true, None),
            BreakerState::Open(cause) => (false, Some(cause)),
        };
        Self { breaker, probes, stop, placed: 0, silent: 0, refused_in_a_row: 0, row: Row::default(), forgiven: false }
    }

    /// Returns the breaker as it is now.
    #[must_use]
    pub fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// Returns whether the next dial is the probe. Then no other dial may go beside it, because its answer decides.
    #[must_use]
    pub fn probes(&self) -> bool {
        self.probes
    }

    /// Returns why no lead may be dialed any more.
    #[must_use]
    pub fn stop(&self) -> Option<Cause> {
        self.stop
    }

    /// Notes that a call was placed.
    pub fn placed(&mut self) -> Persist {
        self.placed += 1;
        self.refused_in_a_row = 0;
        // What opened the breaker is still known to the run that must undo it.
        if self.stop.is_none() {
            self.row = Row::default();
        }
        self.recovered()
    }

    /// Notes that the provider answered and refused the lead, and what it said, without personal data.
    ///
    /// That answers a probe too, unless refusals opened the breaker and this one says the same.
    pub fn refused(&mut self, attempt: AttemptId, message: &str, now: DateTime<Utc>) -> Persist {
        let about_the_lead = is_about_the_called_number(message);
        let message = gist(message);
        if self.stop.is_some() {
            // Dialed before the breaker opened, and refused for the same reason.
            if self.forgiven && self.row.message == message {
                self.row.attempts.push(attempt);
            }
            return Persist::No;
        }
        self.refused_in_a_row += 1;
        if about_the_lead {
            self.row = Row::default();
        } else {
            self.row.add(attempt, &message);
        }
        let again = match &self.breaker {
            Breaker::Open(BreakerTrip { cause: Cause::Refusing, message: Some(told), .. }) if self.probes => {
                self.forgiven = *told == message;
                self.forgiven
            }
            Breaker::Open(trip) => self.probes && trip.cause == Cause::Refusing,
            Breaker::Closed => false,
        };
        let told = Some(self.row.message.clone()).filter(|_| !about_the_lead);
        if self.row.attempts.len() >= REFUSALS_WITH_ONE_MESSAGE {
            self.forgiven = true;
        }
        if self.forgiven {
            return self.open(Cause::Refusing, now, TimeDelta::zero(), told);
        }
        if again || self.refused_in_a_row >= REFUSALS_IN_A_ROW {
            return self.open(Cause::Refusing, now, TimeDelta::zero(), None);
        }
        self.recovered()
    }

    /// Returns the refused attempts that do not count for their leads, because the refusals were about our request.
    #[must_use]
    pub fn forgiven(&self) -> &[AttemptId] {
        if self.forgiven { &self.row.attempts } else { &[] }
    }

    /// Returns which of `count` leads is the probe, counted from 0: after refusals another one each time. Otherwise a few
    /// leads that are always refused would be the probes for ever, and the breaker would never close.
    #[must_use]
    pub fn probed(&self, count: usize) -> usize {
        match &self.breaker {
            Breaker::Open(BreakerTrip { cause: Cause::Refusing, failures, .. }) if self.probes && count > 0 => {
                usize::try_from(*failures).unwrap_or_default() % count
            }
            Breaker::Open(_) | Breaker::Closed => 0,
        }
    }

    /// Notes that a dial had no clear answer.
    pub fn silent(&mut self, now: DateTime<Utc>) -> Persist {
        self.silent += 1;
        let too_many = self.silent >= FAILURES && self.silent > self.placed;
        if self.probes || too_many {
            return self.open(Cause::Silent, now, TimeDelta::zero(), None);
        }
        Persist::No
    }

    /// Notes that the provider accepts no call at all.
    pub fn blocked(&mut self, now: DateTime<Utc>) -> Persist {
        self.open(Cause::Blocked, now, TimeDelta::zero(), None)
    }

    /// Notes that the provider asked to slow down for `wait`. If the run could still dial before `latest`, it waits, and the
    /// breaker stays closed. Otherwise the breaker opens, so that the next run waits too.
    pub fn slow_down(&mut self, wait: TimeDelta, now: DateTime<Utc>, latest: DateTime<Utc>) -> Persist {
        let is_too_long = now.checked_add_signed(wait).is_none_or(|end| end > latest);
        if self.probes || is_too_long {
            return self.open(Cause::SlowDown, now, wait, None);
        }
        Persist::No
    }

    fn open(&mut self, cause: Cause, now: DateTime<Utc>, asked: TimeDelta, message: Option<String>) -> Persist {
        // An answer that comes in after the breaker opened belongs to a dial from before, so it says nothing new.
        if self.stop.is_some() {
            return Persist::No;
        }
        self.breaker = self.breaker.opened(cause, now, asked, message);
        self.probes = false;
        self.stop = Some(cause);
        Persist::Yes
    }

    fn recovered(&mut self) -> Persist {
        if self.probes {
            self.probes = false;
            self.breaker = Breaker::Closed;
            return Persist::Yes;
        }
        Persist::No
    }
}

#[cfg(test)]
mod tests;
