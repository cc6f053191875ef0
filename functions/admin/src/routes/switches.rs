//! Switches of the queue, and a run at once.

use super::status_of;
use crate::Api;
use crate::failure::Failure;
use crate::json::{ConfiguredAnswer, ProcessAnswer, nothing};
use crate::openapi::WriteErrors;
use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use redial_domain::Actor;
use redial_queue::usecase::admin::Triggered;
use std::sync::Arc;

type Switched = Result<Json<ConfiguredAnswer>, Failure>;

/// Let the queue dial
#[utoipa::path(post, path = "/enable", tag = "queue", responses((status = 200, description = "What is in force now", body = ConfiguredAnswer), WriteErrors))]
pub(crate) async fn enable(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Switched {
    switch(&api, &actor, query, ("enabled", true), "Redial queue enabled").await
}

/// Let the queue dial nobody; results are still recorded
#[utoipa::path(post, path = "/disable", tag = "queue", responses((status = 200, description = "What is in force now", body = ConfiguredAnswer), WriteErrors))]
pub(crate) async fn disable(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Switched {
    switch(&api, &actor, query, ("enabled", false), "Redial queue disabled").await
}

/// Start the processor
#[utoipa::path(post, path = "/start", tag = "queue", responses((status = 200, description = "What is in force now", body = ConfiguredAnswer), WriteErrors))]
pub(crate) async fn start(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Switched {
    switch(&api, &actor, query, ("running", true), "Redial processor started").await
}

/// Stop the processor; results are still recorded
#[utoipa::path(post, path = "/stop", tag = "queue", responses((status = 200, description = "What is in force now", body = ConfiguredAnswer), WriteErrors))]
pub(crate) async fn stop(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Switched {
    switch(&api, &actor, query, ("running", false), "Redial processor stopped").await
}

async fn switch(
    api: &Api,
    actor: &Actor,
    query: Option<String>,
    (key, on): (&'static str, bool),
    message: &str,
) -> Switched {
    nothing(&query.unwrap_or_default())?;
    api.admin.configure(actor, &[(key, on.to_string())], None, false).await?;
    let state = api.admin.queue_state().await?;
    Ok(Json(ConfiguredAnswer::new(message, &state.loaded.settings, status_of(&state), false)))
}

/// Ask for a run now
///
/// The answer does not wait for it. `success` is false, with the reason, when there is none.
#[utoipa::path(post, path = "/process", tag = "queue", responses((status = 200, description = "Whether a run was asked for", body = ProcessAnswer), WriteErrors))]
pub(crate) async fn process(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Result<Json<ProcessAnswer>, Failure> {
    nothing(&query.unwrap_or_default())?;
    let triggered = api.admin.process(&actor).await?;
    let (success, message) = match triggered {
        Triggered::Started => (true, "Processing triggered"),
        Triggered::AlreadyProcessing => (false, "Already processing"),
        Triggered::Disabled => (false, "Redial queue is disabled"),
        Triggered::Stopped => (false, "Redial processor is stopped"),
    };
    let state = api.admin.queue_state().await?;
    Ok(Json(ProcessAnswer { success, message: message.to_owned(), status: status_of(&state) }))
}
