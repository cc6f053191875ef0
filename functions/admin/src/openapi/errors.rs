//! The errors that every path shares.
#![expect(dead_code, reason = "only their description is used")]

use crate::json::ErrorAnswer;
use utoipa::IntoResponses;

/// Of a request that changes nothing.
#[derive(IntoResponses)]
pub(crate) enum ReadErrors {
    /// A parameter is wrong; `field` names it
    #[response(status = 400)]
    Invalid(ErrorAnswer),
    /// No valid key
    #[response(status = 401)]
    NoKey(ErrorAnswer),
    /// Too many requests; see Retry-After
    #[response(status = 429)]
    TooMany(ErrorAnswer),
    /// A store gives no answer; see Retry-After
    #[response(status = 503)]
    Unavailable(ErrorAnswer),
}

/// Of a request that changes something.
#[derive(IntoResponses)]
pub(crate) enum WriteErrors {
    /// A parameter or value is wrong; `field` names it
    #[response(status = 400)]
    Invalid(ErrorAnswer),
    /// No valid key
    #[response(status = 401)]
    NoKey(ErrorAnswer),
    /// The key may only read
    #[response(status = 403)]
    ReadOnlyKey(ErrorAnswer),
    /// Others changed the same at the same time; send it again
    #[response(status = 409)]
    Contended(ErrorAnswer),
    /// Too many requests; see Retry-After
    #[response(status = 429)]
    TooMany(ErrorAnswer),
    /// A store gives no answer; see Retry-After
    #[response(status = 503)]
    Unavailable(ErrorAnswer),
}

/// Of a request with a body.
#[derive(IntoResponses)]
pub(crate) enum SettingErrors {
    /// The settings were changed meanwhile
    #[response(status = 412)]
    Stale(ErrorAnswer),
    /// More than 64 KB
    #[response(status = 413)]
    TooLarge(ErrorAnswer),
    /// Not JSON
    #[response(status = 415)]
    NotJson(ErrorAnswer),
}
