//! What is logged, and what never is.
#![expect(clippy::unwrap_used, reason = "a story that cannot be told is a failed test")]

use crate::stories::post::{BLAND_SECRET, CONVOSO_SECRET, fixture, given};
use crate::stories::world::{NOON, World};
use admin::{Api, BASE, router};
use axum::body::Body;
use axum::http::Request;
use lambda_runtime::{Context, LambdaEvent};
use redial_aws::adapters::BlandDialer;
use redial_aws::telemetry::{self, EmfMeter};
use redial_domain::builders;
use redial_providers::api_key::entry_of_plain;
use redial_providers::bland::Account;
use redial_queue::testing::{Fault, Operation, Reply};
use redial_queue::usecase::run::Run;
use serde_json::Value;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tower::ServiceExt;
use tracing::Dispatch;
use tracing::subscriber::NoSubscriber;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

const ADMIN_KEY: &str = "an-admin-key";
const BLAND_KEY: &str = "a-key-of-bland";
const REQUEST: &str = "a-request-id";

/// One test after the other: when several threads listen, a thread may miss what another has just heard for the first time.
static ALONE: Mutex<()> = Mutex::new(());

/// With more than one subscriber in the process, `tracing` asks all of them whether an event is of interest, not only that of
/// the thread on which the event happens first: that may be the thread of a story, where nobody listens.
static SILENT: LazyLock<[Dispatch; 2]> = LazyLock::new(|| [(); 2].map(|()| Dispatch::new(NoSubscriber::default())));

/// Everything that is written.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

impl Log {
    /// What is logged while this is told, on this thread.
    fn of(listens: impl FnOnce(Self) -> Dispatch, told: impl Future<Output = ()>) -> Self {
        LazyLock::force(&SILENT);
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let log = Self::default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tracing::dispatcher::with_default(&listens(log.clone()), || runtime.block_on(told));
        log
    }

    /// As the functions log.
    fn at(level: LevelFilter, told: impl Future<Output = ()>) -> Self {
        Self::of(|log| telemetry::subscriber(level, log).into(), told)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn line(&self, message: &str) -> Value {
        let lines = self.lines();
        let found = lines.iter().find(|line| line["message"] == message);
        found.unwrap_or_else(|| panic_with(&format!("nobody logged {message:?} in\n{}", self.text()))).clone()
    }
}

#[expect(clippy::panic, reason = "a line that is missing is a failed test")]
fn panic_with(message: &str) -> ! {
    panic!("{message}")
}

impl World {
    async fn processes(&self, run: &Run) {
        let mut context = Context::default();
        REQUEST.clone_into(&mut context.request_id);
        context.deadline = u64::try_from(self.now().timestamp_millis()).unwrap() + 240_000;
        let meter = EmfMeter::new(Arc::clone(&self.clock) as _, "processor".to_owned());
        let event = LambdaEvent::new(Value::Null, context);
        let _ = telemetry::answering(&meter, REQUEST, processor::process(run, event)).await;
    }

    async fn asks(&self, method: &str, path: &str, key: &str, body: &str) -> u16 {
        let api = Api { admin: self.admin.clone(), keys: given(&entry_of_plain(ADMIN_KEY)), allow_key_in_query: true };
        let request = Request::builder().method(method).uri(format!("{BASE}{path}")).header("X-API-Key", key);
        let request = request.header("Content-Type", "application/json").body(Body::from(body.to_owned())).unwrap();
        router(api).oneshot(request).await.unwrap().status().as_u16()
    }
}

/// All three handlers, with everything that can go wrong.
async fn everything() {
    let world = World::with(NOON, &[("max_concurrent_calls", "1")]);
    for name in [
        "busy",
        "callback_with_time",
        "dnc_by_user",
        "inbound_call_back",
        "streaming_event",
        "transferred_merged",
        "unknown_lead",
        "voicemail",
    ] {
        world.bland_posts(&fixture(&format!("bland/{name}.json")), BLAND_SECRET).await;
    }
    for name in ["call_result_no_answer", "call_result_sale", "new_lead"] {
        world.convoso_posts(&fixture(&format!("convoso/{name}.json"))).await;
    }
    world.bland_posts(&fixture("bland/busy.json"), "a wrong secret").await;
    world.bland_posts(r#"{"to": "+16285550107", "first_name": John}"#, BLAND_SECRET).await;
    world.convoso_posts("phone_number=6285550107&first_name=John&lead_id=5&status=%FF").await;
    world.lines.script(Operation::Put, vec![Fault::Lost; 8]);
    world.bland_posts(&fixture("bland/no_answer.json"), BLAND_SECRET).await;
    world.lines.heal();

    world.due_leads(12).await;
    let spelled = "Jane Roe, jane roe or JANE cannot be called".to_owned();
    let replies =
        [Reply::Refused(spelled), Reply::RequestLost, Reply::AnswerLost, Reply::Unreachable, Reply::SlowDown(None)];
    for (n, reply) in (0..).zip(replies) {
        world.dialer.script(&builders::phone(n), [reply]);
    }
    world.processes(&world.run).await;
    // The real client, with nobody there: for dials, and for questions about the two that were not answered.
    let account = Account { webhook: "http://127.0.0.1:9/".to_owned(), ..Account::default() };
    let nobody =
        BlandDialer::new("http://127.0.0.1:9", given(BLAND_KEY), account, Arc::clone(&world.clock) as _).unwrap();
    world.wait(60);
    world.processes(&Run { dialer: Arc::new(nobody), ..world.run.clone() }).await;
    world.wait(60);
    world.put_object("redial-queue/redial-queue_2025-11.json", r#"{"1_6285550107": {"first_name": "John"#).await;
    world
        .blobs
        .inner()
        .set("redial-queue/redial-queue_2025-10.json", r#"{"x":{"phone_number":"628555010x","first_name":"John"}}"#);
    world.processes(&world.run).await;

    for (method, path, key, body) in [
        ("GET", "/status", ADMIN_KEY, ""),
        ("GET", "/records?q=John&phone=%2B12125550101", ADMIN_KEY, ""),
        ("GET", "/records?api_key=an-admin-key", "no-such-key-6285550107", ""),
        ("POST", "/lead/1/pause?phone=(212)%20555-0101", ADMIN_KEY, ""),
        ("DELETE", "/lead/2?phone=12125550102", ADMIN_KEY, ""),
        ("GET", "/lead/3/explain?phone=2125550103", ADMIN_KEY, ""),
        ("PUT", "/config", ADMIN_KEY, r#"{"lead_window":"John +16285550107"}"#),
        ("PUT", "/config", ADMIN_KEY, r#"{"max_attempts":5}"#),
        ("POST", "/process", ADMIN_KEY, ""),
    ] {
        world.asks(method, path, key, body).await;
    }
    for (provider, name) in [
        ("bland", "dnc_by_user"),
        ("bland", "callback_with_time"),
        ("convoso", "new_lead"),
        ("convoso", "call_result_sale"),
    ] {
        let payload = fixture(&format!("{provider}/{name}.json"));
        let path = format!("/outcome/test?provider={provider}");
        assert_eq!(world.asks("POST", &path, ADMIN_KEY, &payload).await, 200, "{name}");
    }
    let broken = r#"{"to": "+16285550107", "first_name": John}"#;
    world.asks("POST", "/outcome/test?provider=bland", ADMIN_KEY, broken).await;
    world.blobs.script(Operation::Get, [Fault::Unusable]);
    world.asks("GET", "/status", ADMIN_KEY, "").await;
}

#[test]
fn no_log_of_any_handler_holds_a_person_or_a_secret() {
    let all =
        |log| tracing_subscriber::fmt().json().with_max_level(LevelFilter::TRACE).with_writer(log).finish().into();
    let log = Log::of(all, everything());
    let text = log.text();
    for target in ["webhook::", "processor::", "admin::", "redial_queue::usecase::run", "redial_queue::usecase::ingest"]
    {
        assert!(text.contains(&format!("\"target\":\"{target}")), "nothing of {target} was seen");
    }
    for line in text.lines() {
        // Ids are long enough to hold anything by chance.
        let words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() < 20);
        let digits: String = line.chars().filter(|c| !matches!(c, '(' | ')' | '-' | '.' | ' ' | '+')).collect();
        for number in ["62855501", "21255501", "23155501"] {
            assert!(!digits.contains(number), "{line}");
        }
        for word in words {
            assert!(!["john", "jane", "doe", "roe", "ana", "ruiz"].contains(&word.to_lowercase().as_str()), "{line}");
        }
        for secret in [BLAND_SECRET, CONVOSO_SECRET, ADMIN_KEY, BLAND_KEY, "stop calling", "is this John"] {
            assert!(!line.contains(secret), "{line}");
        }
    }
}

#[test]
fn a_run_logs_what_operators_look_for_with_its_request_id_and_its_counts() {
    let world = World::at(NOON);
    let log = Log::at(LevelFilter::INFO, async {
        world.due_leads(2).await;
        world.processes(&world.run).await;
        world.answered(0, "NO_ANSWER").await;
    });
    for message in [
        "Redial queue processing started",
        "Loaded redial queue records",
        "Filtered to today's records",
        "Filtered to favorable statuses",
        "Filtered to under max attempts",
        "Ready leads identified",
        "CALLING: All safety checks passed",
        "CALL INITIATED: Redial successful",
        "Redial queue processing completed",
    ] {
        assert_eq!(log.line(message)["span"]["request.id"], REQUEST, "{message}");
    }
    assert_eq!(log.line("Loaded redial queue records")["count"], 2);
    let attempt = world.dials(0)[0].0.to_string();
    assert_eq!(log.line("CALL INITIATED: Redial successful")["attempt.id"], attempt);
    assert_eq!(log.line("Updated redial queue record")["attempt.id"], attempt);
    assert_eq!(log.line("Saved redial queue records")["count"], 1);
    let completed = log.line("Redial queue processing completed");
    let counts = ["total_ready", "calls_made", "skipped", "errors"].map(|name| completed[name].as_u64().unwrap());
    assert_eq!(counts, [2, 2, 0, 0]);
}

#[test]
fn an_error_is_logged_with_what_caused_it() {
    let log = Log::at(LevelFilter::INFO, async {
        let world = World::at(NOON);
        world.lines.script(Operation::Put, vec![Fault::Lost; 8]);
        assert_eq!(world.bland_posts(&fixture("bland/busy.json"), BLAND_SECRET).await, 503);
    });
    let error = &log.line("a result could not be stored")["error"];
    let expected = "the result could not be stored: the store is unavailable: scripted: the request was lost";
    assert_eq!(error, expected);
}

#[test]
fn only_what_is_ours_is_heard_below_a_warning() {
    let log = Log::at(LevelFilter::TRACE, async {
        tracing::debug!(target: "aws_smithy_runtime", "a payload");
        tracing::info!(target: "hyper_util", "an address");
        tracing::warn!(target: "reqwest", "a warning");
        tracing::trace!(target: "redial_queue::usecase", "ours");
    });
    let heard: Vec<_> = log.lines().iter().map(|line| line["message"].as_str().unwrap().to_owned()).collect();
    assert_eq!(heard, ["a warning", "ours"]);
}
