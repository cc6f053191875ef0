//! `GET /review`

use super::iso::iso;
use super::line_json::DoubtJson;
use super::query::Parameters;
use super::records::{encode_cursor, parse_cursor};
use super::responses::ReadErrors;
use super::texts::CursorText;
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::{RawQuery, State};
use chrono::{DateTime, Utc};
use redial_queue::usecase::admin::{Filter, Order, Query, RecordView, Sort};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Leads on a page without a limit.
const DEFAULT: usize = 100;
const MOST: usize = 1000;

/// Possible do-not-calls that wait for a decision
///
/// Nobody calls these numbers until somebody has decided: `POST /lead/{lead_id}/confirm-do-not-call` suppresses the number,
/// `POST /lead/{lead_id}/dismiss-do-not-call` lets the lead go on.
#[utoipa::path(
    get,
    path = "/review",
    tag = "leads",
    params(
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 1000, description = "Maximum number of leads to return (default 100)."),
        ("cursor" = Option<CursorText>, Query, description = "`next_cursor` of the previous page.")
    ),
    responses((status = 200, description = "One page of leads.", body = ReviewsAnswer), ReadErrors)
)]
pub(crate) async fn reviews(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<ReviewsAnswer>, Failure> {
    let parameters = Parameters::parse(&query.unwrap_or_default(), &["limit", "cursor"])?;
    let query = Query {
        filter: Filter { review: true, ..Filter::default() },
        limit: parameters.limit(DEFAULT, MOST)?,
        after: parse_cursor(&parameters, Sort::default(), Order::default())?,
        ..Query::default()
    };
    let page = api.admin.browse(&query).await?;
    let last = page.records.last().filter(|_| page.more);
    Ok(Json(ReviewsAnswer {
        success: true,
        timestamp: iso(page.at),
        waiting: page.filtered,
        reviews: page.records.iter().filter_map(ReviewJson::new).collect(),
        next_cursor: last.map(|view| encode_cursor(query.sort, query.order, &view.position)),
    }))
}

/// One page of possible do-not-calls.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ReviewsAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which the records were read.
    timestamp: DateTime<Utc>,
    /// Number of leads that wait for a decision, on all pages.
    waiting: usize,
    /// Leads of this page, by the time of their next attempt.
    reviews: Vec<ReviewJson>,
    /// `cursor` of the next page. `null` on the last page.
    next_cursor: Option<String>,
}

/// Lead that waits for a decision.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ReviewJson {
    /// The call center's lead id.
    #[schema(example = "123456")]
    lead_id: String,
    /// Phone number, in E.164.
    #[schema(example = "+15555550123")]
    phone_number: String,
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// Month of the record.
    #[schema(example = "2024-12")]
    month: String,
    /// What was said, and in which call.
    #[serde(flatten)]
    doubt: DoubtJson,
}

impl ReviewJson {
    fn new(view: &RecordView) -> Option<Self> {
        let lead = &view.found.lead;
        Some(Self {
            lead_id: lead.id.as_str().to_owned(),
            phone_number: lead.phone.as_str().to_owned(),
            first_name: lead.profile.first_name.clone(),
            last_name: lead.profile.last_name.clone(),
            month: view.month().to_string(),
            doubt: DoubtJson::new(lead.review.as_ref()?),
        })
    }
}
