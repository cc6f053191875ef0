//! Which records a request means. Lists and commands take the same parameters.

use super::invalid::Invalid;
use super::query::Parameters;
use super::record_json::StatusWord;
use super::texts::{GateWord, PhoneText, SearchText};
use redial_domain::law::Jurisdiction;
use redial_domain::verdict::GateName;
use redial_domain::{Outcome, Status};
use redial_queue::usecase::admin::Filter;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use utoipa::{IntoParams, ToSchema};

/// The parameters of a filter.
pub(super) const FILTER: [&str; 11] =
    ["status", "ready", "review", "phone", "lead_id", "q", "outcome", "list", "state", "attempts", "gate"];
/// Outcomes of one filter, and characters of one of them.
const MOST_OUTCOMES: usize = 20;
const LONGEST_OUTCOME: usize = 64;
const OUTCOMES: &str =
    "at most 20 outcomes with at most 64 characters each, separated by commas, such as NO_ANSWER,VOICEMAIL";
/// The word that selects records that cannot be understood.
pub(super) const UNREADABLE: &str = "unreadable";

/// Filter of records.
#[derive(Debug, Clone, Serialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordFilterJson {
    /// Status of the records.
    #[schema(value_type = Option<StatusWord>)]
    #[param(value_type = Option<StatusWord>)]
    status: Option<&'static str>,
    /// Whether to return only leads that may be dialed now.
    #[param(required = false)]
    ready: bool,
    /// Whether to return only records with a possible do-not-call that waits for a decision.
    #[param(required = false)]
    review: bool,
    /// Phone number, in any common spelling.
    #[param(value_type = Option<PhoneText>)]
    phone: Option<String>,
    /// The call center's lead id.
    #[param(value_type = Option<SearchText>)]
    lead_id: Option<String>,
    /// Text that the lead id, number, name, list, state or last outcome contains, in upper or lower case.
    #[param(value_type = Option<SearchText>)]
    q: Option<String>,
    /// Outcome of the last call, in upper or lower case. Several are separated by commas.
    #[param(
        pattern = r"^ *[^\s,\x00-\x1f\x7f-\x9f][^,\x00-\x1f\x7f-\x9f]{0,63}(, *[^\s,\x00-\x1f\x7f-\x9f][^,\x00-\x1f\x7f-\x9f]{0,63}){0,19}$",
        example = "NO_ANSWER,VOICEMAIL"
    )]
    outcome: Option<String>,
    /// The call center's list.
    #[param(max_length = 200, example = "456")]
    list: Option<String>,
    /// State or territory in which the person may be by the record's state, its number or its postal code, as the calling rules see it.
    #[param(
        pattern = r"^(A[KLRSZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOPST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY])$",
        example = "FL"
    )]
    state: Option<String>,
    /// Number of counted results, or a range of it.
    #[param(pattern = "^[0-9]{1,4}(-[0-9]{1,4})?$", example = "2-5")]
    attempts: Option<String>,
    /// Gate that holds the leads back: the first closed gate, as `GET /blocked` counts.
    #[schema(value_type = Option<GateWord>)]
    #[param(value_type = Option<GateWord>)]
    gate: Option<&'static str>,
}

impl RecordFilterJson {
    pub(super) fn new(filter: &Filter) -> Self {
        Self {
            status: filter.status.map(Status::as_str).or_else(|| filter.unreadable.then_some(UNREADABLE)),
            ready: filter.ready,
            review: filter.review,
            phone: filter.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            lead_id: filter.lead_id.clone(),
            q: filter.text.clone(),
            outcome: (!filter.outcomes.is_empty()).then(|| words(&filter.outcomes)),
            list: filter.list.clone(),
            state: filter.state.map(|state| state.to_string()),
            attempts: filter.attempts.as_ref().map(range),
            gate: filter.gate.map(GateName::as_str),
        }
    }
}

impl RecordFilterJson {
    /// Returns the conditions that were given, by parameter.
    pub(super) fn given(&self) -> BTreeMap<String, String> {
        let Ok(Value::Object(fields)) = serde_json::to_value(self) else { return BTreeMap::new() };
        let text = |value: Value| match value {
            Value::Null | Value::Bool(false) => None,
            Value::String(text) => Some(text),
            other @ (Value::Bool(true) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Some(other.to_string())
            }
        };
        fields.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect()
    }
}

/// Reads the parameters in [`FILTER`]. An empty value counts as absent.
///
/// # Errors
/// [`Invalid`] names the parameter, its value and what is allowed.
pub(super) fn parse_filter(parameters: &Parameters) -> Result<Filter, Invalid> {
    let status = parameters.parsed("status", &statuses(), |word| match word {
        UNREADABLE => Some(None),
        word => Status::parse(word).map(Some),
    })?;
    Ok(Filter {
        unreadable: status == Some(None),
        status: status.flatten(),
        ready: parameters.flag("ready")?,
        review: parameters.flag("review")?,
        phone: parameters.phone()?,
        lead_id: parameters.text("lead_id")?,
        text: parameters.text("q")?,
        outcomes: parameters.parsed("outcome", OUTCOMES, parse_outcomes)?.unwrap_or_default(),
        list: parameters.text("list")?,
        state: parameters.parsed("state", "two upper-case letters of a state, such as FL", Jurisdiction::of_state)?,
        attempts: parameters.parsed("attempts", "a number or a range, such as 2 or 2-5", parse_range)?,
        gate: parameters.parsed("gate", &GateName::ALL.map(GateName::as_str).join(", "), GateName::parse)?,
    })
}

/// Reads outcomes as records have them. A word that no record has matches nothing.
fn parse_outcomes(text: &str) -> Option<Vec<Outcome>> {
    let outcome = |text: &str| {
        let text = text.trim_start();
        let is_short = text.chars().count() <= LONGEST_OUTCOME && !text.chars().any(char::is_control);
        Outcome::of_any_text(text).filter(|_| is_short)
    };
    let outcomes: Option<Vec<Outcome>> = text.split(',').map(outcome).collect();
    outcomes.filter(|outcomes| outcomes.len() <= MOST_OUTCOMES)
}

fn words(outcomes: &[Outcome]) -> String {
    outcomes.iter().map(Outcome::as_str).collect::<Vec<_>>().join(",")
}

/// Reads a number, or the first and the last number of a range. What is smaller is the first.
fn parse_range(text: &str) -> Option<RangeInclusive<u32>> {
    let number = |text: &str| {
        let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| is_number)
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (number(first)?, number(last)?);
    Some(first.min(last)..=first.max(last))
}

fn range(range: &RangeInclusive<u32>) -> String {
    let (first, last) = (range.start(), range.end());
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

fn statuses() -> String {
    [Status::ALL.map(Status::as_str).join(", ").as_str(), UNREADABLE].join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn parsed(query: &str) -> Result<Filter, Invalid> {
        parse_filter(&Parameters::parse(query, &FILTER)?)
    }

    #[rstest]
    #[case("outcome=voicemail,+No+answer", "outcome", "VOICEMAIL,NO_ANSWER")]
    #[case("list=1001", "list", "1001")]
    #[case("state=FL", "state", "FL")]
    #[case("attempts=0", "attempts", "0")]
    #[case("attempts=2-5", "attempts", "2-5")]
    #[case("attempts=5-2", "attempts", "2-5")]
    #[case("attempts=3-3", "attempts", "3")]
    #[case("gate=calls_per_number_24h", "gate", "calls_per_number_24h")]
    fn a_filter_is_shown_as_it_was_understood(#[case] query: &str, #[case] field: &str, #[case] shown: &str) {
        let shown_as = serde_json::json!(RecordFilterJson::new(&parsed(query).unwrap()));
        assert_eq!(shown_as[field], shown);
        let again = format!("{field}={}", shown_as[field].as_str().unwrap());
        assert_eq!(parsed(&again), parsed(query));
    }

    #[rstest]
    #[case("outcome=,", "outcome", "separated by commas")]
    #[case("outcome=SALE,,DNC", "outcome", "separated by commas")]
    #[case("outcome=A%00B", "outcome", "separated by commas")]
    #[case("state=fl", "state", "two upper-case letters")]
    #[case("state=US", "state", "two upper-case letters")]
    #[case("state=ZZ", "state", "two upper-case letters")]
    #[case("attempts=-1", "attempts", "such as 2 or 2-5")]
    #[case("attempts=2-", "attempts", "such as 2 or 2-5")]
    #[case("attempts=1-2-3", "attempts", "such as 2 or 2-5")]
    #[case("attempts=12345", "attempts", "such as 2 or 2-5")]
    #[case(
        "gate=hours",
        "gate",
        "allowed: enabled, running, business_hours, calling_hours, consent, status, due, attempts, lead_window, not_suppressed, possible_do_not_call, calls_per_number_24h, transfer_quiet, line_free"
    )]
    #[case("gate=DUE", "gate", "allowed: enabled")]
    fn a_wrong_filter_is_named_with_what_is_allowed(#[case] query: &str, #[case] field: &str, #[case] said: &str) {
        let error = parsed(query).unwrap_err();
        assert_eq!(error.field.as_deref(), Some(field), "{error}");
        assert!(error.error.contains(said), "{error}");
    }

    #[test]
    fn outcomes_have_a_bound() {
        let many = |count| vec!["A"; count].join(",");
        assert!(parsed(&format!("outcome={}", many(20))).is_ok());
        assert!(parsed(&format!("outcome={}", many(21))).is_err());
        assert!(parsed(&format!("outcome={}", "A".repeat(64))).is_ok());
        assert!(parsed(&format!("outcome={}", "A".repeat(65))).is_err());
    }
}
