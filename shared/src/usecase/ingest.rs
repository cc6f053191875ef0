//! A result comes in: durable on its line first, then in its record, then the line is freed. Always in that order.

mod item;

use crate::domain::{Arrival, CallResult, Lead, LeadKey, LeadRef, Line, Month, Phone, Policy};
use crate::ports::{Clock, LineStore, StoreError, causes};
use crate::store::cas::UpdateError;
use crate::store::lines;
use crate::store::records::{Found, Records};
use crate::store::settings::SettingsStore;
use crate::usecase::time::within;
use futures_util::{StreamExt, stream};
use item::Item;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// What the rules may take of a webhook's ten seconds.
const TIME_FOR_RULES: Duration = Duration::from_secs(2);
/// What bringing a durable result into its record may take of them.
const TIME_TO_SETTLE: Duration = Duration::from_secs(4);
/// Lines written at once when many arrivals are finished together.
const WRITERS: usize = 16;

/// Brings arrivals into records, each exactly once.
#[derive(Clone)]
pub struct Ingest {
    /// The records.
    pub records: Arc<Records>,
    /// The lines.
    pub lines: Arc<dyn LineStore>,
    /// The rules.
    pub settings: Arc<SettingsStore>,
    /// Time and chance.
    pub clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Ingest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ingest")
    }
}

/// What came of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ingested {
    /// It is in its record.
    Applied,
    /// It was there before.
    Repeat,
    /// It is durable; a run will bring it into its record.
    Left,
    /// It changes nothing, for this reason.
    Ignored(Ignored),
}

/// Why an arrival changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ignored {
    /// It names no lead, and no record has its number.
    NoLead,
    /// The record from which the call was dialed was removed or has expired.
    RecordGone,
}

impl Ignored {
    /// The reason as one word, for metrics.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NoLead => "no_lead",
            Self::RecordGone => "record_gone",
        }
    }

    /// The reason in words, for the provider's log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoLead => "no lead id, and no record has this number",
            Self::RecordGone => "the record of this lead was removed or has expired",
        }
    }
}

/// The arrival could not be made durable: the sender must send it again.
#[derive(Debug, thiserror::Error)]
#[error("the result could not be stored")]
pub struct NotStored(#[source] UpdateError);

impl From<StoreError> for NotStored {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

impl Ingest {
    /// Takes an arrival in.
    ///
    /// # Errors
    /// [`NotStored`] when it is not durable. Once it is, whatever fails afterwards is finished by a run.
    pub async fn handle(&self, arrival: Arrival) -> Result<Ingested, NotStored> {
        let policy = self.rules().await?;
        let line = self.lines.get(arrival.phone()).await?.map(|line| line.value).unwrap_or_default();
        if is_repeat(&arrival, &line) && !is_held_for(&arrival, &line) {
            return Ok(Ingested::Repeat);
        }
        let arrival = match self.named(arrival, &line, &policy).await? {
            Ok(arrival) => arrival,
            Err(result) => {
                self.witness(&result).await?;
                return Ok(Ingested::Ignored(Ignored::NoLead));
            }
        };
        let line = self.accept(&arrival).await.map_err(NotStored)?;
        if is_repeat(&arrival, &line) {
            return Ok(Ingested::Repeat);
        }
        let open = vec![(arrival.phone().clone(), line)];
        // A store that is slow now must not cost the sender its answer: the result is durable.
        let finished = within(&*self.clock, TIME_TO_SETTLE, self.finish(open, Some(&arrival))).await;
        Ok(finished.and_then(|results| results.first().copied()).unwrap_or(Ingested::Left))
    }

    /// The rules in force; those that were read last while they cannot be read, so that no result is turned away for it.
    ///
    /// # Errors
    /// When this process has never read them: how a call ended is not judged by rules that may be others.
    pub async fn rules(&self) -> Result<Arc<Policy>, NotStored> {
        let read = within(&*self.clock, TIME_FOR_RULES, self.settings.policy()).await;
        let error = match read {
            Some(Ok(policy)) => return Ok(policy),
            Some(Err(error)) => error,
            None => StoreError::unavailable("no answer in time"),
        };
        tracing::error!(error = causes(&error), "the settings cannot be read");
        self.settings.last_known().ok_or(NotStored(error.into()))
    }

    /// The rules of the environment, for what a do-not-call needs when no others are known.
    #[must_use]
    pub fn environment_rules(&self) -> Arc<Policy> {
        self.settings.environment_policy()
    }

    /// Notes on the line of a call that has no record, or none yet, that its number must not be called, and that it was.
    ///
    /// # Errors
    /// [`NotStored`] when it is not durable.
    pub async fn witness(&self, result: &CallResult) -> Result<(), NotStored> {
        let note = |line: &mut Line| line.witness(result, self.clock.now());
        lines::update(&*self.lines, &*self.clock, &result.phone, note).await.map_err(NotStored)
    }

    /// Makes the arrival durable. Nothing but the line is needed for it.
    async fn accept(&self, arrival: &Arrival) -> Result<Line, UpdateError> {
        lines::update(&*self.lines, &*self.clock, arrival.phone(), |line| {
            line.accept(arrival.clone(), self.clock.now());
            line.clone()
        })
        .await
    }

    /// Brings everything that waits on these lines into records, one write for each object, and frees the lines.
    /// `only` restricts it to one arrival. What cannot be stored stays where it is. Says what came of each arrival.
    pub async fn finish(&self, open: Vec<(Phone, Line)>, only: Option<&Arrival>) -> Vec<Ingested> {
        let Ok(policy) = self.settings.policy().await else { return Vec::new() };
        let mut results = Vec::new();
        let mut groups: BTreeMap<(Month, u32), Vec<Item>> = BTreeMap::new();
        for (phone, line) in open {
            for waiting in &line.inbox {
                if only.is_some_and(|only| only.id() != waiting.arrival.id()) {
                    continue;
                }
                let Ok(home) = self.fixed_home(&phone, &waiting.arrival, &line, &policy).await else { continue };
                let item = Item { home, suppressed: line.suppressed.is_some(), arrival: waiting.arrival.clone() };
                if !self.is_open(item.home.month, &policy) {
                    results.push(self.free(&item, Ingested::Ignored(Ignored::RecordGone)).await);
                    continue;
                }
                let Ok(shard) = self.records.shard_number(&item.home).await else { continue };
                groups.entry((item.home.month, shard)).or_default().push(item);
            }
        }
        for ((month, shard), items) in groups {
            results.extend(self.finish_group(month, shard, items, &policy).await);
        }
        results
    }

    async fn finish_group(&self, month: Month, shard: u32, items: Vec<Item>, policy: &Policy) -> Vec<Ingested> {
        let stored = self.records.update_shard(month, shard, |edit| {
            let now = self.clock.now();
            items.iter().map(|item| item.apply(edit, now, policy)).collect::<Vec<_>>()
        });
        let stored = match stored.await {
            Ok(stored) => stored,
            Err(error) => {
                tracing::warn!(%month, error = causes(&error), waiting = items.len(), "results wait on their lines");
                return vec![Ingested::Left; items.len()];
            }
        };
        tracing::info!(%month, count = items.len(), "Saved redial queue records");
        let frees = items.into_iter().zip(stored).map(|(item, outcome)| async move {
            match outcome {
                Ok((done, is_new)) => {
                    item.log(done, is_new);
                    self.free(&item, done).await
                }
                Err(error) => {
                    tracing::error!(%month, error = causes(&error), "the record of a result cannot be understood; the result waits on its line");
                    Ingested::Left
                }
            }
        });
        stream::iter(frees).buffered(WRITERS).collect().await
    }

    /// Record first, line last: only here is a line freed after a call.
    async fn free(&self, item: &Item, done: Ingested) -> Ingested {
        let freed = lines::update(&*self.lines, &*self.clock, item.arrival.phone(), |line| {
            line.settled(&item.arrival);
            if done == Ingested::Ignored(Ignored::RecordGone) {
                line.move_out(&item.home.key());
            }
        });
        if let Err(error) = freed.await {
            tracing::warn!(error = causes(&error), "a line is freed by the next run");
        }
        done
    }

    /// The arrival with its lead: a call without a lead id belongs to the record of its number that was dialed last.
    /// The result comes back where there is none.
    async fn named(
        &self,
        arrival: Arrival,
        line: &Line,
        policy: &Policy,
    ) -> Result<Result<Arrival, CallResult>, StoreError> {
        let Arrival::Result(mut result) = arrival else { return Ok(Ok(arrival)) };
        if result.lead.is_none() && result.outcome.suppresses() {
            // Before records are searched, which may fail.
            self.witness(&result).await.map_err(|NotStored(error)| StoreError::unavailable(error))?;
        }
        if result.lead.is_none() {
            let held = line.hold.as_ref().filter(|hold| Some(hold.attempt) == result.attempt);
            let same_call = line.hold.as_ref().filter(|hold| hold.call.as_ref() == Some(&result.call));
            let home = match held.or(same_call) {
                Some(hold) => Some(hold.lead.clone()),
                None => self.last_dialed(&result, policy).await?.map(|found| found.home),
            };
            // The result belongs to this record; it makes none when an operator removes this one meanwhile.
            result.month = home.as_ref().map(|home| home.month);
            result.lead = home.map(|home| home.id);
        }
        Ok(if result.lead.is_some() { Ok(Arrival::Result(result)) } else { Err(result) })
    }

    /// The record of the number that has this call already, else the one that was dialed last.
    async fn last_dialed(&self, result: &CallResult, policy: &Policy) -> Result<Option<Found>, StoreError> {
        let found = self.records.find_by_phone(&result.phone, &self.open_months(policy)).await?;
        let knows = |lead: &Lead| lead.history.iter().any(|past| past.call == result.call);
        let order = |found: &Found| (knows(&found.lead), found.lead.last_call, found.lead.updated_at);
        Ok(found.into_iter().max_by_key(order))
    }

    /// Where the record of an arrival lives or will live: where the call was dialed from, else where the line says, else
    /// where it is found, else in this month.
    async fn home(&self, arrival: &Arrival, line: &Line, policy: &Policy) -> Result<LeadRef, StoreError> {
        let id = arrival.lead().cloned().ok_or_else(|| StoreError::unusable("an arrival without a lead"))?;
        let phone = arrival.phone().clone();
        let key = LeadKey::new(&id, &phone);
        if let Some(month) = arrival.month() {
            return Ok(LeadRef { month, id, phone });
        }
        if let Some(known) = line.home(&key).filter(|home| self.is_open(home.month, policy)) {
            return Ok(known.clone());
        }
        let open = self.open_months(policy);
        let month = self.records.locate(&key, &open).await?.unwrap_or(open[0]);
        Ok(LeadRef { month, id, phone })
    }

    /// As [`Ingest::home`], fixed on the line before any record is made.
    async fn fixed_home(
        &self,
        phone: &Phone,
        arrival: &Arrival,
        line: &Line,
        policy: &Policy,
    ) -> Result<LeadRef, UpdateError> {
        let home = self.home(arrival, line, policy).await?;
        if arrival.month().is_some() || line.home(&home.key()) == Some(&home) {
            return Ok(home);
        }
        lines::update(&*self.lines, &*self.clock, phone, |line| {
            let key = home.key();
            if line.home(&key).is_some_and(|known| !self.is_open(known.month, policy)) {
                line.move_out(&key);
            }
            line.settle_in(home.clone());
            line.home(&key).cloned().unwrap_or_else(|| home.clone())
        })
        .await
    }

    fn is_open(&self, month: Month, policy: &Policy) -> bool {
        month.is_open(self.clock.now(), policy.business_hours.zone, policy.retention_days)
    }

    fn open_months(&self, policy: &Policy) -> Vec<Month> {
        Month::open(self.clock.now(), policy.business_hours.zone, policy.retention_days)
    }
}

/// Whether the line knows that this result is in its record.
fn is_repeat(arrival: &Arrival, line: &Line) -> bool {
    matches!(arrival, Arrival::Result(result) if line.is_settled(&result.call))
}

/// Whether the line is held by the call of this result: a webhook without metadata could not free it.
fn is_held_for(arrival: &Arrival, line: &Line) -> bool {
    matches!((arrival, &line.hold), (Arrival::Result(result), Some(hold)) if hold.is_of(result))
}
