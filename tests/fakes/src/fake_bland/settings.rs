//! How a fake behaves when nothing was scripted and nothing goes wrong.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use chrono::TimeDelta;

use super::outcome::Mix;

/// Fixed for the life of a fake. The default suits an in-process test: a free port, no delays, a signed webhook.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Port 0 takes a free one.
    pub listen: SocketAddr,
    /// What the `Authorization` header must carry, with or without `Bearer`.
    pub api_key: String,
    /// Signs the webhooks; without it they carry no signature, as for an account that has no signing secret.
    pub webhook_secret: Option<String>,
    /// How long `POST /v1/calls` takes to answer. The call is accepted at once and starts when the answer is due.
    pub answer_after: Duration,
    /// From the start of a call to its end.
    pub ring: Duration,
    /// What comes of the calls that no script decides.
    pub outcomes: Mix,
    /// When the payload with the corrected transcript follows the result; never, without it.
    pub second_payload_after: Option<Duration>,
    /// How often a webhook that was not answered with 2xx is posted again.
    pub webhook_retries: u32,
    /// Between two posts of one webhook.
    pub webhook_retry_pause: Duration,
    /// How long a post waits for its answer.
    pub webhook_timeout: Duration,
    /// How long after the end of a call its person wants to be called back.
    pub callback_in: TimeDelta,
    /// Decides, with the number and how often it was called, which outcome the mix yields.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            api_key: "test-api-key".to_owned(),
            webhook_secret: Some("test-webhook-secret".to_owned()),
            answer_after: Duration::ZERO,
            ring: Duration::from_millis(10),
            outcomes: Mix::default(),
            second_payload_after: None,
            webhook_retries: 2,
            webhook_retry_pause: Duration::from_millis(20),
            webhook_timeout: Duration::from_secs(30),
            callback_in: TimeDelta::hours(1),
            seed: 0,
        }
    }
}
