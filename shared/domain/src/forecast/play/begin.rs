//! How a forecast begins: what is in progress, and who waits.

use super::{Call, Play};
use crate::forecast::seat::{Number, Seat};
use crate::forecast::{CALL_TAKES, Forecast, Hour, Queue, Runs};
use crate::{Phone, Policy};
use chrono::{DateTime, TimeDelta, Utc};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

/// A call whose time is over ends this soon, and no line is free before.
const SOON: TimeDelta = TimeDelta::minutes(1);

impl<'a> Play<'a> {
    pub(in crate::forecast) fn new(
        queue: &'a Queue,
        policy: &'a Policy,
        runs: Runs,
        from: DateTime<Utc>,
        hours: u32,
    ) -> Self {
        let mut places: HashMap<&Phone, usize> = HashMap::new();
        let (mut seats, mut numbers): (Vec<Seat<'a>>, Vec<Number<'a>>) = Default::default();
        for queued in &queue.leads {
            let phone = &queued.lead.phone;
            let number = *places.entry(phone).or_insert(numbers.len());
            if number == numbers.len() {
                let line = queue.lines.get(phone).map_or_else(Cow::default, Cow::Borrowed);
                numbers.push(Number { line, seats: Vec::new() });
            }
            if let Some(number) = numbers.get_mut(number) {
                number.seats.push(seats.len());
            }
            seats.push(Seat::new(queued, number));
        }
        let hours = (0..i64::from(hours)).map(|n| Hour {
            from: from + TimeDelta::hours(n),
            runs: 0,
            dials: 0,
            limits: BTreeSet::new(),
            held_back: BTreeMap::new(),
            left: 0,
        });
        let forecast = Forecast { hours: hours.collect(), ..Forecast::default() };
        let mut play = Self {
            policy,
            runs,
            from,
            seats,
            numbers,
            calls: BinaryHeap::new(),
            waiting: BinaryHeap::new(),
            due: BinaryHeap::new(),
            left: 0,
            breaker: queue.breaker.clone(),
            calls_of_day: &queue.calls,
            today: (None, 0),
            attempts: 0,
            forecast,
        };
        play.begin();
        play
    }

    /// Takes in what waits on lines, as the first run does, and lets every lead wait whose number has no call.
    fn begin(&mut self) {
        let mut on_the_phone = BTreeSet::new();
        for place in 0..self.numbers.len() {
            let Some(number) = self.numbers.get_mut(place) else { continue };
            for waiting in number.line.inbox.clone() {
                let is_its = |seat: &usize| {
                    self.seats.get(*seat).is_some_and(|seat| Some(&seat.lead.id) == waiting.arrival.lead())
                };
                let seat = number.seats.iter().copied().find(is_its).and_then(|seat| self.seats.get_mut(seat));
                number.take_in(seat, &waiting.arrival, self.from, self.policy);
            }
            let Some(hold) = number.line.hold.clone() else { continue };
            let is_its = |seat: &usize| self.seats.get(*seat).is_some_and(|seat| seat.lead.key() == hold.lead.key());
            let seat = number.seats.iter().copied().find(is_its);
            let takes = seat.and_then(|seat| self.seats.get(seat)).map_or(CALL_TAKES, |s| s.call_takes(self.policy));
            let ends = (hold.since + takes).max(self.from + SOON);
            if let Some(hold) = &mut number.line.to_mut().hold {
                hold.until = ends;
            }
            on_the_phone.extend(seat);
            self.calls.push(Reverse(Call { ends, attempt: hold.attempt, number: place, seat, id: hold.call }));
        }
        for seat in (0..self.seats.len()).filter(|seat| !on_the_phone.contains(seat)) {
            self.wait(seat);
        }
    }
}
