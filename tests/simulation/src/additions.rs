//! Operators who add leads, known ones and new ones, and what the judge knows of them.

use crate::actors::a_lead;
use crate::defect::Defect;
use crate::judge::Judge;
use crate::operators::office;
use crate::process::Process;
use crate::world::World;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::{Addition, LeadId, LeadKey, LeadRef, Month, NewLead, Phone, add, builders};
use redial_formats::import_v1;
use redial_queue::ports::Clock;
use redial_queue::store::imports::LEADS;
use redial_queue::store::records::{Found, RecordChange};
use redial_queue::usecase::admin::Added;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// Leads of which the queue knows from operators alone.
const NEW_LEADS: u64 = 4;

/// What the judge knows of leads that operators add.
#[derive(Default)]
pub(crate) struct Additions {
    /// Leads that nobody else tells the queue of.
    only_added: BTreeSet<LeadKey>,
    /// Leads of which the ledger says that they are added.
    recorded: BTreeSet<LeadKey>,
    /// Lists in the bucket with their leads.
    lists: BTreeMap<String, Vec<LeadKey>>,
    /// Leads of which the queue has answered that they have a record.
    pub(crate) acknowledged: Vec<(LeadKey, DateTime<Utc>)>,
}

impl Additions {
    /// An entry of the ledger is durable.
    pub(crate) fn recorded(&mut self, entry: &serde_json::Value) {
        if entry["kind"] != "added" {
            return;
        }
        if let Some(listed) = entry["list"]["name"].as_str().and_then(|name| self.lists.get(name)) {
            self.recorded.extend(listed.iter().cloned());
        }
        if let (Some(lead), Some(phone)) = (entry["lead"].as_str(), entry["phone"].as_str()) {
            self.recorded.insert(LeadKey::new(&LeadId::parse(lead).unwrap(), &Phone::parse(phone).unwrap()));
        }
    }

    /// Whether a lead has come in from nowhere.
    pub(crate) fn is_unrecorded(&self, key: &LeadKey) -> bool {
        self.only_added.contains(key) && !self.recorded.contains(key)
    }
}

/// An operator adds a lead by hand, or uploads a list of some.
pub(crate) fn add_leads(world: &Arc<World>) {
    if world.engine.draw(|chance| chance.permille(300)) {
        let (count, number) = world.engine.draw(|chance| (chance.between(1, 4), chance.bits() & 0xffff_ffff));
        let leads = (0..count).map(|_| any_lead(world)).collect();
        return upload(world, &format!("{number:08x}"), leads);
    }
    let lead = any_lead(world);
    let delay = world.engine.draw(|chance| chance.permille(300).then(|| chance.below(600)));
    let at = delay.map(|seconds| world.engine.now() + TimeDelta::seconds(i64::try_from(seconds).unwrap()));
    add_one(world, lead, at);
}

/// A lead that the queue may know, or one that only operators know. Two of them may share a number.
fn any_lead(world: &World) -> (LeadId, Phone) {
    if world.engine.draw(|chance| chance.permille(500)) {
        return a_lead(world);
    }
    let number = world.engine.draw(|chance| u32::try_from(chance.below(NEW_LEADS)).unwrap());
    let (lead, phone) = (builders::lead_id(&format!("added{number}")), builders::phone(number));
    world.judge().additions.only_added.insert(LeadKey::new(&lead, &phone));
    (lead, phone)
}

/// An operator adds a lead by hand.
pub(crate) fn add_one(world: &Arc<World>, (lead, phone): (LeadId, Phone), at: Option<DateTime<Utc>>) {
    let key = LeadKey::new(&lead, &phone);
    let addition = Addition { new: NewLead { lead, phone, profile: world.plan.profile() }, at };
    let place = world.judge().adds(&key, world.engine.now());
    world.say("add", place as u64, || addition.new.lead.as_str().to_owned());
    let inside = Arc::clone(world);
    office(world, |process| async move {
        if let Ok(done) = process.admin.add_lead(&builders::operator(), &addition).await {
            inside.say("added", place as u64, || format!("{} {done:?}", addition.new.lead.as_str()));
            if inside.has(Defect::AdditionOverwrites) {
                overwrite(&process, &addition, &inside).await;
            }
            let has_record = matches!(done, Added::Added | Added::Existed);
            inside.judge().added(&key, place, has_record, inside.engine.now());
        }
    });
}

/// Makes the record of a lead, whatever is there.
async fn overwrite(process: &Process, addition: &Addition, world: &World) {
    let NewLead { lead: id, phone, .. } = addition.new.clone();
    let now = process.clock.now();
    let location = LeadRef { month: Month::of(now, world.plan.environment.policy.business_hours.zone), id, phone };
    let made = add(None, addition, now).unwrap();
    let put = |_: Option<&_>| RecordChange::Put(Box::new(made.clone()), ());
    drop(process.admin.stores.records.update(&location, put).await);
}

/// An operator uploads a list of these leads.
pub(crate) fn upload(world: &World, name: &str, listed: Vec<(LeadId, Phone)>) {
    let key = format!("{}{name}.csv", LEADS.lists);
    let mut list = String::from("lead_id,phone_number,state\n");
    let mut leads = Vec::new();
    for (lead, phone) in listed {
        writeln!(list, "{},{},{}", lead.as_str(), phone.as_str(), world.plan.profile().state).unwrap();
        let lead = LeadKey::new(&lead, &phone);
        // A run may begin with it at any time, and do a step again much later.
        world.judge().adds(&lead, world.engine.now());
        leads.push(lead);
    }
    world.say("upload", leads.len() as u64, || key.clone());
    world.judge().additions.lists.insert(key.clone(), leads);
    world.stored.blobs.set(&key, list);
}

/// Every list is imported to its end, and a lead that was acknowledged has its record, unless it was removed since.
pub(crate) fn every_lead_is_there(world: &World, judge: &mut Judge, records: &[Found]) {
    let objects = world.stored.blobs.all();
    for list in judge.additions.lists.keys() {
        let name = list.strip_prefix(LEADS.lists).unwrap();
        let progress = objects.get(&format!("{}{name}.json", LEADS.progress));
        if progress.is_none_or(|progress| import_v1::parse(progress).unwrap().is_running()) {
            let list = list.clone();
            return judge.violated(|| format!("{list} is not imported to its end"));
        }
    }
    let there: BTreeSet<LeadKey> = records.iter().map(|found| found.lead.key()).collect();
    let lost =
        judge.additions.acknowledged.iter().find(|(key, at)| !there.contains(key) && !judge.may_be_removed(key, *at));
    if let Some(lost) = lost.map(|(key, _)| key.as_str().to_owned()) {
        judge.violated(|| format!("{lost} was added and has no record"));
    }
}
