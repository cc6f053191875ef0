//! Reads a date and a time in words, as people and JavaScript write them.

use super::names::{month, numeric_date, offset, weekday, zone};
use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Weekday};
use chrono_tz::Tz;
use redial_domain::{CallbackTime, hours};

/// The most words of a time. JavaScript writes nine.
const WORDS: usize = 16;

/// Words that change nothing.
const FILLERS: &[&str] = &[
    "at", "on", "in", "the", "of", "time", "standard", "daylight", "summer", "o'clock", "-", "@", "usa", "us", "hrs",
    "hours", "local", "de", "del", "a", "la", "las", "el", "por",
];

/// How `3p` says the half of the day.
const SHORT_HALF: [char; 2] = ['a', 'p'];

/// What the words have named. A second date, time or zone of the same kind makes the text unclear.
#[derive(Default)]
struct Named {
    date: Option<NaiveDate>,
    time: Option<Clock>,
    weekday: Option<Weekday>,
    offset: Option<FixedOffset>,
    zone: Option<Tz>,
    month: Option<u32>,
    numbers: Vec<(u32, usize)>,
    half: Option<Half>,
}

/// A time of day as it is written.
#[derive(Clone, Copy)]
struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    /// Whether `3:00` can only be in the night: two digits, or an ISO date.
    full: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Am,
    Pm,
}

/// Reads a text that names one date, one time of day and at most one zone. `None` if a word is not understood, something is
/// missing, or the text has two meanings.
pub(super) fn read(text: &str) -> Option<CallbackTime> {
    let mut named = Named::default();
    let text =
        text.to_lowercase().replace("a. m", "am").replace("p. m", "pm").replace("a.m", "am").replace("p.m", "pm");
    let words = |text: &str| {
        let words = text.split(|c: char| c.is_whitespace() || ",()[];".contains(c)).filter(|word| !word.is_empty());
        words.map(str::to_owned).take(WORDS + 1).collect::<Vec<_>>()
    };
    let (text, comment) = text.split_once('(').unwrap_or((&text, ""));
    let mut heard = words(text);
    heard.iter().try_for_each(|word| named.hear(word))?;
    // JavaScript says the zone of an offset again, in words and brackets.
    if named.offset.is_none() {
        let comment = words(comment);
        comment.iter().try_for_each(|word| named.hear(word))?;
        heard.extend(comment);
    }
    if heard.len() > WORDS { None } else { named.time() }
}

impl Named {
    fn hear(&mut self, word: &str) -> Option<()> {
        let bare = word.trim_end_matches('.');
        if FILLERS.contains(&bare) {
            return Some(());
        }
        if let Some(day) = weekday(bare) {
            return once(&mut self.weekday, day);
        }
        if let Some(month) = month(bare) {
            return once(&mut self.month, month);
        }
        match bare {
            "am" | "morning" | "mañana" | "manana" => return self.hear_half(Half::Am),
            "pm" | "afternoon" | "evening" | "tarde" => return self.hear_half(Half::Pm),
            "noon" | "mediodía" | "mediodia" => return self.hear_noon(),
            _ => {}
        }
        if let Some(offset) = offset(bare) {
            return once(&mut self.offset, offset);
        }
        if let Some(zone) = zone(bare) {
            // "Eastern Standard Time" after "EST" says the same again.
            return if self.zone.is_none_or(|known| known == zone) {
                self.zone = Some(zone);
                Some(())
            } else {
                None
            };
        }
        // ISO joins date and time by a `t`.
        if let Some((date, time)) = bare.split_once('t')
            && let Some(date) = numeric_date(date)
        {
            once(&mut self.date, date)?;
            // ISO without separators: `1500`.
            if time.len() >= 4
                && time.as_bytes()[..4].iter().all(u8::is_ascii_digit)
                && !time.starts_with(char::is_alphabetic)
            {
                let seconds = time.as_bytes().get(4..6).is_some_and(|two| two.iter().all(u8::is_ascii_digit));
                let (clock, rest) = time.split_at(if seconds { 6 } else { 4 });
                let (hour, rest_of_clock) = clock.split_at(2);
                let (minute, second) = rest_of_clock.split_at(2);
                let second = if seconds { second } else { "00" };
                return self.hear_clock(&format!("{hour}:{minute}:{second}{rest}"));
            }
            return self.hear_clock(time);
        }
        if let Some(date) = numeric_date(bare) {
            return once(&mut self.date, date);
        }
        // 30-Nov-2026
        let parts: Vec<&str> = bare.split(['-', '/']).collect();
        if parts.len() == 3 && parts.iter().any(|part| month(part).is_some()) {
            return parts.into_iter().try_for_each(|part| self.hear(part));
        }
        // 15h00, 15.00
        if let Some((hour, minute)) = bare.split_once(['h', '.'])
            && hour.len() == 2
            && [hour, minute].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
            && (minute.len() == 2 || (minute.is_empty() && bare.ends_with('h')))
        {
            return self.hear_clock(&format!("{hour}:{}", if minute.is_empty() { "00" } else { minute }));
        }
        if bare.contains(':')
            || SHORT_HALF.iter().any(|half| bare.strip_suffix(*half).is_some_and(is_digits))
            || bare.ends_with("am")
            || bare.ends_with("pm")
        {
            return self.hear_clock(bare);
        }
        let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare);
        let number = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        self.numbers.push((number, digits.len()));
        Some(())
    }

    /// Notes which half of the day it is. A number right before is the hour.
    fn hear_half(&mut self, half: Half) -> Option<()> {
        once(&mut self.half, half)?;
        if self.time.is_none() && self.numbers.last().is_some_and(|(_, digits)| *digits <= 2) {
            self.take_bare_hour()?;
        }
        Some(())
    }

    /// Notes noon, also as "12 noon".
    fn hear_noon(&mut self) -> Option<()> {
        if self.numbers.last() == Some(&(12, 2)) && (self.date.is_some() || self.numbers.len() > 2) {
            self.numbers.pop();
        }
        let is_said_again = self.time.take().is_some_and(|clock| (clock.hour, clock.minute) != (12, 0));
        if is_said_again {
            return None;
        }
        once(&mut self.time, Clock { hour: 12, minute: 0, second: 0, full: true })
    }

    /// Notes a time of day, with `am`, `pm`, or an offset at its end.
    fn hear_clock(&mut self, word: &str) -> Option<()> {
        let end = word.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(word.len());
        let (time, rest) = word.split_at(end);
        match rest {
            "" => {}
            "am" | "a" => once(&mut self.half, Half::Am)?,
            "pm" | "p" => once(&mut self.half, Half::Pm)?,
            other => once(&mut self.offset, offset(other)?)?,
        }
        // ISO without separators: 150000
        let compact = time.len() == 6 && !time.contains(':') && time.is_ascii();
        let parts: Vec<&str> =
            if compact { vec![&time[..2], &time[2..4], &time[4..]] } else { time.split(':').collect() };
        let number =
            |text: &str, most: usize| -> Option<u32> { (1..=most).contains(&text.len()).then(|| text.parse().ok())? };
        let (hour, minute, second) = match *parts.as_slice() {
            // Without minutes only "3pm" is a time.
            [hour] if ["am", "pm", "a", "p"].contains(&rest) => (hour, "00", "00"),
            [hour, minute] => (hour, minute, "00"),
            [hour, minute, second] => (hour, minute, second.split_once('.').map_or(second, |(whole, _)| whole)),
            _ => return None,
        };
        let clock = Clock {
            hour: number(hour, 2)?,
            minute: number(minute, 2)?,
            second: number(second, 2)?,
            full: hour.len() == 2,
        };
        once(&mut self.time, clock)
    }

    fn time(mut self) -> Option<CallbackTime> {
        if self.time.is_none() {
            self.take_bare_hour().or_else(|| self.take_military_time())?;
        }
        let date = match (self.date, self.month) {
            (Some(date), None) if self.numbers.is_empty() => date,
            (None, Some(month)) => self.date_in_words(month)?,
            _ => return None,
        };
        // A weekday that is not the date's: one of the two is wrong, and nobody knows which.
        if !super::is_sensible(date.year()) || self.weekday.is_some_and(|day| day != date.weekday()) {
            return None;
        }
        let local = NaiveDateTime::new(date, self.clock()?);
        Some(match (self.offset, self.zone) {
            (Some(offset), _) => CallbackTime::At(offset.from_local_datetime(&local).single()?.to_utc()),
            (None, Some(zone)) => CallbackTime::At(hours::instant(local, zone)),
            (None, None) => CallbackTime::Local(local),
        })
    }

    /// Takes the last number as the hour of "3 PM".
    fn take_bare_hour(&mut self) -> Option<()> {
        self.half?;
        let (hour, digits) = self.numbers.pop()?;
        (digits <= 2).then(|| self.time = Some(Clock { hour, minute: 0, second: 0, full: false }))
    }

    /// Takes a number of four digits behind a date as the time: "11/30/2026 1500".
    fn take_military_time(&mut self) -> Option<()> {
        let [(number, 4)] = self.numbers.as_slice() else { return None };
        let clock = Clock { hour: number / 100, minute: number % 100, second: 0, full: true };
        self.date.filter(|_| self.half.is_none())?;
        self.numbers.clear();
        once(&mut self.time, clock)
    }

    /// Returns the date of a month's name, a day and a year of four digits. Without a year it would be a guess.
    fn date_in_words(&self, month: u32) -> Option<NaiveDate> {
        let is_year = |(_, digits): &&(u32, usize)| *digits == 4;
        let (years, days): (Vec<_>, Vec<_>) = self.numbers.iter().partition(is_year);
        match (years.as_slice(), days.as_slice()) {
            ([(year, _)], [(day, _)]) => NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, month, *day),
            _ => None,
        }
    }

    fn clock(&self) -> Option<NaiveTime> {
        let Clock { hour, minute, second, full } = self.time?;
        let hour = match self.half {
            Some(half) if (1..=12).contains(&hour) => hour % 12 + if half == Half::Pm { 12 } else { 0 },
            // "15:00 PM" is written by people who read a clock of 24 hours.
            Some(Half::Pm) if hour > 12 => hour,
            Some(_) => return None,
            // "3:00" may be in the afternoon.
            None if full || hour > 12 => hour,
            None => return None,
        };
        NaiveTime::from_hms_opt(hour, minute, second)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.is_none().then(|| *place = Some(value))
}

#[cfg(test)]
mod tests {
    use super::super::callback_time;
    use redial_domain::CallbackTime;
    use rstest::rstest;

    #[rstest]
    #[case("November 30, 2026 3:00 PM")]
    #[case("Monday, November 30, 2026 3:00 PM")]
    #[case("Monday, November 30th, 2026 at 3:00 p.m.")]
    #[case("Nov 30 2026 3pm")]
    #[case("Nov. 30, 2026 at 3 PM")]
    #[case("30 November 2026 15:00")]
    #[case("30-Nov-2026 15:00:00")]
    #[case("11/30/2026 3:00 PM")]
    #[case("11/30/2026, 3:00:00\u{202f}PM")]
    #[case("3:00 PM 11/30/2026")]
    #[case("11-30-2026 15:00")]
    #[case("11/30/26 3 pm")]
    #[case("30.11.2026 15:00")]
    #[case("30/11/2026 15:00")]
    #[case("2026/11/30 15:00")]
    #[case("2026-11-30 3:00 PM")]
    #[case("2026-11-30T15:00:00")]
    #[case("20261130T15:00")]
    #[case("20261130T1500")]
    #[case("20261130T150000")]
    #[case("20261130 1500")]
    #[case("20261130150000")]
    #[case("202611301500")]
    #[case("11/30/2026 1500")]
    #[case("11/30/2026 1500 hrs")]
    #[case("11/30/2026 3:00 p.m")]
    #[case("11/30/2026 3:00 p. m.")]
    #[case("11/30/2026 3p")]
    #[case("11/30/2026 3:00p")]
    #[case(
        "\u{200e}11\u{200e}/\u{200e}30\u{200e}/\u{200e}2026\u{200e} \u{200e}3\u{200e}:\u{200e}00\u{200e} \u{200e}PM"
    )]
    #[case("2026\u{2011}11\u{2011}30 15:00")]
    #[case("'2026-11-30 15:00'")]
    #[case("2026/11/30 15h00")]
    #[case("2026-11-30 15h")]
    #[case("30.11.2026 15.00")]
    #[case("15:00 30-Nov-2026")]
    #[case("30/Nov/2026 15:00")]
    #[case("3 PM on November 30, 2026")]
    #[case("Monday at 3 o'clock PM, November 30, 2026")]
    #[case("November 30, 2026 at 3 in the afternoon")]
    #[case("11/30/2026 3:00 PM local time")]
    #[case("30 de noviembre de 2026 a las 15:00")]
    #[case("lunes, 30 de noviembre de 2026 a las 3 PM")]
    #[case("30 de noviembre de 2026 a las 3 de la tarde")]
    fn a_time_on_the_wall_is_read(#[case] text: &str) {
        assert_eq!(callback_time(text), Some(CallbackTime::Local("2026-11-30T15:00:00".parse().unwrap())), "{text}");
    }

    #[rstest]
    #[case("Mon, 30 Nov 2026 20:00:00 GMT")]
    #[case("Mon, 30 Nov 2026 15:00:00 -0500")]
    #[case("Mon Nov 30 2026 15:00:00 GMT-0500 (Eastern Standard Time)")]
    #[case("Mon Nov 30 2026 20:00:00 GMT+0000 (Coordinated Universal Time)")]
    #[case("Mon Nov 30 15:00:00 EST 2026")]
    #[case("2026-11-30 3:00 PM EST")]
    #[case("2026-11-30 3:00 PM ET")]
    #[case("November 30th, 2026 at 3:00 PM Eastern Time")]
    #[case("November 30th, 2026 at 3:00 PM Eastern Standard Time (EST)")]
    #[case("2026-11-30 15:00 America/New_York")]
    #[case("2026-11-30T15:00:00-05:00[America/New_York]")]
    #[case("2026-11-30T15:00:00 [America/New_York]")]
    #[case("11/30/2026 2:00 PM CST")]
    #[case("11/30/2026 at noon Pacific")]
    #[case("2026-11-30 20:00 UTC")]
    #[case("20261130T200000Z")]
    #[case("1796068800")]
    #[case("1796068800000")]
    #[case("1796068800000000")]
    #[case("1796068800000000000")]
    #[case("/Date(1796068800000)/")]
    #[case("\"2026-11-30T20:00:00Z\"")]
    #[case("20261130T1500-0500")]
    #[case("2026-11-30 15:00 UTC\u{2212}05:00")]
    #[case("2026-11-30 15:00 EST5EDT")]
    #[case("11/30/2026 4:00 PM AST")]
    #[case("3 PM EST on Monday, November 30, 2026")]
    #[case("11/30/2026 12 noon PST")]
    #[case("11/30/2026 12:00 noon PST")]
    fn an_instant_is_read(#[case] text: &str) {
        assert_eq!(callback_time(text), Some(CallbackTime::At("2026-11-30T20:00:00Z".parse().unwrap())), "{text}");
    }

    #[rstest]
    #[case("tomorrow at 3")]
    #[case("3pm")]
    #[case("next Monday at 3 PM")]
    #[case("30/11/26 3 PM")]
    #[case("11/12/26 3 PM")]
    #[case("11/30/2026")]
    #[case("11/30/2026 3:00")]
    #[case("November 30 at 3 PM")]
    #[case("Tuesday, November 30, 2026 3:00 PM")]
    #[case("November 31, 2026 3:00 PM")]
    #[case("2026-11-30 3:00 PM or 4:00 PM")]
    #[case("November 30, 2026 between 3 and 4 PM")]
    #[case("2026-11-30 25:00")]
    #[case("1500")]
    #[case("11/30/2026 2560")]
    #[case("11/30/2026 1500 PM")]
    #[case("November 30 2026 1500")]
    #[case("2026-11-30 midnight")]
    #[case("2026-11-30 in the morning")]
    #[case("mañana a las 3 PM")]
    #[case("20261330150000")]
    #[case("202611311500")]
    #[case("asap")]
    #[case("TBD")]
    #[case("00/00/0000")]
    #[case("03/04/05 3 PM")]
    #[case("9999-11-30 15:00")]
    #[case("\u{e9}t\u{e9}t :: pm")]
    fn what_names_no_single_time_is_unusable(#[case] text: &str) {
        assert_eq!(callback_time(text), Some(CallbackTime::Unusable), "{text}");
    }

    #[rstest]
    #[case("none")]
    #[case("N/A")]
    #[case("{{callback_time}}")]
    #[case("not specified")]
    #[case("NA")]
    #[case("NaT")]
    #[case("None specified.")]
    #[case("\"none\"")]
    fn what_says_nothing_is_missing(#[case] text: &str) {
        assert_eq!(callback_time(text), None);
    }
}
