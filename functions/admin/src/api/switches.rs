//! `POST /enable`, `/disable`, `/start`, `/stop`

use super::configured_answer::ConfiguredAnswer;
use super::query::reject_parameters;
use super::responses::WriteErrors;
use crate::Api;
use crate::failure::Failure;
use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use redial_domain::Actor;
use std::sync::Arc;

type Switched = Result<Json<ConfiguredAnswer>, Failure>;

/// Enable the queue
#[utoipa::path(
    post,
    path = "/enable",
    tag = "queue",
    responses((status = 200, description = "Settings and status after the change.", body = ConfiguredAnswer), WriteErrors)
)]
pub(crate) async fn enable(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Switched {
    switch(&api, &actor, query, ("enabled", true), "Redial queue enabled").await
}

/// Disable the queue
///
/// No lead is dialed. Results are still recorded.
#[utoipa::path(
    post,
    path = "/disable",
    tag = "queue",
    responses((status = 200, description = "Settings and status after the change.", body = ConfiguredAnswer), WriteErrors)
)]
pub(crate) async fn disable(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Switched {
    switch(&api, &actor, query, ("enabled", false), "Redial queue disabled").await
}

/// Start the processor
#[utoipa::path(
    post,
    path = "/start",
    tag = "queue",
    responses((status = 200, description = "Settings and status after the change.", body = ConfiguredAnswer), WriteErrors)
)]
pub(crate) async fn start(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Switched {
    switch(&api, &actor, query, ("running", true), "Redial processor started").await
}

/// Stop the processor
///
/// No lead is dialed. Results are still recorded, and runs still settle open calls.
#[utoipa::path(
    post,
    path = "/stop",
    tag = "queue",
    responses((status = 200, description = "Settings and status after the change.", body = ConfiguredAnswer), WriteErrors)
)]
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
    reject_parameters(query.as_deref())?;
    api.admin.configure(actor, &[(key, on.to_string())], None, false).await?;
    let state = api.admin.queue_state().await?;
    Ok(Json(ConfiguredAnswer::new(message, &state.loaded.settings, &state, false)))
}
