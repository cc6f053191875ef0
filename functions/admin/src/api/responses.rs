//! The error responses that routes share, for the OpenAPI document.
#![expect(dead_code, reason = "only their description is used")]

use super::error_answer::ErrorAnswer;
use utoipa::IntoResponses;

/// Of a route that changes nothing.
#[derive(IntoResponses)]
pub(crate) enum ReadErrors {
    /// Invalid parameter. `field` names it.
    #[response(status = 400)]
    Invalid(ErrorAnswer),
    /// Missing or invalid API key.
    #[response(status = 401)]
    NoKey(ErrorAnswer),
    /// Too many requests. Retry after `Retry-After` seconds.
    #[response(status = 429)]
    TooMany(ErrorAnswer),
    /// Storage is unavailable. Retry after `Retry-After` seconds. Without this header, stored data is unreadable.
    #[response(status = 503)]
    Unavailable(ErrorAnswer),
}

/// Of a route that changes something.
#[derive(IntoResponses)]
pub(crate) enum WriteErrors {
    /// Invalid parameter or value. `field` names it.
    #[response(status = 400)]
    Invalid(ErrorAnswer),
    /// Missing or invalid API key.
    #[response(status = 401)]
    NoKey(ErrorAnswer),
    /// The key has only the role `read`.
    #[response(status = 403)]
    ReadOnlyKey(ErrorAnswer),
    /// Concurrent change: retry the request. With `field`, what was asked for is not allowed.
    #[response(status = 409)]
    Contended(ErrorAnswer),
    /// Too many requests. Retry after `Retry-After` seconds.
    #[response(status = 429)]
    TooMany(ErrorAnswer),
    /// Storage is unavailable. Retry after `Retry-After` seconds. Without this header, stored data is unreadable.
    #[response(status = 503)]
    Unavailable(ErrorAnswer),
}

/// Of a route that takes a JSON body.
#[derive(IntoResponses)]
pub(crate) enum BodyErrors {
    /// The body is larger than 64 KB.
    #[response(status = 413)]
    TooLarge(ErrorAnswer),
    /// The body is not JSON.
    #[response(status = 415)]
    NotJson(ErrorAnswer),
}
