//! `GET /numbers/{phone}`

use super::explain::GateJson;
use super::iso::iso;
use super::line_json::LineJson;
use super::proof::EntryJson;
use super::query::Parameters;
use super::record_json::RecordJson;
use super::responses::ReadErrors;
use super::suppressions::phone_of_path;
use super::texts::PhoneText;
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use chrono::{DateTime, Days, NaiveDate, Utc};
use redial_domain::Phone;
use redial_queue::usecase::admin::{Explanation, MOST_DAYS, NotProved, NumberView, Proof};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Days of the ledger in an answer without `days`.
const DEFAULT_DAYS: usize = 2;

/// Everything about a number
///
/// Every lead with this number, what holds the number, its calls of the last 24 hours, its suppression, and what the ledger of
/// the last days says about it. `GET /numbers/{phone}/proof` also checks that the ledger is as it was written.
#[utoipa::path(
    get,
    path = "/numbers/{phone}",
    tag = "numbers",
    params(
        ("phone" = PhoneText, Path, description = "Phone number, in any common spelling.", example = "+15555550123"),
        ("days" = Option<usize>, Query, minimum = 0, maximum = 31, description = "Days of the ledger to read, in UTC and with today (default 2).")
    ),
    responses((status = 200, description = "What is known about the number.", body = NumberAnswer), ReadErrors)
)]
pub(crate) async fn number(
    State(api): State<Arc<Api>>,
    Path(phone): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<NumberAnswer>, Failure> {
    let phone = phone_of_path(&phone)?;
    let parameters = Parameters::parse(&query.unwrap_or_default(), &["days"])?;
    let days = parameters.parsed("days", "0 to 31", days)?.unwrap_or(DEFAULT_DAYS);
    let found = api.admin.number(&phone).await?;
    let ledger = match days.checked_sub(1).and_then(|before| u64::try_from(before).ok()) {
        None => LedgerJson::default(),
        Some(before) => {
            let to = found.at.date_naive();
            let from = to.checked_sub_days(Days::new(before)).unwrap_or(to);
            match api.admin.proof(&phone, from, to).await {
                Ok(proof) => LedgerJson::new(from, to, proof),
                // The rest of the answer counts more.
                Err(NotProved::TooManyObjects(_)) => {
                    LedgerJson { from: Some(from), to: Some(to), ..LedgerJson::default() }
                }
                Err(NotProved::Store(error)) => return Err(error.into()),
            }
        }
    };
    Ok(Json(NumberAnswer::new(&phone, &found, ledger)))
}

fn days(text: &str) -> Option<usize> {
    text.parse().ok().filter(|days| *days <= MOST_DAYS)
}

/// What is known about a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct NumberAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which this was true.
    timestamp: DateTime<Utc>,
    /// The number, in E.164.
    #[schema(example = "+15555550123")]
    phone: String,
    /// Whether one of its leads may be dialed now.
    may_dial: bool,
    /// Leads with this number, the newest first.
    leads: Vec<LeadOfNumberJson>,
    /// What is known about the number itself.
    line: LineJson,
    /// What the ledger says about the number.
    ledger: LedgerJson,
}

/// Lead with a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct LeadOfNumberJson {
    /// Whether the lead may be dialed now.
    may_dial: bool,
    /// Next time at which the lead can be dialed if nothing else changes. `null` if time alone does not open every gate.
    next_dial_at: Option<DateTime<Utc>>,
    /// First gate that is closed. `null` if all are open.
    closed_by: Option<GateJson>,
    /// Record of the lead.
    record: RecordJson,
}

/// What the ledger says about a number.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
struct LedgerJson {
    /// First day, in UTC. `null` if no day was asked for.
    from: Option<NaiveDate>,
    /// Last day.
    to: Option<NaiveDate>,
    /// Entries about the number, oldest first. `null` if these days have too many objects to read: ask for fewer days.
    entries: Option<Vec<EntryJson>>,
}

impl LedgerJson {
    fn new(from: NaiveDate, to: NaiveDate, proof: Proof) -> Self {
        let entries = proof.entries.into_iter().filter_map(EntryJson::new).collect();
        Self { from: Some(from), to: Some(to), entries: Some(entries) }
    }
}

impl NumberAnswer {
    fn new(phone: &Phone, found: &NumberView, ledger: LedgerJson) -> Self {
        Self {
            success: true,
            timestamp: iso(found.at),
            phone: phone.as_str().to_owned(),
            may_dial: found.leads.iter().any(Explanation::may_dial),
            leads: found.leads.iter().map(LeadOfNumberJson::new).collect(),
            line: LineJson::new(phone, &found.line, found.at),
            ledger,
        }
    }
}

impl LeadOfNumberJson {
    fn new(found: &Explanation) -> Self {
        let may_dial = found.may_dial();
        Self {
            may_dial,
            next_dial_at: found.next_dial.map(iso),
            closed_by: found.verdict.first_closed().map(GateJson::from),
            record: RecordJson::new(&found.lead, found.location.month, may_dial, found.at),
        }
    }
}
