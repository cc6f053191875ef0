//! `POST /lead/{lead_id}/callback`

use super::command_answer::CommandAnswer;
use super::invalid::Invalid;
use super::lead_parameters::{LeadPath, LeadQuery, NamedLead};
use super::leads::{Commanded, steer};
use super::responses::WriteErrors;
use crate::Api;
use crate::failure::Failure;
use axum::Extension;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use chrono::{DateTime, SubsecRound, Utc};
use redial_domain::{Actor, Command, callback_ahead};
use std::sync::Arc;
use utoipa::IntoParams;

/// Call a lead back at a time
///
/// For a person who asked an operator for it. The lead waits for that time, as after a request in a call. This ends a pause, and
/// reopens a lead without attempts. `success` is false if the lead is not in the queue or is completed, if the number must not
/// be called, or if a possible do-not-call waits for a decision.
#[utoipa::path(
    post,
    path = "/lead/{lead_id}/callback",
    tag = "leads",
    params(LeadPath, LeadQuery, CallbackQuery),
    responses((status = 200, description = "Result of the command.", body = CommandAnswer), WriteErrors)
)]
pub(crate) async fn call_back(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    AskedFor { lead, at }: AskedFor,
) -> Commanded {
    let at = callback_ahead(at, api.admin.stores.clock.now());
    let at = at.map_err(|error| Invalid::field("at", format!("at cannot be used: {error}")))?;
    steer(&api, &actor, &lead, Command::CallBack(at), "Callback scheduled").await
}

/// The lead of a request, and when the person wants to be called back.
pub(crate) struct AskedFor {
    lead: NamedLead,
    at: DateTime<Utc>,
}

const ALLOWED: &str = "a time with its offset such as 2026-12-01T13:30:00-05:00; write a + as %2B";

impl<S: Send + Sync> FromRequestParts<S> for AskedFor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let (lead, parameters) = NamedLead::with(&["at"], parts, state).await?;
        let at = parameters.parsed("at", ALLOWED, |text| DateTime::parse_from_rfc3339(text).ok())?;
        let at =
            at.ok_or_else(|| Invalid::field("at", "at is missing; add &at=2026-12-01T13:30:00-05:00 to the URL"))?;
        // Records have milliseconds.
        Ok(Self { lead, at: at.to_utc().trunc_subsecs(3) })
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
struct CallbackQuery {
    /// Time of the callback, in RFC 3339 with its offset: in the future, and at most 90 days ahead. Escape a `+` as `%2B`.
    #[param(example = "2026-12-01T13:30:00-05:00")]
    at: DateTime<Utc>,
}
