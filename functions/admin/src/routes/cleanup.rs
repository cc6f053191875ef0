//! Old months.

use crate::Api;
use crate::failure::Failure;
use crate::json::{CleanupAnswer, nothing};
use crate::openapi::WriteErrors;
use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use redial_domain::Actor;
use std::sync::Arc;

/// Delete the months that are older than the retention time
#[utoipa::path(post, path = "/cleanup", tag = "queue", responses((status = 200, description = "What was deleted", body = CleanupAnswer), WriteErrors))]
pub(crate) async fn clean_up(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Result<Json<CleanupAnswer>, Failure> {
    nothing(&query.unwrap_or_default())?;
    let answer = CleanupAnswer::new(&api.admin.clean_up(&actor).await?);
    Ok(Json(answer))
}
