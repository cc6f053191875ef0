//! The circuit breaker between the queue and the provider: when nobody is dialed because dialing makes no sense.

use super::Stop;
use chrono::{DateTime, TimeDelta, Utc};

/// So many dials without a clear answer, and more than were placed, open the breaker.
const FAILURES: u32 = 5;
/// So many refusals one after the other mean that the request is wrong, and not the leads.
const REFUSALS_IN_A_ROW: u32 = 20;
/// The cool-down of the first opening; it doubles with each probe that fails.
const COOL_DOWN: TimeDelta = TimeDelta::minutes(5);
/// No cool-down is longer, whatever the provider asks for.
const LONGEST_COOL_DOWN: TimeDelta = TimeDelta::minutes(30);

/// Whether calls are asked for. Durable, so that it holds for every run and every process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Breaker {
    /// They are.
    #[default]
    Closed,
    /// Not before the end of the cool-down; then one dial is the probe that closes the breaker or opens it again.
    Open(BreakerTrip),
}

/// An opening of the breaker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakerTrip {
    /// Why.
    pub cause: Cause,
    /// When it was opened first; failed probes do not change it.
    pub opened_at: DateTime<Utc>,
    /// The end of the cool-down.
    pub until: DateTime<Utc>,
    /// How often it opened since calls were last placed: once, and once more for each probe that failed.
    pub failures: u32,
}

/// Why the breaker opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The provider takes no call: key or balance. Each run probes, because nothing but a person changes it.
    Blocked,
    /// The provider wants to be left alone for longer than the run lasts.
    SlowDown,
    /// Too many dials got no clear answer.
    Silent,
    /// The provider refuses one lead after the other.
    Refusing,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 4] = [Self::Blocked, Self::SlowDown, Self::Silent, Self::Refusing];

    /// The word under which it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::SlowDown => "slow_down",
            Self::Silent => "silent",
            Self::Refusing => "refusing",
        }
    }

    /// What a run says that stops for it.
    #[must_use]
    pub fn stop(self) -> Stop {
        match self {
            Self::Blocked => Stop::ProviderBlocked,
            Self::SlowDown => Stop::ProviderSlowDown,
            Self::Silent | Self::Refusing => Stop::ProviderFailing,
        }
    }
}

/// What the breaker lets a run do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Dial.
    Closed,
    /// Dial once, and go on only if that worked.
    HalfOpen,
    /// Dial nobody, for this reason.
    Open(Cause),
}

impl Breaker {
    /// What it lets a run do that starts now.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> BreakerState {
        match self {
            Self::Closed => BreakerState::Closed,
            Self::Open(trip) if trip.until <= now => BreakerState::HalfOpen,
            Self::Open(trip) => BreakerState::Open(trip.cause),
        }
    }

    /// The breaker after it opened for `cause`; `asked` is how long the provider wants to be left alone.
    fn opened(&self, cause: Cause, now: DateTime<Utc>, asked: TimeDelta) -> Self {
        let (opened_at, failures) = match self {
            Self::Closed => (now, 1),
            Self::Open(trip) => (trip.opened_at, trip.failures.saturating_add(1)),
        };
        let cool_down = match cause {
            Cause::Blocked => TimeDelta::zero(),
            Cause::SlowDown => asked,
            Cause::Silent | Cause::Refusing => COOL_DOWN * (1 << (failures - 1).min(8)),
        };
        Self::Open(BreakerTrip { cause, opened_at, until: now + cool_down.min(LONGEST_COOL_DOWN), failures })
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

/// The breaker during one run: it hears what came of each dial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circuit {
    breaker: Breaker,
    probes: bool,
    stop: Option<Cause>,
    placed: u32,
    silent: u32,
    refused_in_a_row: u32,
}

impl Circuit {
    /// The circuit of a run that finds this breaker.
    #[must_use]
    pub fn new(breaker: Breaker, now: DateTime<Utc>) -> Self {
        let (probes, stop) = match breaker.state(now) {
            BreakerState::Closed => (false, None),
            BreakerState::HalfOpen => (true, None),
            BreakerState::Open(cause) => (false, Some(cause)),
        };
        Self { breaker, probes, stop, placed: 0, silent: 0, refused_in_a_row: 0 }
    }

    /// The breaker as it stands.
    #[must_use]
    pub fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// The next dial is the probe: no other goes beside it.
    #[must_use]
    pub fn probes(&self) -> bool {
        self.probes
    }

    /// Why nobody may be dialed any more.
    #[must_use]
    pub fn stop(&self) -> Option<Cause> {
        self.stop
    }

    /// Notes that a call was placed.
    pub fn placed(&mut self) -> Persist {
        self.placed += 1;
        self.refused_in_a_row = 0;
        self.recovered()
    }

    /// The provider answered and refused the lead. That answers a probe too, unless refusals were the reason for it.
    pub fn refused(&mut self, now: DateTime<Utc>) -> Persist {
        self.refused_in_a_row += 1;
        let again = self.probes && self.cause() == Some(Cause::Refusing);
        if again || self.refused_in_a_row >= REFUSALS_IN_A_ROW {
            return self.open(Cause::Refusing, now, TimeDelta::zero());
        }
        self.recovered()
    }

    /// There was no clear answer.
    pub fn silent(&mut self, now: DateTime<Utc>) -> Persist {
        self.silent += 1;
        let too_many = self.silent >= FAILURES && self.silent > self.placed;
        if self.probes || too_many {
            return self.open(Cause::Silent, now, TimeDelta::zero());
        }
        Persist::No
    }

    /// The provider takes no call at all.
    pub fn blocked(&mut self, now: DateTime<Utc>) -> Persist {
        self.open(Cause::Blocked, now, TimeDelta::zero())
    }

    /// The provider wants to be left alone for `wait`. A run that can dial before `latest` waits; the others leave it.
    pub fn slow_down(&mut self, wait: TimeDelta, now: DateTime<Utc>, latest: DateTime<Utc>) -> Persist {
        let is_too_long = now.checked_add_signed(wait).is_none_or(|end| end > latest);
        if self.probes || is_too_long {
            return self.open(Cause::SlowDown, now, wait);
        }
        Persist::No
    }

    fn cause(&self) -> Option<Cause> {
        match &self.breaker {
            Breaker::Closed => None,
            Breaker::Open(trip) => Some(trip.cause),
        }
    }

    /// What comes in after the breaker opened was dialed before, and changes nothing.
    fn open(&mut self, cause: Cause, now: DateTime<Utc>, asked: TimeDelta) -> Persist {
        if self.stop.is_some() {
            return Persist::No;
        }
        self.breaker = self.breaker.opened(cause, now, asked);
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
