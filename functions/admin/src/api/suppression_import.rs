//! `POST /suppressions/import`, `GET /suppressions/import/{id}`

use super::import_json::{ImportAnswer, ListErrors, NoImport, UNKNOWN, list_body};
use super::query::reject_parameters;
use super::responses::{ReadErrors, WriteErrors};
use crate::Api;
use crate::failure::Failure;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use redial_domain::Actor;
use redial_queue::store::imports;
use std::sync::Arc;

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
        ListErrors
    )
)]
pub(crate) async fn import(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<(StatusCode, Json<ImportAnswer>), Failure> {
    reject_parameters(query.as_deref())?;
    let (format, list) = list_body(request, imports::NUMBERS).await?;
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
