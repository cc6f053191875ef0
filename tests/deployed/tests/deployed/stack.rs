//! The deployed stack, and what one asks of it.

use crate::people::{self, Person, now, phone_query};
use crate::store::SCRATCH;
use crate::{emulator, large};
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use futures_util::future::select_all;
use redial_aws::adapters::aws_operation::{AwsOperation, Request};
use redial_aws::adapters::{DynamoLines, S3Blobs, SystemClock, aws, tls};
use redial_fakes::fake_bland::{SIGNATURE_HEADER, signature};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::{Instant, sleep};

/// How long anything may take that comes by itself.
const PATIENCE: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(100);

/// What `./test` writes down of the stack.
#[derive(Debug, Deserialize)]
pub(crate) struct Description {
    pub(crate) name: String,
    pub(crate) endpoint: Option<String>,
    pub(crate) admin_url: String,
    pub(crate) page_url: String,
    pub(crate) admin_key: String,
    pub(crate) read_key: String,
    pub(crate) webhook_url: String,
    pub(crate) webhook_secret: String,
    pub(crate) convoso_url: String,
    pub(crate) convoso_secret: String,
    pub(crate) bucket: String,
    pub(crate) ledger: String,
    pub(crate) table: String,
    pub(crate) webhook: String,
    pub(crate) processor: String,
    pub(crate) admin: String,
    pub(crate) bland_key: String,
    pub(crate) fake_bland_url: String,
    pub(crate) domain: String,
}

impl Description {
    /// The address of the emulator, for what AWS itself has no way to do.
    pub(crate) fn emulated(&self) -> &str {
        self.endpoint.as_deref().unwrap()
    }
}

pub(crate) struct Stack {
    pub(crate) at: Arc<Description>,
    pub(crate) http: reqwest::Client,
    pub(crate) blobs: S3Blobs,
    /// The same bucket for whole months, which take their time.
    pub(crate) uploads: S3Blobs,
    pub(crate) ledger: S3Blobs,
    pub(crate) lines: DynamoLines,
    lambda: AwsOperation,
    iam: AwsOperation,
    secrets: emulator::SecretKeeper,
    /// Held while a story is told.
    _turn: Option<OwnedMutexGuard<()>>,
}

/// One deployed stack, and whose turn it is there.
struct Place {
    at: Arc<Description>,
    turn: Arc<Mutex<()>>,
}

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    let descriptions = emulator::stacks().into_iter().map(|described| serde_json::from_value(described).unwrap());
    descriptions.map(|at| Place { at: Arc::new(at), turn: Arc::default() }).collect()
});

/// An answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn with(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }
}

impl Stack {
    /// For a story that leaves records and runs alone: beside the others, one of which may kill the process that it asks.
    pub(crate) async fn apart() -> Self {
        Self::new(Arc::clone(&PLACES[0].at), None).await
    }

    /// For a story that only posts results and reads: on a stack of its own, however the last story left it.
    pub(crate) async fn unprepared() -> Self {
        let waiting = PLACES
            .iter()
            .map(|place| Box::pin(async { (Arc::clone(&place.at), Arc::clone(&place.turn).lock_owned().await) }));
        let ((at, turn), ..) = select_all(waiting).await;
        Self::new(at, Some(turn)).await
    }

    /// For a story that starts runs or changes settings. Finds the queue open, with nothing under way and no fault,
    /// also after a story that failed.
    pub(crate) async fn alone() -> Self {
        let stack = Self::unprepared().await;
        stack.clear_faults().await;
        large::remove(&stack).await;
        stack.settled().await;
        stack.idle().await;
        stack.delete_object(people::month_back(SCRATCH)).await;
        let usual = json!({
            "enabled": true,
            "running": true,
            "ignore_calling_hours": true,
            "business_timezone": "America/New_York",
            "lead_window": "retention",
            "business_hours": "11:00-20:00",
            "business_days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            "blackout_dates": [],
            "progressive_intervals": [0, 0, 5, 10, 30, 60, 120],
            "max_redial_attempts": 8,
            "max_calls_per_run": 500,
            "calls_per_second": 50,
            "max_concurrent_calls": 10,
        });
        stack.configure(&usual).await;
        stack
    }

    async fn new(at: Arc<Description>, turn: Option<OwnedMutexGuard<()>>) -> Self {
        let config = emulator::aws_at(at.endpoint.as_deref()).await;
        // A run takes longer than any answer of a store, and must not be started twice.
        let patient = config.to_builder();
        let patient = patient.timeout_config(TimeoutConfig::disabled()).retry_config(RetryConfig::disabled()).build();
        Self {
            http: tls::http().timeout(Duration::from_secs(60)).build().unwrap(),
            blobs: S3Blobs::new(aws::s3(&config), &at.bucket),
            uploads: S3Blobs::new(aws::s3(&patient), &at.bucket),
            ledger: S3Blobs::new(aws::s3(&config), &at.ledger),
            lines: DynamoLines::new(aws_sdk_dynamodb::Client::new(&config), &at.table, Arc::new(SystemClock)),
            lambda: AwsOperation::new(&patient, "lambda", "Lambda"),
            iam: AwsOperation::new(&config, "iam", "IAM"),
            secrets: emulator::SecretKeeper::new(&config),
            at,
            _turn: turn,
        }
    }

    /// A webhook of Bland, signed.
    pub(crate) async fn bland(&self, payload: &Value) -> Answer {
        let body = payload.to_string();
        let signature = signature(&self.at.webhook_secret, body.as_bytes());
        self.bland_signed(body, Some(&signature)).await
    }

    pub(crate) async fn bland_signed(&self, body: String, signature: Option<&str>) -> Answer {
        let mut request = self.http.post(&self.at.webhook_url).header("Content-Type", "application/json");
        if let Some(signature) = signature {
            request = request.header(SIGNATURE_HEADER, signature);
        }
        sent(request.body(body)).await
    }

    /// A webhook of Bland that reaches its record.
    pub(crate) async fn takes(&self, payload: &Value) {
        applied(async || self.bland(payload).await).await;
    }

    /// A webhook of Convoso with its token in the header.
    pub(crate) async fn convoso(&self, content_type: &str, body: String) -> Answer {
        let request = self.http.post(&self.at.convoso_url).header("X-Webhook-Token", &self.at.convoso_secret);
        sent(request.header("Content-Type", content_type).body(body)).await
    }

    /// A request to the admin API with a key and, if there is one, a JSON body.
    pub(crate) async fn ask(&self, method: Method, path: &str, key: Option<&str>, body: Option<&Value>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.at.admin_url));
        if let Some(key) = key {
            request = request.header("X-API-Key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        sent(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, Some(&self.at.read_key), None).await.with(200)
    }

    pub(crate) async fn post(&self, path: &str) -> Value {
        self.ask(Method::POST, path, Some(&self.at.admin_key), None).await.with(200)
    }

    pub(crate) async fn configure(&self, changes: &Value) -> Value {
        self.ask(Method::PUT, "/config", Some(&self.at.admin_key), Some(changes)).await.with(200)
    }

    /// A secret where the functions find it.
    pub(crate) async fn secret(&self, name: &str) -> String {
        self.secrets.get(name).await
    }

    /// Puts another secret there.
    pub(crate) async fn keep_secret(&self, name: &str, secret: &str) {
        self.secrets.put(name, secret).await;
    }

    /// Every record of a person.
    pub(crate) async fn records(&self, person: &Person) -> Vec<Value> {
        let page = self.get(&format!("/records?lead_id={}&{}", person.id, phone_query(person))).await;
        page["records"].as_array().unwrap().clone()
    }

    /// The one record of a person.
    pub(crate) async fn record(&self, person: &Person) -> Value {
        let mut records = self.records(person).await;
        assert_eq!(records.len(), 1, "{} has one record: {records:?}", person.id);
        records.remove(0)
    }

    /// The record, once it has so many attempts.
    pub(crate) async fn counted(&self, person: &Person, attempts: u32) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let record = self.record(person).await;
            if record["attempts"].as_u64() >= Some(attempts.into()) || Instant::now() > deadline {
                assert_eq!(record["attempts"], attempts, "{record}");
                return record;
            }
            sleep(GLANCE).await;
        }
    }

    /// The gates that keep a person from being dialed, by `explain`.
    pub(crate) async fn closed_gates(&self, person: &Person) -> Vec<String> {
        let verdict = self.get(&format!("/lead/{}/explain?{}", person.id, phone_query(person))).await;
        let gates = verdict["gates"].as_array().unwrap().iter();
        gates.filter(|gate| gate["open"] == false).map(|gate| gate["name"].as_str().unwrap().to_owned()).collect()
    }

    /// A run from beginning to end, after the one that may be at work. Gives its summary.
    pub(crate) async fn run(&self) -> Value {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let summary = self.try_run().await;
            if summary["stopped_by"] != "already_running" {
                return summary;
            }
            assert!(Instant::now() < deadline, "a run is at work for a minute");
            sleep(GLANCE).await;
        }
    }

    /// One invocation of the processor, whatever its summary says.
    pub(crate) async fn try_run(&self) -> Value {
        self.invoke().await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// One invocation of the processor, whatever comes of it.
    pub(crate) async fn invoke(&self) -> Result<Value, String> {
        let answer = self.lambda.send(self.of_function(&self.at.processor, "POST", "invocations", "{}")).await;
        let answer = answer.map_err(|error| error.to_string())?;
        match answer.headers.get("x-amz-function-error") {
            Some(error) => Err(format!("{error} {}", String::from_utf8_lossy(&answer.body))),
            None => Ok(serde_json::from_slice(&answer.body).unwrap()),
        }
    }

    /// How much memory the template gives to a function, in MiB.
    pub(crate) async fn memory(&self, function: &str) -> u64 {
        self.configuration(function).await["MemorySize"].as_u64().unwrap()
    }

    /// How long the template lets a function work on one event.
    pub(crate) async fn timeout(&self, function: &str) -> Duration {
        Duration::from_secs(self.configuration(function).await["Timeout"].as_u64().unwrap())
    }

    /// The name of the role that a function has.
    pub(crate) async fn role(&self, function: &str) -> String {
        let configuration = self.configuration(function).await;
        configuration["Role"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    }

    async fn configuration(&self, function: &str) -> Value {
        let answer = self.lambda.send(self.of_function(function, "GET", "configuration", "")).await.unwrap();
        serde_json::from_slice(&answer.body).unwrap()
    }

    /// Changes what a role may do.
    pub(crate) async fn iam(&self, action: &str, parameters: &[(&str, &str)]) {
        let said = [&[("Action", action), ("Version", "2010-05-08")], parameters].concat();
        let form = reqwest::Url::parse_with_params("http://form", said).unwrap();
        let headers = vec![("content-type", "application/x-www-form-urlencoded")];
        let body = form.query().unwrap().to_owned();
        self.iam.send(Request { method: "POST", path: "/".to_owned(), headers, body }).await.unwrap();
    }

    fn of_function(&self, function: &str, method: &'static str, what: &str, body: &str) -> Request {
        let path = format!("/2015-03-31/functions/{function}/{what}");
        Request { method, path, headers: Vec::new(), body: body.to_owned() }
    }

    /// Runs and expects that nothing went wrong.
    pub(crate) async fn runs_well(&self) -> Value {
        let summary = self.run().await;
        assert_eq!((&summary["errors"], &summary["stopped_by"]), (&json!(0), &Value::Null), "{summary}");
        summary
    }

    /// Waits until no run is at work.
    pub(crate) async fn idle(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.get("/status").await["status"]["is_processing"] == true {
            assert!(Instant::now() < deadline, "a run is at work for {PATIENCE:?}");
            sleep(GLANCE).await;
        }
    }

    /// Waits until the provider has nothing under way: no call rings, and no webhook is outstanding.
    pub(crate) async fn settled(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.fake("health").await["under_way"] != 0 {
            assert!(Instant::now() < deadline, "the provider has calls or webhooks under way for {PATIENCE:?}");
            sleep(GLANCE).await;
        }
    }
}

/// Sends; an answer that is no JSON becomes a text.
pub(crate) async fn sent(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { status, retry_after, body }
}

/// Sends a result that must reach its record.
///
/// A webhook that cannot reach the record in its time only stores the result, for example while the whole machine stands
/// still. A provider may send a result again at any time, and then it reaches its record.
pub(crate) async fn applied(send: impl AsyncFn() -> Answer) {
    let deadline = Instant::now() + PATIENCE;
    let mut expected = vec!["applied"];
    loop {
        let answer = send().await.with(200);
        assert_eq!(answer["success"], true, "{answer}");
        if answer["result"] != "stored" || Instant::now() > deadline {
            assert!(expected.iter().any(|expected| answer["result"] == *expected), "{answer}");
            return;
        }
        expected = vec!["applied", "repeat"];
        sleep(GLANCE).await;
    }
}

/// Whether an instant lies so many seconds from now, give or take.
#[track_caller]
pub(crate) fn is_in(seconds: i64, millis: &Value) {
    let away = millis.as_i64().unwrap() - now().timestamp_millis();
    assert!((away - seconds * 1000).abs() < 15_000, "in {away} ms instead of {seconds} s");
}
