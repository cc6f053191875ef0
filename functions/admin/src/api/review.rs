//! `POST /lead/{lead_id}/confirm-do-not-call`, `/dismiss-do-not-call`

use super::command_answer::CommandAnswer;
use super::lead_parameters::{LeadPath, LeadQuery, NamedLead};
use super::leads::{Commanded, steer};
use super::responses::WriteErrors;
use crate::Api;
use axum::Extension;
use axum::extract::State;
use redial_domain::{Actor, Command};
use std::sync::Arc;

/// Confirm a possible do-not-call
///
/// No lead with this number is dialed again. `success` is false if the lead is not in the queue, or if no possible
/// do-not-call waits for a decision.
#[utoipa::path(
    post,
    path = "/lead/{lead_id}/confirm-do-not-call",
    tag = "leads",
    params(LeadPath, LeadQuery),
    responses((status = 200, description = "Result of the command.", body = CommandAnswer), WriteErrors)
)]
pub(crate) async fn confirm(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    lead: NamedLead,
) -> Commanded {
    steer(&api, &actor, &lead, Command::ConfirmDoNotCall, "Do-not-call confirmed").await
}

/// Dismiss a possible do-not-call
///
/// The lead waits for its next attempt as before. `success` is false if the lead is not in the queue.
#[utoipa::path(
    post,
    path = "/lead/{lead_id}/dismiss-do-not-call",
    tag = "leads",
    params(LeadPath, LeadQuery),
    responses((status = 200, description = "Result of the command.", body = CommandAnswer), WriteErrors)
)]
pub(crate) async fn dismiss(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    lead: NamedLead,
) -> Commanded {
    steer(&api, &actor, &lead, Command::DismissDoNotCall, "Possible do-not-call dismissed").await
}
