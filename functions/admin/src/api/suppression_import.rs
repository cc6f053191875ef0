//! `POST /suppressions/import`, `GET /suppressions/import/{id}`

use super::error_answer::ErrorAnswer;
use super::iso::iso;
use super::query::reject_parameters;
use super::responses::{ReadErrors, WriteErrors};
use super::suppressions::format_of_type;
use crate::Api;
use crate::failure::Failure;
use axum::body::to_bytes;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::{StatusCode, header};
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use redial_domain::{Actor, Import, ImportState};
use serde::Serialize;
use std::sync::Arc;
use utoipa::{IntoResponses, ToSchema};

/// The largest body, which is the limit of Lambda.
const BODY_BYTES: usize = 6 * 1024 * 1024;
const UNKNOWN: &str = "no import of this id has begun; the next run begins with every list in the bucket";

/// Suppress the numbers of a list
///
/// The body is CSV (`phone,reason,note`, only the number is needed, a header is optional) or JSON lines with the same fields.
/// No lead is dialed before the whole list is imported. Larger lists are uploaded to `imports/` in the bucket.
#[utoipa::path(
    post,
    path = "/suppressions/import",
    tag = "suppressions",
    request_body(
        description = "The list, at most 6 MB long.",
        content((String = "text/csv"), (String = "application/jsonl"))
    ),
    responses(
        (status = 202, description = "The list is stored. The answer shows how far it is imported.", body = ImportAnswer),
        WriteErrors,
        BodyErrors
    )
)]
pub(crate) async fn import(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<(StatusCode, Json<ImportAnswer>), Failure> {
    reject_parameters(query.as_deref())?;
    let format = format_of_type(request.headers(), &header::CONTENT_TYPE).ok_or(Failure::NotAList)?;
    let list = to_bytes(request.into_body(), BODY_BYTES).await.map_err(|_| Failure::ListTooLarge)?;
    let (id, progress) = api.admin.import_suppressions(&actor, format, list).await?;
    Ok((StatusCode::ACCEPTED, Json(ImportAnswer::new(id, &progress))))
}

/// Progress of an import
///
/// The id of a list in the bucket is its key after `imports/`.
#[utoipa::path(
    get,
    path = "/suppressions/import/{id}",
    tag = "suppressions",
    params(("id" = String, Path, description = "Id of the import.", example = "list-20251217T190000Z-0123456789ab.csv")),
    responses((status = 200, description = "How far the list is imported.", body = ImportAnswer), NoImport, ReadErrors)
)]
pub(crate) async fn progress(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<ImportAnswer>, Failure> {
    reject_parameters(query.as_deref())?;
    let progress = api.admin.import_progress(&id).await?.ok_or(Failure::Missing(UNKNOWN))?;
    Ok(Json(ImportAnswer::new(id, &progress)))
}

/// How far a list is imported.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ImportAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Id of the import.
    id: String,
    /// `running`: lines are left, and the next run goes on. `done`: every line was read. `failed`: it is no list.
    #[schema(example = "done")]
    state: &'static str,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    /// Name of the key that sent it, or `upload` for a list in the bucket.
    by: String,
    /// Lines done, counted from the first.
    lines_done: u64,
    /// Lines of the list. `null` until it was read.
    lines: Option<u64>,
    /// Numbers that it suppressed.
    added: u64,
    /// Numbers that were suppressed before. Lines that are read again after an interruption count here too.
    known: u64,
    /// Lines without a number that can be suppressed.
    bad_lines: u64,
    /// The first 1,000 of them.
    bad: Vec<BadLineJson>,
    /// Time at which it began.
    started_at: DateTime<Utc>,
    /// Time of the last progress.
    updated_at: DateTime<Utc>,
}

/// A line without a number that can be suppressed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BadLineJson {
    /// Number of the line, counted from 1.
    line: u64,
    /// What is wrong with it.
    reason: String,
}

impl ImportAnswer {
    fn new(id: String, import: &Import) -> Self {
        let (state, reason) = match &import.state {
            ImportState::Running => ("running", None),
            ImportState::Done => ("done", None),
            ImportState::Failed(reason) => ("failed", Some(reason.clone())),
        };
        let bad = import.bad.iter().map(|bad| BadLineJson { line: bad.line, reason: bad.reason.clone() });
        Self {
            success: true,
            id,
            state,
            reason,
            by: import.by.clone(),
            lines_done: import.lines,
            lines: import.total,
            added: import.added,
            known: import.known,
            bad_lines: import.bad_lines,
            bad: bad.collect(),
            started_at: iso(import.started_at),
            updated_at: iso(import.updated_at),
        }
    }
}

#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum BodyErrors {
    /// The list is longer than 6 MB.
    #[response(status = 413)]
    TooLarge(ErrorAnswer),
    /// The body is not CSV or JSON lines.
    #[response(status = 415)]
    NotAList(ErrorAnswer),
}

#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum NoImport {
    /// No import of this id has begun.
    #[response(status = 404)]
    Missing(ErrorAnswer),
}
