//! Bland's API, as far as the system under test may use it.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, Query, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    call::Call,
    dial::dial,
    payload,
    server::{Server, Shared},
    webhook,
};

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/v1/calls", post(dial).get(list))
        .route("/v1/calls/active", get(active))
        .route("/v1/calls/{call_id}", get(details))
        .route("/v1/calls/{call_id}/stop", post(stop))
        .route("/v1/postcall/webhooks/resend", post(resend))
}

/// An error as Bland words it.
pub(super) fn error(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "status": "error", "message": message }))).into_response()
}

pub(super) fn is_authorized(headers: &HeaderMap, api_key: &str) -> bool {
    let sent = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    sent.is_some_and(|sent| sent.strip_prefix("Bearer ").unwrap_or(sent) == api_key)
}

/// Proof that the request carries the key.
struct Authorized;

impl FromRequestParts<Arc<Server>> for Authorized {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Response> {
        if is_authorized(&parts.headers, &server.settings.api_key) {
            return Ok(Self);
        }
        Err(error(StatusCode::UNAUTHORIZED, "Invalid API key."))
    }
}

async fn details(_: Authorized, State(server): Shared, Path(call_id): Path<String>) -> Response {
    match find(&server, &call_id) {
        Some(call) => Json(payload::result(&call, &server.settings)).into_response(),
        None => error(StatusCode::NOT_FOUND, "Call not found."),
    }
}

#[derive(Debug, Deserialize)]
struct Listing {
    to_number: Option<String>,
    start_date: Option<String>,
    end_date: Option<String>,
    limit: Option<usize>,
}

async fn list(_: Authorized, State(server): Shared, Query(listing): Query<Listing>) -> Response {
    let bound = |text: &Option<String>, time| text.as_deref().map(|text| parse_bound(text, time)).transpose();
    let (Ok(start), Ok(end)) = (bound(&listing.start_date, NaiveTime::MIN), bound(&listing.end_date, END_OF_DAY))
    else {
        return error(StatusCode::BAD_REQUEST, "Invalid date.");
    };
    let mut calls: Vec<Call> = server
        .book()
        .calls()
        .rev()
        .filter(|call| listing.to_number.as_ref().is_none_or(|number| *number == call.to))
        .filter(|call| start.is_none_or(|start| start <= call.accepted_at))
        .filter(|call| end.is_none_or(|end| call.accepted_at <= end))
        .cloned()
        .collect();
    let total_count = calls.len();
    calls.truncate(listing.limit.unwrap_or(1000));
    let calls: Vec<Value> = calls.iter().map(|call| payload::listed(call, &server.settings)).collect();
    Json(json!({ "total_count": total_count, "count": calls.len(), "calls": calls })).into_response()
}

async fn active(_: Authorized, State(server): Shared) -> Json<Value> {
    let calls: Vec<Call> = server.book().calls().filter(|call| call.is_live()).cloned().collect();
    let data: Vec<Value> = calls.iter().map(|call| payload::listed(call, &server.settings)).collect();
    Json(json!({ "data": data, "errors": null }))
}

async fn stop(_: Authorized, State(server): Shared, Path(call_id): Path<String>) -> Response {
    match find(&server, &call_id).filter(Call::is_live) {
        Some(call) => {
            call.hang_up.notify_one();
            Json(json!({ "status": "success", "message": "Call ended successfully." })).into_response()
        }
        None => error(StatusCode::NOT_FOUND, "SID not found for the given c_id."),
    }
}

#[derive(Debug, Deserialize)]
struct Resend {
    call_ids: Vec<String>,
}

/// Sends again what was sent before: calls that are unknown, live or without a webhook are named as errors.
async fn resend(_: Authorized, State(server): Shared, Json(request): Json<Resend>) -> Response {
    let mut data = Vec::new();
    let mut errors = Vec::new();
    for call_id in request.call_ids {
        match find(&server, &call_id).filter(|call| !call.is_live() && call.webhook_url().is_some()) {
            Some(call) => {
                data.push(json!({ "call_id": call_id, "payload": payload::result(&call, &server.settings) }));
                let sender = server.clone();
                server.run(async move { webhook::resend(&sender, &call).await });
            }
            None => errors.push(json!({ "error": "NOT_FOUND", "message": format!("No webhook for call {call_id}.") })),
        }
    }
    let status = if data.is_empty() { StatusCode::NOT_FOUND } else { StatusCode::OK };
    let errors = if errors.is_empty() { Value::Null } else { Value::Array(errors) };
    (status, Json(json!({ "data": data, "errors": errors }))).into_response()
}

fn find(server: &Server, call_id: &str) -> Option<Call> {
    server.book().call(Uuid::parse_str(call_id).ok()?).cloned()
}

const END_OF_DAY: NaiveTime = NaiveTime::from_hms_milli_opt(23, 59, 59, 999).expect("a time of day");

/// A time, or a whole day of UTC that begins or ends at `time`.
fn parse_bound(text: &str, time: NaiveTime) -> chrono::ParseResult<DateTime<Utc>> {
    match text.parse::<NaiveDate>() {
        Ok(day) => Ok(day.and_time(time).and_utc()),
        Err(_) => text.parse(),
    }
}
