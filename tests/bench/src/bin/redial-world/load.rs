//! Events for functions: one, or many results of calls that the queue dialed.

use crate::{World, locked};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use futures_util::{StreamExt, stream};
use redial_bench::month::{lead_id, phone};
use redial_bench::result::{CallEnded, PATH};
use redial_domain::{AttemptId, CallId, Hold, KnownCall, LeadId, LeadRef, Line, Month, Phone, Source};
use redial_formats::line_v1;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The step from a lead to the next. It has no divisor in common with a number of leads, so every lead has its turn.
const STEP: usize = 7919;

#[derive(Deserialize)]
pub(crate) struct Load {
    month: String,
    /// The leads of the month.
    leads: usize,
    count: usize,
    /// Results a second at random times. Without it `at_once` are on their way all the time.
    rate: Option<f64>,
    at_once: Option<usize>,
    /// Whether the queue dialed the calls. Otherwise each is the first of its lead.
    dialed: bool,
}

#[expect(clippy::disallowed_methods, reason = "events have the time of the machine, as the functions see it")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

pub(crate) fn now_ms() -> i64 {
    now().timestamp_millis()
}

/// Sends results and says how they were answered, and after how many milliseconds from the time at which they were due.
pub(crate) async fn webhooks(State(world): State<Arc<World>>, Query(load): Query<Load>) -> Json<Value> {
    let first = {
        let mut results = locked(&world.results);
        *results += load.count;
        *results - load.count
    };
    let at = (now() - TimeDelta::seconds(5)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let events: Vec<_> = (first..first + load.count).map(|k| event(&world, &load, k, &at)).collect();
    let mut due = Duration::ZERO;
    let mut next = || {
        // The times between events that do not know of each other.
        let gap = load.rate.map(|rate| -(1.0 - rand::random::<f64>()).ln() / rate);
        due += Duration::from_secs_f64(gap.unwrap_or_default());
        gap.map(|_| due)
    };
    let events: Vec<_> = events.into_iter().map(|event| (next(), event)).collect();
    let started = Instant::now();
    let queue = &world.queues["webhook"];
    let answers = stream::iter(events).map(|(due, event)| async move {
        let due = due.map_or_else(Instant::now, |due| started + due);
        tokio::time::sleep_until(due.into()).await;
        let answer = queue.invoke(event).await;
        (kind(answer.as_deref()), due.elapsed().as_secs_f64() * 1000.0)
    });
    let at_once = if load.rate.is_some() { load.count } else { load.at_once.unwrap_or(1) };
    let answers: Vec<(String, f64)> = answers.buffer_unordered(at_once).collect().await;
    let seconds = started.elapsed().as_secs_f64();
    let mut kinds = BTreeMap::<String, usize>::new();
    let (names, mut ms): (Vec<_>, Vec<_>) = answers.into_iter().unzip();
    names.into_iter().for_each(|name| *kinds.entry(name).or_default() += 1);
    ms.sort_by(f64::total_cmp);
    Json(json!({"seconds": seconds, "answers": kinds, "ms": ms}))
}

/// Sends one event.
pub(crate) async fn one(State(world): State<Arc<World>>, Path(function): Path<String>, event: Bytes) -> Response {
    let Some(queue) = world.queues.get(function.as_str()) else { return StatusCode::NOT_FOUND.into_response() };
    let started = Instant::now();
    let answer = queue.invoke(event).await;
    let ms = started.elapsed().as_secs_f64() * 1000.0;
    let answer: Value = answer.and_then(|answer| serde_json::from_slice(&answer).ok()).unwrap_or_default();
    Json(json!({"ms": ms, "answer": answer})).into_response()
}

/// Returns status and result of an answer.
fn kind(answer: Option<&[u8]>) -> String {
    let answer: Value = answer.and_then(|answer| serde_json::from_slice(answer).ok()).unwrap_or_default();
    let body = answer["body"].as_str().and_then(|body| serde_json::from_str::<Value>(body).ok()).unwrap_or_default();
    format!("{} {}", answer["statusCode"], body["result"].as_str().unwrap_or("no result"))
}

/// Returns the event of result `k`. If the queue dialed the call, the line of its number has the hold of the attempt from now on.
fn event(world: &World, load: &Load, k: usize, at: &str) -> Bytes {
    let n = k.wrapping_mul(STEP) % load.leads;
    let call = format!("measured-{k}");
    if load.dialed {
        dial(world, load, n, k, &call);
    }
    let month = load.dialed.then_some(load.month.as_str());
    let n = if load.dialed { n } else { load.leads + k };
    let (body, signature) = CallEnded { n, attempt: k, call, at, month }.signed();
    let headers = json!({"Content-Type": "application/json", "X-Webhook-Signature": signature});
    let many: Map<String, Value> =
        headers.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), json!([value]))).collect();
    let event = json!({
        "resource": PATH, "path": PATH, "httpMethod": "POST", "headers": headers, "multiValueHeaders": many,
        "requestContext": {
            "httpMethod": "POST", "path": format!("/prod{PATH}"), "resourcePath": PATH, "stage": "prod", "identity": {},
        },
        "body": body, "isBase64Encoded": false,
    });
    event.to_string().into()
}

/// Stores the line of a number as a run does that dials it.
fn dial(world: &World, load: &Load, n: usize, attempt: usize, call: &str) {
    let phone = Phone::parse(&phone(n)).unwrap();
    let lead = LeadRef {
        month: Month::parse(&load.month).unwrap(),
        id: LeadId::parse(&lead_id(n)).unwrap(),
        phone: phone.clone(),
    };
    let attempt = AttemptId::parse(&CallEnded::attempt_id(attempt)).unwrap();
    let call = Some(CallId::parse(call).unwrap());
    let (since, until) = (now() - TimeDelta::minutes(1), now() + TimeDelta::minutes(30));
    let known = KnownCall { at: since, attempt: Some(attempt), call: call.clone(), recorded: false, told: None };
    let record_locations = vec![lead.clone()];
    let hold = Hold { provider: Source::Bland, attempt, lead, since, until, call, missing_since: None };
    let line = Line { hold: Some(hold), calls: vec![known], record_locations, ..Line::default() };
    let item = json!({
        "phone": {"S": phone.as_str()}, "version": {"S": format!("dialed-{n}")}, "line": {"S": line_v1::to_text(&line)},
        "open": {"S": "1"}, "until": {"N": until.timestamp_millis().to_string()},
    });
    locked(&world.table).put(phone.as_str(), item.as_object().cloned().unwrap_or_default());
}
