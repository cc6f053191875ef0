//! One process of the queue, wired as the functions are, on another endpoint.

use super::clock::MovedClock;
use crate::emulator;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::America::New_York;
use lambda_http::http::Method;
use lambda_http::{Body, Request, RequestExt};
use redial_aws::config::{AdminConfig, Config, ProcessorConfig, WebhookConfig};
use redial_aws::system::System;
use redial_domain::{Lead, Month, Phone};
use redial_fakes::fake_bland::SIGNATURE_HEADER;
use redial_queue::ports::Clock;
use redial_queue::usecase::run::Run;
use std::sync::Arc;
use webhook::{Senders, Webhook};

pub(crate) const SECRET: &str = "a signing secret";
pub(crate) const API_KEY: &str = "a key";
pub(crate) const PATH: &str = "/webhooks/bland-callback";
/// A line knows at most so many calls of a day. A record keeps as many, so whatever was counted can still be seen.
pub(crate) const MOST_CALLS: usize = 50;

/// Where everything is.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    pub(crate) aws: String,
    pub(crate) bland: String,
    pub(crate) gateway: String,
    pub(crate) bucket: String,
    pub(crate) table: String,
}

/// Nothing but the stores is shared between processes: each has its own clients and remembers what it has read.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) system: System,
    pub(crate) run: Run,
    webhook: Webhook,
    places: Places,
}

/// What a sender of a webhook is told.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Process {
    pub(crate) async fn start(places: &Places, clock: &Arc<MovedClock>) -> Self {
        let variable = |name: &str| places.variable(name);
        let config = ProcessorConfig::read(&variable).unwrap();
        let sdk = emulator::config(&places.aws).await;
        let system = System::on(sdk, Arc::clone(clock) as Arc<dyn Clock>, &config.common);
        let secret = WebhookConfig::read(&variable).unwrap().bland_secrets.unwrap();
        let senders = Senders { bland: Some(system.secret(secret).await), convoso: None };
        let webhook = Webhook::new(Arc::clone(&system.stores), senders);
        let run = system.run(config).await.unwrap();
        Self { system, run, webhook, places: places.clone() }
    }

    /// What the gateway hands to the webhook.
    pub(crate) async fn post(&self, body: String, signature: &str) -> Answer {
        let mut request = Request::new(Body::Text(body)).with_raw_http_path(PATH);
        *request.method_mut() = Method::POST;
        request.headers_mut().insert(SIGNATURE_HEADER, signature.parse().unwrap());
        let response = self.webhook.answer(request).await.unwrap();
        let status = response.status().as_u16();
        Answer { status, body: String::from_utf8(response.into_body().to_vec()).unwrap() }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.system.stores.clock.now()
    }

    /// Every record, and nothing that cannot be read.
    pub(crate) async fn records(&self) -> Vec<Lead> {
        let months = Month::open(self.now(), New_York, 30);
        let scan = self.system.stores.records.scan(&months).await.unwrap();
        assert_eq!((scan.unreadable_objects, scan.unreadable_records), (Vec::new(), 0));
        scan.found.into_iter().map(|found| found.lead).collect()
    }

    /// The numbers whose line is held, or has something in its inbox.
    pub(crate) async fn open_lines(&self) -> Vec<Phone> {
        self.system.stores.lines.open(self.now() + TimeDelta::days(1), usize::MAX).await.unwrap()
    }

    /// An operator stops dialing. Runs go on and finish what is open.
    pub(crate) async fn stop_dialing(&self) {
        let config = AdminConfig::read(&|name| self.places.variable(name)).unwrap();
        let admin = self.system.admin(&config);
        admin
            .configure(&redial_domain::builders::operator(), &[("running", "false".to_owned())], None, false)
            .await
            .unwrap();
    }
}

impl Places {
    fn variable(&self, name: &str) -> Option<String> {
        let value = match name {
            "BUCKET_NAME" | "LEDGER_BUCKET_NAME" => &self.bucket,
            "LINES_TABLE" => &self.table,
            "BLAND_BASE_URL" => &self.bland,
            "BLAND_WEBHOOK_URL" => return Some(format!("{}{PATH}", self.gateway)),
            "BLAND_API_KEY" | "ADMIN_API_KEY" => API_KEY,
            "BLAND_WEBHOOK_SECRET" => SECRET,
            "BLAND_TASK" | "PROCESSOR_FUNCTION" => "test",
            "PROCESSOR_TIMEOUT_SECONDS" => "45",
            // A lead is due again as soon as its result is there, at any hour.
            "REDIAL_IGNORE_CALLING_HOURS" => "true",
            "REDIAL_PROGRESSIVE_INTERVALS" | "REDIAL_MIN_REDIAL_MINUTES" => "0",
            "REDIAL_MAX_ATTEMPTS" => "28",
            "REDIAL_MAX_CALLS_PER_NUMBER_24H" => return Some(MOST_CALLS.to_string()),
            "REDIAL_MAX_CALLS_PER_RUN" => "40",
            "REDIAL_CALLS_PER_SECOND" => "100",
            "REDIAL_MAX_CONCURRENT_CALLS" => "20",
            // As short as is allowed.
            "REDIAL_UNKNOWN_HOLD_MINUTES" => "2",
            "REDIAL_MAX_CALL_MINUTES" | "REDIAL_CALL_GRACE_MINUTES" => "1",
            _ => return None,
        };
        Some(value.to_owned())
    }
}
