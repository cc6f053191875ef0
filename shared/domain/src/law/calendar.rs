//! Holidays, computed from the rules of a calendar.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The holidays of a jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    /// The holidays that are on.
    pub holidays: Vec<Holiday>,
}

/// A holiday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// When it is.
    pub day: Day,
    /// The days that are kept beside it if it falls on a weekend.
    pub observed: Vec<Observed>,
}

/// When a holiday is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Day {
    /// A month and a day.
    Fixed(u32, u32),
    /// So many days after the nth of a weekday in a month, in some years. A negative `n` counts from the end of the month.
    Nth {
        /// The month.
        month: u32,
        /// The weekday.
        weekday: Weekday,
        /// Which of them.
        n: i32,
        /// Days after it.
        plus: u64,
        /// The years.
        years: Years,
    },
    /// So many days from Easter Sunday.
    Easter(i64),
    /// These dates.
    Dates(Vec<NaiveDate>),
}

/// The years in which a holiday is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Years {
    /// Every year.
    All,
    /// Years that are divisible by two.
    Even,
}

/// A day that is kept beside a holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observed {
    /// The weekday of the holiday.
    pub on: Weekday,
    /// The days from it to the day that is kept, between -2 and 2.
    pub days: i64,
}

impl Calendar {
    /// Returns whether a date is a holiday or is kept for one. A holiday at the turn of the year can be kept in the year before
    /// or after.
    #[must_use]
    pub fn has(&self, date: NaiveDate) -> bool {
        let years = [date.year() - 1, date.year(), date.year() + 1];
        self.holidays.iter().any(|holiday| years.iter().any(|year| holiday.has(*year, date)))
    }
}

impl Holiday {
    fn has(&self, year: i32, date: NaiveDate) -> bool {
        self.day.dates(year).into_iter().any(|day| {
            let kept = self.observed.iter().filter(|observed| observed.on == day.weekday());
            day == date || kept.filter_map(|observed| moved(day, observed.days)).any(|day| day == date)
        })
    }
}

impl Day {
    fn dates(&self, year: i32) -> Vec<NaiveDate> {
        match self {
            Self::Fixed(month, day) => NaiveDate::from_ymd_opt(year, *month, *day).into_iter().collect(),
            Self::Nth { years: Years::Even, .. } if year % 2 != 0 => Vec::new(),
            Self::Nth { month, weekday, n, plus, .. } => {
                let day = nth(year, *month, *weekday, *n);
                day.and_then(|day| day.checked_add_days(Days::new(*plus))).into_iter().collect()
            }
            Self::Easter(days) => easter(year).and_then(|sunday| moved(sunday, *days)).into_iter().collect(),
            Self::Dates(dates) => dates.iter().copied().filter(|date| date.year() == year).collect(),
        }
    }
}

fn moved(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    let distance = Days::new(days.unsigned_abs());
    if days < 0 { day.checked_sub_days(distance) } else { day.checked_add_days(distance) }
}

fn nth(year: i32, month: u32, weekday: Weekday, n: i32) -> Option<NaiveDate> {
    if n > 0 {
        return NaiveDate::from_weekday_of_month_opt(year, month, weekday, u8::try_from(n).ok()?);
    }
    // From the end: the fifth or the fourth is the last.
    let last = [5, 4].into_iter().find_map(|n| NaiveDate::from_weekday_of_month_opt(year, month, weekday, n))?;
    moved(last, i64::from(7 * (n + 1)))
}

/// Returns Easter Sunday of the Gregorian calendar (the anonymous algorithm, Meeus, *Astronomical Algorithms*, chapter 8).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let day = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(day / 31).ok()?, u32::try_from(day % 31 + 1).ok()?)
}
