//! Lists of records.

use super::{Admin, Filter};
use crate::ports::StoreError;
use crate::store::records::{Found, Survey, Unreadable};
use chrono::{DateTime, SubsecRound, Utc};
use redial_domain::Month;
use redial_formats::month_v1::Row;
use std::collections::HashSet;

/// A part of the list of the records that match a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Which records are listed.
    pub filter: Filter,
    /// Position after which the page begins.
    pub after: Option<Position>,
    /// Number of records to skip.
    pub offset: usize,
    /// Maximum number of records on the page.
    pub limit: usize,
}

/// A position in a list of records. Lists are ordered by next dial, then by key, then by month, because a lead may have
/// records in several months.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Time of the next dial.
    pub next_redial: DateTime<Utc>,
    /// Key of the record.
    pub key: String,
    /// Month of the record.
    pub month: Month,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// Number of records in all open months.
    pub total: usize,
    /// Number of records that match the query, on all pages.
    pub filtered: usize,
    /// Records of this page, by next dial.
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
    /// Whether every gate is open.
    pub is_ready: bool,
}

impl RecordView {
    /// Returns its position in the list.
    #[must_use]
    pub fn position(&self) -> Position {
        position(&self.found)
    }

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
        if query.filter.unreadable {
            let scan = records.scan_numbers(&survey, &survey.unreadable()).await?;
            return Ok(query.page_of_unreadable(scan.unreadable, total, at));
        }
        let filter = &query.filter;
        let chosen = query.choose(&survey, at);
        let mut scan = match &chosen {
            Some(chosen) => records.scan_numbers(&survey, &chosen.numbers).await?,
            None => records.scan_rows(&survey, filter.wanted_rows(&survey, at), |found| filter.matches(found)).await?,
        };
        let mut matching = std::mem::take(&mut scan.found);
        matching.retain(|found| filter.matches(found));
        let ready = self.ready(&matching, &scan, at, &policy).await?;
        let is_ready = |found: &Found| ready.contains(&found.location);
        if filter.ready {
            matching.retain(is_ready);
        }
        matching.sort_by_cached_key(position);
        let filtered = chosen.and_then(|chosen| chosen.matching).unwrap_or(matching.len());
        let after = query.after.as_ref();
        let mut rest =
            matching.into_iter().filter(|found| after.is_none_or(|after| position(found) > *after)).skip(query.offset);
        let records =
            rest.by_ref().take(query.limit).map(|found| RecordView { is_ready: is_ready(&found), found }).collect();
        Ok(Page { total, filtered, records, unreadable: Vec::new(), more: rest.next().is_some(), at })
    }
}

/// The numbers whose records make a page.
struct Chosen {
    numbers: HashSet<u32>,
    /// How many records match the query, if rows tell.
    matching: Option<usize>,
}

impl Unreadable {
    /// Returns its position in a list of unreadable records, which have no due time.
    #[must_use]
    pub fn position(&self) -> Position {
        Position { next_redial: DateTime::UNIX_EPOCH, key: self.key.clone(), month: self.month }
    }
}

impl Query {
    /// Chooses the numbers of the page by what the index has. `None` if only the records tell which match.
    fn choose(&self, survey: &Survey, at: DateTime<Utc>) -> Option<Chosen> {
        if !self.filter.is_known_by_index() {
            return None;
        }
        if self.filter.ready {
            return Some(Chosen { numbers: survey.due(at), matching: None });
        }
        let matches = self.filter.of_rows();
        let rows = survey
            .counting()
            .filter_map(|(row, status)| Some(row).filter(|row| status.is_some_and(|status| matches(row, status))));
        let mut rows: Vec<&Row> = rows.collect();
        let matching = Some(rows.len());
        // One more than the page, which tells whether another one follows.
        let mut last = self.offset.saturating_add(self.limit);
        if let Some(after) = &self.after {
            // Rows have milliseconds. Those with the time of the position come before or after it by their key.
            let from = after.next_redial.trunc_subsecs(3);
            rows.retain(|row| row.next_redial >= from);
            last = last.saturating_add(rows.iter().filter(|row| row.next_redial == from).count());
        }
        if last < rows.len() {
            let until = rows.select_nth_unstable_by_key(last, |row| row.next_redial).1.next_redial;
            rows.retain(|row| row.next_redial <= until);
        }
        Some(Chosen { numbers: rows.into_iter().map(|row| row.number).collect(), matching })
    }

    fn page_of_unreadable(&self, mut all: Vec<Unreadable>, total: usize, at: DateTime<Utc>) -> Page {
        all.sort_by_cached_key(Unreadable::position);
        let filtered = all.len();
        let after = self.after.as_ref();
        let mut rest =
            all.into_iter().filter(|one| after.is_none_or(|after| one.position() > *after)).skip(self.offset);
        let unreadable = rest.by_ref().take(self.limit).collect();
        Page { total, filtered, records: Vec::new(), unreadable, more: rest.next().is_some(), at }
    }
}

fn position(found: &Found) -> Position {
    Position {
        next_redial: found.lead.next_redial,
        key: found.lead.key().as_str().to_owned(),
        month: found.location.month,
    }
}
