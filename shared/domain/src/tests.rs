//! Tests of the status machine, the line and the verdict, as tables.

mod agent_call;
mod command;
mod ground;
mod judged;
mod line;
mod record;
mod refusal;
mod result;
mod review;
mod verdict;
mod words;

use super::settings::{Limits, Settings};
use super::verdict::{GateName, Opens, left_after_filters};
use super::*;
use chrono::{DateTime, TimeDelta, Utc};
use rstest::rstest;
use std::collections::BTreeMap;

/// A Wednesday, 14:00 in New York: every clock of the contiguous states shows an allowed time.
const NOW: &str = "2025-12-17T19:00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at(NOW)
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

fn policy() -> Policy {
    policy_with(&[])
}

fn policy_with(values: &[(&'static str, &str)]) -> Policy {
    let environment: BTreeMap<_, _> = values.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    let limits = Limits { provider_is_loopback: true, ..Limits::default() };
    Settings { environment, ..Settings::default() }.policy(limits).unwrap()
}

fn phone() -> Phone {
    Phone::parse("+15555550101").unwrap()
}

fn month() -> Month {
    Month::parse("2025-12").unwrap()
}

fn location() -> LeadRef {
    LeadRef { month: month(), id: LeadId::parse("1").unwrap(), phone: phone() }
}

fn attempt(number: u128) -> AttemptId {
    AttemptId::new(now(), number << 64)
}

fn result(call: &str, outcome: &str) -> CallResult {
    CallResult {
        call: CallId::parse(call).unwrap(),
        attempt: None,
        source: Source::Bland,
        lead: Some(LeadId::parse("1").unwrap()),
        phone: phone(),
        month: None,
        outcome: Outcome::parse(outcome).unwrap(),
        rule: "test".to_owned(),
        callback: None,
        inbound: false,
        ended_at: now(),
        profile: Profile { state: "NY".to_owned(), ..Profile::default() },
        possible_refusal: None,
        connected: false,
    }
}

fn ended(mut result: CallResult, minutes_ago: i64) -> CallResult {
    result.ended_at = now() - minutes(minutes_ago);
    result
}

fn asking(mut result: CallResult, time: DateTime<Utc>) -> CallResult {
    result.callback = Some(CallbackTime::At(time));
    result
}

fn changed(settled: Settled) -> Lead {
    match settled {
        Settled::Changed(lead) => *lead,
        other => panic!("expected a change, got {other:?}"),
    }
}

/// A record after these results, all settled now.
fn after(results: &[CallResult]) -> Lead {
    settle_all(None, results, &policy())
}

fn settle_all(lead: Option<Lead>, results: &[CallResult], policy: &Policy) -> Lead {
    let lead = results.iter().fold(lead, |lead, result| match settle(lead.as_ref(), result, false, now(), policy) {
        Settled::Changed(lead) => Some(*lead),
        Settled::Repeat | Settled::Gone => lead,
    });
    lead.unwrap()
}

fn with_status(status: Status) -> Lead {
    Lead { status, attempts: 2, ..after(&[ended(result("c0", "NO_ANSWER"), 60)]) }
}

#[test]
fn a_name_is_taken_out_of_a_text_as_a_whole_word_in_any_case() {
    let person = Profile { first_name: "Mary Ann".to_owned(), last_name: "Lee".to_owned(), ..Profile::default() };
    let text = "Cannot call MARY ann-Lee: sleeper, (lee)";
    assert_eq!(person.taken_out_of(text), "Cannot call … …-…: sleeper, (…)");
    assert_eq!(Profile::default().taken_out_of(text), text);
}
