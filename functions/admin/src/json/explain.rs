//! Why a lead is dialed or not.

use super::{CommandAnswer, RecordJson, iso};
use chrono::{DateTime, Utc};
use redial_domain::verdict::{Gate, Opens, Shown};
use redial_domain::{Lead, Month, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

/// The answer for a lead that may have no record.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ExplainReply {
    /// The verdict.
    Known(Box<ExplainAnswer>),
    /// There is no record of it.
    Unknown(CommandAnswer),
}

/// The verdict over a lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExplainAnswer {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// When this was true.
    pub timestamp: DateTime<Utc>,
    /// The month in which the record lives.
    #[schema(example = "2024-12")]
    pub month: String,
    /// The lead may be dialed now.
    pub may_dial: bool,
    /// The next instant at which it can be dialed if nothing else happens; null when time alone does not open every gate.
    pub next_dial_at: Option<DateTime<Utc>>,
    /// Every gate, in order.
    pub gates: Vec<GateJson>,
    /// The record.
    pub record: RecordJson,
}

impl ExplainAnswer {
    /// The verdict over a lead at `at`.
    #[must_use]
    pub fn new(
        lead: &Lead,
        month: Month,
        verdict: &Verdict,
        next_dial: Option<DateTime<Utc>>,
        at: DateTime<Utc>,
    ) -> Self {
        let may_dial = verdict.may_dial();
        Self {
            success: true,
            timestamp: iso(at),
            month: month.to_string(),
            may_dial,
            next_dial_at: next_dial.map(iso),
            gates: verdict.gates.iter().map(GateJson::from).collect(),
            record: RecordJson::new(lead, month, may_dial, at),
        }
    }
}

/// One gate.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GateJson {
    /// Which.
    #[schema(example = "business_hours")]
    pub name: &'static str,
    /// It lets the lead through.
    pub open: bool,
    /// What it found.
    pub value: ShownJson,
    /// What it allows.
    pub limit: ShownJson,
    /// When a closed gate opens; null when it is open, or time alone does not open it.
    pub opens_at: Option<DateTime<Utc>>,
}

impl From<&Gate> for GateJson {
    fn from(gate: &Gate) -> Self {
        let opens_at = match gate.opens {
            Opens::At(at) => Some(iso(at)),
            Opens::Now | Opens::Never => None,
        };
        let (value, limit) = (ShownJson::from(&gate.value), ShownJson::from(&gate.limit));
        Self { name: gate.name.as_str(), open: gate.is_open(), value, limit, opens_at }
    }
}

/// Something that a gate shows.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ShownJson {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Count(u32),
    /// A text, or an instant in RFC 3339.
    Text(String),
}

impl From<&Shown> for ShownJson {
    fn from(shown: &Shown) -> Self {
        match shown {
            Shown::Flag(flag) => Self::Flag(*flag),
            Shown::Count(count) => Self::Count(*count),
            Shown::Time(..)
            | Shown::Word(..)
            | Shown::Text(..)
            | Shown::Wall(..)
            | Shown::Walls(..)
            | Shown::Hours(..) => Self::Text(shown.to_string()),
        }
    }
}
