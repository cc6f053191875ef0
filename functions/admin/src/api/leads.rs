//! `POST /lead/{lead_id}/pause`, `/resume`, `DELETE /lead/{lead_id}`

use super::command_answer::CommandAnswer;
use super::lead_parameters::{LeadPath, LeadQuery, NamedLead};
use super::responses::WriteErrors;
use crate::Api;
use crate::failure::Failure;
use axum::extract::State;
use axum::{Extension, Json};
use redial_domain::{Actor, Command, Status};
use redial_queue::usecase::admin::Steered;
use std::sync::Arc;

pub(super) type Commanded = Result<Json<CommandAnswer>, Failure>;

/// Pause a lead
///
/// `success` is false if the lead is not in the queue, or if its status does not allow this.
#[utoipa::path(
    post,
    path = "/lead/{lead_id}/pause",
    tag = "leads",
    params(LeadPath, LeadQuery),
    responses((status = 200, description = "Result of the command.", body = CommandAnswer), WriteErrors)
)]
pub(crate) async fn pause(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    lead: NamedLead,
) -> Commanded {
    steer(&api, &actor, &lead, Command::Pause, "Lead paused").await
}

/// Resume a paused lead
///
/// `success` is false if the lead is not in the queue, or if its status does not allow this.
#[utoipa::path(
    post,
    path = "/lead/{lead_id}/resume",
    tag = "leads",
    params(LeadPath, LeadQuery),
    responses((status = 200, description = "Result of the command.", body = CommandAnswer), WriteErrors)
)]
pub(crate) async fn resume(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    lead: NamedLead,
) -> Commanded {
    steer(&api, &actor, &lead, Command::Resume, "Lead resumed").await
}

/// Remove a lead from the queue
///
/// `success` is false if the lead is not in the queue. A later call result creates a new record.
#[utoipa::path(
    delete,
    path = "/lead/{lead_id}",
    tag = "leads",
    params(LeadPath, LeadQuery),
    responses((status = 200, description = "Result of the command.", body = CommandAnswer), WriteErrors)
)]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    lead: NamedLead,
) -> Commanded {
    steer(&api, &actor, &lead, Command::Remove, "Lead removed").await
}

pub(super) const UNDECIDED: &str =
    "A possible do-not-call waits for a decision. Use confirm-do-not-call or dismiss-do-not-call";
const OVERTAKEN: &str = "The lead has changed since it was chosen. Read it again";
pub(super) const FORBIDDEN: &str =
    "The number is suppressed or a record of it has a do-not-call, which does not allow this. See GET /suppressions";

pub(super) async fn steer(api: &Api, actor: &Actor, lead: &NamedLead, command: Command, done: &str) -> Commanded {
    let mut steered = Steered::UnknownLead;
    for id in &lead.ids {
        steered = api.admin.steer(actor, id, &lead.phone, command).await?;
        if !matches!(steered, Steered::UnknownLead) {
            break;
        }
    }
    let refused = |message: &str| CommandAnswer { success: false, message: message.to_owned() };
    Ok(Json(match steered {
        Steered::Done | Steered::Unchanged => CommandAnswer { success: true, message: done.to_owned() },
        Steered::UnknownLead => CommandAnswer::unknown_lead(),
        Steered::Undecided => refused(UNDECIDED),
        Steered::Overtaken => refused(OVERTAKEN),
        // Resume releases every paused lead but this.
        Steered::Impossible(Status::Paused) if command == Command::Resume => refused(UNDECIDED),
        Steered::Forbidden => refused(FORBIDDEN),
        Steered::Impossible(status) => refused(&format!("The lead is {}, which does not allow this", status.as_str())),
    }))
}
