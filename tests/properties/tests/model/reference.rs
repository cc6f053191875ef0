//! What the contract says of leads and numbers, and nothing of how the queue does it: section 3, and what operators do.

use crate::calendar::{instant, is_over, month, wall, zones_of};
use crate::event::{Ask, Ended, Event};
use crate::rules::Rules;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use redial_domain::Status;

/// Everything that is known: two leads that share a number.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) now: DateTime<Utc>,
    pub(crate) rules: Rules,
    pub(crate) records: [Option<Record>; 2],
    pub(crate) number: Number,
    pub(crate) attempts: Vec<Attempt>,
    /// Every call of which a result has come in.
    pub(crate) told: Vec<Name>,
}

#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) state: &'static str,
    pub(crate) created: DateTime<Utc>,
    pub(crate) month: NaiveDate,
    pub(crate) status: Status,
    pub(crate) attempts: u32,
    /// By the end of the call; of two that ended together the one that was told later is the later one.
    pub(crate) calls: Vec<Call>,
    pub(crate) callback: Option<DateTime<Utc>>,
    /// The callback that an operator was asked for last.
    pub(crate) asked: Option<Asked>,
    /// The earliest time of the next dial, and the latest that jitter allows.
    pub(crate) due: (DateTime<Utc>, DateTime<Utc>),
    pub(crate) refusals: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) name: Name,
    pub(crate) outcome: &'static str,
    pub(crate) ended: DateTime<Utc>,
    pub(crate) attempt: Option<usize>,
    pub(crate) asks: Option<DateTime<Utc>>,
}

/// A callback that an operator was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) at: DateTime<Utc>,
    pub(crate) since: DateTime<Utc>,
    /// The calls that the record had by then.
    known: Vec<Name>,
}

/// What the provider calls a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    /// Of an attempt of ours.
    Ours(usize),
    /// Of an attempt of which nobody knows.
    Lost(usize),
    /// Of another, by its lead and a number.
    Others(usize, u8),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Number {
    pub(crate) suppressed: bool,
    /// When a call ended last in which the person was connected with an agent.
    pub(crate) transferred: Option<DateTime<Utc>>,
    pub(crate) calls: Vec<(Name, DateTime<Utc>)>,
    pub(crate) held: Option<Hold>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Hold {
    pub(crate) attempt: usize,
    pub(crate) until: DateTime<Utc>,
    pub(crate) placed: bool,
}

/// A dial of ours, by its place in the list.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) lead: usize,
    pub(crate) made: DateTime<Utc>,
    pub(crate) month: NaiveDate,
    /// The provider has told the name of its call.
    pub(crate) placed: bool,
}

impl Reference {
    pub(crate) fn new(now: DateTime<Utc>, rules: Rules) -> Self {
        let (number, attempts, told) = (Number::default(), Vec::new(), Vec::new());
        Self { now, rules, records: [None, None], number, attempts, told }
    }

    pub(crate) fn happens(&mut self, event: &Event) {
        match event {
            Event::Wait(time) => self.wait(*time),
            Event::Arrives(lead) => self.arrives(*lead),
            Event::Ended(ended) => self.ended(ended),
            // A repeat changes no record, but a do-not-call in it is heard.
            Event::Again { outcome, .. } => self.number.suppressed |= forbids(outcome),
            Event::Run { lead, answered } => self.run(*lead, *answered),
            Event::Refused => self.refused(),
            Event::Lost => self.lost(),
            Event::Pause(lead) => self.pause(*lead),
            Event::Resume(lead) => self.resume(*lead),
            Event::Remove(lead) => self.records[*lead] = None,
            Event::CallBack { lead, at } => self.call_back(*lead, *at),
        }
    }

    fn wait(&mut self, time: TimeDelta) {
        self.now += time;
        let (today, days) = (wall(self.now, self.rules.zone.1).date(), self.rules.retention_days);
        for record in &mut self.records {
            record.take_if(|record| is_over(record.month, today, days));
        }
    }

    fn arrives(&mut self, lead: usize) {
        if self.records[lead].is_none() {
            let status = if self.number.suppressed { Status::Completed } else { Status::Pending };
            self.records[lead] = Some(Record { status, ..self.new_record(lead) });
        }
    }

    /// A call ended, and its result comes in.
    fn ended(&mut self, told: &Ended) {
        let lead = told.lead(&self.attempts);
        let ours = told.attempt();
        let call = Call {
            name: told.name,
            outcome: told.outcome,
            ended: told.ended_at(&self.attempts, self.now),
            attempt: ours.filter(|_| told.metadata),
            asks: self.asked(told, lead),
        };
        self.told.push(told.name);
        self.number.suppressed |= forbids(call.outcome);
        if call.outcome == "TRANSFERRED" {
            self.number.transferred = self.number.transferred.max(Some(call.ended));
        }
        if !self.number.calls.iter().any(|(known, _)| *known == call.name) {
            self.number.calls.push((call.name, call.ended));
        }
        self.number.held.take_if(|hold| Some(hold.attempt) == ours);
        let month = call.attempt.map(|attempt| self.attempts[attempt].month);
        self.count(lead, month, call, told.inbound);
    }

    /// Nobody knows of the attempt that holds the number.
    fn lost(&mut self) {
        let Some(hold) = self.number.held.take() else { return };
        let Attempt { lead, month, .. } = self.attempts[hold.attempt];
        let name = Name::Lost(hold.attempt);
        let call = Call { name, outcome: "LOST", ended: self.now, attempt: Some(hold.attempt), asks: None };
        self.count(lead, Some(month), call, false);
    }

    /// Section 3: what a result makes of a record.
    fn count(&mut self, lead: usize, month: Option<NaiveDate>, call: Call, inbound: bool) {
        let there = self.records[lead].as_ref().is_some_and(|record| month.is_none_or(|month| month == record.month));
        if !there && month.is_some() {
            return;
        }
        let mut record = self.records[lead].clone().unwrap_or_else(|| self.new_record(lead));
        let same_attempt = |known: &Call| known.attempt.is_some() && known.attempt == call.attempt;
        match record.calls.iter().position(same_attempt) {
            _ if record.calls.iter().any(|known| known.name == call.name) => return,
            Some(_) if call.outcome == "LOST" => return,
            Some(place) if record.calls[place].outcome == "LOST" => record.calls[place] = call,
            _ => {
                record.calls.push(call);
                record.attempts += u32::from(!inbound);
            }
        }
        record.calls.sort_by_key(|call| call.ended);
        record.refusals = 0;
        self.move_on(&mut record);
        self.records[lead] = Some(record);
    }

    fn move_on(&self, record: &mut Record) {
        let last_request = record.calls.iter().rposition(|call| call.asks.is_some());
        let completes = |call: &Call| self.completes(call.outcome, call.asks.is_some());
        let last_success = record.calls.iter().rposition(completes);
        // Of the request of an operator and that of a call, the later counts.
        let is_later = |asked: &&Asked| last_request.is_none_or(|place| asked.since >= record.calls[place].ended);
        let (request, is_completed) = match record.asked.as_ref().filter(is_later) {
            Some(asked) => {
                let is_news = |call: &Call| !asked.known.contains(&call.name);
                (Some(asked.at), record.calls.iter().any(|call| completes(call) && is_news(call)))
            }
            None => (last_request.and_then(|place| record.calls[place].asks), last_success > last_request),
        };
        let kept = |at: DateTime<Utc>| {
            let made = |call: &Call| call.attempt.map(|attempt| self.attempts[attempt].made);
            record.calls.iter().any(|call| call.ended >= at || made(call).is_some_and(|made| made >= at))
        };
        record.callback = request.filter(|at| !kept(*at));
        record.status = if self.number.suppressed || is_completed {
            record.callback = None;
            Status::Completed
        } else if record.status == Status::Paused {
            Status::Paused
        } else if record.callback.is_some() {
            Status::Rescheduled
        } else if record.attempts >= self.rules.limit {
            Status::MaxAttempts
        } else {
            Status::Pending
        };
        if !matches!(record.status, Status::Completed | Status::MaxAttempts) {
            record.due = record.callback.map_or_else(|| self.after(record.attempts), |at| (at, at));
        }
    }

    /// The time at which the person wants to be called, if it makes sense.
    fn asked(&self, told: &Ended, lead: usize) -> Option<DateTime<Utc>> {
        let at = match told.asks? {
            Ask::In(time) => self.now + time,
            Ask::OnTheWall(local) => {
                instant(local, zones_of(self.rules.states[lead]).map_or(self.rules.zone.1, |zones| zones[0]))
            }
        };
        let sensible = at > told.ended_at(&self.attempts, self.now)
            && at >= self.now - TimeDelta::days(1)
            && at <= self.now + TimeDelta::days(90);
        if self.completes(told.outcome, true) {
            return None;
        }
        let fallback = told.ended_at(&self.attempts, self.now) + TimeDelta::minutes(120);
        Some(at).filter(|_| sensible).or_else(|| (told.outcome == "CALLBACK").then_some(fallback))
    }

    fn completes(&self, outcome: &str, time_is_known: bool) -> bool {
        if outcome == "CALLBACK" && time_is_known {
            return false;
        }
        let listed = |list: &str| list.split(',').any(|word| word == outcome);
        forbids(outcome) || listed(self.rules.success) || listed(self.rules.terminal)
    }

    fn pause(&mut self, lead: usize) {
        if let Some(record) = self.records[lead].as_mut().filter(|record| record.status != Status::Completed) {
            record.status = Status::Paused;
        }
    }

    fn resume(&mut self, lead: usize) {
        let now = self.now;
        if let Some(record) = self.records[lead].as_mut().filter(|record| record.status == Status::Paused) {
            let ahead = record.callback.is_some_and(|at| at > now);
            record.status = if ahead { Status::Rescheduled } else { Status::Pending };
        }
    }

    /// The person asked an operator for a callback.
    fn call_back(&mut self, lead: usize, at: DateTime<Utc>) {
        let is_ahead = at > self.now && at <= self.now + TimeDelta::days(90);
        let Some(record) = self.records[lead].as_mut() else { return };
        let is_known = record.status == Status::Rescheduled && record.callback == Some(at);
        if !is_ahead || self.number.suppressed || record.status == Status::Completed || is_known {
            return;
        }
        let known = record.calls.iter().map(|call| call.name).collect();
        record.asked = Some(Asked { at, since: self.now, known });
        record.status = Status::Rescheduled;
        record.callback = Some(at);
        record.due = (at, at);
    }

    fn new_record(&self, lead: usize) -> Record {
        Record {
            state: self.rules.states[lead],
            created: self.now,
            month: month(self.now, self.rules.zone.1),
            status: Status::Pending,
            attempts: 0,
            calls: Vec::new(),
            callback: None,
            asked: None,
            due: (self.now, self.now),
            refusals: 0,
        }
    }
}

pub(crate) fn forbids(outcome: &str) -> bool {
    matches!(outcome, "DNC" | "BAD_NUMBER")
}

pub(crate) fn waits(record: &Record) -> bool {
    matches!(record.status, Status::Pending | Status::Rescheduled)
}
