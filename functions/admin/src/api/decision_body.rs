//! The body of `POST /rules/decisions`, as the OpenAPI document describes it.
#![expect(dead_code, reason = "only its description is used")]

use super::texts::WhyText;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

/// Decision to record.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum DecisionBody {
    /// Nobody is called in a jurisdiction, such as in a declared emergency.
    Suspension {
        /// Two letters of a jurisdiction of `GET /rules`.
        #[schema(pattern = "^[A-Z]{2}$", example = "LA")]
        jurisdiction: String,
        /// Reason: who was asked, and what they said.
        #[schema(value_type = WhyText)]
        why: String,
        /// Begin. Without it, now.
        #[schema(nullable = false)]
        from: Option<DateTime<Utc>>,
        /// End. Without it, the suspension lasts until it is ended.
        #[schema(nullable = false)]
        until: Option<DateTime<Utc>>,
    },
    /// A rule is switched off.
    RuleOff {
        /// Id of a rule of `GET /rules`.
        #[schema(min_length = 1, example = "LA-hours")]
        rule: String,
        /// Reason: who was asked, and what they said.
        #[schema(value_type = WhyText)]
        why: String,
        /// End, at most 400 days away.
        until: DateTime<Utc>,
    },
    /// An artificial voice may call in a jurisdiction.
    VoiceAllowed {
        /// Two letters of a jurisdiction of `GET /rules`.
        #[schema(pattern = "^[A-Z]{2}$", example = "LA")]
        jurisdiction: String,
        /// Reason: who was asked, and what they said.
        #[schema(value_type = WhyText)]
        why: String,
        /// End, at most 400 days away.
        until: DateTime<Utc>,
    },
    /// Only the federal hours bind, where the setting `calling_rules` is `federal`.
    FederalOnly {
        /// Reason: who was asked, and what they said.
        #[schema(value_type = WhyText)]
        why: String,
        /// End, at most 400 days away.
        until: DateTime<Utc>,
    },
    /// The leads of a list, or all leads, have agreed to be called.
    Attestation {
        /// List of the dialer. Without it, every lead without evidence of its own.
        #[schema(max_length = 100, nullable = false, example = "1001")]
        list_id: Option<String>,
        /// What people agreed to.
        level: ConsentWord,
        /// SHA-256 of the text that people agreed to.
        #[schema(pattern = "^[0-9A-Fa-f]{64}$")]
        text_sha256: String,
        /// Reason: who was asked, and what they said.
        #[schema(value_type = WhyText)]
        why: String,
        /// End, at most 400 days away.
        until: DateTime<Utc>,
    },
}

/// What people agreed to.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ConsentWord {
    Express,
    Written,
}
