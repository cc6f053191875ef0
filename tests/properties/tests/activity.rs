//! What `GET /activity` counts is what a slow count by the words of the contract gives.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use redial_domain::activity::{Activity, Callbacks, Conversion, Count, Dialed, Dials, Hour, Span};
use redial_domain::builders::{self, at, call_id};
use redial_domain::{AttemptId, Lead, OperatorCallback, Outcome, PastCall, Source, Status};
use std::collections::{BTreeMap, BTreeSet};

const LEADS: u32 = 4;
/// Minutes of a history. The span begins and ends within it, and so does "now".
const MINUTES: i64 = 600;

fn minute(minute: i64) -> DateTime<Utc> {
    at("2025-12-17T15:00:00Z") + TimeDelta::minutes(minute)
}

#[derive(Debug, Clone)]
struct Call {
    lead: u32,
    at: i64,
    /// `None` for a call that the queue did not make.
    dial: Option<Dial>,
    /// How it ended, and how long after its beginning.
    ended: Option<(Outcome, i64)>,
    /// When the person asked to be called back, after the end.
    asked_for: Option<i64>,
}

#[derive(Debug, Clone)]
struct Dial {
    told: usize,
    not_called: bool,
    number: u32,
    waited: i64,
}

/// The status of a lead, when an operator was asked for a callback and for how much later, and whether another month has its
/// record too.
type OfLead = (Status, Option<(i64, i64)>, bool);

#[derive(Debug, Clone)]
struct History {
    calls: Vec<Call>,
    leads: Vec<OfLead>,
    span: (i64, i64),
    now: i64,
}

fn histories() -> impl Strategy<Value = History> {
    let outcomes =
        select(vec![Outcome::VOICEMAIL, Outcome::SALE, Outcome::TRANSFERRED, Outcome::LOST, Outcome::CALLBACK]);
    let dial = (1_usize..3, prop::bool::weighted(0.2), 1_u32..4, 0_i64..50)
        .prop_map(|(told, not_called, number, waited)| Dial { told, not_called, number, waited });
    let call = (
        0..LEADS,
        0..MINUTES,
        option::weighted(0.8, dial),
        option::weighted(0.8, (outcomes, 1_i64..40)),
        option::weighted(0.4, 1_i64..200),
    )
        .prop_map(|(lead, at, dial, ended, asked_for)| Call { lead, at, dial, ended, asked_for });
    let statuses = select(vec![Status::Pending, Status::Rescheduled, Status::Completed, Status::Paused]);
    let lead = (statuses, option::weighted(0.3, (0..MINUTES, 1_i64..200)), prop::bool::weighted(0.3));
    let span = (0_i64..200, 1_i64..400);
    (vec(call, 0..25), vec(lead, LEADS as usize), span, 0..MINUTES).prop_map(
        |(mut calls, leads, (from, length), now)| {
            // Of two calls that end at once, nothing tells which request is the later one.
            calls.sort_by_key(|call| (call.at, call.lead));
            History { calls, leads, span: (from, from + length), now }
        },
    )
}

fn attempt(index: usize, call: &Call) -> AttemptId {
    AttemptId::new(minute(call.at), (index as u128) << 80)
}

fn past(index: usize, call: &Call) -> Option<PastCall> {
    let (outcome, length) = call.ended.clone()?;
    Some(PastCall {
        call: call_id(&format!("call-{index}")),
        outcome,
        at: minute(call.at + length),
        source: Some(Source::Bland),
        attempt: call.dial.as_ref().map(|_| attempt(index, call)),
        rule: None,
        callback: call.asked_for.map(|after| minute(call.at + length + after)),
        corrected_at: None,
    })
}

/// The records of a history. An attempt that became no call has no result.
fn leads(history: &History) -> Vec<Lead> {
    let lead = |(n, (status, operator, _)): (u32, &OfLead)| {
        let of_lead = history.calls.iter().enumerate().filter(|(_, call)| call.lead == n);
        let is_call = |call: &Call| call.dial.as_ref().is_none_or(|dial| !dial.not_called);
        let mut calls: Vec<_> =
            of_lead.filter(|(_, call)| is_call(call)).filter_map(|(i, call)| past(i, call)).collect();
        calls.sort_by_key(|past| past.at);
        let operator_callback =
            operator.map(|(since, after)| OperatorCallback { since: minute(since), at: minute(since + after) });
        Lead { status: *status, history: calls, operator_callback, ..builders::lead(n, minute(0)) }
    };
    (0..LEADS).zip(&history.leads).map(lead).collect()
}

fn counted(history: &History) -> Activity {
    let (from, to) = history.span;
    let span = Span { from: minute(from), to: minute(to), zone: chrono_tz::America::New_York };
    let mut dials = Dials::default();
    for (index, call) in history.calls.iter().enumerate() {
        let Some(dial) = &call.dial else { continue };
        for _ in 0..dial.told {
            dials.add(Dialed {
                attempt: attempt(index, call),
                lead: builders::lead(call.lead, minute(0)).key(),
                at: minute(call.at),
                number: Some(dial.number),
                due: Some(minute(call.at - dial.waited)),
            });
            if dial.not_called {
                dials.not_called(attempt(index, call));
            }
        }
    }
    let mut count = Count::new(span, minute(history.now), dials);
    for (lead, (.., has_older)) in leads(history).iter().zip(&history.leads) {
        count.calls_of(lead);
        count.callbacks_of(lead);
        if *has_older {
            count.calls_of(lead);
        }
    }
    count.finish()
}

/// Counts every minute of every hour by itself.
fn expected_hours(history: &History) -> BTreeMap<DateTime<Utc>, Hour> {
    let (from, to) = history.span;
    let mut hours: BTreeMap<DateTime<Utc>, Hour> = BTreeMap::new();
    for now in from..to {
        let hour = minute(now - now % 60);
        if now < history.now {
            hours.entry(hour).or_default();
        }
        for (index, call) in history.calls.iter().enumerate() {
            let is_dial = call.dial.as_ref().is_some_and(|dial| !dial.not_called);
            if is_dial && call.at == now {
                hours.entry(hour).or_default().dials += 1;
            }
            let is_call = is_dial || call.dial.is_none();
            if let Some(ended) = past(index, call).filter(|past| is_call && past.at == minute(now)) {
                *hours.entry(hour).or_default().results.entry(ended.outcome).or_default() += 1;
            }
        }
    }
    hours
}

fn dials_of_span(history: &History) -> Vec<(&Call, &Dial)> {
    let is_in = |call: &&Call| (history.span.0..history.span.1).contains(&call.at);
    let calls = history.calls.iter().filter(is_in);
    calls.filter_map(|call| Some((call, call.dial.as_ref().filter(|dial| !dial.not_called)?))).collect()
}

fn expected_conversion(history: &History) -> BTreeMap<u32, Conversion> {
    let dials = dials_of_span(history);
    let numbers: BTreeSet<u32> = dials.iter().map(|(_, dial)| dial.number).collect();
    let of_number = |number: u32| {
        let of_number: Vec<_> = dials.iter().filter(|(_, dial)| dial.number == number).collect();
        let ended = |wanted: &[Outcome]| {
            let is = |call: &Call| call.ended.as_ref().is_some_and(|(outcome, _)| wanted.contains(outcome));
            of_number.iter().filter(|(call, _)| is(call)).count()
        };
        let conversion = Conversion {
            dials: of_number.len(),
            results: ended(&[Outcome::VOICEMAIL, Outcome::SALE, Outcome::TRANSFERRED, Outcome::CALLBACK]),
            lost: ended(&[Outcome::LOST]),
            transferred: ended(&[Outcome::TRANSFERRED]),
            sold: ended(&[Outcome::SALE]),
        };
        (number, conversion)
    };
    numbers.into_iter().map(of_number).collect()
}

/// Judges each request by going through the minutes from its time on.
fn expected_callbacks(history: &History) -> Callbacks {
    let mut callbacks = Callbacks::default();
    for (n, lead) in (0..LEADS).zip(leads(history)) {
        let mut asked: Vec<(DateTime<Utc>, DateTime<Utc>)> =
            lead.history.iter().filter_map(|past| Some((past.at, past.callback?))).collect();
        asked.extend(lead.operator_callback.map(|asked| (asked.since, asked.at)));
        asked.sort_by_key(|(since, _)| *since);
        for (index, (_, promised)) in asked.iter().enumerate() {
            let is_replaced = asked[index + 1..].iter().any(|(since, _)| since < promised);
            if is_replaced || *promised < minute(history.span.0) || *promised >= minute(history.span.1) {
                continue;
            }
            callbacks.promised += 1;
            let is_made_at = |at: DateTime<Utc>| {
                history.calls.iter().any(|call| {
                    let is_real = call.dial.as_ref().is_none_or(|dial| !dial.not_called);
                    let is_lost = call.ended.as_ref().is_some_and(|(outcome, _)| *outcome == Outcome::LOST);
                    let begins = call.dial.is_some() && minute(call.at) == at;
                    let ends = call.ended.as_ref().is_some_and(|(_, length)| minute(call.at + length) == at);
                    call.lead == n && is_real && !is_lost && (begins || ends)
                })
            };
            let wait = (0..2 * MINUTES).find(|wait| is_made_at(*promised + TimeDelta::minutes(*wait)));
            let is_over = minute(history.now) > *promised + TimeDelta::minutes(15);
            match wait {
                Some(0..=15) => callbacks.kept_in_time += 1,
                Some(_) => callbacks.kept_late += 1,
                None if matches!(lead.status, Status::Completed | Status::Paused) => callbacks.withdrawn += 1,
                None if is_over => callbacks.missed += 1,
                None => callbacks.not_yet += 1,
            }
        }
    }
    callbacks
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_number_is_what_a_slow_count_gives(history in histories()) {
        let counted = counted(&history);
        prop_assert_eq!(&counted.hours, &expected_hours(&history));
        prop_assert_eq!(&counted.by_number, &expected_conversion(&history));
        let mut waits: Vec<_> = dials_of_span(&history).into_iter().map(|(_, dial)| dial.waited).collect();
        waits.sort_unstable();
        let of_hundred = |percent: usize| {
            let at_least = |wait: &&i64| waits.iter().filter(|other| other <= wait).count() * 100 >= waits.len() * percent;
            waits.iter().find(at_least).copied()
        };
        prop_assert_eq!(counted.lag.map(|lag| lag.p50.num_minutes()), of_hundred(50));
        prop_assert_eq!(counted.lag.map(|lag| lag.p90.num_minutes()), of_hundred(90));
        prop_assert_eq!(counted.lag.map(|lag| (lag.count, lag.max.num_minutes())), waits.last().map(|max| (waits.len(), *max)));
        let callbacks = counted.callbacks;
        prop_assert_eq!(callbacks, expected_callbacks(&history));
        let Callbacks { promised, kept_in_time, kept_late, not_yet, missed, withdrawn } = callbacks;
        prop_assert_eq!(promised, kept_in_time + kept_late + not_yet + missed + withdrawn);
    }
}
