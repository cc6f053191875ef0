//! The provider that places calls.

use super::version::BoxError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use redial_domain::{AttemptId, CallId, CallState, DialOrder, Phone};
use std::time::Duration;

/// How long a dialer waits for the answer to a request for a call. A run takes no lead for which less time is left.
pub const DIAL_TIMEOUT: Duration = Duration::from_secs(15);

/// Places calls and knows what became of them.
#[async_trait]
pub trait Dialer: Send + Sync {
    /// Asks once for a call. No retry of any kind: nobody knows whether a second request would ring a second time.
    async fn dial(&self, order: &DialOrder) -> Result<CallId, DialError>;

    /// Returns what the provider knows of a call.
    async fn call(&self, call: &CallId) -> Result<CallState, AskError>;

    /// What the provider knows of an attempt whose answer never came, dialed to `phone` at or after `since`.
    async fn find(&self, attempt: AttemptId, phone: &Phone, since: DateTime<Utc>) -> Result<CallState, AskError>;
}

/// Why there is no call id.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The provider answered and did not place the call: this request will never work.
    #[error("the provider refused the call: {0}")]
    Refused(String),
    /// The provider answered and will not place any call: bad key (401, 403) or no balance (402).
    #[error("the provider refuses every call (HTTP {status}): check the key and the balance of the account")]
    Blocked {
        /// The HTTP status.
        status: u16,
    },
    /// The provider answered that it is asked too often (429); no call was placed.
    #[error("the provider asks to slow down")]
    SlowDown {
        /// For how long, if it said so.
        retry_after: Option<Duration>,
    },
    /// The request never left: no connection could be made. No call was placed.
    #[error("the provider cannot be reached")]
    Unreachable(#[source] BoxError),
    /// No answer, or one that cannot be read. The phone may be ringing.
    #[error("whether the provider placed the call is unknown")]
    Unknown(#[source] BoxError),
}

/// The provider could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("the provider could not be asked about a call")]
pub struct AskError(#[source] pub BoxError);
