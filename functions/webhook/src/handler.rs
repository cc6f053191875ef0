//! Verifies a webhook, parses it, hands it to the queue and answers.

use crate::answers::{answer, cannot_verify, failure, malformed, not_a_result, received, unattached, unverified};
use crate::senders::Senders;
use chrono::{DateTime, Utc};
use lambda_http::http::{HeaderMap, Method, StatusCode};
use lambda_http::{Body, Error, Request, RequestExt, Response};
use redial_domain::Actor;
use redial_providers::{Malformed, Parsed, bland, convoso};
use redial_queue::ports::Meter;
use redial_queue::store::Stores;
use redial_queue::usecase::ingest::Ingest;
use std::sync::Arc;

/// The handler of webhooks.
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
    /// Returns a handler that takes the webhooks of `senders` into `stores`.
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
    /// If the answer cannot be built.
    pub async fn answer(&self, request: Request) -> Result<Response<Body>, Error> {
        let path = request.raw_http_path().to_owned();
        let route = path.split_once("/webhooks/").map_or("", |(_, route)| route.trim_end_matches('/'));
        if request.method() != Method::POST {
            return answer(StatusCode::METHOD_NOT_ALLOWED, &failure("method not allowed, use POST"));
        }
        let (source, token) = route.split_once('/').map_or((route, None), |(source, token)| (source, Some(token)));
        match (source, token) {
            ("bland-callback", None) => self.bland(&request).await,
            ("convoso", token) => self.convoso(&request, token).await,
            _ => answer(
                StatusCode::NOT_FOUND,
                &failure("unknown path, use /webhooks/bland-callback or /webhooks/convoso"),
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
        self.take_in(bland::parse(request.body(), self.now())).await
    }

    async fn convoso(&self, request: &Request, token: Option<&str>) -> Result<Response<Body>, Error> {
        let presented = header(request.headers(), "x-webhook-token").or(token);
        match self.senders.is_convoso(presented).await {
            Ok(true) => {}
            Ok(false) => {
                return unverified(
                    self.meter(),
                    "the secret in X-Webhook-Token or in the last path segment is missing or wrong",
                );
            }
            Err(error) => return cannot_verify(self.meter(), &error),
        }
        // The format is detected from the body, because `Content-Type` is often wrong.
        self.take_in(convoso::parse(request.body(), self.now())).await
    }

    /// Parses a verified webhook and hands its arrival to the queue.
    async fn take_in(&self, parsed: Result<Parsed, Malformed>) -> Result<Response<Body>, Error> {
        let report = match parsed {
            Ok(Parsed::Report(report)) => *report,
            Ok(Parsed::NotAResult(reason)) => return not_a_result(self.meter(), reason),
            Ok(Parsed::Unattached(reason)) => return unattached(self.meter(), reason),
            Err(error) => return malformed(self.meter(), &error),
        };
        received(self.meter(), self.ingest.receive(report).await)
    }

    fn now(&self) -> DateTime<Utc> {
        self.ingest.stores.clock.now()
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests;
