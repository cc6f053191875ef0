//! What a report means: ordered rules for a conversation, a table for a disposition. The only place where evidence becomes an
//! outcome. The first rule that matches wins (*Outcome rules* in `docs/PROVIDERS.md`).

mod called_number;
mod disposition;
mod judged;

pub(crate) use called_number::is_about_the_called_number;

use super::ground::{Field, Ground};
use super::refusal::{self, Heard, Kind};
use super::report::{Conversation, Evidence, Report};
use super::{Arrival, CallId, CallResult, CallbackTime, Outcome, POSSIBLE_DO_NOT_CALL, Phone, Policy, Unattached};
use chrono::SecondsFormat;
pub use disposition::{is_do_not_call, logged, unknown_code};
pub use judged::{Decided, DoNotCall, Judged, Judgment, KnownFrom, Refused};

/// What proves a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferRule {
    /// Only a merged warm transfer.
    Merged,
    /// Also a `transferred_to`, for accounts with cold transfers.
    TransferredTo,
}

/// Says what a report means by the settings in force. The same report gives the same answer.
#[must_use]
pub fn judge(report: Report, policy: &Policy) -> Judged {
    judgment(report, policy).judged
}

/// Says what a report means, as [`judge`] does, and which rule decided on which part of the payload.
#[must_use]
pub fn judgment(report: Report, policy: &Policy) -> Judgment {
    match &report.evidence {
        Evidence::Conversation(conversation) => {
            let callback = callback_in(&report, policy);
            let heard = refusal::heard(&conversation.user_said, conversation.labels());
            let decided = decide(conversation, &heard, callback, policy.transfer);
            let outcome = decided.outcome.clone().unwrap_or(Outcome::CONFUSED);
            let callback = callback.map(|(_, time)| time);
            let judged = judged_conversation(report, heard, (outcome, decided.rule.clone()), callback);
            Judgment { judged, decided: Some(decided) }
        }
        Evidence::Disposition(_) => disposition::judgment(report, policy),
        Evidence::Afterthought(words) => {
            let otherwise = words.otherwise;
            let heard = refusal::heard(&words.user_said, words.labels());
            match afterthought(&report, heard) {
                Some((judged, decided)) => Judgment { judged, decided: Some(decided) },
                None => Judgment { judged: Judged::NotAResult(otherwise), decided: None },
            }
        }
    }
}

fn judged_conversation(
    report: Report,
    heard: Heard,
    (outcome, rule): (Outcome, String),
    callback: Option<CallbackTime>,
) -> Judged {
    let possible = match heard {
        Heard::Possible(ground) if !outcome.suppresses() => Some(ground.words),
        Heard::Possible(_) | Heard::Certain(..) | Heard::Nothing => None,
    };
    // The attempt of our own dial finds its record without the id.
    let is_nobody = report.placeholder && report.attempt.is_none() && !outcome.suppresses();
    let reason = match (report.call.clone(), report.phone.clone()) {
        (Some(call), Ok(phone)) => {
            let judged = result(report, call, phone, (outcome, rule), callback, possible);
            return if is_nobody { of_nobody(judged, Unattached::LeadIdIsAPlaceholder) } else { judged };
        }
        (None, _) => Unattached::NoCallId,
        (Some(_), Err(reason)) => reason,
    };
    let doubt = || possible.map(|words| do_not_call(&report, Refused::Possible(words)));
    forbids(&report, outcome).or_else(doubt).unwrap_or(Judged::Unattached(reason))
}

/// Decides what a payload that is no result tells: a refusal, and nothing else. Its rules are those of a conversation.
fn afterthought(report: &Report, heard: Heard) -> Option<(Judged, Decided)> {
    let decided = |rule: &str, outcome: Option<Outcome>, ground: Ground| Decided {
        rule: rule.to_owned(),
        outcome,
        ground: Some(ground),
        known_from: None,
    };
    match heard {
        Heard::Certain(kind, ground) => {
            let (rule, outcome) = match kind {
                Kind::DoNotCall => (DO_NOT_CALL, Outcome::DNC),
                Kind::WrongNumber => (WRONG_NUMBER, Outcome::BAD_NUMBER),
            };
            Some((forbids(report, outcome.clone())?, decided(rule, Some(outcome), ground)))
        }
        Heard::Possible(ground) => {
            let judged = do_not_call(report, Refused::Possible(ground.words.clone()));
            Some((judged, decided(POSSIBLE_DO_NOT_CALL, None, ground)))
        }
        Heard::Nothing => None,
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

/// Returns the first of the account's variables for callbacks that names a time, with the time. Else one whose time cannot be
/// used, if there is any.
fn callback_in<'a>(report: &'a Report, policy: &Policy) -> Option<(&'a str, CallbackTime)> {
    let of_name = |name: &String| {
        let (variable, time) = report.times.iter().find(|(variable, _)| variable == name)?;
        Some((variable.as_str(), (*time)?))
    };
    let given = || policy.callback_variables.iter().filter_map(of_name);
    given().find(|(_, time)| *time != CallbackTime::Unusable).or_else(|| given().next())
}

/// Returns the first rule that matches a conversation.
fn decide(
    conversation: &Conversation,
    heard: &Heard,
    callback: Option<(&str, CallbackTime)>,
    transfer: TransferRule,
) -> Decided {
    let seen = Seen { conversation, heard, callback, transfer };
    let found = RULES.iter().find_map(|rule| Some((rule, (rule.found_in)(&seen)?)));
    let (rule, outcome, ground) = match found {
        Some((rule, ground)) => (rule.name, rule.outcome.clone(), Some(ground)),
        None => ("confused", Outcome::CONFUSED, None),
    };
    Decided { rule: rule.to_owned(), outcome: Some(outcome), ground, known_from: None }
}

/// What the rules look at.
struct Seen<'a> {
    conversation: &'a Conversation,
    /// What the person said about further calls.
    heard: &'a Heard,
    /// The variable in which the person asked to be called back, and the time, whether it can be used or not.
    callback: Option<(&'a str, CallbackTime)>,
    transfer: TransferRule,
}

impl std::ops::Deref for Seen<'_> {
    type Target = Conversation;

    fn deref(&self) -> &Conversation {
        self.conversation
    }
}

impl Seen<'_> {
    fn refuses(&self, kind: Kind) -> Option<Ground> {
        match self.heard {
            Heard::Certain(heard, ground) if *heard == kind => Some(ground.clone()),
            Heard::Certain(..) | Heard::Possible(_) | Heard::Nothing => None,
        }
    }

    fn answered_by(&self, words: &[&str]) -> Option<Ground> {
        is_one(Field::AnsweredBy, &self.answered_by, words)
    }

    fn status(&self, words: &[&str]) -> Option<Ground> {
        is_one(Field::Status, &self.status, words)
    }

    /// Returns the first tag that has one of these parts.
    fn tagged(&self, parts: &[&str]) -> Option<Ground> {
        let tag = self.tags.iter().find(|tag| parts.iter().any(|part| tag.contains(part)))?;
        Some(Ground::new(Field::Tags, tag))
    }
}

struct Rule {
    name: &'static str,
    outcome: Outcome,
    /// Returns what makes the rule match. `None` if it does not.
    found_in: fn(&Seen<'_>) -> Option<Ground>,
}

const DO_NOT_CALL: &str = "do_not_call";
const WRONG_NUMBER: &str = "wrong_number";

// The order matters. A do-not-call comes first because nothing may hide it. Failures come before `not_picked_up`, because they
// say more. A sale comes before a transfer, and both before a callback, because they complete the record.
const RULES: &[Rule] = &[
    Rule { name: DO_NOT_CALL, outcome: Outcome::DNC, found_in: |e| e.refuses(Kind::DoNotCall) },
    Rule {
        name: "permanent_failure",
        outcome: Outcome::BAD_NUMBER,
        found_in: |e| {
            let ground = || Ground::new(Field::ErrorMessage, &e.error_message);
            is_about_the_called_number(&e.error_message).then(ground)
        },
    },
    Rule {
        name: "voicemail",
        outcome: Outcome::VOICEMAIL,
        found_in: |e| {
            let answered = e.answered_by(&["voicemail", "machine", "answering_machine"]);
            answered.or_else(|| e.tagged(&["voicemail", "answering machine"]))
        },
    },
    // After a voicemail, because a greeting is no person.
    Rule { name: WRONG_NUMBER, outcome: Outcome::BAD_NUMBER, found_in: |e| e.refuses(Kind::WrongNumber) },
    Rule {
        name: "no_answer",
        outcome: Outcome::NO_ANSWER,
        found_in: |e| {
            let answered = e.answered_by(&["no-answer", "no_answer", "no answer"]);
            answered.or_else(|| e.status(&["no-answer"]))
        },
    },
    Rule {
        name: "busy",
        outcome: Outcome::BUSY,
        found_in: |e| e.answered_by(&["busy"]).or_else(|| e.status(&["busy"])),
    },
    Rule {
        name: "failed",
        outcome: Outcome::FAILED,
        found_in: |e| {
            let message = || Ground::new(Field::ErrorMessage, &e.error_message);
            e.status(&["failed", "canceled"]).or_else(|| (!e.error_message.is_empty()).then(message))
        },
    },
    Rule {
        name: "not_picked_up",
        outcome: Outcome::NO_ANSWER,
        found_in: |e| {
            // Five seconds are too short for a greeting. A call that was transferred was answered, however short.
            let nobody = e.answered_by.is_empty() || e.answered_by == "unknown";
            let seconds = e.seconds.filter(|seconds| *seconds < 5.0)?;
            let is_short = nobody && !e.merged && !e.transferred_to;
            is_short.then(|| Ground::new(Field::Length, &format!("{seconds} s")))
        },
    },
    Rule {
        name: "sale",
        outcome: Outcome::SALE,
        found_in: |e| {
            // Whole words: `no_sale` is no sale.
            let sold = ["sale", "sold"];
            let tagged = || e.tags.iter().find_map(|tag| is_one(Field::Tags, tag, &sold));
            is_one(Field::Label, &e.disposition, &sold).or_else(tagged)
        },
    },
    Rule {
        name: "transferred",
        outcome: Outcome::TRANSFERRED,
        // A tag or disposition `transferred` proves nothing: the agent sets it before anybody has answered.
        found_in: |e| {
            let cold = e.transfer == TransferRule::TransferredTo && e.transferred_to;
            let merged = e.merged.then(|| Ground::new(Field::WarmTransfer, "merged"));
            merged.or_else(|| cold.then(|| Ground::new(Field::TransferredTo, "")))
        },
    },
    Rule {
        name: "callback",
        outcome: Outcome::CALLBACK,
        found_in: |e| {
            let variable = e.callback.map(|(name, time)| Ground::new(Field::Variable(name.to_owned()), &shown(time)));
            let flag = || e.callback_requested.then(|| Ground::new(Field::CallbackRequested, "true"));
            variable.or_else(flag).or_else(|| e.tagged(&["callback", "call back"]))
        },
    },
    Rule {
        name: "not_interested",
        outcome: Outcome::NOT_INTERESTED,
        found_in: |e| e.tagged(&["not interested", "not_interested", "decline"]),
    },
];

/// Returns the text of a field if it is one of these words.
fn is_one(field: Field, text: &str, words: &[&str]) -> Option<Ground> {
    words.contains(&text).then(|| Ground::new(field, text))
}

/// Returns a callback time as a person reads it.
fn shown(time: CallbackTime) -> String {
    match time {
        CallbackTime::At(at) => at.to_rfc3339_opts(SecondsFormat::Secs, true),
        CallbackTime::Local(local) => format!("{local} where the person is"),
        CallbackTime::Unusable => "no time that can be used".to_owned(),
    }
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

    fn judged(evidence: &Conversation, transfer: TransferRule) -> (Outcome, String) {
        let decided = decide(evidence, &refusal::heard(&evidence.user_said, evidence.labels()), None, transfer);
        (decided.outcome.unwrap(), decided.rule)
    }

    #[track_caller]
    fn check(evidence: &Conversation, expected: &Outcome, rule: &str) {
        assert_eq!(judged(evidence, TransferRule::Merged), (expected.clone(), rule.to_owned()), "{evidence:?}");
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
        assert_eq!(judged(&cold, TransferRule::TransferredTo), (Outcome::TRANSFERRED, "transferred".to_owned()));
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
