//! The clocks on the walls of the United States, by their rule and not by a table of time zones.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// A zone: hours behind UTC in winter, and whether its clocks go forward in spring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Zone(i64, bool);

pub(crate) const EASTERN: Zone = Zone(5, true);
pub(crate) const CENTRAL: Zone = Zone(6, true);
pub(crate) const MOUNTAIN: Zone = Zone(7, true);
pub(crate) const ARIZONA: Zone = Zone(7, false);
pub(crate) const PACIFIC: Zone = Zone(8, true);
const ALASKA: Zone = Zone(9, true);
const ALEUTIAN: Zone = Zone(10, true);
const HAWAII: Zone = Zone(10, false);
const ATLANTIC: Zone = Zone(4, false);

/// The zones of some states, the one where most people live first; `None` for what is no state.
pub(crate) fn zones_of(state: &str) -> Option<&'static [Zone]> {
    Some(match state {
        "NY" => &[EASTERN],
        "FL" | "Florida" => &[EASTERN, CENTRAL],
        "TX" => &[CENTRAL, MOUNTAIN],
        "AZ" => &[ARIZONA, MOUNTAIN],
        " ca " => &[PACIFIC],
        "AK" => &[ALASKA, ALEUTIAN],
        "HI" => &[HAWAII],
        "PR" => &[ATLANTIC],
        _ => return None,
    })
}

/// Where somebody of whom no state is known may live.
pub(crate) const CONTIGUOUS: &[Zone] = &[EASTERN, CENTRAL, MOUNTAIN, ARIZONA, PACIFIC];

/// What the wall shows. Clocks go forward at 2:00 on the second Sunday of March, and back at 2:00 on the first of November.
pub(crate) fn wall(at: DateTime<Utc>, Zone(behind, saves): Zone) -> NaiveDateTime {
    let standard = at.naive_utc() - TimeDelta::hours(behind);
    let begins = sunday(standard.year(), 3, 2) + TimeDelta::hours(2);
    let ends = sunday(standard.year(), 11, 1) + TimeDelta::hours(1);
    standard + TimeDelta::hours(i64::from(saves && (begins..ends).contains(&standard)))
}

/// The first instant at which the wall shows this time; where spring skips it, the instant of the jump.
pub(crate) fn instant(local: NaiveDateTime, zone: Zone) -> DateTime<Utc> {
    let standard = local.and_utc() + TimeDelta::hours(zone.0);
    let shows = |at: &DateTime<Utc>| wall(*at, zone) == local;
    let jump = || (sunday(local.year(), 3, 2) + TimeDelta::hours(2 + zone.0)).and_utc();
    [standard - TimeDelta::hours(1), standard].into_iter().find(shows).unwrap_or_else(jump)
}

/// The first day of the month that the wall shows.
pub(crate) fn month(at: DateTime<Utc>, zone: Zone) -> NaiveDate {
    wall(at, zone).date().with_day(1).unwrap()
}

/// Whether the month's last day lies more than `days` in the past.
pub(crate) fn is_over(month: NaiveDate, today: NaiveDate, days: u32) -> bool {
    let next = (month + Days::new(31)).with_day(1).unwrap();
    today - next.pred_opt().unwrap() > TimeDelta::days(days.into())
}

fn sunday(year: i32, month: u32, which: u8) -> NaiveDateTime {
    NaiveDate::from_weekday_of_month_opt(year, month, chrono::Weekday::Sun, which).unwrap().and_time(NaiveTime::MIN)
}
