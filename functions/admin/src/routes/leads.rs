//! One lead.

use crate::Api;
use crate::failure::Failure;
use crate::json::{CommandAnswer, ExplainAnswer, ExplainReply, Invalid, phone};
use crate::openapi::{ReadErrors, WriteErrors};
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::{Extension, Json};
use redial_domain::Actor;
use redial_domain::{Command, LeadId, Phone};
use redial_queue::usecase::admin::Steered;
use std::sync::Arc;

/// The lead that a path and `?phone=` name.
pub(crate) struct Named {
    id: LeadId,
    phone: Phone,
}

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(id) = path.map_err(|_| Invalid::field("lead_id", "the lead id is not UTF-8"))?;
        let id = LeadId::parse(&id).map_err(|error| Invalid::field("lead_id", error.to_string()))?;
        Ok(Self { id, phone: phone(parts.uri.query().unwrap_or_default())? })
    }
}

type Commanded = Result<Json<CommandAnswer>, Failure>;

/// Hold a lead back
///
/// `success` is false when there is no such lead, or its status does not allow it.
#[utoipa::path(
    post,
    path = "/lead/{lead_id}/pause",
    tag = "leads",
    params(
        ("lead_id" = String, Path, description = "The call center's id"),
        ("phone" = String, Query, description = "The lead's number, in any spelling"),
    ),
    responses((status = 200, description = "What came of it", body = CommandAnswer), WriteErrors)
)]
pub(crate) async fn pause(State(api): State<Arc<Api>>, Extension(actor): Extension<Actor>, lead: Named) -> Commanded {
    steer(&api, &actor, &lead, Command::Pause, "Lead paused").await
}

/// Let a paused lead go on
///
/// `success` is false when there is no such lead, or its status does not allow it.
#[utoipa::path(
    post,
    path = "/lead/{lead_id}/resume",
    tag = "leads",
    params(
        ("lead_id" = String, Path, description = "The call center's id"),
        ("phone" = String, Query, description = "The lead's number, in any spelling"),
    ),
    responses((status = 200, description = "What came of it", body = CommandAnswer), WriteErrors)
)]
pub(crate) async fn resume(State(api): State<Arc<Api>>, Extension(actor): Extension<Actor>, lead: Named) -> Commanded {
    steer(&api, &actor, &lead, Command::Resume, "Lead resumed").await
}

/// Take a lead out of the queue
///
/// `success` is false when there is no such lead. A later result of a call makes a new record.
#[utoipa::path(
    delete,
    path = "/lead/{lead_id}",
    tag = "leads",
    params(
        ("lead_id" = String, Path, description = "The call center's id"),
        ("phone" = String, Query, description = "The lead's number, in any spelling"),
    ),
    responses((status = 200, description = "What came of it", body = CommandAnswer), WriteErrors)
)]
pub(crate) async fn remove(State(api): State<Arc<Api>>, Extension(actor): Extension<Actor>, lead: Named) -> Commanded {
    steer(&api, &actor, &lead, Command::Remove, "Lead removed").await
}

async fn steer(api: &Api, actor: &Actor, lead: &Named, command: Command, done: &str) -> Commanded {
    let steered = api.admin.steer(actor, &lead.id, &lead.phone, command).await?;
    let (success, message) = match steered {
        Steered::Done => (true, done.to_owned()),
        Steered::UnknownLead => (false, UNKNOWN.to_owned()),
        Steered::Impossible(status) => (false, format!("The lead is {}, which does not allow this", status.as_str())),
    };
    Ok(Json(CommandAnswer { success, message }))
}

const UNKNOWN: &str = "Lead not found in the redial queue";

/// Why a lead is dialed or not
///
/// `success` is false when there is no such lead.
#[utoipa::path(
    get,
    path = "/lead/{lead_id}/explain",
    tag = "leads",
    params(
        ("lead_id" = String, Path, description = "The call center's id"),
        ("phone" = String, Query, description = "The lead's number, in any spelling"),
    ),
    responses((status = 200, description = "The verdict", body = ExplainReply), ReadErrors)
)]
pub(crate) async fn explain(State(api): State<Arc<Api>>, lead: Named) -> Result<Json<ExplainReply>, Failure> {
    let Some(found) = api.admin.explain(&lead.id, &lead.phone).await? else {
        return Ok(Json(ExplainReply::Unknown(CommandAnswer { success: false, message: UNKNOWN.to_owned() })));
    };
    let answer = ExplainAnswer::new(&found.lead, found.home.month, &found.verdict, found.next_dial, found.at);
    Ok(Json(ExplainReply::Known(Box::new(answer))))
}
