//! An API with a clock that the test moves.

use admin::{Api, BASE, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use redial_domain::builders;
use redial_domain::{Lead, LeadRef, Line, Month};
use redial_queue::ports::Clock;
use redial_queue::store::records::{RecordChange, RecordLimits};
use redial_queue::store::secret::NamedSecret;
use redial_queue::store::{Ports, Stores};
use redial_queue::testing::{
    Faulty, MemoryBlobs, MemoryLines, MemorySecrets, RecordingMeter, RecordingTrigger, TestClock, environment,
};
use redial_queue::usecase::admin::Admin;
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt;

/// A Wednesday, 14:00 in New York.
pub(crate) const NOON: &str = "2025-12-17T19:00:00Z";
pub(crate) const ADMIN: &str = "admin-key";
pub(crate) const READ: &str = "read-key";
/// Where the keys are kept.
pub(crate) const SECRET: &str = "/redial-queue/admin-api-keys";
/// The digests of the two keys.
const KEYS: &str = "ops:admin:69a5265506c94c77b787a7d7377b7685a0eff82e33920a71e7ee22cd6154953e,\
                    retool:read:8578df6c579d44d3bf7caeada69ed9cbca30b318a50a0e60216b46760edf5477";

pub(crate) struct World {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) blobs: Arc<Faulty<MemoryBlobs>>,
    pub(crate) ledger: Arc<Faulty<MemoryBlobs>>,
    pub(crate) lines: Arc<Faulty<MemoryLines>>,
    pub(crate) trigger: Arc<RecordingTrigger>,
    pub(crate) secrets: Arc<MemorySecrets>,
    pub(crate) admin: Admin,
    pub(crate) api: Router,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// With these settings from the environment.
    pub(crate) fn with(settings: &[(&'static str, &str)]) -> Self {
        Self::build(settings, false)
    }

    pub(crate) fn with_keys_in_queries() -> Self {
        Self::build(&[], true)
    }

    fn build(settings: &[(&'static str, &str)], allow_key_in_query: bool) -> Self {
        let clock = Arc::new(TestClock::at(NOON));
        let blobs = Arc::new(Faulty::new(Arc::new(MemoryBlobs::default())));
        let ledger = Arc::new(Faulty::new(Arc::new(MemoryBlobs::default())));
        let lines = Arc::new(Faulty::new(Arc::new(MemoryLines::default())));
        let trigger = Arc::new(RecordingTrigger::default());
        let ports = Ports {
            blobs: Arc::clone(&blobs) as _,
            ledger: Arc::clone(&ledger) as _,
            lines: Arc::clone(&lines) as _,
            clock: Arc::clone(&clock) as _,
            meter: Arc::new(RecordingMeter::default()),
        };
        let limits = RecordLimits { whole_bytes: 16_000_000, ..RecordLimits::default() };
        let stores = Stores::new(ports, limits, environment(settings));
        let admin = Admin { stores, trigger: Arc::clone(&trigger) as _, uploads: Arc::clone(&blobs) as _ };
        let secrets = Arc::new(MemorySecrets::default());
        secrets.set(SECRET, KEYS);
        let keys = Arc::new(NamedSecret::new(SECRET, Arc::clone(&secrets) as _, Arc::clone(&clock) as _));
        let api = router(Api { admin: admin.clone(), keys, allow_key_in_query });
        Self { clock, blobs, lines, ledger, trigger, secrets, admin, api }
    }

    /// A record stands in the month in which it was created.
    pub(crate) async fn has(&self, lead: Lead) {
        let month = Month::of(lead.created_at, chrono_tz::America::New_York);
        let location = LeadRef { month, id: lead.id.clone(), phone: lead.phone.clone() };
        let put = |_: Option<&Lead>| RecordChange::Put(Box::new(lead.clone()), ());
        self.admin.stores.records.update(&location, put).await.unwrap();
    }

    /// The line of lead `n` is this.
    pub(crate) async fn has_line(&self, n: u32, line: &Line) {
        let change = |there: &mut Line| line.clone_into(there);
        self.admin.stores.lines.update(&builders::phone(n), change).await.unwrap();
    }

    /// A lead that is due now.
    pub(crate) fn due(&self, n: u32) -> Lead {
        builders::lead(n, self.clock.now())
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.api.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, text, body }
    }

    /// A request without a body, with or without a key.
    pub(crate) async fn ask(&self, method: &str, path: &str, key: Option<&str>) -> Answer {
        let request = Request::builder().method(method).uri(format!("{BASE}{path}"));
        let request = key.into_iter().fold(request, |request, key| request.header("X-API-Key", key));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, Some(ADMIN)).await
    }

    pub(crate) async fn post(&self, path: &str) -> Answer {
        self.ask("POST", path, Some(ADMIN)).await
    }

    /// A change of settings, with further headers.
    pub(crate) async fn put(&self, path: &str, headers: &[(&str, &str)], body: impl ToString) -> Answer {
        let request = Request::builder().method("PUT").uri(format!("{BASE}{path}")).header("X-API-Key", ADMIN);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// A list of numbers to suppress.
    pub(crate) async fn import(&self, format: &str, list: impl Into<Body>) -> Answer {
        let request = Request::builder().method("POST").uri(format!("{BASE}/suppressions/import"));
        let request = request.header("X-API-Key", ADMIN).header("Content-Type", format);
        self.send(request.body(list.into()).unwrap()).await
    }

    /// A lead that is added by hand.
    pub(crate) async fn adds(&self, lead: &Value) -> Answer {
        let request = Request::builder().method("POST").uri(format!("{BASE}/lead")).header("X-API-Key", ADMIN);
        self.send(request.header(JSON.0, JSON.1).body(Body::from(lead.to_string())).unwrap()).await
    }

    /// A list of leads.
    pub(crate) async fn adds_all(&self, format: &str, list: impl Into<Body>) -> Answer {
        let request = Request::builder().method("POST").uri(format!("{BASE}/leads"));
        let request = request.header("X-API-Key", ADMIN).header("Content-Type", format);
        self.send(request.body(list.into()).unwrap()).await
    }

    /// What the ledger has, as JSON.
    pub(crate) fn entries(&self) -> Vec<Value> {
        let objects = self.ledger.inner().all().into_values();
        let texts: Vec<_> = objects.map(|body| String::from_utf8(body.to_vec()).unwrap()).collect();
        texts.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// A payload whose outcome is tested with a key that may only read.
    pub(crate) async fn tests_outcome(&self, provider: &str, payload: impl Into<Body>) -> Answer {
        let request = Request::builder().method("POST").uri(format!("{BASE}/outcome/test?provider={provider}"));
        self.send(request.header("X-API-Key", READ).body(payload.into()).unwrap()).await
    }

    pub(crate) async fn configure(&self, body: impl ToString) -> Answer {
        self.put("/config", &[JSON], body).await
    }
}

pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The answer has this status, and at least these fields with these values.
    #[track_caller]
    pub(crate) fn check(&self, status: u16, expected: Value) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/json", "{}", self.text);
        assert_eq!((self.header("cache-control"), self.header("x-content-type-options")), ("no-store", "nosniff"));
        includes(&self.body, &expected, "body");
        self
    }

    /// A refusal that names this field, or none, and says this.
    #[track_caller]
    pub(crate) fn check_refused(&self, status: u16, field: Option<&str>, said: &str) -> &Self {
        self.check(status, serde_json::json!({"success": false}));
        assert_eq!(self.body["field"].as_str(), field, "{}", self.text);
        assert!(self.body["error"].as_str().unwrap().contains(said), "{}", self.text);
        self
    }

    /// The names of the fields of an object in the answer.
    #[track_caller]
    pub(crate) fn fields(&self, pointer: &str) -> Vec<&str> {
        let object = self.body.pointer(pointer).unwrap().as_object().unwrap();
        object.keys().map(String::as_str).collect()
    }
}

#[track_caller]
fn includes(found: &Value, expected: &Value, place: &str) {
    match expected {
        Value::Object(fields) => {
            for (name, value) in fields {
                assert!(found.get(name).is_some(), "{place} has no {name}: {found}");
                includes(&found[name], value, &format!("{place}.{name}"));
            }
        }
        _ => assert_eq!(found, expected, "{place}"),
    }
}
