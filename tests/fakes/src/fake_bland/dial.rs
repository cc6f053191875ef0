//! `POST /v1/calls`.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};
use uuid::Uuid;

use super::{
    api::{error, is_authorized},
    clock,
    fault::{DialFault, WebhookFault},
    ring::ring,
    server::{Server, Shared},
};
use crate::hang_up::hang_up;

pub(super) async fn dial(State(server): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let to = match (is_authorized(&headers, &server.settings.api_key), check(&body)) {
        (true, Ok(to)) => to.to_owned(),
        (authorized, checked) => {
            let (status, message) = match checked {
                Err(message) if authorized => (StatusCode::BAD_REQUEST, message),
                _ => (StatusCode::UNAUTHORIZED, "Invalid API key."),
            };
            let request_id = server.book().receive(body, None, clock::now());
            server.book().answered(request_id, status.as_u16());
            return error(status, message);
        }
    };

    let fault = server.book().faults.take_dial(&to);
    let request_id = server.book().receive(body.clone(), fault.clone(), clock::now());
    // Accepted before anything is awaited: what is dropped when the client goes away is the answer, not the call.
    let accepted = fault.as_ref().is_none_or(DialFault::accepts).then(|| accept(&server, &to, body, request_id));
    let response = match (fault, accepted) {
        (fault, Some(accepted)) => answer_accepted(&server, fault, accepted).await,
        (Some(fault), None) => refuse(&server, fault).await,
        (None, None) => unreachable!("a request without a fault is accepted"),
    };
    match response {
        Some(response) => {
            server.book().answered(request_id, response.status().as_u16());
            response
        }
        None => hang_up(),
    }
}

struct Accepted {
    call_id: Uuid,
    answer_at: Instant,
    /// Turns true when the result was posted for the first time, if the answer has to wait for that.
    posted: Option<watch::Receiver<bool>>,
}

fn accept(server: &Arc<Server>, to: &str, body: Value, request_id: Uuid) -> Accepted {
    let (call, ringing) = server.book().accept(to, body, &server.settings, clock::now());
    let call_id = call.call_id;
    server.book().became(request_id, call_id);

    let before_answer = call.faults.contains(&WebhookFault::BeforeAnswer);
    let starts_in = if before_answer { Duration::ZERO } else { server.settings.answer_after };
    let answer_at = Instant::now() + server.settings.answer_after;
    let (posted, seen_posted) = watch::channel(false);
    server.run(ring(server.clone(), call, starts_in, ringing, posted));
    Accepted { call_id, answer_at, posted: before_answer.then_some(seen_posted) }
}

/// The answer to a call that rings; none when the connection is to be closed instead.
async fn answer_accepted(server: &Server, fault: Option<DialFault>, accepted: Accepted) -> Option<Response> {
    if let Some(mut posted) = accepted.posted {
        // An error means that a reset hung up the call, which is no reason to keep the client waiting.
        let _ = posted.wait_for(|posted| *posted).await;
    }
    sleep_until(accepted.answer_at).await;
    let success = || {
        Json(json!({
            "status": "success",
            "message": "Call successfully queued.",
            "call_id": accepted.call_id,
            "batch_id": null,
        }))
    };
    match fault {
        None => Some(success().into_response()),
        Some(DialFault::Error502After) => Some(error(StatusCode::BAD_GATEWAY, "Bad gateway.")),
        Some(DialFault::Garbage200) => Some("<html><body>Be right back.</body></html>".into_response()),
        Some(DialFault::HangAfter { ms }) => hang(server, ms).await,
        Some(DialFault::ResetAfter) => None,
        Some(DialFault::LateAnswer { ms }) => {
            sleep(Duration::from_millis(ms)).await;
            Some(success().into_response())
        }
        Some(
            DialFault::Refuse400
            | DialFault::Unauthorized401
            | DialFault::Payment402
            | DialFault::SlowDown429 { .. }
            | DialFault::Error500Before
            | DialFault::HangBefore { .. },
        ) => unreachable!("these do not accept a call"),
    }
}

/// The answer to a request that was not accepted; none when the connection is to be closed instead.
async fn refuse(server: &Server, fault: DialFault) -> Option<Response> {
    match fault {
        DialFault::Refuse400 => Some(error(StatusCode::BAD_REQUEST, "Invalid parameters.")),
        DialFault::Unauthorized401 => Some(error(StatusCode::UNAUTHORIZED, "Invalid API key.")),
        DialFault::Payment402 => Some(error(StatusCode::PAYMENT_REQUIRED, "Insufficient balance.")),
        DialFault::SlowDown429 { retry_after } => {
            let retry_after = [(RETRY_AFTER, retry_after.to_string())];
            Some((retry_after, error(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded.")).into_response())
        }
        DialFault::Error500Before => Some(error(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error.")),
        DialFault::HangBefore { ms } => hang(server, ms).await,
        DialFault::Error502After
        | DialFault::HangAfter { .. }
        | DialFault::ResetAfter
        | DialFault::Garbage200
        | DialFault::LateAnswer { .. } => unreachable!("these accept the call"),
    }
}

async fn hang(server: &Server, ms: u64) -> Option<Response> {
    tokio::select! {
        () = sleep(Duration::from_millis(ms)) => {}
        () = server.stopped() => {}
    }
    None
}

fn check(body: &Value) -> Result<&str, &'static str> {
    let to = body["phone_number"].as_str().ok_or("Missing required parameter: phone_number.")?;
    if !is_e164(to) {
        return Err("Invalid phone_number: expected E.164.");
    }
    if body["pathway_id"].as_str().or(body["task"].as_str()).is_none_or(str::is_empty) {
        return Err("Missing required parameter: pathway_id or task.");
    }
    if body.get("retry").is_some() {
        // The real one takes it, and dials twice.
        return Err("The fake refuses `retry`: a redial of Bland's beside ours dials twice.");
    }
    Ok(to)
}

fn is_e164(number: &str) -> bool {
    let Some(digits) = number.strip_prefix('+') else {
        return false;
    };
    (8..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}
