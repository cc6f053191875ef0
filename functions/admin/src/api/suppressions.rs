//! `GET /suppressions`

use super::invalid::Invalid;
use super::iso::iso;
use super::list_answer::list_answer;
use super::query::Parameters;
use super::responses::ReadErrors;
use super::suppression_json::SuppressionJson;
use super::texts::{CursorText, ListFormatWord};
use crate::Api;
use crate::failure::Failure;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use redial_domain::{Actor, Phone};
use redial_formats::number_list::ListFormat;
use redial_queue::usecase::admin::{ANSWERED, Exported};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Numbers on a page without a limit.
const DEFAULT: usize = 100;

/// Numbers that must never be called again
///
/// Follow `next_cursor` to read all pages. With `format`, or with `Accept: text/csv` or `application/jsonl`, the answer is the
/// whole list. If it has more than 1,000 numbers it is written to the bucket, and the answer has its key. A list that cannot be
/// read in some seconds is written in parts: ask again with `next_cursor` as `cursor` until it is `null`.
#[utoipa::path(
    get,
    path = "/suppressions",
    tag = "suppressions",
    params(
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 1000, description = "Maximum number of numbers to return (default 100)."),
        ("cursor" = Option<CursorText>, Query, description = "`next_cursor` of the previous page, or of the previous part of an export."),
        ("format" = Option<ListFormatWord>, Query, description = "Exports the whole list in this format.")
    ),
    responses(
        (
            status = 200,
            description = "One page of numbers, or the whole list as CSV or JSON lines.",
            content((SuppressionsPage = "application/json"), (String = "text/csv"), (String = "application/jsonl"))
        ),
        (status = 201, description = "The list, or a part of it, was written to the bucket.", body = ExportAnswer),
        ReadErrors
    )
)]
pub(crate) async fn suppressions(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let parameters = Parameters::parse(&query.unwrap_or_default(), &["limit", "cursor", "format"])?;
    let in_query = parameters.parsed("format", "csv or jsonl", format_of_word)?;
    let after = parameters.parsed("cursor", "next_cursor of the previous page", decode_cursor)?;
    if let Some(format) = in_query.or_else(|| format_of_type(&headers, &header::ACCEPT)) {
        return export(&api, &actor, format, after).await;
    }
    let limit = parameters.limit(DEFAULT, ANSWERED)?;
    let page = api.admin.suppressions(after.as_ref(), limit).await?;
    let suppressions = page.listed.iter().map(|(phone, suppression)| SuppressionJson::new(phone, suppression));
    let answer = SuppressionsPage {
        success: true,
        timestamp: iso(api.admin.stores.clock.now()),
        suppressions: suppressions.collect(),
        next_cursor: page.next.as_ref().map(encode_cursor),
    };
    Ok(Json(answer).into_response())
}

async fn export(api: &Api, actor: &Actor, format: ListFormat, after: Option<Phone>) -> Result<Response, Failure> {
    Ok(match api.admin.export_suppressions(actor, format, after).await? {
        Exported::Text(text) => list_answer(format, text, None),
        Exported::Object { key, count, next } => {
            let next_cursor = next.as_ref().map(encode_cursor);
            let answer = ExportAnswer { success: true, key, count, next_cursor };
            (axum::http::StatusCode::CREATED, Json(answer)).into_response()
        }
    })
}

/// One page of the suppression list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SuppressionsPage {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which the list was read.
    timestamp: DateTime<Utc>,
    /// Numbers of this page, in no useful order. A number that was suppressed a moment ago may be missing.
    suppressions: Vec<SuppressionJson>,
    /// `cursor` of the next page, which may be empty. `null` on the last page.
    next_cursor: Option<String>,
}

/// Where the list is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ExportAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Key of the object in the bucket. It is deleted after 7 days.
    #[schema(example = "exports/suppressions-20251217T190000Z-0123456789ab.csv")]
    key: String,
    /// How many numbers the object has.
    count: usize,
    /// `cursor` of the next part. `null` if the object ends with the end of the list.
    next_cursor: Option<String>,
}

fn format_of_word(word: &str) -> Option<ListFormat> {
    [ListFormat::Csv, ListFormat::JsonLines].into_iter().find(|format| format.extension() == word)
}

/// Returns the format that a header names. `None` if it names no format of a list.
pub(super) fn format_of_type(headers: &HeaderMap, name: &header::HeaderName) -> Option<ListFormat> {
    let value = headers.get(name)?.to_str().ok()?.to_ascii_lowercase();
    match value.split([';', ',']).next()?.trim() {
        "text/csv" => Some(ListFormat::Csv),
        "application/jsonl" | "application/x-ndjson" | "application/jsonlines" => Some(ListFormat::JsonLines),
        _ => None,
    }
}

/// Writes a number as a cursor. It is not readable at a glance, because an URL may be seen by others.
fn encode_cursor(after: &Phone) -> String {
    hex::encode(after.as_str())
}

fn decode_cursor(text: &str) -> Option<Phone> {
    Phone::stored(&String::from_utf8(hex::decode(text).ok()?).ok()?)
}

/// Reads the phone number of a path, in any common spelling.
pub(super) fn phone_of_path(text: &str) -> Result<Phone, Invalid> {
    Phone::parse(text).map_err(|error| Invalid::field("phone", error.to_string()))
}
