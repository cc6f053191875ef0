//! Turns the outcome of a webhook into an HTTP answer, a metric and a log line.

use lambda_http::http::StatusCode;
use lambda_http::{Body, Error, Response};
use redial_domain::{NotAResult, Unattached};
use redial_providers::Malformed;
use redial_queue::ports::{Meter, Metric, Reading, StoreError, error_chain};
use redial_queue::usecase::ingest::{Held, Ignored, Ingested, NotStored, Received};
use serde_json::{Value, json};

/// Seconds after which a sender should retry. A throttled table or a short outage is usually over by then.
const RETRY_AFTER: &str = "30";

/// Answers what came of a report, and measures it.
pub(crate) fn received(meter: &dyn Meter, received: Result<Received, NotStored>) -> Result<Response<Body>, Error> {
    match received {
        Ok(Received::Result(outcome, ingested)) => {
            taken_in(meter, ingested, Metric::Results.one(outcome.known().unwrap_or("OTHER")))
        }
        Ok(Received::NewLead(ingested)) => taken_in(meter, ingested, Metric::NewLeads.of(1_u8)),
        Ok(Received::DoNotCall) => {
            meter.record(Metric::DoNotCallsHeard.of(1_u8));
            done("applied")
        }
        Ok(Received::PossibleDoNotCall) => {
            meter.record(Metric::PossibleDoNotCalls.of(1_u8));
            done("applied")
        }
        Ok(Received::InCall(Held::Yes)) => done("held"),
        Ok(Received::InCall(Held::CallIsOver)) => taken_in_before(meter),
        Ok(Received::NotAResult(reason)) => not_a_result(meter, reason),
        Ok(Received::Unattached(reason)) => {
            if reason == Unattached::DoNotCall {
                meter.record(Metric::DoNotCallsUnattached.of(1_u8));
            }
            unattached(meter, reason)
        }
        Err(error) => not_stored(meter, &error),
    }
}

/// `stored` is what is measured of an arrival that is durable now.
fn taken_in(meter: &dyn Meter, ingested: Ingested, stored: Reading) -> Result<Response<Body>, Error> {
    match ingested {
        Ingested::Applied => {
            meter.record(stored);
            done("applied")
        }
        Ingested::Repeat => taken_in_before(meter),
        Ingested::Deferred => {
            meter.record(stored);
            meter.record(Metric::ResultsDeferred.of(1_u8));
            done("stored")
        }
        Ingested::Ignored(reason) => {
            let status = match reason {
                Ignored::NoLead => StatusCode::ACCEPTED,
                Ignored::RecordGone => StatusCode::OK,
            };
            ignored(meter, status, reason.word(), reason.as_str())
        }
    }
}

fn taken_in_before(meter: &dyn Meter) -> Result<Response<Body>, Error> {
    meter.record(Metric::RepeatedWebhooks.of(1_u8));
    done("repeat")
}

/// Answers a webhook that is no result of a call: it is acknowledged and dropped.
pub(crate) fn not_a_result(meter: &dyn Meter, reason: NotAResult) -> Result<Response<Body>, Error> {
    ignored(meter, StatusCode::OK, reason.as_str(), reason.as_str())
}

/// Answers a webhook that belongs to no record.
pub(crate) fn unattached(meter: &dyn Meter, reason: Unattached) -> Result<Response<Body>, Error> {
    ignored(meter, StatusCode::ACCEPTED, reason.as_str(), reason.as_str())
}

fn not_stored(meter: &dyn Meter, error: &NotStored) -> Result<Response<Body>, Error> {
    meter.record(Metric::ResultsNotStored.of(1_u8));
    tracing::error!(error = error_chain(error), "a result could not be stored");
    later("the result could not be stored, retry later")
}

/// Answers 503, because the secrets cannot be read. Not 401: the signature may be valid, and a sender does not retry a 401.
pub(crate) fn cannot_verify(meter: &dyn Meter, error: &StoreError) -> Result<Response<Body>, Error> {
    meter.record(Metric::ResultsNotStored.of(1_u8));
    tracing::error!(error = error_chain(error), "webhook could not be verified");
    later("the webhook could not be verified, retry later")
}

/// Builds a 503 with `Retry-After`.
fn later(message: &str) -> Result<Response<Body>, Error> {
    let mut response = answer(StatusCode::SERVICE_UNAVAILABLE, &failure(message))?;
    response.headers_mut().insert("retry-after", RETRY_AFTER.parse()?);
    Ok(response)
}

/// Answers 401 to a webhook without a valid signature or secret.
pub(crate) fn unverified(meter: &dyn Meter, error: &str) -> Result<Response<Body>, Error> {
    meter.record(Metric::UnverifiedWebhooks.of(1_u8));
    tracing::warn!(error, "webhook rejected");
    answer(StatusCode::UNAUTHORIZED, &failure(error))
}

/// Answers 400 to a body that cannot be parsed.
pub(crate) fn malformed(meter: &dyn Meter, error: &Malformed) -> Result<Response<Body>, Error> {
    meter.record(Metric::MalformedWebhooks.of(1_u8));
    tracing::warn!(%error, "webhook body cannot be parsed");
    answer(StatusCode::BAD_REQUEST, &failure(&error.to_string()))
}

/// Answers a webhook that changes nothing. `word` is the reason as a value of the metric's dimension.
fn ignored(meter: &dyn Meter, status: StatusCode, word: &'static str, reason: &str) -> Result<Response<Body>, Error> {
    meter.record(Metric::IgnoredWebhooks.one(word));
    tracing::info!(reason, "webhook ignored");
    answer(status, &json!({"success": true, "ignored": reason}))
}

fn done(result: &str) -> Result<Response<Body>, Error> {
    answer(StatusCode::OK, &json!({"success": true, "result": result}))
}

pub(crate) fn failure(error: &str) -> Value {
    json!({"success": false, "error": error})
}

pub(crate) fn answer(status: StatusCode, body: &Value) -> Result<Response<Body>, Error> {
    let response = Response::builder().status(status).header("content-type", "application/json");
    Ok(response.body(body.to_string().into())?)
}
