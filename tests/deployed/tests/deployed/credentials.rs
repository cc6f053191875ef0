//! Secrets that are replaced where they are kept, without a deployment.
//!
//! Nothing here is a result or changes anything, so these stories are told beside all others.

use crate::people::fixture;
use crate::stack::{Stack, sent};
use redial_fakes::fake_bland::signature;
use reqwest::Method;
use sha2::{Digest, Sha256};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// A process looks again a minute after it has looked; the rest is for a busy machine.
const PATIENCE: Duration = Duration::from_secs(150);

/// Where a secret opens something.
#[derive(Debug, Clone, Copy)]
enum Door {
    Bland,
    Convoso,
    Admin,
}

impl Door {
    fn name(self) -> &'static str {
        match self {
            Self::Bland => "/redial-queue/bland-webhook-secrets",
            Self::Convoso => "/redial-queue/convoso-webhook-secrets",
            Self::Admin => "/redial-queue/admin-api-keys",
        }
    }

    /// How a secret is kept.
    fn entry(self, secret: &str) -> String {
        match self {
            Self::Bland | Self::Convoso => secret.to_owned(),
            Self::Admin => format!("rotated:read:{}", hex::encode(Sha256::digest(secret))),
        }
    }

    /// Whether it opens for a secret.
    async fn opens(self, stack: &Stack, secret: &str) -> bool {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let (status, open) = self.answers(stack, secret).await;
            // A process that cannot read the secrets in time lets nobody in, and says that it will know later. A story beside
            // this one may have killed the process: the gateway answers 502 then.
            if !matches!(status, 502 | 503) || Instant::now() > deadline {
                assert!(status == open || status == 401, "{self:?} answered {status}");
                return status == open;
            }
            sleep(Duration::from_secs(1)).await;
        }
    }

    /// The status that a secret gets, and the one of an open door.
    async fn answers(self, stack: &Stack, secret: &str) -> (u16, u16) {
        match self {
            Self::Bland => {
                let event = fixture("bland/streaming_event.json");
                let signature = signature(secret, event.as_bytes());
                (stack.bland_signed(event, Some(&signature)).await.status, 200)
            }
            Self::Convoso => {
                let request = stack.http.post(&stack.at.convoso_url).header("X-Webhook-Token", secret);
                (sent(request.json(&serde_json::json!({}))).await.status, 202)
            }
            Self::Admin => (stack.ask(Method::GET, "/config", Some(secret), None).await.status, 200),
        }
    }
}

/// Adds a secret, and then puts another in its place. Each is accepted as soon as it is there, and the first one is refused
/// from then on.
async fn a_secret_is_replaced(door: Door) {
    let stack = Stack::apart().await;
    let usual = stack.secret(door.name()).await;
    let (first, second) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
    assert!(!door.opens(&stack, &first).await, "nobody knows it yet");

    stack.keep_secret(door.name(), &format!("{},{usual}", door.entry(&first))).await;
    let deadline = Instant::now() + PATIENCE;
    while !door.opens(&stack, &first).await {
        assert!(Instant::now() < deadline, "{door:?}: what was added is not accepted");
        sleep(Duration::from_secs(1)).await;
    }

    stack.keep_secret(door.name(), &format!("{},{usual}", door.entry(&second))).await;
    let deadline = Instant::now() + PATIENCE;
    while !door.opens(&stack, &second).await || door.opens(&stack, &first).await {
        assert!(Instant::now() < deadline, "{door:?}: what was removed is still accepted");
        sleep(Duration::from_secs(1)).await;
    }
    stack.keep_secret(door.name(), &usual).await;
}

/// One after the other would take six minutes.
#[tokio::test]
async fn every_secret_is_replaced_without_a_deployment() {
    tokio::join!(
        a_secret_is_replaced(Door::Bland),
        a_secret_is_replaced(Door::Convoso),
        a_secret_is_replaced(Door::Admin),
    );
}
