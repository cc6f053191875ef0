//! The rules of production beside a reference that is written from the contract alone: the same events, the same records, the
//! same verdicts. The reference also has what ARCHITECTURE.md declares where the queue differs from the plan.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod calendar;
mod dialing;
mod event;
mod queue;
mod reference;
mod rules;

use chrono::{DateTime, TimeDelta, Utc};
use event::Event;
use proptest::prelude::*;
use proptest::sample::select;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use queue::Queue;
use redial_domain::law::{Evidence, Mode, Question, Standing};
use redial_domain::verdict::{Facts, GateName};
use redial_domain::{Command, Lead, verdict};
use reference::{Record, Reference};

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Event;

    fn init_state() -> BoxedStrategy<Self> {
        event::any_start().boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Event> {
        event::any_event(state)
    }

    fn preconditions(state: &Self, event: &Event) -> bool {
        event::can_happen(state, event)
    }

    fn apply(mut state: Self, event: &Event) -> Self {
        state.happens(event);
        state
    }
}

struct Production;

impl StateMachineTest for Production {
    type SystemUnderTest = Queue;
    type Reference = Reference;

    fn init_test(reference: &Reference) -> Queue {
        Queue::new(reference.now, &reference.rules)
    }

    fn apply(mut queue: Queue, reference: &Reference, event: Event) -> Queue {
        match event {
            Event::Wait(time) => queue.wait(time),
            Event::Arrives(lead) => queue.arrives(lead),
            Event::Ended(told) => {
                let attempts = &reference.attempts;
                queue.ended(&told, told.lead(attempts), told.ended_at(attempts, reference.now));
            }
            Event::Again { lead, place, outcome } => {
                queue.again(&reference.records[lead].as_ref().unwrap().calls[place], outcome, lead);
            }
            Event::Run { lead, answered } => queue.run(lead, answered),
            Event::Refused => queue.refused(),
            Event::Lost => queue.lost(),
            Event::Pause(lead) => queue.steer(lead, Command::Pause),
            Event::Resume(lead) => queue.steer(lead, Command::Resume),
            Event::Remove(lead) => queue.steer(lead, Command::Remove),
            Event::CallBack { lead, at } => queue.call_back(lead, at),
        }
        queue
    }

    fn check_invariants(queue: &Queue, reference: &Reference) {
        for lead in 0..2 {
            let found = queue.record(lead);
            assert_eq!(found.is_some(), reference.records[lead].is_some(), "there is a record of lead {lead}");
            let (Some((month, record)), Some(expected)) = (found, &reference.records[lead]) else { continue };
            assert_eq!(month.to_string(), expected.month.format("%Y-%m").to_string(), "the month of lead {lead}");
            check_record(queue, record, expected);
            check_verdict(queue, reference, record, expected);
        }
        let number = &reference.number;
        assert_eq!(queue.line.suppressed.is_some(), number.suppressed, "the number is suppressed");
        assert_eq!(queue.line.hold.is_some(), number.held.is_some(), "the line is held");
        assert!(queue.line.inbox.is_empty(), "something waits");
    }
}

#[track_caller]
fn check_record(queue: &Queue, record: &Lead, expected: &Record) {
    let summary = |record: &Lead| (record.status, record.attempts, record.callback, record.created_at, record.refusals);
    let wanted = (expected.status, expected.attempts, expected.callback, expected.created, expected.refusals);
    assert_eq!(summary(record), wanted, "status, attempts, callback, creation, refusals");
    let asked = record.operator_callback.map(|asked| (asked.at, asked.since));
    assert_eq!(asked, expected.asked.as_ref().map(|asked| (asked.at, asked.since)), "the operator's callback");
    let (earliest, latest) = expected.due;
    let due = record.next_redial;
    assert!((earliest..=latest).contains(&due), "the next dial is at {due}, expected from {earliest} to {latest}");

    let calls: Vec<_> = record.history.iter().map(|past| (past.call.clone(), past.outcome.as_str(), past.at)).collect();
    let told = expected.calls.iter().map(|call| (queue.call_id(call.name), call.outcome, call.ended));
    assert_eq!(calls, told.collect::<Vec<_>>(), "the history");
    let outcomes: Vec<_> = expected.calls.iter().map(|call| call.outcome).collect();
    let kept: Vec<_> = record.outcomes.iter().map(redial_domain::Outcome::as_str).collect();
    assert_eq!(kept, outcomes[outcomes.len().saturating_sub(20)..], "the outcomes");
    let last = record.last_call_id.clone().zip(record.last_call);
    assert_eq!(last, calls.last().map(|(call, _, at)| (call.clone(), *at)), "the last call");
}

#[track_caller]
fn check_verdict(queue: &Queue, reference: &Reference, record: &Lead, expected: &Record) {
    if !reference.knows_if_due(expected) {
        return;
    }
    let (now, line, policy) = (queue.now, &queue.line, &queue.policy);
    let facts = Facts { lead: record, line: Some(line), now, policy };
    let found = verdict(&facts);
    let gates: Vec<_> = found.gates.iter().map(|gate| (gate.name, gate.is_open())).collect();
    let wanted = reference.gates(expected, now);
    assert_eq!(gates, wanted, "the gates at {now}");
    assert_eq!(found.may_dial(), wanted.iter().all(|(_, open)| *open), "it may be dialed");
    let is_of_the_line = |name| {
        matches!(
            name,
            GateName::NotSuppressed
                | GateName::PossibleDoNotCall
                | GateName::CallsPerNumber
                | GateName::TransferQuiet
                | GateName::LineFree
        )
    };
    let candidate = wanted.iter().all(|(name, open)| *open || is_of_the_line(*name));
    assert_eq!(Facts { line: None, ..facts }.is_candidate(), candidate, "it is a candidate");
    if expected.due.0 == expected.due.1 {
        check_next_dial(facts.next_dial(), reference, expected);
    }
}

#[track_caller]
fn check_next_dial(told: Option<DateTime<Utc>>, reference: &Reference, record: &Record) {
    check_first(told, reference.now, |at| reference.gates(record, at).iter().all(|(_, open)| *open));
}

/// It is open at the instant that is told, not a millisecond before it, and at no half hour of the day before it.
#[track_caller]
fn check_first(told: Option<DateTime<Utc>>, now: DateTime<Utc>, is_open: impl Fn(DateTime<Utc>) -> bool) {
    assert!(told.is_none_or(&is_open), "it is not open at {told:?}");
    let end = told.unwrap_or(now + TimeDelta::days(2));
    let half_hours = (0..48).map(|half_hours| now + TimeDelta::minutes(30 * half_hours));
    for at in half_hours.chain([end - TimeDelta::milliseconds(1)]).filter(|at| (now..end).contains(at)) {
        assert!(!is_open(at), "it is open at {at}, before {told:?}");
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn the_rules_do_what_the_contract_says(sequential 1..60 => Production);
}

proptest! {
    /// From a day before the clocks change to a day after it: a new lead, and every hour that the business may have.
    #[test]
    fn hours_are_kept_when_the_clocks_change(
        rules in rules::any_rules(),
        change in select(vec!["2025-11-01T06:00:00Z", "2026-03-07T06:00:00Z"]),
        quarters in 0..240_i64,
        off in -1..=1_i64,
    ) {
        let now = change.parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(15 * quarters) + TimeDelta::milliseconds(off);
        let mut reference = Reference::new(now, rules::Rules { any_hour: false, ..rules });
        let mut queue = Queue::new(now, &reference.rules);
        reference.happens(&Event::Arrives(0));
        queue.arrives(0);
        Production::check_invariants(&queue, &reference);
        let policy = &queue.policy;
        check_first(policy.business_hours.opens_at(now), now, |at| reference.business_is_open(at));
        let person = reference.records[0].as_ref().unwrap();
        let may_be_called = |at| dialing::person_may_be_called(person, at);
        let place = policy.law.place(&Evidence { state: person.state, phone: None, postal_code: "" });
        let (standing, mode) = (Standing::default(), Mode::HoursAndCaps);
        let question = Question { place: &place, calls: &[], standing: &standing, mode, guard: policy.ring_guard };
        check_first(policy.law.next_allowed(&question, now), now, may_be_called);
    }
}
