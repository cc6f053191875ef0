//! A webhook with stores in memory, and signed results for it.

use lambda_http::{Body, Request, RequestExt, Response};
use redial_bench::month::{FULL, object};
use redial_bench::result::{CallEnded, PATH, SECRET};
use redial_queue::ports::{Clock, Meter, Reading};
use redial_queue::store::records::RecordLimits;
use redial_queue::store::secret::GivenSecret;
use redial_queue::store::{Ports, Stores};
use redial_queue::testing::{MemoryBlobs, MemoryLines, TestClock, environment};
use std::sync::Arc;
use tokio::runtime::Runtime;
use webhook::{Senders, Webhook};

const MONTH: &str = "2025-12";

pub(crate) struct Results {
    runtime: Runtime,
    webhook: Webhook,
    bodies: Vec<(String, String)>,
}

/// Drops what is measured.
struct Unheard;

impl Meter for Unheard {
    fn record(&self, _: Reading) {}
}

impl Results {
    /// Prepares a webhook that has answered one result of each lead, and the next result of each.
    pub(crate) fn ready() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(TestClock::at("2025-12-17T19:00:00Z"));
        let blobs = Arc::new(MemoryBlobs::default());
        let body = object(0..FULL, clock.now().timestamp_millis());
        blobs.set(&format!("redial-queue/redial-queue_{MONTH}.json"), body);
        let ports = Ports {
            blobs: Arc::clone(&blobs) as _,
            ledger: blobs,
            lines: Arc::new(MemoryLines::default()),
            clock,
            meter: Arc::new(Unheard),
        };
        let stores = Stores::new(ports, RecordLimits::default(), environment(&[]));
        let bland = GivenSecret(SECRET.to_owned().into());
        let webhook = Webhook::new(stores, Senders { bland: Some(Arc::new(bland)), convoso: None });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let first = Self { runtime, webhook, bodies: (0..FULL).map(|n| signed(n, "first")).collect() };
        (0..FULL).for_each(|n| first.answer(n));
        Self { bodies: (0..FULL).map(|n| signed(n, "next")).collect(), ..first }
    }

    /// Answers the result of a lead.
    pub(crate) fn answer(&self, n: usize) {
        let (body, signature) = self.bodies[n].clone();
        let request = lambda_http::http::Request::post(format!("https://localhost{PATH}"));
        let request: Request = request.header("X-Webhook-Signature", signature).body(body.into()).unwrap();
        let answer: Response<Body> =
            self.runtime.block_on(self.webhook.answer(request.with_raw_http_path(PATH))).unwrap();
        assert_eq!(&**answer.body(), br#"{"result":"applied","success":true}"#);
    }
}

fn signed(n: usize, call: &str) -> (String, String) {
    CallEnded { n, attempt: n, call: format!("{call}-{n}"), at: "2025-12-17T18:59:00.000Z", month: Some(MONTH) }
        .signed()
}
