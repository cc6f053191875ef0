//! Verify, parse, hand over, answer.

use lambda_http::http::{HeaderMap, Method, StatusCode};
use lambda_http::{Body, Error, Request, RequestExt, Response};
use redial::config::WebhookConfig;
use redial::domain::Arrival;
use redial::usecase::ingest::{Ignored, Ingest, Ingested};
use redial::wire::{Malformed, Parsed, bland, convoso, signature};
use serde_json::{Value, json};

/// Seconds after which a sender shall try again.
const RETRY_AFTER: &str = "30";

pub(crate) struct Webhook {
    ingest: Ingest,
    config: WebhookConfig,
}

impl Webhook {
    pub(crate) fn new(ingest: Ingest, config: WebhookConfig) -> Self {
        Self { ingest, config }
    }

    pub(crate) async fn answer(&self, request: Request) -> Result<Response<Body>, Error> {
        let path = request.raw_http_path().to_owned();
        let route = path.split_once("/webhooks/").map_or("", |(_, route)| route.trim_end_matches('/'));
        if request.method() != Method::POST {
            return answer(StatusCode::METHOD_NOT_ALLOWED, &failure("POST the result of a call here"));
        }
        let (source, token) = route.split_once('/').map_or((route, None), |(source, token)| (source, Some(token)));
        match (source, token) {
            ("bland-callback", None) => self.bland(&request).await,
            ("convoso", token) => self.convoso(&request, token).await,
            _ => answer(
                StatusCode::NOT_FOUND,
                &failure("unknown path; use /webhooks/bland-callback or /webhooks/convoso"),
            ),
        }
    }

    async fn bland(&self, request: &Request) -> Result<Response<Body>, Error> {
        let signature = header(request.headers(), "x-webhook-signature");
        if signature::verify_bland(request.body(), signature, &self.config.bland_secrets).is_err() {
            return unverified("X-Webhook-Signature is missing or wrong");
        }
        let policy = self.ingest.rules().await;
        self.take_in(bland::parse(request.body(), self.ingest.clock.now(), &policy)).await
    }

    async fn convoso(&self, request: &Request, token: Option<&str>) -> Result<Response<Body>, Error> {
        let presented = header(request.headers(), "x-webhook-token").or(token);
        if signature::verify_token(presented, &self.config.convoso_secrets).is_err() {
            return unverified("the secret in X-Webhook-Token or in the last part of the path is missing or wrong");
        }
        let policy = self.ingest.rules().await;
        let content_type = header(request.headers(), "content-type");
        self.take_in(convoso::parse(request.body(), content_type, self.ingest.clock.now(), &policy)).await
    }

    async fn take_in(&self, parsed: Result<Parsed, Malformed>) -> Result<Response<Body>, Error> {
        let arrival = match parsed {
            Ok(Parsed::Arrival(arrival)) => *arrival,
            Ok(Parsed::NotAResult(reason)) => return ignored(StatusCode::OK, reason),
            Ok(Parsed::Unattached(reason)) => return ignored(StatusCode::ACCEPTED, reason),
            Err(malformed) => {
                tracing::warn!(error = %malformed, "a webhook cannot be read");
                return answer(StatusCode::BAD_REQUEST, &failure(&malformed.to_string()));
            }
        };
        note(&arrival);
        match self.ingest.handle(arrival).await {
            Ok(Ingested::Applied) => done("applied"),
            Ok(Ingested::Repeat) => done("repeat"),
            Ok(Ingested::Left) => done("stored"),
            Ok(Ingested::Ignored(reason @ Ignored::NoLead)) => ignored(StatusCode::ACCEPTED, reason.as_str()),
            Ok(Ingested::Ignored(reason @ Ignored::RecordGone)) => ignored(StatusCode::OK, reason.as_str()),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a result could not be stored");
                let mut response =
                    answer(StatusCode::SERVICE_UNAVAILABLE, &failure("the result could not be stored; send it again"))?;
                response.headers_mut().insert("retry-after", RETRY_AFTER.parse()?);
                Ok(response)
            }
        }
    }
}

fn note(arrival: &Arrival) {
    match arrival {
        Arrival::Result(result) => tracing::info!(
            call.id = result.call.as_str(),
            attempt.id = result.attempt.map(|attempt| attempt.to_string()),
            outcome = result.outcome.as_str(),
            rule = result.rule,
            "a result comes in"
        ),
        Arrival::NewLead(_) => tracing::info!("a new lead comes in"),
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn unverified(error: &str) -> Result<Response<Body>, Error> {
    tracing::warn!(error, "a webhook is not verified");
    answer(StatusCode::UNAUTHORIZED, &failure(error))
}

fn ignored(status: StatusCode, reason: &str) -> Result<Response<Body>, Error> {
    tracing::info!(reason, "a webhook is ignored");
    answer(status, &json!({"success": true, "ignored": reason}))
}

fn done(result: &str) -> Result<Response<Body>, Error> {
    answer(StatusCode::OK, &json!({"success": true, "result": result}))
}

fn failure(error: &str) -> Value {
    json!({"success": false, "error": error})
}

fn answer(status: StatusCode, body: &Value) -> Result<Response<Body>, Error> {
    let response = Response::builder().status(status).header("content-type", "application/json");
    Ok(response.body(body.to_string().into())?)
}
