//! The fields of a finished call, the same in the webhook and in `GET /v1/calls/{id}`.

use super::transcript::user_said;
use crate::Malformed;
use crate::consent::consent;
use crate::lenient::{Object, bounded, callback_time, instant, object, unpack};
use chrono::{DateTime, SubsecRound, Utc};
use redial_domain::{
    Afterthought, AttemptId, CallId, CallbackTime, Conversation, Evidence, Month, NotAResult, Phone, Profile, Report,
    Source, Unattached,
};
use serde_json::Value;

// Statuses after which a call does not go on.
const FINAL: [&str; 5] = ["completed", "failed", "busy", "no-answer", "canceled"];

// The objects that come back with a call. Some tools on the way write an object as text.
const OBJECTS: [&str; 3] = ["metadata", "request_data", "variables"];

// The most characters of a label or an error message. The rules search them for many phrases, and no more than this is read.
const LABEL: usize = 10_000;

/// Reads a call, as a webhook or as an answer.
pub(super) fn read(body: &[u8]) -> Result<Value, Malformed> {
    let mut value = object(body)?;
    unpack(&mut value, &OBJECTS);
    if let Some(variables) = value.get_mut("variables") {
        unpack(variables, &OBJECTS);
    }
    Ok(value)
}

/// Returns the objects that tell of the lead and its attempt, the most trusted first. Some accounts get them only inside
/// `variables`.
fn places(payload: Object<'_>) -> [Object<'_>; 4] {
    let variables = payload.object("variables");
    [
        payload.object("metadata"),
        payload.object("request_data"),
        variables.object("metadata"),
        variables.object("request_data"),
    ]
}

/// Returns the attempt that the call was dialed for.
pub(super) fn attempt_id(payload: Object<'_>) -> Option<AttemptId> {
    places(payload).iter().find_map(|place| AttemptId::parse(&place.text("attempt_id")?))
}

/// Returns whether the call is over, so that its outcome can be judged.
pub(super) fn is_finished(payload: Object<'_>) -> bool {
    payload.flag("completed") == Some(true) || queue_end(payload).is_some() || FINAL.contains(&status(payload).as_str())
}

/// Returns the id, under either of its names.
pub(super) fn call_id(payload: Object<'_>) -> Option<CallId> {
    let id = |key| CallId::parse(&payload.text(key)?).ok();
    id("call_id").or_else(|| id("c_id"))
}

/// Returns what a finished call tells.
pub(super) fn report(payload: Object<'_>, now: DateTime<Utc>) -> Report {
    told(payload, Evidence::Conversation(Box::new(conversation(payload))), now)
}

/// Returns what a payload tells that is no result: the words of its transcripts, and its labels. `otherwise` is why it is
/// ignored if they refuse nothing.
pub(super) fn afterthought(payload: Object<'_>, otherwise: NotAResult, now: DateTime<Utc>) -> Report {
    let (disposition, tags) = (disposition(payload), tags(payload));
    let words = Afterthought { user_said: user_said(payload), disposition, tags, otherwise };
    told(payload, Evidence::Afterthought(words), now)
}

fn told(payload: Object<'_>, evidence: Evidence, now: DateTime<Utc>) -> Report {
    // If the person called us, `to` is our number.
    let inbound = payload.flag("inbound") == Some(true);
    let number = payload.raw_text(if inbound { "from" } else { "to" }).ok_or(Unattached::NoNumber);
    let phone = number.and_then(|number| Phone::parse(&number).map_err(|_| Unattached::NumberNotValid));
    let variables = payload.object("variables");
    let told = places(payload);
    let everywhere = || told.iter().copied().chain([variables]);
    let lead = everywhere().find_map(|place| place.lead_id("lead_id"));
    let now = now.trunc_subsecs(3);
    Report {
        call: call_id(payload),
        // An inbound call is no attempt, so it must not free the hold of one, whatever its metadata says.
        attempt: attempt_id(payload).filter(|_| !inbound),
        source: Source::Bland,
        placeholder: lead.is_none() && everywhere().any(|place| place.has_placeholder("lead_id")),
        lead,
        phone,
        month: told.iter().find_map(|place| Month::parse(&place.text("month")?)),
        evidence,
        times: times(variables),
        inbound,
        // Bland's clock may be ahead. A call that ended in the future would stay the last one, whatever comes after it.
        ended_at: payload.text("end_at").and_then(|at| instant(&at)).map_or(now, |at| at.min(now)),
        // Without the agent's own variables: it fills them with what it heard.
        profile: profile(&told),
    }
}

fn conversation(payload: Object<'_>) -> Conversation {
    let variables = payload.object("variables");
    let merged = |transfer: Object<'_>| transfer.word("state") == "merged";
    Conversation {
        user_said: user_said(payload),
        disposition: disposition(payload),
        tags: tags(payload),
        error_message: error_message(payload),
        answered_by: payload.word("answered_by"),
        status: status(payload),
        seconds: seconds(payload),
        merged: merged(payload.object("warm_transfer_call"))
            || payload.list("warm_transfer_calls").iter().any(|transfer| merged(Object::of(transfer))),
        transferred_to: payload.text("transferred_to").is_some(),
        callback_requested: variables.flag("callback_requested") == Some(true),
    }
}

/// How a call left Bland's queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QueueEnd {
    /// The call was made, and nothing failed.
    Complete,
    /// The call was made, and something after it failed, for example its analysis: `complete_error`, `post_call_error`, …
    ErrorAfterTheCall,
    /// The call failed: `error`, `call_error`, `queue_error`, `pre_queue_error`, …
    Error,
}

/// Returns how the call left the queue. `None` while it is there, and for a queue status that is not known.
fn queue_end(payload: Object<'_>) -> Option<QueueEnd> {
    let status = payload.word("queue_status").replace(['-', ' '], "_");
    let is_error = ["_error", "_errors"].iter().any(|end| status.ends_with(end));
    let is_after = ["complete", "post_call", "postcall", "after_call"].iter().any(|start| status.starts_with(start));
    match status.as_str() {
        "complete" | "completed" => Some(QueueEnd::Complete),
        "error" => Some(QueueEnd::Error),
        _ if is_error && is_after => Some(QueueEnd::ErrorAfterTheCall),
        _ if is_error => Some(QueueEnd::Error),
        _ => None,
    }
}

/// Returns the status in the spelling of the rules. A call may have none of its own if something failed in Bland's queue.
fn status(payload: Object<'_>) -> String {
    let status = payload.word("status");
    match (status.as_str(), queue_end(payload)) {
        ("no_answer" | "no answer", _) => "no-answer".to_owned(),
        ("cancelled", _) => "canceled".to_owned(),
        ("" | "unknown", Some(QueueEnd::Error)) => "failed".to_owned(),
        ("" | "unknown", Some(QueueEnd::ErrorAfterTheCall)) => "completed".to_owned(),
        _ => status,
    }
}

/// Returns the length of the call. `corrected_duration` is in seconds and `call_length` in minutes. The corrected one was billed.
fn seconds(payload: Object<'_>) -> Option<f64> {
    let corrected = payload.number("corrected_duration");
    corrected.or_else(|| Some(payload.number("call_length")? * 60.0)).filter(|seconds| *seconds >= 0.0)
}

fn disposition(payload: Object<'_>) -> String {
    bounded(&payload.word("disposition_tag"), LABEL)
}

fn tags(payload: Object<'_>) -> Vec<String> {
    let tags = match payload.get("pathway_tags") {
        Some(Value::Array(tags)) => tags.as_slice(),
        Some(tag) => std::slice::from_ref(tag),
        None => &[],
    };
    // A tag is a text, or an object with a name and a color.
    let name = |tag: &Value| match tag {
        Value::String(name) => Some(name.trim().to_lowercase()),
        other => Some(Object::of(other).word("name")),
    };
    tags.iter().filter_map(name).filter(|name| !name.is_empty()).map(|name| bounded(&name, LABEL)).collect()
}

/// Returns the error message of the call. Any value that is not blank is an error, also an object or a number.
fn error_message(payload: Object<'_>) -> String {
    // What failed after a call that was completed says nothing about the call.
    if queue_end(payload) == Some(QueueEnd::ErrorAfterTheCall) && status(payload) == "completed" {
        return String::new();
    }
    match payload.get("error_message") {
        None | Some(Value::Bool(false)) => String::new(),
        Some(Value::String(message)) => bounded(message.trim(), LABEL).to_lowercase(),
        Some(other) => bounded(&other.to_string(), LABEL).to_lowercase(),
    }
}

fn times(variables: Object<'_>) -> Vec<(String, Option<CallbackTime>)> {
    let texts = variables.keys().filter_map(|name| Some((name, variables.text(name)?)));
    texts.map(|(name, text)| (name.to_owned(), callback_time(&text))).collect()
}

fn profile(told: &[Object<'_>]) -> Profile {
    let first = |key: &str| {
        let text = told.iter().find_map(|place| place.filled(key));
        bounded(&text.unwrap_or_default(), 100)
    };
    Profile {
        list_id: first("list_id"),
        first_name: first("first_name"),
        last_name: first("last_name"),
        state: first("state"),
        postal_code: first("postal_code"),
        consent: consent(first),
    }
}
