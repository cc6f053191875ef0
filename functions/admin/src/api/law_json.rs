//! What the calling rules say, as JSON.

use super::iso::iso;
use chrono::{DateTime, Utc};
use redial_domain::Policy;
use redial_domain::law::{Closed, Decision, Place};
use serde::Serialize;
use utoipa::ToSchema;

pub(super) const NOT_ADVICE: &str = "engineering data, not legal advice";

/// Decision of the calling rules.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LawJson {
    /// Whether the rules in force allow a call now.
    allowed: bool,
    /// Version of the rules.
    #[schema(example = "2026-11-27.1")]
    data_version: String,
    /// Minutes that a call may ring after it is dialed. The rules must be open then too.
    #[schema(example = 3)]
    guard_minutes: i64,
    /// Jurisdictions in which the person may be, each with its time zones. Empty outside the United States.
    jurisdictions: Vec<JurisdictionJson>,
    /// Rules in force that forbid the call.
    closed: Vec<ClosedJson>,
    /// Rules that are not in force and would forbid it: consent, decisions of the operator, and a second call.
    would_close: Vec<ClosedJson>,
    /// What these rules are.
    #[schema(example = "engineering data, not legal advice")]
    note: &'static str,
}

/// Jurisdiction in which a person may be.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct JurisdictionJson {
    /// Two letters.
    #[schema(example = "FL")]
    jurisdiction: String,
    /// Time zones.
    zones: Vec<&'static str>,
}

/// Rule that forbids a call.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ClosedJson {
    /// Id of the rule.
    #[schema(example = "FL-hours")]
    rule: String,
    /// Law or regulation. Empty for a suspension and for a place outside the United States.
    citation: String,
    /// Time at which this rule opens. `null` if time does not open it.
    opens_at: Option<DateTime<Utc>>,
}

impl LawJson {
    pub(super) fn new(policy: &Policy, place: &Place, decision: &Decision) -> Self {
        let closed = |closed: &[Closed]| closed.iter().map(|closed| ClosedJson::new(policy, closed)).collect();
        let presences = match place {
            Place::In(presences) => presences.as_slice(),
            Place::Outside => &[],
        };
        Self {
            allowed: decision.is_allowed(),
            data_version: policy.law.version.clone(),
            guard_minutes: policy.ring_guard.num_minutes(),
            jurisdictions: presences
                .iter()
                .map(|presence| JurisdictionJson {
                    jurisdiction: presence.jurisdiction.to_string(),
                    zones: presence.zones.iter().map(|zone| zone.name()).collect(),
                })
                .collect(),
            closed: closed(&decision.closed),
            would_close: closed(&decision.would_close),
            note: NOT_ADVICE,
        }
    }
}

impl ClosedJson {
    fn new(policy: &Policy, closed: &Closed) -> Self {
        let rule = policy.law.rules.iter().find(|rule| rule.id == closed.rule);
        Self {
            rule: closed.rule.to_string(),
            citation: rule.map(|rule| rule.citation.clone()).unwrap_or_default(),
            opens_at: closed.opens.map(iso),
        }
    }
}
