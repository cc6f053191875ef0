//! S3 and DynamoDB as they are on a bad day: requests lost, answers lost, carried out after the client gave up, refused.

use crate::ambush;
use crate::defect::Defect;
use crate::engine::InFlight;
use crate::stored_data::{is_marker, now};
use crate::world::World;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::{Line, Phone};
use redial_queue::ports::{
    BlobStore, Entry, Expect, Fetched, LineStore, Part, Put, StoreError, Suppressed, Unlisted, Version, Versioned,
    Wanted,
};
use redial_queue::store::bulk::COMMANDS;
use redial_queue::store::records;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A write that is carried out when nobody waits for it any more.
const LATE: Duration = Duration::from_secs(300);

/// The way of one request.
struct Trip {
    carried_out: Option<Duration>,
    ends: Duration,
    answered: bool,
}

enum Kind {
    Read,
    Write,
}

/// Stores as one process sees them.
pub(crate) struct SimStores {
    pub(crate) world: Arc<World>,
    /// Of the process of a run: some planted mistakes are made there only.
    pub(crate) of_a_run: bool,
    /// Of the process of operators.
    pub(crate) of_an_operator: bool,
    /// The versions of lines that the process has written.
    pub(crate) written: Mutex<HashSet<Version>>,
    /// The versions of objects as the process has listed them first.
    pub(crate) listed: Mutex<HashMap<String, Version>>,
}

impl SimStores {
    fn trip(&self, kind: &Kind) -> Trip {
        let plan = &self.world.plan;
        let fault = self.world.strikes(plan.store_faults);
        let slow = self.world.strikes(plan.slowness);
        self.world.engine.draw(|chance| {
            let out = if slow { chance.millis(50, 2500) } else { chance.millis(2, 25) };
            let back = if slow { chance.millis(50, 2500) } else { chance.millis(2, 25) };
            let gives_up = chance.seconds(3, 7);
            if !fault {
                return Trip { carried_out: Some(out), ends: out + back, answered: true };
            }
            match (chance.below(4), kind) {
                (0, _) => Trip { carried_out: None, ends: gives_up, answered: false },
                (1, _) => Trip { carried_out: None, ends: out, answered: false },
                (2, _) => Trip { carried_out: Some(out), ends: gives_up, answered: false },
                (_, Kind::Read) => Trip { carried_out: None, ends: gives_up, answered: false },
                (_, Kind::Write) => {
                    let most = *chance.pick(&[3, 20, 300]);
                    let late = gives_up + chance.seconds(0, most);
                    Trip { carried_out: Some(late), ends: gives_up, answered: false }
                }
            }
        })
    }

    /// Sends a request. What it does is done even when nobody waits for it any more.
    async fn send<T: Send + 'static>(
        &self,
        kind: Kind,
        carry_out: impl FnOnce(&World) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let mut trip = self.trip(&kind);
        if let Some(in_flight) = self.world.engine.awaits() {
            trip.carried_out = match in_flight {
                InFlight::RequestLost => None,
                InFlight::AnswerLost => trip.carried_out,
                InFlight::ExecutedLate => Some(LATE),
            };
        }
        let answer = Arc::new(Mutex::new(None));
        if let Some(time) = trip.carried_out {
            let (world, answer) = (Arc::clone(&self.world), Arc::clone(&answer));
            self.world.engine.after(time, move || {
                let done = carry_out(&world);
                *answer.lock().unwrap() = Some(done);
            });
        }
        self.world.engine.sleep(trip.ends).await;
        let answer = if trip.answered { answer.lock().unwrap().take() } else { None };
        answer.unwrap_or_else(|| Err(StoreError::unavailable("simulated: no answer")))
    }

    fn refuses_by_chance(&self) -> bool {
        self.world.strikes(self.world.plan.store_faults / 3)
    }
}

#[async_trait]
impl BlobStore for SimStores {
    async fn get(&self, key: &str) -> Result<Option<Versioned<Bytes>>, StoreError> {
        let key = key.to_owned();
        let of_a_run = self.of_a_run;
        self.send(Kind::Read, move |world| world.stored.read(world, &key, of_a_run)).await
    }

    async fn get_if(&self, key: &str, wanted: &Wanted) -> Result<Fetched, StoreError> {
        Ok(wanted.of(BlobStore::get(self, key).await?))
    }

    async fn get_part(&self, key: &str, of: &Version, part: Part) -> Result<Option<Bytes>, StoreError> {
        let read = BlobStore::get(self, key).await?.filter(|read| read.version == *of);
        Ok(read.map(|read| part.of(&read.value)))
    }

    async fn put(&self, key: &str, body: Bytes, expect: &Expect) -> Result<Put, StoreError> {
        if self.refuses_by_chance() {
            return self.send(Kind::Read, |_| Ok(Put::Conflict)).await;
        }
        let (key, expect) = (key.to_owned(), expect.clone());
        let is_ledger = key.starts_with(redial_queue::store::ledger::PREFIX);
        if is_ledger && self.world.has(Defect::LedgerNotAwaited) {
            let world = Arc::clone(&self.world);
            self.world.engine.after(LATE, move || drop(world.stored.write(&world, &key, body, &expect)));
            return Ok(Put::Stored(Version("not yet".to_owned())));
        }
        let (of_a_month, is_marker) = (key.starts_with(records::PREFIX), is_marker(&body));
        let is_child = of_a_month && key[records::PREFIX.len()..].contains('/');
        let put = self.send(Kind::Write, move |world| world.stored.write(world, &key, body, &expect)).await;
        let stored = || Ok(Put::Stored(Version("not known".to_owned())));
        match put {
            Err(_) if is_child && !is_marker && self.world.has(Defect::ChildFailureIgnored) => stored(),
            Err(_) | Ok(Put::Conflict) if is_marker && self.world.has(Defect::MarkerTakenForStored) => stored(),
            Err(_) if is_marker && self.world.has(Defect::MarkerTakenForRefused) => Ok(Put::Conflict),
            Err(_) if is_ledger && self.world.has(Defect::LedgerFailureIgnored) => {
                Ok(Put::Stored(Version("not known".to_owned())))
            }
            put => put,
        }
    }

    async fn entries(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        let asked = prefix.to_owned();
        let mut entries = self
            .send(Kind::Read, move |world| {
                let entries = now(world.stored.blobs.entries(&asked))?;
                Ok(if world.has(Defect::ListedBeforeWritten) {
                    world.stored.with_children(&asked, entries)
                } else {
                    entries
                })
            })
            .await?;
        if self.of_a_run && prefix == COMMANDS && self.world.has(Defect::BulkUnseen) {
            return Ok(Vec::new());
        }
        if self.of_a_run && self.world.has(Defect::DigestOfAnyVersion) {
            let mut listed = self.listed.lock().unwrap();
            for Entry { key, version, .. } in &mut entries {
                *version = listed.entry(key.clone()).or_insert_with(|| version.clone()).clone();
            }
        }
        Ok(entries)
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let key = key.to_owned();
        self.send(Kind::Write, move |world| now(world.stored.blobs.delete(&key))).await
    }
}

#[async_trait]
impl LineStore for SimStores {
    async fn get(&self, phone: &Phone) -> Result<Option<Versioned<Line>>, StoreError> {
        let asked = phone.clone();
        let line = self.send(Kind::Read, move |world| now(LineStore::get(&world.stored.lines, &asked))).await?;
        if self.of_a_run {
            ambush::a_reader(&self.world, phone).await;
        }
        Ok(line.map(|line| Versioned { value: self.seen(line.value), ..line }))
    }

    async fn get_many(&self, phones: &[Phone]) -> Result<BTreeMap<Phone, Line>, StoreError> {
        let phones = phones.to_vec();
        self.send(Kind::Read, move |world| now(world.stored.lines.get_many(&phones))).await
    }

    async fn put(&self, phone: &Phone, line: &Line, expect: &Expect) -> Result<Put, StoreError> {
        if self.of_an_operator && self.world.has(Defect::SteeringLeavesTheLine) {
            return Ok(Put::Stored(Version("never written".to_owned())));
        }
        if self.refuses_by_chance() {
            return self.send(Kind::Read, |_| Ok(Put::Conflict)).await;
        }
        let (phone, line, expect) = (phone.clone(), self.stored(line), expect.clone());
        let claims = self.of_a_run && line.hold.as_ref().is_some_and(|hold| hold.call.is_none());
        let knows_it = matches!(&expect, Expect::At(version) if self.written.lock().unwrap().contains(version));
        let is_blind =
            self.world.has(Defect::UnconditionalLines) || (knows_it && self.world.has(Defect::StaleLineStored));
        let write = move |world: &World| world.stored.write_line(world, &phone, &line, &expect, is_blind);
        let put = self.send(Kind::Write, write).await;
        if let Ok(Put::Stored(version)) = &put {
            self.written.lock().unwrap().insert(version.clone());
        }
        if claims {
            ambush::a_claimer(&self.world).await;
        }
        match put {
            Err(_) if self.world.has(Defect::UnansweredClaimTakenForStored) => {
                Ok(Put::Stored(Version("not known".to_owned())))
            }
            Ok(Put::Conflict) if self.world.has(Defect::ConflictTakenForStored) => {
                Ok(Put::Stored(Version("not ours".to_owned())))
            }
            put => put,
        }
    }

    async fn open(&self, due: DateTime<Utc>, limit: usize) -> Result<Vec<Phone>, StoreError> {
        if self.world.has(Defect::NoSweep) {
            return Ok(Vec::new());
        }
        let behind = if self.world.is_calm() { 500 } else { self.world.engine.draw(|chance| chance.below(8000)) };
        let behind = TimeDelta::milliseconds(i64::try_from(behind).unwrap());
        self.send(Kind::Read, move |world| Ok(world.stored.open(world.engine.now() - behind, due, limit))).await
    }

    async fn suppressed(&self, after: Option<&Phone>, limit: usize) -> Result<Suppressed, StoreError> {
        let after = after.cloned();
        self.send(Kind::Read, move |world| now(world.stored.lines.suppressed(after.as_ref(), limit))).await
    }

    async fn unlisted(&self, after: Option<&Phone>) -> Result<Unlisted, StoreError> {
        let after = after.cloned();
        self.send(Kind::Read, move |world| now(world.stored.lines.unlisted(after.as_ref()))).await
    }
}

impl SimStores {
    /// A line as planted mistakes let it be read.
    fn seen(&self, mut line: Line) -> Line {
        let now = self.world.engine.now();
        match self.world.defect {
            Some(Defect::NoLine) => line.hold = None,
            Some(Defect::HoldsExpire) => line.hold = line.hold.take().filter(|hold| hold.until > now),
            Some(Defect::SuppressionForgotten) => line.suppressed = None,
            Some(Defect::AgentCallForgotten) => line.agent_calls.clear(),
            Some(Defect::HomesForgotten) => line.record_locations.clear(),
            _ => {}
        }
        line
    }

    /// A line as planted mistakes let it be stored.
    fn stored(&self, line: &Line) -> Line {
        let mut line = line.clone();
        match self.world.defect {
            Some(Defect::InboxNotStored) => line.inbox.clear(),
            Some(Defect::RetiringForgotten) => line.retiring = false,
            Some(Defect::RemovalLasts) if line.allowed.is_some() => line.suppressed = None,
            Some(Defect::LineFreedFirst) => line.hold = line.hold.take().filter(|_| line.inbox.is_empty()),
            _ => {}
        }
        line
    }
}
