//! `GET /lead/{lead_id}/explain`

use super::command_answer::CommandAnswer;
use super::iso::iso;
use super::law_json::LawJson;
use super::lead_parameters::{LeadPath, LeadQuery, NamedLead};
use super::record_json::RecordJson;
use super::responses::ReadErrors;
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use redial_domain::verdict::{Gate, Opens, Shown};
use redial_queue::usecase::admin::Explanation;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Explain why a lead is or is not dialed
///
/// `success` is false if the lead is not in the queue.
#[utoipa::path(
    get,
    path = "/lead/{lead_id}/explain",
    tag = "leads",
    params(LeadPath, LeadQuery),
    responses((status = 200, description = "The verdict, or why there is none.", body = ExplainReply), ReadErrors)
)]
pub(crate) async fn explain(State(api): State<Arc<Api>>, lead: NamedLead) -> Result<Json<ExplainReply>, Failure> {
    for id in &lead.ids {
        if let Some(found) = api.admin.explain(id, &lead.phone).await? {
            return Ok(Json(ExplainReply::Known(Box::new(ExplainAnswer::new(&found)))));
        }
    }
    Ok(Json(ExplainReply::Unknown(CommandAnswer::unknown_lead())))
}

/// Verdict on a lead, or the answer for an unknown lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ExplainReply {
    /// Verdict.
    Known(Box<ExplainAnswer>),
    /// The lead has no record.
    Unknown(CommandAnswer),
}

/// Verdict on a lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ExplainAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which the gates were read.
    timestamp: DateTime<Utc>,
    /// Month of the record.
    #[schema(example = "2024-12")]
    month: String,
    /// Whether the lead may be dialed now.
    may_dial: bool,
    /// Next time at which the lead can be dialed if nothing else changes. `null` if time alone does not open every gate.
    next_dial_at: Option<DateTime<Utc>>,
    /// Whether the lead waits because an older month cannot be read, and may have a record of it. No gate shows this.
    waits_for_older_month: bool,
    /// All gates, in order.
    gates: Vec<GateJson>,
    /// What the calling rules say about a call now.
    calling_rules: LawJson,
    /// Record of the lead.
    record: RecordJson,
}

impl ExplainAnswer {
    pub(super) fn new(found: &Explanation) -> Self {
        let (month, may_dial) = (found.location.month, found.may_dial());
        Self {
            success: true,
            timestamp: iso(found.at),
            month: month.to_string(),
            may_dial,
            next_dial_at: found.next_dial.map(iso),
            waits_for_older_month: found.waits_for_older,
            gates: found.verdict.gates.iter().map(GateJson::from).collect(),
            calling_rules: LawJson::new(&found.policy, &found.place, &found.law),
            record: RecordJson::new(&found.lead, month, may_dial, found.at),
        }
    }
}

/// Condition for a dial.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GateJson {
    /// Name of the gate.
    #[schema(example = "business_hours")]
    name: &'static str,
    /// Whether the gate is open.
    open: bool,
    /// Value that the gate found.
    value: ShownJson,
    /// Value that the gate allows.
    limit: ShownJson,
    /// Time at which a closed gate opens. `null` if it is open, or if time alone does not open it.
    opens_at: Option<DateTime<Utc>>,
}

impl From<&Gate> for GateJson {
    fn from(gate: &Gate) -> Self {
        let opens_at = match gate.opens {
            Opens::At(at) => Some(iso(at)),
            Opens::Now | Opens::Never => None,
        };
        let (value, limit) = (ShownJson::from(&gate.value), ShownJson::from(&gate.limit));
        Self { name: gate.name.as_str(), open: gate.is_open(), value, limit, opens_at }
    }
}

/// Value or limit of a gate.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ShownJson {
    /// Boolean.
    Flag(bool),
    /// Number.
    Count(u32),
    /// Text, or a time in RFC 3339.
    Text(String),
}

impl From<&Shown> for ShownJson {
    fn from(shown: &Shown) -> Self {
        match shown {
            Shown::Flag(flag) => Self::Flag(*flag),
            Shown::Count(count) => Self::Count(*count),
            Shown::Time(..)
            | Shown::Word(..)
            | Shown::Text(..)
            | Shown::Wall(..)
            | Shown::Walls(..)
            | Shown::Rules(..)
            | Shown::Hours(..) => Self::Text(shown.to_string()),
        }
    }
}
