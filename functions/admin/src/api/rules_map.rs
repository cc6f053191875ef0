//! `GET /rules/map`

use super::iso::iso;
use super::law_json::LawJson;
use super::query::Parameters;
use super::responses::ReadErrors;
use super::rules::{instant, judged};
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::{RawQuery, State};
use chrono::{DateTime, Utc};
use redial_domain::law::Evidence;
use redial_queue::usecase::admin::LawInForce;
use serde::Serialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Ask where people may be called
///
/// What `GET /rules/check?state=` says of every jurisdiction, in one answer.
#[utoipa::path(
    get,
    path = "/rules/map",
    tag = "rules",
    params(MapQuery),
    responses((status = 200, description = "What the rules say of each jurisdiction.", body = MapAnswer), ReadErrors)
)]
pub(crate) async fn map(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Result<Json<MapAnswer>, Failure> {
    let parameters = Parameters::parse(&query.unwrap_or_default(), &["at"])?;
    let LawInForce { policy, at: now, .. } = api.admin.law().await?;
    let at = instant(&parameters, now)?;
    // The federal rules have no zones of their own. They bind everywhere.
    let lands = policy.law.lands.iter().filter(|(_, land)| !land.zones.is_empty());
    let jurisdictions = lands
        .map(|(jurisdiction, land)| {
            let evidence = Evidence { state: jurisdiction.as_str(), phone: None, postal_code: "" };
            let (calling_rules, next_allowed_at) = judged(&policy, &evidence, at);
            LandJson { jurisdiction: jurisdiction.to_string(), name: land.name.clone(), next_allowed_at, calling_rules }
        })
        .collect();
    Ok(Json(MapAnswer { success: true, at: iso(at), jurisdictions }))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
struct MapQuery {
    /// Time, in RFC 3339 and at most ten years away. Without it, now.
    #[param(value_type = Option<DateTime<Utc>>, example = "2026-12-01T13:30:00Z")]
    at: Option<String>,
}

/// Answer about every jurisdiction.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MapAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time in question.
    at: DateTime<Utc>,
    /// Jurisdictions, in the order of their letters.
    jurisdictions: Vec<LandJson>,
}

/// What the rules say of a jurisdiction. A person of whom only the state is known may be in any part of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct LandJson {
    /// Two letters.
    #[schema(example = "FL")]
    jurisdiction: String,
    /// Its name.
    #[schema(example = "Florida")]
    name: String,
    /// First time from then on at which a call is allowed. `null` if time alone brings none.
    next_allowed_at: Option<DateTime<Utc>>,
    /// What the rules say.
    calling_rules: LawJson,
}
