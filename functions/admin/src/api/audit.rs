//! `GET /audit`

use super::invalid::Invalid;
use super::iso::iso;
use super::list_answer::list_answer;
use super::query::Parameters;
use super::responses::ReadErrors;
use super::suppressions::format_of_type;
use super::texts::{CursorText, EventKind, PhoneText, SearchText};
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Days, NaiveDate, Utc};
use redial_domain::ledger::Event;
use redial_formats::csv_row::row;
use redial_formats::number_list::ListFormat;
use redial_queue::usecase::admin::{AuditEntry, AuditPosition, AuditQuery, MOST_DAYS};
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

const DEFAULT: usize = 100;
const MOST: usize = 1000;

/// Who did what
///
/// Entries of the ledger, those of the newest object first: operators' commands, settings, suppressions, decisions, imports, and
/// every attempt of a run. With `Accept: text/csv` or `application/jsonl` the page is a list, and the header `X-Next-Cursor` has
/// the cursor of the next one. `GET /numbers/{phone}/proof` also checks that entries are as they were written.
#[utoipa::path(
    get,
    path = "/audit",
    tag = "queue",
    params(AuditParameters),
    responses(
        (
            status = 200,
            description = "One page of entries. As CSV and JSON lines it has `next_cursor` in the header `X-Next-Cursor`.",
            content((AuditAnswer = "application/json"), (String = "text/csv"), (String = "application/jsonl"))
        ),
        ReadErrors
    )
)]
pub(crate) async fn audit(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let query = parse_query(&query.unwrap_or_default(), api.admin.stores.clock.now().date_naive())?;
    let page = api.admin.audit(&query).await?;
    let next_cursor = page.next.as_ref().map(encode_cursor);
    if let Some(format) = format_of_type(&headers, &header::ACCEPT) {
        let text = match format {
            ListFormat::Csv => csv(&page.entries),
            ListFormat::JsonLines => json_lines(&page.entries),
        };
        return Ok(list_answer(format, text, next_cursor));
    }
    let entries = page.entries.into_iter().filter_map(|entry| RawValue::from_string(entry.line).ok()).collect();
    let (timestamp, unreadable) = (iso(page.at), page.unreadable);
    let answer =
        AuditAnswer { success: true, timestamp, from: query.from, to: query.to, entries, unreadable, next_cursor };
    Ok(Json(answer).into_response())
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
struct AuditParameters {
    /// First day, in UTC (default: the day before the last).
    #[param(example = "2026-12-01", value_type = Option<NaiveDate>)]
    from: Option<String>,
    /// Last day, in UTC (default: today). At most 30 days after the first.
    #[param(example = "2026-12-02", value_type = Option<NaiveDate>)]
    to: Option<String>,
    /// What happened.
    #[param(value_type = Option<EventKind>, example = "steered")]
    kind: Option<String>,
    /// Who did it: `run`, `webhook`, or the name of an operator's key.
    #[param(value_type = Option<SearchText>, example = "ops")]
    by: Option<String>,
    /// Phone number, in any common spelling.
    #[param(value_type = Option<PhoneText>, example = "+15555550123")]
    phone: Option<String>,
    /// Maximum number of entries to return (default 100).
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// `next_cursor` of the previous page.
    #[param(value_type = Option<CursorText>)]
    cursor: Option<String>,
}

fn parse_query(query: &str, today: NaiveDate) -> Result<AuditQuery, Invalid> {
    let parameters = Parameters::parse(query, &["from", "to", "kind", "by", "phone", "limit", "cursor"])?;
    let day = |name| parameters.parsed(name, "a day such as 2026-12-01", |text| text.parse::<NaiveDate>().ok());
    let to = day("to")?.unwrap_or(today);
    let from = day("from")?.unwrap_or_else(|| to.checked_sub_days(Days::new(1)).unwrap_or(to));
    if !usize::try_from((to - from).num_days()).is_ok_and(|days| days < MOST_DAYS) {
        let allowed = format!("to must be from 0 to {} days after from", MOST_DAYS - 1);
        return Err(Invalid::field("to", allowed));
    }
    let kinds = Event::KINDS.join(", ");
    Ok(AuditQuery {
        from,
        to,
        kind: parameters.parsed("kind", &kinds, |word| Event::KINDS.contains(&word).then(|| word.to_owned()))?,
        by: parameters.text("by")?,
        phone: parameters.phone()?,
        limit: parameters.limit(DEFAULT, MOST)?,
        after: parameters.parsed("cursor", "next_cursor of the previous page", decode_cursor)?,
    })
}

fn encode_cursor(position: &AuditPosition) -> String {
    hex::encode(format!("{} {}", position.line, position.object))
}

fn decode_cursor(text: &str) -> Option<AuditPosition> {
    let text = String::from_utf8(hex::decode(text).ok()?).ok()?;
    let (line, object) = text.split_once(' ')?;
    Some(AuditPosition { object: object.to_owned(), line: line.parse().ok()? })
}

fn json_lines(entries: &[AuditEntry]) -> String {
    entries.iter().fold(String::new(), |text, entry| text + &entry.line + "\n")
}

/// The columns that every entry has, and the entry.
fn csv(entries: &[AuditEntry]) -> String {
    let mut text = "at,kind,by,phone,id,entry\r\n".to_owned();
    for AuditEntry { head, line } in entries {
        let phone = head.phone.as_deref().unwrap_or_default();
        text.push_str(&row([head.at.as_str(), &head.kind, &head.by, phone, &head.id, line]));
    }
    text
}

/// One page of the ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AuditAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which the ledger was read.
    timestamp: DateTime<Utc>,
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: NaiveDate,
    /// Entries as they are stored.
    #[schema(value_type = Vec<Object>)]
    entries: Vec<Box<RawValue>>,
    /// Objects and lines of this page that cannot be read.
    unreadable: usize,
    /// `cursor` of the next page, which may have no entries. `null` on the last page.
    next_cursor: Option<String>,
}
