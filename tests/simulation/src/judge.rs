//! What must never happen, and what must be true in the end.

mod bulk;

use crate::additions::Additions;
use crate::plan::FLORIDA;
pub(crate) use bulk::Previewed;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::America::New_York;
use redial_domain::DialOrder;
use redial_domain::{Arrival, AttemptId, CallId, Command, InCall, LeadKey, Outcome, Phone, Source};
use redial_queue::usecase::ingest::{Ignored, Ingested};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that was promised, and the first promise that was broken.
pub(crate) struct Judge {
    pub(crate) violation: Option<String>,
    cap: u32,
    daily: Option<u32>,
    claims: BTreeMap<AttemptId, DateTime<Utc>>,
    rung: BTreeSet<AttemptId>,
    /// Attempts whose entry is durable in the ledger, and those of which it says that they became no call.
    recorded: BTreeSet<AttemptId>,
    not_called: BTreeSet<AttemptId>,
    dials: BTreeMap<Phone, Vec<DateTime<Utc>>>,
    /// Calls on each day in the business zone.
    days: BTreeMap<NaiveDate, u32>,
    suppressed: BTreeMap<Phone, DateTime<Utc>>,
    /// Removals of suppressions.
    removals: BTreeMap<Phone, Vec<Removal>>,
    transfers: BTreeMap<Phone, Vec<QuietTime>>,
    quiet: TimeDelta,
    steering: BTreeMap<LeadKey, Vec<Spell>>,
    /// Commands for many leads, by token.
    bulks: BTreeMap<String, Previewed>,
    births: BTreeMap<LeadKey, Vec<Birth>>,
    pub(crate) results: BTreeMap<CallId, Told>,
    runs: Vec<RunSpan>,
    /// Calls of Convoso that hold their numbers.
    agent_calls: BTreeMap<Phone, Vec<AgentSpell>>,
    /// The lease was taken from its holder: two runs may work at once.
    pub(crate) lease_is_lost: bool,
    pub(crate) additions: Additions,
}

/// A quiet time after a call in which a person was connected with an agent.
struct QuietTime {
    acknowledged: DateTime<Utc>,
    over: DateTime<Utc>,
}

/// A run, and when it first and last asked for a call.
struct RunSpan {
    started: DateTime<Utc>,
    asked: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// A command, from when it was given to when it was acknowledged.
struct Spell {
    what: Command,
    given: DateTime<Utc>,
    acknowledged: Option<DateTime<Utc>>,
    by: Given,
}

/// How a lead got a command.
enum Given {
    Alone,
    /// By the bulk command with this token.
    InBulk(String),
}

impl Given {
    fn is_in(&self, token: &str) -> bool {
        matches!(self, Self::InBulk(of) if of == token)
    }
}

/// An arrival that can make a record, while it is on its way; without an end it may still be.
struct Birth {
    id: String,
    first: DateTime<Utc>,
    over: Option<DateTime<Utc>>,
}

/// A result of which the queue knows or can know.
pub(crate) struct Told {
    pub(crate) phone: Phone,
    /// None for a call that names no lead.
    pub(crate) key: Option<LeadKey>,
    pub(crate) outcome: Outcome,
    pub(crate) inbound: bool,
    /// Every outcome that was told of it.
    ever: Vec<Outcome>,
    /// When it ended, by the first delivery that told of a transfer. Convoso does not tell when a call ended, so a repeat
    /// looks as if it ended later. The call is still the same.
    transferred: Option<DateTime<Utc>>,
    /// The deliveries of Convoso's dispositions that may be the newest.
    deliveries: Vec<Delivery>,
    /// When the call was claimed, or its result first offered.
    pub(crate) since: DateTime<Utc>,
    /// It must be in a record: accepted, or known to the provider.
    pub(crate) is_due: bool,
}

/// One delivery of a disposition.
struct Delivery {
    number: u64,
    outcome: Outcome,
    offered: DateTime<Utc>,
    /// When it was answered, or failed.
    over: Option<DateTime<Utc>>,
}

/// A call of Convoso that holds the number, as the queue has acknowledged.
struct AgentSpell {
    call: CallId,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Told {
    /// Whether a record may have this outcome of the call: Convoso corrects its dispositions, and the newest counts. Of
    /// deliveries that overlap any may be the newest.
    pub(crate) fn may_be(&self, outcome: &Outcome) -> bool {
        match self.deliveries.is_empty() {
            true => self.outcome == *outcome,
            false => self.deliveries.iter().any(|delivery| delivery.outcome == *outcome),
        }
    }

    /// Whether a report said this of the call, however old it is.
    pub(crate) fn was_once(&self, outcome: &Outcome) -> bool {
        self.ever.contains(outcome)
    }
}

/// Calls to one person in 24 hours (Fla. Stat. § 501.616(6)(b)).
const FLORIDA_ALLOWS: u32 = 3;

/// Two clocks that differ by 30 s each.
const CLOCKS: TimeDelta = TimeDelta::seconds(60);

/// How old a claim may be when its call is requested.
const CLAIM_IS_FRESH: TimeDelta = TimeDelta::seconds(5);

/// The time of a run, less two clocks that differ by 30 s each.
const LEASE_HOLDS: TimeDelta = TimeDelta::seconds(180);

/// Faults may let a write happen so much later than it was asked for.
const LATE: TimeDelta = TimeDelta::minutes(10);

/// The removal of a suppression.
struct Removal {
    /// When it can no longer take effect.
    over: Option<DateTime<Utc>>,
}

impl Judge {
    pub(crate) fn new(cap: u32, daily: Option<u32>, quiet: TimeDelta) -> Self {
        Self {
            violation: None,
            cap,
            daily,
            claims: BTreeMap::new(),
            rung: BTreeSet::new(),
            recorded: BTreeSet::new(),
            not_called: BTreeSet::new(),
            dials: BTreeMap::new(),
            days: BTreeMap::new(),
            suppressed: BTreeMap::new(),
            removals: BTreeMap::new(),
            transfers: BTreeMap::new(),
            quiet,
            steering: BTreeMap::new(),
            bulks: BTreeMap::new(),
            births: BTreeMap::new(),
            results: BTreeMap::new(),
            runs: Vec::new(),
            agent_calls: BTreeMap::new(),
            lease_is_lost: false,
            additions: Additions::default(),
        }
    }

    pub(crate) fn violated(&mut self, what: impl FnOnce() -> String) {
        if self.violation.is_none() {
            self.violation = Some(what());
        }
    }

    /// A run begins; the answer is its number.
    pub(crate) fn run_started(&mut self, now: DateTime<Utc>) -> u64 {
        self.runs.push(RunSpan { started: now, asked: None });
        self.runs.len() as u64 - 1
    }

    /// A run asks the provider for a call. Only one run works at a time, as long as its lease holds by every clock.
    pub(crate) fn asked(&mut self, run: u64, attempt: AttemptId, now: DateTime<Utc>) {
        // Hours and the law were looked at when the line was claimed.
        if let Some(claimed) = self.claims.get(&attempt).filter(|claimed| now - **claimed > CLAIM_IS_FRESH) {
            let age = (now - *claimed).num_seconds();
            self.violated(|| format!("attempt {} is requested {age} s after its claim", short(attempt)));
        }
        let place = usize::try_from(run).unwrap();
        let this = &mut self.runs[place];
        let first = this.asked.map_or(now, |(first, _)| first);
        this.asked = Some((first, now));
        let started = this.started;
        self.asked_while_unfinished(started);
        let this = &self.runs[place];
        if self.lease_is_lost || now > this.started + LEASE_HOLDS {
            return;
        }
        let between = |other: &RunSpan| other.asked.is_some_and(|(_, last)| last > first);
        if let Some(other) = self.runs.iter().enumerate().find(|(other, span)| *other != place && between(span)) {
            let other = other.0;
            self.violated(|| format!("runs {run} and {other} dial at the same time"));
        }
    }

    /// A hold was stored.
    pub(crate) fn claimed(&mut self, attempt: AttemptId, now: DateTime<Utc>) {
        self.claims.entry(attempt).or_insert(now);
    }

    /// An object of the ledger is durable.
    pub(crate) fn recorded(&mut self, lines: &str, now: DateTime<Utc>) {
        for line in lines.lines() {
            let entry: serde_json::Value = serde_json::from_str(line).unwrap();
            if entry["kind"] == "steered" {
                self.steered_in_bulk(&entry, now);
            }
            self.additions.recorded(&entry);
            let Some(attempt) = entry["attempt"].as_str().and_then(AttemptId::parse) else { continue };
            if entry["kind"] == "attempt" {
                self.recorded.insert(attempt);
                continue;
            }
            self.not_called.insert(attempt);
            if self.rung.contains(&attempt) {
                self.violated(|| format!("attempt {} has rung, and the ledger says that it did not", short(attempt)));
            }
        }
    }

    /// How often each command for a lead was acknowledged.
    pub(crate) fn acknowledged_commands(&self) -> impl Iterator<Item = (&LeadKey, Command)> {
        let done = |spell: &&Spell| spell.acknowledged.is_some() && matches!(spell.by, Given::Alone);
        self.steering
            .iter()
            .flat_map(move |(key, spells)| spells.iter().filter(done).map(move |spell| (key, spell.what)))
    }

    /// The provider has accepted a call.
    pub(crate) fn rings(&mut self, order: &DialOrder, call: &CallId, other: Option<&CallId>, now: DateTime<Utc>) {
        let (phone, key) = (&order.lead.phone, order.lead.key());
        if let Some(other) = other {
            self.violated(|| format!("{} and {} ring at one number at once", other.as_str(), call.as_str()));
        }
        if !self.rung.insert(order.attempt) {
            self.violated(|| format!("attempt {} rings twice", short(order.attempt)));
        }
        let Some(claimed) = self.claims.get(&order.attempt).copied() else {
            return self.violated(|| format!("attempt {} rings without a claim", short(order.attempt)));
        };
        if !self.recorded.contains(&order.attempt) {
            self.violated(|| format!("attempt {} rings, and the ledger has no entry of it", short(order.attempt)));
        }
        if self.additions.is_unrecorded(&key) {
            self.violated(|| format!("{} rings, and the ledger does not say who added its lead", call.as_str()));
        }
        if self.not_called.contains(&order.attempt) {
            self.violated(|| format!("attempt {} rings, and the ledger says that it did not", short(order.attempt)));
        }
        if self.suppressed.get(phone).is_some_and(|at| *at < claimed) {
            self.violated(|| format!("{} was claimed after its number was suppressed", call.as_str()));
        }
        if let Some(what) = self.forbidden(&key, claimed) {
            self.violated(|| format!("{} was claimed after {what:?} was acknowledged", call.as_str()));
        }
        // Clocks differ by a minute, and the end of the call is told by one of them.
        let is_quiet = |quiet: &QuietTime| quiet.acknowledged < claimed && claimed < quiet.over - TimeDelta::minutes(2);
        if self.transfers.get(phone).is_some_and(|transfers| transfers.iter().any(is_quiet)) {
            self.violated(|| format!("{} was claimed right after a transfer of its number", call.as_str()));
        }
        let is_held = |spell: &AgentSpell| claimed > spell.from && claimed < spell.until;
        if self.agent_calls.get(phone).is_some_and(|spells| spells.iter().any(is_held)) {
            self.violated(|| format!("{} was claimed while a call of Convoso held the number", call.as_str()));
        }
        let dials = self.dials.entry(phone.clone()).or_default();
        dials.push(now);
        // A call may start some minutes after its claim, and clocks differ by a minute.
        let window = now - TimeDelta::hours(24) + TimeDelta::minutes(15);
        let of_state = if order.profile.state == FLORIDA { FLORIDA_ALLOWS } else { u32::MAX };
        let (count, cap) = (dials.iter().filter(|at| **at > window).count(), self.cap.min(of_state));
        if count > usize::try_from(cap).unwrap() {
            self.violated(|| format!("{count} dials to one number in 24 hours, {cap} are allowed"));
        }
        self.counted_on_its_day(now);
        let told = Told {
            phone: phone.clone(),
            key: Some(key),
            outcome: Outcome::LOST,
            inbound: false,
            ever: Vec::new(),
            transferred: None,
            deliveries: Vec::new(),
            since: claimed,
            is_due: true,
        };
        self.results.insert(call.clone(), told);
    }

    /// The account makes no more calls on a day than its limit, as long as nobody deletes the book that is kept of them.
    fn counted_on_its_day(&mut self, now: DateTime<Utc>) {
        let Some(limit) = self.daily.filter(|_| !self.lease_is_lost) else { return };
        let day = |at: DateTime<Utc>| at.with_timezone(&New_York).date_naive();
        // A process may stand still for most of an hour between the reservation and the call, and clocks differ.
        let today = day(now);
        if day(now - TimeDelta::minutes(55)) != today || day(now + TimeDelta::minutes(1)) != today {
            return;
        }
        let calls = self.days.entry(today).or_default();
        *calls += 1;
        let calls = *calls;
        if calls > limit {
            self.violated(|| format!("{calls} calls on one day, {limit} are allowed"));
        }
    }

    /// The acknowledged command that forbids a claim at this instant.
    fn forbidden(&self, key: &LeadKey, claimed: DateTime<Utc>) -> Option<Command> {
        let spells = self.steering.get(key)?;
        let ends_pause = |what: Command| what == Command::Resume || what.callback().is_some();
        let undone = |spell: &Spell| {
            let later = |other: &Spell| other.given <= claimed && other.acknowledged.is_none_or(|at| at >= spell.given);
            let resumed = spells.iter().any(|other| ends_pause(other.what) && later(other));
            let removed = spells.iter().any(|other| other.what == Command::Remove && later(other));
            let born = self.births.get(key).is_some_and(|births| {
                births.iter().any(|birth| birth.first <= claimed && birth.over.is_none_or(|at| at >= spell.given))
            });
            match spell.what {
                // A success completes a paused record, and a callback reopens a completed one.
                Command::Pause => resumed || removed || self.may_be_completed(key),
                Command::Remove => born,
                Command::Resume | Command::ConfirmDoNotCall | Command::DismissDoNotCall | Command::CallBack(_) => true,
            }
        };
        let acknowledged = |spell: &&Spell| spell.acknowledged.is_some_and(|at| at < claimed);
        spells.iter().filter(acknowledged).find(|spell| !undone(spell)).map(|spell| spell.what)
    }

    fn may_be_completed(&self, key: &LeadKey) -> bool {
        let succeeds = |outcome: &Outcome| *outcome == Outcome::TRANSFERRED || *outcome == Outcome::CALLBACK;
        let completes = |told: &Told| {
            // So does a do-not-call, and the record goes on if the suppression is taken off and the disposition corrected.
            let was_allowed = self.removals.contains_key(&told.phone);
            let is_one = |outcome: &Outcome| succeeds(outcome) || (was_allowed && outcome.suppresses());
            // A success that was corrected has ended the pause too.
            is_one(&told.outcome) || told.ever.iter().any(is_one)
        };
        let mut results = self.results.values();
        results.any(|told| completes(told) && told.key.as_ref().is_none_or(|other| other == key))
    }

    /// A call of ours is over.
    pub(crate) fn over(&mut self, call: &CallId, outcome: &Outcome) {
        if let Some(told) = self.results.get_mut(call) {
            told.outcome = outcome.clone();
        }
    }

    /// A command is given; the answer is its place, to be acknowledged.
    pub(crate) fn commanded(&mut self, key: &LeadKey, what: Command, now: DateTime<Utc>) -> usize {
        let spells = self.steering.entry(key.clone()).or_default();
        spells.push(Spell { what, given: now, acknowledged: None, by: Given::Alone });
        spells.len() - 1
    }

    pub(crate) fn acknowledged(&mut self, key: &LeadKey, place: usize, now: DateTime<Utc>) {
        if let Some(spell) = self.steering.get_mut(key).and_then(|spells| spells.get_mut(place)) {
            spell.acknowledged = Some(now);
        }
    }

    /// An operator adds a lead, which may make a record from now on. The answer is the place of the birth.
    pub(crate) fn adds(&mut self, key: &LeadKey, now: DateTime<Utc>) -> usize {
        let births = self.births.entry(key.clone()).or_default();
        births.push(Birth { id: "added by an operator".to_owned(), first: now, over: None });
        births.len() - 1
    }

    /// The queue has answered that a lead has a record, or that it gets none.
    pub(crate) fn added(&mut self, key: &LeadKey, place: usize, has_record: bool, now: DateTime<Utc>) {
        if let Some(birth) = self.births.get_mut(key).and_then(|births| births.get_mut(place)) {
            birth.over = Some(now);
        }
        if has_record {
            self.additions.acknowledged.push((key.clone(), now));
        }
    }

    /// Whether the record of a lead may have been removed since.
    pub(crate) fn may_be_removed(&self, key: &LeadKey, since: DateTime<Utc>) -> bool {
        let removed = |spell: &Spell| {
            spell.what == Command::Remove && (spell.given >= since - LATE || self.may_be_removed_in_bulk(spell, since))
        };
        self.steering.get(key).is_some_and(|spells| spells.iter().any(removed))
    }

    /// An arrival is handed to the queue.
    pub(crate) fn offered(&mut self, arrival: &Arrival, number: u64, now: DateTime<Utc>) {
        let key = arrival.lead().map(|lead| LeadKey::new(lead, arrival.phone()));
        if let Some(key) = key.clone().filter(|_| arrival.month().is_none()) {
            let births = self.births.entry(key).or_default();
            match births.iter_mut().find(|birth| birth.id == arrival.id()) {
                Some(birth) => birth.over = None,
                None => births.push(Birth { id: arrival.id(), first: now, over: None }),
            }
        }
        if let Arrival::Result(result) = arrival {
            let told = self.results.entry(result.call.clone()).or_insert_with(|| Told {
                phone: result.phone.clone(),
                key,
                outcome: result.outcome.clone(),
                inbound: result.inbound,
                ever: Vec::new(),
                transferred: None,
                deliveries: Vec::new(),
                since: now,
                is_due: false,
            });
            told.outcome = result.outcome.clone();
            told.ever.push(result.outcome.clone());
            if result.outcome == Outcome::TRANSFERRED {
                told.transferred = Some(told.transferred.map_or(result.ended_at, |first| first.min(result.ended_at)));
            }
            if result.source == Source::Convoso {
                let outcome = result.outcome.clone();
                told.deliveries.push(Delivery { number, outcome, offered: now, over: None });
            }
            if let Some(spells) = self.agent_calls.get_mut(&result.phone) {
                spells.retain(|spell| spell.call != result.call);
            }
        }
    }

    /// The queue has answered a refusal that is not in a result.
    pub(crate) fn refused(&mut self, phone: &Phone, began: DateTime<Utc>, now: DateTime<Utc>) {
        let removals = self.removals.get(phone).into_iter().flatten();
        // Nobody knows which of two changes at the same time came first.
        if removals.clone().any(|removal| removal.over.is_none_or(|over| over >= began)) {
            return;
        }
        self.suppressed.entry(phone.clone()).or_insert(now);
    }

    /// An operator asks for a suppression to be taken off. It may be off from now on. The answer is its place.
    pub(crate) fn allows(&mut self, phone: &Phone) -> usize {
        self.suppressed.remove(phone);
        let removals = self.removals.entry(phone.clone()).or_default();
        removals.push(Removal { over: None });
        removals.len() - 1
    }

    /// The queue has taken a suppression off, or there was none.
    pub(crate) fn allowed(&mut self, phone: &Phone, place: usize, now: DateTime<Utc>) {
        if let Some(removal) = self.removals.get_mut(phone).and_then(|removals| removals.get_mut(place)) {
            removal.over.get_or_insert(now);
        }
    }

    /// Whether the number is suppressed for all that is known.
    pub(crate) fn is_suppressed(&self, phone: &Phone) -> bool {
        self.suppressed.contains_key(phone)
    }

    /// An uploaded month has a call that no webhook reported.
    pub(crate) fn uploaded(&mut self, call: CallId, phone: &Phone, key: LeadKey, at: DateTime<Utc>) {
        self.dials.entry(phone.clone()).or_default().push(at);
        let told = Told {
            phone: phone.clone(),
            key: Some(key),
            outcome: Outcome::VOICEMAIL,
            inbound: false,
            ever: Vec::new(),
            transferred: None,
            deliveries: Vec::new(),
            since: at,
            is_due: true,
        };
        self.results.insert(call, told);
    }

    /// Whether a result of this call has been acknowledged before.
    pub(crate) fn is_answered(&self, arrival: &Arrival) -> bool {
        matches!(arrival, Arrival::Result(result) if self.results.get(&result.call).is_some_and(|told| told.is_due))
    }

    /// A delivery has failed or was answered. Nobody knows what is stored after a failure.
    pub(crate) fn delivered(&mut self, arrival: &Arrival, number: u64, is_answered: bool, now: DateTime<Utc>) {
        let Arrival::Result(result) = arrival else { return };
        let Some(told) = self.results.get_mut(&result.call) else { return };
        let Some(this) = told.deliveries.iter_mut().find(|delivery| delivery.number == number) else { return };
        this.over = Some(now);
        let offered = this.offered;
        if is_answered {
            told.deliveries.retain(|other| other.number == number || other.over.is_none_or(|over| over >= offered));
        }
    }

    /// The queue has acknowledged that a call of Convoso holds the number since `told`, for `hold`.
    pub(crate) fn agent_call_held(&mut self, held: &InCall, told: DateTime<Utc>, hold: TimeDelta, now: DateTime<Utc>) {
        let Some(call) = held.call.clone().filter(|call| !self.results.contains_key(call)) else { return };
        let spell = AgentSpell { call, from: now, until: told + hold - CLOCKS };
        self.agent_calls.entry(held.phone.clone()).or_default().push(spell);
    }

    /// The queue has answered, for the last of the deliveries under way.
    pub(crate) fn answered(
        &mut self,
        arrival: &Arrival,
        done: Ingested,
        alone: bool,
        began: DateTime<Utc>,
        now: DateTime<Utc>,
    ) {
        if let Arrival::Result(result) = arrival {
            if result.outcome.suppresses() {
                self.refused(&result.phone, began, now);
            }
            if result.outcome == Outcome::TRANSFERRED {
                let told = self.results.get(&result.call).and_then(|told| told.transferred);
                let over = told.unwrap_or(result.ended_at) + self.quiet;
                self.transfers.entry(result.phone.clone()).or_default().push(QuietTime { acknowledged: now, over });
            }
            match done {
                Ingested::Applied | Ingested::Repeat | Ingested::Deferred => {
                    if let Some(told) = self.results.get_mut(&result.call) {
                        told.is_due = true;
                    }
                }
                Ingested::Ignored(Ignored::NoLead) if result.lead.is_none() => {}
                Ingested::Ignored(Ignored::NoLead) => {
                    self.violated(|| format!("{} names a lead and is ignored for having none", result.call.as_str()));
                }
                Ingested::Ignored(Ignored::RecordGone) => {
                    let key = result.lead.as_ref().map(|lead| LeadKey::new(lead, &result.phone));
                    let claimed = self.results.get(&result.call).map_or(now, |told| told.since);
                    let removed = match key {
                        Some(key) => self.may_be_removed(&key, claimed),
                        None => self.any_removal(&result.phone),
                    };
                    if !removed {
                        self.violated(|| {
                            format!("{}: its record is gone, and nobody removed it", result.call.as_str())
                        });
                    }
                }
            }
        }
        let Some(lead) = arrival.lead().filter(|_| alone && done != Ingested::Deferred) else { return };
        let births = self.births.get_mut(&LeadKey::new(lead, arrival.phone()));
        for birth in births.into_iter().flatten().filter(|birth| birth.id == arrival.id()) {
            birth.over = Some(now);
        }
    }
}

/// An attempt in few letters: the end, which is chance.
pub(crate) fn short(attempt: AttemptId) -> String {
    attempt.to_string().split_off(28)
}

impl Judge {
    /// Whether any record with this number may have been removed.
    pub(crate) fn any_removal(&self, phone: &Phone) -> bool {
        let end = format!("_{}", phone.national());
        let mut keys = self.steering.iter().filter(|(key, _)| key.as_str().ends_with(&end));
        keys.any(|(_, spells)| spells.iter().any(|spell| spell.what == Command::Remove))
    }
}
