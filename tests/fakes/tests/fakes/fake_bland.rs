//! The fake behaves as the provider is known to, and goes wrong as it is told.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod binary;
mod control;
mod dialing;
mod faults;
mod queries;
mod webhooks;

use std::time::Duration;

use redial_aws::adapters::tls;
use redial_fakes::fake_bland::{FakeBland, Mix, Outcome, Settings};
use reqwest::StatusCode;
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method};

const KEY: &str = "test-api-key";
const SECRET: &str = "test-webhook-secret";
const JOHN: &str = "+16285550107";
const JANE: &str = "+16285550108";

/// A fake, and the place where its webhooks arrive.
struct Stage {
    bland: FakeBland,
    ours: MockServer,
    http: reqwest::Client,
}

impl Stage {
    /// Our side takes every webhook.
    async fn new(settings: Settings) -> Self {
        let stage = Self::with_deaf_receiver(settings).await;
        stage.receiver_answers(200).await;
        stage
    }

    /// Our side answers webhooks with 404, until it is told better.
    async fn with_deaf_receiver(settings: Settings) -> Self {
        Self {
            bland: FakeBland::start(settings).await.unwrap(),
            ours: MockServer::start().await,
            http: tls::http().build().unwrap(),
        }
    }

    async fn receiver_answers(&self, status: u16) {
        Mock::given(method("POST")).respond_with(ResponseTemplate::new(status)).mount(&self.ours).await;
    }

    fn call_to(&self, number: &str) -> Value {
        json!({
            "phone_number": number,
            "pathway_id": "0258dd7c-e952-43ca-806e-23e1c6c7334b",
            "from": "+12315550128",
            "metadata": { "lead_id": "123456", "attempt_id": "0193d0c2-7b1e-7c3a-9f10-5d2f4be0a001" },
            "request_data": { "first_name": "John", "lead_id": "123456" },
            "webhook": format!("{}/webhook", self.ours.uri()),
        })
    }

    async fn post(&self, path: &str, body: &Value) -> reqwest::Result<reqwest::Response> {
        self.http.post(format!("{}{path}", self.bland.base_url())).header("Authorization", KEY).json(body).send().await
    }

    async fn put(&self, path: &str, body: &Value) -> StatusCode {
        self.http.put(format!("{}{path}", self.bland.base_url())).json(body).send().await.unwrap().status()
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> (StatusCode, Value) {
        let request = self.http.get(format!("{}{path}", self.bland.base_url())).header("Authorization", KEY);
        let response = request.query(query).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// Dials and expects to be told the id of the call.
    async fn dial(&self, number: &str) -> String {
        let response = self.post("/v1/calls", &self.call_to(number)).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.json::<Value>().await.unwrap()["call_id"].as_str().unwrap().to_owned()
    }

    async fn dial_to_the_end(&self, number: &str) -> String {
        let call_id = self.dial(number).await;
        self.bland.settled().await;
        call_id
    }

    /// Hangs up and waits until it is done.
    async fn stop(&self, call_id: &str) {
        let stopped = self.post(&format!("/v1/calls/{call_id}/stop"), &Value::Null).await.unwrap();
        assert_eq!(stopped.status(), StatusCode::OK);
        until(|| !self.bland.call(call_id.parse().unwrap()).unwrap().is_live()).await;
    }

    async fn webhooks(&self) -> Vec<wiremock::Request> {
        self.ours.received_requests().await.unwrap()
    }

    async fn webhook_bodies(&self) -> Vec<Value> {
        self.webhooks().await.iter().map(|request| request.body_json().unwrap()).collect()
    }
}

fn ending_in(outcome: Outcome) -> Settings {
    Settings { outcomes: Mix::only(outcome), ring: ms(5), ..Settings::default() }
}

/// Calls that do not end before the test does.
fn ringing_on() -> Settings {
    Settings { ring: Duration::from_secs(60), ..Settings::default() }
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::sleep(ms(1)).await;
    }
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
