//! The order of a list of records.

use super::Query;
use crate::store::records::Found;
use chrono::{DateTime, Utc};
use redial_domain::{Lead, Month};
use std::collections::BTreeMap;

/// What a list of records is ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The time of the next dial.
    #[default]
    NextDial,
    /// The end of the last call. A lead that was never called counts as called before all others.
    LastCall,
    /// The creation of the record, which never changes. So a record keeps its place whatever happens to it.
    Created,
    /// The number of counted results.
    Attempts,
}

impl Sort {
    /// Everything that a list can be ordered by.
    pub const ALL: [Self; 4] = [Self::NextDial, Self::LastCall, Self::Created, Self::Attempts];

    /// Returns the word that the API uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NextDial => "next_dial",
            Self::LastCall => "last_call",
            Self::Created => "created",
            Self::Attempts => "attempts",
        }
    }

    /// Reads the word. `None` for any other.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == word)
    }

    fn rank(self, lead: &Lead) -> i64 {
        let millis = |at: DateTime<Utc>| at.timestamp_millis();
        match self {
            Self::NextDial => millis(lead.next_redial),
            Self::LastCall => lead.last_call.map_or(i64::MIN, millis),
            Self::Created => millis(lead.created_at),
            Self::Attempts => i64::from(lead.attempts),
        }
    }

    pub(super) fn position(self, found: &Found) -> Position {
        let Found { location, lead } = found;
        Position { rank: self.rank(lead), key: lead.key().as_str().to_owned(), month: location.month }
    }
}

/// The direction of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The smallest or earliest first.
    #[default]
    Asc,
    /// The largest or latest first: the same list from its end.
    Desc,
}

impl Order {
    /// Both directions.
    pub const ALL: [Self; 2] = [Self::Asc, Self::Desc];

    /// Returns the word that the API uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }

    /// Reads the word. `None` for any other.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.as_str() == word)
    }

    /// Returns a number that is smaller for what comes first.
    pub(super) fn directed(self, rank: i64) -> i64 {
        match self {
            Self::Asc => rank,
            Self::Desc => rank.saturating_neg(),
        }
    }

    pub(super) fn is_before<T: Ord>(self, a: &T, b: &T) -> bool {
        match self {
            Self::Asc => a < b,
            Self::Desc => a > b,
        }
    }
}

/// A position in a list of records. Of records with one rank the key decides, and then the month, because a lead may have
/// records in several months.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// What the list is ordered by: milliseconds since 1970, or a count.
    pub rank: i64,
    /// Key of the record.
    pub key: String,
    /// Month of the record.
    pub month: Month,
}

/// The records of a page, while records come in any order. Holds no more than the page needs.
pub(super) struct Top<'a> {
    query: &'a Query,
    found: BTreeMap<Position, Found>,
    pub(super) matching: usize,
}

impl<'a> Top<'a> {
    pub(super) fn new(query: &'a Query) -> Self {
        Self { query, found: BTreeMap::new(), matching: 0 }
    }

    /// Adds a record that matches.
    pub(super) fn add(&mut self, found: &Found) {
        let Query { sort, order, after, offset, limit, .. } = self.query;
        self.matching += 1;
        let position = sort.position(found);
        if after.as_ref().is_some_and(|after| !order.is_before(after, &position)) {
            return;
        }
        // One more than the page, which tells whether another one follows.
        let is_full = self.found.len() > offset.saturating_add(*limit);
        if is_full && self.last().is_some_and(|last| order.is_before(last, &position)) {
            return;
        }
        self.found.insert(position, found.clone());
        if is_full {
            match order {
                Order::Asc => self.found.pop_last(),
                Order::Desc => self.found.pop_first(),
            };
        }
    }

    fn last(&self) -> Option<&Position> {
        let last = match self.query.order {
            Order::Asc => self.found.last_key_value(),
            Order::Desc => self.found.first_key_value(),
        };
        last.map(|(position, _)| position)
    }

    /// Returns the records of the page in order, and whether another page follows.
    pub(super) fn page(self) -> (Vec<(Position, Found)>, bool) {
        let mut all: Vec<_> = self.found.into_iter().collect();
        if self.query.order == Order::Desc {
            all.reverse();
        }
        let mut rest = all.into_iter().skip(self.query.offset);
        let page = rest.by_ref().take(self.query.limit).collect();
        (page, rest.next().is_some())
    }
}
