use super::iso::iso;
use super::record_json::StatusWord;
use chrono::{DateTime, Utc};
use redial_domain::{Arrival, CallId, Decided, Judged, KnownFrom, Lead, LeadId, Outcome, Phone, Refused};
use redial_queue::usecase::ingest::{Held, Ingested, LeadPreview, NumberPreview, Preview, Received};
use serde::Serialize;
use utoipa::ToSchema;

/// What a payload would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct OutcomeAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which it was judged.
    timestamp: DateTime<Utc>,
    /// What the payload is.
    #[schema(value_type = JudgedWord, example = "result")]
    judged: &'static str,
    /// Why it changes nothing, or less than a result would. `null` if it is taken in.
    #[schema(example = json!(null))]
    reason: Option<&'static str>,
    /// What the webhook would answer. `null` if it would ignore the payload.
    #[schema(value_type = Option<ResultWord>, example = "applied")]
    result: Option<&'static str>,
    /// The rule that decided. `null` if no rule did.
    decided: Option<DecidedJson>,
    /// Words that may be a refusal of calls, at most 200 characters. A person must decide. `null` if there are none.
    #[schema(max_length = 200, example = json!(null))]
    possible_do_not_call_words: Option<String>,
    /// The provider's id of the call, as it would be stored.
    #[schema(example = "c-1")]
    call_id: Option<String>,
    /// The call center's lead id, if the payload names it.
    #[schema(example = "123456")]
    lead_id: Option<String>,
    /// Record that would be changed. `null` if there is none.
    lead: Option<LeadJson>,
    /// Numbers that the payload concerns. A do-not-call without a number may concern several.
    numbers: Vec<NumberJson>,
}

/// What a payload is. `result`: the end of a call. `new_lead`: a lead that was never called. `do_not_call`,
/// `possible_do_not_call`: a refusal of calls outside of a result. `in_call`: the person is on the phone with an agent.
/// `not_a_result`: it says nothing about the end of a call. `unattached`: its lead or its call cannot be determined.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its description is used")]
enum JudgedWord {
    Result,
    NewLead,
    DoNotCall,
    PossibleDoNotCall,
    InCall,
    NotAResult,
    Unattached,
}

/// What the webhook would answer. `applied`: it is taken in. `repeat`: it was taken in before. `held`: the number is held
/// for a call with an agent.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its description is used")]
enum ResultWord {
    Applied,
    Repeat,
    Held,
}

impl OutcomeAnswer {
    pub(super) fn new(preview: &Preview) -> Self {
        let (judged, reason, result) = words(&preview.received);
        let Named { call, lead, possible } = Named::of(&preview.judgment.judged);
        Self {
            success: true,
            timestamp: iso(preview.at),
            judged,
            reason,
            result,
            decided: preview.judgment.decided.as_ref().map(DecidedJson::from),
            possible_do_not_call_words: possible.cloned(),
            call_id: call.map(|call| call.as_str().to_owned()),
            lead_id: lead.map(|lead| lead.as_str().to_owned()),
            lead: preview.lead.as_ref().map(LeadJson::from),
            numbers: preview.numbers.iter().map(|number| NumberJson::new(number, preview.at)).collect(),
        }
    }
}

/// Returns what the payload is, why it is ignored, and what the webhook would answer.
fn words(received: &Received) -> (&'static str, Option<&'static str>, Option<&'static str>) {
    let ingested = |what: &'static str, ingested: &Ingested| match ingested {
        Ingested::Applied | Ingested::Deferred => (what, None, Some("applied")),
        Ingested::Repeat => (what, None, Some("repeat")),
        Ingested::Ignored(reason) => (what, Some(reason.word()), None),
    };
    match received {
        Received::Result(_, done) => ingested("result", done),
        Received::NewLead(done) => ingested("new_lead", done),
        Received::DoNotCall => ("do_not_call", None, Some("applied")),
        Received::PossibleDoNotCall => ("possible_do_not_call", None, Some("applied")),
        Received::InCall(Held::Yes) => ("in_call", None, Some("held")),
        Received::InCall(Held::CallIsOver) => ("in_call", None, Some("repeat")),
        Received::NotAResult(reason) => ("not_a_result", Some(reason.as_str()), None),
        Received::Unattached(reason) => ("unattached", Some(reason.as_str()), None),
    }
}

/// What a payload names.
#[derive(Default)]
struct Named<'a> {
    call: Option<&'a CallId>,
    lead: Option<&'a LeadId>,
    possible: Option<&'a String>,
}

impl<'a> Named<'a> {
    fn of(judged: &'a Judged) -> Self {
        let of_result = |result: &'a redial_domain::CallResult| Self {
            call: Some(&result.call),
            lead: result.lead.as_ref(),
            possible: result.possible_refusal.as_ref(),
        };
        match judged {
            Judged::Arrival(arrival) => match &**arrival {
                Arrival::Result(result) => of_result(result),
                Arrival::NewLead(new) => Self { lead: Some(&new.lead), ..Self::default() },
            },
            Judged::OfNobody(result, _) => of_result(result),
            Judged::DoNotCall(told) => Self {
                call: told.call.as_ref(),
                lead: told.lead.as_ref(),
                possible: match &told.refused {
                    Refused::Possible(words) => Some(words),
                    Refused::Certainly(_) => None,
                },
            },
            Judged::InCall(in_call) => {
                Self { call: in_call.call.as_ref(), lead: in_call.lead.as_ref(), ..Self::default() }
            }
            Judged::NotAResult(_) | Judged::Unattached(_) => Self::default(),
        }
    }
}

/// Rule that decided, and what made it match.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct DecidedJson {
    /// Name of the rule, as the history of a record has it.
    #[schema(example = "do_not_call")]
    rule: String,
    /// Outcome that the rule gives. `null` if it gives none.
    #[schema(max_length = 64, example = "DNC")]
    outcome: Option<String>,
    /// Field of the payload that made the rule match. `null` if no other rule matched.
    #[schema(example = "transcripts")]
    field: Option<String>,
    /// What the field says, in lower case for some fields, at most 200 characters. Empty if the field only has to be there.
    #[schema(max_length = 200, example = "Please stop calling me.")]
    words: Option<String>,
    /// Where the code of a disposition is known from. `null` for Bland.
    #[schema(value_type = Option<KnownFromWord>, example = json!(null))]
    code_known_from: Option<&'static str>,
}

/// Where the code of a disposition is known from. `convoso_dispositions`: the setting. `table`: the default table. `family`:
/// codes that mean the same in every account. `outcome`: it is an outcome of the queue. `nowhere`: the outcome is the code.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its description is used")]
enum KnownFromWord {
    ConvosoDispositions,
    Table,
    Family,
    Outcome,
    Nowhere,
}

impl From<&Decided> for DecidedJson {
    fn from(decided: &Decided) -> Self {
        Self {
            rule: decided.rule.clone(),
            outcome: decided.outcome.as_ref().map(Outcome::to_string),
            field: decided.ground.as_ref().map(|ground| ground.field.name()),
            words: decided.ground.as_ref().map(|ground| ground.words.clone()),
            code_known_from: decided.known_from.map(KnownFrom::as_str),
        }
    }
}

/// What would become of a record.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct LeadJson {
    /// The call center's lead id.
    #[schema(example = "123456")]
    lead_id: String,
    /// Month of the record.
    #[schema(example = "2024-12", pattern = r"^\d{4}-\d{2}$")]
    month: String,
    /// Record as it is now. `null` if it would be new.
    before: Option<StateJson>,
    /// Record as it would be. After a do-not-call outside of a result, once the next run has completed it.
    after: StateJson,
}

/// State of a record.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StateJson {
    /// Status of the record.
    #[schema(value_type = StatusWord)]
    status: &'static str,
    /// Number of counted results.
    attempts: u32,
    /// Time at which the next attempt is due. `null` if the status lets none be made.
    next_redial_at: Option<DateTime<Utc>>,
    /// Time of the requested callback.
    callback_at: Option<DateTime<Utc>>,
    /// Whether a possible do-not-call waits for a decision.
    possible_do_not_call: bool,
}

impl From<&LeadPreview> for LeadJson {
    fn from(preview: &LeadPreview) -> Self {
        Self {
            lead_id: preview.after.id.as_str().to_owned(),
            month: preview.month.to_string(),
            before: preview.before.as_ref().map(StateJson::from),
            after: StateJson::from(&preview.after),
        }
    }
}

impl From<&Lead> for StateJson {
    fn from(lead: &Lead) -> Self {
        Self {
            status: lead.status.as_str(),
            attempts: lead.attempts,
            next_redial_at: lead.waits_for_a_dial().then(|| iso(lead.next_redial)),
            callback_at: lead.callback.map(iso),
            possible_do_not_call: lead.review.is_some(),
        }
    }
}

/// What would become of a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct NumberJson {
    /// Phone number, in E.164.
    #[schema(example = "+15555550123", pattern = r"^\+[1-9]\d{6,14}$")]
    phone_number: String,
    /// Do-not-call for which the number would be suppressed. `null` if it would not be.
    #[schema(max_length = 64, example = "DNC")]
    suppressed_by: Option<String>,
    /// Whether the number is suppressed already.
    was_suppressed: bool,
    /// Whether a possible do-not-call would hold the number until a person decides.
    possible_do_not_call: bool,
    /// Time until which a call with an agent would hold the number. `null` if there is none.
    on_call_until: Option<DateTime<Utc>>,
}

impl NumberJson {
    fn new(NumberPreview { phone, before, after }: &NumberPreview, at: DateTime<Utc>) -> Self {
        Self {
            phone_number: Phone::as_str(phone).to_owned(),
            suppressed_by: after.suppressed.as_ref().map(|suppression| suppression.reason.to_string()),
            was_suppressed: before.suppressed.is_some(),
            possible_do_not_call: after.review.is_some(),
            on_call_until: after.on_call_until(at).map(iso),
        }
    }
}
