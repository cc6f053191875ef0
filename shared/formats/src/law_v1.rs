//! The files of the law: calling rules, area codes and postal codes (`docs/COMPLIANCE.md`).
//!
//! A file is taken as a whole or not at all: half of the law would allow what the other half forbids.

mod stored;
mod tables;

pub use tables::{area_codes, postal_codes};

#[cfg(test)]
mod tests;

use crate::Unreadable;
use chrono::{NaiveDate, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use redial_domain::law::{
    Calendar, Clock, Consent, Day, Demand, Files, Holiday, Hours, Jurisdiction, Land, Observed, Rule, Rules,
    Suspension, Window, Years,
};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use stored::{StoredCalendar, StoredFile, StoredLand, StoredRule};

/// The files of this release.
const RULES: &str = include_str!("../data/calling-rules.json");
const AREAS: &str = include_str!("../data/nanp-zones.csv");
const POSTAL_CODES: &str = include_str!("../data/zip3-states.csv");
/// Their [`Rules::digest`]. A test compares it, so that no process has to compute it at its start.
const DIGEST: &str = include_str!("../data/digest.txt");

const MINUTES_OF_A_DAY: i64 = 1440;

static EMBEDDED: LazyLock<Result<Arc<Rules>, Unreadable>> =
    LazyLock::new(|| Ok(Arc::new(parse(RULES.as_bytes(), AREAS, POSTAL_CODES, DIGEST.trim_ascii())?)));

/// Returns the law as it is embedded in this release.
///
/// # Errors
/// [`Unreadable`] if a file of this release is not valid, which a test excludes.
pub fn embedded() -> Result<Arc<Rules>, Unreadable> {
    EMBEDDED.as_ref().map(Arc::clone).map_err(|error| Unreadable(error.0.clone()))
}

/// Reads a file of rules, with the tables of this release.
///
/// # Errors
/// [`Unreadable`] with the first thing that is wrong. The whole file is refused then.
pub fn rules(body: &[u8]) -> Result<Rules, Unreadable> {
    parse(body, AREAS, POSTAL_CODES, &digest(body))
}

/// Returns the digest of a file of rules and of the tables of this release.
fn digest(rules: &[u8]) -> String {
    let files = Sha256::new().chain_update(rules).chain_update(AREAS).chain_update(POSTAL_CODES);
    hex::encode(files.finalize())
}

/// Reads the three files, whose digest is known.
///
/// # Errors
/// As [`rules`].
pub fn parse(rules: &[u8], areas: &str, postal: &str, digest: &str) -> Result<Rules, Unreadable> {
    let file: StoredFile = serde_json::from_slice(rules)?;
    if file.format != 1 {
        return Err(wrong("format", format!("{} is not 1, which this release reads", file.format)));
    }
    let lands = lands(&file.jurisdictions)?;
    let calendars = file.calendars.iter().map(|(name, calendar)| Ok((name.as_str(), calendar_of(name, calendar)?)));
    let calendars: BTreeMap<&str, Arc<Calendar>> = calendars.collect::<Result<_, Unreadable>>()?;
    let mut ids = BTreeSet::new();
    let mut read = Vec::new();
    for stored in &file.rules {
        if !ids.insert(stored.id.as_str()) {
            return Err(wrong(&stored.id, "two rules have this id"));
        }
        if let Some(source) = stored.sources.iter().find(|source| !file.sources.contains_key(*source)) {
            return Err(wrong(&stored.id, format!("there is no source {source:?}")));
        }
        let rule = rule(stored, &lands, &calendars)?;
        // A rule that is off, or that binds live agents only, is checked all the same, because it may be turned on.
        if stored.on && stored.applies_to.iter().any(|to| to == "ai_voice") {
            read.push(rule);
        }
    }
    if !read.iter().any(|rule| rule.jurisdiction == Jurisdiction::US && matches!(rule.demand, Demand::Hours(_))) {
        return Err(wrong("rules", "there are no federal hours"));
    }
    let suspensions = file.suspensions.iter().map(|suspension| {
        let jurisdiction = known(&suspension.id, &suspension.jurisdiction, &lands)?;
        if suspension.until.is_some_and(|until| until <= suspension.from) {
            return Err(wrong(&suspension.id, "`until` is not after `from`"));
        }
        Ok(Suspension {
            id: suspension.id.as_str().into(),
            jurisdiction,
            from: suspension.from,
            until: suspension.until,
        })
    });
    Ok(Rules::from(Files {
        version: file.data_version.clone(),
        digest: digest.to_owned(),
        suspensions: suspensions.collect::<Result<_, Unreadable>>()?,
        rules: read,
        areas: area_codes(areas, &lands)?,
        postal_codes: postal_codes(postal, &lands)?,
        lands,
    }))
}

fn wrong(place: &str, what: impl std::fmt::Display) -> Unreadable {
    Unreadable(format!("{place}: {what}"))
}

fn zone(place: &str, name: &str) -> Result<Tz, Unreadable> {
    name.parse().map_err(|_| wrong(place, format!("there is no time zone {name:?}")))
}

fn known(place: &str, letters: &str, lands: &BTreeMap<Jurisdiction, Land>) -> Result<Jurisdiction, Unreadable> {
    Jurisdiction::parse(letters)
        .filter(|jurisdiction| lands.contains_key(jurisdiction))
        .ok_or_else(|| wrong(place, format!("there is no jurisdiction {letters:?}")))
}

fn lands(stored: &BTreeMap<String, StoredLand>) -> Result<BTreeMap<Jurisdiction, Land>, Unreadable> {
    let read = stored.iter().map(|(letters, land)| {
        let jurisdiction = Jurisdiction::parse(letters).ok_or_else(|| wrong(letters, "is not two capital letters"))?;
        let zones = land.zones.iter().map(|name| zone(letters, name)).collect::<Result<Vec<_>, _>>()?;
        let is_federal = jurisdiction == Jurisdiction::US;
        if zones.is_empty() != is_federal {
            return Err(wrong(letters, "every jurisdiction but US has zones"));
        }
        let far = ["AK", "HI"].contains(&letters.as_str());
        let contiguous = !far && ["state", "district"].contains(&land.kind.as_str());
        Ok((jurisdiction, Land { name: land.name.clone(), zones, contiguous }))
    });
    let read: BTreeMap<_, _> = read.collect::<Result<_, Unreadable>>()?;
    if read.contains_key(&Jurisdiction::US) && read.values().any(|land| land.contiguous) {
        Ok(read)
    } else {
        Err(wrong("jurisdictions", "US and the contiguous states are missing"))
    }
}

fn rule(
    stored: &StoredRule,
    lands: &BTreeMap<Jurisdiction, Land>,
    calendars: &BTreeMap<&str, Arc<Calendar>>,
) -> Result<Rule, Unreadable> {
    let id = stored.id.as_str();
    if stored.from().zip(stored.to()).is_some_and(|(from, to)| to < from) {
        return Err(wrong(id, "`effective_to` is before `effective_from`"));
    }
    let demand = match stored.kind.as_str() {
        "hours" => Demand::Hours(hours(id, stored, calendars)?),
        "cap" => match (stored.count, stored.window_minutes) {
            // A line remembers the calls of 24 hours, so a longer window could not be counted.
            (Some(count @ 1..), Some(minutes @ 1..=MINUTES_OF_A_DAY)) => {
                Demand::Cap { count, window: TimeDelta::minutes(minutes) }
            }
            _ => return Err(wrong(id, "a cap has a `count` and `window_minutes` from 1 to 1440")),
        },
        "consent" => Demand::Consent(consent(id, stored.level.as_deref().unwrap_or_default())?),
        "automated" => match stored.gate.as_deref().unwrap_or_default().split_once(':') {
            Some(("consent", level)) => Demand::Consent(consent(id, level)?),
            None if stored.gate.as_deref() == Some("decision") => Demand::Decision,
            _ => return Err(wrong(id, "`gate` is consent:express, consent:written or decision")),
        },
        "no_second_call" => Demand::NoSecondCall,
        other => return Err(wrong(id, format!("there is no type {other:?}"))),
    };
    Ok(Rule {
        id: id.into(),
        jurisdiction: known(id, &stored.jurisdiction, lands)?,
        demand,
        from: stored.from(),
        to: stored.to(),
        citation: stored.citation.clone(),
        confidence: stored.confidence.clone(),
        note: stored.note.clone(),
    })
}

fn consent(id: &str, level: &str) -> Result<Consent, Unreadable> {
    match level {
        "express" => Ok(Consent::Express),
        "written" => Ok(Consent::Written),
        other => Err(wrong(id, format!("there is no consent {other:?}"))),
    }
}

fn hours(id: &str, stored: &StoredRule, calendars: &BTreeMap<&str, Arc<Calendar>>) -> Result<Hours, Unreadable> {
    let clock = match stored.clock.as_deref() {
        None | Some("zones") => Clock::Zones,
        Some(name) => Clock::Fixed(zone(id, name)?),
    };
    let Some(week) = &stored.days else { return Err(wrong(id, "hours have `days`")) };
    let mut days: [Vec<Window>; 7] = Default::default();
    for (day, name) in days.iter_mut().zip(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]) {
        let of_day = week.get(name).ok_or_else(|| wrong(id, format!("there is no {name}")))?;
        *day = windows(id, of_day)?;
    }
    if week.len() != days.len() {
        return Err(wrong(id, "a week has seven days"));
    }
    let holidays = stored.holidays.as_ref().map(|holidays| {
        let calendar = calendars.get(holidays.calendar.as_str());
        let calendar = calendar.ok_or_else(|| wrong(id, format!("there is no calendar {:?}", holidays.calendar)))?;
        Ok::<_, Unreadable>((Arc::clone(calendar), windows(id, &holidays.days)?))
    });
    Ok(Hours { clock, days, holidays: holidays.transpose()? })
}

fn windows(id: &str, stored: &[(String, String)]) -> Result<Vec<Window>, Unreadable> {
    let read = stored.iter().map(|(start, end)| {
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5);
        match (time(start), time(end)) {
            (Some(start), Some(end)) if start < end => Ok(Window { start, end }),
            _ => Err(wrong(id, format!("{start}-{end} is no window of HH:MM, earlier to later"))),
        }
    });
    read.collect()
}

fn calendar_of(name: &str, stored: &StoredCalendar) -> Result<Arc<Calendar>, Unreadable> {
    let mut holidays = Vec::new();
    for day in &stored.days {
        let place = format!("{name}, {}", day.name);
        let holiday = Holiday {
            day: day_of(&place, &day.rule)?,
            observed: day.observed.iter().map(|text| observed(&place, text)).collect::<Result<_, _>>()?,
        };
        if day.on {
            holidays.push(holiday);
        }
    }
    Ok(Arc::new(Calendar { holidays }))
}

fn day_of(place: &str, stored: &stored::StoredDay) -> Result<Day, Unreadable> {
    let years = match stored.years.as_deref() {
        None | Some("all") => Years::All,
        Some("even") => Years::Even,
        Some(other) => return Err(wrong(place, format!("there are no years {other:?}"))),
    };
    let nth = |month: u32, weekday: &str, n: i32, plus: u64| {
        let weekday = weekday_of(place, weekday)?;
        let is_day = (1..=12).contains(&month) && n != 0 && (-5..=5).contains(&n) && plus < 8;
        is_day
            .then_some(Day::Nth { month, weekday, n, plus, years })
            .ok_or_else(|| wrong(place, "there is no such day"))
    };
    match stored {
        stored::StoredDay { fixed: Some((month, day)), .. } => {
            // A leap year has every day.
            let is_day = NaiveDate::from_ymd_opt(2028, *month, *day).is_some();
            is_day.then_some(Day::Fixed(*month, *day)).ok_or_else(|| wrong(place, "there is no such day"))
        }
        stored::StoredDay { nth: Some((month, weekday, n)), .. } => nth(*month, weekday, *n, 0),
        stored::StoredDay { nth_plus: Some((month, weekday, n, plus)), .. } => nth(*month, weekday, *n, *plus),
        stored::StoredDay { easter: Some(days @ -100..=100), .. } => Ok(Day::Easter(*days)),
        stored::StoredDay { dates: Some(dates), .. } => Ok(Day::Dates(dates.clone())),
        _ => Err(wrong(place, "a holiday is `fixed`, `nth`, `nth_plus`, `easter` or `dates`")),
    }
}

fn weekday_of(place: &str, name: &str) -> Result<Weekday, Unreadable> {
    name.parse().ok().filter(|_| name.len() == 3).ok_or_else(|| wrong(place, format!("there is no weekday {name:?}")))
}

/// Reads `sat->fri`: a holiday on a Saturday is kept on the Friday before.
fn observed(place: &str, text: &str) -> Result<Observed, Unreadable> {
    let days = match text {
        "sat->fri" => (Weekday::Sat, -1),
        "sat->mon" => (Weekday::Sat, 2),
        "sun->mon" => (Weekday::Sun, 1),
        "sun->fri" => (Weekday::Sun, -2),
        "sun->sat" => (Weekday::Sun, -1),
        other => return Err(wrong(place, format!("{other:?} does not say which day is kept"))),
    };
    Ok(Observed { on: days.0, days: days.1 })
}
