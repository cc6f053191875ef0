//! `GET /numbers/{phone}/proof`

use super::decisions::DecisionJson;
use super::invalid::Invalid;
use super::iso::iso;
use super::law_json::NOT_ADVICE;
use super::query::Parameters;
use super::responses::ReadErrors;
use super::suppression_json::SuppressionJson;
use super::suppressions::phone_of_path;
use super::texts::PhoneText;
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use chrono::{DateTime, NaiveDate, Utc};
use redial_domain::Phone;
use redial_formats::ledger_v1::Fault;
use redial_queue::usecase::admin::{MOST_DAYS, MOST_OBJECTS, NotProved, Proof, ProvenEntry};
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Prove when and why a number was called or not called
///
/// Every entry of the ledger about the number, and whether all entries of these days are as they were written.
#[utoipa::path(
    get,
    path = "/numbers/{phone}/proof",
    tag = "numbers",
    params(("phone" = PhoneText, Path, description = "Phone number, in any common spelling.", example = "+13055550100"), ProofQuery),
    responses((status = 200, description = "What the ledger says.", body = ProofAnswer), ReadErrors)
)]
pub(crate) async fn proof(
    State(api): State<Arc<Api>>,
    Path(phone): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<ProofAnswer>, Failure> {
    let phone = phone_of_path(&phone)?;
    let parameters = Parameters::parse(&query.unwrap_or_default(), &["from", "to"])?;
    let day = |name| {
        let day = parameters.parsed(name, "a day such as 2026-12-01", |text| text.parse::<NaiveDate>().ok())?;
        day.ok_or_else(|| Invalid::field(name, format!("{name} is missing; give a day such as 2026-12-01")))
    };
    let (from, to) = (day("from")?, day("to")?);
    let days = (to - from).num_days();
    if !usize::try_from(days).is_ok_and(|days| days < MOST_DAYS) {
        let allowed = format!("to must be from 0 to {} days after from", MOST_DAYS - 1);
        return Err(Invalid::field("to", allowed).into());
    }
    match api.admin.proof(&phone, from, to).await {
        Ok(proof) => Ok(Json(ProofAnswer::new(&phone, (from, to), proof))),
        Err(NotProved::Store(error)) => Err(error.into()),
        Err(NotProved::TooManyObjects(count)) => {
            let error =
                format!("these days have {count} objects, and at most {MOST_OBJECTS} are read; ask for fewer days");
            Err(Invalid::field("to", error).into())
        }
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
struct ProofQuery {
    /// First day, in UTC.
    #[param(example = "2026-12-01")]
    from: NaiveDate,
    /// Last day, in UTC. At most 30 days after the first.
    #[param(example = "2026-12-31")]
    to: NaiveDate,
}

/// What the ledger says about a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProofAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which the ledger was read.
    timestamp: DateTime<Utc>,
    /// The number.
    #[schema(example = "+13055550100")]
    phone: String,
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: NaiveDate,
    /// Whether all entries of these days are as they were written, also those of other numbers.
    verified: bool,
    /// Every entry of the number, oldest first.
    entries: Vec<EntryJson>,
    /// Present if the number is suppressed now.
    suppressed: Option<SuppressionJson>,
    /// Decisions about calling rules that counted on one of these days, newest first. They concern every number.
    decisions: Vec<DecisionJson>,
    /// What was checked.
    checked: CheckedJson,
    /// Entries that are not as they were written.
    faults: Vec<FaultJson>,
    /// Version of the calling rules now. Each attempt names the version by which it was decided.
    #[schema(example = "2026-11-27.1")]
    rules_version: String,
    /// What this is not.
    note: &'static str,
}

/// Entry of the ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EntryJson {
    /// Object that has the entry.
    object: String,
    /// Entry as it is stored.
    #[schema(value_type = Object)]
    entry: Box<RawValue>,
}

/// What was checked.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct CheckedJson {
    /// Objects of these days.
    objects: usize,
    /// Chains of hashes. Each writer has its own.
    chains: usize,
    /// Entries.
    entries: usize,
}

/// Entry that is not as it was written.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct FaultJson {
    /// `unreadable`, `changed`, `missing`, `doubled` or `wrong_chain`.
    #[schema(example = "changed")]
    fault: &'static str,
    /// Object that cannot be read.
    object: Option<String>,
    /// Writer of the chain.
    writer: String,
    /// Number of the entry in its chain.
    seq: u64,
}

impl EntryJson {
    /// Renders an entry. `None` if its line is no JSON, which is a fault of the ledger.
    pub(super) fn new(ProvenEntry { object, line, .. }: ProvenEntry) -> Option<Self> {
        Some(Self { object, entry: RawValue::from_string(line).ok()? })
    }
}

impl ProofAnswer {
    fn new(phone: &Phone, (from, to): (NaiveDate, NaiveDate), proof: Proof) -> Self {
        Self {
            success: true,
            timestamp: iso(proof.at),
            phone: phone.as_str().to_owned(),
            from,
            to,
            verified: proof.faults.is_empty(),
            entries: proof.entries.into_iter().filter_map(EntryJson::new).collect(),
            suppressed: proof.suppressed.as_ref().map(|suppression| SuppressionJson::new(phone, suppression)),
            decisions: proof.decisions.iter().rev().map(|entry| DecisionJson::new(entry, proof.at)).collect(),
            checked: CheckedJson { objects: proof.objects, chains: proof.chains, entries: proof.lines },
            faults: proof.faults.into_iter().map(FaultJson::from).collect(),
            rules_version: proof.rules,
            note: NOT_ADVICE,
        }
    }
}

impl From<(Option<String>, Fault)> for FaultJson {
    fn from((object, Fault { writer, seq, kind }): (Option<String>, Fault)) -> Self {
        Self { fault: kind.as_str(), object, writer, seq }
    }
}
