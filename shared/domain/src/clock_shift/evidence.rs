//! Each kind of evidence.

use super::super::hours::{BusinessHours, CallingHours};
use super::{ClockShift, Doubt, Evidence, Finding, Found, RecordTimes};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A clock that is a minute ahead is not in another zone.
const CLOCK_ERROR: TimeDelta = TimeDelta::minutes(1);
/// The original wrote its file at every change. What came later is its last request.
const LAST_CHANGE: TimeDelta = TimeDelta::minutes(5);
/// The original dialed every five minutes, and a long queue delayed a lead further.
const OVERDUE: TimeDelta = TimeDelta::minutes(30);
/// Within its longest interval, two hours, and the time of the calls, a working queue changes most leads that wait.
const WORKING: TimeDelta = TimeDelta::hours(3);
/// Fewer calls say nothing about the hours.
const CALLS: usize = 30;

/// Returns the shift that the texts with a time zone state. Numbers and texts that are equal agree on no shift.
pub(super) fn stated(records: &[RecordTimes]) -> Option<Found> {
    let stated = records.iter().filter_map(|record| record.stated).collect::<Vec<_>>();
    let mut counts = BTreeMap::<ClockShift, usize>::new();
    for shift in stated.iter().filter_map(|delta| nearest(*delta)) {
        *counts.entry(shift).or_default() += 1;
    }
    let (shift, agree) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    // A server with daylight saving has two shifts in a month. No single one corrects it.
    let is_clear = agree * 5 >= stated.len() * 4 && agree * 2 > records.len();
    is_clear.then_some(Found { shift, evidence: Evidence::StatedTimes, agree, of: stated.len() })
}

/// Returns the shift between the newest change in the file and the last change of the file.
pub(super) fn written(records: &[RecordTimes], written_at: DateTime<Utc>) -> Option<Found> {
    let mut changes = records.iter().filter_map(|record| record.changed).collect::<Vec<_>>();
    changes.sort_unstable_by(|a, b| b.cmp(a));
    // A few records that are far from all others may be wrong by themselves.
    for odd in 0..=changes.len() / 5 {
        let newest = *changes.get(odd)?;
        if odd.checked_sub(1).is_some_and(|before| changes[before] - newest < OVERDUE) {
            continue;
        }
        let apart = (written_at - newest + CLOCK_ERROR).num_minutes();
        let minutes = apart - apart.rem_euclid(ClockShift::QUARTER);
        let Some(shift) = ClockShift::of_minutes(minutes) else { continue };
        if written_at - newest - shift.delta() > LAST_CHANGE {
            continue;
        }
        let found = if minutes < 0 { ahead(records, written_at) } else { behind(records, written_at, newest) };
        let (evidence, agree, of) = found;
        if agree * 2 > of {
            return Some(Found { shift, evidence, agree, of });
        }
    }
    None
}

fn ahead(records: &[RecordTimes], written_at: DateTime<Utc>) -> (Evidence, usize, usize) {
    let waiting = records.iter().filter(|record| record.due.is_some()).collect::<Vec<_>>();
    // Leads that are done are old. They count where there are no others.
    let asked = if waiting.is_empty() { records.iter().collect() } else { waiting };
    let speaks = |record: &&&RecordTimes| record.changed.is_some_and(|at| at > written_at + CLOCK_ERROR);
    (Evidence::TimesAfterTheFile, asked.iter().filter(speaks).count(), asked.len())
}

fn behind(records: &[RecordTimes], written_at: DateTime<Utc>, newest: DateTime<Utc>) -> (Evidence, usize, usize) {
    let waiting = records.iter().filter_map(|record| Some((record.due?, record.changed?))).collect::<Vec<_>>();
    let is_due_later = |due: DateTime<Utc>| newest - due < OVERDUE;
    let is_recent = |changed: DateTime<Utc>| (newest - changed).abs() < WORKING;
    // A lead that was overdue for long by the queue's own clock waits for something else, so it is not asked.
    let asked = waiting.iter().filter(|(due, changed)| is_due_later(*due) || is_recent(*changed)).collect::<Vec<_>>();
    // By its own clock the queue was working, and its leads were not due yet.
    let speaks = |(due, changed): &&&(DateTime<Utc>, DateTime<Utc>)| {
        written_at - *due > OVERDUE && is_due_later(*due) && is_recent(*changed)
    };
    let agree = asked.iter().filter(speaks).count();
    // A few leads do not speak for a month of leads that say nothing.
    let agree = if agree * 10 >= waiting.len() { agree } else { 0 };
    (Evidence::TimesBeforeTheFile, agree, asked.len())
}

/// Returns the shift of a difference that is within two seconds of it.
fn nearest(delta: TimeDelta) -> Option<ClockShift> {
    let shift = ClockShift::all().min_by_key(|shift| (shift.delta() - delta).abs())?;
    ((shift.delta() - delta).abs() <= TimeDelta::seconds(2)).then_some(shift)
}

/// The instants of the calls of a month, and the hours in which they may be.
pub(super) struct Calls<'a> {
    instants: BTreeSet<DateTime<Utc>>,
    records: &'a [RecordTimes],
    business: &'a BusinessHours,
}

impl<'a> Calls<'a> {
    pub(super) fn of(records: &'a [RecordTimes], business: &'a BusinessHours) -> Self {
        Self { instants: records.iter().flat_map(|record| record.calls.iter().copied()).collect(), records, business }
    }

    /// Returns what the hours of the calls say by themselves.
    pub(super) fn finding(&self) -> Finding {
        // The business hours may have been different. Calls at night have never been allowed.
        if self.instants.len() < CALLS || self.percent_by_day(TimeDelta::zero()) >= 90 {
            return Finding::None;
        }
        let is_right = |shift: &ClockShift| self.percent(|at| self.business.is_open(at + shift.delta())) >= 98;
        match ClockShift::all().filter(is_right).collect::<Vec<_>>().as_slice() {
            [] => Finding::None,
            [shift] => {
                let with_calls = self.records.iter().filter(|record| !record.calls.is_empty());
                let speaks =
                    |record: &&RecordTimes| record.calls.iter().all(|at| self.business.is_open(*at + shift.delta()));
                let (agree, of) = (with_calls.clone().filter(speaks).count(), with_calls.count());
                Finding::Shift(Found { shift: *shift, evidence: Evidence::CallsAtNight, agree, of })
            }
            [first, .., last] => Finding::Unclear(Doubt::OneOf(*first, *last)),
        }
    }

    /// Returns whether a shift would move calls from the day into the night.
    pub(super) fn contradict(&self, shift: ClockShift) -> bool {
        self.instants.len() >= CALLS && self.percent_by_day(shift.delta()) + 5 < self.percent_by_day(TimeDelta::zero())
    }

    fn percent_by_day(&self, shift: TimeDelta) -> usize {
        let CallingHours { start, end } = CallingHours::FEDERAL;
        self.percent(|at| (start..end).contains(&(at + shift).with_timezone(&self.business.zone).time()))
    }

    fn percent(&self, is_right: impl Fn(DateTime<Utc>) -> bool) -> usize {
        self.instants.iter().filter(|at| is_right(**at)).count() * 100 / self.instants.len().max(1)
    }
}
