//! `GET /records`

mod csv;
mod page;

use super::invalid::Invalid;
use super::iso::iso;
use super::list_answer::list_answer;
use super::query::Parameters;
use super::record_filter::{FILTER, RecordFilterJson, UNREADABLE, parse_filter};
use super::record_json::RecordJson;
use super::responses::ReadErrors;
use super::suppressions::format_of_type;
use super::texts::CursorText;
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use redial_domain::Month;
use redial_formats::number_list::ListFormat;
use redial_queue::usecase::admin::{Order, Page, Position, Query, Sort, Unreadable};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

const MOST_RECORDS: usize = 1000;

/// List of records
///
/// By time of the next attempt, or as `sort` and `order` say. Follow `next_cursor` to read all pages, with the same parameters. A
/// record that does not change meanwhile is on exactly one page. One that changes can be on a later page again, with its new
/// content, and is left out only if its place moved back over the pages that were read. With `sort=created` no place moves: every
/// record is on at most one page, and on exactly one if it matches the filter all the time.
///
/// With `Accept: text/csv` the page is a table, and the header `X-Next-Cursor` has the cursor of the next page.
#[utoipa::path(
    get,
    path = "/records",
    tag = "records",
    params(RecordFilterJson, PartJson, ("cursor" = Option<CursorText>, Query, description = "`next_cursor` of the previous page. Needs the same `sort` and `order`.")),
    responses(
        (
            status = 200,
            description = "One page of records.",
            content((RecordsPage = "application/json"), (String = "text/csv")),
            headers(("X-Next-Cursor" = String, description = "`cursor` of the next page of a table. Absent on the last page."))
        ),
        ReadErrors
    )
)]
pub(crate) async fn records(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let query = parse_query(&query.unwrap_or_default())?;
    let found = api.admin.browse(&query).await?;
    if format_of_type(&headers, &header::ACCEPT) == Some(ListFormat::Csv) {
        let rows = found.records.iter().map(csv::record).chain(found.unreadable.iter().map(csv::unreadable));
        let rows = page::until_full(rows, String::as_str);
        let next_cursor = next_cursor(&query, &found, rows.len());
        return Ok(list_answer(ListFormat::Csv, csv::header() + &rows.concat(), next_cursor));
    }
    let records = found.records.iter().map(|view| {
        let record = RecordJson::new(&view.found.lead, view.month(), view.is_ready, found.at);
        to_raw_value(&record)
    });
    let unreadable = found.unreadable.iter().map(|unreadable| to_raw_value(&UnreadableJson::new(unreadable)));
    let rendered = records.chain(unreadable).map_while(Result::ok);
    let records = page::until_full(rendered, |record| record.get());
    let next_cursor = next_cursor(&query, &found, records.len());
    let answer = RecordsPage {
        success: true,
        timestamp: iso(found.at),
        filter: QueryJson::new(&query),
        total: found.total,
        filtered: found.filtered,
        records,
        next_cursor,
    };
    Ok(Json(answer).into_response())
}

/// Returns the cursor of the page after one that has the first `count` records.
fn next_cursor(query: &Query, found: &Page, count: usize) -> Option<String> {
    let positions = found.records.iter().map(|view| view.position.clone());
    let positions: Vec<_> = positions.chain(found.unreadable.iter().map(Unreadable::position)).collect();
    let is_last = !found.more && count == positions.len();
    let last = positions.get(..count).and_then(<[_]>::last).filter(|_| !is_last);
    last.map(|position| encode_cursor(query.sort, query.order, position))
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

/// One page of records.
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
    /// What the list is ordered by (default `next_dial`).
    #[schema(value_type = SortWord)]
    #[param(value_type = Option<SortWord>, required = false)]
    sort: &'static str,
    /// Direction of the list (default `asc`).
    #[schema(value_type = OrderWord)]
    #[param(value_type = Option<OrderWord>, required = false)]
    order: &'static str,
    /// Maximum number of records to return (default 100).
    #[param(required = false, minimum = 1, maximum = 1000)]
    limit: usize,
    /// Number of records to skip (default 0). Cannot be combined with `cursor`.
    #[param(required = false)]
    offset: usize,
}

/// Order of a list. `next_dial`: time of the next attempt. `last_call`: end of the last call, leads without a call as the earliest.
/// `created`: creation of the record, which never changes. `attempts`: number of counted results.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its description is used")]
enum SortWord {
    NextDial,
    LastCall,
    Created,
    Attempts,
}

/// Direction of a list. `asc`: the smallest or earliest first. `desc`: the largest or latest first.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its description is used")]
enum OrderWord {
    Asc,
    Desc,
}

impl QueryJson {
    fn new(query: &Query) -> Self {
        let Query { filter, sort, order, offset, limit, .. } = query;
        let part = PartJson { sort: sort.as_str(), order: order.as_str(), limit: *limit, offset: *offset };
        Self { filter: RecordFilterJson::new(filter), part }
    }
}

/// Reads a query for records. An empty value counts as absent.
///
/// # Errors
/// [`Invalid`] names the parameter, its value and what is allowed.
pub fn parse_query(query: &str) -> Result<Query, Invalid> {
    let names = [&FILTER[..], &["sort", "order", "limit", "cursor", "offset"]].concat();
    let parameters = Parameters::parse(query, &names)?;
    let sort = parameters.parsed("sort", &Sort::ALL.map(Sort::as_str).join(", "), Sort::parse)?.unwrap_or_default();
    let order = parameters.parsed("order", &Order::ALL.map(Order::as_str).join(", "), Order::parse)?;
    let order = order.unwrap_or_default();
    let parsed = Query {
        filter: parse_filter(&parameters)?,
        sort,
        order,
        limit: parameters.limit(100, MOST_RECORDS)?,
        offset: parameters.parsed("offset", "0 or more", |text| text.parse().ok())?.unwrap_or(0),
        after: parse_cursor(&parameters, sort, order)?,
    };
    if parsed.after.is_some() && parameters.get("offset").is_some() {
        return Err(Invalid::field("offset", "offset and cursor cannot be combined; send only the cursor"));
    }
    Ok(parsed)
}

/// Reads the cursor of a list in this order.
pub(super) fn parse_cursor(parameters: &Parameters, sort: Sort, order: Order) -> Result<Option<Position>, Invalid> {
    let cursor = parameters.parsed("cursor", "next_cursor of the previous page", decode_cursor)?;
    match cursor {
        None => Ok(None),
        Some((sorted, ordered, position)) if (sorted, ordered) == (sort, order) => Ok(Some(position)),
        Some((sorted, ordered, _)) => {
            let (sort, order) = (sorted.as_str(), ordered.as_str());
            let error = format!("the cursor is of a list with sort={sort} and order={order}; send it with these");
            Err(Invalid::field("cursor", error))
        }
    }
}

/// Renders a position in a list of this order as opaque text that needs no escapes in a URL.
#[must_use]
pub fn encode_cursor(sort: Sort, order: Order, position: &Position) -> String {
    let Position { rank, key, month } = position;
    let place = format!("{rank} {month} {key}");
    // Cursors of the first release name no order.
    if (sort, order) == Default::default() {
        return hex::encode(place);
    }
    hex::encode(format!("{} {} {place}", sort.as_str(), order.as_str()))
}

/// Reads a position back, with the order of its list. `None` if [`encode_cursor`] did not make the text.
#[must_use]
pub fn decode_cursor(text: &str) -> Option<(Sort, Order, Position)> {
    let text = String::from_utf8(hex::decode(text).ok()?).ok()?;
    let (first, rest) = text.split_once(' ')?;
    let (sort, order, rank, place) = match Sort::parse(first) {
        None => (Sort::default(), Order::default(), first, rest),
        Some(sort) => {
            let (order, rest) = rest.split_once(' ')?;
            let (rank, place) = rest.split_once(' ')?;
            (sort, Order::parse(order)?, rank, place)
        }
    };
    let (month, key) = place.split_once(' ')?;
    Some((sort, order, Position { rank: rank.parse().ok()?, key: key.to_owned(), month: Month::parse(month)? }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::builders::{month, phone};
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
    #[case(
        "statuss=pending",
        "statuss",
        "allowed: status, ready, review, phone, lead_id, q, outcome, list, state, attempts, gate, sort"
    )]
    #[case("status=paused&status=pending", "status", "twice")]
    #[case("sort=due", "sort", "allowed: next_dial, last_call, created, attempts")]
    #[case("order=up", "order", "allowed: asc, desc")]
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

    #[rstest]
    #[case(Sort::NextDial, Order::Asc, "")]
    #[case(Sort::NextDial, Order::Desc, "&order=desc")]
    #[case(Sort::LastCall, Order::Asc, "&sort=last_call")]
    #[case(Sort::Created, Order::Desc, "&sort=created&order=desc")]
    #[case(Sort::Attempts, Order::Asc, "&sort=attempts&order=asc")]
    fn a_cursor_is_read_back_as_its_position(#[case] sort: Sort, #[case] order: Order, #[case] query: &str) {
        let position = Position { rank: -5, key: "a b_1".to_owned(), month: month("2025-12") };
        let text = encode_cursor(sort, order, &position);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(decode_cursor(&text), Some((sort, order, position.clone())));
        assert_eq!(parse_query(&format!("cursor={text}{query}")).unwrap().after, Some(position));
        check_rejected(&format!("cursor={text}{query}&offset=5"), "offset", "cannot be combined");
    }

    #[test]
    fn a_cursor_of_the_first_release_means_the_same() {
        let text = hex::encode("1765998541000 2025-12 1_2125550101");
        let position = Position { rank: 1_765_998_541_000, key: "1_2125550101".to_owned(), month: month("2025-12") };
        assert_eq!(parse_query(&format!("cursor={text}")).unwrap().after, Some(position.clone()));
        assert_eq!(encode_cursor(Sort::NextDial, Order::Asc, &position), text);
    }

    #[rstest]
    #[case::of_the_audit("3 ledger/2025-12-17/190000000-7b1f-1.jsonl")]
    #[case::of_suppressions("+12125550101")]
    #[case::without_a_key("1765998541000 2025-12")]
    #[case::without_a_month("1765998541000 2025 1_2125550101")]
    #[case::of_no_order("created up 1765998541000 2025-12 1_2125550101")]
    fn a_cursor_of_another_list_is_rejected(#[case] text: &str) {
        check_rejected(&format!("cursor={}", hex::encode(text)), "cursor", "allowed: next_cursor of the previous page");
    }

    #[test]
    fn a_cursor_of_another_order_is_rejected() {
        let position = Position { rank: 5, key: "1_2125550101".to_owned(), month: month("2025-12") };
        let text = encode_cursor(Sort::Created, Order::Desc, &position);
        for query in ["", "&sort=created", "&order=desc", "&sort=last_call&order=desc"] {
            check_rejected(&format!("cursor={text}{query}"), "cursor", "sort=created and order=desc");
        }
    }
}
