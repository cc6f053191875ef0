//! Lists of records.

use crate::Api;
use crate::failure::Failure;
use crate::json::{Counts, Cursor, RecordJson, RecordsAnswer, RecordsPage, RecordsQuery, StatusWord, fill};
use crate::openapi::ReadErrors;
use axum::Json;
use axum::extract::{RawQuery, State};
use redial_queue::usecase::admin::{Position, Query};
use std::sync::Arc;

/// The records that wait, and those that are done, by next dial
///
/// The pages of a query follow each other by cursor without gaps or repeats while nothing changes.
#[utoipa::path(
    get,
    path = "/records",
    tag = "records",
    params(
        ("status" = Option<StatusWord>, Query, description = "Only those with this status"),
        ("ready" = Option<bool>, Query, description = "Only those that may be dialed now"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 1000, description = "At most so many; 100 otherwise"),
        ("cursor" = Option<String>, Query, description = "The next_cursor of the page before"),
        ("offset" = Option<usize>, Query, description = "Without the first so many; not together with cursor"),
        ("phone" = Option<String>, Query, description = "Only those with this number, in any spelling"),
        ("lead_id" = Option<String>, Query, description = "Only those with this lead id"),
        ("q" = Option<String>, Query, description = "Only those whose id, number, name, list, state or last outcome contains this text"),
    ),
    responses((status = 200, description = "A page of records", body = RecordsPage), ReadErrors)
)]
pub(crate) async fn records(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<RecordsAnswer>, Failure> {
    let query = RecordsQuery::parse(&query.unwrap_or_default())?;
    let page = api.admin.browse(&asked(&query)).await?;
    let render =
        page.records.iter().map(|seen| RecordJson::new(&seen.found.lead, seen.month(), seen.is_ready, page.at));
    let records = fill(render);
    let is_last = !page.more && records.len() == page.records.len();
    let last = page.records.get(..records.len()).and_then(<[_]>::last).filter(|_| !is_last);
    let next = last.map(|seen| cursor(seen.position()));
    let counts = Counts { total: page.total, filtered: page.filtered };
    Ok(Json(RecordsAnswer::new(&query, counts, records, next.as_ref(), page.at)))
}

fn asked(query: &RecordsQuery) -> Query {
    Query {
        status: query.status,
        ready: query.ready,
        phone: query.phone.clone(),
        lead_id: query.lead_id.clone(),
        text: query.q.clone(),
        after: query.cursor.clone().map(position),
        offset: query.offset,
        limit: query.limit,
    }
}

fn position(Cursor { next_redial, key, month }: Cursor) -> Position {
    Position { next_redial, key, month }
}

fn cursor(Position { next_redial, key, month }: Position) -> Cursor {
    Cursor { next_redial, key, month }
}
