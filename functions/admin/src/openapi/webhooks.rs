//! The paths of the webhook function, for the description only.
#![expect(dead_code, reason = "only their description is used")]

use crate::json::{ErrorAnswer, WebhookAnswer};

/// What Bland posts when a call has ended
///
/// Verified on the raw bytes. A result is stored before the answer is 2xx; one that comes again changes nothing.
#[utoipa::path(
    post,
    path = "/webhooks/bland-callback",
    tag = "webhooks",
    security(("signature" = [])),
    request_body(content = serde_json::Value, description = "The call, as Bland describes it"),
    responses(
        (status = 200, description = "Stored, known already, or not the result of a call", body = WebhookAnswer),
        (status = 202, description = "Ignored: no lead or number to attach it to", body = WebhookAnswer),
        (status = 400, description = "It cannot be read", body = ErrorAnswer),
        (status = 401, description = "The signature is missing or wrong", body = ErrorAnswer),
        (status = 503, description = "It could not be verified or stored; see Retry-After", body = ErrorAnswer),
    )
)]
pub(crate) fn bland() {}

/// What Convoso posts: a new lead, or the disposition of a call
///
/// Fields may also come as a form. A result is stored before the answer is 2xx; one that comes again changes nothing.
#[utoipa::path(
    post,
    path = "/webhooks/convoso",
    tag = "webhooks",
    security(("secret" = [])),
    request_body(content = serde_json::Value, description = "The lead, as the account has configured it"),
    responses(
        (status = 200, description = "Stored, known already, or not the result of a call", body = WebhookAnswer),
        (status = 202, description = "Ignored: no lead or number to attach it to", body = WebhookAnswer),
        (status = 400, description = "It cannot be read", body = ErrorAnswer),
        (status = 401, description = "The secret is missing or wrong", body = ErrorAnswer),
        (status = 503, description = "It could not be verified or stored; see Retry-After", body = ErrorAnswer),
    )
)]
pub(crate) fn convoso() {}

/// As /webhooks/convoso, for a sender that can set no header
#[utoipa::path(
    post,
    path = "/webhooks/convoso/{token}",
    tag = "webhooks",
    security(()),
    params(("token" = String, Path, description = "The secret of the webhook")),
    request_body(content = serde_json::Value, description = "The lead, as the account has configured it"),
    responses(
        (status = 200, description = "Stored, known already, or not the result of a call", body = WebhookAnswer),
        (status = 202, description = "Ignored: no lead or number to attach it to", body = WebhookAnswer),
        (status = 400, description = "It cannot be read", body = ErrorAnswer),
        (status = 401, description = "The secret is missing or wrong", body = ErrorAnswer),
        (status = 503, description = "It could not be verified or stored; see Retry-After", body = ErrorAnswer),
    )
)]
pub(crate) fn convoso_with_token() {}
