//! The shape of version 1. A new field is a new version: an older program must not drop it unseen.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

type Time = DateTime<Utc>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredLine {
    pub(super) v: u64,
    pub(super) hold: Option<StoredHold>,
    pub(super) inbox: Vec<StoredWaiting>,
    pub(super) calls: Vec<StoredCall>,
    pub(super) suppressed: Option<StoredSuppression>,
    pub(super) homes: Vec<StoredHome>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredHome {
    pub(super) month: String,
    pub(super) lead: String,
    pub(super) phone: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredHold {
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
#[serde(deny_unknown_fields)]
pub(super) struct StoredWaiting {
    pub(super) arrival: StoredArrival,
    pub(super) since: Time,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum StoredArrival {
    Result(StoredResult),
    NewLead { lead: String, phone: String, profile: StoredProfile },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum StoredCallback {
    At(Time),
    Local(NaiveDateTime),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredProfile {
    pub(super) list_id: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) state: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredCall {
    pub(super) at: Time,
    pub(super) attempt: Option<String>,
    pub(super) call: Option<String>,
    pub(super) settled: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredSuppression {
    pub(super) reason: String,
    pub(super) source: String,
    pub(super) at: Time,
}
