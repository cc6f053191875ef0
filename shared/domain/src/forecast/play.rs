//! The runs of a forecast, one after the other, and the calls that end between them.

mod begin;

use super::seat::{Number, Seat};
use super::{Forecast, Hour, Runs};
use crate::breaker::{Cause, Circuit};
use crate::verdict::{Gate, GateName, dial_order, open_from, queue_closed};
use crate::{Arrival, AttemptId, Breaker, CallId, CallsOfDay, LeadKey, Line, Policy, Stop, defer};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

type Earliest<T> = BinaryHeap<Reverse<T>>;
type Order = (bool, DateTime<Utc>, LeadKey);

/// A call that is in progress.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Call {
    ends: DateTime<Utc>,
    attempt: AttemptId,
    number: usize,
    /// Its lead. `None` if that lead waits for no dial.
    seat: Option<usize>,
    id: Option<CallId>,
}

/// The queue while it is played.
pub(super) struct Play<'a> {
    policy: &'a Policy,
    runs: Runs,
    from: DateTime<Utc>,
    seats: Vec<Seat<'a>>,
    numbers: Vec<Number<'a>>,
    calls: Earliest<Call>,
    /// Leads by the time before which no run can dial them.
    waiting: Earliest<(DateTime<Utc>, usize)>,
    /// Leads whose time has come, in the order of dialing.
    due: Earliest<(Order, usize)>,
    /// Those of them that count.
    left: u32,
    breaker: Breaker,
    calls_of_day: &'a CallsOfDay,
    /// The business day of the last dial, and the dials on it.
    today: (Option<NaiveDate>, u32),
    attempts: u32,
    forecast: Forecast,
}

/// One run.
struct Run {
    number: u32,
    at: DateTime<Utc>,
    /// Its dials that count.
    dials: u32,
    most: u32,
    stop: Option<Stop>,
}

impl<'a> Play<'a> {
    pub(super) fn play(mut self) -> Forecast {
        let interval = TimeDelta::minutes(self.policy.process_interval.max(1).into());
        let hours = i64::try_from(self.forecast.hours.len()).unwrap_or_default();
        let end = self.from + TimeDelta::hours(hours);
        let (mut at, mut number, mut is_over_at) = (self.from, 0, self.from);
        while at < end {
            if at >= is_over_at {
                is_over_at = self.run(number, at);
            } else {
                self.limited(at, Stop::AlreadyRunning);
            }
            at += interval;
            number += 1;
        }
        self.forecast
    }

    /// Does one run, and returns when it is over.
    fn run(&mut self, number: u32, at: DateTime<Utc>) -> DateTime<Utc> {
        self.end_calls(at);
        while self.waiting.peek().is_some_and(|first| first.0.0 <= at)
            && let Some(Reverse((_, place))) = self.waiting.pop()
        {
            self.queue(place);
        }
        let provider = Circuit::new(self.breaker.clone(), at).stop().map(Cause::stop);
        let stop = queue_closed(at, self.policy).or(provider);
        let mut run = Run { number, at, dials: 0, most: self.share(number), stop };
        while run.stop.is_none() {
            let ready = self.select(&run);
            if ready.is_empty() {
                break;
            }
            for seat in ready {
                self.dial(seat, &mut run);
            }
        }
        let (stop, left) = (run.stop, self.left);
        if let Some(hour) = self.hour(at) {
            hour.runs += 1;
            hour.limits.extend(stop);
            hour.left = left;
        }
        self.dials_at(&run)
    }

    /// Returns how many calls a run may make. The shares of `one_in` runs in a row add up to the limit of one.
    fn share(&self, number: u32) -> u32 {
        let (most, one_in) = (u64::from(self.policy.max_calls_per_run), u64::from(self.runs.one_in));
        let until = |runs: u64| most * runs / one_in;
        u32::try_from(until(u64::from(number) + 1) - until(u64::from(number))).unwrap_or(u32::MAX)
    }

    /// Returns the next leads that the run dials, as it finds them at its start: as many as it may, and at least one, which tells
    /// whether a limit is in the way. The others wait until their gates open.
    fn select(&mut self, run: &Run) -> Vec<usize> {
        let most = run.most.saturating_sub(run.dials).max(1);
        let mut ready = Vec::new();
        let mut counted = 0;
        while counted < most
            && let Some(Reverse((_, place))) = self.due.pop()
        {
            let Some((seat, line)) = self.seat(place) else { continue };
            let (closed, counts) = (seat.closed(line, run.at, self.policy), u32::from(seat.counts));
            self.left -= counts;
            if closed.is_empty() {
                counted += counts;
                ready.push(place);
            } else {
                self.put_off(place, &closed, run.at);
            }
        }
        ready
    }

    /// Dials a lead, unless a limit or a gate is in the way by now.
    fn dial(&mut self, place: usize, run: &mut Run) {
        let (now, policy) = (self.dials_at(run), self.policy);
        run.stop = run.stop.or_else(|| self.reached(run, now));
        if run.stop.is_some() {
            return self.queue(place);
        }
        let Some((seat, line)) = self.seat(place) else { return };
        // Another lead of the number may have been dialed since the run selected this one.
        let closed = if line.hold.is_some() { seat.closed(line, now, policy) } else { Vec::new() };
        if !closed.is_empty() {
            return self.put_off(place, &closed, now);
        }
        if let Some(gate) = seat.facts(line, now + self.runs.asked_within, policy).hours_closed() {
            self.held_back(place, gate, now);
            return self.waiting.push(Reverse((now + self.runs.asked_within, place)));
        }
        let (location, counts, number) = (seat.location, seat.counts, seat.number);
        let (ends, is_attempt) = (now + seat.call_takes(policy), seat.lead.attempts.saturating_add(1));
        self.attempts += 1;
        let attempt = AttemptId::new(now, u128::from(self.attempts) << 64);
        if let Some(number) = self.numbers.get_mut(number) {
            number.take(attempt, location, now, ends);
        }
        self.calls.push(Reverse(Call { ends, attempt, number, seat: Some(place), id: None }));
        self.provider_answers(run.at);
        if !counts {
            return;
        }
        run.dials += 1;
        let day = self.day(now);
        self.today = (Some(day), self.made_on(day) + 1);
        if run.number == 0 {
            self.forecast.first_run.push(location.clone());
        }
        *self.forecast.by_attempt.entry(is_attempt).or_default() += 1;
        if let Some(hour) = self.hour(now) {
            hour.dials += 1;
        }
    }

    /// Returns the limit that keeps a run from one more dial.
    fn reached(&self, run: &Run, now: DateTime<Utc>) -> Option<Stop> {
        let day = self.day(now);
        let made = self.calls_of_day.on(day).saturating_add(self.made_on(day).saturating_mul(self.runs.one_in));
        if now - run.at > self.runs.dialing {
            Some(Stop::Deadline)
        } else if run.dials >= run.most {
            Some(Stop::MaxCallsPerRun)
        } else if self.policy.max_calls_per_day.is_some_and(|most| made >= most) {
            Some(Stop::MaxCallsPerDay)
        } else {
            queue_closed(now + self.runs.asked_within, self.policy)
        }
    }

    /// Returns when the next dial of a run is requested. The provider answers within a second, so no more dials are requested in
    /// a second than may be under way at once.
    fn dials_at(&self, run: &Run) -> DateTime<Utc> {
        let a_second = self.policy.calls_per_second.min(self.policy.max_concurrent).max(1);
        let dials = i64::from(run.dials) * i64::from(self.runs.one_in);
        run.at + TimeDelta::milliseconds(dials * 1000 / i64::from(a_second))
    }

    /// The provider places each call, so a breaker that waits for a probe closes.
    fn provider_answers(&mut self, at: DateTime<Utc>) {
        if self.breaker != Breaker::Closed {
            let mut circuit = Circuit::new(self.breaker.clone(), at);
            let _is_stored_by_nobody = circuit.placed();
            self.breaker = circuit.breaker().clone();
        }
    }

    /// Lets a lead wait until its closed gates open. It is not dialed any more if time alone does not open them.
    fn put_off(&mut self, place: usize, closed: &[Gate], now: DateTime<Utc>) {
        let Some(first) = closed.first().map(|gate| gate.name) else { return };
        self.held_back(place, first, now);
        let policy = self.policy;
        let Some(seat) = self.seats.get_mut(place) else { return };
        if first == GateName::LineFree
            && let Some(deferred) = defer(&seat.lead, now, policy)
        {
            seat.lead = Cow::Owned(deferred);
            return self.wait(place);
        }
        if let Some(opens) = open_from(closed, now) {
            self.waiting.push(Reverse((opens, place)));
        }
    }

    /// Ends the calls that are over by `until`.
    fn end_calls(&mut self, until: DateTime<Utc>) {
        while self.calls.peek().is_some_and(|first| first.0.ends <= until)
            && let Some(Reverse(Call { ends, attempt, number, seat: place, id })) = self.calls.pop()
        {
            let Some(number) = self.numbers.get_mut(number) else { continue };
            match place.and_then(|place| self.seats.get_mut(place)) {
                Some(seat) => {
                    let result = Arrival::Result(seat.result(attempt, id, ends));
                    number.take_in(Some(seat), &result, ends, self.policy);
                }
                None => number.line.to_mut().hold = None,
            }
            if let Some(place) = place {
                self.wait(place);
            }
        }
    }

    fn wait(&mut self, place: usize) {
        if let Some(seat) = self.seats.get(place).filter(|seat| seat.lead.waits_for_a_dial()) {
            self.waiting.push(Reverse((seat.lead.next_redial, place)));
        }
    }

    fn queue(&mut self, place: usize) {
        if let Some(seat) = self.seats.get(place) {
            self.left += u32::from(seat.counts);
            self.due.push(Reverse((dial_order(&seat.lead), place)));
        }
    }

    fn held_back(&mut self, place: usize, gate: GateName, now: DateTime<Utc>) {
        let counts = self.seats.get(place).is_some_and(|seat| seat.counts);
        if let Some(hour) = self.hour(now).filter(|_| counts) {
            *hour.held_back.entry(gate).or_default() += 1;
        }
    }

    fn limited(&mut self, at: DateTime<Utc>, stop: Stop) {
        if let Some(hour) = self.hour(at) {
            hour.limits.insert(stop);
        }
    }

    /// Returns the hour of an instant. The last run may dial a little beyond the last one.
    fn hour(&mut self, at: DateTime<Utc>) -> Option<&mut Hour> {
        let last = self.forecast.hours.len().checked_sub(1)?;
        let number = usize::try_from((at - self.from).num_hours()).unwrap_or_default();
        self.forecast.hours.get_mut(number.min(last))
    }

    fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.policy.business_hours.zone).date_naive()
    }

    fn made_on(&self, day: NaiveDate) -> u32 {
        if self.today.0 == Some(day) { self.today.1 } else { 0 }
    }

    fn seat(&self, place: usize) -> Option<(&Seat<'a>, &Line)> {
        let seat = self.seats.get(place)?;
        Some((seat, &*self.numbers.get(seat.number)?.line))
    }
}
