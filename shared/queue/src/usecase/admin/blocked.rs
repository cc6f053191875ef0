//! How many leads each gate holds back.

use super::Admin;
use crate::ports::StoreError;
use crate::store::records::Found;
use chrono::{DateTime, Utc};
use redial_domain::verdict::{Facts, Gate, GateName, Opens, dial_order};
use redial_domain::{LeadKey, LeadRef, Policy, Status};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// The most examples of one gate.
pub const MOST_EXAMPLES: usize = 3;

/// Why the leads that are not finished are not dialed now.
#[derive(Debug, Clone)]
pub struct Blocked {
    /// Leads that wait for a dial, and those that are paused. Only these count at gates.
    pub waiting: usize,
    /// Leads with every gate open, as [`super::Overview::ready`].
    pub ready: usize,
    /// Leads that are completed, have used all attempts, or have a status of another system.
    pub finished: usize,
    /// Leads that wait because an object of an older month cannot be read, and may have a record of them.
    pub beside_unreadable: usize,
    /// Records that cannot be understood.
    pub unreadable_records: u32,
    /// Objects that cannot be read, or must be divided first. Their leads are not counted.
    pub unread_objects: usize,
    /// Every gate, in order.
    pub gates: Vec<BlockedBy>,
    /// When this was true.
    pub at: DateTime<Utc>,
}

/// The leads that one gate holds back.
#[derive(Debug, Clone)]
pub struct BlockedBy {
    /// The gate.
    pub name: GateName,
    /// Leads whose first closed gate it is.
    pub first: usize,
    /// Leads for which it is closed. A gate of the number is asked only if every gate of the lead is open.
    pub at_all: usize,
    /// When it opens for the first of the leads whose first closed gate it is. `None` if time alone opens it for none.
    pub next_opens: Option<DateTime<Utc>>,
    /// Some of these leads, in the order of dialing.
    pub examples: Vec<Example>,
}

/// A lead that a gate holds back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The place of its record.
    pub location: LeadRef,
    /// When the gate opens for it. `None` if time alone does not open it.
    pub opens: Option<DateTime<Utc>>,
}

/// What decides which examples are shown: callbacks first, then the most overdue.
type Order = (bool, DateTime<Utc>, LeadKey);

#[derive(Default)]
struct Count {
    first: usize,
    at_all: usize,
    next_opens: Option<DateTime<Utc>>,
    examples: BTreeMap<Order, Example>,
}

#[derive(Default)]
struct Tally {
    waiting: usize,
    finished: usize,
    gates: BTreeMap<GateName, Count>,
}

impl Tally {
    fn add(&mut self, found: &Found, closed: &[Gate]) {
        for (place, gate) in closed.iter().enumerate() {
            let count = self.gates.entry(gate.name).or_default();
            count.at_all += 1;
            if place == 0 {
                count.hold_back(found, gate);
            }
        }
    }
}

impl Count {
    fn hold_back(&mut self, found: &Found, gate: &Gate) {
        let opens = match gate.opens {
            Opens::At(at) => Some(at),
            Opens::Now | Opens::Never => None,
        };
        self.first += 1;
        self.next_opens = [self.next_opens, opens].into_iter().flatten().min();
        let order = dial_order(&found.lead);
        if self.examples.len() == MOST_EXAMPLES && self.examples.last_key_value().is_some_and(|(last, _)| *last < order)
        {
            return;
        }
        self.examples.insert(order, Example { location: found.location.clone(), opens });
        if self.examples.len() > MOST_EXAMPLES {
            self.examples.pop_last();
        }
    }
}

/// Returns whether no gate holds a record with this status back, because it does not wait for a dial.
pub(super) fn is_finished(status: Status) -> bool {
    match status {
        Status::Pending | Status::Rescheduled | Status::Paused => false,
        Status::Completed | Status::MaxAttempts | Status::Foreign(_) => true,
    }
}

impl Admin {
    /// Returns how many leads each gate holds back, by the verdict of a run. Reads all records, and the lines of those whose
    /// own gates are all open.
    ///
    /// # Errors
    /// When records, lines or settings cannot be read.
    pub async fn blocked(&self) -> Result<Blocked, StoreError> {
        let policy = self.stores.settings.load().await?.policy;
        let (records, now) = (&self.stores.records, self.stores.clock.now());
        let survey = records.survey(&self.open_months(&policy)).await?;
        let tally = Mutex::new(Tally::default());
        // Most records are counted and forgotten as they come: a million of them do not fit into memory.
        let scan = records.scan_rows(&survey, |_| true, |found| note(&tally, found, now, &policy)).await?;
        let mut tally = tally.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (beside, candidates): (Vec<_>, Vec<_>) =
            scan.found.iter().partition(|found| scan.may_have_older_record(found));
        let lines = self.lines_of(&candidates, &scan.facts, now).await?;
        let mut ready = 0;
        for found in candidates {
            let line = lines.get(&found.lead.phone);
            let line = line.cloned().unwrap_or_default();
            let closed = Facts { lead: &found.lead, line: Some(&line), now, policy: &policy }.closed();
            ready += usize::from(closed.is_empty());
            tally.add(found, &closed);
        }
        let gates = GateName::ALL.into_iter().map(|name| {
            let Count { first, at_all, next_opens, examples } = tally.gates.remove(&name).unwrap_or_default();
            BlockedBy { name, first, at_all, next_opens, examples: examples.into_values().collect() }
        });
        Ok(Blocked {
            ready,
            beside_unreadable: beside.len(),
            gates: gates.collect(),
            waiting: tally.waiting,
            finished: tally.finished,
            unreadable_records: scan.unreadable_records,
            unread_objects: scan.unreadable_objects.len() + scan.large.len(),
            at: now,
        })
    }
}

/// Counts a record, and returns whether its line decides.
fn note(tally: &Mutex<Tally>, found: &Found, now: DateTime<Utc>, policy: &Policy) -> bool {
    let mut tally = tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if is_finished(found.lead.status) {
        tally.finished += 1;
        return false;
    }
    tally.waiting += 1;
    let facts = Facts { lead: &found.lead, line: None, now, policy };
    if facts.is_candidate_in_open_queue() {
        return true;
    }
    tally.add(found, &facts.closed());
    false
}
