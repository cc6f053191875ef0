//! What came to nothing, as an answer. It never shows a cause: those are for the log.

use crate::json::{ErrorAnswer, Invalid};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use redial_domain::settings::SettingError;
use redial_queue::ports::{StoreError, error_chain};
use redial_queue::usecase::admin::{NotConfigured, UpdateError};

/// Seconds after which a store that gave no answer may give one.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

#[derive(Debug)]
pub(crate) enum Failure {
    Invalid(Invalid),
    Settings(Vec<SettingError>),
    NoKey,
    ReadOnlyKey,
    UnknownPath,
    WrongMethod,
    Contended,
    Stale,
    TooLarge,
    NotJson,
    Store(StoreError),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let error = ErrorAnswer::new;
        let (status, answer) = match self {
            Self::Invalid(invalid) => (StatusCode::BAD_REQUEST, invalid.into()),
            Self::Settings(errors) => (StatusCode::BAD_REQUEST, errors.as_slice().into()),
            Self::NoKey => (StatusCode::UNAUTHORIZED, error("a valid key is needed in the header X-API-Key")),
            Self::ReadOnlyKey => {
                (StatusCode::FORBIDDEN, error("this key may only read; a key with the role admin is needed"))
            }
            Self::UnknownPath => {
                (StatusCode::NOT_FOUND, error("no such path; GET /api/admin/redial-queue/openapi.json lists all"))
            }
            Self::WrongMethod => {
                (StatusCode::METHOD_NOT_ALLOWED, error("this path has other methods; see the header Allow"))
            }
            Self::Contended => {
                (StatusCode::CONFLICT, error("others changed the same at the same time; send the request again"))
            }
            Self::Stale => (
                StatusCode::PRECONDITION_FAILED,
                ErrorAnswer {
                    field: Some("If-Match".to_owned()),
                    ..error("the settings were changed meanwhile; read them again")
                },
            ),
            Self::TooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, error("the body is too large; at most 64 KB are allowed"))
            }
            Self::NotJson => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ErrorAnswer {
                    field: Some("Content-Type".to_owned()),
                    ..error("the body must be JSON; send Content-Type: application/json")
                },
            ),
            Self::Store(cause) => return unavailable(&cause),
        };
        (status, Json(answer)).into_response()
    }
}

fn unavailable(cause: &StoreError) -> Response {
    tracing::error!(error = error_chain(cause), "a request came to nothing");
    let status = StatusCode::SERVICE_UNAVAILABLE;
    match cause {
        StoreError::Unavailable(_) => {
            let answer = ErrorAnswer::new("a store gives no answer; try again");
            (status, [(header::RETRY_AFTER, RETRY_AFTER)], Json(answer)).into_response()
        }
        StoreError::Unusable(_) => {
            let answer = ErrorAnswer::new("what is stored cannot be read or the store refuses; the log says why");
            (status, Json(answer)).into_response()
        }
    }
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
