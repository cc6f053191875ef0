//! How many calls the account makes on one day, over all runs.

use chrono::NaiveDate;
use std::collections::BTreeMap;

/// How many calls a run reserves at once: four seconds of dialing at the default rate, for one write of the run state. A run
/// that crashes wastes at most as many.
const BATCH: u32 = 20;

/// The calls of one day in the business time zone. Every change is idempotent, because the answer to its write may be lost and
/// the write repeated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallsOfDay {
    /// The day. `None` before the first run.
    pub day: Option<NaiveDate>,
    /// Calls made by runs that are over.
    pub made: u32,
    /// Calls that each other run has made or reserved. A run that crashed stays here until the day is over, because it is not
    /// known how many it made.
    pub reserved: BTreeMap<String, u32>,
}

impl CallsOfDay {
    /// Returns how many calls are made or reserved on `day`.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> u32 {
        if self.day == Some(day) { self.total() } else { 0 }
    }

    /// Reserves one more batch for `run`, which has made `used` calls on `day`, within `limit` calls of all runs. Returns how
    /// many calls it may make on that day in all. A run whose clock is behind the day gets no more.
    pub fn reserve(&mut self, run: &str, day: NaiveDate, used: u32, limit: u32) -> u32 {
        self.turn_to(day);
        if self.day != Some(day) {
            return used;
        }
        let others = self.total() - self.reserved.get(run).copied().unwrap_or_default();
        // A limit that was lowered meanwhile takes nothing back: the calls are made.
        let all = used.saturating_add(BATCH).min(limit.saturating_sub(others)).max(used);
        self.reserved.insert(run.to_owned(), all);
        all
    }

    /// Reconciles the count with what `run` really used on `day`, and gives back what it reserved beyond that. `is_first` says
    /// that this is not a repeat, which the reservation shows only for runs that have one.
    pub fn reconcile(&mut self, run: &str, day: NaiveDate, used: u32, is_first: bool) {
        self.turn_to(day);
        if self.day == Some(day) && (self.reserved.remove(run).is_some() || is_first) {
            self.made = self.made.saturating_add(used);
        }
    }

    /// Turns to a later day, which begins at zero. An earlier one is over and changes nothing.
    fn turn_to(&mut self, day: NaiveDate) {
        if self.day.is_none_or(|known| known < day) {
            *self = Self { day: Some(day), ..Self::default() };
        }
    }

    fn total(&self) -> u32 {
        self.reserved.values().fold(self.made, |sum, reserved| sum.saturating_add(*reserved))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 12, n).unwrap()
    }

    #[test]
    fn a_run_reserves_in_batches_within_the_limit_and_gives_back_what_it_did_not_use() {
        let mut calls = CallsOfDay::default();
        assert_eq!(calls.reserve("a", day(1), 0, 30), 20);
        assert_eq!(calls.reserve("a", day(1), 20, 30), 30);
        assert_eq!(calls.reserve("a", day(1), 30, 30), 30);
        calls.reconcile("a", day(1), 25, true);
        assert_eq!(calls.on(day(1)), 25);
        assert_eq!(calls.reserve("b", day(1), 0, 30), 5);
    }

    #[test]
    fn a_change_whose_acknowledgement_was_lost_may_be_made_again() {
        let mut calls = CallsOfDay::default();
        for _ in 0..2 {
            assert_eq!(calls.reserve("a", day(1), 0, 100), 20);
        }
        assert_eq!(calls.on(day(1)), 20);
        for is_first in [true, false] {
            calls.reconcile("a", day(1), 7, is_first);
        }
        assert_eq!(calls.on(day(1)), 7);
    }

    #[test]
    fn two_runs_share_the_limit() {
        let mut calls = CallsOfDay::default();
        let all = [calls.reserve("a", day(1), 0, 25), calls.reserve("b", day(1), 0, 25)];
        assert_eq!(all, [20, 5]);
        assert_eq!(calls.reserve("a", day(1), 20, 25), 20, "there is no more");
        calls.reconcile("b", day(1), 1, true);
        assert_eq!(calls.reserve("a", day(1), 20, 25), 24);
    }

    #[test]
    fn a_run_that_crashed_wastes_what_it_had_reserved() {
        let mut calls = CallsOfDay::default();
        calls.reserve("crashed", day(1), 0, 30);
        assert_eq!(calls.reserve("next", day(1), 0, 30), 10);
    }

    #[test]
    fn a_limit_that_is_lowered_takes_nothing_back() {
        let mut calls = CallsOfDay::default();
        calls.reserve("a", day(1), 0, 100);
        assert_eq!(calls.reserve("a", day(1), 15, 10), 15);
    }

    #[test]
    fn a_run_without_a_limit_is_counted_once() {
        let mut calls = CallsOfDay::default();
        for is_first in [true, false] {
            calls.reconcile("a", day(1), 7, is_first);
        }
        assert_eq!(calls.on(day(1)), 7);
    }

    #[test]
    fn a_new_day_begins_at_zero_and_a_clock_that_is_behind_gets_nothing() {
        let mut calls = CallsOfDay::default();
        calls.reserve("a", day(1), 0, 20);
        assert_eq!(calls.reserve("b", day(2), 0, 20), 20);
        assert_eq!(calls.reserve("a", day(1), 3, 20), 3);
        calls.reconcile("a", day(1), 3, true);
        assert_eq!((calls.on(day(1)), calls.on(day(2))), (0, 20));
    }
}
