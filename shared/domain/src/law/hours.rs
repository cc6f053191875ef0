//! Hours in which a call may ring, on a local clock.

use super::{Calendar, Rule};
use crate::hours::instant;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use std::sync::Arc;

/// How many days ahead the next window is searched. The longest row of closed days of any calendar is under a week.
const HORIZON: u64 = 40;

/// A part of a day, from `start` to `end`. The end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first instant.
    pub start: NaiveTime,
    /// The first instant after, later than `start`.
    pub end: NaiveTime,
}

/// Whose clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The clock of each zone where the person may be.
    Zones,
    /// The clock of this zone.
    Fixed(Tz),
}

/// The hours of a week, and of holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// Whose clock counts.
    pub clock: Clock,
    /// The windows of each weekday, from Monday on. A day without windows is closed.
    pub days: [Vec<Window>; 7],
    /// The holidays, and their windows.
    pub holidays: Option<(Arc<Calendar>, Vec<Window>)>,
}

impl Hours {
    fn windows(&self, date: NaiveDate) -> &[Window] {
        match &self.holidays {
            Some((calendar, windows)) if calendar.has(date) => windows,
            Some(_) | None => &self.days[date.weekday().num_days_from_monday() as usize],
        }
    }

    /// Returns whether these hours of `rule` are open at `at` on the clock of `zone`. On a date on which the rule is not in
    /// force they are.
    #[must_use]
    pub fn are_open(&self, rule: &Rule, zone: Tz, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&zone).naive_local();
        let time = local.time();
        !rule.is_in_force(local.date())
            || self.windows(local.date()).iter().any(|window| window.start <= time && time < window.end)
    }

    /// Returns the first instant from `at` on at which they are open. `None` if that is not within 40 days.
    #[must_use]
    pub fn open_from(&self, rule: &Rule, zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.are_open(rule, zone, at) {
            return Some(at);
        }
        let today = at.with_timezone(&zone).date_naive();
        let days = (0..HORIZON).filter_map(|ahead| today.checked_add_days(Days::new(ahead)));
        days.flat_map(|day| self.openings(rule, zone, day))
            .find(|opens| *opens > at && self.are_open(rule, zone, *opens))
    }

    /// The instants of a day at which the hours may open, in order. In the hour that autumn repeats there are two.
    fn openings(&self, rule: &Rule, zone: Tz, day: NaiveDate) -> Vec<DateTime<Utc>> {
        // On a day on which the rule is not in force it opens at midnight.
        let starts: Vec<NaiveTime> = match rule.is_in_force(day) {
            true => self.windows(day).iter().map(|window| window.start).collect(),
            false => vec![NaiveTime::MIN],
        };
        let both = starts.into_iter().flat_map(|start| {
            let local = day.and_time(start);
            let again = zone.from_local_datetime(&local).latest().map(|at| at.to_utc());
            [instant(local, zone)].into_iter().chain(again)
        });
        let mut openings: Vec<_> = both.collect();
        openings.sort_unstable();
        openings.dedup();
        openings
    }
}
