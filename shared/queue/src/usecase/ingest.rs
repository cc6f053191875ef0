//! A result comes in: durable on its line first, then in its record, then the line is freed. Always in that order.

mod item;
mod location;

use crate::ports::{StoreError, error_chain};
use crate::store::Stores;
use crate::store::cas::UpdateError;
use crate::usecase::time::timeout;
use futures_util::{StreamExt, stream};
use item::Item;
use redial_domain::{
    Actor, Arrival, CallResult, Judged, Line, Month, NotAResult, Outcome, Phone, Policy, Report, Unattached, judge,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// What the rules may take of a webhook's ten seconds.
const TIME_FOR_RULES: Duration = Duration::from_secs(2);
/// What bringing a durable result into its record may take of them.
const TIME_TO_SETTLE: Duration = Duration::from_secs(4);
/// Lines, and objects, written at once when many arrivals are finished together.
const WRITERS: usize = 8;

/// Brings arrivals into records, each exactly once.
#[derive(Clone)]
pub struct Ingest {
    /// What every use case shares.
    pub stores: Arc<Stores>,
    by: Actor,
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
    Deferred,
    /// It changes nothing, for this reason.
    Ignored(Ignored),
}

/// What came of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// It was the result of a call, with this outcome.
    Result(Outcome, Ingested),
    /// It was a new lead.
    NewLead(Ingested),
    /// It is no result of a call.
    NotAResult(NotAResult),
    /// It cannot be told to whom or to what it belongs.
    Unattached(Unattached),
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
    /// Brings arrivals into records of these stores, on behalf of `by`.
    #[must_use]
    pub fn new(stores: Arc<Stores>, by: Actor) -> Self {
        Self { stores, by }
    }

    /// Judges what a provider reports, by the settings in force, and takes it in.
    ///
    /// # Errors
    /// [`NotStored`] when it is not durable, and when this process has never read the settings: how a call ended is not judged
    /// by rules that may be others. A do-not-call is heard even then.
    pub async fn receive(&self, report: Report) -> Result<Received, NotStored> {
        let policy = match self.rules().await {
            Ok(policy) => policy,
            Err(error) => {
                self.hear_do_not_call(report).await?;
                return Err(error);
            }
        };
        match judge(report, &policy) {
            Judged::NotAResult(reason) => Ok(Received::NotAResult(reason)),
            Judged::Unattached(reason) => Ok(Received::Unattached(reason)),
            Judged::Arrival(arrival) => {
                item::log_arrival(&arrival);
                let outcome = match &*arrival {
                    Arrival::Result(result) => Some(result.outcome.clone()),
                    Arrival::NewLead(_) => None,
                };
                let ingested = self.handle(*arrival).await?;
                Ok(outcome.map_or(Received::NewLead(ingested), |outcome| Received::Result(outcome, ingested)))
            }
        }
    }

    /// Suppresses the number of a report that forbids to call it, by the rules of the environment.
    async fn hear_do_not_call(&self, report: Report) -> Result<(), NotStored> {
        match judge(report, &self.stores.settings.environment_policy()) {
            Judged::Arrival(arrival) => match *arrival {
                Arrival::Result(result) if result.outcome.suppresses() => self.apply_number_facts(&result).await,
                Arrival::Result(_) | Arrival::NewLead(_) => Ok(()),
            },
            Judged::NotAResult(_) | Judged::Unattached(_) => Ok(()),
        }
    }

    /// Takes an arrival in.
    ///
    /// # Errors
    /// [`NotStored`] when it is not durable. Once it is, whatever fails afterwards is finished by a run.
    pub async fn handle(&self, arrival: Arrival) -> Result<Ingested, NotStored> {
        let policy = self.rules().await?;
        let line = self.stores.lines.get(arrival.phone()).await?;
        if is_repeat(&arrival, &line) && !is_held_for(&arrival, &line) {
            return Ok(Ingested::Repeat);
        }
        let arrival = match self.named(arrival, &line, &policy).await? {
            Ok(arrival) => arrival,
            Err(result) => {
                self.apply_number_facts(&result).await?;
                return Ok(Ingested::Ignored(Ignored::NoLead));
            }
        };
        let line = self.accept(&arrival).await.map_err(NotStored)?;
        if is_repeat(&arrival, &line) {
            return Ok(Ingested::Repeat);
        }
        let open = vec![(arrival.phone().clone(), line)];
        // A store that is slow now must not cost the sender its answer: the result is durable.
        let finished = timeout(&*self.stores.clock, TIME_TO_SETTLE, self.finish(open, Some(&arrival))).await;
        Ok(finished.and_then(|results| results.first().copied()).unwrap_or(Ingested::Deferred))
    }

    /// The rules in force; those that were read last while they cannot be read, so that no result is turned away for it.
    ///
    /// # Errors
    /// When this process has never read them: how a call ended is not judged by rules that may be others.
    pub async fn rules(&self) -> Result<Arc<Policy>, NotStored> {
        let read = timeout(&*self.stores.clock, TIME_FOR_RULES, self.stores.settings.policy()).await;
        let error = match read {
            Some(Ok(policy)) => return Ok(policy),
            Some(Err(error)) => error,
            None => StoreError::unavailable("no answer in time"),
        };
        tracing::error!(error = error_chain(&error), "the settings cannot be read");
        self.stores.settings.last_known().ok_or(NotStored(error.into()))
    }

    /// Notes on the line of a call that has no record, or none yet, that its number must not be called, and that it was.
    ///
    /// # Errors
    /// [`NotStored`] when it is not durable.
    pub async fn apply_number_facts(&self, result: &CallResult) -> Result<(), NotStored> {
        let apply = |line: &mut Line| line.apply_number_facts(result, self.stores.clock.now());
        self.stores.lines.update(&result.phone, apply).await.map_err(NotStored)
    }

    /// Makes the arrival durable. Nothing but the line is needed for it.
    async fn accept(&self, arrival: &Arrival) -> Result<Line, UpdateError> {
        self.stores
            .lines
            .update(arrival.phone(), |line| {
                line.accept(arrival.clone(), self.stores.clock.now());
                line.clone()
            })
            .await
    }

    /// Brings everything that waits on these lines into records, one write for each object, and frees the lines.
    /// `only` restricts it to one arrival. What cannot be stored stays where it is. Says what came of each arrival.
    pub async fn finish(&self, open: Vec<(Phone, Line)>, only: Option<&Arrival>) -> Vec<Ingested> {
        let Ok(policy) = self.stores.settings.policy().await else { return Vec::new() };
        let items = open.into_iter().map(|(phone, line)| self.items(phone, line, only, &policy));
        let items: Vec<_> = stream::iter(items).buffered(WRITERS).collect().await;
        let mut results = Vec::new();
        let mut groups: BTreeMap<(Month, u32), Vec<Item>> = BTreeMap::new();
        for item in items.into_iter().flatten() {
            if !self.is_open(item.location.month, &policy) {
                results.push(self.free(&item, Ingested::Ignored(Ignored::RecordGone)).await);
                continue;
            }
            let Ok(shard) = self.stores.records.shard_number(&item.location).await else { continue };
            groups.entry((item.location.month, shard)).or_default().push(item);
        }
        let groups = groups.into_iter().map(|((month, shard), items)| self.finish_group(month, shard, items, &policy));
        let finished: Vec<_> = stream::iter(groups).buffered(WRITERS).collect().await;
        results.extend(finished.into_iter().flatten());
        results
    }

    /// What waits on one line, each with the place of its record. What has no place that can be read is left out.
    async fn items(&self, phone: Phone, line: Line, only: Option<&Arrival>, policy: &Policy) -> Vec<Item> {
        let mut items = Vec::new();
        for waiting in &line.inbox {
            if only.is_some_and(|only| only.id() != waiting.arrival.id()) {
                continue;
            }
            let Ok(location) = self.pinned_location(&phone, &waiting.arrival, &line, policy).await else { continue };
            items.push(Item { location, suppressed: line.suppressed.is_some(), arrival: waiting.arrival.clone() });
        }
        items
    }

    async fn finish_group(&self, month: Month, shard: u32, items: Vec<Item>, policy: &Policy) -> Vec<Ingested> {
        let stored = self.stores.records.update_shard(month, shard, |edit| {
            let now = self.stores.clock.now();
            items.iter().map(|item| item.apply(edit, now, policy)).collect::<Vec<_>>()
        });
        let stored = match stored.await {
            Ok(stored) => stored,
            Err(error) => {
                tracing::warn!(%month, error = error_chain(&error), waiting = items.len(), "results wait on their lines");
                return vec![Ingested::Deferred; items.len()];
            }
        };
        tracing::info!(%month, count = items.len(), "Saved redial queue records");
        let frees = items.into_iter().zip(stored).map(|(item, outcome)| async move {
            match outcome {
                Ok((done, is_new)) => {
                    item.log(&self.by, done, is_new);
                    self.free(&item, done).await
                }
                Err(error) => {
                    tracing::error!(%month, error = error_chain(&error), "the record of a result cannot be understood; the result waits on its line");
                    Ingested::Deferred
                }
            }
        });
        stream::iter(frees).buffered(WRITERS).collect().await
    }

    /// Record first, line last: only here is a line freed after a call.
    async fn free(&self, item: &Item, done: Ingested) -> Ingested {
        let freed = self.stores.lines.update(item.arrival.phone(), |line| {
            line.resolve(&item.arrival);
            if done == Ingested::Ignored(Ignored::RecordGone) {
                line.unpin_record(&item.location.key());
            }
        });
        if let Err(error) = freed.await {
            tracing::warn!(error = error_chain(&error), "a line is freed by the next run");
        }
        done
    }
}

/// Whether the line knows that this result is in its record.
fn is_repeat(arrival: &Arrival, line: &Line) -> bool {
    matches!(arrival, Arrival::Result(result) if line.is_recorded(&result.call))
}

/// Whether the line is held by the call of this result: a webhook without metadata could not free it.
fn is_held_for(arrival: &Arrival, line: &Line) -> bool {
    matches!((arrival, &line.hold), (Arrival::Result(result), Some(hold)) if hold.is_of(result))
}
