//! Bodies for Bland's API, and its answers (*Bland: placing a call* and *Bland: asking about a call* in `docs/PROVIDERS.md`).

use super::payload;
use crate::Malformed;
use crate::lenient::{Object, bounded, object};
use chrono::{DateTime, Utc};
use redial_domain::{AttemptId, CallId, CallState, DialOrder};
use serde_json::{Map, Value, json};

/// What every call of the account has in common.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Account {
    /// Where Bland sends the result.
    pub webhook: String,
    /// The agent's pathway.
    pub pathway_id: Option<String>,
    /// The agent's task, if there is no pathway.
    pub task: Option<String>,
    /// The number that calls. Without it Bland chooses a number of the account.
    pub from: Option<String>,
    /// Further parameters of the operator's choice, from `BLAND_CALL_PARAMETERS`.
    pub extra: Map<String, Value>,
}

/// Parameters that no operator can set. Those that are not set below would break a promise: a second dial by Bland
/// (`retry`), or a call that starts long after its line was taken (`start_time`).
const OURS: [&str; 9] = [
    "phone_number",
    "metadata",
    "request_data",
    "webhook",
    "timezone",
    "max_duration",
    "retry",
    "start_time",
    "scheduled_time",
];

/// Makes the body of `POST /v1/calls`.
#[must_use]
pub fn dial_body(order: &DialOrder, account: &Account) -> Value {
    let is_ours = |name: &str| OURS.iter().any(|ours| name.eq_ignore_ascii_case(ours));
    let extra = account.extra.iter().filter(|(name, _)| !is_ours(name));
    // The operator's parameters go in first, so that ours replace them.
    let mut body: Map<String, Value> = extra.map(|(name, value)| (name.clone(), value.clone())).collect();
    for (name, value) in [("pathway_id", &account.pathway_id), ("task", &account.task), ("from", &account.from)] {
        if let Some(value) = value {
            body.insert(name.to_owned(), json!(value));
        }
    }
    let request_data = json!({
        "lead_id": order.lead.id.as_str(),
        "list_id": order.profile.list_id,
        "first_name": order.profile.first_name,
        "last_name": order.profile.last_name,
        "state": order.profile.state,
    });
    // The agent reads `request_data`, and only `metadata` comes back with the result: it has what finds attempt and record again.
    let mut metadata = request_data.clone();
    metadata["attempt_id"] = json!(order.attempt.to_string());
    metadata["month"] = json!(order.lead.month.to_string());
    metadata["source"] = json!("redial-queue");
    for (name, value) in [
        ("phone_number", json!(order.lead.phone.as_str())),
        ("request_data", request_data),
        ("metadata", metadata),
        ("webhook", json!(account.webhook)),
        ("timezone", json!(order.zone.name())),
        ("max_duration", json!(order.max_minutes)),
    ] {
        body.insert(name.to_owned(), value);
    }
    Value::Object(body)
}

/// Bland's answer to a request for a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialAnswer {
    /// The call was placed.
    Placed(CallId),
    /// The call was not placed, and why. Long numbers are taken out, because the message reaches logs.
    Refused(String),
    /// Neither a success with a call id nor an error. The phone may ring.
    Unclear,
}

/// Reads the body of an answer to `POST /v1/calls`, whatever its HTTP status.
#[must_use]
pub fn dial_answer(body: &[u8]) -> DialAnswer {
    let Ok(value) = object(body) else {
        return DialAnswer::Unclear;
    };
    let answer = Object::of(&value);
    match (answer.word("status").as_str(), payload::call_id(answer)) {
        ("success", Some(call)) => DialAnswer::Placed(call),
        // An error that names a call is not clear: the call may exist.
        ("error", None) => DialAnswer::Refused(message(answer)),
        _ => DialAnswer::Unclear,
    }
}

/// A page of calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallList {
    /// Their ids.
    pub ids: Vec<CallId>,
    /// The number of calls in all, if Bland says so. If the page has fewer, a call that is not on it may still exist.
    pub total: Option<u64>,
}

/// Reads the answer to `GET /v1/calls`.
///
/// # Errors
/// [`Malformed`] if there is no list, or a call in it has no id. Such an answer does not prove that a call does not exist.
pub fn call_list(body: &[u8]) -> Result<CallList, Malformed> {
    let value = object(body)?;
    let answer = Object::of(&value);
    let calls = answer.get("calls").and_then(Value::as_array);
    let calls = calls.ok_or_else(|| Malformed("the answer has no list of calls".to_owned()))?;
    let ids: Option<Vec<_>> = calls.iter().map(|call| payload::call_id(Object::of(call))).collect();
    Ok(CallList {
        ids: ids.ok_or_else(|| Malformed("a call in the list has no id".to_owned()))?,
        total: answer.text("total_count").and_then(|total| total.parse().ok()),
    })
}

/// Reads the answer to `GET /v1/calls/{id}`.
///
/// # Errors
/// [`Malformed`] if it is not a call, or a finished call has no valid number.
pub fn call_state(body: &[u8], now: DateTime<Utc>) -> Result<CallState, Malformed> {
    let value = payload::read(body)?;
    let call = Object::of(&value);
    let id = payload::call_id(call).ok_or_else(|| Malformed("the answer has no call id".to_owned()))?;
    // The rules are not asked about a call in progress, because the fields that they look at are not final.
    if !payload::is_finished(call) {
        return Ok(CallState::InProgress(id));
    }
    let report = payload::report(call, now);
    match &report.phone {
        Ok(_) => Ok(CallState::Finished(Box::new(report))),
        Err(reason) => Err(Malformed(format!("a finished call cannot be used: {}", reason.as_str()))),
    }
}

/// Returns the attempt that a call in `GET /v1/calls/{id}` was dialed for, finished or not.
///
/// # Errors
/// [`Malformed`] if it is not a call.
pub fn attempt(body: &[u8]) -> Result<Option<AttemptId>, Malformed> {
    let value = payload::read(body)?;
    let call = Object::of(&value);
    payload::call_id(call).ok_or_else(|| Malformed("the answer has no call id".to_owned()))?;
    Ok(payload::attempt_id(call))
}

/// Returns Bland's message without phone numbers, at most 300 characters: five digits or more, also with punctuation between
/// them, become `…`. HTTP statuses and short codes stay.
fn message(answer: Object<'_>) -> String {
    let text = answer.text("message").or_else(|| answer.text("error"));
    let text = bounded(&text.unwrap_or_default(), 300);
    let mut shown = String::new();
    for part in text.split_inclusive(|c: char| !c.is_ascii_digit() && !"-. ()".contains(c)) {
        let digits = part.chars().filter(char::is_ascii_digit).count();
        if digits < 5 {
            shown.push_str(part);
        } else {
            shown.push('…');
            shown.extend(part.chars().next_back().filter(|last| !last.is_ascii_digit()));
        }
    }
    shown
}

#[cfg(test)]
mod tests;
