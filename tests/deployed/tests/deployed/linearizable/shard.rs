//! Records of one shard, changed by the queue's own loop.

use super::history::{Calls, Model};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use redial_domain::builders::{at, lead_ref, policy, result};
use redial_domain::{Command, Commanded, Lead, Outcome, Settled, Status, command, settle};
use redial_queue::ports::{BlobStore, Clock};
use redial_queue::store::cas::UpdateError;
use redial_queue::store::records::{RecordChange, Records, ShardCount};
use std::collections::BTreeSet;
use std::sync::Arc;

const RECORDS: usize = 3;
/// Calls of each client.
const STEPS: usize = 8;

/// What clients do, and how often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mix {
    kinds: &'static [Kind],
    /// After a lost answer a change is found done, and then it tells of a later state than the one that it made.
    changes_tell: bool,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Read,
    Add,
    Steer(Command),
}

/// Everything that is done to a record.
pub(crate) const EVERYTHING: Mix = Mix {
    kinds: &[
        Kind::Read,
        Kind::Read,
        Kind::Add,
        Kind::Add,
        Kind::Add,
        Kind::Steer(Command::Pause),
        Kind::Steer(Command::Resume),
        Kind::Steer(Command::Remove),
    ],
    changes_tell: true,
};

/// What does nothing when it is done again after its answer was lost. A removal that is done again removes what came in
/// between, which is right for a removal that is not over yet, but is no single instant.
pub(crate) const REPEATABLE: Mix = Mix {
    kinds: &[Kind::Read, Kind::Read, Kind::Add, Kind::Add, Kind::Add, Kind::Steer(Command::Pause)],
    changes_tell: false,
};

/// A record as its readers see it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Seen {
    is_paused: bool,
    calls: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    Read,
    Add(usize),
    Steer(Command),
}

#[derive(Debug, Clone)]
pub(crate) struct Record;

impl Model for Record {
    type State = Option<Seen>;
    type Change = Change;

    fn apply(change: Change, record: &mut Option<Seen>) {
        match (change, record.as_mut()) {
            (Change::Add(call), _) => {
                record.get_or_insert_default().calls.insert(name(call));
            }
            (Change::Steer(Command::Remove), _) => *record = None,
            (Change::Steer(Command::Pause), Some(record)) => record.is_paused = true,
            (Change::Steer(Command::Resume), Some(record)) => record.is_paused = false,
            (Change::Steer(Command::Pause | Command::Resume), None) | (Change::Read, _) => {}
        }
    }
}

/// Whether what all clients were told of every record fits. Records do not depend on each other, so the shard fits if each
/// of them does.
pub(crate) async fn fits(clients: &[Arc<dyn BlobStore>], clock: &Arc<dyn Clock>, mix: Mix, seed: u64) -> bool {
    let calls: [Calls<Record>; RECORDS] = Default::default();
    join_all(clients.iter().enumerate().map(|(number, blobs)| {
        let client = Client { records: Records::new(Arc::clone(blobs), Arc::clone(clock), ShardCount::Fixed(1)) };
        client.works(number, mix, StdRng::seed_from_u64(seed * 100 + number as u64), &calls)
    }))
    .await;
    calls.into_iter().all(Calls::fit)
}

struct Client {
    records: Records,
}

impl Client {
    async fn works(self, number: usize, mix: Mix, mut chance: StdRng, calls: &[Calls<Record>; RECORDS]) {
        for step in 0..STEPS {
            let record = chance.random_range(0..RECORDS);
            let change = match mix.kinds.choose(&mut chance).unwrap() {
                Kind::Read => Change::Read,
                Kind::Add => Change::Add(number * STEPS + step),
                Kind::Steer(command) => Change::Steer(*command),
            };
            let carried_out = async {
                let seen = self.carry_out(record, change).await?;
                Ok((mix.changes_tell || matches!(change, Change::Read)).then_some(seen))
            };
            calls[record].call(change, carried_out).await;
        }
    }

    /// Gives the record as it is afterwards.
    async fn carry_out(&self, record: usize, change: Change) -> Result<Option<Seen>, UpdateError> {
        let n = u32::try_from(record).unwrap();
        let home = lead_ref(n, "2025-12");
        let now = at("2025-12-17T19:00:00Z");
        let put = |next: Box<Lead>| {
            let seen = seen(&next);
            RecordChange::Put(next, Some(seen))
        };
        match change {
            Change::Read => Ok(self.records.read(&home).await?.as_ref().map(seen)),
            Change::Add(call) => {
                let result = result(n, &name(call), Outcome::NO_ANSWER, now);
                let add = |lead: Option<&Lead>| match settle(lead, &result, false, now, &policy()) {
                    Settled::Changed(next) => put(next),
                    Settled::Repeat | Settled::Gone => RecordChange::Keep(lead.map(seen)),
                };
                self.records.update(&home, add).await
            }
            Change::Steer(what) => {
                let steer = |lead: Option<&Lead>| match lead.map(|lead| command(lead, what, now)) {
                    Some(Commanded::Changed(next)) => put(next),
                    Some(Commanded::Removed) => RecordChange::Remove(None),
                    Some(Commanded::Unchanged | Commanded::Impossible(_)) | None => RecordChange::Keep(lead.map(seen)),
                };
                self.records.update(&home, steer).await
            }
        }
    }
}

fn name(call: usize) -> String {
    format!("call-{call}")
}

fn seen(lead: &Lead) -> Seen {
    let calls = lead.history.iter().map(|past| past.call.as_str().to_owned());
    Seen { is_paused: lead.status == Status::Paused, calls: calls.collect() }
}
