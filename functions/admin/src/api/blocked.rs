//! `GET /blocked`

use super::iso::iso;
use super::query::reject_parameters;
use super::responses::ReadErrors;
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::{RawQuery, State};
use chrono::{DateTime, Utc};
use redial_queue::usecase::admin::{Blocked, BlockedBy, Example};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// What holds leads back
///
/// How many leads each gate holds back now, with examples. Use `explain` for all gates of one lead. Reads every record, which
/// takes some seconds at 100,000 leads.
#[utoipa::path(
    get,
    path = "/blocked",
    tag = "queue",
    responses((status = 200, description = "Counts by gate.", body = BlockedAnswer), ReadErrors)
)]
pub(crate) async fn blocked(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<BlockedAnswer>, Failure> {
    reject_parameters(query.as_deref())?;
    Ok(Json(BlockedAnswer::new(&api.admin.blocked().await?)))
}

/// What holds leads back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BlockedAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which this was true.
    timestamp: DateTime<Utc>,
    /// Leads that are `pending`, `rescheduled` or `paused`. Only these are counted at gates.
    waiting: usize,
    /// Leads with every gate open. A run dials them now.
    ready_to_dial: usize,
    /// Leads that are finished: every other status.
    finished: usize,
    /// Leads that wait because an older month cannot be read, and may have a record of them.
    beside_unreadable_month: usize,
    /// Records that cannot be understood. They are not dialed.
    unreadable_records: u32,
    /// Objects that cannot be read, or that runs are dividing. Their leads are not counted and not dialed.
    unread_objects: usize,
    /// Every gate, in the order in which they are asked.
    gates: Vec<BlockedByJson>,
}

/// Leads that one gate holds back.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct BlockedByJson {
    /// Name of the gate.
    #[schema(example = "calling_hours")]
    gate: &'static str,
    /// Leads whose first closed gate this is. The sum over all gates, `ready_to_dial` and `beside_unreadable_month` is `waiting`.
    first: usize,
    /// Leads for which it is closed, whatever other gates say. From `not_suppressed` on only leads with every earlier gate open, or closed for all leads, are asked.
    at_all: usize,
    /// Time at which it opens for the first of the leads counted in `first`. `null` if time alone opens it for none of them.
    next_opens_at: Option<DateTime<Utc>>,
    /// At most three of the leads counted in `first`, in the order of dialing.
    examples: Vec<ExampleJson>,
}

/// Lead that a gate holds back.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExampleJson {
    /// The call center's lead id.
    #[schema(example = "123456")]
    lead_id: String,
    /// Phone number, in E.164.
    #[schema(example = "+15555550123")]
    phone_number: String,
    /// Month of the record.
    #[schema(example = "2024-12")]
    month: String,
    /// Time at which the gate opens for it. `null` if time alone does not open it.
    opens_at: Option<DateTime<Utc>>,
}

impl BlockedAnswer {
    fn new(blocked: &Blocked) -> Self {
        Self {
            success: true,
            timestamp: iso(blocked.at),
            waiting: blocked.waiting,
            ready_to_dial: blocked.ready,
            finished: blocked.finished,
            beside_unreadable_month: blocked.beside_unreadable,
            unreadable_records: blocked.unreadable_records,
            unread_objects: blocked.unread_objects,
            gates: blocked.gates.iter().map(BlockedByJson::new).collect(),
        }
    }
}

impl BlockedByJson {
    fn new(by: &BlockedBy) -> Self {
        Self {
            gate: by.name.as_str(),
            first: by.first,
            at_all: by.at_all,
            next_opens_at: by.next_opens.map(iso),
            examples: by.examples.iter().map(ExampleJson::new).collect(),
        }
    }
}

impl ExampleJson {
    fn new(example: &Example) -> Self {
        let Example { location, opens } = example;
        Self {
            lead_id: location.id.as_str().to_owned(),
            phone_number: location.phone.as_str().to_owned(),
            month: location.month.to_string(),
            opens_at: opens.map(iso),
        }
    }
}
