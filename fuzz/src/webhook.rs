//! Bodies of webhooks.

use super::is_e164;
use chrono::{DateTime, Utc};
use redial_domain::builders::{at, policy};
use redial_domain::{
    Arrival, CallResult, DoNotCall, InCall, Judged, Lead, LeadId, Line, Outcome, Policy, Refused, Settled, admit,
    judge, settle,
};
use redial_formats::line_v1;
use redial_formats::month_v1::Leaf;
use redial_providers::{Parsed, bland, convoso};
use std::sync::LazyLock;

static NOW: LazyLock<DateTime<Utc>> = LazyLock::new(|| at("2025-12-17T19:20:00Z"));
static POLICY: LazyLock<Policy> = LazyLock::new(policy);

/// A webhook is read the same way every time, and whatever is read from it comes back from its line and its record.
///
/// # Panics
/// When it does not.
pub fn webhook_body(body: &[u8]) {
    check(|| bland::parse(body, *NOW).ok());
    check(|| convoso::parse(body, *NOW).ok());
}

fn check(parse: impl Fn() -> Option<Parsed>) {
    let Some(parsed) = parse() else { return };
    assert_eq!(parse().as_ref(), Some(&parsed));
    let Parsed::Report(report) = parsed else { return };
    let judged = judge(report.as_ref().clone(), &POLICY);
    assert_eq!(judge(*report, &POLICY), judged);
    let arrival = match judged {
        Judged::Arrival(arrival) => arrival,
        Judged::InCall(in_call) => return holds_its_line(&in_call),
        Judged::DoNotCall(told) => return is_for_somebody(&told),
        Judged::OfNobody(result, _) => return is_e164(&result.phone),
        Judged::NotAResult(_) | Judged::Unattached(_) => return,
    };
    is_e164(arrival.phone());
    comes_back_from_its_line(&arrival);
    match *arrival {
        Arrival::Result(result) => a_result_is_settled_once(result),
        Arrival::NewLead(new) => comes_back_from_its_month(admit(None, &new, false, *NOW).unwrap()),
    }
}

/// Checks that a do-not-call without a number comes from a person: a number that does not exist says nothing about the
/// other numbers of its lead.
fn is_for_somebody(told: &DoNotCall) {
    let a_person_refuses = match &told.refused {
        Refused::Certainly(outcome) => *outcome == Outcome::DNC,
        Refused::Possible(words) => !words.is_empty(),
    };
    assert!(told.phone.is_some() || a_person_refuses);
}

fn holds_its_line(in_call: &InCall) {
    is_e164(&in_call.phone);
    let mut line = Line::default();
    assert!(line.hold_for_agent(in_call, *NOW + POLICY.convoso_call_hold, *NOW));
    assert_eq!(line_v1::parse(&line_v1::to_text(&line)), Ok(line));
}

fn comes_back_from_its_line(arrival: &Arrival) {
    let mut line = Line::default();
    line.accept(arrival.clone(), *NOW);
    assert_eq!(line_v1::parse(&line_v1::to_text(&line)), Ok(line));
}

fn a_result_is_settled_once(told: CallResult) {
    assert!(told.ended_at <= *NOW);
    let lead = told.lead.clone().or_else(|| LeadId::parse("1").ok());
    let first = CallResult { lead, month: None, ..told };
    let Settled::Changed(lead) = settle(None, &first, false, *NOW, &POLICY) else {
        unreachable!("a first result makes a record");
    };
    assert_eq!(settle(Some(&lead), &first, false, *NOW, &POLICY), Settled::Repeat);
    comes_back_from_its_month(*lead);
}

fn comes_back_from_its_month(lead: Lead) {
    let mut leaf = Leaf::default();
    leaf.insert_or_update(&lead).unwrap();
    let stored = Leaf::parse(&leaf.to_bytes()).unwrap();
    assert_eq!(stored.get(&lead.key()), Ok(Some(lead)));
}
