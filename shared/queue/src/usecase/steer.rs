//! Commands of operators for leads: for one, or for many at once.

mod records;

use crate::ports::StoreError;
use crate::store::Stores;
use crate::store::cas::UpdateError;
use crate::store::records::{Found, Newest, Sought, again};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, stream};
use records::{Change, note};
use redial_domain::ledger::{Entry, Steering};
use redial_domain::{
    Actor, Closed, Command, Commanded, LeadId, LeadKey, LeadRef, Month, NumberFacts, Outcome, Phone, Policy, Retire,
    Review, Seen, Source, Status, Suppression,
};

/// Lines read or written at once.
const LINES_AT_ONCE: usize = 32;
/// What the ledger says of a command that was recorded before it took effect.
const GIVEN: &str = "given";

/// What came of a command for a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steered {
    /// It is done.
    Done,
    /// The lead was so before.
    Unchanged,
    /// No record of this lead is in an open month.
    UnknownLead,
    /// Its record has changed since the lead was chosen, so that the command may be against the will of another operator.
    Overtaken,
    /// The lead's status does not allow it.
    Impossible(Status),
    /// A do-not-call of the lead or its number forbids it.
    Forbidden,
    /// A possible do-not-call of the lead or its number must be decided first.
    Undecided,
}

impl From<&Commanded> for Steered {
    fn from(commanded: &Commanded) -> Self {
        match commanded {
            Commanded::Changed(_) | Commanded::Removed => Self::Done,
            Commanded::Unchanged | Commanded::Repeated(_) => Self::Unchanged,
            Commanded::Impossible(status) => Self::Impossible(*status),
            Commanded::Forbidden => Self::Forbidden,
            Commanded::Undecided => Self::Undecided,
        }
    }
}

impl Steered {
    /// Returns what the ledger says of a command that took effect before. `None` if there was no lead.
    fn outcome(self) -> Option<&'static str> {
        match self {
            Self::Done | Self::Unchanged => Some("done"),
            Self::Impossible(_) | Self::Forbidden | Self::Undecided | Self::Overtaken => Some("impossible"),
            Self::UnknownLead => None,
        }
    }
}

/// A lead that gets a command.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// The call center's lead id.
    pub(super) id: LeadId,
    /// Its number.
    pub(super) phone: Phone,
    /// The version of its record for which the operator has decided. `None` if the command is for any.
    pub(super) seen: Option<Seen>,
}

impl Target {
    fn key(&self) -> LeadKey {
        LeadKey::new(&self.id, &self.phone)
    }
}

/// Returns the entry of the ledger about the target with this number, counted from 0.
pub(super) type NewEntry<'a> = &'a (dyn Fn(usize, Steering, DateTime<Utc>) -> Entry + Sync);

/// Gives one command to leads.
pub(super) struct Steer<'a> {
    pub(super) stores: &'a Stores,
    pub(super) policy: &'a Policy,
    pub(super) by: &'a Actor,
    pub(super) what: Command,
    /// Arrivals that wait for the record of a lead that is removed go with it if they came until then.
    pub(super) until: DateTime<Utc>,
}

/// What came of the command for each lead, in their order.
type All = Vec<Result<Steered, UpdateError>>;

impl Steer<'_> {
    /// Gives the command to the leads, and records it. Once this is answered, no claim that read the record of one of them before
    /// can be made. It is an error of one lead if its record or line cannot be read or written.
    ///
    /// # Errors
    /// When the command cannot be recorded. Then it may have taken effect or not, and can be given again.
    pub(super) async fn give(&self, targets: &[Target], entry: NewEntry<'_>) -> Result<All, UpdateError> {
        // A command that lets calls be made is recorded first, and any other one takes effect first: whatever fails between
        // the two, nobody is called without a reason in the ledger. A removal is recorded first too, because a lead that is
        // removed cannot be given the command again. While the ledger cannot be written, nobody is called at all.
        if !self.what.opens() && self.what != Command::Remove {
            let all = self.apply(targets).await;
            let outcomes = all.iter().map(|one| one.as_ref().ok().and_then(|steered| steered.outcome()));
            self.record(targets, outcomes, entry).await?;
            return Ok(all);
        }
        let may_steer = targets.iter().zip(self.newest_of(targets).await?).map(|(target, newest)| async move {
            match newest {
                Ok(None) => Ok(self.stores.lines.get(&target.phone).await?.review.is_some()),
                Ok(Some(_)) => Ok(true),
                Err(error) => Err(error),
            }
        });
        let may_steer = all_of(may_steer.collect()).await;
        let outcomes = may_steer.iter().map(|may| matches!(may, Ok(true)).then_some(GIVEN));
        self.record(targets, outcomes, entry).await?;
        let known = targets.iter().zip(&may_steer).filter(|(_, may)| matches!(may, Ok(true)));
        let known: Vec<Target> = known.map(|(target, _)| target.clone()).collect();
        let mut steered = self.apply(&known).await.into_iter();
        let all = may_steer.into_iter().map(|may| match may {
            Ok(true) => steered.next().unwrap_or(Ok(Steered::UnknownLead)),
            Ok(false) => Ok(Steered::UnknownLead),
            Err(error) => Err(error.into()),
        });
        Ok(all.collect())
    }

    async fn record(
        &self,
        targets: &[Target],
        outcomes: impl Iterator<Item = Option<&'static str>>,
        entry: NewEntry<'_>,
    ) -> Result<(), UpdateError> {
        let now = self.stores.clock.now();
        let entries = targets.iter().zip(outcomes).enumerate().filter_map(|(number, (target, outcome))| {
            let (lead, phone) = (target.id.clone(), target.phone.clone());
            Some(entry(number, Steering { lead, phone, command: self.what, outcome: outcome? }, now))
        });
        Ok(self.stores.ledger.append(&entries.collect::<Vec<_>>()).await?)
    }

    async fn apply(&self, targets: &[Target]) -> All {
        let mut all: All = targets.iter().map(|_| Ok(Steered::UnknownLead)).collect();
        let mut newest: Vec<Option<LeadRef>> = vec![None; targets.len()];
        let mut left: Vec<usize> = (0..targets.len()).collect();
        // Files of the original may have a lead in several months. It is removed from all of them.
        while !left.is_empty() {
            let sought: Vec<Target> = left.iter().filter_map(|number| targets.get(*number)).cloned().collect();
            let found = match self.newest_of(&sought).await {
                Ok(found) => found,
                Err(error) => {
                    note(&mut all, left.iter().map(|number| (*number, Err(again(&error).into()))));
                    break;
                }
            };
            let prepared = left.iter().zip(found).map(|(number, newest)| async move {
                match newest {
                    Ok(Some(newest)) => (*number, self.prepare(newest).await.map(Some)),
                    Ok(None) => (*number, Ok(None)),
                    Err(error) => (*number, Err(error.into())),
                }
            });
            let mut changes = Vec::new();
            for (number, prepared) in all_of(prepared.collect()).await {
                match prepared {
                    Ok(None) => {}
                    Ok(Some(Prepared::Closed(steered))) => note(&mut all, [(number, Ok(steered))]),
                    Ok(Some(Prepared::Open { location, is_confirmed })) => {
                        let seen = targets.get(number).and_then(|target| target.seen);
                        changes.push(Change { number, location, seen, is_confirmed });
                    }
                    Err(error) => note(&mut all, [(number, Err(error))]),
                }
            }
            for change in &changes {
                if let Some(newest) = newest.get_mut(change.number) {
                    newest.get_or_insert_with(|| change.location.clone());
                }
            }
            let changed = self.change_records(changes).await;
            let is_removed = |(_, steered): &&(usize, Result<Steered, UpdateError>)| {
                self.what == Command::Remove && matches!(steered, Ok(Steered::Done))
            };
            left = changed.iter().filter(is_removed).map(|(number, _)| *number).collect();
            note(&mut all, changed);
        }
        let ends = targets
            .iter()
            .zip(all)
            .zip(newest)
            .map(|((target, steered), newest)| async move { self.end(target, steered?, newest.as_ref()).await });
        all_of(ends.collect()).await
    }

    /// Returns the record of each lead in the newest month that has one: the one that is dialed.
    async fn newest_of(&self, targets: &[Target]) -> Result<Vec<Result<Option<Newest>, StoreError>>, StoreError> {
        let leads: Vec<_> = targets.iter().map(|target| (&target.id, &target.phone)).collect();
        newest_of(self.stores, self.policy, &leads).await
    }

    /// Does what comes before the change of a record.
    async fn prepare(&self, newest: Newest) -> Result<Prepared, UpdateError> {
        let location = newest.location.clone();
        let phone = &location.phone;
        let mut is_confirmed = false;
        match self.what {
            Command::Remove => self.keep_facts(&newest.readable()?).await?,
            Command::CallBack(_) => {
                if let Some(closed) = self.closed(phone).await? {
                    return Ok(Prepared::Closed(closed));
                }
            }
            // The number first: whatever fails afterwards, nobody dials it.
            Command::ConfirmDoNotCall => {
                is_confirmed = self.may_confirm(&location).await?;
                if is_confirmed {
                    let now = self.stores.clock.now();
                    let suppression = Suppression::by(Outcome::DNC, Source::Redial, now, self.by.name(), "");
                    self.stores.lines.forbid(phone, &suppression, Retire::Soon).await?;
                }
            }
            Command::Pause | Command::Resume | Command::DismissDoNotCall => {}
        }
        Ok(Prepared::Open { location, is_confirmed })
    }

    /// Does what comes after the change of a record: its line gets a new version, so that no run with stale data can claim it.
    async fn end(
        &self,
        target: &Target,
        mut steered: Steered,
        newest: Option<&LeadRef>,
    ) -> Result<Steered, UpdateError> {
        let (lines, phone, key) = (&self.stores.lines, &target.phone, target.key());
        match (self.what, steered) {
            // Another record of the lead stays, and so does what waits for it.
            (_, Steered::Overtaken) => return Ok(steered),
            (Command::Remove, Steered::UnknownLead) => {
                lines.update(phone, |line| line.forget(&key, self.until)).await?;
            }
            (Command::Remove, _) => {
                lines.touch(phone, |line| line.forget(&key, self.until)).await?;
                return Ok(steered);
            }
            (Command::DismissDoNotCall, _) => {
                if let Some(newest) = newest {
                    self.dismiss_older(newest).await?;
                }
                let doubt = self.other_doubt(phone).await?;
                let forgotten = lines.update(phone, |line| line.decide_review(doubt.clone()));
                if forgotten.await? && doubt.is_none() && steered == Steered::UnknownLead {
                    // The record was removed, and its possible do-not-call stayed on the line.
                    steered = Steered::Done;
                }
            }
            (Command::Pause | Command::Resume | Command::ConfirmDoNotCall | Command::CallBack(_), _) => {}
        }
        if steered != Steered::UnknownLead {
            lines.touch(phone, |_| ()).await?;
        }
        Ok(steered)
    }

    /// Returns why nobody may be called at a number, whichever lead it is of: what its line says, and what its records do.
    async fn closed(&self, phone: &Phone) -> Result<Option<Steered>, StoreError> {
        let mut line = self.stores.lines.get(phone).await?;
        let facts = self.stores.records.facts_of(phone, &self.open_months()).await?;
        line.learn(&facts, self.stores.clock.now());
        Ok(line.closed().map(|closed| match closed {
            Closed::Forbidden => Steered::Forbidden,
            Closed::Undecided => Steered::Undecided,
        }))
    }

    /// Dismisses the possible do-not-call in older records of a lead too: files of the original may have several.
    async fn dismiss_older(&self, newest: &LeadRef) -> Result<(), UpdateError> {
        let found = self.stores.records.find_by_phone(&newest.phone, &self.open_months()).await?;
        let is_older = |found: &Found| found.lead.key() == newest.key() && found.location.month < newest.month;
        let older = found.into_iter().filter(|found| is_older(found) && found.lead.review.is_some());
        let changes =
            older.map(|older| Change { number: 0, location: older.location, seen: None, is_confirmed: false });
        for (_, dismissed) in self.change_records(changes.collect()).await {
            dismissed?;
        }
        Ok(())
    }

    /// Returns whether a record or its line has a possible do-not-call, or whether one was confirmed.
    async fn may_confirm(&self, location: &LeadRef) -> Result<bool, StoreError> {
        if self.stores.lines.get(&location.phone).await?.review.is_some() {
            return Ok(true);
        }
        let lead = self.stores.records.read(location).await?;
        Ok(lead.is_some_and(|lead| lead.review.is_some() || lead.forbidden_by() == Some(&Outcome::DNC)))
    }

    /// Returns a possible do-not-call of any record of the number that waits for a decision.
    async fn other_doubt(&self, phone: &Phone) -> Result<Option<Review>, StoreError> {
        let found = self.stores.records.find_by_phone(phone, &self.open_months()).await?;
        Ok(found.into_iter().filter(|found| found.lead.forbidden_by().is_none()).find_map(|found| found.lead.review))
    }

    /// Keeps on the line what a record says about its number when the record is removed: what it forbids stays forbidden, and
    /// its calls of the last day still count.
    async fn keep_facts(&self, found: &Found) -> Result<(), UpdateError> {
        let now = self.stores.clock.now();
        let mut facts = NumberFacts::default();
        facts.add(&found.lead, now);
        if facts.is_empty() {
            return Ok(());
        }
        self.stores.lines.update(&found.location.phone, |line| line.learn(&facts, now)).await
    }

    fn open_months(&self) -> Vec<Month> {
        open_months(self.stores, self.policy)
    }
}

/// Returns the record of each lead in the newest month that has one: the one that is dialed.
///
/// # Errors
/// See [`crate::store::records::Records::newest`].
pub(super) async fn newest_of(
    stores: &Stores,
    policy: &Policy,
    leads: &[(&LeadId, &Phone)],
) -> Result<Vec<Result<Option<Newest>, StoreError>>, StoreError> {
    let open = open_months(stores, policy);
    let sought = leads.iter().map(|(id, phone)| {
        let open = &open;
        async move {
            let (id, phone) = ((*id).clone(), (*phone).clone());
            let mut months = open.clone();
            // A clock that is ahead may have begun the next month.
            let known =
                stores.lines.get(&phone).await?.record_location(&LeadKey::new(&id, &phone)).map(|known| known.month);
            if let Some(ahead) = known.filter(|month| open.first().is_some_and(|newest| month > newest)) {
                months.insert(0, ahead);
            }
            Ok(Sought { id, phone, months })
        }
    });
    let sought: Vec<Result<Sought, StoreError>> = all_of(sought.collect()).await;
    let readable: Vec<Sought> = sought.iter().filter_map(|one| one.as_ref().ok()).cloned().collect();
    let mut newest = stores.records.newest(&readable).await?.into_iter();
    Ok(sought.into_iter().map(|one| one.and_then(|_| newest.next().unwrap_or(Ok(None)))).collect())
}

/// Waits for the work on all leads, of which some are worked on at once.
async fn all_of<T>(work: Vec<impl Future<Output = T>>) -> Vec<T> {
    stream::iter(work).buffered(LINES_AT_ONCE).collect().await
}

/// Returns the months whose records count, newest first.
pub(super) fn open_months(stores: &Stores, policy: &Policy) -> Vec<Month> {
    Month::open(stores.clock.now(), policy.business_hours.zone, policy.retention_days)
}

/// What comes next for a lead.
enum Prepared {
    /// Nothing.
    Closed(Steered),
    /// The change of its record.
    Open { location: LeadRef, is_confirmed: bool },
}
