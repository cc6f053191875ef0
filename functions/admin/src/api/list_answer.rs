//! Answers that are lists: CSV or JSON lines.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use redial_formats::number_list::ListFormat;

/// Has the cursor of the next page where the body is a list.
const NEXT_CURSOR: HeaderName = HeaderName::from_static("x-next-cursor");

pub(super) fn content_type(format: ListFormat) -> &'static str {
    match format {
        ListFormat::Csv => "text/csv; charset=utf-8",
        ListFormat::JsonLines => "application/jsonl",
    }
}

/// Answers with a page of a list. The cursor of the next page is in a header.
pub(super) fn list_answer(format: ListFormat, text: String, next_cursor: Option<String>) -> Response {
    let mut response = ([(header::CONTENT_TYPE, content_type(format))], text).into_response();
    if let Some(cursor) = next_cursor.and_then(|cursor| HeaderValue::try_from(cursor).ok()) {
        response.headers_mut().insert(NEXT_CURSOR, cursor);
    }
    response
}
