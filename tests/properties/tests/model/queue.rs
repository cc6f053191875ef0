//! The production rules in the order in which the use cases apply them.

use crate::event::{Ask, Ended};
use crate::reference::{Call, Name};
use crate::rules::Rules;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::builders::{call_id, hold, lead_id, phone};
use redial_domain::verdict::{Facts, GateName};
use redial_domain::{
    Arrival, AttemptId, CallId, CallResult, CallbackTime, Command, Commanded, Hold, Lead, LeadRef, Line, Month,
    NewLead, NumberFacts, Outcome, Policy, Profile, Settled, Source, admit, callback_ahead, command, defer, refuse,
    retire, settle, verdict,
};
use std::collections::BTreeMap;

pub(crate) struct Queue {
    pub(crate) now: DateTime<Utc>,
    pub(crate) policy: Policy,
    pub(crate) records: BTreeMap<(Month, usize), Lead>,
    pub(crate) line: Line,
    profiles: [Profile; 2],
    attempts: Vec<(AttemptId, LeadRef)>,
}

impl Queue {
    pub(crate) fn new(now: DateTime<Utc>, rules: &Rules) -> Self {
        let profiles = rules.states.map(|state| Profile { state: state.to_owned(), ..Profile::default() });
        let (records, line, attempts) = (BTreeMap::new(), Line::default(), Vec::new());
        Self { now, policy: rules.policy(), records, line, profiles, attempts }
    }

    /// The record of a lead, wherever it is.
    pub(crate) fn record(&self, lead: usize) -> Option<(Month, &Lead)> {
        let mut found = self.records.iter().filter(|((_, of), _)| *of == lead);
        let ((month, _), record) = found.next()?;
        assert!(found.next().is_none(), "a lead has two records");
        Some((*month, record))
    }

    pub(crate) fn wait(&mut self, time: TimeDelta) {
        self.now += time;
        let (now, policy) = (self.now, &self.policy);
        self.records.retain(|(month, _), _| month.is_open(now, policy.business_hours.zone, policy.retention_days));
    }

    pub(crate) fn arrives(&mut self, lead: usize) {
        let profile = self.profiles[lead].clone();
        self.take_in(Arrival::NewLead(NewLead { lead: id(lead), phone: phone(1), profile }));
    }

    pub(crate) fn ended(&mut self, told: &Ended, lead: usize, ended_at: DateTime<Utc>) {
        let own = told.attempt().filter(|_| told.metadata).map(|attempt| self.attempts[attempt].clone());
        let callback = told.asks.map(|asks| match asks {
            Ask::In(time) => CallbackTime::At(self.now + time),
            Ask::OnTheWall(local) => CallbackTime::Local(local),
        });
        let result = CallResult {
            attempt: own.as_ref().map(|(attempt, _)| *attempt),
            month: own.map(|(_, location)| location.month),
            callback,
            inbound: told.inbound,
            ..self.result(told.name, told.outcome, lead, ended_at)
        };
        self.take_in(Arrival::Result(result));
    }

    pub(crate) fn again(&mut self, call: &Call, outcome: &str, lead: usize) {
        let own = call.attempt.map(|attempt| self.attempts[attempt].clone());
        let result = CallResult {
            attempt: own.as_ref().map(|(attempt, _)| *attempt),
            month: own.map(|(_, location)| location.month),
            ..self.result(call.name, outcome, lead, call.ended)
        };
        self.take_in(Arrival::Result(result));
    }

    pub(crate) fn lost(&mut self) {
        let Hold { attempt, lead: location, .. } = self.line.hold.clone().unwrap();
        let number = self.attempts.iter().position(|(id, _)| *id == attempt).unwrap();
        let result = CallResult {
            attempt: Some(attempt),
            source: Source::Redial,
            month: Some(location.month),
            profile: Profile::default(),
            ..self.result(Name::Lost(number), "LOST", lead_number(&location), self.now)
        };
        self.take_in(Arrival::Result(result));
    }

    /// As `usecase::ingest`: durable on the line, then in the record, then off the line.
    fn take_in(&mut self, arrival: Arrival) {
        self.line.accept(arrival.clone(), self.now);
        if matches!(&arrival, Arrival::Result(result) if self.line.is_recorded(&result.call)) {
            return;
        }
        let location = self.location(&arrival);
        let place = (location.month, lead_number(&location));
        let before = self.records.get(&place);
        let suppressed = self.line.suppressed.is_some();
        let after = match &arrival {
            Arrival::NewLead(new) => admit(before, new, suppressed, self.now),
            Arrival::Result(result) => match settle(before, result, suppressed, self.now, &self.policy) {
                Settled::Changed(lead) => {
                    let twice = settle(Some(&lead), result, suppressed, self.now, &self.policy);
                    assert_eq!(twice, Settled::Repeat, "settled twice, it is another record");
                    Some(*lead)
                }
                Settled::Repeat | Settled::Gone => None,
            },
        };
        self.records.extend(after.map(|lead| (place, lead)));
        self.line.resolve(&arrival);
    }

    fn location(&mut self, arrival: &Arrival) -> LeadRef {
        let wanted = LeadRef {
            month: Month::of(self.now, self.policy.business_hours.zone),
            id: arrival.lead().unwrap().clone(),
            phone: phone(1),
        };
        if let Some(month) = arrival.month() {
            return LeadRef { month, ..wanted };
        }
        let key = wanted.key();
        let open = |month: Month| month.is_open(self.now, self.policy.business_hours.zone, self.policy.retention_days);
        if self.line.record_location(&key).is_some_and(|location| !open(location.month)) {
            self.line.unpin_record(&key);
        }
        let there = self.record(lead_number(&wanted)).map(|(month, _)| month);
        self.line.pin_record(LeadRef { month: there.unwrap_or(wanted.month), ..wanted });
        self.line.record_location(&key).unwrap().clone()
    }

    /// As `usecase::run`: verdict, then the hold, or what the first closed gate changes.
    pub(crate) fn run(&mut self, lead: usize, answered: bool) {
        let Some((month, record)) = self.record(lead) else { return };
        let closed = verdict(&Facts { lead: record, line: Some(&self.line), now: self.now, policy: &self.policy })
            .first_closed()
            .map(|gate| gate.name);
        let after = match closed {
            None => return self.dial(LeadRef { month, id: id(lead), phone: phone(1) }, answered),
            Some(GateName::LineFree) => defer(record, self.now, &self.policy),
            Some(GateName::NotSuppressed) => retire(record, self.now),
            Some(_) => None,
        };
        self.records.extend(after.map(|record| ((month, lead), record)));
    }

    fn dial(&mut self, location: LeadRef, answered: bool) {
        let number = self.attempts.len();
        let attempt = AttemptId::new(self.now, u128::try_from(number).unwrap() << 64);
        self.attempts.push((attempt, location.clone()));
        self.line.take(hold(attempt, location, self.now, self.now + self.policy.unknown_hold));
        if answered {
            let call = self.call_id(Name::Ours(number));
            self.line.bind(attempt, &call, self.now + self.policy.call_hold());
        }
    }

    pub(crate) fn refused(&mut self) {
        let Hold { attempt, lead: location, .. } = self.line.hold.clone().unwrap();
        let place = (location.month, lead_number(&location));
        let before = self.records.get(&place);
        let after = before.and_then(|record| refuse(record, attempt, self.now, &self.policy));
        if let Some(record) = after {
            assert_eq!(refuse(&record, attempt, self.now, &self.policy), None, "a refusal is noted twice");
            self.records.insert(place, record);
        }
        self.line.release(attempt);
    }

    pub(crate) fn steer(&mut self, lead: usize, what: Command) {
        let Some((month, record)) = self.record(lead) else { return };
        match command(record, what, self.now) {
            Commanded::Changed(record) | Commanded::Repeated(record) => {
                self.records.insert((month, lead), *record);
            }
            Commanded::Removed => {
                self.line.forget(&LeadRef { month, id: id(lead), phone: phone(1) }.key(), DateTime::<Utc>::MAX_UTC);
                self.records.remove(&(month, lead));
            }
            Commanded::Unchanged | Commanded::Impossible(_) | Commanded::Forbidden | Commanded::Undecided => {}
        }
    }

    /// As the endpoint and `usecase::steer`: nothing if the time cannot be that of a callback, or the number must not be called.
    pub(crate) fn call_back(&mut self, lead: usize, at: DateTime<Utc>) {
        let Ok(at) = callback_ahead(at, self.now) else { return };
        let mut facts = NumberFacts::default();
        self.records.values().for_each(|record| facts.add(record, self.now));
        let mut line = self.line.clone();
        line.learn(&facts, self.now);
        if line.closed().is_none() {
            self.steer(lead, Command::CallBack(at));
        }
    }

    pub(crate) fn call_id(&self, name: Name) -> CallId {
        match name {
            Name::Ours(attempt) => call_id(&format!("ours:{attempt}")),
            Name::Lost(attempt) => CallId::lost(&self.attempts[attempt].0),
            Name::Others(lead, number) => call_id(&format!("others:{lead}:{number}")),
        }
    }

    fn result(&self, name: Name, outcome: &str, lead: usize, ended_at: DateTime<Utc>) -> CallResult {
        CallResult {
            call: self.call_id(name),
            attempt: None,
            source: Source::Bland,
            lead: Some(id(lead)),
            phone: phone(1),
            month: None,
            outcome: Outcome::parse(outcome).unwrap(),
            rule: "model".to_owned(),
            callback: None,
            inbound: false,
            ended_at,
            profile: self.profiles[lead].clone(),
            possible_refusal: None,
            connected: false,
        }
    }
}

fn id(lead: usize) -> redial_domain::LeadId {
    lead_id(&lead.to_string())
}

fn lead_number(location: &LeadRef) -> usize {
    location.id.as_str().parse().unwrap()
}
