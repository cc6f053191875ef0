//! The numbering plans of the world, as Google's `libphonenumber` has them.
//!
//! `plan.txt` is made of the metadata of the crate `phonenumber`, and a test compares the two (`tests/plan.rs`). The crate itself
//! would add 2.4 MB to each function and 0.4 s to its first number.

use regex_lite::Regex;
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

/// The country code of North America. Its plan is a list of area codes: a new exchange opens every week, and a number in one must
/// not be refused, because a do-not-call may be about it.
pub(super) const NORTH_AMERICA: &str = "1";

/// The area code of numbers in examples. No person has it.
const FICTITIOUS: &str = "555";

/// The area codes of North America by their number. A run reads the numbers of all records, so each is looked up at once.
static AREAS: LazyLock<Vec<Area>> = LazyLock::new(|| {
    let mut areas = vec![Area::Unknown; 1000];
    let plan = PLAN.get(NORTH_AMERICA).map(|plan| [(plan.valid.text, Area::Valid), (plan.premium.text, Area::Premium)]);
    for (codes, area) in plan.into_iter().flatten().chain([(FICTITIOUS, Area::Fictitious)]) {
        for code in codes.split(' ').filter_map(|code| code.parse::<usize>().ok()) {
            if let Some(known) = areas.get_mut(code) {
                *known = area;
            }
        }
    }
    areas
});

static PLAN: LazyLock<BTreeMap<&str, Country>> = LazyLock::new(|| {
    let lines = include_str!("plan.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(Country::of_line).collect()
});

/// What a plan says about a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assigned {
    /// The number can belong to somebody.
    Yes,
    /// The caller would pay for more than the call.
    Premium,
    /// The area code does not exist.
    NoSuchArea,
    /// The exchange, the three digits after the area code, does not exist.
    NoSuchExchange,
    /// The plan of the country has no such number.
    No,
}

#[derive(Clone, Copy)]
enum Area {
    Valid,
    Premium,
    Fictitious,
    Unknown,
}

struct Country {
    valid: Pattern,
    premium: Pattern,
}

struct Pattern {
    text: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Country {
    fn of_line(line: &'static str) -> Option<(&'static str, Self)> {
        let mut parts = line.split('\t');
        let (code, valid, premium) = (parts.next()?, parts.next()?, parts.next()?);
        Some((code, Self { valid: Pattern::new(valid), premium: Pattern::new(premium) }))
    }
}

impl Pattern {
    fn new(text: &'static str) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    fn is_match(&self, national: &str) -> bool {
        // Compiled at the first number of the country: most queues see one or two of 215.
        let compiled = self.compiled.get_or_init(|| Regex::new(&format!("^(?:{})$", self.text)).ok());
        !self.text.is_empty() && compiled.as_ref().is_some_and(|regex| regex.is_match(national))
    }
}

/// Splits the digits of an international number into country code and national number. `None` if no country has the code.
pub(super) fn split(digits: &str) -> Option<(&str, &str)> {
    // No code begins with another code.
    (1..=3).filter_map(|length| digits.split_at_checked(length)).find(|(code, _)| is_country(code))
}

/// Returns whether a country has the code.
pub(super) fn is_country(code: &str) -> bool {
    PLAN.contains_key(code)
}

/// Looks a national number up in the plan of its country.
pub(super) fn lookup(code: &str, national: &str) -> Assigned {
    if code == NORTH_AMERICA {
        return north_america(national);
    }
    let Some(country) = PLAN.get(code) else { return Assigned::No };
    if country.valid.is_match(national) {
        Assigned::Yes
    } else if country.premium.is_match(national) {
        Assigned::Premium
    } else {
        Assigned::No
    }
}

fn north_america(national: &str) -> Assigned {
    let (Some(area), Some(exchange), 10) = (national.get(..3), national.get(3..6), national.len()) else {
        return Assigned::No;
    };
    let known = area.parse().ok().and_then(|area: usize| AREAS.get(area)).copied();
    match known.unwrap_or(Area::Unknown) {
        Area::Fictitious => Assigned::Yes,
        Area::Premium => Assigned::Premium,
        Area::Unknown => Assigned::NoSuchArea,
        Area::Valid if exchange.starts_with(['0', '1']) || exchange.ends_with("11") => Assigned::NoSuchExchange,
        Area::Valid => Assigned::Yes,
    }
}
