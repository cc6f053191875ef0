//! What happens to the queue, and how it is chosen.

use crate::reference::{Attempt, Hold, Name, Record, Reference, forbids};
use crate::rules::any_rules;
use chrono::{DateTime, DurationRound, NaiveDateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

#[derive(Debug, Clone)]
pub(crate) enum Event {
    Wait(TimeDelta),
    /// A new lead.
    Arrives(usize),
    Ended(Ended),
    /// A result comes once more, with another outcome.
    Again {
        lead: usize,
        place: usize,
        outcome: &'static str,
    },
    /// A run comes to the lead; if it dials, the provider answers with the call's name, or not yet.
    Run {
        lead: usize,
        answered: bool,
    },
    /// The provider answers that it does not place the call.
    Refused,
    /// Nobody knows of the attempt that holds the number.
    Lost,
    Pause(usize),
    Resume(usize),
    Remove(usize),
    /// An operator was asked for a callback at this time.
    CallBack {
        lead: usize,
        at: DateTime<Utc>,
    },
}

/// The result of a call.
#[derive(Debug, Clone)]
pub(crate) struct Ended {
    pub(crate) name: Name,
    /// The attempt and the month are told, if there is an attempt.
    pub(crate) metadata: bool,
    pub(crate) outcome: &'static str,
    pub(crate) asks: Option<Ask>,
    pub(crate) inbound: bool,
    /// From the dial, or for a call of others back from now.
    pub(crate) time: TimeDelta,
}

/// When the person wants to be called.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ask {
    In(TimeDelta),
    OnTheWall(NaiveDateTime),
}

impl Ended {
    pub(crate) fn attempt(&self) -> Option<usize> {
        match self.name {
            Name::Ours(attempt) | Name::Lost(attempt) => Some(attempt),
            Name::Others(..) => None,
        }
    }

    pub(crate) fn lead(&self, attempts: &[Attempt]) -> usize {
        match self.name {
            Name::Ours(attempt) | Name::Lost(attempt) => attempts[attempt].lead,
            Name::Others(lead, _) => lead,
        }
    }

    pub(crate) fn ended_at(&self, attempts: &[Attempt], now: DateTime<Utc>) -> DateTime<Utc> {
        self.attempt().map_or(now - self.time, |attempt| now.min(attempts[attempt].made + self.time))
    }
}

const OUTCOMES: [&str; 12] = [
    "NO_ANSWER",
    "VOICEMAIL",
    "BUSY",
    "CONFUSED",
    "NO_SALE",
    "PRESALE",
    "NOT_INTERESTED",
    "CALLBACK",
    "SALE",
    "TRANSFERRED",
    "BAD_NUMBER",
    "DNC",
];

/// Just before a turn of the month, a change of the clocks, or a leap day.
const STARTS: [&str; 7] = [
    "2025-10-31T13:00:00Z",
    "2025-11-01T21:00:00Z",
    "2025-12-31T18:00:00Z",
    "2026-02-28T18:00:00Z",
    "2026-03-07T22:00:00Z",
    "2026-06-30T12:00:00Z",
    "2028-02-28T12:00:00Z",
];

pub(crate) fn any_start() -> impl Strategy<Value = Reference> {
    let start = (select(STARTS.to_vec()), 0..600_000_000_i64);
    (start, any_rules()).prop_map(|((start, later), rules)| {
        let now = start.parse::<DateTime<Utc>>().unwrap() + TimeDelta::milliseconds(later / 10);
        Reference::new(now, rules)
    })
}

pub(crate) fn any_event(state: &Reference) -> BoxedStrategy<Event> {
    let lead = || 0..2_usize;
    let mut events: Vec<(u32, BoxedStrategy<Event>)> = vec![
        (8, wait(state).prop_map(Event::Wait).boxed()),
        (8, (lead(), any::<bool>()).prop_map(|(lead, answered)| Event::Run { lead, answered }).boxed()),
        (4, ended_of_others(state).prop_map(Event::Ended).boxed()),
        (1, lead().prop_map(Event::Arrives).boxed()),
        (1, lead().prop_map(Event::Pause).boxed()),
        (2, lead().prop_map(Event::Resume).boxed()),
        (2, (lead(), operators_time(state)).prop_map(|(lead, at)| Event::CallBack { lead, at }).boxed()),
        (1, prop_oneof![5 => Just(None), 1 => lead().prop_map(Some)].prop_map(removal).boxed()),
    ];
    if !state.attempts.is_empty() {
        events.push((8, ended_of_ours(state.attempts.len()).prop_map(Event::Ended).boxed()));
    }
    if let Some(hold) = state.number.held {
        events.push((if hold.placed { 0 } else { 3 }, Just(Event::Refused).boxed()));
        events.push((if is_overdue(state, &hold) { 4 } else { 0 }, Just(Event::Lost).boxed()));
    }
    let calls = |lead: usize| state.records[lead].as_ref().map_or(0, |record| record.calls.len());
    for lead in (0..2).filter(|lead| calls(*lead) > 0) {
        let again = (0..calls(lead), select(&OUTCOMES[..10]));
        events.push((1, again.prop_map(move |(place, outcome)| Event::Again { lead, place, outcome }).boxed()));
    }
    Union::new_weighted(events.into_iter().filter(|(weight, _)| *weight > 0).collect()).boxed()
}

pub(crate) fn can_happen(state: &Reference, event: &Event) -> bool {
    match event {
        Event::Ended(ended) => can_end(state, ended),
        Event::Again { lead, place, outcome } => {
            let Some(record) = &state.records[*lead] else { return false };
            let Some(call) = record.calls.get(*place) else { return false };
            !forbids(outcome)
                && match call.name {
                    Name::Ours(number) => is_counted_by_its_dial(state, number, call.ended),
                    Name::Lost(_) => false,
                    Name::Others(..) => true,
                }
        }
        // Whether a lead is due that has jitter the reference cannot say.
        Event::Run { lead, .. } => state.records[*lead].as_ref().is_none_or(|record| state.knows_if_due(record)),
        Event::Refused => state.number.held.is_some_and(|hold| !hold.placed && state.now < hold.until),
        Event::Lost => state.number.held.is_some_and(|hold| is_overdue(state, &hold)),
        Event::Wait(_)
        | Event::Arrives(_)
        | Event::Pause(_)
        | Event::Resume(_)
        | Event::Remove(_)
        | Event::CallBack { .. } => true,
    }
}

fn can_end(state: &Reference, ended: &Ended) -> bool {
    if state.told.contains(&ended.name) {
        return false;
    }
    let Some(number) = ended.attempt() else { return true };
    let Some(attempt) = state.attempts.get(number) else { return false };
    let is_known = state.number.calls.iter().any(|(name, _)| *name == ended.name);
    is_known
        && (ended.metadata || attempt.placed)
        && is_counted_by_its_dial(state, number, ended.ended_at(&state.attempts, state.now))
}

/// A line forgets a dial after a day. It counts a call whose result comes later by its end.
fn is_counted_by_its_dial(state: &Reference, attempt: usize, ended: DateTime<Utc>) -> bool {
    let is_held = state.number.held.is_some_and(|hold| hold.attempt == attempt);
    let is_of_today = |at: DateTime<Utc>| state.now - at < TimeDelta::hours(24);
    is_held || is_of_today(state.attempts[attempt].made) || !is_of_today(ended)
}

fn is_overdue(state: &Reference, hold: &Hold) -> bool {
    hold.until <= state.now
}

fn removal(lead: Option<usize>) -> Event {
    lead.map_or(Event::Wait(TimeDelta::minutes(1)), Event::Remove)
}

/// At the first and the last time that a callback may have, just beside them, between them, or once more at a time that is known.
fn operators_time(state: &Reference) -> impl Strategy<Value = DateTime<Utc>> + use<> {
    let now = state.now;
    let known: Vec<_> = state.records.iter().flatten().filter_map(|record| record.callback).chain([now]).collect();
    let day = 24 * 60_i64;
    let minutes = prop_oneof![3 => 1..600_i64, 1 => 1..3 * day, 1 => Just(90 * day)].prop_map(TimeDelta::minutes);
    let beside = || (-1..=1_i64).prop_map(TimeDelta::milliseconds);
    prop_oneof![
        4 => (minutes, beside()).prop_map(move |(time, off)| now + time + off),
        1 => beside().prop_map(move |off| now + off),
        1 => select(known),
    ]
}

/// Until something is about to change, or changes, or has just changed; or for some time.
fn wait(state: &Reference) -> impl Strategy<Value = TimeDelta> + use<> {
    let of = |record: &Record| {
        let window = record.created + TimeDelta::days(state.rules.retention_days.into());
        [Some(record.due.0), Some(record.due.1), record.callback, Some(window)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
    };
    let day = TimeDelta::hours(24);
    let mut moments: Vec<DateTime<Utc>> = state.records.iter().flatten().flat_map(of).collect();
    moments.extend(state.number.calls.iter().map(|(_, at)| *at + day));
    moments.extend(state.number.held.map(|hold| hold.until));
    let hour = state.now.duration_trunc(TimeDelta::hours(1)).unwrap();
    moments.extend((1..30).map(|hours| hour + TimeDelta::hours(hours)));
    moments.retain(|at| *at > state.now);
    let now = state.now;
    let to_a_moment = (select(moments), -1..=1_i64).prop_map(move |(at, off)| at - now + TimeDelta::milliseconds(off));
    prop_oneof![
        4 => to_a_moment,
        3 => (0..1_200_000_i64).prop_map(TimeDelta::milliseconds),
        1 => (0..40 * 24 * 60_i64).prop_map(TimeDelta::minutes),
    ]
}

fn ended_of_others(state: &Reference) -> impl Strategy<Value = Ended> + use<> {
    let next =
        [0, 1].map(|lead| state.told.iter().filter(|name| matches!(name, Name::Others(of, _) if *of == lead)).count());
    let time = prop_oneof![3 => Just(0), 3 => 0..180_i64, 1 => 0..2000_i64].prop_map(TimeDelta::minutes);
    (0..2_usize, select(OUTCOMES.to_vec()), asks(), prop::bool::weighted(0.2), time).prop_map(
        move |(lead, outcome, asks, inbound, time)| {
            let name = Name::Others(lead, u8::try_from(next[lead]).unwrap());
            Ended { name, metadata: false, outcome, asks, inbound, time }
        },
    )
}

fn ended_of_ours(attempts: usize) -> impl Strategy<Value = Ended> {
    let attempt = prop_oneof![2 => Just(attempts - 1), 1 => 0..attempts];
    // Most calls are in vain: else a history is over soon.
    let outcome = prop_oneof![2 => select(&OUTCOMES[..5]), 1 => select(&OUTCOMES[..])];
    (attempt, prop::bool::weighted(0.8), outcome, asks(), 0..30_i64).prop_map(
        |(attempt, metadata, outcome, asks, minutes)| {
            let name = Name::Ours(attempt);
            Ended { name, metadata, outcome, asks, inbound: false, time: TimeDelta::minutes(minutes) }
        },
    )
}

fn asks() -> impl Strategy<Value = Option<Ask>> {
    let day = 24 * 60_i64;
    let offset = prop_oneof![4 => -120..600_i64, 1 => -2 * day..3 * day, 1 => 90 * day - 1..=90 * day + 1];
    // On an ordinary day, in the hour that spring skips, and in the one that autumn repeats.
    let local =
        select(vec!["2026-01-01T12:00:00", "2026-03-08T02:30:00", "2025-11-02T01:30:00", "2026-03-01T09:00:00"]);
    proptest::option::weighted(
        0.25,
        prop_oneof![
            3 => offset.prop_map(|minutes| Ask::In(TimeDelta::minutes(minutes))),
            1 => local.prop_map(|local| Ask::OnTheWall(local.parse().unwrap())),
        ],
    )
}
