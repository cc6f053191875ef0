//! Webhooks as the senders post them, to the handler of the function.

use super::world::World;
use lambda_http::http::Request;
use lambda_http::{Body, RequestExt};
use redial_fakes::fake_bland::{SIGNATURE_HEADER, signature};
use redial_queue::ports::Secret;
use redial_queue::store::secret::GivenSecret;
use std::path::Path;
use std::sync::Arc;
use webhook::{Senders, Webhook};

pub(crate) const BLAND_SECRET: &str = "a-secret-of-bland";
pub(crate) const CONVOSO_SECRET: &str = "a-secret-of-convoso";

/// A secret that stays as it is.
pub(crate) fn given(secret: &str) -> Arc<dyn Secret> {
    Arc::new(GivenSecret(secret.into()))
}

/// A recorded body.
pub(crate) fn fixture(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(name)).unwrap()
}

impl World {
    fn webhook(&self) -> Webhook {
        let senders = Senders { bland: Some(given(BLAND_SECRET)), convoso: Some(given(CONVOSO_SECRET)) };
        Webhook::new(Arc::clone(&self.run.stores), senders)
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
