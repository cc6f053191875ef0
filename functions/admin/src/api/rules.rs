//! `GET /rules`, `GET /rules/check`

use super::invalid::Invalid;
use super::iso::iso;
use super::law_json::{LawJson, NOT_ADVICE};
use super::query::{Parameters, reject_parameters};
use super::responses::ReadErrors;
use super::texts::{PhoneText, SearchText};
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::{RawQuery, State};
use chrono::{DateTime, NaiveDate, Utc};
use redial_domain::Policy;
use redial_domain::law::{Consent, Demand, Evidence, Question, Rule, Standing};
use redial_queue::store::law::Refused;
use redial_queue::usecase::admin::LawInForce;
use serde::Serialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// List the calling rules
///
/// `in_force` tells which of them runs obey, under the setting `calling_rules` and the decisions of `GET /rules/decisions`.
#[utoipa::path(
    get,
    path = "/rules",
    tag = "rules",
    responses((status = 200, description = "Every rule.", body = RulesAnswer), ReadErrors)
)]
pub(crate) async fn rules(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<RulesAnswer>, Failure> {
    reject_parameters(query.as_deref())?;
    let LawInForce { policy, files, at } = api.admin.law().await?;
    let mode = policy.calling_rules(at);
    let shown = |rule: &Rule| {
        let zone = policy.law.lands.get(&rule.jurisdiction).and_then(|land| land.zones.first());
        let today = zone.map_or(at.date_naive(), |zone| at.with_timezone(zone).date_naive());
        let is_off = policy.law.register.is_off(&rule.id, at);
        RuleJson::new(rule, mode.enforces(rule) && rule.is_in_force(today) && !is_off)
    };
    Ok(Json(RulesAnswer {
        success: true,
        calling_rules: mode.as_str(),
        data_version: policy.law.version.clone(),
        data_sha256: policy.law.digest.clone(),
        file: files.key,
        refused_files: files.refused.into_iter().map(|Refused { key, reason }| RefusedJson { key, reason }).collect(),
        note: NOT_ADVICE,
        rules: policy.law.rules.iter().map(shown).collect(),
    }))
}

/// Ask whether a person may be called
///
/// For any place and time, without a lead. Calls that were made before are not counted.
#[utoipa::path(
    get,
    path = "/rules/check",
    tag = "rules",
    params(CheckQuery),
    responses((status = 200, description = "What the rules say.", body = CheckAnswer), ReadErrors)
)]
pub(crate) async fn check(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<CheckAnswer>, Failure> {
    let parameters = Parameters::parse(&query.unwrap_or_default(), &["state", "phone", "postal_code", "at"])?;
    let (state, postal_code) = (parameters.text("state")?, parameters.text("postal_code")?);
    let phone = parameters.phone()?;
    let LawInForce { policy, at: now, .. } = api.admin.law().await?;
    let at = instant(&parameters, now)?;
    let (state, postal_code) = (state.unwrap_or_default(), postal_code.unwrap_or_default());
    let evidence = Evidence { state: &state, phone: phone.as_ref(), postal_code: &postal_code };
    let (calling_rules, next_allowed_at) = judged(&policy, &evidence, at);
    Ok(Json(CheckAnswer { success: true, at: iso(at), next_allowed_at, calling_rules }))
}

/// Returns the instant that is asked about: `at`, or now.
pub(super) fn instant(parameters: &Parameters, now: DateTime<Utc>) -> Result<DateTime<Utc>, Invalid> {
    let at =
        parameters.parsed("at", "a time such as 2026-12-01T13:30:00Z", |text| text.parse::<DateTime<Utc>>().ok())?;
    let at = at.unwrap_or(now);
    if (at - now).abs() > chrono::TimeDelta::days(FURTHEST_DAYS) {
        return Err(Invalid::field("at", "at is more than ten years away"));
    }
    Ok(at)
}

/// Returns what the rules say about a person of whom only the place is known, and from when on a call is allowed.
pub(super) fn judged(policy: &Policy, evidence: &Evidence<'_>, at: DateTime<Utc>) -> (LawJson, Option<DateTime<Utc>>) {
    let place = policy.law.place(evidence);
    let standing = Standing { decided: policy.law.register.decided(at), ..Standing::default() };
    let mode = policy.calling_rules(at);
    let question = Question { place: &place, calls: &[], standing: &standing, mode, guard: policy.ring_guard };
    let next_allowed_at = policy.law.next_allowed(&question, at).map(iso);
    (LawJson::new(policy, &place, &policy.law.decide(&question, at)), next_allowed_at)
}

/// The rules of today say little about a time further away.
const FURTHEST_DAYS: i64 = 3660;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
struct CheckQuery {
    /// State: two letters, a name or an ISO code.
    #[param(value_type = Option<SearchText>, example = "FL")]
    state: Option<String>,
    /// Phone number, in any common spelling.
    #[param(value_type = Option<PhoneText>, example = "+13055550100")]
    phone: Option<String>,
    /// Postal code.
    #[param(value_type = Option<SearchText>, example = "33101")]
    postal_code: Option<String>,
    /// Time, in RFC 3339 and at most ten years away. Without it, now.
    #[param(value_type = Option<DateTime<Utc>>, example = "2026-12-01T13:30:00Z")]
    at: Option<String>,
}

/// Calling rules.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RulesAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Which rules are in force: `hours_and_caps`, `full` or `federal`.
    #[schema(example = "hours_and_caps")]
    calling_rules: &'static str,
    /// Version of the rules.
    #[schema(example = "2026-11-27.1")]
    data_version: String,
    /// SHA-256 of the rules and of the tables of area codes and postal codes.
    data_sha256: String,
    /// File of the bucket that they come from. `null` for the rules of the release.
    file: Option<String>,
    /// Newer files that are not valid, so that they are not used.
    refused_files: Vec<RefusedJson>,
    /// What these rules are.
    #[schema(example = "engineering data, not legal advice")]
    note: &'static str,
    /// Rules, in the order of the file.
    rules: Vec<RuleJson>,
}

/// File of rules that is not valid.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct RefusedJson {
    /// Key of the object.
    key: String,
    /// What is wrong with it.
    reason: String,
}

/// Answer about a place and a time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CheckAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time in question.
    at: DateTime<Utc>,
    /// First time from then on at which a call is allowed. `null` if time alone brings none.
    next_allowed_at: Option<DateTime<Utc>>,
    /// What the rules say.
    calling_rules: LawJson,
}

/// Calling rule.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct RuleJson {
    /// Id of the rule.
    #[schema(example = "FL-hours")]
    id: String,
    /// Two letters of the jurisdiction. `US` for the federal rules.
    #[schema(example = "FL")]
    jurisdiction: String,
    /// What it asks for: `hours`, `cap`, `consent:express`, `consent:written`, `decision` or `no_second_call`.
    #[schema(example = "hours")]
    demand: &'static str,
    /// Whether runs obey it today.
    in_force: bool,
    /// First local date of the rule. `null` if it always was.
    effective_from: Option<NaiveDate>,
    /// Last local date of the rule. `null` if no end is known.
    effective_to: Option<NaiveDate>,
    /// Law or regulation.
    citation: String,
    /// How sure its text is: `primary`, `secondary` or `single-source`.
    #[schema(example = "primary")]
    confidence: String,
    /// What is in doubt.
    note: String,
}

impl RuleJson {
    fn new(rule: &Rule, in_force: bool) -> Self {
        let demand = match &rule.demand {
            Demand::Hours(_) => "hours",
            Demand::Cap { .. } => "cap",
            Demand::Consent(Consent::Express) => "consent:express",
            Demand::Consent(Consent::Written) => "consent:written",
            Demand::Decision => "decision",
            Demand::NoSecondCall => "no_second_call",
        };
        Self {
            id: rule.id.to_string(),
            jurisdiction: rule.jurisdiction.to_string(),
            demand,
            in_force,
            effective_from: rule.from,
            effective_to: rule.to,
            citation: rule.citation.clone(),
            confidence: rule.confidence.clone(),
            note: rule.note.clone(),
        }
    }
}
