//! Which webhooks are accepted, on stores in memory.

use super::*;
use chrono::TimeDelta;
use redial_queue::ports::{Clock, Secret};
use redial_queue::store::Ports;
use redial_queue::store::records::RecordLimits;
use redial_queue::store::secret::NamedSecret;
use redial_queue::testing::{MemoryBlobs, MemoryLines, MemorySecrets, RecordingMeter, TestClock, environment};
use rstest::rstest;
use serde_json::json;
use std::sync::Arc;

const BLAND: &str = "/redial-queue/bland-webhook-secrets";
const CONVOSO: &str = "/redial-queue/convoso-webhook-secrets";
/// HMAC-SHA256 of `{}` under the keys `one`, `two` and `three`.
const SIGNED_BY_ONE: &str = "32abb24f170dc0c6fb1a5b1d51e1c4ae4edb46e4e9dc8351091a6184d6ef4798";
const SIGNED_BY_TWO: &str = "3bf751f39efa3321adb7a2e11508c03487590f1ac7d9de08215ae8a533678d16";
const SIGNED_BY_THREE: &str = "393e9e235e3efaccfde471e19f317c5471bdeb9bf412968935e503331a77e5cd";

struct World {
    clock: Arc<TestClock>,
    secrets: Arc<MemorySecrets>,
    webhook: Webhook,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(TestClock::at("2025-12-17T19:00:00Z"));
        let secrets = Arc::new(MemorySecrets::default());
        secrets.set(BLAND, "one,two");
        secrets.set(CONVOSO, "one,two");
        let named = |name: &str| -> Option<Arc<dyn Secret>> {
            Some(Arc::new(NamedSecret::new(name, Arc::clone(&secrets) as _, Arc::clone(&clock) as _)))
        };
        let senders = Senders { bland: named(BLAND), convoso: named(CONVOSO) };
        Self { webhook: Webhook::new(stores(Arc::clone(&clock) as _), senders), clock, secrets }
    }

    async fn post(&self, path: &str, proof: Option<(&str, &str)>) -> Response<Body> {
        let request = lambda_http::http::Request::post(format!("https://localhost/prod{path}"));
        let request = proof.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        self.webhook.answer(request.body("{}".into()).unwrap().with_raw_http_path(path)).await.unwrap()
    }

    async fn bland(&self, signature: &str) -> &'static str {
        verdict(&self.post("/webhooks/bland-callback", Some(("X-Webhook-Signature", signature))).await)
    }

    async fn convoso(&self, token: &str) -> &'static str {
        verdict(&self.post("/webhooks/convoso", Some(("X-Webhook-Token", token))).await)
    }
}

/// Names an answer. Every body in these tests is an empty object, so an accepted webhook is ignored.
fn verdict(answer: &Response<Body>) -> &'static str {
    match answer.status().as_u16() {
        200 | 202 => "accepted",
        401 => "rejected",
        503 => "retry",
        other => panic!("answered {other}: {:?}", answer.body()),
    }
}

fn stores(clock: Arc<dyn Clock>) -> Arc<Stores> {
    let ports = Ports {
        blobs: Arc::new(MemoryBlobs::default()),
        ledger: Arc::new(MemoryBlobs::default()),
        lines: Arc::new(MemoryLines::default()),
        clock,
        meter: Arc::new(RecordingMeter::default()),
    };
    Stores::new(ports, RecordLimits::default(), environment(&[]))
}

#[tokio::test]
async fn two_secrets_are_valid_at_the_same_time() {
    let world = World::new();
    for (signature, token, status) in
        [(SIGNED_BY_ONE, "one", "accepted"), (SIGNED_BY_TWO, "two", "accepted"), (SIGNED_BY_THREE, "three", "rejected")]
    {
        assert_eq!((world.bland(signature).await, world.convoso(token).await), (status, status), "{token}");
    }
}

#[tokio::test]
async fn an_added_secret_is_accepted_after_a_minute_without_a_restart() {
    let world = World::new();
    assert_eq!((world.bland(SIGNED_BY_ONE).await, world.convoso("one").await), ("accepted", "accepted"));
    world.secrets.set(BLAND, "three,one");
    world.secrets.set(CONVOSO, "three,one");
    world.clock.advance(TimeDelta::minutes(1));
    assert_eq!((world.bland(SIGNED_BY_THREE).await, world.convoso("three").await), ("accepted", "accepted"));
    assert_eq!((world.bland(SIGNED_BY_ONE).await, world.convoso("one").await), ("accepted", "accepted"));
    assert_eq!((world.bland(SIGNED_BY_TWO).await, world.convoso("two").await), ("rejected", "rejected"));
}

#[tokio::test]
async fn senders_get_503_while_the_secrets_cannot_be_read() {
    let world = World::new();
    world.secrets.set_down(true);
    let answer = world.post("/webhooks/bland-callback", Some(("X-Webhook-Signature", SIGNED_BY_ONE))).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (503, "30"));
    assert_eq!((world.bland("zz").await, world.convoso("one").await), ("retry", "retry"));
    world.secrets.set_down(false);
    world.secrets.remove(CONVOSO);
    world.clock.advance(TimeDelta::seconds(5));
    assert_eq!((world.bland(SIGNED_BY_ONE).await, world.convoso("one").await), ("accepted", "retry"));
}

#[tokio::test]
async fn a_sender_without_secrets_is_rejected() {
    let clock: Arc<dyn Clock> = Arc::new(TestClock::at("2025-12-17T19:00:00Z"));
    let webhook = Webhook::new(stores(clock), Senders { bland: None, convoso: None });
    let world = World { webhook, ..World::new() };
    assert_eq!((world.bland(SIGNED_BY_ONE).await, world.convoso("one").await), ("rejected", "rejected"));
}

/// The gateway's default URL has the stage in its path, and a custom domain does not. An event has the path without it.
#[rstest]
#[case::behind_the_gateway("/prod/webhooks/convoso/one")]
#[case::behind_a_domain("/webhooks/convoso/one")]
#[tokio::test]
async fn an_event_reaches_its_route_with_and_without_a_stage(#[case] in_context: &str) {
    let event = json!({
        "resource": "/webhooks/convoso/{token}", "path": "/webhooks/convoso/one", "httpMethod": "POST",
        "headers": {"Content-Type": "application/json"}, "multiValueHeaders": {"Content-Type": ["application/json"]},
        "requestContext": {
            "httpMethod": "POST", "path": in_context, "stage": "prod", "resourcePath": "/webhooks/convoso/{token}",
            "identity": {},
        },
        "body": "{}", "isBase64Encoded": false,
    });
    let request = lambda_http::request::from_str(&event.to_string()).unwrap();
    assert_eq!(verdict(&World::new().webhook.answer(request).await.unwrap()), "accepted");
}
