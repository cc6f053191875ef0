//! The port to the provider that places calls.

use super::version::BoxError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use redial_domain::{AttemptId, CallId, CallState, DialOrder, Phone, Source};
use std::time::Duration;

/// The timeout of a dial request. After it the dial is unknown, because the phone may ring.
///
/// A run claims no lead if less time is left, so that every dial ends before the run does.
pub const DIAL_TIMEOUT: Duration = Duration::from_secs(15);

/// A provider that places calls and answers questions about them.
#[async_trait]
pub trait Dialer: Send + Sync {
    /// Returns the provider. A hold names it, because no other can say what became of its attempt.
    fn provider(&self) -> Source;

    /// Requests one call, and returns its id.
    ///
    /// Never retries, because a second request can ring a second time.
    ///
    /// # Errors
    /// [`DialError`], whose variants say whether the phone may ring.
    async fn dial(&self, order: &DialOrder) -> Result<CallId, DialError>;

    /// Returns what the provider knows about a call. Safe to repeat.
    ///
    /// # Errors
    /// [`AskError`] when there is no answer, or one that cannot be read.
    async fn call(&self, call: &CallId) -> Result<CallState, AskError>;

    /// Returns what the provider knows about an attempt without a call id, dialed to `phone` at or after `since`.
    ///
    /// # Errors
    /// As [`Dialer::call`].
    async fn find(&self, attempt: AttemptId, phone: &Phone, since: DateTime<Utc>) -> Result<CallState, AskError>;
}

/// Why a dial gave no call id.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The provider answered that it did not place the call. The same request would be refused again.
    #[error("the provider refused the call: {0}")]
    Refused(String),
    /// The provider answered that it places no calls for this account: wrong key (401, 403) or no balance (402).
    #[error("the provider refuses every call (HTTP {status}): check the API key and the balance of the account")]
    Blocked {
        /// The HTTP status.
        status: u16,
    },
    /// The provider answered 429. It placed no call.
    #[error("the provider answered 429: too many requests")]
    SlowDown {
        /// The time to wait, if the provider named one.
        retry_after: Option<Duration>,
    },
    /// There was no connection, so the request was never sent and no call was placed.
    #[error("there is no connection to the provider")]
    Unreachable(#[source] BoxError),
    /// There was no answer, or one that cannot be parsed. The phone may be ringing.
    #[error("it is unknown whether the provider placed the call")]
    Unknown(#[source] BoxError),
}

/// The provider gave no clear answer to a question about a call.
#[derive(Debug, thiserror::Error)]
#[error("the provider gave no clear answer about a call")]
pub struct AskError(#[source] pub BoxError);
