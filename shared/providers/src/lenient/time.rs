//! Reads times as machines and people write them.

mod names;
mod words;

use chrono::{DateTime, Datelike, NaiveDateTime, SubsecRound, Utc};
use redial_domain::CallbackTime;

/// The most bytes of a time. A longer text is not read, so that a body of megabytes costs nothing.
const LONGEST: usize = 1000;

/// Reads an instant: RFC 3339 (also with a space, or without seconds), or epoch seconds or milliseconds.
pub(crate) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    epoch(text)
        .or_else(|| text.parse().ok())
        .or_else(|| {
            let formats = ["%Y-%m-%dT%H:%M%#z", "%Y-%m-%d %H:%M%#z", "%Y-%m-%d %H:%M:%S%.f %#z"];
            let read = |format: &&str| DateTime::parse_from_str(text, format).ok();
            Some(formats.iter().find_map(read)?.to_utc())
        })
        .filter(|at| is_sensible(at.year()))
        // Records have milliseconds, so a finer time would change when it is read back.
        .map(|at| at.trunc_subsecs(3))
}

/// Returns whether a year is plausible. Another year is a mistake, and arithmetic on times far out would overflow.
fn is_sensible(year: i32) -> bool {
    (1970..=2300).contains(&year)
}

/// Reads the time at which a person wants to be called: an instant, or the local date and time where the person lives. An agent
/// writes it, so it has many forms. What has two meanings is not guessed. [`CallbackTime::Unusable`] says that a text names no
/// time that can be used, and `None` that it says nothing.
pub(crate) fn callback_time(text: &str) -> Option<CallbackTime> {
    let text = plain(text);
    let text = text.trim_matches(|c: char| c.is_whitespace() || "\"'`".contains(c));
    if text.len() > LONGEST {
        return Some(CallbackTime::Unusable);
    }
    if says_nothing(text) {
        return None;
    }
    let read = instant(text).map(CallbackTime::At).or_else(|| {
        let compact = [12, 14].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if compact {
            let format = if text.len() == 12 { "%Y%m%d%H%M" } else { "%Y%m%d%H%M%S" };
            let local = NaiveDateTime::parse_from_str(text, format).ok().filter(|local| is_sensible(local.year()));
            return local.map(CallbackTime::Local);
        }
        let formats = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"];
        let read = |format: &&str| NaiveDateTime::parse_from_str(text, format).ok();
        let local = formats.iter().find_map(read).filter(|local| is_sensible(local.year()));
        local.map(|local| CallbackTime::Local(local.trunc_subsecs(3)))
    });
    Some(read.or_else(|| words::read(text)).unwrap_or(CallbackTime::Unusable))
}

/// Returns the text without invisible characters, which some browsers write into dates, and with plain dashes.
fn plain(text: &str) -> String {
    let is_invisible = |c: &char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let characters = text.chars().filter(|c| !is_invisible(c));
    characters.map(|c| if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c }).collect()
}

/// Returns whether an agent wrote that there is no time.
fn says_nothing(text: &str) -> bool {
    const NOTHING: [&str; 28] = [
        "no",
        "false",
        "0",
        "unknown",
        "unspecified",
        "not specified",
        "not provided",
        "not given",
        "not requested",
        "not applicable",
        "no callback",
        "not set",
        "empty",
        "no time",
        "no time specified",
        "no time given",
        "no callback time",
        "no callback requested",
        "none specified",
        "none given",
        "none requested",
        "none provided",
        "not mentioned",
        "not available",
        "not scheduled",
        "na",
        "n.a",
        "nat",
    ];
    super::is_placeholder(text, "callback_time")
        || NOTHING.contains(&text.trim_end_matches('.').to_lowercase().as_str())
}

/// Reads epoch seconds (ten digits), milliseconds (thirteen), microseconds (sixteen) or nanoseconds (nineteen), from 2001 to
/// 2286, also as `/Date(1766088000000)/`. Another number, such as the `3` of "3 pm" or `1500`, is no instant, because it would
/// be one in 1970.
fn epoch(text: &str) -> Option<DateTime<Utc>> {
    let text = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")).unwrap_or(text);
    let number: f64 = text.parse().ok()?;
    let millis = if (1e9..1e10).contains(&number) {
        number * 1000.0
    } else if (1e12..1e13).contains(&number) {
        number
    } else if (1e15..1e16).contains(&number) {
        number / 1000.0
    } else if (1e18..1e19).contains(&number) {
        number / 1e6
    } else {
        return None;
    };
    #[expect(clippy::cast_possible_truncation, reason = "below 10^13, and milliseconds are enough")]
    DateTime::from_timestamp_millis(millis as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("1766088000", Some("2025-12-18T20:00:00Z"))]
    #[case("1766088000000", Some("2025-12-18T20:00:00Z"))]
    #[case("1766088000.25", Some("2025-12-18T20:00:00.250Z"))]
    #[case("2025-12-18T15:00:00-05:00", Some("2025-12-18T20:00:00Z"))]
    #[case("2025-12-18 15:00:00-05:00", Some("2025-12-18T20:00:00Z"))]
    #[case("2025-12-18T20:00Z", Some("2025-12-18T20:00:00Z"))]
    #[case("2025-12-18T15:00-0500", Some("2025-12-18T20:00:00Z"))]
    #[case(" 2025-12-18T20:00:00.123456Z ", Some("2025-12-18T20:00:00.123Z"))]
    #[case("15", None)]
    #[case("1500", None)]
    #[case("17660880000", None)]
    #[case("tomorrow", None)]
    #[case("2025-12-18 15:00", None)]
    #[case("NaN", None)]
    fn an_instant_is_read_in_every_spelling(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(instant(text), expected.map(|at| at.parse().unwrap()));
    }

    #[rstest]
    #[case("2025-12-18 15:00")]
    #[case("2025-12-18T15:00")]
    #[case("2025-12-18 15:00:00")]
    #[case("2025-12-18T15:00:00.000")]
    #[case("2025-12-18 3:00 PM")]
    fn a_time_without_zone_is_local(#[case] text: &str) {
        let expected = "2025-12-18T15:00:00".parse().unwrap();
        assert_eq!(callback_time(text), Some(CallbackTime::Local(expected)));
    }
}
