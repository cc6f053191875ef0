//! What a sender is told.

use lambda_http::http::StatusCode;
use lambda_http::{Body, Error, Response};
use redial::ports::StoreError;
use redial::usecase::ingest::NotStored;
use serde_json::{Value, json};

/// Seconds after which a sender shall try again.
const RETRY_AFTER: &str = "30";

pub(crate) fn not_stored(error: &NotStored) -> Result<Response<Body>, Error> {
    tracing::error!(error = error as &dyn std::error::Error, "a result could not be stored");
    later("the result could not be stored; send it again")
}

/// Not 401: the sender may be right, and would not send again what was refused.
pub(crate) fn cannot_verify(error: &StoreError) -> Result<Response<Body>, Error> {
    tracing::error!(error = error as &dyn std::error::Error, "a webhook could not be verified");
    later("the webhook could not be verified; send it again")
}

fn later(message: &str) -> Result<Response<Body>, Error> {
    let mut response = answer(StatusCode::SERVICE_UNAVAILABLE, &failure(message))?;
    response.headers_mut().insert("retry-after", RETRY_AFTER.parse()?);
    Ok(response)
}

pub(crate) fn unverified(error: &str) -> Result<Response<Body>, Error> {
    tracing::warn!(error, "a webhook is not verified");
    answer(StatusCode::UNAUTHORIZED, &failure(error))
}

pub(crate) fn ignored(status: StatusCode, reason: &str) -> Result<Response<Body>, Error> {
    tracing::info!(reason, "a webhook is ignored");
    answer(status, &json!({"success": true, "ignored": reason}))
}

pub(crate) fn done(result: &str) -> Result<Response<Body>, Error> {
    answer(StatusCode::OK, &json!({"success": true, "result": result}))
}

pub(crate) fn failure(error: &str) -> Value {
    json!({"success": false, "error": error})
}

pub(crate) fn answer(status: StatusCode, body: &Value) -> Result<Response<Body>, Error> {
    let response = Response::builder().status(status).header("content-type", "application/json");
    Ok(response.body(body.to_string().into())?)
}
