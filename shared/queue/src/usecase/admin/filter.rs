//! Which records are meant, for lists and for commands.

use super::Admin;
use crate::ports::StoreError;
use crate::store::records::{Found, Survey};
use chrono::{DateTime, Utc};
use redial_domain::verdict::Facts;
use redial_domain::{LeadRef, Phone, Policy, Status};
use redial_formats::month_v1::Row;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Conditions that a record must meet, all of them. The default is every record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Status of the records.
    pub status: Option<Status>,
    /// Only records that cannot be understood.
    pub unreadable: bool,
    /// Only leads that may be dialed now.
    pub ready: bool,
    /// Only records with a possible do-not-call that nobody has decided about.
    pub review: bool,
    /// Phone number.
    pub phone: Option<Phone>,
    /// Lead id.
    pub lead_id: Option<String>,
    /// Text that the lead id, number, name, list, state or last outcome contains. Upper and lower case are the same.
    pub text: Option<String>,
}

/// All records that matched a filter.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The records, by key and then by month.
    pub leads: Vec<Selected>,
    /// Objects that cannot be read, or that runs are dividing. None of their records is selected.
    pub unread_objects: usize,
    /// When they matched.
    pub at: DateTime<Utc>,
}

/// A record that matched a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// Its place.
    pub location: LeadRef,
    /// Its status then.
    pub status: Status,
}

impl Selected {
    fn new(found: &Found) -> Self {
        Self { location: found.location.clone(), status: found.lead.status }
    }
}

impl Admin {
    /// Returns all records that match a filter, except those that cannot be understood: [`Filter::unreadable`] selects nothing.
    /// Holds the places of the records in memory and not the records, but for leads whose own gates are all open if the
    /// filter asks for leads that may be dialed.
    ///
    /// # Errors
    /// [`StoreError`] if records, lines or settings cannot be read.
    pub async fn select(&self, filter: &Filter) -> Result<Selection, StoreError> {
        let policy = self.stores.settings.load().await?.policy;
        let (records, at) = (&self.stores.records, self.stores.clock.now());
        let survey = records.survey(&self.open_months(&policy)).await?;
        let is_wanted = filter.wanted_rows(&survey, at);
        let selected = Mutex::new(Vec::new());
        let scan = records.scan_rows(&survey, is_wanted, |found| filter.note(&selected, found, at, &policy)).await?;
        let mut leads: Vec<Selected> = selected.into_inner().unwrap_or_else(PoisonError::into_inner);
        if filter.ready {
            let ready = self.ready(&scan.found, &scan, at, &policy).await?;
            leads.extend(scan.found.iter().filter(|found| ready.contains(&found.location)).map(Selected::new));
        }
        leads.sort_by_cached_key(|selected| (selected.location.key(), selected.location.month));
        Ok(Selection { leads, unread_objects: scan.unreadable_objects.len() + scan.large.len(), at })
    }
}

impl Filter {
    /// Returns whether a record matches, apart from [`Filter::ready`], which its line decides.
    pub(super) fn matches(&self, found: &Found) -> bool {
        let lead = &found.lead;
        self.status.is_none_or(|status| lead.status == status)
            && (!self.review || lead.review.is_some())
            && self.phone.as_ref().is_none_or(|phone| lead.phone == *phone)
            && self.lead_id.as_ref().is_none_or(|id| lead.id.as_str() == id)
            && self.text.as_ref().is_none_or(|text| contains(found, &text.to_lowercase()))
    }

    /// Returns whether the index knows everything that this filter asks for, apart from [`Filter::ready`].
    pub(super) fn is_known_by_index(&self) -> bool {
        self.text.is_none() && self.lead_id.is_none()
    }

    /// Returns whether a row matches, as far as the index knows.
    pub(super) fn of_rows(&self) -> impl Fn(&Row, Status) -> bool {
        let number = self.phone.as_ref().map(Row::number_of);
        move |row, status| {
            self.status.is_none_or(|wanted| status == wanted)
                && (!self.review || row.in_review)
                && number.is_none_or(|number| row.number == number)
        }
    }

    /// Returns which rows must be read to find all records that match: all rows of a number, or none.
    pub(super) fn wanted_rows(&self, survey: &Survey, at: DateTime<Utc>) -> impl Fn(&Row) -> bool + Sync {
        let numbers = self.numbers(survey, at);
        move |row| numbers.as_ref().is_none_or(|numbers| numbers.contains(&row.number))
    }

    /// Returns the numbers of all records that may match. `None` if the index does not tell.
    fn numbers(&self, survey: &Survey, at: DateTime<Utc>) -> Option<HashSet<u32>> {
        if self.ready {
            return Some(survey.due(at));
        }
        if self.status.is_none() && !self.review && self.phone.is_none() {
            return None;
        }
        let matches = self.of_rows();
        let rows = survey.counting().filter(|(row, status)| status.is_some_and(|status| matches(row, status)));
        Some(rows.map(|(row, _)| row.number).collect())
    }

    /// Selects a record that matches. Returns whether its line decides instead.
    fn note(&self, selected: &Mutex<Vec<Selected>>, found: &Found, now: DateTime<Utc>, policy: &Policy) -> bool {
        if self.unreadable || !self.matches(found) {
            return false;
        }
        if self.ready {
            return Facts { lead: &found.lead, line: None, now, policy }.is_candidate();
        }
        selected.lock().unwrap_or_else(PoisonError::into_inner).push(Selected::new(found));
        false
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
