//! `GET /suppressions/{phone}`, `POST`, `DELETE`

use super::error_answer::ErrorAnswer;
use super::invalid::Invalid;
use super::query::{Parameters, reject_parameters};
use super::responses::{ReadErrors, WriteErrors};
use super::suppression_json::{SuppressionAnswer, SuppressionJson};
use super::suppressions::phone_of_path;
use super::texts::{PhoneText, WhyText};
use crate::Api;
use crate::failure::Failure;
use axum::body::to_bytes;
use axum::extract::{Path, RawQuery, Request, State};
use axum::{Extension, Json};
use redial_domain::line::NOTE_CHARACTERS;
use redial_domain::{Actor, Outcome};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use utoipa::{IntoResponses, ToSchema};

const BODY_BYTES: usize = 64 * 1024;
const NOT_SUPPRESSED: &str = "the number is not suppressed";

/// Suppression of a number
#[utoipa::path(
    get,
    path = "/suppressions/{phone}",
    tag = "suppressions",
    params(("phone" = PhoneText, Path, description = "Phone number, in any common spelling.", example = "+15555550123")),
    responses((status = 200, description = "The suppression.", body = SuppressionAnswer), NotFound, ReadErrors)
)]
pub(crate) async fn suppression(
    State(api): State<Arc<Api>>,
    Path(phone): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<SuppressionAnswer>, Failure> {
    reject_parameters(query.as_deref())?;
    let phone = phone_of_path(&phone)?;
    let found = api.admin.suppression(&phone).await?.ok_or(Failure::Missing(NOT_SUPPRESSED))?;
    Ok(answer("The number is suppressed", SuppressionJson::new(&phone, &found)))
}

/// Suppress a number
///
/// No lead with this number is dialed again. The first reason stays if the number is suppressed already.
#[utoipa::path(
    post,
    path = "/suppressions/{phone}",
    tag = "suppressions",
    params(("phone" = PhoneText, Path, description = "Phone number, in any common spelling.", example = "+15555550123")),
    request_body(content = Option<SuppressBody>, description = "Reason and note. The body may be empty."),
    responses((status = 200, description = "The suppression.", body = SuppressionAnswer), WriteErrors)
)]
pub(crate) async fn suppress(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    Path(phone): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Json<SuppressionAnswer>, Failure> {
    reject_parameters(query.as_deref())?;
    let phone = phone_of_path(&phone)?;
    let SuppressBody { reason, note } = body(request).await?.unwrap_or_default();
    let word = reason.unwrap_or_else(|| Outcome::DNC.to_string());
    let is_do_not_call = |reason: &Outcome| reason.suppresses();
    let reason = Outcome::parse(&word).filter(is_do_not_call);
    let reason =
        reason.ok_or_else(|| Invalid::value("reason", &word, "DNC, BAD_NUMBER, or another word for a do-not-call"))?;
    let note = note.unwrap_or_default();
    if note.chars().count() > NOTE_CHARACTERS {
        return Err(Invalid::field("note", "note has more than 500 characters").into());
    }
    let done = api.admin.suppress(&actor, &phone, reason, &note).await?;
    let message = if done.was_known { "The number was suppressed before" } else { "Number suppressed" };
    Ok(answer(message, SuppressionJson::new(&phone, &done.suppression)))
}

/// Take a suppression off
///
/// Needs a reason, in the body or in the query. Do-not-calls that records of the number have by now do not count from then
/// on, and a later one suppresses the number again. Records that the suppression completed stay completed.
#[utoipa::path(
    delete,
    path = "/suppressions/{phone}",
    tag = "suppressions",
    params(
        ("phone" = PhoneText, Path, description = "Phone number, in any common spelling.", example = "+15555550123"),
        ("reason" = Option<WhyText>, Query, description = "Why the number may be called again, if there is no body.")
    ),
    request_body(content = Option<AllowBody>, description = "Why the number may be called again."),
    responses(
        (status = 200, description = "The suppression that was taken off.", body = SuppressionAnswer),
        NotFound,
        WriteErrors
    )
)]
pub(crate) async fn allow(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    Path(phone): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Json<SuppressionAnswer>, Failure> {
    let parameters = Parameters::parse(&query.unwrap_or_default(), &["reason"])?;
    let phone = phone_of_path(&phone)?;
    let in_body = body::<AllowBody>(request).await?.map(|body| body.reason);
    let why = in_body.or_else(|| parameters.get("reason").map(str::to_owned)).unwrap_or_default();
    if !(1..=NOTE_CHARACTERS).contains(&why.trim().chars().count()) {
        return Err(Invalid::field("reason", "reason is missing or too long; send 1 to 500 characters").into());
    }
    let taken = api.admin.allow(&actor, &phone, &why).await?.ok_or(Failure::Missing(NOT_SUPPRESSED))?;
    Ok(answer("Suppression taken off", SuppressionJson::new(&phone, &taken)))
}

fn answer(message: &str, suppression: SuppressionJson) -> Json<SuppressionAnswer> {
    Json(SuppressionAnswer { success: true, message: message.to_owned(), suppression })
}

/// Reads a JSON body. `None` if it is empty or `null`.
async fn body<T: DeserializeOwned>(request: Request) -> Result<Option<T>, Failure> {
    let bytes = to_bytes(request.into_body(), BODY_BYTES).await.map_err(|_| Failure::TooLarge)?;
    if bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    // The error of the parser may quote the body.
    let read: Result<Option<T>, _> = serde_json::from_slice(&bytes);
    read.map_err(|_| Invalid { field: None, error: NOT_UNDERSTOOD.to_owned() }.into())
}

const NOT_UNDERSTOOD: &str = "the body is not a JSON object with the fields that this path allows; see openapi.json";

/// Why a number is suppressed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SuppressBody {
    /// The do-not-call (default `DNC`).
    #[schema(example = "DNC")]
    reason: Option<String>,
    /// Note.
    #[schema(max_length = 500, example = "asked by mail")]
    note: Option<String>,
}

/// Why a number may be called again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AllowBody {
    /// Reason.
    #[schema(value_type = WhyText)]
    reason: String,
}

#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum NotFound {
    /// The number is not suppressed.
    #[response(status = 404)]
    Missing(ErrorAnswer),
}
