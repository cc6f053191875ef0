//! Lists that are sent, and how far they are imported.

use super::error_answer::ErrorAnswer;
use super::iso::iso;
use super::suppressions::format_of_type;
use crate::failure::Failure;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header;
use chrono::{DateTime, Utc};
use redial_domain::{BadLine, Import, ImportState};
use redial_formats::list::ListFormat;
use redial_queue::store::imports::Places;
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// The largest body, which is the limit of Lambda.
const BODY_BYTES: usize = 6 * 1024 * 1024;
pub(super) const UNKNOWN: &str = "no import of this id has begun; the next run begins with every list in the bucket";

/// Returns the list that a request has as its body. A larger one is uploaded to one of these `places`.
pub(super) async fn list_body(request: Request, places: Places) -> Result<(ListFormat, Bytes), Failure> {
    let format = format_of_type(request.headers(), &header::CONTENT_TYPE).ok_or(Failure::NotAList)?;
    let list = to_bytes(request.into_body(), BODY_BYTES).await.map_err(|_| Failure::ListTooLarge(places.lists))?;
    Ok((format, list))
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
    /// Numbers that it has suppressed, or leads that it has added.
    added: u64,
    /// Numbers that were suppressed before, or leads that had a record. Lines that are read again after an interruption count here too.
    known: u64,
    /// Lines that cannot be understood.
    bad_lines: u64,
    /// The first 1,000 of them.
    bad: Vec<BadLineJson>,
    /// Time at which it began.
    started_at: DateTime<Utc>,
    /// Time of the last progress.
    updated_at: DateTime<Utc>,
}

/// A line that changes nothing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BadLineJson {
    /// Number of the line, counted from 1.
    line: u64,
    /// What is wrong with it.
    reason: String,
}

impl ImportAnswer {
    pub(super) fn new(id: String, import: &Import) -> Self {
        let (state, reason) = match &import.state {
            ImportState::Running => ("running", None),
            ImportState::Done => ("done", None),
            ImportState::Failed(reason) => ("failed", Some(reason.clone())),
        };
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
            bad: BadLineJson::all(&import.bad),
            started_at: iso(import.started_at),
            updated_at: iso(import.updated_at),
        }
    }
}

impl BadLineJson {
    pub(super) fn all(lines: &[BadLine]) -> Vec<Self> {
        lines.iter().map(|bad| Self { line: bad.line, reason: bad.reason.clone() }).collect()
    }
}

#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum ListErrors {
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
