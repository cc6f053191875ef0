//! The true content of S3 and DynamoDB, which the processes only see through faults.

use crate::defect::Defect;
use crate::world::World;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use redial_domain::{CallId, CallsOfDay, LeadId, LeadKey, Line, Month, Phone, RunState, Selected};
use redial_formats::{bulk_v1, division_v1, run_v1};
use redial_queue::ports::{BlobStore, Entry, Expect, LineStore, Put, StoreError, Version, Versioned};
use redial_queue::store::bulk::{COMMANDS, SELECTIONS};
use redial_queue::store::records;
use redial_queue::testing::{MemoryBlobs, MemoryLines};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// The objects and lines that are stored, independent of what a process has read.
#[derive(Default)]
pub(crate) struct StoredData {
    pub(crate) blobs: MemoryBlobs,
    pub(crate) lines: MemoryLines,
    /// Objects that an operator broke, with what was there before.
    pub(crate) broken: Mutex<BTreeMap<String, Bytes>>,
    /// What the index of open lines has shown since when.
    index: Mutex<BTreeMap<Phone, Vec<Listed>>>,
    /// How the keys of the month that was uploaded begin.
    uploaded: Mutex<Option<String>>,
    /// The first index of each month that was stored.
    first_indexes: Mutex<BTreeMap<String, Bytes>>,
    /// What objects were; kept only for a planted mistake.
    past: Mutex<BTreeMap<String, Vec<Past>>>,
}

type Listed = (DateTime<Utc>, Option<DateTime<Utc>>);
type Past = (DateTime<Utc>, Versioned<Bytes>);

pub(crate) fn now<T>(done: impl Future<Output = T>) -> T {
    done.now_or_never().unwrap()
}

pub(crate) fn is_marker(body: &[u8]) -> bool {
    body.starts_with(b"{\"split\":")
}

fn is_index(key: &str) -> bool {
    key.starts_with(records::PREFIX) && key.ends_with("/index")
}

/// The records of an object that have the keys of their leads.
fn without_foreign_keys(body: &Bytes) -> Bytes {
    let mut records: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(body).unwrap();
    records.retain(|key, _| !key.starts_with('+'));
    serde_json::Value::Object(records).to_string().into()
}

/// A record of the original with so many calls of the last hours.
fn uploaded_record(world: &World, lead: &LeadId, phone: &Phone, calls: u64) -> serde_json::Value {
    let (start, key) = (world.plan.start, LeadKey::new(lead, phone));
    let mut history = Vec::new();
    for number in 0..calls {
        // Old enough to come before everything else, and young enough to count until the end.
        let at = start - TimeDelta::minutes(60 + 10 * i64::try_from(number).unwrap());
        let call = CallId::parse(&format!("{}-{number}", lead.as_str())).unwrap();
        history.push(json!({"call_id": call.as_str(), "outcome": "VOICEMAIL", "timestamp": at.timestamp_millis()}));
        world.judge().uploaded(call, phone, key.clone(), at);
    }
    let created = (start - TimeDelta::days(2)).timestamp_millis();
    json!({
        "lead_id": lead.as_str(), "phone_number": phone.as_str(), "attempts": calls, "status": "completed",
        "outcomes": vec!["VOICEMAIL"; history.len()], "last_outcome": "VOICEMAIL", "call_history": history,
        "created_at": created, "updated_at": created, "transcript": "x".repeat(4_000),
    })
}

/// A selection as if its leads had been chosen now.
fn as_if_chosen_now(world: &World, selection: &Bytes) -> Bytes {
    let leads = bulk_v1::parse_selection(selection).unwrap();
    let records: BTreeMap<_, _> =
        crate::rest::readable(world).into_iter().map(|found| (found.lead.key(), Selected::of(&found.lead))).collect();
    let chosen = (0..leads.selection.leads).map(|number| {
        let lead = leads.lead(number).unwrap();
        records.get(&lead.key()).cloned().unwrap_or(lead)
    });
    bulk_v1::selection_to_bytes(&leads.selection, &chosen.collect::<Vec<_>>()).into()
}

/// The state of runs as if no run had called anybody.
fn without_calls(read: Versioned<Bytes>) -> Versioned<Bytes> {
    let state = RunState { calls: CallsOfDay::default(), ..run_v1::parse(&read.value).unwrap() };
    Versioned { value: run_v1::to_bytes(&state).into(), ..read }
}

impl StoredData {
    pub(crate) fn read(
        &self,
        world: &World,
        key: &str,
        of_a_run: bool,
    ) -> Result<Option<Versioned<Bytes>>, StoreError> {
        let is_broken = self.broken.lock().unwrap().contains_key(key);
        if is_broken && world.has(Defect::BrokenTakenForAbsent) {
            return Ok(None);
        }
        if key == redial_queue::store::run_state::KEY && world.has(Defect::LeaseIgnored) {
            return Ok(None);
        }
        if of_a_run && world.has(Defect::UploadUnseen) && self.is_uploaded(key) {
            return Ok(None);
        }
        if of_a_run && world.has(Defect::StaleRecords) && key.starts_with(records::PREFIX) {
            let seen_at = world.engine.now() - TimeDelta::seconds(3);
            let past = self.past.lock().unwrap();
            let seen = past.get(key).and_then(|past| past.iter().rev().find(|(at, _)| *at <= seen_at));
            return Ok(seen.map(|(_, object)| object.clone()));
        }
        let mut read = now(self.blobs.get(key))?;
        if key.starts_with(SELECTIONS) && world.has(Defect::ResumedWhateverItIs) {
            read = read.map(|read| Versioned { value: as_if_chosen_now(world, &read.value), ..read });
        }
        if !of_a_run && world.has(Defect::DivisionUnseen) && read.as_ref().is_some_and(|read| is_marker(&read.value)) {
            return Ok(None);
        }
        if key == redial_queue::store::run_state::KEY && world.has(Defect::DayForgotten) {
            return Ok(read.map(without_calls));
        }
        Ok(read)
    }

    pub(crate) fn write(&self, world: &World, key: &str, body: Bytes, expect: &Expect) -> Result<Put, StoreError> {
        let is_broken = self.broken.lock().unwrap().contains_key(key);
        let of_a_month = key.starts_with(records::PREFIX) && !is_index(key);
        let body = match of_a_month && world.has(Defect::ForeignKeysDropped) && *expect == Expect::Absent {
            true => without_foreign_keys(&body),
            false => body,
        };
        let blind = world.has(Defect::UnconditionalRecords)
            || (of_a_month && world.has(Defect::UnconditionalMarker) && is_marker(&body))
            || (of_a_month && world.has(Defect::DivisionUnseen) && *expect == Expect::Absent)
            || (is_broken && world.has(Defect::BrokenTakenForAbsent))
            || (key == redial_queue::store::run_state::KEY && world.has(Defect::LeaseIgnored));
        if blind {
            self.blobs.set(key, body.clone());
        }
        let expect = if blind { &Expect::unchanged(now(self.blobs.get(key))?.as_ref()) } else { expect };
        let put = now(self.blobs.put(key, body.clone(), expect))?;
        if let Put::Stored(version) = &put {
            world.say("object", body.len() as u64, || key.to_owned());
            if key.starts_with(redial_queue::store::ledger::PREFIX) {
                world.judge().recorded(std::str::from_utf8(&body).unwrap(), world.engine.now());
            }
            if let Some(token) = key.strip_prefix(COMMANDS).and_then(|key| key.strip_suffix(".json")) {
                world.judge().bulk_stored(token, bulk_v1::parse(&body).unwrap(), world.engine.now());
            }
            if is_index(key) {
                self.first_indexes.lock().unwrap().entry(key.to_owned()).or_insert_with(|| body.clone());
            }
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

    pub(crate) fn write_line(
        &self,
        world: &World,
        phone: &Phone,
        line: &Line,
        expect: &Expect,
        is_blind: bool,
    ) -> Result<Put, StoreError> {
        if is_blind {
            self.lines.set(phone, line);
        }
        let expect =
            if is_blind { &Expect::unchanged(now(LineStore::get(&self.lines, phone))?.as_ref()) } else { expect };
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
    pub(crate) fn open(&self, seen_at: DateTime<Utc>, due: DateTime<Utc>, limit: usize) -> Vec<Phone> {
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
impl StoredData {
    pub(crate) fn lose_lease(&self, world: &World) {
        world.judge().lease_is_lost = true;
        now(self.blobs.delete(redial_queue::store::run_state::KEY)).unwrap();
    }

    /// Breaks an object of records, if there is one.
    pub(crate) fn break_one(&self, world: &World) -> Option<String> {
        let objects = self.blobs.all();
        let is_of_a_month = |key: &&String| key.starts_with(records::PREFIX) && !is_index(key);
        // What an object says about a number that other objects do not is unknown while it is broken.
        let keys: Vec<_> = objects.keys().filter(is_of_a_month).filter(|key| !self.is_uploaded(key)).cloned().collect();
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

    /// Deletes, spoils or sets back the indexes of months. They are only a cache.
    pub(crate) fn spoil_indexes(&self, world: &World) {
        let objects = self.blobs.all();
        let indexes: Vec<_> = objects.iter().filter(|(key, _)| is_index(key)).collect();
        for (key, _) in &indexes {
            match world.engine.draw(|chance| chance.below(4)) {
                0 => now(self.blobs.delete(key)).unwrap(),
                1 => self.blobs.set(key, "{}"),
                // That of another month, if there is one.
                2 => self.blobs.set(key, indexes[0].1.clone()),
                _ => {
                    let first = self.first_indexes.lock().unwrap().get(*key).cloned();
                    self.blobs.set(key, first.unwrap_or_default());
                }
            }
        }
    }

    /// Uploads the month before with these records, each with some calls of the last hours.
    pub(crate) fn upload(&self, world: &World) {
        if world.plan.uploaded.is_empty() {
            return;
        }
        let (start, zone) = (world.plan.start, world.plan.environment.policy.business_hours.zone);
        // Seen from after the turn of a month: an earlier one could expire.
        let month = Month::of(start + TimeDelta::hours(2), zone).previous();
        let mut records = serde_json::Map::new();
        for (number, (lead, phone, calls)) in world.plan.uploaded.iter().enumerate() {
            let record = uploaded_record(world, lead, phone, *calls);
            // The original used keys of other forms too.
            let key = LeadKey::new(lead, phone);
            let key = if number % 3 == 1 { phone.as_str() } else { key.as_str() };
            records.insert(key.to_owned(), record);
        }
        let prefix = format!("{}{month}", records::PREFIX);
        self.blobs.set(&format!("{prefix}.json"), serde_json::Value::Object(records).to_string());
        *self.uploaded.lock().unwrap() = Some(prefix);
    }

    /// Adds the children of a division to a list of them, as if they were all written.
    pub(crate) fn with_children(&self, prefix: &str, mut entries: Vec<Entry>) -> Vec<Entry> {
        let objects = self.blobs.all();
        let begun = objects.iter().filter(|(key, _)| key.ends_with(".division"));
        let begun = begun.filter_map(|(_, body)| division_v1::parse(body).ok());
        for division in begun.filter(|division| prefix.ends_with(&format!("/{}/", division.split.id()))) {
            let keys = (0..division.split.children()).map(|number| format!("{prefix}{number:04}.json"));
            let missing = keys.filter(|key| !objects.contains_key(key)).collect::<Vec<_>>();
            let entry = |key| Entry { key, version: Version("not yet".to_owned()), bytes: 1 };
            entries.extend(missing.into_iter().map(entry));
        }
        entries
    }

    fn is_uploaded(&self, key: &str) -> bool {
        self.uploaded.lock().unwrap().as_ref().is_some_and(|prefix| key.starts_with(prefix))
    }

    pub(crate) fn set_line(&self, world: &World, phone: &Phone, line: &Line) {
        let there = now(LineStore::get(&self.lines, phone)).unwrap();
        self.write_line(world, phone, line, &Expect::unchanged(there.as_ref()), false).unwrap();
    }

    pub(crate) fn mend(&self) {
        for (key, body) in std::mem::take(&mut *self.broken.lock().unwrap()) {
            self.blobs.set(&key, body);
        }
    }

    /// Idle lines go, three days after their last call, or after their last write if they have none: never a hold, an inbox, a
    /// suppression or a doubt.
    pub(crate) fn expire_idle_lines(&self, now: DateTime<Utc>) {
        let index = self.index.lock().unwrap();
        for (phone, line) in self.lines.all() {
            let written = index.get(&phone).and_then(|writes| writes.last()).map(|(at, _)| *at);
            let last = line.calls.iter().map(|known| known.at).max().or(written);
            if line.is_idle() && last.is_none_or(|at| at + TimeDelta::days(3) < now) {
                self.lines.expire(&phone);
            }
        }
    }
}
