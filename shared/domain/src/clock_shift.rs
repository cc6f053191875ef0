//! Finds out whether the server that wrote a month had a wrong clock, from the month's own times.
//!
//! A wrong zone moves every time by the same number of quarter hours. One wrong record or an idle queue must not look
//! like a wrong clock. Evidence therefore counts only if most records agree, and a month without evidence has no shift.

mod evidence;

use super::hours::BusinessHours;
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt;

/// The times of one record, as they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordTimes {
    /// The newest time at which something happened: the last update, the last call, the calls of the history.
    pub changed: Option<DateTime<Utc>>,
    /// When a lead that waits for its cadence is due.
    pub due: Option<DateTime<Utc>>,
    /// The calls.
    pub calls: Vec<DateTime<Utc>>,
    /// How much later the record's own texts with a time zone (`created_at_iso`) are than the numbers beside them.
    pub stated: Option<TimeDelta>,
}

/// The time that must be added to every time because a clock was wrong: whole quarter hours, at most 14 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockShift(i64);

impl ClockShift {
    const QUARTER: i64 = 15;
    const MOST: i64 = 14 * 60;

    /// Reads `+5`, `-7` or `+05:30`. `None` for no shift, for more than 14 hours, and for parts of a quarter hour.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, time) = match text.split_at_checked(1)? {
            ("+", time) => (1, time),
            ("-", time) => (-1, time),
            _ => return None,
        };
        let (hours, minutes) = time.split_once(':').unwrap_or((time, "00"));
        let is_number = |digits: &str| (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if !is_number(hours) || !is_number(minutes) || minutes.len() != 2 {
            return None;
        }
        let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
        (minutes < 60).then(|| Self::of_minutes(sign * (hours * 60 + minutes))).flatten()
    }

    /// Returns the time to add.
    #[must_use]
    pub fn delta(self) -> TimeDelta {
        TimeDelta::minutes(self.0)
    }

    fn of_minutes(minutes: i64) -> Option<Self> {
        (minutes != 0 && minutes % Self::QUARTER == 0 && minutes.abs() <= Self::MOST).then_some(Self(minutes))
    }

    /// Returns every shift, in order.
    fn all() -> impl Iterator<Item = Self> {
        let most = Self::MOST / Self::QUARTER;
        (-most..=most).filter_map(|quarters| Self::of_minutes(quarters * Self::QUARTER))
    }
}

impl fmt::Display for ClockShift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", self.0.abs() / 60, self.0.abs() % 60)
    }
}

/// Evidence for a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The texts with a time zone beside the numbers.
    StatedTimes,
    /// Times after the last change of the file: the clock was ahead.
    TimesAfterTheFile,
    /// The newest change is some quarter hours before the last change of the file, and the leads that wait look overdue at
    /// that instant: the clock was behind.
    TimesBeforeTheFile,
    /// Calls at night, which a single shift moves into the business hours.
    CallsAtNight,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StatedTimes => "their times as text with a time zone differ from their times as numbers",
            Self::TimesAfterTheFile => "they have times after the last change of the file",
            Self::TimesBeforeTheFile => {
                "the newest change is that much before the last change of the file, and leads look overdue that were not"
            }
            Self::CallsAtNight => "only this shift moves their calls from the night into the business hours",
        })
    }
}

/// A shift that most records agree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub shift: ClockShift,
    pub evidence: Evidence,
    /// The number of records that agree on it.
    pub agree: usize,
    /// The number of records that have evidence for or against it.
    pub of: usize,
}

/// The clock of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// There is no evidence for a shift.
    None,
    Shift(Found),
    /// The times are wrong, or two kinds of evidence contradict each other. A person must decide.
    Unclear(Doubt),
}

/// Why a person must decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Calls are at night, and each shift between these moves them into the business hours.
    OneOf(ClockShift, ClockShift),
    /// The shift would move calls into the night.
    CallsWouldBeAtNight(ClockShift),
    /// Two kinds of evidence give two shifts.
    TwoShifts(ClockShift, ClockShift),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneOf(from, to) => write!(f, "calls are at night, and every shift from {from} to {to} explains them"),
            Self::CallsWouldBeAtNight(shift) => {
                write!(f, "the file looks shifted by {shift}, but the calls would then be at night")
            }
            Self::TwoShifts(one, other) => write!(f, "one evidence says {one}, another {other}"),
        }
    }
}

/// Finds the shift of a month. `written_at` is the last change of its file.
#[must_use]
pub fn find(records: &[RecordTimes], written_at: DateTime<Utc>, business: &BusinessHours) -> Finding {
    let calls = evidence::Calls::of(records, business);
    let exact = [evidence::stated(records), evidence::written(records, written_at)];
    let exact = exact.into_iter().flatten().collect::<Vec<_>>();
    match exact.as_slice() {
        [] => calls.finding(),
        [one, other, ..] if one.shift != other.shift => Finding::Unclear(Doubt::TwoShifts(one.shift, other.shift)),
        [found, ..] if calls.contradict(found.shift) => Finding::Unclear(Doubt::CallsWouldBeAtNight(found.shift)),
        [found, ..] => Finding::Shift(*found),
    }
}

#[cfg(test)]
mod tests;
