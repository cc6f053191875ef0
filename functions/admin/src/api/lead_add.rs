//! `POST /lead`

use super::body::json_body;
use super::invalid::Invalid;
use super::lead::LeadAnswer;
use super::leads::{FORBIDDEN, UNDECIDED};
use super::query::reject_parameters;
use super::responses::{BodyErrors, WriteErrors};
use super::texts::{LeadIdText, PhoneText};
use crate::Api;
use crate::failure::Failure;
use axum::extract::{RawQuery, Request, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use redial_domain::{Actor, Closed, NewLead};
use redial_formats::lead_list::{self, FieldError};
use redial_queue::usecase::admin::{Added, NotAdded};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Add a lead
///
/// It is dialed as every other lead, by the next run if it is due. A lead that has a record stays as it is, so the request can be
/// repeated. The answer shows whether the lead may be dialed now, which gate holds it back, and when it is dialed next.
#[utoipa::path(
    post,
    path = "/lead",
    tag = "leads",
    request_body(content = NewLeadBody, description = "The lead."),
    responses(
        (status = 201, description = "The lead is added.", body = AddedAnswer),
        (status = 200, description = "The lead has a record, which stays as it is.", body = AddedAnswer),
        WriteErrors,
        BodyErrors
    )
)]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<(StatusCode, Json<AddedAnswer>), Failure> {
    reject_parameters(query.as_deref())?;
    let addition = lead_list::read_json(&json_body(request).await?)?;
    let (status, result) = match api.admin.add_lead(&actor, &addition).await? {
        Added::Added => (StatusCode::CREATED, AddedResult::Added),
        Added::Existed => (StatusCode::OK, AddedResult::Exists),
        Added::Closed(Closed::Forbidden) => return Err(Failure::Refused(FORBIDDEN)),
        Added::Closed(Closed::Undecided) => return Err(Failure::Refused(UNDECIDED)),
        // Not answered for one lead: the use case fails.
        Added::Unreadable => return Err(Failure::Contended),
    };
    let NewLead { lead, phone, .. } = &addition.new;
    // Somebody has removed it meanwhile.
    let found = api.admin.explain(lead, phone).await?.ok_or(Failure::Contended)?;
    Ok((status, Json(AddedAnswer { result, lead: LeadAnswer::new(&found) })))
}

impl From<FieldError> for Failure {
    fn from(error: FieldError) -> Self {
        let FieldError { field, error } = error;
        Invalid { field, error }.into()
    }
}

impl From<NotAdded> for Failure {
    fn from(error: NotAdded) -> Self {
        match error {
            NotAdded::Wrong(error) => Invalid::field(error.field(), error.to_string()).into(),
            NotAdded::NotStored(error) => error.into(),
        }
    }
}

/// What came of a lead.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AddedResult {
    /// It has a record now.
    Added,
    /// It had a record.
    Exists,
}

/// Lead that was added, or that has a record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AddedAnswer {
    /// Whether it was added.
    result: AddedResult,
    /// The lead, as `GET /lead/{lead_id}` has it.
    #[serde(flatten)]
    lead: LeadAnswer,
}

/// What a person has agreed to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ConsentLevel {
    /// To be called.
    Express,
    /// To be called, and has signed it.
    Written,
}

/// Lead to add. Its fields are those of a record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct NewLeadBody {
    /// The call center's lead id, at most 128 bytes in UTF-8.
    #[schema(value_type = LeadIdText, example = "123456")]
    lead_id: String,
    /// Phone number, in any common spelling.
    #[schema(value_type = PhoneText, example = "+15555550123")]
    phone_number: String,
    /// List of the dialer.
    #[schema(max_length = 100, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]*$", example = "1001")]
    list_id: Option<String>,
    /// First name.
    #[schema(max_length = 100, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]*$", example = "John")]
    first_name: Option<String>,
    /// Last name.
    #[schema(max_length = 100, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]*$", example = "Doe")]
    last_name: Option<String>,
    /// State: two letters, a name or an ISO code. It decides about calling hours.
    #[schema(max_length = 50, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]*$", example = "FL")]
    state: Option<String>,
    /// Postal code. It decides about calling hours too.
    #[schema(max_length = 20, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]*$", example = "33101")]
    postal_code: Option<String>,
    /// What the person has agreed to. Required with any other field of a consent.
    consent_level: Option<ConsentLevel>,
    /// When the person agreed. Required with `consent_level`.
    #[schema(nullable = false, example = "2025-12-01T10:00:00-05:00")]
    consent_at: Option<DateTime<Utc>>,
    /// Where the person agreed, such as the address of a form.
    #[schema(max_length = 200, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]*$", example = "https://example.com/quote")]
    consent_source: Option<String>,
    /// SHA-256 of the text that the person agreed to, as 64 hex digits.
    #[schema(pattern = "^[0-9A-Fa-f]{64}$")]
    consent_text_sha256: Option<String>,
    /// Time of the first dial (default: at once), at most 90 days ahead and within `retention_days`.
    #[schema(nullable = false, example = "2026-12-01T13:30:00-05:00")]
    at: Option<DateTime<Utc>>,
}
