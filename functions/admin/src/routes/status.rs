//! The queue at a glance.

use super::status_of;
use crate::Api;
use crate::failure::Failure;
use crate::json::{StatsJson, StatusAnswer, nothing};
use crate::openapi::ReadErrors;
use axum::Json;
use axum::extract::{RawQuery, State};
use std::sync::Arc;

/// The queue at a glance
#[utoipa::path(get, path = "/status", tag = "queue", responses((status = 200, description = "The queue", body = StatusAnswer), ReadErrors))]
pub(crate) async fn status(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<StatusAnswer>, Failure> {
    nothing(&query.unwrap_or_default())?;
    let seen = api.admin.overview().await?;
    let stats = StatsJson {
        ready_to_dial: seen.ready,
        unreadable_objects: seen.unreadable_objects,
        unreadable_records: seen.unreadable_records,
        ..StatsJson::new(seen.standing.loaded.policy.enabled, seen.current_month, &seen.by_status)
    };
    Ok(Json(StatusAnswer::new(seen.standing.at, status_of(&seen.standing), stats)))
}
