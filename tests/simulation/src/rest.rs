//! What must be true when the storm is over.

use crate::additions;
use crate::judge::{Judge, Told};
use crate::provider::Call;
use crate::world::World;
use chrono::TimeDelta;
use futures_util::FutureExt;
use redial_domain::verdict::{Facts, GateName, verdict};
use redial_domain::{CallId, LeadId, LeadKey, Line, Month, NumberFacts, Outcome, PastCall, Phone, Status};
use redial_queue::ports::{BlobStore, Clock};
use redial_queue::store::records::{Found, RecordLimits, Records, Scan};
use redial_queue::testing::TestClock;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// While runs go on: every lead that waits is dialed or has a time. Runs come every five minutes.
pub(crate) fn nobody_is_stuck(world: &World) {
    let now = world.engine.now();
    let policy = &world.plan.environment.policy;
    let mut lines = world.stored.lines.all();
    let free = Line::default();
    let records = records(world);
    // As a run does before it decides.
    for found in &records {
        let mut facts = NumberFacts::default();
        facts.add(&found.lead, now);
        lines.entry(found.lead.phone.clone()).or_default().learn(&facts, now);
    }
    for found in records {
        let lead = &found.lead;
        let waits = matches!(lead.status, Status::Pending | Status::Rescheduled);
        if !waits {
            continue;
        }
        let line = lines.get(&lead.phone).unwrap_or(&free);
        let long_ago = now - TimeDelta::minutes(16);
        let overdue = lead.next_redial < long_ago;
        let was_quiet = line.transferred_at.is_some_and(|at| at + policy.transfer_quiet > long_ago);
        let retired = line.suppressed.as_ref().is_some_and(|suppression| suppression.at < long_ago);
        let stuck = match verdict(&Facts { lead, line: Some(line), now, policy }).first_closed() {
            // Whoever is left over waits for the next day.
            None => overdue && !was_quiet && world.plan.daily.is_none(),
            Some(gate) => match gate.name {
                GateName::Due => lead.next_redial > now + TimeDelta::hours(14),
                // It ends by itself.
                GateName::LineFree if line.on_call_until(now).is_some() => false,
                GateName::LineFree => line.hold.as_ref().is_none_or(|hold| hold.since < now - TimeDelta::minutes(60)),
                // A lead that is resumed after its last attempt is pending by contract, and waits for a higher limit.
                GateName::CallsPerNumber | GateName::TransferQuiet | GateName::Attempts => false,
                // Nobody decides here.
                GateName::PossibleDoNotCall => false,
                // The last minute of a day cannot be within business hours.
                GateName::BusinessHours => overdue && !world.plan.in_florida,
                GateName::Enabled
                | GateName::Running
                | GateName::CallingHours
                | GateName::Consent
                | GateName::Status
                | GateName::LeadWindow => overdue,
                // A run completes the records of a number that was suppressed just now.
                GateName::NotSuppressed => overdue && retired,
            },
        };
        if stuck || retired {
            let closed = verdict(&Facts { lead, line: Some(line), now, policy }).first_closed().map(|gate| gate.name);
            world.judge().violated(|| {
                let due = lead.next_redial;
                format!("{} is stuck: {:?}, due {due}, closed {closed:?}", lead.id.as_str(), lead.status)
            });
        }
    }
}

/// Whether no call rings, no line is held, and nothing waits or is on its way. Then nothing can happen any more but runs.
pub(crate) fn is_at_rest(world: &World) -> bool {
    let over = |call: &Call| call.result.is_some();
    world.provider().calls.values().all(over)
        && world.stored.lines.all().values().all(|line| line.open_until().is_none())
        && world.posts.load(Ordering::Relaxed) == 0
}

/// When everything has come to rest: nothing is held, nothing waits, and each result is in one record once.
pub(crate) fn everything_is_in_its_place(world: &World) {
    for (phone, line) in world.stored.lines.all() {
        if let Some(hold) = &line.hold {
            let attempt = crate::judge::short(hold.attempt);
            world.judge().violated(|| format!("{} is held by {attempt} for ever", phone.national()));
        }
        if let Some(waiting) = line.inbox.first() {
            world.judge().violated(|| format!("{} waits for its record for ever", waiting.arrival.id()));
        }
    }
    let records = records(world);
    let mut judge = world.judge();
    one_record_for_each_lead(&mut judge, &records);
    every_call_is_over(world, &mut judge);
    each_result_once(&mut judge, &records);
    attempts_are_results(&mut judge, &records);
    nobody_waits_with_a_suppressed_number(world, &mut judge, &records);
    every_doubt_is_listed(world, &mut judge, &records);
    nobody_is_paused_unasked(&mut judge, &records);
    additions::every_lead_is_there(world, &mut judge, &records);
    the_ledger_is_whole(world, &mut judge);
}

/// A lead is paused only by an operator, or while a possible do-not-call waits for a decision.
fn nobody_is_paused_unasked(judge: &mut Judge, records: &[Found]) {
    for found in records.iter().filter(|found| found.lead.status == Status::Paused && found.lead.review.is_none()) {
        if !judge.may_be_paused(&found.lead.key()) {
            judge.violated(|| format!("{} is paused, and nobody asked for it", found.lead.id.as_str()));
        }
    }
}

/// No line of the ledger has a fault, and it has every suppression and every command that was acknowledged.
fn the_ledger_is_whole(world: &World, judge: &mut Judge) {
    let objects = world.stored.blobs.all();
    let objects = objects.iter().filter(|(key, _)| key.starts_with(redial_queue::store::ledger::PREFIX));
    let texts: Vec<_> = objects.map(|(_, body)| std::str::from_utf8(body).unwrap()).collect();
    let lines = || texts.iter().flat_map(|text| text.lines());
    if let Some(fault) = redial_formats::ledger_v1::verify(lines()).first() {
        judge.violated(|| format!("the ledger has a fault: {fault}"));
    }
    let mut suppressed = BTreeSet::new();
    let mut steered: BTreeMap<(LeadKey, String), usize> = BTreeMap::new();
    for line in lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        match entry["kind"].as_str() {
            Some("suppressed") => drop(suppressed.insert(text("phone"))),
            Some("steered") => {
                let (lead, phone) = (LeadId::parse(&text("lead")).unwrap(), Phone::parse(&text("phone")).unwrap());
                *steered.entry((LeadKey::new(&lead, &phone), text("command"))).or_default() += 1;
            }
            _ => {}
        }
    }
    for (phone, _) in world.stored.lines.all().into_iter().filter(|(_, line)| line.suppressed.is_some()) {
        if !suppressed.contains(phone.as_str()) {
            judge.violated(|| format!("the ledger does not say that {} is suppressed", phone.national()));
        }
    }
    let mut acknowledged: BTreeMap<(LeadKey, String), usize> = BTreeMap::new();
    for (key, what) in judge.acknowledged_commands() {
        *acknowledged.entry((key.clone(), what.as_str().to_owned())).or_default() += 1;
    }
    for (command, times) in acknowledged {
        if steered.get(&command).is_none_or(|recorded| *recorded < times) {
            judge.violated(|| format!("the ledger lacks a command that was acknowledged: {}", command.1));
        }
    }
}

pub(crate) fn records(world: &World) -> Vec<Found> {
    let scan = scan(world);
    if !scan.unreadable_objects.is_empty() || scan.unreadable_records > 0 {
        world.judge().violated(|| format!("unreadable: {:?}", scan.unreadable_objects));
    }
    scan.found
}

/// The records that can be read, whatever else there is.
pub(crate) fn readable(world: &World) -> Vec<Found> {
    scan(world).found
}

fn scan(world: &World) -> Scan {
    let clock: Arc<dyn Clock> = Arc::new(TestClock::seeded(world.engine.now(), 0));
    let blobs = Arc::new(redial_queue::testing::MemoryBlobs::default());
    for (key, body) in world.stored.blobs.all() {
        blobs.set(&key, body);
    }
    let blobs: Arc<dyn BlobStore> = blobs;
    let records = Records::new(blobs, clock, RecordLimits::default());
    let months = Month::open(world.engine.now(), world.plan.environment.policy.business_hours.zone, 60);
    records.scan(&months).now_or_never().unwrap().unwrap()
}

fn one_record_for_each_lead(judge: &mut Judge, records: &[Found]) {
    let mut locations: BTreeMap<LeadKey, Month> = BTreeMap::new();
    for found in records {
        if let Some(other) = locations.insert(found.lead.key(), found.location.month) {
            let months = (other, found.location.month);
            judge.violated(|| format!("{} has records in {months:?}", found.lead.id.as_str()));
        }
    }
}

fn nobody_waits_with_a_suppressed_number(world: &World, judge: &mut Judge, records: &[Found]) {
    let lines = world.stored.lines.all();
    for found in records.iter().filter(|found| found.lead.status != Status::Completed) {
        if lines.get(&found.lead.phone).is_some_and(|line| line.suppressed.is_some()) {
            let (lead, status) = (found.lead.id.as_str(), found.lead.status);
            judge.violated(|| format!("{lead} is {status:?} for ever with a suppressed number"));
        }
    }
}

/// A person finds every number that is held back for review, unless its record was removed or is not dialed anyway. Where the
/// record could not be written at once, a run does it when the lead is due.
fn every_doubt_is_listed(world: &World, judge: &mut Judge, records: &[Found]) {
    for (phone, _) in world.stored.lines.all().into_iter().filter(|(_, line)| line.review.is_some()) {
        let is_listed = records.iter().any(|found| found.lead.phone == phone && found.lead.review.is_some());
        let waits = |found: &Found| matches!(found.lead.status, Status::Pending | Status::Rescheduled);
        let is_dialed = records.iter().any(|found| found.lead.phone == phone && waits(found));
        if !is_listed && is_dialed && !judge.any_removal(&phone) {
            judge.violated(|| format!("{} waits for a decision and is not listed", phone.national()));
        }
    }
}

fn every_call_is_over(world: &World, judge: &mut Judge) {
    for (id, call) in &world.provider().calls {
        if call.result.is_none() {
            judge.violated(|| format!("{} is not over", id.as_str()));
        }
    }
}

fn each_result_once(judge: &mut Judge, records: &[Found]) {
    let mut places: BTreeMap<&CallId, Vec<(&Found, &PastCall)>> = BTreeMap::new();
    for found in records {
        for past in &found.lead.history {
            places.entry(&past.call).or_default().push((found, past));
        }
    }
    let mut wrong = Vec::new();
    for (call, places) in &places {
        if places.len() > 1 {
            wrong.push(format!("{} is in {} places", call.as_str(), places.len()));
        }
        match judge.results.get(*call) {
            Some(told) if !is_as_told(told, places[0], judge) => {
                wrong.push(format!("{} is not as it was told: {:?}", call.as_str(), places[0].1.outcome));
            }
            Some(_) => {}
            None if places[0].1.outcome == Outcome::LOST => {}
            None => wrong.push(format!("{} was never told", call.as_str())),
        }
    }
    for (call, told) in judge.results.iter().filter(|(_, told)| told.is_due) {
        let removed = match &told.key {
            Some(key) => judge.may_be_removed(key, told.since),
            None => judge.any_removal(&told.phone),
        };
        if !places.contains_key(call) && !removed {
            wrong.push(format!("{} is in no record", call.as_str()));
        }
    }
    for what in wrong {
        judge.violated(|| what);
    }
}

fn is_as_told(told: &Told, (found, past): (&Found, &PastCall), judge: &Judge) -> bool {
    // A report that was under way when the record was removed may bring it back without the newer ones.
    let is_back = judge.may_be_removed(&found.lead.key(), told.since) && told.was_once(&past.outcome);
    (told.may_be(&past.outcome) || is_back)
        && found.lead.phone == told.phone
        && told.key.as_ref().is_none_or(|key| *key == found.lead.key())
}

fn attempts_are_results(judge: &mut Judge, records: &[Found]) {
    for found in records {
        let lead = &found.lead;
        let inbound = |past: &&PastCall| judge.results.get(&past.call).is_some_and(|told| told.inbound);
        let results = lead.history.len() - lead.history.iter().filter(inbound).count();
        if usize::try_from(lead.attempts).unwrap() != results {
            judge.violated(|| format!("{} has {} attempts and {results} results", lead.id.as_str(), lead.attempts));
        }
    }
}
