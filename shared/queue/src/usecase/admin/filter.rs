//! Which records are meant, for lists and for commands.

use super::Admin;
use super::blocked::is_finished;
use crate::ports::StoreError;
use crate::store::records::{Found, Scan, Survey};
use chrono::{DateTime, Utc};
use redial_domain::law::Jurisdiction;
use redial_domain::verdict::{Facts, GateName};
use redial_domain::{Lead, Line, Outcome, Phone, Policy, Status};
use redial_formats::month_v1::Row;
use std::collections::HashSet;
use std::ops::RangeInclusive;
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
    /// Only records whose last outcome is one of these. Empty for any outcome or none.
    pub outcomes: Vec<Outcome>,
    /// The call center's list.
    pub list: Option<String>,
    /// State in which the person may be, by all evidence, as the calling rules see it.
    pub state: Option<Jurisdiction>,
    /// Number of counted results.
    pub attempts: Option<RangeInclusive<u32>>,
    /// Only leads that this gate holds back: those that [`super::Blocked`] counts at it as the first closed gate.
    pub gate: Option<GateName>,
}

/// All records that matched a filter.
#[derive(Debug, Clone)]
pub struct Matching<T> {
    /// What was asked of each, in no particular order.
    pub picked: Vec<T>,
    /// Objects that cannot be read, or that runs are dividing. None of their records matches.
    pub unread_objects: usize,
    /// When they matched.
    pub at: DateTime<Utc>,
}

/// Whether a record matches a filter, as far as the record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    No,
    Yes,
    /// The line of the number decides, or whether an older record of the lead cannot be read.
    ByLine,
}

impl Admin {
    /// Picks something of all records that match a filter, except of those that cannot be understood: [`Filter::unreadable`]
    /// matches nothing. Holds only that in memory and not the records, but for leads whose lines decide whether they match.
    ///
    /// # Errors
    /// [`StoreError`] if records, lines or settings cannot be read.
    pub async fn select<T: Send>(
        &self,
        filter: &Filter,
        pick: impl Fn(&Found) -> T + Sync,
    ) -> Result<Matching<T>, StoreError> {
        let policy = self.stores.settings.load().await?.policy;
        let (records, at) = (&self.stores.records, self.stores.clock.now());
        let survey = records.survey(&self.open_months(&policy)).await?;
        let picked = Mutex::new(Vec::new());
        let note = |found: &Found| match filter.judge(&found.lead, at, &policy) {
            Match::No => false,
            Match::Yes => {
                picked.lock().unwrap_or_else(PoisonError::into_inner).push(pick(found));
                false
            }
            Match::ByLine => true,
        };
        let scan = records.scan_rows(&survey, filter.wanted_rows(&survey, at), note).await?;
        let mut picked: Vec<T> = picked.into_inner().unwrap_or_else(PoisonError::into_inner);
        picked.extend(self.matching_by_line(filter, &scan, at, &policy).await?.into_iter().map(pick));
        Ok(Matching { picked, unread_objects: scan.unreadable_objects.len() + scan.large.len(), at })
    }

    /// Returns those of the records of a scan, which were kept because of [`Match::ByLine`], that match.
    pub(super) async fn matching_by_line<'a>(
        &self,
        filter: &Filter,
        scan: &'a Scan,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Vec<&'a Found>, StoreError> {
        let mut found: Vec<_> = scan.found.iter().filter(|found| !scan.may_have_older_record(found)).collect();
        let lines = self.lines_of(&found, &scan.facts, now).await?;
        let free = Line::default();
        found.retain(|found| {
            let line = lines.get(&found.lead.phone).unwrap_or(&free);
            let closed = Facts { lead: &found.lead, line: Some(line), now, policy }.closed();
            closed.first().map(|gate| gate.name) == filter.gate
        });
        Ok(found)
    }
}

impl Filter {
    /// Returns whether a record matches, as far as it tells.
    pub(super) fn judge(&self, lead: &Lead, now: DateTime<Utc>, policy: &Policy) -> Match {
        let facts = Facts { lead, line: None, now, policy };
        if !self.matches_itself(&facts) {
            return Match::No;
        }
        match (self.ready, self.gate) {
            (false, None) => Match::Yes,
            (true, None) if facts.is_candidate() => Match::ByLine,
            // No gate holds back a lead that may be dialed.
            (true, None | Some(_)) => Match::No,
            (false, Some(_)) if is_finished(lead.status) => Match::No,
            // If its older record cannot be read, that holds it back and no gate.
            (false, Some(_)) if lead.beside_unreadable.is_some() && facts.is_candidate_in_open_queue() => Match::ByLine,
            (false, Some(gate)) => match facts.closed().first() {
                Some(first) if first.name == gate => Match::Yes,
                Some(_) => Match::No,
                None if gate.is_of_number() => Match::ByLine,
                None => Match::No,
            },
        }
    }

    /// Returns whether a record has what the filter asks for, whatever the gates say. It can be understood.
    fn matches_itself(&self, facts: &Facts<'_>) -> bool {
        let lead = facts.lead;
        !self.unreadable
            && self.status.is_none_or(|status| lead.status == status)
            && (!self.review || lead.review.is_some())
            && self.phone.as_ref().is_none_or(|phone| lead.phone == *phone)
            && self.lead_id.as_ref().is_none_or(|id| lead.id.as_str() == id)
            && self.attempts.as_ref().is_none_or(|range| range.contains(&lead.attempts))
            && self.list.as_ref().is_none_or(|list| lead.profile.list_id == *list)
            && (self.outcomes.is_empty() || lead.last_outcome.as_ref().is_some_and(|last| self.outcomes.contains(last)))
            && self.text.as_ref().is_none_or(|text| contains(lead, &text.to_lowercase()))
            && self.state.is_none_or(|state| facts.place().place.is_bound_by(state))
    }

    /// Returns whether the index knows everything that this filter asks for, apart from [`Filter::ready`].
    pub(super) fn is_known_by_index(&self) -> bool {
        self.lead_id.is_none()
            && self.text.is_none()
            && self.outcomes.is_empty()
            && self.list.is_none()
            && self.state.is_none()
            && self.attempts.is_none()
            && self.gate.is_none()
    }

    /// Returns whether a row matches, as far as the index knows.
    pub(super) fn of_rows(&self) -> impl Fn(&Row, Status) -> bool {
        let number = self.phone.as_ref().map(Row::number_of);
        move |row, status| {
            self.status.is_none_or(|wanted| status == wanted)
                && (!self.review || row.in_review)
                && (self.gate.is_none() || !is_finished(status))
                && number.is_none_or(|number| row.number == number)
        }
    }

    /// Returns which rows must be read to find all records that match: all rows of a number, or none.
    pub(super) fn wanted_rows(&self, survey: &Survey, at: DateTime<Utc>) -> impl Fn(&Row) -> bool + Sync + use<> {
        let numbers = self.numbers(survey, at);
        move |row| numbers.as_ref().is_none_or(|numbers| numbers.contains(&row.number))
    }

    /// Returns the numbers of all records that may match. `None` if the index does not tell.
    fn numbers(&self, survey: &Survey, at: DateTime<Utc>) -> Option<HashSet<u32>> {
        if self.ready {
            return Some(survey.due(at));
        }
        if self.status.is_none() && !self.review && self.phone.is_none() && self.gate.is_none() {
            return None;
        }
        let matches = self.of_rows();
        let rows = survey.counting().filter(|(row, status)| status.is_some_and(|status| matches(row, status)));
        Some(rows.map(|(row, _)| row.number).collect())
    }
}

fn contains(lead: &Lead, text: &str) -> bool {
    let profile = &lead.profile;
    let outcome = lead.last_outcome.as_ref().map_or("", |outcome| outcome.as_str());
    let name = format!("{} {}", profile.first_name, profile.last_name);
    [lead.id.as_str(), lead.phone.as_str(), &name, &profile.list_id, &profile.state, outcome]
        .iter()
        .any(|field| field.to_lowercase().contains(text))
}
