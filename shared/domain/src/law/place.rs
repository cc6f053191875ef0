//! Where a person may be: all evidence counts, and none trumps another.

use super::memo::{Key, Known};
use super::{Jurisdiction, Rules};
use crate::Phone;
use crate::zones::letters_of_state;
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known of where a person may be.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The state of the record: two letters, a name or an ISO code. Empty if it is not known.
    pub state: &'a str,
    /// The number. `None` only in a question about a place: a number abroad closes.
    pub phone: Option<&'a Phone>,
    /// The postal code. Empty if it is not known.
    pub postal_code: &'a str,
}

/// An area code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Area {
    /// It belongs to a state or territory, and has these zones.
    In(Jurisdiction, Vec<Tz>),
    /// It belongs to another country of the numbering plan.
    Abroad,
    /// It belongs to no place, such as a toll-free code.
    Nowhere,
}

/// The area codes of North America.
pub type AreaCodes = BTreeMap<u16, Area>;

/// Postal codes, with the states that they belong to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostalCodes {
    /// By the first three digits.
    pub prefixes: BTreeMap<u32, Vec<Jurisdiction>>,
    /// Whole codes that belong elsewhere than the others with the same first digits.
    pub whole: BTreeMap<u32, Vec<Jurisdiction>>,
}

impl PostalCodes {
    /// Returns the states of a postal code, with or without the four digits after it. A table of numbers drops the zeros at
    /// the beginning.
    #[must_use]
    pub fn states(&self, code: &str) -> &[Jurisdiction] {
        let digits = code.trim().split(['-', ' ']).next().unwrap_or_default();
        let is_code = matches!(digits.len(), 3..=5 | 9) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let five = if digits.len() == 9 { digits.get(..5) } else { Some(digits) };
        let Some(code) = five.filter(|_| is_code).and_then(|five| five.parse::<u32>().ok()) else { return &[] };
        self.whole.get(&code).or_else(|| self.prefixes.get(&(code / 100))).map_or(&[], Vec::as_slice)
    }
}

/// A jurisdiction in which a person may be, with its zones.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Presence {
    /// The jurisdiction.
    pub jurisdiction: Jurisdiction,
    /// The zones in which the person may be there, each once, in the order of their names.
    pub zones: Vec<Tz>,
}

/// Where a person may be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// In any of these, all at once.
    In(Vec<Presence>),
    /// Outside the United States. Nobody is called there.
    Outside,
}

impl Place {
    /// Returns every zone in which the person may be.
    pub fn zones(&self) -> impl Iterator<Item = Tz> + '_ {
        let presences = match self {
            Self::In(presences) => presences.as_slice(),
            Self::Outside => &[],
        };
        presences.iter().flat_map(|presence| presence.zones.iter().copied())
    }

    /// Returns the zones in which a rule of `jurisdiction` binds. The federal rules see the zones of every jurisdiction.
    #[must_use]
    pub fn zones_of(&self, jurisdiction: Jurisdiction) -> Vec<Tz> {
        let Self::In(presences) = self else { return Vec::new() };
        let bound = presences
            .iter()
            .filter(|presence| jurisdiction == Jurisdiction::US || presence.jurisdiction == jurisdiction);
        let mut zones = Vec::new();
        for zone in bound.flat_map(|presence| &presence.zones) {
            if !zones.contains(zone) {
                zones.push(*zone);
            }
        }
        zones
    }

    /// Returns whether a rule of `jurisdiction` binds here.
    #[must_use]
    pub fn is_bound_by(&self, jurisdiction: Jurisdiction) -> bool {
        match self {
            Self::In(presences) => {
                jurisdiction == Jurisdiction::US
                    || presences.iter().any(|presence| presence.jurisdiction == jurisdiction)
            }
            Self::Outside => false,
        }
    }
}

impl Rules {
    /// As [`Rules::place`], remembered.
    #[must_use]
    pub fn known_place(&self, evidence: &Evidence<'_>) -> Arc<Known> {
        let key = Key {
            // No area code is 0.
            area: evidence.phone.map_or(Some(0), area_of),
            state: state_of(evidence),
            postal: self.postal_codes.states(evidence.postal_code).to_vec(),
        };
        self.memo.place(key, || self.place(evidence))
    }

    /// Returns where a person with this evidence may be. Without any, that is every contiguous state at once.
    #[must_use]
    pub fn place(&self, evidence: &Evidence<'_>) -> Place {
        let mut found = Found::default();
        if let Some(phone) = evidence.phone {
            let Some(area) = area_of(phone) else { return Place::Outside };
            match self.areas.get(&area) {
                Some(Area::Abroad) => return Place::Outside,
                Some(Area::In(jurisdiction, zones)) => found.add(*jurisdiction, zones),
                Some(Area::Nowhere) | None => {}
            }
        }
        for jurisdiction in state_of(evidence).iter().chain(self.postal_codes.states(evidence.postal_code)) {
            if let Some(land) = self.lands.get(jurisdiction) {
                found.add(*jurisdiction, &land.zones);
            }
        }
        if found.0.is_empty() {
            for (jurisdiction, land) in self.lands.iter().filter(|(_, land)| land.contiguous) {
                found.add(*jurisdiction, &land.zones);
            }
        }
        found.into_place()
    }
}

/// Returns the area code. `None` for a number outside North America.
fn area_of(phone: &Phone) -> Option<u16> {
    phone.as_str().strip_prefix("+1")?.get(..3)?.parse().ok()
}

fn state_of(evidence: &Evidence<'_>) -> Option<Jurisdiction> {
    letters_of_state(evidence.state).and_then(|letters| Jurisdiction::parse(&letters))
}

#[derive(Default)]
struct Found(BTreeMap<Jurisdiction, Vec<Tz>>);

impl Found {
    fn add(&mut self, jurisdiction: Jurisdiction, zones: &[Tz]) {
        let known = self.0.entry(jurisdiction).or_default();
        for zone in zones {
            if !known.contains(zone) {
                known.push(*zone);
            }
        }
    }

    fn into_place(self) -> Place {
        let presences = self.0.into_iter().map(|(jurisdiction, mut zones)| {
            zones.sort_unstable_by_key(|zone| zone.name());
            Presence { jurisdiction, zones }
        });
        Place::In(presences.collect())
    }
}

#[cfg(test)]
mod tests;
