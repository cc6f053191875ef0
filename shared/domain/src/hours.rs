//! When calling is allowed: business hours, and calling hours where the person lives (*Gates* in `docs/CONTRACT.md`).

use super::zones::Zones;
use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// The hours in which the business calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusinessHours {
    /// The business time zone.
    pub zone: Tz,
    /// The days of the week.
    pub days: Vec<Weekday>,
    /// First minute.
    pub start: NaiveTime,
    /// First minute after, later than `start`.
    pub end: NaiveTime,
    /// Days without calls.
    pub blackout: BTreeSet<NaiveDate>,
}

impl BusinessHours {
    /// Returns whether the business calls at `now`.
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        let local = now.with_timezone(&self.zone).naive_local();
        self.works_on(local.date()) && (self.start..self.end).contains(&local.time())
    }

    /// Returns the first instant from `now` on at which the business calls. `None` if no day of the next year has one.
    #[must_use]
    pub fn opens_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.is_open(now) {
            return Some(now);
        }
        let today = now.with_timezone(&self.zone).date_naive();
        today
            .iter_days()
            // Today and the 366 days of a leap year. A business whose days are all blackout dates must not be searched for ever.
            .take(367)
            .filter(|day| self.works_on(*day))
            .flat_map(|day| self.starts_of(day))
            .find(|start| *start >= now && self.is_open(*start))
    }

    /// Returns the instants at which the business hours of a day may begin: two in the hour that autumn repeats. In the hour
    /// that spring skips, the business may be closed again by then, so the caller checks.
    fn starts_of(&self, day: NaiveDate) -> impl Iterator<Item = DateTime<Utc>> + use<> {
        let start = day.and_time(self.start);
        let again = self.zone.from_local_datetime(&start).latest().map(|at| at.to_utc());
        [instant(start, self.zone)].into_iter().chain(again)
    }

    fn works_on(&self, day: NaiveDate) -> bool {
        self.days.contains(&day.weekday()) && !self.blackout.contains(&day)
    }
}

/// The hours in which the law allows a call, on the clock where the person lives.
/// A stricter rule of a state would be another value of this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallingHours {
    /// First minute.
    pub start: NaiveTime,
    /// First minute after.
    pub end: NaiveTime,
}

impl CallingHours {
    /// 8 a.m. to 9 p.m. at the called party's location: 47 CFR 64.1200(c)(1).
    pub const FEDERAL: Self = Self { start: hour(8), end: hour(21) };

    /// Returns whether the time is allowed in every zone where the person may live.
    #[must_use]
    pub fn is_open(&self, zones: Zones, now: DateTime<Utc>) -> bool {
        zones.iter().all(|zone| {
            let time = now.with_timezone(&zone).time();
            self.start <= time && time < self.end
        })
    }

    /// Returns the first instant from `now` on at which the person may be called.
    #[must_use]
    pub fn opens_at(&self, zones: Zones, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.is_open(zones, now) {
            return Some(now);
        }
        let mornings = zones.iter().flat_map(|zone| {
            let today = now.with_timezone(&zone).date_naive();
            // Three mornings: today's may be over, and tomorrow's may be too early for a zone further west.
            (0..3).map(move |ahead| instant((today + Days::new(ahead)).and_time(self.start), zone))
        });
        mornings.filter(|morning| *morning > now && self.is_open(zones, *morning)).min()
    }
}

/// Returns the instant of a local time in `zone`. In the hour that spring skips, it is the first instant after it. In the hour
/// that autumn repeats, it is the first of the two.
#[must_use]
pub fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at.to_utc(),
        // Clocks skip at most two hours, and they end a gap at a quarter.
        MappedLocalTime::None => (1..=8)
            .filter_map(|quarter| local.checked_add_signed(TimeDelta::minutes(15 * quarter)))
            .filter_map(|later| zone.from_local_datetime(&later).earliest())
            .next()
            .map_or_else(|| local.and_utc(), |at| at.to_utc()),
    }
}

const fn hour(hour: u32) -> NaiveTime {
    match NaiveTime::from_hms_opt(hour, 0, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::America::New_York;
    use rstest::rstest;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn hours() -> BusinessHours {
        BusinessHours {
            zone: New_York,
            days: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri],
            start: hour(11),
            end: hour(20),
            blackout: BTreeSet::from([NaiveDate::from_ymd_opt(2025, 12, 25).unwrap()]),
        }
    }

    #[rstest]
    #[case::winter_first_minute("2025-12-17T16:00:00Z", true)]
    #[case::winter_before("2025-12-17T15:59:59Z", false)]
    #[case::winter_last_second("2025-12-18T00:59:59Z", true)]
    #[case::end_is_exclusive("2025-12-18T01:00:00Z", false)]
    #[case::summer_first_minute("2025-07-16T15:00:00Z", true)]
    #[case::summer_end("2025-07-17T00:00:00Z", false)]
    #[case::saturday("2025-12-20T17:00:00Z", false)]
    #[case::blackout("2025-12-25T17:00:00Z", false)]
    fn the_business_is_open(#[case] now: &str, #[case] open: bool) {
        assert_eq!(hours().is_open(at(now)), open);
    }

    #[rstest]
    #[case::same_day("2025-12-17T10:00:00Z", "2025-12-17T16:00:00Z")]
    #[case::already("2025-12-17T17:00:00Z", "2025-12-17T17:00:00Z")]
    #[case::over_the_weekend("2025-12-20T01:00:00Z", "2025-12-22T16:00:00Z")]
    #[case::over_christmas("2025-12-25T01:30:00Z", "2025-12-26T16:00:00Z")]
    #[case::into_summer_time("2026-03-07T10:00:00Z", "2026-03-09T15:00:00Z")]
    #[case::into_winter_time("2026-10-31T10:00:00Z", "2026-11-02T16:00:00Z")]
    fn the_business_opens(#[case] now: &str, #[case] opens: &str) {
        assert_eq!(hours().opens_at(at(now)), Some(at(opens)));
    }

    #[rstest]
    #[case::in_the_hour_that_spring_skips((120, 180), "2026-03-08T06:00:00Z", "2026-03-09T06:00:00Z")]
    #[case::at_its_end((120, 180), "2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z")]
    #[case::out_of_it((150, 210), "2026-03-08T06:00:00Z", "2026-03-08T07:00:00Z")]
    #[case::in_the_hour_that_autumn_repeats((90, 150), "2025-11-02T06:10:00Z", "2025-11-02T06:30:00Z")]
    fn a_business_by_night_opens(#[case] minutes: (u32, u32), #[case] now: &str, #[case] opens: &str) {
        let time = |minutes| NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap();
        let days = [hours().days, vec![Weekday::Sat, Weekday::Sun]].concat();
        let night = BusinessHours { days, start: time(minutes.0), end: time(minutes.1), ..hours() };
        assert_eq!(night.opens_at(at(now)), Some(at(opens)));
        assert!(!night.is_open(at(now)) && night.is_open(at(opens)));
    }

    #[test]
    fn a_business_without_days_never_opens() {
        assert_eq!(BusinessHours { days: vec![], ..hours() }.opens_at(at("2025-12-17T10:00:00Z")), None);
    }

    #[rstest]
    #[case::new_york_8("NY", "2025-12-17T13:00:00Z", true)]
    #[case::new_york_before_8("NY", "2025-12-17T12:59:59Z", false)]
    #[case::new_york_21("NY", "2025-12-18T02:00:00Z", false)]
    #[case::florida_needs_both_zones("FL", "2025-12-17T13:30:00Z", false)]
    #[case::florida_8_in_the_west("FL", "2025-12-17T14:00:00Z", true)]
    #[case::florida_21_in_the_east("FL", "2025-12-18T02:00:00Z", false)]
    #[case::unknown_needs_the_west("", "2025-12-17T15:59:59Z", false)]
    #[case::unknown_8_in_the_west("", "2025-12-17T16:00:00Z", true)]
    #[case::unknown_21_in_the_east("??", "2025-12-18T02:00:00Z", false)]
    #[case::arizona_has_no_summer_time("AZ", "2025-07-16T14:30:00Z", false)]
    #[case::hawaii("HI", "2025-12-17T18:00:00Z", true)]
    fn a_person_may_be_called(#[case] state: &str, #[case] now: &str, #[case] open: bool) {
        assert_eq!(CallingHours::FEDERAL.is_open(Zones::of(state, None), at(now)), open);
    }

    #[rstest]
    #[case("NY", "2025-12-17T03:00:00Z", "2025-12-17T13:00:00Z")]
    #[case("FL", "2025-12-17T13:30:00Z", "2025-12-17T14:00:00Z")]
    #[case("", "2025-12-18T02:30:00Z", "2025-12-18T16:00:00Z")]
    #[case("CA", "2026-03-08T06:00:00Z", "2026-03-08T15:00:00Z")]
    fn a_person_may_be_called_from(#[case] state: &str, #[case] now: &str, #[case] opens: &str) {
        assert_eq!(CallingHours::FEDERAL.opens_at(Zones::of(state, None), at(now)), Some(at(opens)));
    }

    #[rstest]
    #[case::ordinary("2025-12-18T15:00:00", "2025-12-18T20:00:00Z")]
    #[case::skipped_hour("2026-03-08T02:30:00", "2026-03-08T07:00:00Z")]
    #[case::repeated_hour("2026-11-01T01:30:00", "2026-11-01T05:30:00Z")]
    fn a_local_time_is_an_instant(#[case] local: &str, #[case] utc: &str) {
        assert_eq!(instant(local.parse().unwrap(), New_York), at(utc));
    }
}
