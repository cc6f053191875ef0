//! Verify, parse, hand over, answer.

use crate::answers::{answer, cannot_verify, done, failure, ignored, not_stored, unverified};
use crate::senders::Senders;
use chrono::{DateTime, Utc};
use lambda_http::http::{HeaderMap, Method, StatusCode};
use lambda_http::{Body, Error, Request, RequestExt, Response};
use redial::domain::{Arrival, Policy};
use redial::usecase::ingest::{Ignored, Ingest, Ingested, NotStored};
use redial::wire::{Malformed, Parsed, bland, convoso};

pub(crate) struct Webhook {
    ingest: Ingest,
    senders: Senders,
}

impl Webhook {
    pub(crate) fn new(ingest: Ingest, senders: Senders) -> Self {
        Self { ingest, senders }
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
        match self.senders.is_bland(request.body(), signature).await {
            Ok(true) => {}
            Ok(false) => return unverified("X-Webhook-Signature is missing or wrong"),
            Err(error) => return cannot_verify(&error),
        }
        self.take_in(|now, policy| bland::parse(request.body(), now, policy)).await
    }

    async fn convoso(&self, request: &Request, token: Option<&str>) -> Result<Response<Body>, Error> {
        let presented = header(request.headers(), "x-webhook-token").or(token);
        match self.senders.is_convoso(presented).await {
            Ok(true) => {}
            Ok(false) => {
                return unverified("the secret in X-Webhook-Token or in the last part of the path is missing or wrong");
            }
            Err(error) => return cannot_verify(&error),
        }
        let content_type = header(request.headers(), "content-type");
        self.take_in(|now, policy| convoso::parse(request.body(), content_type, now, policy)).await
    }

    async fn take_in(&self, parse: impl Fn(DateTime<Utc>, &Policy) -> Read + Send) -> Result<Response<Body>, Error> {
        let now = self.ingest.clock.now();
        let policy = match self.ingest.rules().await {
            Ok(policy) => policy,
            Err(error) => return self.without_rules(parse(now, &self.ingest.environment_rules()), error).await,
        };
        let arrival = match parse(now, &policy) {
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
            Err(error) => not_stored(&error),
        }
    }

    /// How a call ended is not judged by rules that may be others, but a do-not-call is heard at once.
    async fn without_rules(&self, parsed: Read, error: NotStored) -> Result<Response<Body>, Error> {
        if let Ok(Parsed::Arrival(arrival)) = parsed
            && let Arrival::Result(result) = *arrival
            && result.outcome.suppresses()
            && let Err(error) = self.ingest.witness(&result).await
        {
            return not_stored(&error);
        }
        not_stored(&error)
    }
}

type Read = Result<Parsed, Malformed>;

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

#[cfg(test)]
mod tests;
