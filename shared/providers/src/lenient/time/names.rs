//! Names of days, months and zones, and dates in numbers.

use chrono::{FixedOffset, NaiveDate, Weekday};
use chrono_tz::Tz;

pub(super) fn weekday(word: &str) -> Option<Weekday> {
    // `chrono` reads three letters or the whole name.
    word.parse().ok().or(match word {
        "tues" => Some(Weekday::Tue),
        "thur" | "thurs" => Some(Weekday::Thu),
        "weds" | "miércoles" | "miercoles" => Some(Weekday::Wed),
        "lunes" => Some(Weekday::Mon),
        "martes" => Some(Weekday::Tue),
        "jueves" => Some(Weekday::Thu),
        "viernes" => Some(Weekday::Fri),
        "sábado" | "sabado" => Some(Weekday::Sat),
        "domingo" => Some(Weekday::Sun),
        _ => None,
    })
}

pub(super) fn month(word: &str) -> Option<u32> {
    const SPANISH: [&str; 12] = [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ];
    if let Some(number) = (1..).zip(SPANISH).find_map(|(number, name)| (name == word).then_some(number)) {
        return Some(number);
    }
    let word = if word == "sept" { "sep" } else { word };
    word.parse::<chrono::Month>().ok().map(|month| month.number_from_month())
}

/// Reads a date of three numbers. With a year of four digits a slash means month first, as in the United States, unless only
/// the other order is a date. With two digits only a date counts that has one meaning in every order.
pub(super) fn numeric_date(word: &str) -> Option<NaiveDate> {
    let separator = ['-', '/', '.'].into_iter().find(|separator| word.matches(*separator).count() == 2);
    let Some(separator) = separator else {
        let is_compact = word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_digit());
        return is_compact.then(|| NaiveDate::parse_from_str(word, "%Y%m%d").ok())?;
    };
    let parts: Vec<&str> = word.split(separator).collect();
    if !parts.iter().all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let number = |index: usize| parts[index].parse::<u32>().ok();
    let (first, second, third) = (number(0)?, number(1)?, number(2)?);
    let date = |year: u32, month, day| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day);
    match (parts[0].len(), parts[2].len()) {
        (4, _) => date(first, second, third),
        (_, 4) => {
            let (american, other) = (date(third, first, second), date(third, second, first));
            // A dot means day first, everywhere. Nobody in the United States writes it, so only a clear one is taken.
            if separator == '.' && american.is_some() && american != other { None } else { american.or(other) }
        }
        (1..=2, 1..=2) => {
            let american = date(2000 + third, first, second)?;
            let others = [date(2000 + third, second, first), date(2000 + first, second, third)];
            others.iter().flatten().all(|other| *other == american).then_some(american)
        }
        _ => None,
    }
}

/// Reads `Z`, `UTC`, `GMT-0500`, `-05:00` or `+5`.
pub(super) fn offset(word: &str) -> Option<FixedOffset> {
    let bare = word.strip_prefix("utc").or_else(|| word.strip_prefix("gmt"));
    let text = match (bare, word) {
        (Some(""), _) | (None, "z") => return FixedOffset::east_opt(0),
        (Some(rest), _) => rest,
        (None, _) => word,
    };
    let (sign, digits) =
        text.strip_prefix('-').map(|digits| (-1, digits)).or_else(|| Some((1, text.strip_prefix('+')?)))?;
    let digits = digits.replace(':', "");
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.parse::<i32>().ok()?, 0),
        3 | 4 => {
            let (hours, minutes) = digits.split_at(digits.len() - 2);
            (hours.parse().ok()?, minutes.parse::<i32>().ok()?)
        }
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then(|| FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60)))?
}

/// Reads the name of a zone. "EST" in summer means the clock of the east too: people say it all year.
pub(super) fn zone(word: &str) -> Option<Tz> {
    use chrono_tz::America::Puerto_Rico;
    use chrono_tz::America::{Anchorage, Chicago, Denver, Los_Angeles, New_York};
    use chrono_tz::Pacific::{Guam, Honolulu};
    Some(match word {
        "est" | "edt" | "et" | "eastern" | "est5edt" => New_York,
        "cst" | "cdt" | "ct" | "central" | "cst6cdt" => Chicago,
        "mst" | "mdt" | "mt" | "mountain" | "mst7mdt" => Denver,
        "pst" | "pdt" | "pt" | "pacific" | "pst8pdt" => Los_Angeles,
        "akst" | "akdt" | "alaska" => Anchorage,
        "ast" => Puerto_Rico,
        "chst" => Guam,
        "hst" | "hawaii" | "hawaiian" => Honolulu,
        name if name.contains('/') => {
            *chrono_tz::TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(name))?
        }
        _ => return None,
    })
}
