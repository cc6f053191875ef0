//! The services: what a request is, what can befall it, and the words in which each service says so.

use super::Fault;
use super::chance::Odds;
use axum::Json;
use axum::http::header::{CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH, RETRY_AFTER};
use axum::http::{Method, StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Api {
    /// S3: everything but a conditional put. May be asked twice.
    S3,
    /// S3: a conditional put.
    S3Put,
    /// `DynamoDB`: everything but a put. May be asked twice.
    DynamoDb,
    /// `DynamoDB`: a put. All of ours are conditional.
    DynamoDbPut,
    /// Bland: a question.
    Bland,
    /// Bland: a request for a call.
    BlandDial,
}

impl Api {
    /// What a request to AWS is. Both services may be behind one address.
    #[must_use]
    pub fn of_aws(request: &Parts) -> Self {
        let target = request.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
        let is_conditional = [IF_MATCH, IF_NONE_MATCH].iter().any(|name| request.headers.contains_key(name));
        match target {
            Some(target) if target.ends_with(".PutItem") => Self::DynamoDbPut,
            Some(_) => Self::DynamoDb,
            None if request.method == Method::PUT && is_conditional => Self::S3Put,
            None => Self::S3,
        }
    }

    /// What a request to Bland is.
    #[must_use]
    pub fn of_bland(request: &Parts) -> Self {
        if request.method == Method::POST { Self::BlandDial } else { Self::Bland }
    }

    pub(super) fn odds(self) -> Odds {
        match self {
            Self::S3 => {
                &[(100, Fault::Refused), (10, Fault::Reset), (10, Fault::CarriedOutAndReset), (10, Fault::Late)]
            }
            Self::S3Put => &[
                (50, Fault::Refused),
                (50, Fault::CarriedOutAndRefused),
                (200, Fault::ConditionFailed),
                (50, Fault::OtherConditionFailed),
                (10, Fault::Reset),
                (10, Fault::CarriedOutAndReset),
                (10, Fault::Late),
            ],
            Self::DynamoDb => &[
                (50, Fault::Throttled),
                (50, Fault::Refused),
                (10, Fault::Reset),
                (10, Fault::CarriedOutAndReset),
                (10, Fault::Late),
            ],
            Self::DynamoDbPut => &[
                (50, Fault::Throttled),
                (25, Fault::Refused),
                (25, Fault::CarriedOutAndRefused),
                (125, Fault::ConditionFailed),
                (125, Fault::OtherConditionFailed),
                (10, Fault::Reset),
                (10, Fault::CarriedOutAndReset),
                (10, Fault::Late),
            ],
            Self::Bland => &[(100, Fault::Refused), (20, Fault::Reset), (10, Fault::Late)],
            Self::BlandDial => &[
                (30, Fault::Throttled),
                (40, Fault::Refused),
                (40, Fault::CarriedOutAndRefused),
                (10, Fault::Reset),
                (10, Fault::CarriedOutAndReset),
                (10, Fault::Late),
            ],
        }
    }

    /// Later may work.
    pub(super) fn unavailable(self) -> Response {
        match self {
            Self::S3 | Self::S3Put => s3(StatusCode::SERVICE_UNAVAILABLE, "SlowDown"),
            Self::DynamoDb | Self::DynamoDbPut => {
                dynamodb(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", &Value::Null)
            }
            Self::Bland | Self::BlandDial => bland(StatusCode::SERVICE_UNAVAILABLE),
        }
    }

    pub(super) fn throttled(self) -> Response {
        match self {
            Self::S3 | Self::S3Put => s3(StatusCode::SERVICE_UNAVAILABLE, "SlowDown"),
            Self::DynamoDb | Self::DynamoDbPut => {
                dynamodb(StatusCode::BAD_REQUEST, "ThrottlingException", &Value::Null)
            }
            Self::Bland | Self::BlandDial => {
                ([(RETRY_AFTER, "1")], bland(StatusCode::TOO_MANY_REQUESTS)).into_response()
            }
        }
    }

    pub(super) fn condition_failed(self) -> Response {
        match self {
            Self::S3 | Self::S3Put => s3(StatusCode::PRECONDITION_FAILED, "PreconditionFailed"),
            Self::DynamoDb | Self::DynamoDbPut => condition_check_failed(&Value::Null),
            Self::Bland | Self::BlandDial => unreachable!("Bland knows no conditions"),
        }
    }

    /// S3 has two words for it, and `DynamoDB` tells what is there, or not.
    pub(super) fn condition_failed_in_other_words(self) -> Response {
        match self {
            Self::S3 | Self::S3Put => s3(StatusCode::CONFLICT, "ConditionalRequestConflict"),
            Self::DynamoDb | Self::DynamoDbPut => {
                condition_check_failed(&json!({"version": {"S": "of another writer"}}))
            }
            Self::Bland | Self::BlandDial => unreachable!("Bland knows no conditions"),
        }
    }

    /// Whether the service itself has said that a condition does not hold.
    pub(super) fn is_conflict(self, status: StatusCode, body: &[u8]) -> bool {
        match self {
            Self::S3Put => matches!(status, StatusCode::PRECONDITION_FAILED | StatusCode::CONFLICT),
            Self::DynamoDbPut => {
                status == StatusCode::BAD_REQUEST && String::from_utf8_lossy(body).contains(CONDITION_CHECK_FAILED)
            }
            Self::S3 | Self::DynamoDb | Self::Bland | Self::BlandDial => false,
        }
    }
}

const CONDITION_CHECK_FAILED: &str = "ConditionalCheckFailedException";

fn condition_check_failed(item: &Value) -> Response {
    dynamodb(StatusCode::BAD_REQUEST, CONDITION_CHECK_FAILED, item)
}

fn s3(status: StatusCode, code: &str) -> Response {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>A fault.</Message></Error>");
    (status, [(CONTENT_TYPE, "application/xml")], body).into_response()
}

fn dynamodb(status: StatusCode, code: &str, item: &Value) -> Response {
    let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
    let body = json!({"__type": kind, "message": "A fault.", "Item": item});
    (status, [(CONTENT_TYPE, "application/x-amz-json-1.0")], body.to_string()).into_response()
}

fn bland(status: StatusCode) -> Response {
    (status, Json(json!({"status": "error", "message": "A fault."}))).into_response()
}
