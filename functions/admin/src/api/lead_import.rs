//! `POST /leads`, `GET /leads/import/{id}`

use super::import_json::{BadLineJson, ImportAnswer, ListErrors, NoImport, UNKNOWN, list_body};
use super::invalid::Invalid;
use super::query::reject_parameters;
use super::responses::{ReadErrors, WriteErrors};
use crate::Api;
use crate::failure::Failure;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use redial_domain::{Actor, Import};
use redial_formats::lead_list::LeadList;
use redial_queue::store::imports;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Add the leads of a list
///
/// The body is CSV whose first line names the columns, or JSON lines. Both have the fields of `POST /lead`. A lead that has a record
/// stays as it is. Dialing does not wait for the list. Larger lists are uploaded to `leads/` in the bucket.
#[utoipa::path(
    post,
    path = "/leads",
    tag = "leads",
    request_body(
        description = "The list, at most 6 MB long.",
        content((String = "text/csv"), (String = "application/jsonl"))
    ),
    responses(
        (status = 202, description = "The list is stored. The answer shows how far it is imported.", body = LeadImportAnswer),
        WriteErrors,
        ListErrors
    )
)]
pub(crate) async fn import(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<(StatusCode, Json<LeadImportAnswer>), Failure> {
    reject_parameters(query.as_deref())?;
    let (format, list) = list_body(request, imports::LEADS).await?;
    LeadList::new(&list, format).map_err(|reason| Invalid::field("body", reason))?;
    let (id, progress) = api.admin.import_leads(&actor, format, list).await?;
    Ok((StatusCode::ACCEPTED, Json(LeadImportAnswer::new(id, &progress))))
}

/// Progress of a list of leads
///
/// The id of a list in the bucket is its key after `leads/`.
#[utoipa::path(
    get,
    path = "/leads/import/{id}",
    tag = "leads",
    params(("id" = String, Path, description = "Id of the import.", example = "list-20251217T190000Z-0123456789ab.csv")),
    responses((status = 200, description = "How far the list is imported.", body = LeadImportAnswer), NoImport, ReadErrors)
)]
pub(crate) async fn progress(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<LeadImportAnswer>, Failure> {
    reject_parameters(query.as_deref())?;
    let progress = api.admin.lead_import_progress(&id).await?.ok_or(Failure::Missing(UNKNOWN))?;
    Ok(Json(LeadImportAnswer::new(id, &progress)))
}

/// How far a list of leads is imported.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LeadImportAnswer {
    /// How far it is.
    #[serde(flatten)]
    import: ImportAnswer,
    /// Lines with a lead that was not added because its number must not be called.
    refused_lines: u64,
    /// The first 1,000 of them.
    refused: Vec<BadLineJson>,
}

impl LeadImportAnswer {
    fn new(id: String, import: &Import) -> Self {
        let (refused_lines, refused) = (import.refused_lines, BadLineJson::all(&import.refused));
        Self { import: ImportAnswer::new(id, import), refused_lines, refused }
    }
}
