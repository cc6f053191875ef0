//! What the queue asks a provider, and what the provider knows.

use super::{AttemptId, CallId, LeadRef, Profile, Report};
use chrono_tz::Tz;

/// One request for a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialOrder {
    /// Travels in the call's metadata and comes back with its result.
    pub attempt: AttemptId,
    /// The record from which it is dialed: lead id, number and month.
    pub lead: LeadRef,
    /// Names, list and state, for the agent to speak.
    pub profile: Profile,
    /// The time zone of the person's state, or of the contiguous US if the state is unknown.
    pub zone: Tz,
    /// Minutes after which the provider ends the call.
    pub max_minutes: u32,
}

#[derive(Debug, Clone, PartialEq)]
/// What the provider knows about a call.
pub enum CallState {
    /// It does not know the call.
    Absent,
    /// It is not over.
    InProgress(CallId),
    /// It is over.
    Finished(Box<Report>),
}
