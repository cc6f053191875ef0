//! Failed requests as answers. An answer never shows a cause. Causes are for the log.

use crate::api::{ErrorAnswer, Invalid};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use redial_domain::settings::SettingError;
use redial_queue::ports::{BoxError, StoreError, error_chain};
use redial_queue::usecase::admin::{NotConfigured, UpdateError};

/// Seconds after which a caller should retry.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// Seconds after which runs have probably divided a month.
const RETRY_AFTER_DIVISION: HeaderValue = HeaderValue::from_static("300");

#[derive(Debug)]
pub(crate) enum Failure {
    Invalid(Invalid),
    Settings(Vec<SettingError>),
    NoKey,
    ReadOnlyKey,
    UnknownPath,
    WrongMethod,
    UnknownItem(&'static str),
    Contended,
    AnotherKey,
    Outdated(String),
    Stale,
    TooLarge,
    NotJson,
    PayloadTooLarge,
    /// The list is to be uploaded below this prefix.
    ListTooLarge(&'static str),
    /// The number of a lead must not be called, for this reason.
    Refused(&'static str),
    NotAList,
    Missing(&'static str),
    Undivided,
    UnreadableObject {
        key: String,
        cause: BoxError,
    },
    Store(StoreError),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let error = |text: &str| ErrorAnswer::new(text);
        let (status, answer) = match self {
            Self::Invalid(invalid) => (StatusCode::BAD_REQUEST, invalid.into()),
            Self::Settings(errors) => (StatusCode::BAD_REQUEST, errors.as_slice().into()),
            Self::NoKey => (
                StatusCode::UNAUTHORIZED,
                error("missing or invalid API key; send a valid key in the header X-API-Key"),
            ),
            Self::ReadOnlyKey => {
                (StatusCode::FORBIDDEN, error("this key may only read; send a key with the role admin"))
            }
            Self::UnknownPath => {
                (StatusCode::NOT_FOUND, error("unknown path; GET /api/admin/redial-queue/openapi.json lists all paths"))
            }
            Self::WrongMethod => (
                StatusCode::METHOD_NOT_ALLOWED,
                error("wrong method for this path; the header Allow lists the allowed methods"),
            ),
            Self::UnknownItem(text) => (StatusCode::NOT_FOUND, error(text)),
            Self::Contended => (StatusCode::CONFLICT, error("concurrent change; retry the request")),
            Self::AnotherKey => {
                (StatusCode::FORBIDDEN, error("another key asked for this preview; ask for one with your own key"))
            }
            Self::Outdated(text) => (StatusCode::CONFLICT, error(&text)),
            Self::Stale => (
                StatusCode::PRECONDITION_FAILED,
                ErrorAnswer::field("If-Match", "the settings have changed since they were read; read them again"),
            ),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, error("the body is too large; send at most 64 KB")),
            Self::NotJson => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ErrorAnswer::field(
                    "Content-Type",
                    "the body is not JSON; send JSON with Content-Type: application/json",
                ),
            ),
            Self::PayloadTooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                ErrorAnswer::field(
                    "body",
                    "the payload is larger than 1 MB; leave out what does not decide, such as variables",
                ),
            ),
            Self::ListTooLarge(place) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                error(&format!("the list is larger than 6 MB; upload it to {place} in the bucket")),
            ),
            Self::Refused(reason) => (StatusCode::CONFLICT, ErrorAnswer::field("phone_number", reason)),
            Self::NotAList => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ErrorAnswer::field(
                    "Content-Type",
                    "the body is not a list; send CSV with Content-Type: text/csv, or JSON lines with application/jsonl",
                ),
            ),
            Self::Missing(what) => (StatusCode::NOT_FOUND, error(what)),
            Self::Undivided => return undivided(),
            Self::UnreadableObject { key, cause } => {
                tracing::error!(key, error = error_chain(&*cause), "request failed");
                let said = format!("{key} cannot be read; restore it as RUNBOOK.md says, then send the request again");
                (StatusCode::SERVICE_UNAVAILABLE, error(&said))
            }
            Self::Store(cause) => return unavailable(&cause),
        };
        (status, Json(answer)).into_response()
    }
}

fn unavailable(cause: &StoreError) -> Response {
    tracing::error!(error = error_chain(cause), "request failed");
    let status = StatusCode::SERVICE_UNAVAILABLE;
    match cause {
        StoreError::Unavailable(_) => {
            let answer = ErrorAnswer::new("storage is temporarily unavailable; retry");
            (status, [(header::RETRY_AFTER, RETRY_AFTER)], Json(answer)).into_response()
        }
        StoreError::TooLarge(_) => undivided(),
        StoreError::Unusable(_) => {
            let answer =
                ErrorAnswer::new("stored data is unreadable or storage rejected the request; see the function's log");
            (status, Json(answer)).into_response()
        }
    }
}

fn undivided() -> Response {
    let answer = ErrorAnswer::new("the month is being divided by runs; try again in some minutes");
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, RETRY_AFTER_DIVISION)], Json(answer)).into_response()
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<UpdateError> for Failure {
    fn from(error: UpdateError) -> Self {
        match error {
            UpdateError::Store(error) => Self::Store(error),
            UpdateError::Contended(_) => Self::Contended,
        }
    }
}

impl From<NotConfigured> for Failure {
    fn from(error: NotConfigured) -> Self {
        match error {
            NotConfigured::Wrong(errors) => Self::Settings(errors),
            NotConfigured::Stale => Self::Stale,
            NotConfigured::NotStored(error) => error.into(),
        }
    }
}
