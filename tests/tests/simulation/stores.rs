//! S3 and DynamoDB as they are on a bad day: requests lost, answers lost, carried out after the client gave up, refused.

use crate::defect::Defect;
use crate::world::World;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use redial::domain::{Line, Phone};
use redial::ports::{BlobStore, Expect, Fetched, LineStore, Put, StoreError, Version, Versioned};
use redial::testing::{MemoryBlobs, MemoryLines};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is really stored.
#[derive(Default)]
pub(crate) struct Depot {
    pub(crate) blobs: MemoryBlobs,
    pub(crate) lines: MemoryLines,
    /// Objects that an operator broke, with what was there before.
    pub(crate) broken: Mutex<BTreeMap<String, Bytes>>,
    /// What the index of open lines has shown since when.
    index: Mutex<BTreeMap<Phone, Vec<Listed>>>,
    /// What objects were; kept only for a planted mistake.
    past: Mutex<BTreeMap<String, Vec<Past>>>,
}

type Listed = (DateTime<Utc>, Option<DateTime<Utc>>);
type Past = (DateTime<Utc>, Versioned<Bytes>);

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
#[derive(Clone)]
pub(crate) struct SimStores {
    pub(crate) world: Arc<World>,
    /// Of the process of a run: some planted mistakes are made there only.
    pub(crate) of_a_run: bool,
    /// Of the process of operators.
    pub(crate) of_an_operator: bool,
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
        let trip = self.trip(&kind);
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

fn now<T>(done: impl Future<Output = T>) -> T {
    done.now_or_never().unwrap()
}

#[async_trait]
impl BlobStore for SimStores {
    async fn get(&self, key: &str) -> Result<Option<Versioned<Bytes>>, StoreError> {
        let key = key.to_owned();
        let of_a_run = self.of_a_run;
        self.send(Kind::Read, move |world| world.depot.read(world, &key, of_a_run)).await
    }

    async fn get_unless(&self, key: &str, known: &Version) -> Result<Fetched, StoreError> {
        Ok(match BlobStore::get(self, key).await? {
            None => Fetched::Absent,
            Some(read) if read.version == *known => Fetched::Unchanged,
            Some(read) => Fetched::Changed(read),
        })
    }

    async fn put(&self, key: &str, body: Bytes, expect: &Expect) -> Result<Put, StoreError> {
        if self.refuses_by_chance() {
            return self.send(Kind::Read, |_| Ok(Put::Conflict)).await;
        }
        let (key, expect) = (key.to_owned(), expect.clone());
        self.send(Kind::Write, move |world| world.depot.write(world, &key, body, &expect)).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let prefix = prefix.to_owned();
        self.send(Kind::Read, move |world| now(world.depot.blobs.list(&prefix))).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let key = key.to_owned();
        self.send(Kind::Write, move |world| now(world.depot.blobs.delete(&key))).await
    }
}

#[async_trait]
impl LineStore for SimStores {
    async fn get(&self, phone: &Phone) -> Result<Option<Versioned<Line>>, StoreError> {
        let phone = phone.clone();
        let line = self.send(Kind::Read, move |world| now(LineStore::get(&world.depot.lines, &phone))).await?;
        Ok(line.map(|line| Versioned { value: self.seen(line.value), ..line }))
    }

    async fn get_many(&self, phones: &[Phone]) -> Result<BTreeMap<Phone, Line>, StoreError> {
        let phones = phones.to_vec();
        self.send(Kind::Read, move |world| now(world.depot.lines.get_many(&phones))).await
    }

    async fn put(&self, phone: &Phone, line: &Line, expect: &Expect) -> Result<Put, StoreError> {
        if self.of_an_operator && self.world.has(Defect::SteeringLeavesTheLine) {
            return Ok(Put::Stored(Version("never written".to_owned())));
        }
        if self.refuses_by_chance() {
            return self.send(Kind::Read, |_| Ok(Put::Conflict)).await;
        }
        let (phone, line, expect) = (phone.clone(), self.stored(line), expect.clone());
        let put = self.send(Kind::Write, move |world| world.depot.write_line(world, &phone, &line, &expect)).await;
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
        self.send(Kind::Read, move |world| Ok(world.depot.open(world.engine.now() - behind, due, limit))).await
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
            Some(Defect::CapForgotten) => line.calls.clear(),
            Some(Defect::HomesForgotten) => line.homes.clear(),
            _ => {}
        }
        line
    }

    /// A line as planted mistakes let it be stored.
    fn stored(&self, line: &Line) -> Line {
        let mut line = line.clone();
        match self.world.defect {
            Some(Defect::InboxNotStored) => line.inbox.clear(),
            Some(Defect::LineFreedFirst) => line.hold = line.hold.take().filter(|_| line.inbox.is_empty()),
            _ => {}
        }
        line
    }
}

impl Depot {
    fn read(&self, world: &World, key: &str, of_a_run: bool) -> Result<Option<Versioned<Bytes>>, StoreError> {
        let is_broken = self.broken.lock().unwrap().contains_key(key);
        if is_broken && world.has(Defect::BrokenTakenForAbsent) {
            return Ok(None);
        }
        if key == redial::store::run_lease::KEY && world.has(Defect::LeaseIgnored) {
            return Ok(None);
        }
        if of_a_run && world.has(Defect::StaleRecords) && key.starts_with(redial::store::records::PREFIX) {
            let seen_at = world.engine.now() - TimeDelta::seconds(3);
            let past = self.past.lock().unwrap();
            let seen = past.get(key).and_then(|past| past.iter().rev().find(|(at, _)| *at <= seen_at));
            return Ok(seen.map(|(_, object)| object.clone()));
        }
        now(self.blobs.get(key))
    }

    fn write(&self, world: &World, key: &str, body: Bytes, expect: &Expect) -> Result<Put, StoreError> {
        let is_broken = self.broken.lock().unwrap().contains_key(key);
        let blind = world.has(Defect::UnconditionalRecords)
            || (is_broken && world.has(Defect::BrokenTakenForAbsent))
            || (key == redial::store::run_lease::KEY && world.has(Defect::LeaseIgnored));
        if blind {
            self.blobs.set(key, body.clone());
        }
        let expect = if blind { &Expect::unchanged(now(self.blobs.get(key))?.as_ref()) } else { expect };
        let put = now(self.blobs.put(key, body.clone(), expect))?;
        if let Put::Stored(version) = &put {
            world.say("object", body.len() as u64, || key.to_owned());
            if is_broken {
                world.judge().violated(|| format!("{key} does not parse and was overwritten"));
            }
            if world.has(Defect::StaleRecords) {
                let object = Versioned { value: body, version: version.clone() };
                self.past.lock().unwrap().entry(key.to_owned()).or_default().push((world.engine.now(), object));
            }
        }
        Ok(put)
    }

    fn write_line(&self, world: &World, phone: &Phone, line: &Line, expect: &Expect) -> Result<Put, StoreError> {
        if world.has(Defect::UnconditionalLines) {
            self.lines.set(phone, line);
        }
        let blind = world.has(Defect::UnconditionalLines);
        let expect = if blind { &Expect::unchanged(now(LineStore::get(&self.lines, phone))?.as_ref()) } else { expect };
        let put = now(LineStore::put(&self.lines, phone, line, expect))?;
        if put != Put::Conflict {
            let at = world.engine.now();
            self.index.lock().unwrap().entry(phone.clone()).or_default().push((at, line.open_until()));
            if let Some(hold) = &line.hold {
                world.judge().claimed(hold.attempt, at);
            }
            world.say("line", line.inbox.len() as u64, || {
                let hold = line.hold.as_ref().map(|hold| {
                    let call = hold.call.as_ref().map_or("?", |call| call.as_str());
                    format!("{} {call} until {}", crate::judge::short(hold.attempt), hold.until.format("%H:%M:%S"))
                });
                let waiting: Vec<_> = line.inbox.iter().map(|waiting| waiting.arrival.id()).collect();
                format!("{} hold {hold:?} inbox {waiting:?}", phone.national())
            });
        }
        Ok(put)
    }

    /// The open lines as the index showed them at `seen_at`.
    fn open(&self, seen_at: DateTime<Utc>, due: DateTime<Utc>, limit: usize) -> Vec<Phone> {
        let index = self.index.lock().unwrap();
        let seen = index.iter().filter_map(|(phone, listed)| {
            let (_, until) = listed.iter().rev().find(|(at, _)| *at <= seen_at)?;
            until.filter(|until| *until <= due).map(|until| (until, phone.clone()))
        });
        let mut open: Vec<_> = seen.collect();
        open.sort_unstable();
        open.into_iter().take(limit).map(|(_, phone)| phone).collect()
    }
}

/// What operators do to the stores behind the back of the queue.
impl Depot {
    pub(crate) fn lose_lease(&self) {
        now(self.blobs.delete(redial::store::run_lease::KEY)).unwrap();
    }

    /// Breaks an object of records, if there is one.
    pub(crate) fn break_one(&self, world: &World) -> Option<String> {
        let objects = self.blobs.all();
        let is_shard = |key: &&String| key.starts_with(redial::store::records::PREFIX) && !key.ends_with(".month.json");
        let keys: Vec<_> = objects.keys().filter(is_shard).cloned().collect();
        if keys.is_empty() {
            return None;
        }
        let (key, rubbish) = world.engine.draw(|chance| {
            (chance.pick(&keys).clone(), *chance.pick(&["{\"lead0_2125550100\": {\"lead", "[]", "", "null"]))
        });
        self.broken.lock().unwrap().insert(key.clone(), objects[&key].clone());
        self.blobs.set(&key, rubbish);
        Some(key)
    }

    pub(crate) fn mend(&self) {
        for (key, body) in std::mem::take(&mut *self.broken.lock().unwrap()) {
            self.blobs.set(&key, body);
        }
    }

    /// Idle lines go, three days after their last call: never a hold, an inbox or a suppression.
    pub(crate) fn expire_idle_lines(&self, now: DateTime<Utc>) {
        for (phone, line) in self.lines.all() {
            let idle = line.hold.is_none() && line.inbox.is_empty() && line.suppressed.is_none();
            if idle && line.calls.iter().all(|known| known.at + TimeDelta::days(3) < now) {
                self.lines.expire(&phone);
            }
        }
    }
}
