//! Counts what was dialed and what came of it (*Activity* in `docs/CONTRACT.md`).
//!
//! Dials are those of the ledger, calls are those of the records. An attempt, a call and a request for a callback each count
//! once, however often they are told.

mod callbacks;
mod lag;

use super::{AttemptId, CallId, Lead, LeadKey, Outcome};
use callbacks::Requests;
pub use callbacks::{Callbacks, IN_TIME};
use chrono::{DateTime, DurationRound, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
pub use lag::Lag;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Hours of a range that are listed at most: those of 31 days and a change of the clocks.
const MOST_HOURS: usize = 31 * 24 + 2;

/// The time that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after.
    pub to: DateTime<Utc>,
    /// The zone whose hours are counted.
    pub zone: Tz,
}

impl Span {
    /// Returns whether an instant is in it.
    #[must_use]
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.to
    }

    /// Returns when the hour began, on the clocks of the zone, in which an instant is.
    fn hour_of(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let offset =
            TimeDelta::seconds(self.zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc().into());
        let hour = (at + offset).duration_trunc(TimeDelta::hours(1)).unwrap_or(at + offset);
        hour - offset
    }

    /// Returns the hours of the span that have begun at `now`.
    fn hours(&self, now: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> + '_ {
        let end = self.to.min(now);
        let first = Some(self.hour_of(self.from)).filter(|_| self.from < end);
        let next =
            |hour: &DateTime<Utc>| Some(self.hour_of(*hour + TimeDelta::hours(1)).max(*hour + TimeDelta::minutes(1)));
        std::iter::successors(first, next).take_while(move |hour| *hour < end).take(MOST_HOURS)
    }
}

/// An attempt as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialed {
    /// The attempt.
    pub attempt: AttemptId,
    /// The lead.
    pub lead: LeadKey,
    /// When its line was claimed, less than some seconds before the request.
    pub at: DateTime<Utc>,
    /// Which call of the lead it is, from 1: one more than the results that the record had counted.
    pub number: Option<u32>,
    /// When the lead was due, in whole seconds.
    pub due: Option<DateTime<Utc>>,
}

/// The attempts of the ledger.
#[derive(Debug, Clone, Default)]
pub struct Dials {
    attempts: HashMap<AttemptId, Dialed>,
    not_called: HashSet<AttemptId>,
}

impl Dials {
    /// Adds an attempt. One that is told again counts once.
    pub fn add(&mut self, dialed: Dialed) {
        self.attempts.insert(dialed.attempt, dialed);
    }

    /// Notes that an attempt became no call.
    pub fn not_called(&mut self, attempt: AttemptId) {
        self.not_called.insert(attempt);
    }

    fn called(self) -> impl Iterator<Item = Dialed> {
        let Self { attempts, not_called } = self;
        attempts.into_values().filter(move |dialed| !not_called.contains(&dialed.attempt))
    }
}

/// What happened in one hour.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hour {
    /// Attempts of the ledger that are not known to have become no call.
    pub dials: usize,
    /// Calls that ended, of every source, by outcome.
    pub results: BTreeMap<Outcome, usize>,
}

/// What came of the dials of one number: all first calls of leads, all second calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Conversion {
    /// Dials.
    pub dials: usize,
    /// Dials whose result is known by now.
    pub results: usize,
    /// Dials that the provider does not know.
    pub lost: usize,
    /// Dials that ended with a transfer.
    pub transferred: usize,
    /// Dials that ended with a sale.
    pub sold: usize,
}

/// What happened in a span.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// Every hour that has begun, by its first instant.
    pub hours: BTreeMap<DateTime<Utc>, Hour>,
    /// What came of the dials, by the number of the call.
    pub by_number: BTreeMap<u32, Conversion>,
    /// How long leads were due before they were dialed. `None` if nobody was dialed.
    pub lag: Option<Lag>,
    /// Callbacks whose time is in the span.
    pub callbacks: Callbacks,
}

/// How a dial ended. Of several calls of one attempt, any may have ended with a transfer or a sale.
#[derive(Debug, Clone, Copy, Default)]
struct Ended {
    result: bool,
    lost: bool,
    transferred: bool,
    sold: bool,
}

/// Counts the records after the ledger.
#[derive(Debug)]
pub struct Count {
    span: Span,
    hours: BTreeMap<DateTime<Utc>, Hour>,
    /// Dials of the span with the number of the call.
    dials: HashMap<AttemptId, (Option<u32>, Ended)>,
    lags: Vec<TimeDelta>,
    calls: HashSet<CallId>,
    requests: Requests,
}

impl Count {
    /// Begins with the attempts of the ledger. Those after the span say only whether callbacks were kept.
    #[must_use]
    pub fn new(span: Span, now: DateTime<Utc>, dials: Dials) -> Self {
        let mut count = Self {
            span,
            hours: span.hours(now).map(|hour| (hour, Hour::default())).collect(),
            dials: HashMap::new(),
            lags: Vec::new(),
            calls: HashSet::new(),
            requests: Requests::new(span, now),
        };
        for dialed in dials.called() {
            count.dial(dialed);
        }
        count
    }

    fn dial(&mut self, dialed: Dialed) {
        if self.span.contains(dialed.at) {
            self.hours.entry(self.span.hour_of(dialed.at)).or_default().dials += 1;
            self.dials.insert(dialed.attempt, (dialed.number, Ended::default()));
            self.lags.extend(dialed.due.map(|due| (dialed.at - due).max(TimeDelta::zero())));
        }
        self.requests.dialed(dialed.lead, dialed.attempt, dialed.at);
    }

    /// Counts the calls of a record.
    pub fn calls_of(&mut self, lead: &Lead) {
        for past in &lead.history {
            if let Some((_, ended)) = past.attempt.and_then(|attempt| self.dials.get_mut(&attempt)) {
                let is_lost = past.outcome == Outcome::LOST;
                ended.lost |= is_lost;
                ended.result |= !is_lost;
                ended.transferred |= past.outcome == Outcome::TRANSFERRED;
                ended.sold |= past.outcome == Outcome::SALE;
            }
            if self.span.contains(past.at) && self.calls.insert(past.call.clone()) {
                let hour = self.hours.entry(self.span.hour_of(past.at)).or_default();
                *hour.results.entry(past.outcome.clone()).or_default() += 1;
            }
        }
    }

    /// Counts the requests for callbacks of a record. Of several records of one lead only the newest may be given.
    pub fn callbacks_of(&mut self, lead: &Lead) {
        self.requests.add(lead);
    }

    /// Returns what was counted.
    #[must_use]
    pub fn finish(self) -> Activity {
        let mut by_number: BTreeMap<u32, Conversion> = BTreeMap::new();
        for (number, ended) in self.dials.into_values() {
            let Some(number) = number else { continue };
            let of_number = by_number.entry(number).or_default();
            of_number.dials += 1;
            of_number.results += usize::from(ended.result);
            // The loss of an attempt is replaced by its late result, but a second call of the attempt leaves it.
            of_number.lost += usize::from(ended.lost && !ended.result);
            of_number.transferred += usize::from(ended.transferred);
            of_number.sold += usize::from(ended.sold);
        }
        Activity { hours: self.hours, by_number, lag: Lag::of(self.lags), callbacks: self.requests.callbacks }
    }
}

#[cfg(test)]
mod tests;
