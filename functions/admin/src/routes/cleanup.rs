//! Old months.

use crate::Api;
use crate::auth::Caller;
use crate::failure::Failure;
use crate::json::{CleanupAnswer, nothing};
use crate::openapi::WriteErrors;
use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use std::sync::Arc;

/// Delete the months that are older than the retention time
#[utoipa::path(post, path = "/cleanup", tag = "queue", responses((status = 200, description = "What was deleted", body = CleanupAnswer), WriteErrors))]
pub(crate) async fn clean_up(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    RawQuery(query): RawQuery,
) -> Result<Json<CleanupAnswer>, Failure> {
    nothing(&query.unwrap_or_default())?;
    let answer = CleanupAnswer::new(&api.admin.clean_up().await?);
    tracing::info!(key.name = caller.0, months = answer.months.join(","), "old months were deleted");
    Ok(Json(answer))
}
