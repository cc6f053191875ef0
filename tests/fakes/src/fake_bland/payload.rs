//! The bodies that Bland sends about a call.

use chrono::{DateTime, Utc};
use chrono_tz::{America::Los_Angeles, Tz};
use serde_json::{Value, json};

use super::{
    call::Call,
    clock::spelled,
    ending::{Ending, ending},
    settings::Settings,
};

const POOL_NUMBER: &str = "+12315550128";
const AGENT_NUMBER: &str = "+12175550123";

/// All fields of a call: the webhook at its end, and `GET /v1/calls/{call_id}` at any time.
pub(super) fn result(call: &Call, settings: &Settings) -> Value {
    let ending = ending(call);
    let started_at = call.state.started_at().filter(|_| ending.has_start).map(spelled);
    let end_at = call.state.ended_at().filter(|_| ending.has_end);
    let minutes = ending.call_length();
    let mut body = json!({
        "call_id": call.call_id,
        "c_id": call.call_id,
        "batch_id": null,
        "to": call.to,
        "from": from(call),
        "inbound": false,
        "request_data": call.request["request_data"],
        "metadata": call.request["metadata"],
        "completed": ending.is_completed(),
        "status": ending.status,
        "queue_status": ending.queue_status,
        "error_message": ending.error_message,
        "answered_by": ending.answered_by,
        "call_ended_by": ending.call_ended_by,
        "created_at": spelled(call.accepted_at),
        "started_at": started_at,
        "end_at": end_at.map(spelled),
        "call_length": minutes,
        "corrected_duration": ending.seconds.map(|seconds| seconds.to_string()),
        "max_duration": call.request.get("max_duration").unwrap_or(&json!(30)),
        "price": (minutes * 90.0).round() / 1000.0,
        "local_dialing": false,
        "record": call.request["record"].as_bool().unwrap_or_default(),
        "recording_url": ending.summary.map(|_| format!("https://server.example/{}.mp3", call.call_id)),
        "endpoint_url": "api.prod.bland.ai",
        "pathway_id": call.request["pathway_id"],
        "pathway_version": call.request["pathway_version"],
        "language": call.request["language"].as_str().unwrap_or("en"),
        "variables": variables(call, &ending, settings),
        "pathway_tags": ending.tags.spelled(),
        "disposition_tag": ending.disposition_tag,
        "summary": ending.summary,
        "analysis": null,
        "concatenated_transcript": concatenated(&ending),
        "transcripts": transcripts(call, &ending),
        "citations": null,
        "transferred_to": null,
        "transferred_at": null,
        "warm_transfer_call": null,
        "warm_transfer_calls": null,
    });
    if ending.merged {
        body["transferred_to"] = json!(AGENT_NUMBER);
        body["transferred_at"] = json!(end_at.map(spelled));
        body["warm_transfer_call"] = json!({ "state": "MERGED", "call_id": "a1b2" });
        body["warm_transfer_calls"] = json!([{ "state": "MERGED" }]);
        body["pre_transfer_duration"] = json!(1.542);
        body["post_transfer_duration"] = json!(0.375);
    }
    body
}

/// What follows half a minute later, and says nothing about how the call went.
pub(super) fn second(call: &Call) -> Value {
    json!({
        "call_id": call.call_id,
        "c_id": call.call_id,
        "to": call.to,
        "from": from(call),
        "metadata": call.request["metadata"],
        "corrected_transcript": { "aligned": [] },
        "citations": [{ "variable_name": "plan_type", "value": "Family" }],
    })
}

/// A row of a listing: no metadata, no variables, no transcript.
pub(super) fn listed(call: &Call, settings: &Settings) -> Value {
    const FIELDS: [&str; 15] = [
        "call_id",
        "c_id",
        "created_at",
        "started_at",
        "end_at",
        "to",
        "from",
        "inbound",
        "completed",
        "queue_status",
        "error_message",
        "answered_by",
        "call_length",
        "batch_id",
        "max_duration",
    ];
    let body = result(call, settings);
    FIELDS.iter().map(|field| ((*field).to_owned(), body[*field].clone())).collect()
}

fn from(call: &Call) -> &str {
    call.request["from"].as_str().unwrap_or(POOL_NUMBER)
}

/// What the agent knew and learned: the request's data, and whether the person wants to be called back.
fn variables(call: &Call, ending: &Ending, settings: &Settings) -> Value {
    let zone: Tz = call.request["timezone"].as_str().and_then(|zone| zone.parse().ok()).unwrap_or(Los_Angeles);
    let now: DateTime<Utc> = call.state.started_at().unwrap_or(call.accepted_at);
    let callback_time = call.state.ended_at().filter(|_| ending.callback).map(|at| spelled(at + settings.callback_in));
    let mut variables = call.request["request_data"].as_object().cloned().unwrap_or_default();
    variables.insert("now".to_owned(), json!(now.with_timezone(&zone).format("%A, %B %-d, %Y %-I:%M %p").to_string()));
    variables.insert("callback_requested".to_owned(), json!(ending.callback));
    variables.insert("callback_time".to_owned(), json!(callback_time));
    Value::Object(variables)
}

fn concatenated(ending: &Ending) -> String {
    ending.turns.iter().map(|(user, text)| format!(" {user}: {text} \n")).collect()
}

fn transcripts(call: &Call, ending: &Ending) -> Value {
    let at = call.state.started_at().unwrap_or(call.accepted_at);
    let turn = |(index, (user, text)): (usize, &(&str, &str))| json!({ "id": index + 1, "created_at": spelled(at), "user": user, "text": text });
    ending.turns.iter().enumerate().map(turn).collect()
}
