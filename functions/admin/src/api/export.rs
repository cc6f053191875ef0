//! `GET /export`

use super::error_answer::ErrorAnswer;
use super::invalid::Invalid;
use super::iso::iso;
use super::query::Parameters;
use super::responses::ReadErrors;
use super::texts::MonthText;
use crate::Api;
use crate::failure::Failure;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use redial_domain::{Actor, Month};
use redial_queue::usecase::admin::{ExportedMonth, NotExported};
use serde::Serialize;
use std::sync::Arc;
use utoipa::{IntoResponses, ToSchema};

const ALLOWED: &str = "a month as YYYY-MM";
const NO_MONTH: &str = "no records of this month are stored; check the month, and retention_days in GET /config";

/// Download of a whole month
///
/// Writes the month as one JSON object, in the format of the original, and answers with a link to it. A large month takes several
/// requests: repeat the request while the status is 202. A month that was exported less than 10 minutes ago is answered again.
#[utoipa::path(
    get,
    path = "/export",
    tag = "records",
    params(("month" = MonthText, Query, description = "Month of the records, as `YYYY-MM`.", example = "2025-12")),
    responses(
        (status = 200, description = "The month is one object.", body = MonthLink),
        (status = 202, description = "The month is not yet whole. Repeat the request after `Retry-After` seconds.", body = MonthProgress),
        NoMonth,
        ReadErrors
    )
)]
pub(crate) async fn export(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let parameters = Parameters::parse(&query.unwrap_or_default(), &["month"])?;
    let month = parameters.parsed("month", ALLOWED, Month::parse)?;
    let month = month.ok_or_else(|| Invalid::field("month", format!("month is missing; send {ALLOWED}")))?;
    Ok(match api.admin.export_month(&actor, month).await? {
        ExportedMonth::Done { records, bytes, url, expires_at } => {
            let expires_at = iso(expires_at);
            Json(MonthLink { success: true, month: month.to_string(), records, bytes, url, expires_at }).into_response()
        }
        ExportedMonth::Unfinished { leaves_done, leaves, by_another } => {
            let retry_after = HeaderValue::from_static(if by_another { "5" } else { "1" });
            let message = "The export is not finished. Repeat the request";
            let answer = MonthProgress { success: true, message, month: month.to_string(), leaves_done, leaves };
            (StatusCode::ACCEPTED, [(header::RETRY_AFTER, retry_after)], Json(answer)).into_response()
        }
    })
}

/// Link to a whole month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MonthLink {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Month of the records.
    #[schema(example = "2025-12")]
    month: String,
    /// Number of records, with those that cannot be understood.
    records: u64,
    /// Length of the file in bytes.
    bytes: u64,
    /// Address of the file. Whoever has it can download the file without a key.
    url: String,
    /// Time at which the address ends, after 15 minutes.
    expires_at: DateTime<Utc>,
}

/// How far the export of a month is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MonthProgress {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// What to do.
    message: &'static str,
    /// Month of the records.
    #[schema(example = "2025-12")]
    month: String,
    /// Number of objects of the month that are done.
    leaves_done: u64,
    /// About the number of objects of the month. `null` at the beginning.
    leaves: Option<u64>,
}

impl From<NotExported> for Failure {
    fn from(error: NotExported) -> Self {
        match error {
            NotExported::NoMonth => Self::Missing(NO_MONTH),
            NotExported::Undivided => Self::Undivided,
            NotExported::Unreadable { key, cause } => Self::UnreadableObject { key, cause },
            NotExported::Progress(error) => error.into(),
            NotExported::Store(error) => error.into(),
        }
    }
}

#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum NoMonth {
    /// No records of this month are stored.
    #[response(status = 404)]
    Missing(ErrorAnswer),
    /// Concurrent change. Retry the request.
    #[response(status = 409)]
    Contended(ErrorAnswer),
}
