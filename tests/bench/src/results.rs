//! A webhook with stores in memory, and signed results for it.

use crate::month::{MONTH, RECORDS, lead, object, phone};
use hmac::{Hmac, KeyInit, Mac};
use lambda_http::{Body, Request, RequestExt, Response};
use redial_queue::ports::{Clock, Meter, Reading};
use redial_queue::store::records::RecordLimits;
use redial_queue::store::secret::GivenSecret;
use redial_queue::store::{Ports, Stores};
use redial_queue::testing::{MemoryBlobs, MemoryLines, TestClock, environment};
use serde_json::json;
use sha2::Sha256;
use std::sync::Arc;
use tokio::runtime::Runtime;
use webhook::{Senders, Webhook};

const SECRET: &str = "measured";
const PATH: &str = "/webhooks/bland-callback";

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
        blobs.set(&format!("redial-queue/redial-queue_{MONTH}.json"), object());
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
        let first = Self { runtime, webhook, bodies: (0..RECORDS).map(|n| signed(n, "first")).collect() };
        (0..RECORDS).for_each(|n| first.answer(n));
        Self { bodies: (0..RECORDS).map(|n| signed(n, "next")).collect(), ..first }
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

/// Returns the body of a result and its signature.
fn signed(n: usize, call: &str) -> (String, String) {
    let (phone, lead) = (phone(n), lead(n));
    let data = json!({"lead_id": lead, "list_id": "list-1", "first_name": "First", "last_name": "Last", "state": "NY"});
    let metadata = json!({
        "lead_id": lead, "attempt_id": format!("019ac000-0000-7000-8fff-{n:012x}"), "month": MONTH, "source": "redial-queue",
    });
    let body = json!({
        "call_id": format!("{call}-{n}"), "c_id": format!("{call}-{n}"), "to": phone.as_str(), "from": "+12125550199",
        "inbound": false, "completed": true, "status": "completed", "queue_status": "complete",
        "answered_by": "voicemail", "call_length": 0.41, "created_at": "2025-12-17T18:50:00.000Z",
        "end_at": "2025-12-17T18:59:00.000Z", "variables": {"phone_number": phone.as_str(), "city": "NEW YORK"},
        "request_data": data, "metadata": metadata, "max_duration": 30, "price": 0.037, "recording_url": null,
        "summary": "The call went to voicemail.", "concatenated_transcript": "", "transcripts": [],
        "error_message": null, "disposition_tag": null,
    });
    let body = body.to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    (body, hex::encode(mac.finalize().into_bytes()))
}
