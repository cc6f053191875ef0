//! Lists of records.

use super::Admin;
use crate::ports::StoreError;
use crate::store::records::Found;
use chrono::{DateTime, Utc};
use redial_domain::{Month, Phone, Status};

/// Which records an operator wants to see.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Only those with this status.
    pub status: Option<Status>,
    /// Only those that may be dialed now.
    pub ready: bool,
    /// Only those with this number.
    pub phone: Option<Phone>,
    /// Only those with this lead id.
    pub lead_id: Option<String>,
    /// Only those whose id, number, name, list, state or last outcome contains this text, in any case.
    pub text: Option<String>,
    /// Only those after this one.
    pub after: Option<Position>,
    /// Without the first so many.
    pub offset: usize,
    /// At most so many.
    pub limit: usize,
}

/// A place in the order of lists: by next dial, then by key. A lead may have a record in two months.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Next dial.
    pub next_redial: DateTime<Utc>,
    /// Key.
    pub key: String,
    /// The month in which it lives.
    pub month: Month,
}

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// Every record of the open months.
    pub total: usize,
    /// Those that the query wants, on all pages.
    pub filtered: usize,
    /// Those of this page, by next dial.
    pub records: Vec<Seen>,
    /// There are more after the last of this page.
    pub more: bool,
    /// When this was true.
    pub at: DateTime<Utc>,
}

/// One record in a list.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The record and its place.
    pub found: Found,
    /// It may be dialed now.
    pub is_ready: bool,
}

impl Seen {
    /// Its place in the list.
    #[must_use]
    pub fn position(&self) -> Position {
        position(&self.found)
    }

    /// The month in which it lives.
    #[must_use]
    pub fn month(&self) -> Month {
        self.found.home.month
    }
}

impl Admin {
    /// The records that a query wants.
    ///
    /// # Errors
    /// When records, lines or settings cannot be read.
    pub async fn browse(&self, query: &Query) -> Result<Page, StoreError> {
        let policy = self.stores.settings.load().await?.policy;
        let at = self.stores.clock.now();
        let scan = self.stores.records.scan(&self.open_months(&policy)).await?;
        let total = scan.found.len();
        let mut wanted: Vec<Found> = scan.found.into_iter().filter(|found| query.wants(found)).collect();
        let ready = self.ready(&wanted, at, &policy).await?;
        let is_ready = |found: &Found| ready.contains(&found.home);
        if query.ready {
            wanted.retain(is_ready);
        }
        wanted.sort_by_cached_key(position);
        let filtered = wanted.len();
        let after = query.after.as_ref();
        let mut rest =
            wanted.into_iter().filter(|found| after.is_none_or(|after| position(found) > *after)).skip(query.offset);
        let records = rest.by_ref().take(query.limit).map(|found| Seen { is_ready: is_ready(&found), found }).collect();
        Ok(Page { total, filtered, records, more: rest.next().is_some(), at })
    }
}

impl Query {
    fn wants(&self, found: &Found) -> bool {
        let lead = &found.lead;
        self.status.is_none_or(|status| lead.status == status)
            && self.phone.as_ref().is_none_or(|phone| lead.phone == *phone)
            && self.lead_id.as_ref().is_none_or(|id| lead.id.as_str() == id)
            && self.text.as_ref().is_none_or(|text| contains(found, &text.to_lowercase()))
    }
}

fn contains(found: &Found, text: &str) -> bool {
    let lead = &found.lead;
    let profile = &lead.profile;
    let outcome = lead.last_outcome.as_ref().map_or("", |outcome| outcome.as_str());
    let name = format!("{} {}", profile.first_name, profile.last_name);
    [lead.id.as_str(), lead.phone.as_str(), &name, &profile.list_id, &profile.state, outcome]
        .iter()
        .any(|field| field.to_lowercase().contains(text))
}

fn position(found: &Found) -> Position {
    Position { next_redial: found.lead.next_redial, key: found.lead.key().as_str().to_owned(), month: found.home.month }
}
