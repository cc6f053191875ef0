//! `GET /rules/decisions`, `POST /rules/decisions`, `DELETE /rules/decisions/{id}`

use super::body::json_body;
use super::decision_body::DecisionBody;
use super::invalid::Invalid;
use super::iso::iso;
use super::law_json::NOT_ADVICE;
use super::query::{Parameters, reject_parameters};
use super::responses::{BodyErrors, ReadErrors, WriteErrors};
use super::texts::{DecisionIdText, WhyText};
use crate::Api;
use crate::failure::Failure;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use redial_domain::Actor;
use redial_domain::law::{Consent, Entry, Jurisdiction, Recorded};
use redial_queue::usecase::admin::{NewEntry, NotRecorded};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

const LONGEST_TEXT: usize = 500;

/// List the decisions about calling rules
///
/// Suspensions, rules that are switched off, decisions for a jurisdiction, and attestations of consent. Those that have ended
/// are listed too.
#[utoipa::path(
    get,
    path = "/rules/decisions",
    tag = "rules",
    responses((status = 200, description = "Every decision, newest first.", body = DecisionsAnswer), ReadErrors)
)]
pub(crate) async fn decisions(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<DecisionsAnswer>, Failure> {
    reject_parameters(query.as_deref())?;
    let found = api.admin.law().await?;
    let decisions = found.policy.law.register.entries.iter().rev().map(|entry| DecisionJson::new(entry, found.at));
    Ok(Json(DecisionsAnswer { success: true, note: NOT_ADVICE, decisions: decisions.collect() }))
}

/// Record a decision about calling rules
///
/// It counts from the next decision about a call on. What opens a rule needs an end, at most 400 days away.
#[utoipa::path(
    post,
    path = "/rules/decisions",
    tag = "rules",
    request_body(content = DecisionBody, description = "The decision."),
    responses((status = 201, description = "The decision as recorded.", body = DecisionAnswer), WriteErrors, BodyErrors)
)]
pub(crate) async fn record(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<(StatusCode, Json<DecisionAnswer>), Failure> {
    reject_parameters(query.as_deref())?;
    let entry = api.admin.record(&actor, parse(&json_body(request).await?)?).await?;
    Ok((StatusCode::CREATED, Json(DecisionAnswer::new(&entry, entry.at))))
}

/// End a decision about calling rules
///
/// It counts no longer. A decision that has ended stays as it is.
#[utoipa::path(
    delete,
    path = "/rules/decisions/{id}",
    tag = "rules",
    params(
        ("id" = DecisionIdText, Path, description = "Id of the decision.", example = "0193d0c2-7b1e-7c3a-9f10-5d2f4be0a001"),
        ("why" = WhyText, Query, description = "Reason."),
    ),
    responses(
        (status = 200, description = "The decision after its end.", body = DecisionAnswer),
        (status = 404, description = "There is no decision with this id.", body = super::ErrorAnswer),
        WriteErrors
    )
)]
pub(crate) async fn end(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<DecisionAnswer>, Failure> {
    let parameters = Parameters::parse(&query.unwrap_or_default(), &["why"])?;
    let why = parameters.get("why").map(reason).transpose()?;
    let why = why.ok_or_else(|| Invalid::field("why", "why is missing; say why the decision ends"))?;
    let entry = api.admin.end_decision(&actor, &id, &why).await?;
    let ended_at = entry.end().unwrap_or(entry.at);
    Ok(Json(DecisionAnswer::new(&entry, ended_at)))
}

impl From<NotRecorded> for Failure {
    fn from(error: NotRecorded) -> Self {
        match error {
            NotRecorded::Wrong { field, error } => Invalid::field(field, error).into(),
            NotRecorded::Unknown => Self::UnknownItem("there is no decision with this id; see GET /rules/decisions"),
            NotRecorded::NotStored(error) => error.into(),
            NotRecorded::NotRead(error) => error.into(),
        }
    }
}

fn parse(body: &[u8]) -> Result<NewEntry, Invalid> {
    let new: NewDecision = serde_json::from_slice(body)
        .map_err(|error| Invalid { field: None, error: format!("the body is no decision: {error}") })?;
    let jurisdiction = || {
        let letters = new.jurisdiction.as_deref().unwrap_or_default();
        Jurisdiction::parse(letters)
            .ok_or_else(|| Invalid::value("jurisdiction", letters, "two capital letters, such as LA"))
    };
    let what = match new.kind {
        DecisionKind::Suspension => Recorded::Suspension(jurisdiction()?),
        DecisionKind::VoiceAllowed => Recorded::VoiceAllowed(jurisdiction()?),
        DecisionKind::RuleOff => {
            let rule = new.rule.as_deref().filter(|rule| !rule.is_empty());
            let rule = rule.ok_or_else(|| Invalid::field("rule", "rule is missing; it is the id of a rule"))?;
            Recorded::RuleOff(rule.into())
        }
        DecisionKind::FederalOnly => Recorded::FederalOnly,
        DecisionKind::Attestation => {
            let level = new.level.as_deref().unwrap_or_default();
            let level = Consent::parse(level).ok_or_else(|| Invalid::value("level", level, "express or written"))?;
            let hash = new.text_sha256.as_deref().unwrap_or_default();
            let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_hash {
                let error = "text_sha256 is the SHA-256 of the text that people agreed to, as 64 hex digits";
                return Err(Invalid::field("text_sha256", error));
            }
            let list_id = new.list_id.clone().filter(|list| !list.is_empty());
            if list_id.as_ref().is_some_and(|list| list.chars().count() > 100) {
                return Err(Invalid::field("list_id", "list_id has at most 100 characters"));
            }
            Recorded::Attestation { list_id, level, text_sha256: hash.to_lowercase() }
        }
    };
    Ok(NewEntry { what, why: reason(&new.why)?, from: new.from, until: new.until })
}

fn reason(text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    let is_reason = (1..=LONGEST_TEXT).contains(&text.chars().count());
    is_reason.then(|| text.to_owned()).ok_or_else(|| Invalid::field("why", "why has 1 to 500 characters"))
}

/// Kind of a decision.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DecisionKind {
    /// Nobody is called in `jurisdiction`, such as in a declared emergency.
    Suspension,
    /// `rule` is switched off.
    RuleOff,
    /// An artificial voice may call in `jurisdiction`.
    VoiceAllowed,
    /// Only the federal hours bind, where the setting `calling_rules` is `federal`.
    FederalOnly,
    /// The leads of `list_id`, or all leads, have agreed to be called.
    Attestation,
}

/// Decision to record. Errors name the field, so it is not read as [`DecisionBody`] is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewDecision {
    kind: DecisionKind,
    why: String,
    jurisdiction: Option<String>,
    rule: Option<String>,
    list_id: Option<String>,
    level: Option<String>,
    text_sha256: Option<String>,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

/// Decisions about calling rules.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct DecisionsAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// What the rules are.
    #[schema(example = "engineering data, not legal advice")]
    note: &'static str,
    /// Decisions, newest first.
    decisions: Vec<DecisionJson>,
}

/// Decision about calling rules.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct DecisionAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// The decision.
    decision: DecisionJson,
}

impl DecisionAnswer {
    fn new(entry: &Entry, at: DateTime<Utc>) -> Self {
        Self { success: true, decision: DecisionJson::new(entry, at) }
    }
}

/// Recorded decision.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct DecisionJson {
    /// Id.
    id: String,
    /// Kind.
    kind: DecisionKind,
    /// Whether it counts now.
    in_force: bool,
    /// Jurisdiction.
    jurisdiction: Option<String>,
    /// Rule that is switched off.
    rule: Option<String>,
    /// List whose leads have agreed. `null` for every lead.
    list_id: Option<String>,
    /// What they have agreed to.
    level: Option<&'static str>,
    /// SHA-256 of the text that they agreed to.
    text_sha256: Option<String>,
    /// Who recorded it.
    by: String,
    /// Reason.
    why: String,
    /// Time of recording.
    recorded_at: DateTime<Utc>,
    /// Begin.
    from: DateTime<Utc>,
    /// End. `null` if none is known.
    until: Option<DateTime<Utc>>,
    /// Who ended it before its time.
    ended_by: Option<String>,
    /// Time at which it was ended before its time.
    ended_at: Option<DateTime<Utc>>,
    /// Reason for ending it.
    ended_why: Option<String>,
}

impl DecisionJson {
    pub(super) fn new(entry: &Entry, at: DateTime<Utc>) -> Self {
        let (mut jurisdiction, mut rule, mut list_id, mut level, mut text_sha256) = (None, None, None, None, None);
        let kind = match &entry.what {
            Recorded::Suspension(place) => {
                jurisdiction = Some(place.to_string());
                DecisionKind::Suspension
            }
            Recorded::VoiceAllowed(place) => {
                jurisdiction = Some(place.to_string());
                DecisionKind::VoiceAllowed
            }
            Recorded::RuleOff(id) => {
                rule = Some(id.to_string());
                DecisionKind::RuleOff
            }
            Recorded::FederalOnly => DecisionKind::FederalOnly,
            Recorded::Attestation { list_id: list, level: of, text_sha256: hash } => {
                (list_id, level, text_sha256) = (list.clone(), Some(of.as_str()), Some(hash.clone()));
                DecisionKind::Attestation
            }
        };
        let ended = entry.ended.as_ref();
        Self {
            id: entry.id.to_string(),
            kind,
            in_force: entry.counts(at),
            jurisdiction,
            rule,
            list_id,
            level,
            text_sha256,
            by: entry.by.clone(),
            why: entry.why.clone(),
            recorded_at: iso(entry.at),
            from: iso(entry.from),
            until: entry.until.map(iso),
            ended_by: ended.map(|ended| ended.by.clone()),
            ended_at: ended.map(|ended| iso(ended.at)),
            ended_why: ended.map(|ended| ended.why.clone()),
        }
    }
}
