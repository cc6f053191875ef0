//! Takes results and new leads in: first durable on their line, then in their record, then the line is freed. Always in this
//! order, so that a crash between two steps loses nothing and frees no line whose result is unknown.

mod agent_call;
mod ahead;
mod item;
mod location;
mod preview;
mod refusal;

use crate::ports::{Metric, StoreError, error_chain};
use crate::store::Stores;
use crate::store::cas::{Known, UpdateError};
use crate::store::records::{Node, Updated};
use crate::usecase::time::timeout;
pub use agent_call::Held;
use ahead::Ahead;
use futures_util::{StreamExt, stream};
use item::{Applied, Item};
pub use preview::{LeadPreview, NumberPreview, Preview};
use redial_domain::{
    Actor, Arrival, CallResult, Judged, Line, NotAResult, Outcome, Phone, Policy, Report, Unattached, judge,
    unknown_code,
};
use std::sync::Arc;
use std::time::Duration;

/// The timeout of reading the settings. A sender waits about ten seconds, and most of them belong to the line.
const TIME_FOR_RULES: Duration = Duration::from_secs(2);
/// The timeout of bringing a durable result into its record. Together with [`TIME_FOR_RULES`] and two writes of the line it
/// keeps the answer inside the ten seconds after which a sender gives up. A result that takes longer is deferred.
const TIME_TO_SETTLE: Duration = Duration::from_secs(4);
/// Concurrent writes of objects, and of lines, when a run finishes many arrivals.
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
    /// It is durable on its line. The next run brings it into its record.
    Deferred,
    /// It changes nothing, for this reason.
    Ignored(Ignored),
}

/// What came of arrivals for one object.
enum Group {
    /// Each came to this.
    Finished(Vec<Ingested>),
    /// The object is divided, so they belong into others.
    Divided(Vec<Item>),
}

/// What came of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// It was the result of a call, with this outcome.
    Result(Outcome, Ingested),
    /// It was a new lead.
    NewLead(Ingested),
    /// It forbids further calls, and it is not a result that could be recorded. The number is suppressed.
    DoNotCall,
    /// A person must decide whether it forbids further calls. The number is not dialed until then.
    PossibleDoNotCall,
    /// The person is on the phone with an agent.
    InCall(Held),
    /// It is no result of a call.
    NotAResult(NotAResult),
    /// Its lead or its call cannot be determined.
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

/// The arrival could not be made durable. The sender must send it again.
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

    /// Judges a provider's report by the settings in force, and takes it in.
    ///
    /// # Errors
    /// [`NotStored`] if it is not durable, or if this process has never been able to read the settings. Other rules could
    /// judge the call otherwise, so it is not judged by guess. A do-not-call takes effect even then.
    pub async fn receive(&self, report: Report) -> Result<Received, NotStored> {
        let policy = match self.rules().await {
            Ok(policy) => policy,
            Err(error) => {
                self.hear_do_not_call(report).await?;
                return Err(error);
            }
        };
        if let Some(code) = unknown_code(&report, &policy) {
            self.stores.meter.record(Metric::UnknownDispositions.one(code));
        }
        match judge(report, &policy) {
            Judged::InCall(in_call) => Ok(Received::InCall(self.hold_for_agent(&in_call, &policy).await?)),
            Judged::NotAResult(reason) => Ok(Received::NotAResult(reason)),
            Judged::Unattached(reason) => Ok(Received::Unattached(reason)),
            Judged::OfNobody(result, reason) => {
                self.apply_number_facts(&result).await?;
                Ok(Received::Unattached(reason))
            }
            Judged::DoNotCall(told) => self.hear(*told, &policy).await,
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

    /// Suppresses the number of a report that is a do-not-call by the settings of the environment.
    ///
    /// The sender gets an error and may never send it again, so this must not wait for the settings.
    async fn hear_do_not_call(&self, report: Report) -> Result<(), NotStored> {
        let policy = self.stores.settings.environment_policy();
        match judge(report, &policy) {
            Judged::DoNotCall(told) => self.hear(*told, &policy).await.map(drop),
            // The person is on the phone, whatever the settings in force say about the length of the hold.
            Judged::InCall(in_call) => self.hold_for_agent(&in_call, &policy).await.map(drop),
            Judged::Arrival(arrival) => match *arrival {
                Arrival::Result(result) if result.is_refusal() => self.apply_number_facts(&result).await,
                Arrival::Result(_) | Arrival::NewLead(_) => Ok(()),
            },
            Judged::OfNobody(result, _) => self.apply_number_facts(&result).await,
            Judged::NotAResult(_) | Judged::Unattached(_) => Ok(()),
        }
    }

    /// Takes an arrival in.
    ///
    /// # Errors
    /// [`NotStored`] if it is not durable. After that nothing is an error, because the next run finishes what is left.
    pub async fn handle(&self, arrival: Arrival) -> Result<Ingested, NotStored> {
        let policy = self.rules().await?;
        let mut ahead = Ahead::new(&self.stores.records);
        ahead.begin(self.known_location(&arrival, None, &policy));
        let mut known = ahead.beside(self.stores.lines.known(arrival.phone())).await?;
        let line = line_of(&known);
        // A repeat needs no write, unless it is the first that names the attempt: then it frees the hold.
        if is_repeat(&arrival, &line) && !is_held_for(&arrival, &line) {
            self.hear_repeated(&arrival, &line, &policy).await?;
            return Ok(Ingested::Repeat);
        }
        let arrival = match self.named(arrival, &mut known, &policy).await? {
            Ok(arrival) => arrival,
            Err(result) => {
                self.apply_number_facts(&result).await?;
                return Ok(Ingested::Ignored(Ignored::NoLead));
            }
        };
        // This write makes the arrival durable. Everything after it can be done again by a run.
        ahead.begin(self.known_location(&arrival, Some(&line), &policy));
        let known = ahead.beside(self.accept(&arrival, known)).await.map_err(NotStored)?;
        let line = line_of(&known);
        // Another process may have finished the same result since the first read.
        if is_repeat(&arrival, &line) {
            self.hear_repeated(&arrival, &line, &policy).await?;
            return Ok(Ingested::Repeat);
        }
        let open = vec![(arrival.phone().clone(), known)];
        // The result is durable, so a slow store must not cost the sender its 2xx. A sender without it would send again.
        let finish = async {
            ahead.end().await;
            self.finish(open, Some(&arrival)).await
        };
        let finished = timeout(&*self.stores.clock, TIME_TO_SETTLE, finish).await;
        Ok(finished.and_then(|results| results.first().copied()).unwrap_or(Ingested::Deferred))
    }

    /// Returns the settings in force. If they cannot be read, returns those that were read last, so that no result is
    /// rejected because of it.
    ///
    /// # Errors
    /// [`NotStored`] if this process has never been able to read them.
    pub async fn rules(&self) -> Result<Arc<Policy>, NotStored> {
        let read = timeout(&*self.stores.clock, TIME_FOR_RULES, self.stores.settings.policy_without_law()).await;
        let error = match read {
            Some(Ok(policy)) => return Ok(policy),
            Some(Err(error)) => error,
            None => StoreError::unavailable(format!("no answer in {TIME_FOR_RULES:?}")),
        };
        tracing::error!(
            error = error_chain(&error),
            "settings cannot be read: results are judged by the last known ones"
        );
        self.stores.settings.last_known().ok_or(NotStored(error.into()))
    }

    /// Writes on the line that its number was called, and that it must not be called if the result is a do-not-call. For a
    /// call without a record, or whose record is not found yet.
    ///
    /// # Errors
    /// [`NotStored`] if it is not durable.
    pub async fn apply_number_facts(&self, result: &CallResult) -> Result<(), NotStored> {
        let apply = |line: &mut Line| line.apply_number_facts(result, self.stores.clock.now());
        self.stores.lines.update(&result.phone, apply).await.map_err(NotStored)
    }

    /// Makes the arrival durable. Needs the line alone, so that a result can be accepted while the records are down.
    ///
    /// Returns the line with its version. It travels on to [`Ingest::free`], so that a webhook reads its line once.
    async fn accept(&self, arrival: &Arrival, known: Known<Line>) -> Result<Known<Line>, UpdateError> {
        let accept = |line: &mut Line| line.accept(arrival.clone(), self.stores.clock.now());
        let (_, known) = self.stores.lines.update_known(arrival.phone(), known, accept).await?;
        Ok(known)
    }

    /// Brings all arrivals that wait on these lines, or `only` this one, into records, and frees the lines. Writes each object
    /// once, because an object is rewritten as a whole and a run may find many results of one object.
    ///
    /// Returns what came of each arrival. One that cannot be placed, because its location cannot be read, is left out. It
    /// stays on its line, as do those that cannot be stored.
    pub async fn finish(&self, open: Vec<(Phone, Known<Line>)>, only: Option<&Arrival>) -> Vec<Ingested> {
        let Ok(policy) = self.stores.settings.policy_without_law().await else { return Vec::new() };
        let items = open.into_iter().map(|(phone, known)| self.items(phone, known, only, &policy));
        let items: Vec<_> = stream::iter(items).buffered(WRITERS).collect().await;
        let mut results = Vec::new();
        let mut left = Vec::new();
        for item in items.into_iter().flatten() {
            // Retention has deleted the month or is about to. Writing would create it again, for this one record.
            if !self.is_open(item.location.month, &policy) {
                results.push(self.free(item, Applied::gone()).await);
                continue;
            }
            left.push(item);
        }
        while !left.is_empty() {
            let groups = self.stores.records.by_leaf(left, |item| &item.location);
            let groups = groups.into_iter().map(|(leaf, items)| self.finish_group(leaf, items, &policy));
            let finished: Vec<_> = stream::iter(groups).buffered(WRITERS).collect().await;
            left = Vec::new();
            for group in finished {
                match group {
                    Group::Finished(done) => results.extend(done),
                    Group::Divided(items) => left.extend(items),
                }
            }
        }
        results
    }

    /// Returns the arrivals that wait on one line, with the location of their record. Leaves out those whose location cannot
    /// be read, and those that have left the line meanwhile.
    async fn items(&self, phone: Phone, mut known: Known<Line>, only: Option<&Arrival>, policy: &Policy) -> Vec<Item> {
        let line = line_of(&known);
        let mut items = Vec::new();
        for waiting in &line.inbox {
            if only.is_some_and(|only| only.id() != waiting.arrival.id()) {
                continue;
            }
            let pinned = self.pinned_location(&phone, &waiting.arrival, &line, &mut known, policy).await;
            let Ok(Some(location)) = pinned else { continue };
            items.push(Item::new(&waiting.arrival, &line, location));
        }
        // Each of several items frees the line in a write of its own, and only the first would meet the line as it is known.
        if let [only] = &mut *items {
            only.known = known;
        }
        items
    }

    /// Brings arrivals into the records of one object in one write, then frees their lines.
    async fn finish_group(&self, leaf: Node, items: Vec<Item>, policy: &Policy) -> Group {
        let month = leaf.month();
        let stored = self.stores.records.update_leaf(&leaf, |edit| {
            let now = self.stores.clock.now();
            items.iter().map(|item| item.apply(edit, now, policy)).collect::<Vec<_>>()
        });
        let stored = match stored.await {
            Ok(Updated::Done(stored)) => stored,
            Ok(Updated::Divided) => return Group::Divided(items),
            Err(error) => {
                tracing::warn!(%month, error = error_chain(&error), waiting = items.len(), "results wait on their lines");
                return Group::Finished(vec![Ingested::Deferred; items.len()]);
            }
        };
        tracing::info!(%month, count = items.len(), "Saved redial queue records");
        let frees = items.into_iter().zip(stored).map(|(item, outcome)| async move {
            match outcome {
                Ok(applied) => {
                    item.log(&self.by, applied);
                    if applied.in_doubt && applied.done == Ingested::Applied {
                        self.stores.meter.record(Metric::PossibleDoNotCalls.of(1_u8));
                    }
                    if applied.fell_back {
                        self.stores.meter.record(Metric::CallbackFallbacks.of(1_u64));
                    }
                    self.free(item, applied).await
                }
                Err(error) => {
                    tracing::error!(%month, error = error_chain(&error), "a result stays on its line: its record is unreadable");
                    Ingested::Deferred
                }
            }
        });
        Group::Finished(stream::iter(frees).buffered(WRITERS).collect().await)
    }

    /// Takes the arrival off its line and frees the hold of its attempt. Only here is a line freed after a call.
    ///
    /// The record was written before. A line that were freed first could be dialed by a run that reads the old record.
    async fn free(&self, mut item: Item, applied: Applied) -> Ingested {
        let done = applied.done;
        let known = std::mem::take(&mut item.known);
        let freed = self.stores.lines.update_known(item.arrival.phone(), known, |line| {
            line.resolve(&item.arrival);
            // The number was suppressed after the record was decided on, so a run must look at the record once more.
            line.retiring |= line.suppressed.is_some() && !item.suppressed;
            if let (Arrival::Result(result), true) = (&item.arrival, applied.is_dismissed) {
                line.forget_review_of(&result.call);
            }
            if done == Ingested::Ignored(Ignored::RecordGone) {
                line.unpin_record(&item.location.key());
                if let Arrival::Result(result) = &item.arrival {
                    line.report_found_no_record(&result.call);
                }
            }
        });
        // Still `done`: the record has the result, and the next run finds it there as a repeat and frees the line.
        if let Err(error) = freed.await {
            tracing::warn!(error = error_chain(&error), "a line is not freed yet: the next run frees it");
        }
        done
    }
}

/// Returns a line as it is known, an empty one for a number that was never touched.
fn line_of(known: &Known<Line>) -> Line {
    known.value().cloned().unwrap_or_default()
}

/// Returns whether the line knows that this result is in its record. A correction is not, and neither is a result that waits.
fn is_repeat(arrival: &Arrival, line: &Line) -> bool {
    match arrival {
        Arrival::Result(result) => {
            line.is_recorded(&result.call) && !line.is_waiting(&result.call) && !line.is_corrected_by(result)
        }
        Arrival::NewLead(_) => false,
    }
}

/// Returns whether the line is held by the call of this result. An earlier webhook of the same call, without the attempt id,
/// could not free it.
fn is_held_for(arrival: &Arrival, line: &Line) -> bool {
    matches!((arrival, &line.hold), (Arrival::Result(result), Some(hold)) if hold.is_of(result))
}
