//! Adds leads, one by hand or many of a list.
//!
//! First it looks in all records which of them are new. Then it pins the month of each new one on the line of its number, unless
//! the number must not be called. Then it makes the records, those of one object in one write. A lead that has a record stays
//! as it is, so everything can be done again.

use crate::ports::{StoreError, error_chain};
use crate::store::Stores;
use crate::store::cas::{Known, UpdateError};
use crate::store::records::{Division, Edit, Located, Node, RecordChange, Scan, Updated};
use chrono::{DateTime, SubsecRound, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use redial_domain::{Addition, Closed, Lead, LeadKey, LeadRef, Line, Month, NewLead, NumberFacts, Phone, Policy, add};
use redial_formats::month_v1::Row;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Lines read or written at once, and leads searched for.
const LINES_AT_ONCE: usize = 64;
/// Objects written at once.
const OBJECTS_AT_ONCE: usize = 16;
/// Objects divided at once. Each division writes several objects at once.
const DIVISIONS: usize = 4;

/// What came of a lead that is to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It has a record now.
    Added,
    /// It had one, which stays as it is.
    Existed,
    /// Its number must not be called.
    Closed(Closed),
    /// The line of its number, or the object of its record, cannot be understood. It was not added.
    Unreadable,
}

/// Leads that are to be added, with what the records say about them.
#[derive(Debug)]
pub(super) struct Looked<'a> {
    additions: &'a [Addition],
    seen: Vec<Seen>,
    scan: Scan,
    /// The numbers that have a record.
    familiar: HashSet<u32>,
    policy: Arc<Policy>,
}

/// What the records say about one lead.
#[derive(Debug, Clone)]
enum Seen {
    Known,
    Unreadable,
    /// Its record belongs here. An older month that cannot be read may have one too.
    New(LeadRef, Option<Month>),
}

/// A lead whose month is pinned, on its way into its record.
#[derive(Debug, Clone)]
struct Entering {
    place: usize,
    location: LeadRef,
    beside_unreadable: Option<Month>,
}

/// What came of leads of one object.
enum Group {
    Finished(Vec<(usize, Added)>),
    /// The object is divided, so they belong into others.
    Divided(Vec<Entering>),
}

/// Divides the objects of months that have outgrown their limit, so that further records do not make them too large to be read.
///
/// # Errors
/// When the store is unavailable.
pub(super) async fn make_room(stores: &Stores, policy: &Policy) -> Result<(), StoreError> {
    let survey = stores.records.survey(&open_months(stores, policy)).await?;
    let divisions = survey.overgrown.into_iter().map(|node| async move {
        let done = stores.records.divide(&node).await?;
        if let Division::Into(children) = done {
            tracing::info!(month = %node.month(), key = node.key(), children, "an object of a month was divided");
        }
        Ok(())
    });
    stream::iter(divisions).buffer_unordered(DIVISIONS).try_collect().await
}

/// Looks in the records of the open months for these leads and for their numbers. Changes nothing.
///
/// # Errors
/// When the store is unavailable, or an object is too large to be read before runs have divided it.
pub(super) async fn look<'a>(
    stores: &Stores,
    policy: Arc<Policy>,
    additions: &'a [Addition],
) -> Result<Looked<'a>, StoreError> {
    let months = open_months(stores, &policy);
    let survey = stores.records.survey(&months).await?;
    let numbers: HashSet<u32> = additions.iter().map(|addition| Row::number_of(&addition.new.phone)).collect();
    let scan = stores.records.scan_numbers(&survey, &numbers).await?;
    // Their records may forbid calls, and may be of these leads.
    scan.check_large()?;
    let rows: HashSet<(u32, u32)> = survey
        .counting()
        .filter(|(row, _)| numbers.contains(&row.number))
        .map(|(row, _)| (row.key, row.number))
        .collect();
    let known: HashSet<LeadKey> = scan.found.iter().map(|found| found.lead.key()).collect();
    let months = &months;
    let searches: Vec<_> = additions
        .iter()
        .map(|addition| {
            let key = LeadKey::new(&addition.new.lead, &addition.new.phone);
            // A hash may be that of another lead, and a record that cannot be read is one too.
            let is_hash_known = rows.contains(&(key.stable_hash(), Row::number_of(&addition.new.phone)));
            let must_search = is_hash_known || scan.may_hide(&key);
            let NewLead { lead: id, phone, .. } = addition.new.clone();
            let is_known = known.contains(&key);
            let seen = if is_known { Seen::Known } else { Seen::New(LeadRef { month: months[0], id, phone }, None) };
            (seen, must_search)
        })
        .collect();
    let searches = searches.into_iter().map(|(seen, must_search)| async move {
        match seen {
            Seen::New(location, _) if must_search => search(stores, location, months).await,
            Seen::New(..) | Seen::Known | Seen::Unreadable => Ok(seen),
        }
    });
    let seen = stream::iter(searches).buffered(LINES_AT_ONCE).try_collect().await?;
    let familiar = rows.into_iter().map(|(_, number)| number).collect();
    Ok(Looked { additions, seen, scan, familiar, policy })
}

/// Searches for the record of one lead. It belongs into the first month if there is none.
async fn search(stores: &Stores, location: LeadRef, months: &[Month]) -> Result<Seen, StoreError> {
    match stores.records.locate_for_intake(&location.key(), months).await {
        Ok(Located::In(_)) => Ok(Seen::Known),
        Ok(Located::Nowhere) => Ok(Seen::New(location, None)),
        Ok(Located::PerhapsIn(unreadable)) => Ok(Seen::New(location, Some(unreadable))),
        Err(StoreError::Unusable(error)) => {
            tracing::error!(
                error = error_chain(&*error),
                "a lead is not added: an object of this month cannot be read"
            );
            Ok(Seen::Unreadable)
        }
        Err(error) => Err(error),
    }
}

impl Looked<'_> {
    /// Returns whether the lead at this place has a record, or may have one that cannot be read.
    pub(super) fn decided(&self, place: usize) -> Option<Added> {
        match self.seen.get(place)? {
            Seen::Known => Some(Added::Existed),
            Seen::Unreadable => Some(Added::Unreadable),
            Seen::New(..) => None,
        }
    }

    /// Returns why nobody may be called at a number, by its line and its records.
    pub(super) fn closed(&self, phone: &Phone, line: &Line, now: DateTime<Utc>) -> Option<Closed> {
        let Some(facts) = self.facts(phone) else { return line.closed() };
        let mut line = line.clone();
        line.learn(facts, now);
        line.closed()
    }

    fn facts(&self, phone: &Phone) -> Option<&NumberFacts> {
        self.scan.facts.get(phone)
    }

    /// Adds the leads that are new. Returns what came of each, in their order.
    ///
    /// # Errors
    /// [`UpdateError`]; then some of them may be added. It can be done again.
    pub(super) async fn enter(&self, stores: &Stores) -> Result<Vec<Added>, UpdateError> {
        let mut outcomes: Vec<Added> =
            (0..self.seen.len()).map(|place| self.decided(place).unwrap_or(Added::Unreadable)).collect();
        let mut left = Vec::new();
        for (places, pinned) in self.pin_all(stores).await? {
            match pinned {
                Ok(entering) => left.extend(entering),
                Err(outcome) => places.into_iter().for_each(|place| note(&mut outcomes, place, outcome)),
            }
        }
        while !left.is_empty() {
            let groups = stores.records.by_leaf(left, |entering| &entering.location);
            let writes = groups.into_iter().map(|(leaf, entering)| self.make(stores, leaf, entering));
            let mut written = stream::iter(writes).buffer_unordered(OBJECTS_AT_ONCE);
            left = Vec::new();
            while let Some(group) = written.try_next().await? {
                match group {
                    Group::Finished(done) => {
                        done.into_iter().for_each(|(place, done)| note(&mut outcomes, place, done))
                    }
                    Group::Divided(entering) => left.extend(entering),
                }
            }
        }
        self.complete_suppressed(stores, &outcomes).await;
        Ok(outcomes)
    }

    /// Pins the months of new leads on the lines of their numbers, in one write for each number. Leads of one list may share a
    /// number, and many writers of one line would only meet conflicts.
    async fn pin_all(&self, stores: &Stores) -> Result<Vec<(Vec<usize>, Result<Vec<Entering>, Added>)>, UpdateError> {
        let mut numbers: BTreeMap<Phone, Vec<usize>> = BTreeMap::new();
        for (place, seen) in self.seen.iter().enumerate() {
            if let Seen::New(location, _) = seen {
                numbers.entry(location.phone.clone()).or_default().push(place);
            }
        }
        let pins = numbers.into_iter().map(|(phone, places)| async move {
            let pinned = self.pin(stores, &phone, &places).await?;
            Ok((places, pinned))
        });
        stream::iter(pins).buffer_unordered(LINES_AT_ONCE).try_collect().await
    }

    async fn pin(
        &self,
        stores: &Stores,
        phone: &Phone,
        places: &[usize],
    ) -> Result<Result<Vec<Entering>, Added>, UpdateError> {
        let zone = self.policy.business_hours.zone;
        // Most new numbers have no line yet, and need one write.
        let known = if self.familiar.contains(&Row::number_of(phone)) { Known::Nothing } else { Known::Absent };
        let pinned = stores.lines.update_known(phone, known, |line| {
            let now = stores.clock.now();
            if let Some(closed) = self.closed(phone, line, now) {
                return Err(Added::Closed(closed));
            }
            let is_open = |month: Month| month.is_open(now, zone, self.policy.retention_days);
            let mut entering = Vec::new();
            for place in places {
                if let Some(Seen::New(location, beside_unreadable)) = self.seen.get(*place) {
                    let location = line.pin_new_record(location, is_open);
                    entering.push(Entering { place: *place, location, beside_unreadable: *beside_unreadable });
                }
            }
            Ok(entering)
        });
        match pinned.await {
            Ok((pinned, _)) => Ok(pinned),
            Err(UpdateError::Store(error @ StoreError::Unusable(_))) => {
                tracing::error!(
                    error = error_chain(&error),
                    "a lead is not added: the line of its number cannot be read"
                );
                Ok(Err(Added::Unreadable))
            }
            Err(error) => Err(error),
        }
    }

    /// Makes the records of one object in one write.
    async fn make(&self, stores: &Stores, leaf: Node, entering: Vec<Entering>) -> Result<Group, UpdateError> {
        let now = stores.clock.now().trunc_subsecs(3);
        let mut is_again = false;
        let stored = stores.records.update_leaf(&leaf, |edit| {
            // In a second round a record may be there because only the answer of the first write was lost.
            let is_repeated = std::mem::replace(&mut is_again, true);
            let made =
                entering.iter().map(|entering| (entering.place, self.make_one(edit, entering, now, is_repeated)));
            made.collect::<Vec<_>>()
        });
        let month = leaf.month();
        match stored.await {
            Ok(Updated::Done(done)) => {
                tracing::info!(%month, count = done.len(), "Saved redial queue records");
                Ok(Group::Finished(done))
            }
            Ok(Updated::Divided) => Ok(Group::Divided(entering)),
            Err(UpdateError::Store(error @ StoreError::Unusable(_))) => {
                let count = entering.len();
                tracing::error!(%month, error = error_chain(&error), count, "leads are not added: their object cannot be read");
                Ok(Group::Finished(entering.into_iter().map(|entering| (entering.place, Added::Unreadable)).collect()))
            }
            Err(error) => Err(error),
        }
    }

    fn make_one(&self, edit: &mut Edit<'_>, entering: &Entering, now: DateTime<Utc>, is_repeated: bool) -> Added {
        let Some(addition) = self.additions.get(entering.place) else { return Added::Unreadable };
        let made = |lead: Option<&Lead>| {
            let new = add(lead, addition, now)?;
            Some(Lead { beside_unreadable: entering.beside_unreadable, ..new })
        };
        let done = edit.change(&entering.location.key(), |lead| match (lead, made(lead)) {
            (None, Some(new)) => RecordChange::Put(Box::new(new), Added::Added),
            (Some(there), _) if is_repeated && made(None).as_ref() == Some(there) => RecordChange::Keep(Added::Added),
            (Some(_) | None, _) => RecordChange::Keep(Added::Existed),
        });
        // A record that cannot be understood is there too.
        done.unwrap_or(Added::Existed)
    }

    /// Lets the next run complete the records of numbers that were suppressed while they were made. Without it they are completed
    /// when they are due.
    async fn complete_suppressed(&self, stores: &Stores, outcomes: &[Added]) {
        let added = self.additions.iter().zip(outcomes).filter(|(_, outcome)| **outcome == Added::Added);
        let phones: HashSet<Phone> = added.map(|(addition, _)| addition.new.phone.clone()).collect();
        let looks = phones.into_iter().map(|phone| async move {
            let look = stores.lines.update(&phone, |line| line.retiring |= line.suppressed.is_some());
            if let Err(error) = look.await {
                tracing::warn!(error = error_chain(&error), "the line of an added lead is not looked at again");
            }
        });
        stream::iter(looks).for_each_concurrent(LINES_AT_ONCE, |look| look).await;
    }
}

fn note(outcomes: &mut [Added], place: usize, outcome: Added) {
    if let Some(there) = outcomes.get_mut(place) {
        *there = outcome;
    }
}

fn open_months(stores: &Stores, policy: &Policy) -> Vec<Month> {
    Month::open(stores.clock.now(), policy.business_hours.zone, policy.retention_days)
}
