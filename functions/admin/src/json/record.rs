//! Lists of records.

use super::{Cursor, RecordsQuery, StatusWord, iso};
use chrono::{DateTime, Utc};
use redial_domain::{CallId, Lead, Month, Outcome, PastCall, Source};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// The most bytes of one page, counted as they travel: Lambda puts a body into a JSON string, where quotes and backslashes take
/// two, and allows 6 MB.
pub const PAGE_BYTES: usize = 5_000_000;

/// Room for what stands around the records.
const ENVELOPE: usize = 4_000;

/// The records that a query wants, as they are written.
#[derive(Debug, Clone, Serialize)]
pub struct RecordsAnswer {
    success: bool,
    timestamp: DateTime<Utc>,
    filter: FilterJson,
    total: usize,
    filtered: usize,
    records: Vec<Box<RawValue>>,
    next_cursor: Option<String>,
}

/// A part of the records that a query wants, by `next_redial_timestamp`.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordsPage {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// When this was true.
    pub timestamp: DateTime<Utc>,
    /// The query as it was understood.
    pub filter: FilterJson,
    /// Every record of the open months.
    pub total: usize,
    /// Those that the query wants, on all pages.
    pub filtered: usize,
    /// Those of this page. A page may have fewer than `limit` records, as it is at most 5 MB long.
    pub records: Vec<RecordJson>,
    /// Asks for the next page; null on the last.
    pub next_cursor: Option<String>,
}

/// How many there are.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    /// Every record of the open months.
    pub total: usize,
    /// Those that the query wants, on all pages.
    pub filtered: usize,
}

impl RecordsAnswer {
    /// A page of records; `next` is the place of its last record when there are more.
    #[must_use]
    pub fn new(
        query: &RecordsQuery,
        counts: Counts,
        records: Vec<Box<RawValue>>,
        next: Option<&Cursor>,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            success: true,
            timestamp: iso(at),
            filter: FilterJson::new(query),
            total: counts.total,
            filtered: counts.filtered,
            records,
            next_cursor: next.map(Cursor::encode),
        }
    }
}

/// Renders records until a page is full. At least one, so that every page leads on.
#[must_use]
pub fn fill(records: impl IntoIterator<Item = RecordJson>) -> Vec<Box<RawValue>> {
    let mut room = PAGE_BYTES - ENVELOPE;
    let mut page = Vec::new();
    for record in records {
        let Ok(raw) = serde_json::value::to_raw_value(&record) else { break };
        match room.checked_sub(travelling(raw.get())) {
            Some(rest) => room = rest,
            None if page.is_empty() => room = 0,
            None => break,
        }
        page.push(raw);
    }
    page
}

/// How long a text is in a JSON string, with the comma after it.
fn travelling(text: &str) -> usize {
    text.len() + text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count() + 1
}

/// A query as it was understood.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FilterJson {
    /// Only those with this status.
    #[schema(value_type = Option<StatusWord>)]
    pub status: Option<&'static str>,
    /// Only those that may be dialed now.
    pub ready: bool,
    /// Only those with this number.
    pub phone: Option<String>,
    /// Only those with this lead id.
    pub lead_id: Option<String>,
    /// Only those that contain this text.
    pub q: Option<String>,
    /// At most so many.
    pub limit: usize,
    /// Without the first so many.
    pub offset: usize,
}

impl FilterJson {
    fn new(query: &RecordsQuery) -> Self {
        Self {
            status: query.status.map(|status| status.as_str()),
            ready: query.ready,
            phone: query.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            lead_id: query.lead_id.clone(),
            q: query.q.clone(),
            limit: query.limit,
            offset: query.offset,
        }
    }
}

/// A record as it is stored, and what can be computed of it. Timestamps are epoch milliseconds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordJson {
    /// `{lead_id}_{national number}`.
    #[schema(example = "123456_5555550123")]
    pub key: String,
    /// The month in which the record lives.
    #[schema(example = "2024-12")]
    pub month: String,
    /// The call center's id.
    #[schema(example = "123456")]
    pub lead_id: String,
    /// The number to dial.
    #[schema(example = "+15555550123")]
    pub phone_number: String,
    /// The dialer's list.
    pub list_id: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Two-letter state.
    pub state: String,
    /// Results counted.
    pub attempts: u32,
    /// When the last call ended.
    pub last_call_timestamp: Option<i64>,
    /// When the next dial is due.
    pub next_redial_timestamp: i64,
    /// When the person asked to be called back.
    pub scheduled_callback_time: Option<i64>,
    /// The last 20 outcomes, oldest first.
    pub outcomes: Vec<String>,
    /// The outcome of the call that ended last.
    pub last_outcome: Option<String>,
    /// The call that ended last.
    pub last_call_id: Option<String>,
    /// When the record was made.
    pub created_at: i64,
    /// When it was changed last.
    pub updated_at: i64,
    /// Where it stands.
    #[schema(value_type = StatusWord)]
    pub status: &'static str,
    /// The last 50 calls, in the order in which they ended.
    pub call_history: Vec<CallJson>,
    /// Dial requests refused since the last result.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub refused_dials: Option<u32>,
    /// The attempt that was refused last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_refused_attempt: Option<String>,
    /// `last_call_timestamp` in RFC 3339.
    pub last_call_iso: Option<DateTime<Utc>>,
    /// `next_redial_timestamp` in RFC 3339.
    pub next_redial_iso: DateTime<Utc>,
    /// `created_at` in RFC 3339.
    pub created_at_iso: DateTime<Utc>,
    /// Minutes until the next dial is due, rounded up; 0 when it is.
    #[schema(minimum = 0)]
    pub minutes_until_next_redial: i64,
    /// It may be dialed now, by every gate.
    pub is_ready: bool,
}

impl RecordJson {
    /// A record of `month` as it is at `at`.
    #[must_use]
    pub fn new(lead: &Lead, month: Month, is_ready: bool, at: DateTime<Utc>) -> Self {
        let millis_left = (lead.next_redial - at).num_milliseconds().max(0);
        Self {
            key: lead.key().as_str().to_owned(),
            month: month.to_string(),
            lead_id: lead.id.as_str().to_owned(),
            phone_number: lead.phone.as_str().to_owned(),
            list_id: lead.profile.list_id.clone(),
            first_name: lead.profile.first_name.clone(),
            last_name: lead.profile.last_name.clone(),
            state: lead.profile.state.clone(),
            attempts: lead.attempts,
            last_call_timestamp: millis(lead.last_call),
            next_redial_timestamp: lead.next_redial.timestamp_millis(),
            scheduled_callback_time: millis(lead.callback),
            outcomes: lead.outcomes.iter().map(ToString::to_string).collect(),
            last_outcome: lead.last_outcome.as_ref().map(Outcome::to_string),
            last_call_id: lead.last_call_id.as_ref().map(text),
            created_at: lead.created_at.timestamp_millis(),
            updated_at: lead.updated_at.timestamp_millis(),
            status: lead.status.as_str(),
            call_history: lead.history.iter().map(CallJson::from).collect(),
            refused_dials: (lead.refusals > 0).then_some(lead.refusals),
            last_refused_attempt: lead.refused_attempt.map(|attempt| attempt.to_string()),
            last_call_iso: lead.last_call.map(iso),
            next_redial_iso: iso(lead.next_redial),
            created_at_iso: iso(lead.created_at),
            minutes_until_next_redial: millis_left.saturating_add(59_999) / 60_000,
            is_ready,
        }
    }
}

/// One call in the history of a record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallJson {
    /// The provider's id.
    pub call_id: String,
    /// How it ended.
    #[schema(example = "NO_ANSWER")]
    pub outcome: String,
    /// When it ended.
    pub at: i64,
    /// Who told of it: bland, convoso, or redial for an attempt of which nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub source: Option<&'static str>,
    /// Our attempt, when we placed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub attempt_id: Option<String>,
    /// The rule that gave the outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub rule: Option<String>,
    /// When the person asked in this call to be called back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub callback_time: Option<i64>,
}

impl From<&PastCall> for CallJson {
    fn from(past: &PastCall) -> Self {
        Self {
            call_id: text(&past.call),
            outcome: past.outcome.to_string(),
            at: past.at.timestamp_millis(),
            source: past.source.map(Source::as_str),
            attempt_id: past.attempt.map(|attempt| attempt.to_string()),
            rule: past.rule.clone(),
            callback_time: millis(past.callback),
        }
    }
}

fn millis(at: Option<DateTime<Utc>>) -> Option<i64> {
    at.map(|at| at.timestamp_millis())
}

fn text(call: &CallId) -> String {
    call.as_str().to_owned()
}
