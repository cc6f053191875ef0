//! What a dialer's disposition means.

use super::{Decided, Judged, Judgment, KnownFrom};
use crate::do_not_call;
use crate::ground::{Field, Ground};
use crate::report::{Evidence, Report};
use crate::{
    Arrival, CallId, CallResult, InCall, LeadId, LeadKey, NewLead, NotAResult, Outcome, Phone, Policy, Unattached,
};

/// What Convoso's dispositions mean, unless the account says otherwise (`docs/PROVIDERS.md`).
const DISPOSITIONS: &[(&str, Outcome)] = &[
    ("SALE", Outcome::SALE),
    ("ACA", Outcome::TRANSFERRED),
    ("BASACA", Outcome::TRANSFERRED),
    ("TR", Outcome::TRANSFERRED),
    ("A", Outcome::VOICEMAIL),
    ("AA", Outcome::VOICEMAIL),
    ("AM", Outcome::VOICEMAIL),
    ("NA", Outcome::NO_ANSWER),
    ("B", Outcome::BUSY),
    ("CB", Outcome::CALLBACK),
    ("CALLBK", Outcome::CALLBACK),
    ("NI", Outcome::NOT_INTERESTED),
    ("DC", Outcome::BAD_NUMBER),
    ("BPN", Outcome::BAD_NUMBER),
    ("WRONG", Outcome::BAD_NUMBER),
    // The labels of these codes, which some accounts send instead.
    ("WRONG NUMBER", Outcome::BAD_NUMBER),
    ("WRONG PERSON", Outcome::BAD_NUMBER),
    ("WRONG PHONE NUMBER", Outcome::BAD_NUMBER),
    ("DISCONNECTED NUMBER", Outcome::BAD_NUMBER),
    ("ANSWERING MACHINE", Outcome::VOICEMAIL),
    ("CALL BACK", Outcome::CALLBACK),
];

/// The disposition of a lead that was never called.
const NEW: &str = "NEW";

/// Dispositions of a call that is not over, without the spaces between their words. `PU` is a call that was picked up, and in
/// `DISPO` the agent is about to choose the disposition.
const IN_CALL: &[&str] = &[
    "INCALL",
    "ONCALL",
    "INPROGRESS",
    "PU",
    "PICKUP",
    "PICKEDUP",
    "QUEUE",
    "QUEUED",
    "INQUEUE",
    "DISPO",
    "DIALING",
    "RINGING",
    "LIVECALL",
    "ACTIVECALL",
    "ONPHONE",
    "ONTHEPHONE",
    "TALKING",
];

/// Codes that mean a do-not-call if nothing else is in them. In a longer label they may mean something else.
const REFUSALS: &[&str] =
    &["REMOVE", "REMOVED", "REMOVAL", "REMOVE LEAD", "STOP", "BAJA", "DND", "UNSUB", "TCPA", "LITIGATION", "BLOCKED"];

/// The name of the rule, before the code.
const RULE: &str = "disposition";

/// The most characters of a code that the name of a rule keeps.
const CODE: usize = 64;

/// What a code says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Meaning {
    /// The lead was never called.
    New,
    /// The call is not over.
    InCall,
    /// How the call ended.
    Outcome(Outcome),
}

/// Says what a disposition means.
///
/// A result is told apart from a repeat by the dialer's id of the call. Without one only an outcome that ends the dialing is
/// taken, because it may be applied twice without harm, and because to ignore it could mean to call somebody who must not be
/// called.
pub(super) fn judgment(report: Report, policy: &Policy) -> Judgment {
    let Evidence::Disposition(code) = &report.evidence else {
        return Judgment { judged: Judged::NotAResult(NotAResult::NoStatus), decided: None };
    };
    let (meaning, known_from) = meaning(code, policy).unzip();
    let rule = format!("{RULE}:{}", code.to_uppercase().chars().take(CODE).collect::<String>());
    let decided = meaning.as_ref().map(|meaning| Decided {
        rule: rule.clone(),
        outcome: match meaning {
            Meaning::Outcome(outcome) => Some(outcome.clone()),
            Meaning::New | Meaning::InCall => None,
        },
        ground: Some(Ground::new(Field::Disposition, code)),
        known_from,
    });
    Judgment { judged: judged(report, meaning, rule, policy), decided }
}

fn judged(report: Report, meaning: Option<Meaning>, rule: String, policy: &Policy) -> Judged {
    let (outcome, phone) = match (meaning, report.phone.clone()) {
        (Some(Meaning::Outcome(outcome)), Ok(phone)) => (outcome, phone),
        (Some(Meaning::Outcome(outcome)), Err(reason)) => {
            return super::forbids(&report, outcome).unwrap_or(Judged::Unattached(reason));
        }
        (_, Err(reason)) => return Judged::Unattached(reason),
        (None, Ok(_)) => return Judged::NotAResult(NotAResult::StatusNotValid),
        // The number is in use, whether the lead is known or not.
        (Some(Meaning::InCall), Ok(phone)) => return in_call(report, phone),
        (Some(Meaning::New), Ok(phone)) => {
            let Report { lead, placeholder, profile, .. } = report;
            return match lead {
                Some(lead) => Judged::Arrival(Box::new(Arrival::NewLead(NewLead { lead, phone, profile }))),
                None => Judged::Unattached(no_lead(placeholder)),
            };
        }
    };
    let nobody = (report.lead.is_none() && !outcome.suppresses()).then(|| no_lead(report.placeholder));
    let call = match &report.call {
        Some(call) => Some(call.clone()),
        None if nobody.is_none() && policy.completes(&outcome, false) => {
            ending_id(report.lead.as_ref(), &phone, &outcome)
        }
        None => None,
    };
    let Some(call) = call else { return Judged::Unattached(nobody.unwrap_or(Unattached::NoCallLogId)) };
    let callback = super::callback_in(&report, policy).map(|(_, time)| time);
    let judged = super::result(report, call, phone, (outcome, rule), callback, None);
    match nobody {
        Some(reason) => super::of_nobody(judged, reason),
        None => judged,
    }
}

/// Returns the disposition of a report if no table and no family of codes knows it, as a value for a metric. Its outcome is
/// the code itself.
///
/// The value is 1 to 16 letters, digits, `_` or `-`, and `OTHER` for every other text. An agent may have typed a number into
/// the field, so a text with more than four digits is `OTHER` too.
#[must_use]
pub fn unknown_code(report: &Report, policy: &Policy) -> Option<String> {
    let Evidence::Disposition(code) = &report.evidence else { return None };
    let Some((Meaning::Outcome(_), KnownFrom::Nowhere)) = meaning(code, policy) else { return None };
    let word = code.trim().to_uppercase();
    Some(if is_code(&word) { word } else { OTHER.to_owned() })
}

/// Returns the outcome and the rule of a result as logs show them. A disposition may have a name or a number that an agent
/// typed, so of the others than [`Outcome::known`] only what [`unknown_code`] would show is shown.
#[must_use]
pub fn logged(result: &CallResult) -> (&str, &str) {
    let (rule, code) = result.rule.split_once(':').unwrap_or((&result.rule, ""));
    // The outcome has `_` for the spaces of its code.
    let is_typed = Outcome::parse(code).as_ref() == Some(&result.outcome);
    let word = result.outcome.as_str();
    let is_shown = result.outcome.known().is_some() || (is_code(word) && (!is_typed || is_code(code.trim())));
    (if is_shown { word } else { OTHER }, rule)
}

/// What is shown for a text that is no code.
const OTHER: &str = "OTHER";

/// Returns whether a text in upper case looks like a code. One with spaces is a sentence of an agent.
fn is_code(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_' || c == '-';
    let digits = word.chars().filter(char::is_ascii_digit).count();
    !word.is_empty() && word.len() <= 16 && word.chars().all(plain) && digits <= 4
}

/// Returns what a code means: by the account's table, else by the default table, else by its family. The account comes first,
/// because only it knows what its agents mean. With it comes where the code is known from. `None` if the code is no word.
fn meaning(code: &str, policy: &Policy) -> Option<(Meaning, KnownFrom)> {
    let account = &policy.convoso_dispositions;
    let exactly = account.get(&code.trim().to_uppercase());
    let said = words(code);
    let alike = || account.iter().find(|(known, _)| is_alike(known, &said)).map(|(_, outcome)| outcome);
    if let Some(outcome) = exactly.or_else(alike) {
        // The account may also say that a code of its own is a new lead, a call in progress or a do-not-call.
        let meaning = family(outcome.as_str()).unwrap_or_else(|| Meaning::Outcome(outcome.clone()));
        return Some((meaning, KnownFrom::Account));
    }
    if let Some((_, outcome)) = DISPOSITIONS.iter().find(|(known, _)| is_alike(known, &said)) {
        return Some((Meaning::Outcome(outcome.clone()), KnownFrom::Table));
    }
    if let Some(meaning) = family(code) {
        return Some((meaning, KnownFrom::Family));
    }
    let outcome = Outcome::parse(code)?;
    let known_from = if outcome.known().is_some() { KnownFrom::Outcome } else { KnownFrom::Nowhere };
    Some((Meaning::Outcome(outcome), known_from))
}

/// Returns what a code means that belongs to a family of codes.
fn family(code: &str) -> Option<Meaning> {
    let words = words(code);
    if words == NEW {
        return Some(Meaning::New);
    }
    // Before a call in progress: "DISPO - DNC" tells how the agent will end it.
    if is_do_not_call(code) {
        return Some(Meaning::Outcome(Outcome::DNC));
    }
    // A dialer may send the label behind the code, as in `PU - Call Picked Up`.
    let first = self::words(code.split(" - ").next().unwrap_or_default());
    let is_in_call = |words: &String| IN_CALL.contains(&words.replace(' ', "").as_str());
    [&words, &first].into_iter().any(is_in_call).then_some(Meaning::InCall)
}

/// Returns whether a disposition means a do-not-call in every account that does not say otherwise.
#[must_use]
pub fn is_do_not_call(code: &str) -> bool {
    // Some accounts put letters before DNC.
    do_not_call::is_meant_by(code) || do_not_call::is_inside(code) || REFUSALS.contains(&words(code).as_str())
}

/// Returns whether a code of a table has the words that were sent.
fn is_alike(known: &str, said: &str) -> bool {
    !said.is_empty() && words(known) == said
}

/// Returns the words of a code in upper case, with one space between them, so that codes and labels match in any case and
/// spacing. An apostrophe separates nothing.
fn words(text: &str) -> String {
    let upper = text.to_uppercase().replace(['\'', '\u{2019}', '\u{2018}', '`'], "");
    let words = upper.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Returns why a report has no lead.
fn no_lead(placeholder: bool) -> Unattached {
    if placeholder { Unattached::LeadIdIsAPlaceholder } else { Unattached::NoLeadId }
}

fn in_call(report: Report, phone: Phone) -> Judged {
    let Report { source, call, lead, ended_at, .. } = report;
    Judged::InCall(Box::new(InCall { source, call, lead, phone, since: ended_at }))
}

/// The same for every repetition. A hash, because call ids are logged and leads are not.
fn ending_id(lead: Option<&LeadId>, phone: &Phone, outcome: &Outcome) -> Option<CallId> {
    let whose = lead.map_or(0, |lead| LeadKey::new(lead, phone).stable_hash());
    CallId::parse(&format!("convoso:{outcome}:{whose:08x}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builders::{at, policy, policy_with, report, result};
    use rstest::rstest;

    #[rstest]
    #[case("DNC")]
    #[case("dnca")]
    #[case("DNCDEC")]
    #[case("DNC_LIST")]
    #[case("DNC - Requested")]
    #[case("DNC2")]
    #[case("D.N.C.")]
    #[case("Federal DNC")]
    #[case("XDNC")]
    #[case("Do Not Call")]
    #[case("do-not-call (customer)")]
    #[case("Do not  contact")]
    #[case("Don\u{2019}t call")]
    #[case("DO_NOT_CALL_REQUEST")]
    #[case("Opted Out")]
    #[case("Unsubscribe")]
    #[case("INTDNC")]
    #[case("Do Not Call - Verbal")]
    #[case("Requested removal")]
    #[case("REMOVE")]
    #[case("Asked to be removed")]
    #[case("Asked not to call")]
    #[case("Take off the list")]
    #[case("Opts out")]
    #[case("STOP")]
    #[case("DND")]
    #[case("TCPA Litigator")]
    #[case("Cease & Desist")]
    #[case("Blacklisted")]
    #[case("NO LLAMAR")]
    #[case("No llame m\u{e1}s")]
    #[case("No volver a llamar")]
    #[case("Dar de baja")]
    #[case("Not interested, do not call")]
    // Punctuation ends a denial.
    #[case("NO - DNC")]
    #[case("No: DNC")]
    #[case("Said no, DNC")]
    #[case("Not interested. DNC")]
    #[case("not opted out; do not call")]
    #[case("NOT DNC, later DNC")]
    #[case("NOT - ON THE DNC LIST")]
    #[case("DISPO - DNC")]
    #[case("QUEUE - Do not call")]
    // The account can map the code to another outcome. If it does not, the number is lost: a forbidden dial is worse.
    #[case("DNC check passed")]
    #[case("Do not call before 5 pm")]
    fn a_code_that_begins_with_dnc_or_means_it_is_a_do_not_call(#[case] code: &str) {
        assert_eq!(meaning(code, &policy()), Some((Meaning::Outcome(Outcome::DNC), KnownFrom::Family)));
    }

    #[rstest]
    #[case("ZQ9", Some("ZQ9"))]
    #[case(" zq_9 ", Some("ZQ_9"))]
    #[case("call 2125550101", Some("OTHER"))]
    #[case("DNC", None)]
    #[case("NA", None)]
    fn a_code_that_no_table_knows_is_told_without_what_an_agent_may_have_typed(
        #[case] code: &str,
        #[case] told: Option<&str>,
    ) {
        let mut report = report(&result(1, "c1", Outcome::DNC, at("2025-12-17T19:00:00Z")));
        report.evidence = Evidence::Disposition(code.to_owned());
        assert_eq!(unknown_code(&report, &policy()).as_deref(), told);
    }

    #[rstest]
    #[case("Non-DNC")]
    #[case("NOT DNC")]
    #[case("not_dnc")]
    #[case("not  on_the DNC-list")]
    #[case("Not on DNC")]
    #[case("Not on the DNC list")]
    #[case("Did not opt out")]
    #[case("Removed from campaign")]
    #[case("Do not email")]
    #[case("Non-stop ringing")]
    #[case("CALL BACK DO NOT LEAVE MESSAGE")]
    #[case("NI")]
    fn another_label_is_no_do_not_call(#[case] code: &str) {
        let meaning = meaning(code, &policy()).map(|(meaning, _)| meaning);
        assert_ne!(meaning, Some(Meaning::Outcome(Outcome::DNC)));
    }

    #[rstest]
    #[case("SALE", "disposition:SALE", ("SALE", "disposition"))]
    #[case("XFER", "disposition:XFER", ("XFER", "disposition"))]
    #[case("XFER_2", "disposition:XFER_2", ("XFER_2", "disposition"))]
    #[case("A-1", "disposition:A-1", ("A-1", "disposition"))]
    #[case("BUSY", "busy", ("BUSY", "busy"))]
    #[case("BUSY", "disposition:JOHN SMITH", ("BUSY", "disposition"))]
    #[case("JOHN SMITH", "disposition:JOHN SMITH", ("OTHER", "disposition"))]
    #[case("CALL 2125550101", "disposition:CALL 2125550101", ("OTHER", "disposition"))]
    #[case("2125550101", "disposition:2125550101", ("OTHER", "disposition"))]
    fn a_log_has_no_text_that_an_agent_typed(
        #[case] outcome: &str,
        #[case] rule: &str,
        #[case] expected: (&str, &str),
    ) {
        let outcome = Outcome::parse(outcome).unwrap();
        let result = CallResult { rule: rule.to_owned(), ..result(1, "c1", outcome, at("2025-12-17T19:00:00Z")) };
        assert_eq!(logged(&result), expected);
    }

    #[rstest]
    #[case("INCALL")]
    #[case("In Call")]
    #[case("in-call")]
    #[case("PU")]
    #[case("PU - Call Picked Up")]
    #[case("queue")]
    #[case("DISPO")]
    #[case("On the phone")]
    fn a_call_that_is_not_over_has_no_outcome(#[case] code: &str) {
        assert_eq!(meaning(code, &policy()), Some((Meaning::InCall, KnownFrom::Family)));
    }

    #[rstest]
    #[case("READY")]
    #[case("PUSH")]
    #[case("DISPOSED")]
    fn a_code_that_only_looks_like_a_call_in_progress_is_an_outcome(#[case] code: &str) {
        let outcome = Outcome::parse(code).unwrap();
        assert_eq!(meaning(code, &policy()), Some((Meaning::Outcome(outcome), KnownFrom::Nowhere)));
    }

    #[rstest]
    #[case("DNCA", Meaning::Outcome(Outcome::NOT_INTERESTED))]
    #[case(" dnca ", Meaning::Outcome(Outcome::NOT_INTERESTED))]
    #[case("LEFT  MSG", Meaning::Outcome(Outcome::VOICEMAIL))]
    #[case("left_msg", Meaning::Outcome(Outcome::VOICEMAIL))]
    #[case("live", Meaning::InCall)]
    #[case("QUEUE", Meaning::Outcome(Outcome::BUSY))]
    #[case("FRESH", Meaning::New)]
    #[case("NA", Meaning::Outcome(Outcome::BUSY))]
    fn the_table_of_the_account_comes_first(#[case] code: &str, #[case] expected: Meaning) {
        let table = "DNCA=NOT_INTERESTED,LEFT MSG=VOICEMAIL,LIVE=INCALL,QUEUE=BUSY,FRESH=NEW,NA=BUSY";
        let policy = policy_with(&[("convoso_dispositions", table)]);
        assert_eq!(meaning(code, &policy), Some((expected, KnownFrom::Account)));
    }
}
