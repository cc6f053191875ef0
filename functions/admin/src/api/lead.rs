//! `GET /lead/{lead_id}`

mod timeline;

use super::command_answer::CommandAnswer;
use super::explain::ExplainAnswer;
use super::lead_parameters::{LeadPath, LeadQuery, NamedLead};
use super::line_json::LineJson;
use super::responses::ReadErrors;
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::State;
use redial_queue::usecase::admin::Explanation;
use serde::Serialize;
use std::sync::Arc;
use timeline::{EventJson, timeline};
use utoipa::ToSchema;

/// Everything about a lead
///
/// The record, its history as a timeline, the line of its number, every gate, and the next dial. `success` is false if the lead
/// is not in the queue.
#[utoipa::path(
    get,
    path = "/lead/{lead_id}",
    tag = "leads",
    params(LeadPath, LeadQuery),
    responses((status = 200, description = "The lead, or why there is none.", body = LeadReply), ReadErrors)
)]
pub(crate) async fn lead(State(api): State<Arc<Api>>, lead: NamedLead) -> Result<Json<LeadReply>, Failure> {
    for id in &lead.ids {
        if let Some(found) = api.admin.explain(id, &lead.phone).await? {
            return Ok(Json(LeadReply::Known(Box::new(LeadAnswer::new(&found)))));
        }
    }
    Ok(Json(LeadReply::Unknown(CommandAnswer::unknown_lead())))
}

/// A lead, or the answer for an unknown one.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum LeadReply {
    /// The lead.
    Known(Box<LeadAnswer>),
    /// The lead has no record.
    Unknown(CommandAnswer),
}

/// Everything about a lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LeadAnswer {
    /// The verdict and the record, as `explain` has them.
    #[serde(flatten)]
    explanation: ExplainAnswer,
    /// The line of the number. All leads with this number share it.
    line: LineJson,
    /// What happened to the lead, oldest first. A record keeps the last 50 calls.
    timeline: Vec<EventJson>,
}

impl LeadAnswer {
    pub(super) fn new(found: &Explanation) -> Self {
        Self {
            explanation: ExplainAnswer::new(found),
            line: LineJson::new(&found.lead.phone, &found.line, found.at),
            timeline: timeline(&found.lead, &found.line),
        }
    }
}
