//! A world in which only what is asked for goes wrong.

use super::Crashed;
use crate::chance::Chance;
use crate::engine::Tasks;
use crate::plan::Plan;
use crate::process::Processes;
use crate::world::World;
use crate::{actors, additions, bulk, operators, rest};
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::builders;
use redial_domain::{
    Arrival, AttemptId, Bulk, BulkCommand, CallId, CallResult, Command, Hold, Lead, LeadId, LeadKey, LeadRef, Line,
    Month, NewLead, Outcome, Phone, Profile, Status,
};
use redial_formats::bulk_v1;
use redial_queue::ports::Expect;
use redial_queue::store::bulk::{COMMANDS, SELECTIONS};
use redial_queue::usecase::ingest::Ingested;
use std::sync::Arc;
use std::time::Duration;

pub(super) struct Stage {
    pub(super) world: Arc<World>,
    tasks: Tasks,
    now: DateTime<Utc>,
}

impl Stage {
    pub(super) fn new() -> Self {
        let plan = Plan::quiet(|lead| match lead.as_str() {
            "ann" => (Duration::from_secs(25 * 60), Outcome::VOICEMAIL),
            _ => (Duration::from_secs(40), Outcome::NO_ANSWER),
        });
        let world = World::planned(plan, Chance::of(1), None, true);
        Processes::start_all(&world);
        let now = world.plan.start;
        Self { world, tasks: Tasks::default(), now }
    }

    pub(super) fn pass(&mut self, time: TimeDelta) {
        self.now += time;
        let broken = || self.world.judge().violation.is_some();
        self.world.engine.run(&mut self.tasks, self.now, broken);
    }

    pub(super) fn runs_for(&mut self, time: TimeDelta) {
        actors::schedule(&self.world, TimeDelta::minutes(2), time);
        self.pass(time);
    }

    pub(super) fn must(&self, holds: bool, otherwise: &str) {
        if !holds {
            self.world.judge().violated(|| otherwise.to_owned());
        }
    }

    pub(super) fn end(mut self, survived: bool) -> Crashed {
        let violation = self.world.judge().violation.take();
        let text = self.world.trace.text();
        self.world.engine.shut_down(&mut self.tasks);
        Processes::stop_all(&self.world);
        Crashed { survived, violation, text }
    }

    pub(super) fn place(&self, lead: &str) -> (LeadId, Phone) {
        let mut leads = self.world.plan.leads.iter();
        leads.find(|(id, _)| id.as_str() == lead).unwrap().clone()
    }

    pub(super) fn location(&self, lead: &str) -> LeadRef {
        let (id, phone) = self.place(lead);
        LeadRef { month: Month::of(self.now, self.world.plan.environment.policy.business_hours.zone), id, phone }
    }

    pub(super) fn new_lead(&self, lead: &str) {
        let (lead, phone) = self.place(lead);
        let new = NewLead { lead, phone, profile: Profile::default() };
        actors::send(&self.world, Arrival::NewLead(new), Duration::ZERO);
    }

    pub(super) fn new_leads(&mut self, leads: &[&str]) {
        for lead in leads {
            self.new_lead(lead);
        }
        self.pass(TimeDelta::seconds(30));
    }

    pub(super) fn result_of_others(&self, lead: &str, outcome: Outcome) {
        let (lead, phone) = self.place(lead);
        let call = CallId::parse("convoso:1").unwrap();
        let result = CallResult { outcome, ended_at: self.now, ..actors::result_of_others(call, lead, phone) };
        actors::send(&self.world, Arrival::Result(result), Duration::ZERO);
    }

    pub(super) fn command(&self, lead: &str, what: Command) {
        let (lead, phone) = self.place(lead);
        operators::command(&self.world, lead, phone, what);
    }

    /// Four leads, and a preview of a command for all of them.
    pub(super) fn previewed(&mut self, what: BulkCommand) {
        self.new_leads(&["ann", "bob", "cid", "dot"]);
        bulk::preview(&self.world, what, None, Vec::new());
        self.pass(TimeDelta::seconds(10));
    }

    pub(super) fn confirm(&self, what: BulkCommand) {
        bulk::confirm(&self.world, what, self.token());
    }

    /// A command that was confirmed, by a process that died right after it.
    pub(super) fn store_confirmed(&self) {
        let (token, now) = (self.token(), self.now);
        let selection = &self.world.stored.blobs.all()[&format!("{SELECTIONS}{token}.jsonl")];
        let leads = bulk_v1::parse_selection(selection).unwrap();
        let confirmed = Bulk::new(leads.selection, &builders::operator(), now);
        self.world.judge().confirms(&token, now);
        let body = bulk_v1::to_bytes(&confirmed).into();
        self.world.stored.write(&self.world, &format!("{COMMANDS}{token}.json"), body, &Expect::Absent).unwrap();
    }

    pub(super) fn all_are(&self, status: Status) -> bool {
        ["ann", "bob", "cid", "dot"].iter().all(|lead| self.lead(lead).is_some_and(|lead| lead.status == status))
    }

    /// The token of the preview.
    fn token(&self) -> String {
        let objects = self.world.stored.blobs.all();
        let mut tokens = objects.keys().filter_map(|key| key.strip_prefix(SELECTIONS)?.strip_suffix(".jsonl"));
        tokens.next().unwrap().to_owned()
    }

    /// An operator adds a lead by hand.
    pub(super) fn add(&self, lead: &str) {
        additions::add_one(&self.world, self.place(lead), None);
    }

    /// An operator uploads a list of leads.
    pub(super) fn upload(&self, leads: &[&str]) {
        additions::upload(&self.world, "list", leads.iter().map(|lead| self.place(lead)).collect());
    }

    /// A hold of which the provider has never heard and has said so once.
    pub(super) fn hold_unheard_of(&self, lead: &str) {
        let (attempt, since) = (AttemptId::new(self.now, 7), self.now - TimeDelta::minutes(16));
        let (phone, mut line) = self.line(lead);
        self.world.judge().claimed(attempt, since);
        let missing_since = Some(self.now - TimeDelta::minutes(6));
        let hold = builders::hold(attempt, self.location(lead), since, self.now - TimeDelta::minutes(1));
        line.take(Hold { missing_since, ..hold });
        self.world.stored.set_line(&self.world, &phone, &line);
    }

    /// A result that is durable on its line and not yet in its record.
    pub(super) fn leave_in_the_inbox(&self, lead: &str) {
        let (id, phone) = self.place(lead);
        let call = CallId::parse("convoso:2").unwrap();
        let result = CallResult { ended_at: self.now, ..actors::result_of_others(call, id, phone) };
        let arrival = Arrival::Result(result);
        let (phone, mut line) = self.line(lead);
        line.accept(arrival.clone(), self.now);
        self.world.judge().offered(&arrival, u64::MAX, self.now);
        self.world.judge().answered(&arrival, Ingested::Deferred, false, self.now, self.now);
        self.world.stored.set_line(&self.world, &phone, &line);
    }

    pub(super) fn line(&self, lead: &str) -> (Phone, Line) {
        let (_, phone) = self.place(lead);
        let line = self.world.stored.lines.all().remove(&phone).unwrap_or_default();
        (phone, line)
    }

    /// How many objects of months are divided.
    pub(super) fn markers(&self) -> usize {
        self.world.stored.blobs.all().values().filter(|body| crate::stored_data::is_marker(body)).count()
    }

    pub(super) fn lead(&self, lead: &str) -> Option<Lead> {
        let (id, phone) = self.place(lead);
        let key = LeadKey::new(&id, &phone);
        rest::records(&self.world).into_iter().map(|found| found.lead).find(|lead| lead.key() == key)
    }
}
