//! Values for tests: complete and unremarkable, to be changed by struct update.
#![expect(clippy::unwrap_used, reason = "only tests use this, and a panic there is a failed test")]

use crate::settings::{Limits, Settings};
use crate::{
    Actor, AttemptId, CallId, CallResult, Evidence, Hold, Lead, LeadId, LeadRef, Line, Month, NewLead, Outcome, Phone,
    Policy, Profile, Report, Source, admit,
};
use chrono::{DateTime, Utc};

/// Reads an instant in RFC 3339.
#[must_use]
#[track_caller]
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Returns a fictitious number, a different one for each `n`. The first hundred are in New York.
#[must_use]
#[track_caller]
pub fn phone(n: u32) -> Phone {
    Phone::parse(&format!("+1{}55501{:02}", 212 + n / 100, n % 100)).unwrap()
}

/// Reads a lead id.
#[must_use]
#[track_caller]
pub fn lead_id(text: &str) -> LeadId {
    LeadId::parse(text).unwrap()
}

/// Reads a call id.
#[must_use]
#[track_caller]
pub fn call_id(text: &str) -> CallId {
    CallId::parse(text).unwrap()
}

/// An operator.
#[must_use]
pub fn operator() -> Actor {
    Actor::Operator { key: "ops".to_owned(), user: None }
}

/// A month from `YYYY-MM`.
#[must_use]
#[track_caller]
pub fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

/// Returns an attempt id, a different one for each `n`.
#[must_use]
pub fn attempt(n: u32) -> AttemptId {
    AttemptId::new(DateTime::UNIX_EPOCH, u128::from(n) << 64)
}

/// Returns the profile of a person in New York.
#[must_use]
pub fn profile() -> Profile {
    Profile {
        list_id: "1001".to_owned(),
        first_name: "Jane".to_owned(),
        last_name: "Roe".to_owned(),
        state: "NY".to_owned(),
        postal_code: String::new(),
        consent: None,
    }
}

/// Returns a lead that was never called and is due at once, created at `now` with the number `phone(n)` and the id `n`.
#[must_use]
pub fn lead(n: u32, now: DateTime<Utc>) -> Lead {
    let new = NewLead { lead: lead_id(&n.to_string()), phone: phone(n), profile: profile() };
    admit(None, &new, false, now).unwrap()
}

/// Returns the location of the record of `lead(n, …)` if it was made in `month`.
#[must_use]
#[track_caller]
pub fn lead_ref(n: u32, month_text: &str) -> LeadRef {
    LeadRef { month: month(month_text), id: lead_id(&n.to_string()), phone: phone(n) }
}

/// Returns a result of Bland for the lead of `lead(n, …)`: the call `call` ended at `ended_at` with `outcome`.
#[must_use]
#[track_caller]
pub fn result(n: u32, call: &str, outcome: Outcome, ended_at: DateTime<Utc>) -> CallResult {
    CallResult {
        call: call_id(call),
        attempt: None,
        source: Source::Bland,
        lead: Some(lead_id(&n.to_string())),
        phone: phone(n),
        month: None,
        outcome,
        rule: "test".to_owned(),
        callback: None,
        inbound: false,
        ended_at,
        profile: profile(),
        possible_refusal: None,
        connected: false,
    }
}

/// Returns the report of a provider that [`crate::judge`] takes for this result, under the default settings.
#[must_use]
pub fn report(result: &CallResult) -> Report {
    let CallResult { call, attempt, source, lead, phone, month, outcome, callback, inbound, ended_at, profile, .. } =
        result.clone();
    Report {
        placeholder: false,
        call: Some(call),
        attempt,
        source,
        lead,
        phone: Ok(phone),
        month,
        evidence: Evidence::Disposition(outcome.to_string()),
        times: callback.map(|at| ("callback_time".to_owned(), Some(at))).into_iter().collect(),
        inbound,
        ended_at,
        profile,
    }
}

/// The hold of an attempt on a lead, taken at `since`, to be asked about at `until`.
#[must_use]
pub fn hold(attempt: AttemptId, lead: LeadRef, since: DateTime<Utc>, until: DateTime<Utc>) -> Hold {
    Hold { provider: Source::Bland, attempt, lead, since, until, call: None, missing_since: None }
}

/// Returns a line that an attempt has taken.
#[must_use]
pub fn held_line(hold: Hold) -> Line {
    let mut line = Line::default();
    line.take(hold);
    line
}

/// Returns the default policy with some settings changed, by key.
#[must_use]
#[track_caller]
pub fn policy_with(overrides: &[(&'static str, &str)]) -> Policy {
    let overrides = overrides.iter().map(|(key, value)| (*key, (*value).to_owned()));
    let settings = Settings { overrides: overrides.collect(), ..Settings::default() };
    settings.policy(Limits { provider_is_loopback: true, ..Limits::default() }).unwrap()
}

/// Returns the default policy.
#[must_use]
pub fn policy() -> Policy {
    policy_with(&[])
}
