//! What the ledger says, page by page.

use super::Admin;
use crate::ports::StoreError;
use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::TryStreamExt;
use redial_domain::Phone;
use redial_formats::ledger_v1::Head;
use std::collections::HashSet;

/// The most objects of one page. Reading more takes longer than a request may.
const OBJECTS_OF_PAGE: usize = 640;

/// Which entries of the ledger are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditQuery {
    /// The first day, in UTC.
    pub from: NaiveDate,
    /// The last day, in UTC.
    pub to: NaiveDate,
    /// What happened, see [`redial_domain::ledger::Event::KINDS`].
    pub kind: Option<String>,
    /// Who did it.
    pub by: Option<String>,
    /// The number that it concerns.
    pub phone: Option<Phone>,
    /// The most entries of the page.
    pub limit: usize,
    /// Where the page begins.
    pub after: Option<AuditPosition>,
}

/// An entry of the ledger, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// What every entry has.
    pub head: Head,
    /// The line.
    pub line: String,
}

/// The place of an entry in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPosition {
    /// The object.
    pub object: String,
    /// The number of its line, from 0.
    pub line: usize,
}

/// A page of the ledger.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// The entries, those of the newest object first. Each event is on a page once.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins. `None` on the last page. A page may have no entries although another one follows.
    pub next: Option<AuditPosition>,
    /// Objects or lines of the page that cannot be read.
    pub unreadable: usize,
    /// When the ledger was read.
    pub at: DateTime<Utc>,
}

impl Admin {
    /// Returns a page of the entries that match a query. It does not check that they are as they were written: a proof does.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn audit(&self, query: &AuditQuery) -> Result<AuditPage, StoreError> {
        let mut page = AuditPage { entries: Vec::new(), next: None, unreadable: 0, at: self.stores.clock.now() };
        let mut seen = HashSet::new();
        let mut objects = 0;
        let last_day = query.after.as_ref().and_then(|after| day_of(&after.object)).unwrap_or(query.to).min(query.to);
        for day in std::iter::successors(Some(last_day), |day| day.pred_opt()).take_while(|day| *day >= query.from) {
            let mut names = self.stores.ledger.objects(day).await?;
            if let Some(after) = &query.after {
                names.retain(|name| *name <= after.object);
            }
            names.reverse();
            let mut reads = self.stores.ledger.read(names);
            while let Some((name, object)) = reads.try_next().await? {
                if objects == OBJECTS_OF_PAGE {
                    page.next = Some(AuditPosition { object: name, line: usize::MAX });
                    return Ok(page);
                }
                objects += 1;
                if page.add(&name, object.as_ref(), query, &mut seen) {
                    return Ok(page);
                }
            }
        }
        Ok(page)
    }
}

impl AuditPage {
    /// Adds the lines of an object that match, the last first. Returns whether the page is full.
    fn add(&mut self, name: &str, object: Option<&Bytes>, query: &AuditQuery, seen: &mut HashSet<String>) -> bool {
        let Some(text) = object.and_then(|object| std::str::from_utf8(object).ok()) else {
            self.unreadable += 1;
            return false;
        };
        let end = query.after.as_ref().filter(|after| after.object == name).map_or(usize::MAX, |after| after.line);
        let lines: Vec<_> = text.lines().enumerate().take_while(|(number, _)| *number < end).collect();
        for (number, line) in lines.into_iter().rev() {
            let Some(head) = Head::read(line) else {
                self.unreadable += 1;
                continue;
            };
            if !query.matches(&head) || !seen.insert(head.id.clone()) {
                continue;
            }
            if self.entries.len() == query.limit {
                self.next = Some(AuditPosition { object: name.to_owned(), line: number + 1 });
                return true;
            }
            self.entries.push(AuditEntry { head, line: line.to_owned() });
        }
        false
    }
}

impl AuditQuery {
    fn matches(&self, head: &Head) -> bool {
        self.kind.as_ref().is_none_or(|kind| head.kind == *kind)
            && self.by.as_ref().is_none_or(|by| head.by == *by)
            && self.phone.as_ref().is_none_or(|phone| head.phone.as_deref() == Some(phone.as_str()))
    }
}

/// Returns the day of an object by its name.
fn day_of(object: &str) -> Option<NaiveDate> {
    object.strip_prefix(crate::store::ledger::PREFIX)?.get(..10)?.parse().ok()
}
