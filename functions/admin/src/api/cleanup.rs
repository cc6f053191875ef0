//! `POST /cleanup`

use super::query::reject_parameters;
use super::responses::WriteErrors;
use crate::Api;
use crate::failure::Failure;
use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use redial_domain::Actor;
use redial_domain::Month;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Delete expired months
///
/// A month is expired if its last day is more than `retention_days` ago.
#[utoipa::path(
    post,
    path = "/cleanup",
    tag = "queue",
    responses((status = 200, description = "The deleted months.", body = CleanupAnswer), WriteErrors)
)]
pub(crate) async fn clean_up(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Result<Json<CleanupAnswer>, Failure> {
    reject_parameters(query.as_deref())?;
    let answer = CleanupAnswer::new(&api.admin.clean_up(&actor).await?);
    Ok(Json(answer))
}

/// Result of a cleanup.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CleanupAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// What was done.
    message: String,
    /// Number of deleted months.
    deleted: usize,
    /// The deleted months.
    #[schema(example = json!(["2024-10"]))]
    months: Vec<String>,
}

impl CleanupAnswer {
    fn new(months: &[Month]) -> Self {
        let months: Vec<_> = months.iter().map(ToString::to_string).collect();
        let message = match months.len() {
            0 => "No month is older than the retention time".to_owned(),
            _ => format!("Deleted {}", months.join(", ")),
        };
        Self { success: true, message, deleted: months.len(), months }
    }
}
