//! The paths of the webhook function, for the document only.
#![expect(dead_code, reason = "only their description is used")]

use crate::api::ErrorAnswer;
use serde::Serialize;
use utoipa::{IntoParams, IntoResponses, ToSchema};

/// Receive the end of a call from Bland
///
/// The signature covers the raw bytes of the body. A result is durable before the answer is 2xx. A repeated result changes
/// nothing.
#[utoipa::path(
    post,
    path = "/webhooks/bland-callback",
    tag = "webhooks",
    security(("signature" = [])),
    request_body(content = serde_json::Map<String, serde_json::Value>, description = "The call as Bland describes it."),
    responses(WebhookResponses)
)]
pub(crate) fn bland() {}

/// Receive a new lead or the disposition of a call from Convoso
///
/// The body may also be a form. A result is durable before the answer is 2xx. A repeated result changes nothing.
#[utoipa::path(
    post,
    path = "/webhooks/convoso",
    tag = "webhooks",
    security(("secret" = [])),
    request_body(
        description = "The fields that the Convoso account sends.",
        content((serde_json::Map<String, serde_json::Value> = "application/json"), (String = "application/x-www-form-urlencoded"))
    ),
    responses(WebhookResponses)
)]
pub(crate) fn convoso() {}

/// Receive a lead or disposition from a sender that cannot set headers
///
/// The same as `/webhooks/convoso`, with the secret in the path.
#[utoipa::path(
    post,
    path = "/webhooks/convoso/{token}",
    tag = "webhooks",
    security(()),
    params(TokenPath),
    request_body(
        description = "The fields that the Convoso account sends.",
        content((serde_json::Map<String, serde_json::Value> = "application/json"), (String = "application/x-www-form-urlencoded"))
    ),
    responses(WebhookResponses)
)]
pub(crate) fn convoso_with_token() {}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
struct TokenPath {
    /// The webhook secret.
    token: String,
}

#[derive(IntoResponses)]
enum WebhookResponses {
    /// Stored, already known, or not a call result.
    #[response(status = 200)]
    Accepted(WebhookAnswer),
    /// Ignored: it names no lead and no phone number.
    #[response(status = 202)]
    Ignored(WebhookAnswer),
    /// Unreadable body.
    #[response(status = 400)]
    Invalid(ErrorAnswer),
    /// Missing or wrong signature or secret.
    #[response(status = 401)]
    Refused(ErrorAnswer),
    /// The secret could not be read or the result could not be stored. Retry after `Retry-After` seconds.
    #[response(status = 503)]
    Unavailable(ErrorAnswer),
}

/// Result of a webhook.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WebhookAnswer {
    /// Always true: the sender need not retry.
    #[schema(example = true)]
    success: bool,
    /// `applied`, `repeat`, `stored` if the record is updated later, or `held` if the person is on a call with an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    result: Option<String>,
    /// Reason why nothing was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ignored: Option<String>,
}
