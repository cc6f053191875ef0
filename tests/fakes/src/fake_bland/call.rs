//! What the fake remembers of a request and of the call that came of it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::Notify;
use uuid::Uuid;

use super::{
    fault::{DialFault, WebhookFault},
    outcome::Outcome,
};

/// A `POST /v1/calls` as it arrived.
#[derive(Debug, Clone, Serialize)]
pub struct Received {
    pub request_id: Uuid,
    pub at: DateTime<Utc>,
    pub to: Option<String>,
    /// Null when it was not JSON.
    pub body: Value,
    /// What was made to go wrong; a refusal that the real Bland would have given too is none.
    #[serde(flatten)]
    pub fault: Option<DialFault>,
    /// The call that came of it, also when the answer did not tell.
    pub call_id: Option<Uuid>,
    /// Absent while it is unanswered, and for ever when the connection was closed or the client went away first.
    pub status: Option<u16>,
}

/// A call that was accepted.
#[derive(Debug, Clone, Serialize)]
pub struct Call {
    pub call_id: Uuid,
    pub to: String,
    /// The body of the request.
    pub request: Value,
    /// Decided when the call was accepted; void for one that was stopped.
    pub outcome: Outcome,
    pub accepted_at: DateTime<Utc>,
    #[serde(flatten)]
    pub state: State,
    pub faults: Vec<WebhookFault>,
    /// Every post of every payload, in order of their answers.
    pub webhooks: Vec<Delivery>,
    #[serde(skip)]
    pub(super) hang_up: Arc<Notify>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    New,
    Started { started_at: DateTime<Utc> },
    Ended { started_at: Option<DateTime<Utc>>, ended_at: DateTime<Utc> },
    Stopped { started_at: Option<DateTime<Utc>>, ended_at: DateTime<Utc> },
}

/// One post of a webhook.
#[derive(Debug, Clone, Serialize)]
pub struct Delivery {
    pub payload: Payload,
    /// From 1; above it, the webhook had not been answered with 2xx.
    pub attempt: u32,
    pub sent_at: DateTime<Utc>,
    #[serde(flatten)]
    pub answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    Result,
    SecondPayload,
    /// The result once more, because somebody asked.
    Resend,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    Answered {
        status: u16,
        body: String,
    },
    Unreachable {
        error: String,
    },
    /// Never sent: `lose_webhook`.
    Lost,
}

impl Call {
    pub fn is_live(&self) -> bool {
        match self.state {
            State::New | State::Started { .. } => true,
            State::Ended { .. } | State::Stopped { .. } => false,
        }
    }

    pub(super) fn webhook_url(&self) -> Option<&str> {
        self.request["webhook"].as_str()
    }
}

impl State {
    pub(super) fn started_at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::New => None,
            Self::Started { started_at } => Some(started_at),
            Self::Ended { started_at, .. } | Self::Stopped { started_at, .. } => started_at,
        }
    }

    pub(super) fn ended_at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::New | Self::Started { .. } => None,
            Self::Ended { ended_at, .. } | Self::Stopped { ended_at, .. } => Some(ended_at),
        }
    }
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        match self {
            Self::Answered { status, .. } => (200..300).contains(status),
            Self::Unreachable { .. } | Self::Lost => false,
        }
    }
}
