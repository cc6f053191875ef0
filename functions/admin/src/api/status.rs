//! `GET /status`

use super::iso::iso;
use super::query::reject_parameters;
use super::responses::ReadErrors;
use super::status_json::StatusJson;
use crate::Api;
use crate::auth::Owner;
use crate::failure::Failure;
use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use redial_domain::Status;
use redial_providers::api_key::Role;
use redial_queue::usecase::admin::{Large, Overview};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// Status of the queue
#[utoipa::path(
    get,
    path = "/status",
    tag = "queue",
    responses((status = 200, description = "Status and counts.", body = StatusAnswer), ReadErrors)
)]
pub(crate) async fn status(
    State(api): State<Arc<Api>>,
    Extension(owner): Extension<Owner>,
    RawQuery(query): RawQuery,
) -> Result<Json<StatusAnswer>, Failure> {
    reject_parameters(query.as_deref())?;
    let overview = api.admin.overview().await?;
    Ok(Json(StatusAnswer {
        success: true,
        timestamp: iso(overview.state.at),
        operator: owner.into(),
        status: StatusJson::new(&overview.state),
        stats: StatsJson::new(&overview),
    }))
}

/// Status of the queue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct StatusAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which this was read.
    timestamp: DateTime<Utc>,
    /// Owner of the key of this request.
    operator: OperatorJson,
    /// Switches, limits and the state of runs.
    status: StatusJson,
    /// Counts over the records of all open months.
    stats: StatsJson,
}

/// Owner of a key.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct OperatorJson {
    /// Name of the key.
    #[schema(example = "ops")]
    name: String,
    /// Requests that the key allows.
    access: KeyAccess,
}

/// Requests that a key allows: `read` reads, and `admin` also changes.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum KeyAccess {
    Read,
    Admin,
}

impl From<Owner> for OperatorJson {
    fn from(owner: Owner) -> Self {
        let access = match owner.role {
            Role::Read => KeyAccess::Read,
            Role::Admin => KeyAccess::Admin,
        };
        Self { name: owner.key, access }
    }
}

/// Counts over the records of all open months.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StatsJson {
    /// Whether the queue is enabled.
    enabled: bool,
    /// Number of records.
    total_records: usize,
    /// Records that wait for their next attempt.
    pending: usize,
    /// Records that wait for a requested callback.
    rescheduled: usize,
    /// Records that are done: a success, or a number that must not be called.
    completed: usize,
    /// Records that have used all attempts.
    max_attempts: usize,
    /// Records paused by an operator.
    paused: usize,
    /// Leads with every gate open.
    ready_to_dial: usize,
    /// Leads that are due and wait for a consent or a decision, by the id of the rule. Empty unless `calling_rules` is `full`.
    #[schema(example = json!({"US-consent": 120, "CA-automated": 7}))]
    waiting_for_consent: BTreeMap<String, usize>,
    /// Month of a record created now.
    #[schema(example = "2024-12")]
    current_month: String,
    /// Unreadable stored objects. Their leads are not dialed.
    unreadable_objects: usize,
    /// Large objects that runs are dividing. Their leads are not counted, and no lead is dialed before it is done.
    dividing: Vec<DividingJson>,
    /// Unreadable records, included in `total_records`. They are kept and not dialed.
    unreadable_records: u32,
}

/// Progress of the division of a large object, such as an uploaded month.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct DividingJson {
    /// Month of the object.
    #[schema(example = "2024-12")]
    month: String,
    /// Key of the object in the bucket.
    #[schema(example = "redial-queue/redial-queue_2024-12.json")]
    key: String,
    /// Length of the object in bytes.
    bytes: u64,
    /// Number of its parts that are written.
    parts_written: usize,
    /// Number of its parts, `null` until a run has begun.
    parts: Option<u32>,
}

impl DividingJson {
    fn new(large: &Large) -> Self {
        Self {
            month: large.month().to_string(),
            key: large.key().to_owned(),
            bytes: large.bytes,
            parts_written: large.written.map_or(0, |(written, _)| written),
            parts: large.written.map(|(_, parts)| parts),
        }
    }
}

impl StatsJson {
    fn new(overview: &Overview) -> Self {
        let count = |status| overview.by_status.get(&status).copied().unwrap_or_default();
        Self {
            enabled: overview.state.loaded.policy.enabled,
            total_records: overview.total,
            pending: count(Status::Pending),
            rescheduled: count(Status::Rescheduled),
            completed: count(Status::Completed),
            max_attempts: count(Status::MaxAttempts),
            paused: count(Status::Paused),
            ready_to_dial: overview.ready,
            waiting_for_consent: overview
                .not_permitted
                .iter()
                .map(|(rule, count)| (rule.to_string(), *count))
                .collect(),
            current_month: overview.current_month.to_string(),
            unreadable_objects: overview.unreadable_objects,
            dividing: overview.large.iter().map(DividingJson::new).collect(),
            unreadable_records: overview.unreadable_records,
        }
    }
}
