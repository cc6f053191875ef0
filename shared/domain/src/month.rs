//! The month of a record.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use std::fmt;

/// A calendar month, `YYYY-MM`: the month in the business time zone in which a record was created.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(NaiveDate);

impl Month {
    /// Returns the month in the time zone `zone` at `at`.
    #[must_use]
    pub fn of(at: DateTime<Utc>, zone: Tz) -> Self {
        Self::of_day(at.with_timezone(&zone).date_naive())
    }

    /// Returns the month of a day.
    #[must_use]
    pub fn of_day(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// Reads `YYYY-MM`. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        if year.len() != 4 || month.len() != 2 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return None;
        }
        NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1).map(Self)
    }

    /// Returns the last day of the month.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        (self.0 + Months::new(1)).pred_opt().unwrap_or(self.0)
    }

    /// Returns the month before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0 - Months::new(1))
    }

    /// Returns whether the month is to be deleted: its last day is more than `retention_days` in the past.
    #[must_use]
    pub fn is_expired(self, today: NaiveDate, retention_days: u32) -> bool {
        (today - self.last_day()).num_days() > i64::from(retention_days)
    }

    /// Returns whether the month has not expired at `now`. A future month is open too: another process may have begun it whose
    /// clock is some seconds ahead.
    #[must_use]
    pub fn is_open(self, now: DateTime<Utc>, zone: Tz, retention_days: u32) -> bool {
        !self.is_expired(now.with_timezone(&zone).date_naive(), retention_days)
    }

    /// Returns the months whose records are read, newest first: this month and every earlier one that has not expired.
    #[must_use]
    pub fn open(now: DateTime<Utc>, zone: Tz, retention_days: u32) -> Vec<Self> {
        let today = now.with_timezone(&zone).date_naive();
        std::iter::successors(Some(Self::of_day(today)), |month| Some(month.previous()))
            .take_while(|month| !month.is_expired(today, retention_days))
            .collect()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
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

    #[test]
    fn the_month_turns_at_midnight_in_the_business_zone() {
        assert_eq!(Month::of(at("2025-12-01T04:59:59Z"), New_York).to_string(), "2025-11");
        assert_eq!(Month::of(at("2025-12-01T05:00:00Z"), New_York).to_string(), "2025-12");
    }

    #[rstest]
    #[case("2025-12-30T17:00:00Z", &["2025-12", "2025-11"])]
    #[case("2025-12-31T17:00:00Z", &["2025-12"])]
    #[case("2026-03-01T17:00:00Z", &["2026-03", "2026-02", "2026-01"])]
    #[case("2026-03-03T17:00:00Z", &["2026-03", "2026-02"])]
    fn a_month_is_open_until_its_last_day_is_older_than_the_retention(#[case] now: &str, #[case] open: &[&str]) {
        let months: Vec<_> = Month::open(at(now), New_York, 30).iter().map(ToString::to_string).collect();
        assert_eq!(months, open);
    }

    #[rstest]
    #[case("2025-11", "2025-12-30T17:00:00Z", true)]
    #[case("2025-11", "2025-12-31T17:00:00Z", false)]
    #[case("2026-01", "2026-01-01T04:59:59Z", true)]
    fn a_month_that_another_clock_has_begun_is_open(#[case] month: &str, #[case] now: &str, #[case] open: bool) {
        assert_eq!(Month::parse(month).unwrap().is_open(at(now), New_York, 30), open);
    }

    #[rstest]
    #[case("2025-13")]
    #[case("2025-1")]
    #[case("25-12")]
    #[case("+025-12")]
    #[case("2025-12-01")]
    fn a_text_that_is_no_month_is_none(#[case] text: &str) {
        assert_eq!(Month::parse(text), None);
    }
}
