//! `GET /records`

mod page;

use super::invalid::Invalid;
use super::iso::iso;
use super::query::Parameters;
use super::record_filter::{FILTER, RecordFilterJson, UNREADABLE, parse_filter};
use super::record_json::RecordJson;
use super::responses::ReadErrors;
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::{RawQuery, State};
use chrono::{DateTime, Utc};
use redial_domain::Month;
use redial_queue::usecase::admin::{Position, Query, RecordView, Unreadable};
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

const MOST_RECORDS: usize = 1000;

/// List of records, by time of the next attempt
///
/// Follow `next_cursor` to read all pages. They have no gaps or repeats as long as no record changes.
#[utoipa::path(
    get,
    path = "/records",
    tag = "records",
    params(RecordFilterJson, PartJson, ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page.")),
    responses((status = 200, description = "One page of records.", body = RecordsPage), ReadErrors)
)]
pub(crate) async fn records(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<RecordsPage>, Failure> {
    let query = parse_query(&query.unwrap_or_default())?;
    let found = api.admin.browse(&query).await?;
    let (records, positions): (_, Vec<Position>) = if query.filter.unreadable {
        let render = found.unreadable.iter().map(UnreadableJson::new);
        (page::render_until_full(render), found.unreadable.iter().map(Unreadable::position).collect())
    } else {
        let render =
            found.records.iter().map(|view| RecordJson::new(&view.found.lead, view.month(), view.is_ready, found.at));
        (page::render_until_full(render), found.records.iter().map(RecordView::position).collect())
    };
    let is_last = !found.more && records.len() == positions.len();
    let last = positions.get(..records.len()).and_then(<[_]>::last).filter(|_| !is_last);
    let next_cursor = last.map(encode_cursor);
    Ok(Json(RecordsPage {
        success: true,
        timestamp: iso(found.at),
        filter: QueryJson::new(&query),
        total: found.total,
        filtered: found.filtered,
        records,
        next_cursor,
    }))
}

/// A record that cannot be understood. It is not dialed, and kept byte for byte.
#[derive(Debug, Serialize, ToSchema)]
struct UnreadableJson<'a> {
    /// Key of the record in its month.
    key: &'a str,
    /// Month of the record.
    month: String,
    /// Always `unreadable`.
    status: &'static str,
    /// Why the record cannot be understood.
    reason: &'a str,
}

impl<'a> UnreadableJson<'a> {
    fn new(unreadable: &'a Unreadable) -> Self {
        let Unreadable { month, key, reason } = unreadable;
        Self { key, month: month.to_string(), status: UNREADABLE, reason }
    }
}

/// One page of records, by `next_redial_timestamp`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordsPage {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which the records were read.
    timestamp: DateTime<Utc>,
    /// The query as it was understood.
    filter: QueryJson,
    /// Number of records in all open months.
    total: usize,
    /// Number of records that match the query, on all pages.
    filtered: usize,
    /// Records of this page. With `status=unreadable` each has only `key`, `month`, `status` and `reason`. A page is at most 5 MB long and may therefore have fewer than `limit` records.
    #[schema(value_type = Vec<RecordJson>)]
    records: Vec<Box<RawValue>>,
    /// `cursor` of the next page. `null` on the last page.
    next_cursor: Option<String>,
}

/// Filter of a list of records, and which part of the list the page is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct QueryJson {
    #[serde(flatten)]
    filter: RecordFilterJson,
    #[serde(flatten)]
    part: PartJson,
}

/// Which part of a list the page is.
#[derive(Debug, Clone, Serialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PartJson {
    /// Maximum number of records to return (default 100).
    #[param(required = false, minimum = 1, maximum = 1000)]
    limit: usize,
    /// Number of records to skip (default 0). Cannot be combined with `cursor`.
    #[param(required = false)]
    offset: usize,
}

impl QueryJson {
    fn new(query: &Query) -> Self {
        let part = PartJson { limit: query.limit, offset: query.offset };
        Self { filter: RecordFilterJson::new(&query.filter), part }
    }
}

/// Reads a query for records. An empty value counts as absent.
///
/// # Errors
/// [`Invalid`] names the parameter, its value and what is allowed.
pub fn parse_query(query: &str) -> Result<Query, Invalid> {
    let parameters = Parameters::parse(query, &[&FILTER[..], &["limit", "cursor", "offset"]].concat())?;
    let parsed = Query {
        filter: parse_filter(&parameters)?,
        limit: parameters.limit(100, MOST_RECORDS)?,
        offset: parameters.parsed("offset", "0 or more", |text| text.parse().ok())?.unwrap_or(0),
        after: parameters.parsed("cursor", "next_cursor of the previous page", decode_cursor)?,
    };
    if parsed.after.is_some() && parameters.get("offset").is_some() {
        return Err(Invalid::field("offset", "offset and cursor cannot be combined; send only the cursor"));
    }
    Ok(parsed)
}

/// Renders a position as opaque text that needs no escapes in a URL.
#[must_use]
pub fn encode_cursor(position: &Position) -> String {
    let Position { next_redial, key, month } = position;
    hex::encode(format!("{} {month} {key}", next_redial.timestamp_millis()))
}

/// Reads a position back. `None` if [`encode_cursor`] did not make the text.
#[must_use]
pub fn decode_cursor(text: &str) -> Option<Position> {
    let text = String::from_utf8(hex::decode(text).ok()?).ok()?;
    let (millis, rest) = text.split_once(' ')?;
    let (month, key) = rest.split_once(' ')?;
    let next_redial = DateTime::from_timestamp_millis(millis.parse().ok()?)?;
    Some(Position { next_redial, key: key.to_owned(), month: Month::parse(month)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::builders::{at, month, phone};
    use rstest::rstest;

    #[track_caller]
    fn check_rejected(query: &str, field: &str, said: &str) {
        let error = parse_query(query).unwrap_err();
        assert_eq!(error.field.as_deref(), Some(field), "{error}");
        assert!(error.error.contains(said), "{error}");
    }

    #[rstest]
    #[case(
        "status=open",
        "status",
        "\"open\"; allowed: pending, rescheduled, completed, max_attempts, paused, unreadable"
    )]
    #[case("ready=yes", "ready", "\"yes\"; allowed: true or false")]
    #[case("limit=0", "limit", "\"0\"; allowed: 1 to 1000")]
    #[case("limit=1001", "limit", "allowed: 1 to 1000")]
    #[case("limit=-1", "limit", "allowed: 1 to 1000")]
    #[case("offset=x", "offset", "allowed: 0 or more")]
    #[case("cursor=x", "cursor", "allowed: next_cursor of the previous page")]
    #[case("phone=911", "phone", "3 digits")]
    #[case("statuss=pending", "statuss", "allowed: status, ready, review, phone, lead_id, q, limit, cursor, offset")]
    #[case("status=paused&status=pending", "status", "twice")]
    fn an_invalid_parameter_is_named_with_the_allowed_values(
        #[case] query: &str,
        #[case] field: &str,
        #[case] said: &str,
    ) {
        check_rejected(query, field, said);
    }

    #[test]
    fn an_empty_query_returns_the_first_hundred_records() {
        for query in ["", "status=&ready=&limit=&cursor=&offset=&phone=&lead_id=&q=", "api_key=anything"] {
            let parsed = parse_query(query).unwrap();
            assert_eq!((parsed.limit, parsed.offset, parsed.filter.ready), (100, 0, false), "{query}");
            assert!(
                parsed.filter.status.is_none() && parsed.filter.phone.is_none() && parsed.after.is_none(),
                "{query}"
            );
        }
    }

    #[test]
    fn a_phone_number_is_normalized() {
        assert_eq!(parse_query("phone=(212)%20555-0101").unwrap().filter.phone, Some(phone(1)));
    }

    #[test]
    fn a_cursor_is_read_back_as_its_position() {
        let position =
            Position { next_redial: at("2025-12-17T19:00:00Z"), key: "a b_1".to_owned(), month: month("2025-12") };
        let text = encode_cursor(&position);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(decode_cursor(&text), Some(position.clone()));
        assert_eq!(parse_query(&format!("cursor={text}")).unwrap().after, Some(position));
        check_rejected(&format!("cursor={text}&offset=5"), "offset", "cannot be combined");
    }
}
