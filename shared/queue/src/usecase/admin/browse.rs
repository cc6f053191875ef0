//! Lists of records.

use super::filter::Match;
use super::order::Top;
use super::{Admin, Filter, Order, Position, Sort};
use crate::ports::StoreError;
use crate::store::records::{Found, Survey, Unreadable};
use chrono::{DateTime, Utc};
use redial_domain::Month;
use redial_formats::month_v1::Row;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// A part of the list of the records that match a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Which records are listed.
    pub filter: Filter,
    /// What the list is ordered by.
    pub sort: Sort,
    /// Its direction.
    pub order: Order,
    /// Position after which the page begins, in a list of the same order.
    pub after: Option<Position>,
    /// Number of records to skip.
    pub offset: usize,
    /// Maximum number of records on the page.
    pub limit: usize,
}

/// One page of a list.
///
/// A page begins after a position and not after a number of records. So a record that matches and does not change while pages
/// are read is on exactly one of them. A record that changes can be on a later page again, with its new content, if its
/// position is further on now. It is left out only if its position moved back over the pages that were read. With
/// [`Sort::Created`] no position moves: every record is on one page at most, and on exactly one if it matches all the time.
#[derive(Debug, Clone)]
pub struct Page {
    /// Number of records in all open months.
    pub total: usize,
    /// Number of records that match the query, on all pages.
    pub filtered: usize,
    /// Records of this page, in order.
    pub records: Vec<RecordView>,
    /// Records of this page that cannot be understood, if the query asks for them.
    pub unreadable: Vec<Unreadable>,
    /// Whether another page follows.
    pub more: bool,
    /// Time at which `is_ready` was decided.
    pub at: DateTime<Utc>,
}

/// One record in a list.
#[derive(Debug, Clone)]
pub struct RecordView {
    /// The record and its location.
    pub found: Found,
    /// Its position in the list.
    pub position: Position,
    /// Whether every gate is open.
    pub is_ready: bool,
}

impl RecordView {
    /// Returns the month of the record.
    #[must_use]
    pub fn month(&self) -> Month {
        self.found.location.month
    }
}

impl Admin {
    /// Returns a page of the records that match a query.
    ///
    /// # Errors
    /// [`StoreError`] if records, lines or settings cannot be read.
    pub async fn browse(&self, query: &Query) -> Result<Page, StoreError> {
        let policy = self.stores.settings.load().await?.policy;
        let at = self.stores.clock.now();
        let records = &self.stores.records;
        let survey = records.survey(&self.open_months(&policy)).await?;
        let total = survey.counting().count();
        let filter = &query.filter;
        if filter.unreadable {
            let scan = records.scan_numbers(&survey, &survey.unreadable()).await?;
            return Ok(query.page_of_unreadable(scan.unreadable, total, at));
        }
        let top = Mutex::new(Top::new(query));
        let note = |found: &Found| match filter.judge(&found.lead, at, &policy) {
            Match::No => false,
            Match::Yes => {
                top.lock().unwrap_or_else(PoisonError::into_inner).add(found);
                false
            }
            Match::ByLine => true,
        };
        let chosen = query.choose(&survey);
        let scan = match &chosen {
            Some(chosen) => records.scan_rows(&survey, |row| chosen.numbers.contains(&row.number), note).await?,
            None => records.scan_rows(&survey, filter.wanted_rows(&survey, at), note).await?,
        };
        let by_line = self.matching_by_line(filter, &scan, at, &policy).await?;
        let mut top = top.into_inner().unwrap_or_else(PoisonError::into_inner);
        by_line.into_iter().for_each(|found| top.add(found));
        let filtered = chosen.map_or(top.matching, |chosen| chosen.matching);
        let (page, more) = top.page();
        let (positions, found): (Vec<_>, Vec<_>) = page.into_iter().unzip();
        let ready = self.ready(&found, &scan, at, &policy).await?;
        let views = found.into_iter().zip(positions).map(|(found, position)| {
            let is_ready = ready.contains(&found.location);
            RecordView { found, position, is_ready }
        });
        Ok(Page { total, filtered, records: views.collect(), unreadable: Vec::new(), more, at })
    }
}

/// The numbers whose records make a page.
struct Chosen {
    numbers: HashSet<u32>,
    /// How many records match the query.
    matching: usize,
}

impl Unreadable {
    /// Returns its position in a list of unreadable records, of which only key and month are known.
    #[must_use]
    pub fn position(&self) -> Position {
        Position { rank: 0, key: self.key.clone(), month: self.month }
    }
}

impl Query {
    /// Chooses the numbers of the page by what the index has. `None` if it does not tell.
    fn choose(&self, survey: &Survey) -> Option<Chosen> {
        if self.sort != Sort::NextDial || self.filter.ready || !self.filter.is_known_by_index() {
            return None;
        }
        let matches = self.filter.of_rows();
        let rank = |row: &Row| self.order.directed(row.next_redial.timestamp_millis());
        let rows = survey
            .counting()
            .filter_map(|(row, status)| Some(row).filter(|row| status.is_some_and(|status| matches(row, status))));
        let mut rows: Vec<&Row> = rows.collect();
        let matching = rows.len();
        // One more than the page, which tells whether another one follows.
        let mut last = self.offset.saturating_add(self.limit);
        if let Some(after) = &self.after {
            // Rows with the rank of the position come before or after it by their key.
            let from = self.order.directed(after.rank);
            rows.retain(|row| rank(row) >= from);
            last = last.saturating_add(rows.iter().filter(|row| rank(row) == from).count());
        }
        if last < rows.len() {
            let until = rank(rows.select_nth_unstable_by_key(last, |row| rank(row)).1);
            rows.retain(|row| rank(row) <= until);
        }
        Some(Chosen { numbers: rows.into_iter().map(|row| row.number).collect(), matching })
    }

    fn page_of_unreadable(&self, mut all: Vec<Unreadable>, total: usize, at: DateTime<Utc>) -> Page {
        all.sort_by_cached_key(Unreadable::position);
        if self.order == Order::Desc {
            all.reverse();
        }
        let filtered = all.len();
        let after = self.after.as_ref();
        let is_after = |one: &Unreadable| after.is_none_or(|after| self.order.is_before(after, &one.position()));
        let mut rest = all.into_iter().filter(is_after).skip(self.offset);
        let unreadable = rest.by_ref().take(self.limit).collect();
        Page { total, filtered, records: Vec::new(), unreadable, more: rest.next().is_some(), at }
    }
}
