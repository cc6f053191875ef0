//! Remembers what the law says of a place at an instant: a month of leads has a few hundred places.

use super::{Closed, Jurisdiction, Mode, Place};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most places that are remembered. Then it begins anew.
const PLACES: usize = 10_000;

/// The evidence of a place, as far as it decides.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// The area code. `None` for a number abroad.
    pub(super) area: Option<u16>,
    /// The state of the record.
    pub(super) state: Option<Jurisdiction>,
    /// The states of the postal code.
    pub(super) postal: Vec<Jurisdiction>,
}

/// What the hours say of a place at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursOfPlace {
    /// The rules, suspensions and reasons of the place that forbid a call.
    pub closed: Arc<[Closed]>,
    /// The first instant at which none does. `None` if time alone does not bring one.
    pub opens: Option<DateTime<Utc>>,
}

/// A place, with what was asked about it last.
#[derive(Debug)]
pub struct Known {
    /// The place.
    pub place: Place,
    hours: Mutex<Option<(Asked, HoursOfPlace)>>,
}

/// What decides the hours of a place.
pub(super) type Asked = (DateTime<Utc>, TimeDelta, Mode);

impl Known {
    /// Returns what the hours say, from `ask` unless the same was asked last.
    pub(super) fn hours(&self, asked: Asked, ask: impl FnOnce() -> HoursOfPlace) -> HoursOfPlace {
        if let Some((_, hours)) = lock(&self.hours).as_ref().filter(|(known, _)| *known == asked) {
            return hours.clone();
        }
        let hours = ask();
        *lock(&self.hours) = Some((asked, hours.clone()));
        hours
    }
}

/// The places that were asked about. A copy of the rules begins with none, and two rules are equal whatever was asked.
#[derive(Default)]
pub(super) struct Memo(Mutex<HashMap<Key, Arc<Known>>>);

impl Memo {
    pub(super) fn place(&self, key: Key, find: impl FnOnce() -> Place) -> Arc<Known> {
        let mut places = lock(&self.0);
        if let Some(known) = places.get(&key) {
            return Arc::clone(known);
        }
        if places.len() >= PLACES {
            places.clear();
        }
        let known = Arc::new(Known { place: find(), hours: Mutex::default() });
        places.insert(key, Arc::clone(&known));
        known
    }
}

impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Memo {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Memo {}

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memo")
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_once_until_too_many_are_known() {
        let memo = Memo::default();
        let mut found = 0;
        let mut ask = |area: usize| {
            let key = Key { area: u16::try_from(area).ok(), state: None, postal: Vec::new() };
            memo.place(key, || {
                found += 1;
                Place::Outside
            });
            found
        };
        assert_eq!([ask(1), ask(2), ask(1)], [1, 2, 2]);
        assert_eq!((3..=PLACES).map(&mut ask).max(), Some(PLACES));
        assert_eq!(ask(1), PLACES);
        assert_eq!([ask(0), ask(1)], [PLACES + 1, PLACES + 2], "it began anew");
    }

    #[test]
    fn what_was_asked_does_not_show() {
        let memo = Memo::default();
        let nothing = format!("{memo:?}");
        memo.place(Key { area: Some(239), state: None, postal: Vec::new() }, || Place::Outside);
        assert_eq!(format!("{memo:?}"), nothing);
        assert_eq!(nothing, "Memo");
        // Rules that were asked are the same rules.
        assert_eq!(memo, Memo::default());
    }
}
