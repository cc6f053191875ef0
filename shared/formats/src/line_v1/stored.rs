//! The shape of version 1.
//!
//! A field that is new at the top of a line is kept by releases that do not know it. A field that is new in one of the other
//! objects is ignored by them, and is gone when they write the line. That is safe for two reasons: the release before the one
//! that writes a field reads it already, so only a release that was skipped loses it, and a field that must not be lost or
//! ignored raises `v`. A new variant of an arrival, and a new word for a source, make the line unreadable.
//! See *Version policy* in ARCHITECTURE.md.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

type Time = DateTime<Utc>;

/// The fields of [`StoredLine`]. A test compares them.
pub(super) const FIELDS: [&str; 12] = [
    "v",
    "hold",
    "agent_call",
    "more_agent_calls",
    "inbox",
    "calls",
    "suppressed",
    "allowed",
    "homes",
    "retiring",
    "transferred_at",
    "review",
];

#[derive(Serialize, Deserialize)]
pub(super) struct StoredLine {
    pub(super) v: u64,
    pub(super) hold: Option<StoredHold>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) agent_call: Option<StoredAgentCall>,
    /// Calls beside that one. Two fields, because earlier releases know one call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) more_agent_calls: Vec<StoredAgentCall>,
    pub(super) inbox: Vec<StoredWaiting>,
    pub(super) calls: Vec<StoredCall>,
    pub(super) suppressed: Option<StoredSuppression>,
    /// Written only if an operator has taken a suppression off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) allowed: Option<StoredAllowed>,
    /// The record locations. The name is older than the term.
    pub(super) homes: Vec<StoredHome>,
    /// Written only if it is true, so that other lines keep their bytes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) retiring: bool,
    /// Written only if there was a transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) transferred_at: Option<Time>,
    /// A possible do-not-call. Lines of earlier releases do not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) review: Option<StoredReview>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredReview {
    pub(super) call: String,
    pub(super) words: String,
    pub(super) since: Time,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredHome {
    pub(super) month: String,
    pub(super) lead: String,
    pub(super) phone: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredHold {
    /// Absent for Bland, which was the only provider when the format began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) provider: Option<String>,
    pub(super) attempt: String,
    pub(super) month: String,
    pub(super) lead: String,
    pub(super) phone: String,
    pub(super) since: Time,
    pub(super) until: Time,
    pub(super) call: Option<String>,
    pub(super) missing_since: Option<Time>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredAgentCall {
    pub(super) source: String,
    pub(super) call: Option<String>,
    pub(super) since: Time,
    pub(super) until: Time,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredWaiting {
    pub(super) arrival: StoredArrival,
    pub(super) since: Time,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum StoredArrival {
    Result(StoredResult),
    NewLead { lead: String, phone: String, profile: StoredProfile },
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredResult {
    pub(super) call: String,
    pub(super) attempt: Option<String>,
    pub(super) source: String,
    pub(super) lead: Option<String>,
    pub(super) phone: String,
    pub(super) month: Option<String>,
    pub(super) outcome: String,
    pub(super) rule: String,
    pub(super) callback: Option<StoredCallback>,
    pub(super) inbound: bool,
    pub(super) ended_at: Time,
    pub(super) profile: StoredProfile,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) possible_refusal: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum StoredCallback {
    At(Time),
    Local(NaiveDateTime),
    Unusable,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredProfile {
    pub(super) list_id: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) state: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) postal_code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) consent: Option<StoredConsent>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredConsent {
    pub(super) level: String,
    pub(super) at: Time,
    pub(super) source: String,
    pub(super) text_sha256: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredCall {
    pub(super) at: Time,
    pub(super) attempt: Option<String>,
    pub(super) call: Option<String>,
    /// The result is in a record. The name is older than the term.
    pub(super) settled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) told: Option<StoredTold>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredTold {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<String>,
    pub(super) at: Time,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredSuppression {
    pub(super) reason: String,
    pub(super) source: String,
    pub(super) at: Time,
    /// Empty in lines of earlier releases, and if no actor has a name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) by: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) note: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredAllowed {
    pub(super) at: Time,
    pub(super) by: String,
    pub(super) note: String,
    pub(super) reason: String,
}
