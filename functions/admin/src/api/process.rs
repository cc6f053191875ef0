//! `POST /process`

use super::query::reject_parameters;
use super::responses::WriteErrors;
use super::status_json::StatusJson;
use crate::Api;
use crate::failure::Failure;
use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use redial_domain::Actor;
use redial_queue::usecase::admin::Triggered;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Trigger a run
///
/// Returns at once. `success` is false if no run was started, and `message` says why.
#[utoipa::path(
    post,
    path = "/process",
    tag = "queue",
    responses((status = 200, description = "Whether a run was triggered.", body = ProcessAnswer), WriteErrors)
)]
pub(crate) async fn process(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Result<Json<ProcessAnswer>, Failure> {
    reject_parameters(query.as_deref())?;
    let triggered = api.admin.process(&actor).await?;
    let (success, message) = match triggered {
        Triggered::Started => (true, "Processing triggered"),
        Triggered::AlreadyProcessing => (false, "Already processing"),
        Triggered::Disabled => (false, "Redial queue is disabled"),
        Triggered::Stopped => (false, "Redial processor is stopped"),
    };
    let state = api.admin.queue_state().await?;
    Ok(Json(ProcessAnswer { success, message: message.to_owned(), status: StatusJson::new(&state) }))
}

/// Result of a request for a run.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProcessAnswer {
    /// Whether a run was triggered.
    success: bool,
    /// What was done, or why nothing was done.
    message: String,
    /// Switches, limits and the state of runs.
    status: StatusJson,
}
