//! Webhooks as the senders post them, to the handler of the function.

use crate::world::World;
use lambda_http::http::Request;
use lambda_http::{Body, RequestExt};
use redial::config::WebhookConfig;
use redial_tests::fake_bland::{SIGNATURE_HEADER, signature};
use std::path::Path;
use std::sync::Arc;
use webhook::Webhook;

pub(crate) const BLAND_SECRET: &str = "a-secret-of-bland";
pub(crate) const CONVOSO_SECRET: &str = "a-secret-of-convoso";

/// A recorded body.
pub(crate) fn fixture(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).unwrap()
}

impl World {
    fn webhook(&self) -> Webhook {
        let variable = |name: &str| {
            let value = match name {
                "BLAND_WEBHOOK_SECRET" => BLAND_SECRET,
                "CONVOSO_WEBHOOK_SECRET" => CONVOSO_SECRET,
                "BUCKET_NAME" | "LINES_TABLE" => "here",
                _ => return None,
            };
            Some(value.to_owned())
        };
        let config = WebhookConfig::read(&variable).unwrap();
        Webhook::new(self.run.ingest.clone(), config, Arc::clone(&self.meter) as _)
    }

    /// Bland posts this, signed with `secret`. Gives the HTTP status.
    pub(crate) async fn bland_posts(&self, body: &str, secret: &str) -> u16 {
        let request = Request::post("/").header(SIGNATURE_HEADER, signature(secret, body.as_bytes()));
        self.post(request.body(Body::from(body)).unwrap(), "/webhooks/bland-callback").await
    }

    /// Convoso posts this. Gives the HTTP status.
    pub(crate) async fn convoso_posts(&self, body: &str) -> u16 {
        let path = format!("/webhooks/convoso/{CONVOSO_SECRET}");
        self.post(Request::post("/").body(Body::from(body)).unwrap(), &path).await
    }

    async fn post(&self, request: Request<Body>, path: &str) -> u16 {
        self.webhook().answer(request.with_raw_http_path(path)).await.unwrap().status().as_u16()
    }
}
