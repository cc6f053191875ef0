//! What can go wrong with a request.

use super::Api;
use crate::hang_up::hang_up;
use axum::response::Response;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It is passed on a second later.
    Late,
    /// It is refused for now, and was not carried out.
    Refused,
    /// It was carried out; the answer says that it was refused for now.
    CarriedOutAndRefused,
    /// The connection ends without an answer; it was not carried out.
    Reset,
    /// The connection ends without an answer; it was carried out.
    CarriedOutAndReset,
    /// Too many of its kind; it was not carried out.
    Throttled,
    /// A conditional write is told that the condition does not hold, and was not carried out.
    ConditionFailed,
    /// As [`Fault::ConditionFailed`], in the other words that the service has for it.
    OtherConditionFailed,
}

impl Fault {
    /// The answer to a request that is not passed on.
    pub(super) fn instead(self, api: Api) -> Option<Response> {
        match self {
            Self::Late | Self::CarriedOutAndRefused | Self::CarriedOutAndReset => None,
            Self::Refused => Some(api.unavailable()),
            Self::Reset => Some(hang_up()),
            Self::Throttled => Some(api.throttled()),
            Self::ConditionFailed => Some(api.condition_failed()),
            Self::OtherConditionFailed => Some(api.condition_failed_in_other_words()),
        }
    }

    /// The answer to a request that was carried out, in place of the true one.
    pub(super) fn afterwards(self, api: Api) -> Option<Response> {
        match self {
            Self::CarriedOutAndRefused => Some(api.unavailable()),
            Self::CarriedOutAndReset => Some(hang_up()),
            Self::Late
            | Self::Refused
            | Self::Reset
            | Self::Throttled
            | Self::ConditionFailed
            | Self::OtherConditionFailed => None,
        }
    }
}
