//! Holidays, computed from the rules of a calendar.

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};

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
    day.checked_add_signed(TimeDelta::try_days(days)?)
}

fn nth(year: i32, month: u32, weekday: Weekday, n: i32) -> Option<NaiveDate> {
    if n >= 0 {
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

#[cfg(test)]
mod tests {
    use super::*;
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue};
    use rstest::rstest;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn calendar(day: Day, observed: &[(Weekday, i64)]) -> Calendar {
        let observed = observed.iter().map(|(on, days)| Observed { on: *on, days: *days }).collect();
        Calendar { holidays: vec![Holiday { day, observed }] }
    }

    fn the(n: i32, weekday: Weekday, month: u32) -> Day {
        Day::Nth { month, weekday, n, plus: 0, years: Years::All }
    }

    // Among them are the earliest and the latest Easter, and 1954, 1981, 2049 and 2076, in which Gauss's first rule was a week
    // late.
    #[rstest]
    #[case("1818-03-22")]
    #[case("1900-04-15")]
    #[case("1943-04-25")]
    #[case("1954-04-18")]
    #[case("1961-04-02")]
    #[case("1981-04-19")]
    #[case("2000-04-23")]
    #[case("2008-03-23")]
    #[case("2024-03-31")]
    #[case("2025-04-20")]
    #[case("2026-04-05")]
    #[case("2027-03-28")]
    #[case("2028-04-16")]
    #[case("2038-04-25")]
    #[case("2049-04-18")]
    #[case("2076-04-19")]
    #[case("2100-03-28")]
    #[case("2200-04-06")]
    #[case("2285-03-22")]
    fn easter_is_on_its_sunday(#[case] sunday: &str) {
        assert_eq!(easter(date(sunday).year()), Some(date(sunday)));
    }

    #[test]
    fn easter_is_a_sunday_between_march_22_and_april_25() {
        for year in 1583..2600 {
            let sunday = easter(year).unwrap();
            let days = NaiveDate::from_ymd_opt(year, 3, 22).unwrap()..=NaiveDate::from_ymd_opt(year, 4, 25).unwrap();
            assert!(sunday.weekday() == Sun && days.contains(&sunday), "{sunday}");
        }
    }

    #[rstest]
    #[case::good_friday(-2, "2026-04-03")]
    #[case::easter(0, "2026-04-05")]
    #[case::easter_monday(1, "2026-04-06")]
    #[case::mardi_gras(-47, "2026-02-17")]
    fn a_holiday_is_so_many_days_from_easter(#[case] days: i64, #[case] day: &str) {
        let calendar = calendar(Day::Easter(days), &[]);
        assert!(calendar.has(date(day)));
        let others = [date(day) - TimeDelta::days(1), date(day) + TimeDelta::days(1)];
        assert!(!others.iter().any(|other| calendar.has(*other)));
    }

    #[rstest]
    #[case::martin_luther_king(the(3, Mon, 1), "2026-01-19")]
    #[case::labor_day(the(1, Mon, 9), "2025-09-01")]
    #[case::labor_day_late(the(1, Mon, 9), "2026-09-07")]
    #[case::thanksgiving(the(4, Thu, 11), "2026-11-26")]
    #[case::memorial_day_is_the_fourth_monday(the(-1, Mon, 5), "2026-05-25")]
    #[case::memorial_day_is_the_fifth_monday(the(-1, Mon, 5), "2027-05-31")]
    #[case::the_last_but_one_of_five(the(-2, Mon, 5), "2027-05-24")]
    #[case::the_last_but_one_of_four(the(-2, Mon, 5), "2026-05-18")]
    #[case::the_fifth(the(5, Fri, 1), "2027-01-29")]
    fn a_weekday_is_counted_from_the_beginning_or_the_end_of_its_month(#[case] rule: Day, #[case] day: &str) {
        assert_eq!(rule.dates(date(day).year()), [date(day)]);
    }

    #[rstest]
    #[case::a_fifth_that_the_month_does_not_have(5)]
    #[case::none_is_the_nought(0)]
    #[case::far_too_many(300)]
    fn a_weekday_that_is_not_in_the_month_is_no_holiday(#[case] n: i32) {
        assert!(the(n, Fri, 2).dates(2027).is_empty());
    }

    #[test]
    fn the_day_after_thanksgiving_follows_it_and_not_the_fourth_friday() {
        let day = Day::Nth { month: 11, weekday: Thu, n: 4, plus: 1, years: Years::All };
        assert_eq!(day.dates(2024), [date("2024-11-29")]);
    }

    #[test]
    fn election_day_is_in_even_years_only() {
        let day = Day::Nth { month: 11, weekday: Mon, n: 1, plus: 1, years: Years::Even };
        let days: Vec<_> = (2023..=2028).flat_map(|year| day.dates(year)).collect();
        assert_eq!(days, ["2024-11-05", "2026-11-03", "2028-11-07"].map(date));
        assert!(days.iter().all(|day| day.weekday() == Tue));
    }

    #[test]
    fn a_leap_day_is_a_holiday_in_leap_years_only() {
        let day = Day::Fixed(2, 29);
        let days: Vec<_> = [1900, 2000, 2026, 2027, 2028].into_iter().flat_map(|year| day.dates(year)).collect();
        assert_eq!(days, ["2000-02-29", "2028-02-29"].map(date));
    }

    #[test]
    fn dates_that_are_listed_are_holidays_in_their_year() {
        let day = Day::Dates(vec![date("2026-07-03"), date("2027-07-05"), date("2027-12-24")]);
        assert_eq!(day.dates(2027), [date("2027-07-05"), date("2027-12-24")]);
        let calendar = calendar(day, &[]);
        assert!(calendar.has(date("2026-07-03")) && !calendar.has(date("2026-07-05")));
    }

    const WEEKEND: [(Weekday, i64); 2] = [(Sat, -1), (Sun, 1)];

    #[rstest]
    #[case::a_weekday("2025-07-04", true)]
    #[case::the_day_before_a_weekday("2025-07-03", false)]
    #[case::the_day_after_a_weekday("2025-07-05", false)]
    #[case::the_friday_of_a_saturday("2026-07-03", true)]
    #[case::the_saturday_itself("2026-07-04", true)]
    #[case::the_monday_after_a_saturday("2026-07-06", false)]
    #[case::the_monday_of_a_sunday("2027-07-05", true)]
    #[case::the_sunday_itself("2027-07-04", true)]
    #[case::the_saturday_before_a_sunday("2027-07-03", false)]
    fn a_holiday_on_a_weekend_is_kept_on_its_weekday_too(#[case] day: &str, #[case] is_kept: bool) {
        assert_eq!(calendar(Day::Fixed(7, 4), &WEEKEND).has(date(day)), is_kept);
    }

    #[test]
    fn a_holiday_that_nobody_moves_is_kept_on_its_own_day_only() {
        let calendar = calendar(Day::Fixed(7, 4), &[]);
        assert!(calendar.has(date("2026-07-04")) && !calendar.has(date("2026-07-03")));
    }

    #[test]
    fn a_holiday_at_the_turn_of_the_year_is_kept_in_the_year_before_or_after() {
        assert!(calendar(Day::Fixed(1, 1), &WEEKEND).has(date("2027-12-31")), "2028-01-01 is a Saturday");
        assert!(calendar(Day::Fixed(12, 31), &WEEKEND).has(date("2024-01-01")), "2023-12-31 is a Sunday");
        assert!(calendar(Day::Fixed(7, 4), &[(Sun, 2)]).has(date("2027-07-06")));
    }

    #[test]
    fn every_holiday_of_a_calendar_counts_and_an_empty_one_has_none() {
        let mut both = calendar(Day::Fixed(7, 4), &[]);
        both.holidays.extend(calendar(Day::Fixed(12, 25), &[]).holidays);
        assert!(["2026-07-04", "2026-12-25"].map(date).iter().all(|day| both.has(*day)));
        assert!(!Calendar::default().has(date("2026-07-04")));
    }
}
