//! Verify, parse, hand over, answer.

use crate::answers::{answer, cannot_verify, failure, ignored, malformed, not_stored, taken_in, unverified};
use crate::senders::Senders;
use chrono::{DateTime, Utc};
use lambda_http::http::{HeaderMap, Method, StatusCode};
use lambda_http::{Body, Error, Request, RequestExt, Response};
use redial_domain::{Actor, Arrival, Policy};
use redial_providers::{Malformed, Parsed, bland, convoso};
use redial_queue::ports::{Meter, Metric};
use redial_queue::store::Stores;
use redial_queue::usecase::ingest::{Ingest, NotStored};
use std::sync::Arc;

/// Takes webhooks in.
pub struct Webhook {
    ingest: Ingest,
    senders: Senders,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Webhook")
    }
}

impl Webhook {
    /// Takes webhooks of these senders into these stores.
    #[must_use]
    pub fn new(stores: Arc<Stores>, senders: Senders) -> Self {
        Self { ingest: Ingest::new(stores, Actor::Webhook), senders }
    }

    fn meter(&self) -> &dyn Meter {
        &*self.ingest.stores.meter
    }

    /// Answers one request.
    ///
    /// # Errors
    /// When an answer cannot be built.
    pub async fn answer(&self, request: Request) -> Result<Response<Body>, Error> {
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
            Ok(false) => return unverified(self.meter(), "X-Webhook-Signature is missing or wrong"),
            Err(error) => return cannot_verify(self.meter(), &error),
        }
        self.take_in(|now, policy| bland::parse(request.body(), now, policy)).await
    }

    async fn convoso(&self, request: &Request, token: Option<&str>) -> Result<Response<Body>, Error> {
        let presented = header(request.headers(), "x-webhook-token").or(token);
        match self.senders.is_convoso(presented).await {
            Ok(true) => {}
            Ok(false) => {
                return unverified(
                    self.meter(),
                    "the secret in X-Webhook-Token or in the last part of the path is missing or wrong",
                );
            }
            Err(error) => return cannot_verify(self.meter(), &error),
        }
        let content_type = header(request.headers(), "content-type");
        self.take_in(|now, policy| convoso::parse(request.body(), content_type, now, policy)).await
    }

    async fn take_in(&self, parse: impl Fn(DateTime<Utc>, &Policy) -> Read + Send) -> Result<Response<Body>, Error> {
        let now = self.ingest.stores.clock.now();
        let policy = match self.ingest.rules().await {
            Ok(policy) => policy,
            Err(error) => return self.without_rules(parse(now, &self.ingest.environment_rules()), error).await,
        };
        let arrival = match parse(now, &policy) {
            Ok(Parsed::Arrival(arrival)) => *arrival,
            Ok(Parsed::NotAResult(reason)) => return ignored(self.meter(), StatusCode::OK, reason, reason),
            Ok(Parsed::Unattached(reason)) => return ignored(self.meter(), StatusCode::ACCEPTED, reason, reason),
            Err(error) => return malformed(self.meter(), &error),
        };
        note(&arrival);
        let stored = match &arrival {
            Arrival::Result(result) => Metric::Results.one(result.outcome.known().unwrap_or("OTHER")),
            Arrival::NewLead(_) => Metric::NewLeads.of(1_u8),
        };
        taken_in(self.meter(), self.ingest.handle(arrival).await, stored)
    }

    /// How a call ended is not judged by rules that may be others, but a do-not-call is heard at once.
    async fn without_rules(&self, parsed: Read, error: NotStored) -> Result<Response<Body>, Error> {
        if let Ok(Parsed::Arrival(arrival)) = parsed
            && let Arrival::Result(result) = *arrival
            && result.outcome.suppresses()
            && let Err(error) = self.ingest.apply_number_facts(&result).await
        {
            return not_stored(self.meter(), &error);
        }
        not_stored(self.meter(), &error)
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
