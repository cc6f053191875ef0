//! Places calls through Bland AI (`docs/PROVIDERS.md`).

mod http;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use http::{Http, authorization};
use redial_domain::{AttemptId, CallId, Phone, Source};
use redial_domain::{CallState, DialOrder};
use redial_providers::bland::{Account, DialAnswer, attempt, call_list, call_state, dial_answer, dial_body};
use redial_queue::ports::{AskError, BoxError, Clock, DIAL_TIMEOUT, DialError, Dialer, Secret};
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use std::sync::Arc;
use std::time::Duration;

/// The most attempts of one question. Unlike a dial, a question can be repeated without harm.
const ASK_ATTEMPTS: u32 = 3;
/// The timeout of one question. It leaves a run time for several questions before its deadline.
const ASK_TIMEOUT: Duration = Duration::from_secs(10);
/// The most calls in a list. A number is called at most a few times a day, so one page is enough.
const LIST_LIMIT: usize = 100;
/// Bland's `start_date` is a day, and its time zone is not documented. So the list starts a day before the attempt.
const LIST_MARGIN: TimeDelta = TimeDelta::days(1);

/// A [`Dialer`] on Bland's API.
#[derive(Clone)]
pub struct BlandDialer {
    http: Http,
    key: Arc<dyn Secret>,
    account: Account,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for BlandDialer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlandDialer").field("http", &self.http).finish_non_exhaustive()
    }
}

impl BlandDialer {
    /// Returns a dialer for the API at `base` (`https://api.bland.ai`) with the API key `key`. Sends no request.
    ///
    /// # Errors
    /// If `base` is not a URL with a host.
    pub fn new(base: &str, key: Arc<dyn Secret>, account: Account, clock: Arc<dyn Clock>) -> Result<Self, BoxError> {
        Ok(Self { http: Http::new(base)?, key, account, clock })
    }

    async fn key(&self) -> Result<HeaderValue, BoxError> {
        authorization(&self.key.current().await?)
    }

    /// Reloads the key after Bland has rejected it, and returns whether it was reloaded. It may have been replaced.
    async fn reload_key(&self) -> bool {
        match self.key.reload_after_mismatch().await {
            Ok(reloaded) => reloaded.is_some(),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the provider's API key could not be reloaded"
                );
                false
            }
        }
    }

    /// Asks Bland, at most [`ASK_ATTEMPTS`] times, and returns the body. Returns `None` for 404.
    async fn ask(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Option<Vec<u8>>, AskError> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let key = self.key().await.map_err(AskError)?;
            let error = match self.http.get(path, query, key, ASK_TIMEOUT).await {
                Ok((StatusCode::OK, body)) => return Ok(Some(body)),
                Ok((StatusCode::NOT_FOUND, _)) => return Ok(None),
                Ok((status, _)) if is_about_the_key(status) && self.reload_key().await => unexpected(status),
                Ok((status, _)) if !is_transient(status) => return Err(AskError(unexpected(status))),
                Ok((status, _)) => unexpected(status),
                Err(error) => error,
            };
            if attempts == ASK_ATTEMPTS {
                return Err(AskError(error));
            }
            self.clock.sleep(Duration::from_millis(250 << attempts)).await;
        }
    }

    /// Returns the state of `call` if the attempt `wanted` made it, and `None` if another attempt did.
    async fn candidate(&self, call: &CallId, wanted: AttemptId) -> Result<Option<CallState>, AskError> {
        let body = self.ask(&["v1", "calls", call.as_str()], &[]).await?;
        let body = body.ok_or_else(|| AskError("Bland listed a call that it does not know".into()))?;
        if attempt(&body).map_err(unreadable)? != Some(wanted) {
            return Ok(None);
        }
        call_state(&body, self.clock.now()).map(Some).map_err(unreadable)
    }
}

#[async_trait]
impl Dialer for BlandDialer {
    fn provider(&self) -> Source {
        Source::Bland
    }

    async fn dial(&self, order: &DialOrder) -> Result<CallId, DialError> {
        let body = dial_body(order, &self.account);
        let key = self.key().await.map_err(DialError::Unreachable)?;
        let answer = self.http.post(&["v1", "calls"], &body, key, DIAL_TIMEOUT).await;
        let (status, headers, body) = answer.map_err(|error| {
            if error.is_connect() { DialError::Unreachable(error.into()) } else { DialError::Unknown(error.into()) }
        })?;
        match status.as_u16() {
            200..300 => {
                let body = body.map_err(DialError::Unknown)?;
                match dial_answer(&body) {
                    DialAnswer::Placed(call) => Ok(call),
                    DialAnswer::Refused(message) => Err(DialError::Refused(message)),
                    DialAnswer::Unclear => Err(DialError::Unknown("Bland's answer cannot be parsed".into())),
                }
            }
            blocked @ 401..=403 => {
                // A dial is never repeated. The reloaded key is for the next run, because this one stops.
                if is_about_the_key(status) {
                    self.reload_key().await;
                }
                Err(DialError::Blocked { status: blocked })
            }
            429 => Err(DialError::SlowDown { retry_after: retry_after(&headers) }),
            // A proxy may answer 408 after it has forwarded the request, so after a 408 the phone may ring.
            400..500 if status != StatusCode::REQUEST_TIMEOUT => Err(DialError::Refused(refusal(status, body.ok()))),
            _ => Err(DialError::Unknown(unexpected(status))),
        }
    }

    async fn call(&self, call: &CallId) -> Result<CallState, AskError> {
        match self.ask(&["v1", "calls", call.as_str()], &[]).await? {
            Some(body) => call_state(&body, self.clock.now()).map_err(unreadable),
            None => Ok(CallState::Absent),
        }
    }

    /// Reads the calls in Bland's list one by one until one belongs to the attempt, because the list has no metadata.
    async fn find(&self, attempt: AttemptId, phone: &Phone, since: DateTime<Utc>) -> Result<CallState, AskError> {
        let start = (since - LIST_MARGIN).format("%Y-%m-%d").to_string();
        let limit = LIST_LIMIT.to_string();
        let query = [("to_number", phone.as_str()), ("start_date", &start), ("limit", &limit)];
        let body = self.ask(&["v1", "calls"], &query).await?;
        let body = body.ok_or_else(|| AskError("Bland answered 404 for the list of calls".into()))?;
        let list = call_list(&body).map_err(unreadable)?;
        let mut failed = None;
        for call in &list.ids {
            match self.candidate(call, attempt).await {
                Ok(Some(state)) => return Ok(state),
                Ok(None) => {}
                Err(error) => failed = Some(error),
            }
        }
        let listed = list.ids.len();
        let is_whole =
            list.total.map_or(listed < LIST_LIMIT, |total| u64::try_from(listed).is_ok_and(|listed| listed >= total));
        match failed {
            Some(error) => Err(error),
            None if is_whole => Ok(CallState::Absent),
            None => Err(AskError("Bland has more calls to the number than one page lists".into())),
        }
    }
}

/// Returns whether Bland rejected the API key.
fn is_about_the_key(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

/// Returns whether a retry may get another answer.
fn is_transient(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
}

fn unexpected(status: StatusCode) -> BoxError {
    format!("Bland answered HTTP {}", status.as_u16()).into()
}

fn unreadable(error: impl Into<BoxError>) -> AskError {
    AskError(error.into())
}

fn refusal(status: StatusCode, body: Option<Vec<u8>>) -> String {
    match body.as_deref().map(dial_answer) {
        Some(DialAnswer::Refused(message)) if !message.is_empty() => message,
        _ => format!("HTTP {}", status.as_u16()),
    }
}

/// Reads `Retry-After`: seconds, or a date.
///
/// A date is compared with the answer's own `Date`, because both come from the same clock and ours may differ.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let wanted = text(RETRY_AFTER)?;
    if let Ok(seconds) = wanted.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| DateTime::parse_from_rfc2822(text).ok();
    let wait = date(wanted)? - date(text(DATE)?)?;
    Some(wait.to_std().unwrap_or_default())
}
