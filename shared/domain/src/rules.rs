//! What a report means: ordered rules for a conversation, a table for a disposition. The only place where evidence becomes an
//! outcome. The first rule that matches wins (*Outcome rules* in `docs/PROVIDERS.md`).

mod called_number;
mod disposition;

pub(crate) use called_number::is_about_the_called_number;

use super::refusal::{self, Kind, Refusal};
use super::report::{Conversation, Evidence, Report};
use super::{
    Arrival, CallId, CallResult, CallbackTime, InCall, LeadId, NotAResult, Outcome, Phone, Policy, Source, Unattached,
};
pub use disposition::{is_do_not_call, logged, unknown_code};

/// What proves a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferRule {
    /// Only a merged warm transfer.
    Merged,
    /// Also a `transferred_to`, for accounts with cold transfers.
    TransferredTo,
}

/// What a report means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// It belongs in a record.
    Arrival(Box<Arrival>),
    /// It forbids further calls, but it is not a result that could be recorded.
    DoNotCall(Box<DoNotCall>),
    /// It has no lead, so it belongs in no record. But the number was called, and an agent may be on the phone with the person.
    OfNobody(Box<CallResult>, Unattached),
    /// The person is on the phone with an agent now. The call has no result yet.
    InCall(Box<InCall>),
    /// It is no result of a call.
    NotAResult(NotAResult),
    /// It cannot be told to whom or to what it belongs.
    Unattached(Unattached),
}

/// A do-not-call that is not in a result: it came in a later payload of a call, or without a usable number or call id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoNotCall {
    /// Whether it is certain.
    pub refused: Refused,
    /// Who reported it.
    pub source: Source,
    /// The number. Without one the lead or the call tells whose it is.
    pub phone: Option<Phone>,
    /// The lead, if it is named.
    pub lead: Option<LeadId>,
    /// The call, if it is named.
    pub call: Option<CallId>,
}

/// How sure a do-not-call is that is not in a result.
#[derive(Clone, PartialEq, Eq)]
pub enum Refused {
    /// The outcome that forbids further calls.
    Certainly(Outcome),
    /// What was said. A person must decide.
    Possible(String),
}

/// Without the words, which are personal data.
impl std::fmt::Debug for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Certainly(outcome) => write!(f, "Certainly({outcome})"),
            Self::Possible(_) => f.write_str("Possible"),
        }
    }
}

/// Says what a report means by the settings in force. The same report gives the same answer.
#[must_use]
pub fn judge(report: Report, policy: &Policy) -> Judged {
    match &report.evidence {
        Evidence::Conversation(conversation) => {
            let callback = callback_of(&report, policy);
            let labels = [conversation.tags.as_slice(), std::slice::from_ref(&conversation.disposition)].concat();
            let heard = refusal::heard(&conversation.user_said, &labels);
            let (outcome, rule) = outcome_of(conversation, &heard, callback.is_some(), policy.transfer);
            let possible = match heard {
                Refusal::Possible(words) if !outcome.suppresses() => Some(words),
                Refusal::Possible(_) | Refusal::Certain(_) | Refusal::None => None,
            };
            // The attempt of our own dial finds its record without the id.
            let is_nobody = report.placeholder && report.attempt.is_none() && !outcome.suppresses();
            let reason = match (report.call.clone(), report.phone.clone()) {
                (Some(call), Ok(phone)) => {
                    let judged = result(report, call, phone, (outcome, rule.to_owned()), callback, possible);
                    return if is_nobody { of_nobody(judged, Unattached::LeadIdIsAPlaceholder) } else { judged };
                }
                (None, _) => Unattached::NoCallId,
                (Some(_), Err(reason)) => reason,
            };
            let doubt = || possible.map(|words| do_not_call(&report, Refused::Possible(words)));
            forbids(&report, outcome).or_else(doubt).unwrap_or(Judged::Unattached(reason))
        }
        Evidence::Disposition(_) => disposition::judge(report, policy),
        Evidence::Afterthought(words) => {
            let heard = refusal::heard(&words.user_said, &words.labels);
            afterthought(&report, heard).unwrap_or(Judged::NotAResult(words.otherwise))
        }
    }
}

/// Decides what a payload that is no result tells: a refusal, and nothing else.
fn afterthought(report: &Report, heard: Refusal) -> Option<Judged> {
    match heard {
        Refusal::Certain(Kind::DoNotCall) => forbids(report, Outcome::DNC),
        Refusal::Certain(Kind::WrongNumber) => forbids(report, Outcome::BAD_NUMBER),
        Refusal::Possible(words) => Some(do_not_call(report, Refused::Possible(words))),
        Refusal::None => None,
    }
}

/// Returns the do-not-call of a report that cannot be a result. `None` if the outcome allows further calls. A number that does
/// not exist says nothing about the other numbers of its lead, so without the number itself only a person's refusal counts.
fn forbids(report: &Report, outcome: Outcome) -> Option<Judged> {
    let counts = outcome == Outcome::DNC || (outcome.suppresses() && report.phone.is_ok());
    counts.then(|| do_not_call(report, Refused::Certainly(outcome)))
}

fn do_not_call(report: &Report, refused: Refused) -> Judged {
    let Report { source, lead, call, phone, .. } = report.clone();
    Judged::DoNotCall(Box::new(DoNotCall { refused, source, phone: phone.ok(), lead, call }))
}

fn result(
    report: Report,
    call: CallId,
    phone: Phone,
    (outcome, rule): (Outcome, String),
    callback: Option<CallbackTime>,
    possible_refusal: Option<String>,
) -> Judged {
    let Report { attempt, source, lead, month, evidence, inbound, ended_at, profile, .. } = report;
    let result = CallResult {
        call,
        attempt,
        source,
        lead,
        phone,
        month,
        outcome,
        rule,
        callback,
        inbound,
        ended_at,
        profile,
        possible_refusal,
        connected: matches!(&evidence, Evidence::Conversation(said) if said.merged),
    };
    Judged::Arrival(Box::new(Arrival::Result(result)))
}

/// Makes a result that belongs to no record, but tells of its number.
fn of_nobody(judged: Judged, reason: Unattached) -> Judged {
    match judged {
        Judged::Arrival(arrival) => match *arrival {
            Arrival::Result(result) => Judged::OfNobody(Box::new(result), reason),
            Arrival::NewLead(_) => Judged::Unattached(reason),
        },
        other => other,
    }
}

/// The time of the first of the account's variables for callbacks that names one. Else one that cannot be used, if there is
/// any.
fn callback_of(report: &Report, policy: &Policy) -> Option<CallbackTime> {
    let of_name = |name: &String| report.times.iter().find(|(variable, _)| variable == name)?.1;
    let given = || policy.callback_variables.iter().filter_map(of_name);
    given().find(|time| *time != CallbackTime::Unusable).or_else(|| given().next())
}

/// The outcome of a conversation and the name of the rule that gave it.
fn outcome_of(
    conversation: &Conversation,
    heard: &Refusal,
    callback_known: bool,
    transfer: TransferRule,
) -> (Outcome, &'static str) {
    let evidence = Seen { conversation, heard, callback_known, transfer };
    RULES
        .iter()
        .find(|rule| (rule.matches)(&evidence))
        .map_or((Outcome::CONFUSED, "confused"), |rule| (rule.outcome.clone(), rule.name))
}

/// What the rules look at.
struct Seen<'a> {
    conversation: &'a Conversation,
    /// What the person said about further calls.
    heard: &'a Refusal,
    /// The person asked to be called back at a time that was given, whether it can be used or not.
    callback_known: bool,
    transfer: TransferRule,
}

impl std::ops::Deref for Seen<'_> {
    type Target = Conversation;

    fn deref(&self) -> &Conversation {
        self.conversation
    }
}

struct Rule {
    name: &'static str,
    outcome: Outcome,
    matches: fn(&Seen<'_>) -> bool,
}

// The order matters. A do-not-call comes first because nothing may hide it. Failures come before `not_picked_up`, because they
// say more. A sale comes before a transfer, and both before a callback, because they complete the record.
const RULES: &[Rule] = &[
    Rule { name: "do_not_call", outcome: Outcome::DNC, matches: |e| *e.heard == Refusal::Certain(Kind::DoNotCall) },
    Rule {
        name: "permanent_failure",
        outcome: Outcome::BAD_NUMBER,
        matches: |e| is_about_the_called_number(&e.error_message),
    },
    Rule {
        name: "voicemail",
        outcome: Outcome::VOICEMAIL,
        matches: |e| {
            ["voicemail", "machine", "answering_machine"].contains(&e.answered_by.as_str())
                || tagged(e, &["voicemail", "answering machine"])
        },
    },
    // After a voicemail, because a greeting is no person.
    Rule {
        name: "wrong_number",
        outcome: Outcome::BAD_NUMBER,
        matches: |e| *e.heard == Refusal::Certain(Kind::WrongNumber),
    },
    Rule {
        name: "no_answer",
        outcome: Outcome::NO_ANSWER,
        matches: |e| {
            ["no-answer", "no_answer", "no answer"].contains(&e.answered_by.as_str()) || e.status == "no-answer"
        },
    },
    Rule { name: "busy", outcome: Outcome::BUSY, matches: |e| e.answered_by == "busy" || e.status == "busy" },
    Rule {
        name: "failed",
        outcome: Outcome::FAILED,
        matches: |e| e.status == "failed" || e.status == "canceled" || !e.error_message.is_empty(),
    },
    Rule {
        name: "not_picked_up",
        outcome: Outcome::NO_ANSWER,
        matches: |e| {
            // Five seconds are too short for a greeting. A call that was transferred was answered, however short.
            let nobody = e.answered_by.is_empty() || e.answered_by == "unknown";
            nobody && e.seconds.is_some_and(|seconds| seconds < 5.0) && !e.merged && !e.transferred_to
        },
    },
    Rule {
        name: "sale",
        outcome: Outcome::SALE,
        matches: |e| {
            // Whole words: `no_sale` is no sale.
            let sold = |word: &str| word == "sale" || word == "sold";
            sold(&e.disposition) || e.tags.iter().any(|tag| sold(tag))
        },
    },
    Rule {
        name: "transferred",
        outcome: Outcome::TRANSFERRED,
        // A tag or disposition `transferred` proves nothing: the agent sets it before anybody has answered.
        matches: |e| e.merged || (e.transfer == TransferRule::TransferredTo && e.transferred_to),
    },
    Rule {
        name: "callback",
        outcome: Outcome::CALLBACK,
        matches: |e| e.callback_known || e.callback_requested || tagged(e, &["callback", "call back"]),
    },
    Rule {
        name: "not_interested",
        outcome: Outcome::NOT_INTERESTED,
        matches: |e| tagged(e, &["not interested", "not_interested", "decline"]),
    },
];

fn tagged(evidence: &Conversation, parts: &[&str]) -> bool {
    evidence.tags.iter().any(|tag| contains_any(tag, parts))
}

fn contains_any(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| text.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn human() -> Conversation {
        Conversation {
            status: "completed".into(),
            answered_by: "human".into(),
            seconds: Some(115.0),
            ..Conversation::default()
        }
    }

    fn judged(evidence: &Conversation, transfer: TransferRule) -> (Outcome, &'static str) {
        let labels = [evidence.tags.as_slice(), std::slice::from_ref(&evidence.disposition)].concat();
        outcome_of(evidence, &refusal::heard(&evidence.user_said, &labels), false, transfer)
    }

    #[track_caller]
    fn check(evidence: &Conversation, expected: &Outcome, rule: &str) {
        assert_eq!(judged(evidence, TransferRule::Merged), (expected.clone(), rule), "{evidence:?}");
    }

    #[rstest]
    #[case("Please do not call me again")]
    #[case("DON\u{2019}T CALL this number")]
    #[case("would you stop   calling, please")]
    #[case("take me off")]
    #[case("remove me from your list")]
    #[case("Remove me from the list!")]
    fn a_person_who_asks_not_to_be_called_gives_a_do_not_call(#[case] words: &str) {
        check(&Conversation { user_said: vec![words.into()], ..human() }, &Outcome::DNC, "do_not_call");
    }

    #[rstest]
    #[case("do_not_call")]
    #[case("dnc")]
    #[case("do-not-call requested")]
    #[case("DNC - requested")]
    #[case("dncw")]
    #[case("opt out")]
    #[case("opted-out")]
    #[case("remove_from_list")]
    #[case("donotcall")]
    #[case("don t call")]
    #[case("do not dial")]
    #[case("do not disturb")]
    #[case("blacklist")]
    #[case("tcpa litigator")]
    #[case("no llamar")]
    #[case("requested removal")]
    #[case("consent revoked")]
    #[case("not opted out; do not call")]
    #[case("no - dnc")]
    fn a_label_that_says_do_not_call_gives_a_do_not_call(#[case] label: &str) {
        check(&Conversation { disposition: label.into(), ..human() }, &Outcome::DNC, "do_not_call");
        check(&Conversation { tags: vec![label.into()], ..human() }, &Outcome::DNC, "do_not_call");
    }

    #[test]
    fn a_wrong_number_gives_a_bad_number_unless_a_machine_said_it() {
        let said = Conversation { user_said: vec!["You have the wrong number.".into()], ..human() };
        check(&said, &Outcome::BAD_NUMBER, "wrong_number");
        check(&Conversation { tags: vec!["wrong_number".into()], ..human() }, &Outcome::BAD_NUMBER, "wrong_number");
        check(&Conversation { answered_by: "voicemail".into(), ..said }, &Outcome::VOICEMAIL, "voicemail");
    }

    #[test]
    fn do_not_call_comes_before_everything_else() {
        let evidence =
            Conversation { user_said: vec!["stop calling".into()], merged: true, error_message: "x".into(), ..human() };
        check(&evidence, &Outcome::DNC, "do_not_call");
    }

    #[rstest]
    #[case("the number you dialed is not in service", Outcome::BAD_NUMBER, "permanent_failure")]
    #[case("unallocated number", Outcome::BAD_NUMBER, "permanent_failure")]
    #[case("media stream disconnected before the agent could start", Outcome::FAILED, "failed")]
    #[case("upstream carrier error 503", Outcome::FAILED, "failed")]
    fn an_error_is_permanent_or_not(#[case] message: &str, #[case] outcome: Outcome, #[case] rule: &str) {
        check(&Conversation { error_message: message.into(), ..human() }, &outcome, rule);
    }

    #[rstest]
    #[case("", Some(4.9), Outcome::NO_ANSWER, "not_picked_up")]
    #[case("unknown", Some(0.0), Outcome::NO_ANSWER, "not_picked_up")]
    #[case("", Some(5.0), Outcome::CONFUSED, "confused")]
    #[case("", Some(246.0), Outcome::CONFUSED, "confused")]
    #[case("", None, Outcome::CONFUSED, "confused")]
    #[case("human", Some(1.0), Outcome::CONFUSED, "confused")]
    fn a_short_call_that_nobody_took_was_not_picked_up(
        #[case] answered_by: &str,
        #[case] seconds: Option<f64>,
        #[case] outcome: Outcome,
        #[case] rule: &str,
    ) {
        check(&Conversation { answered_by: answered_by.into(), seconds, ..human() }, &outcome, rule);
    }

    #[test]
    fn a_cold_transfer_counts_only_where_it_is_configured() {
        let cold = Conversation { transferred_to: true, disposition: "transferred".into(), ..human() };
        check(&cold, &Outcome::CONFUSED, "confused");
        assert_eq!(judged(&cold, TransferRule::TransferredTo), (Outcome::TRANSFERRED, "transferred"));
    }

    #[rstest]
    #[case("sale", Outcome::SALE)]
    #[case("sold", Outcome::SALE)]
    #[case("no_sale", Outcome::CONFUSED)]
    #[case("sales call", Outcome::CONFUSED)]
    fn a_sale_is_the_whole_word(#[case] disposition: &str, #[case] outcome: Outcome) {
        assert_eq!(
            judged(&Conversation { disposition: disposition.into(), ..human() }, TransferRule::Merged).0,
            outcome
        );
    }
}
