//! Tests of which part of a payload is named as what decided.

use super::*;
use crate::builders::report;

fn answered() -> Conversation {
    let human = Conversation { status: "completed".into(), answered_by: "human".into(), ..Conversation::default() };
    Conversation { seconds: Some(60.0), ..human }
}

/// The field and the words that decided.
fn ground(decided: Option<&Decided>) -> Option<(String, String)> {
    let ground = decided?.ground.as_ref()?;
    Some((ground.field.name(), ground.words.clone()))
}

fn judged_by(evidence: Evidence) -> Judgment {
    let report = Report { evidence, ..report(&result("c1", "BUSY")) };
    judgment(report, &policy_with(&[("transfer_rule", "transferred_to")]))
}

fn talk(words: &str) -> Conversation {
    Conversation { user_said: vec!["hello".to_owned(), words.to_owned()], ..answered() }
}

#[rstest]
#[case(talk("please stop calling me"), "do_not_call", ("transcripts", "please stop calling me"))]
#[case(Conversation { tags: vec!["dnc".into()], ..talk("stop calling me") }, "do_not_call", ("pathway_tags", "dnc"))]
#[case(Conversation { disposition: "opt out".into(), ..answered() }, "do_not_call", ("disposition_tag", "opt out"))]
#[case(
    Conversation { tags: vec!["wrong_number".into()], ..talk("stop calling me") },
    "do_not_call",
    ("transcripts", "stop calling me")
)]
#[case(talk("you have the wrong number"), "wrong_number", ("transcripts", "you have the wrong number"))]
#[case(
    Conversation { error_message: "unallocated number".into(), ..answered() },
    "permanent_failure",
    ("error_message", "unallocated number")
)]
#[case(Conversation { answered_by: "machine".into(), ..answered() }, "voicemail", ("answered_by", "machine"))]
#[case(Conversation { tags: vec!["voicemail left".into()], ..answered() }, "voicemail", ("pathway_tags", "voicemail left"))]
#[case(Conversation { status: "no-answer".into(), ..answered() }, "no_answer", ("status", "no-answer"))]
#[case(Conversation { status: "busy".into(), ..answered() }, "busy", ("status", "busy"))]
#[case(Conversation { error_message: "carrier error".into(), ..answered() }, "failed", ("error_message", "carrier error"))]
#[case(
    Conversation { answered_by: String::new(), seconds: Some(4.5), ..answered() },
    "not_picked_up",
    ("call_length", "4.5 s")
)]
#[case(Conversation { tags: vec!["hot".into(), "sold".into()], ..answered() }, "sale", ("pathway_tags", "sold"))]
#[case(Conversation { merged: true, ..answered() }, "transferred", ("warm_transfer_call", "merged"))]
#[case(Conversation { transferred_to: true, ..answered() }, "transferred", ("transferred_to", ""))]
#[case(
    Conversation { callback_requested: true, ..answered() },
    "callback",
    ("variables.callback_requested", "true")
)]
#[case(Conversation { tags: vec!["decline".into()], ..answered() }, "not_interested", ("pathway_tags", "decline"))]
fn a_rule_names_what_made_it_match(
    #[case] conversation: Conversation,
    #[case] rule: &str,
    #[case] expected: (&str, &str),
) {
    let judgment = judged_by(Evidence::Conversation(Box::new(conversation)));
    let (field, words) = ground(judgment.decided.as_ref()).unwrap();
    assert_eq!(
        (judgment.decided.unwrap().rule.as_str(), field.as_str(), words.as_str()),
        (rule, expected.0, expected.1)
    );
}

#[test]
fn a_call_in_which_nothing_was_found_has_no_ground() {
    let judgment = judged_by(Evidence::Conversation(Box::new(answered())));
    let decided = judgment.decided.unwrap();
    assert_eq!((decided.rule.as_str(), decided.outcome, decided.ground), ("confused", Some(Outcome::CONFUSED), None));
}

#[test]
fn a_callback_names_its_variable() {
    let conversation = Evidence::Conversation(Box::new(answered()));
    let time = CallbackTime::At(builders::at("2025-12-18T15:00:00Z"));
    let times = vec![("callback_time".to_owned(), Some(time))];
    let asks = judgment(Report { times, evidence: conversation, ..report(&result("c1", "BUSY")) }, &policy());
    let expected = ("variables.callback_time".to_owned(), "2025-12-18T15:00:00Z".to_owned());
    assert_eq!(ground(asks.decided.as_ref()), Some(expected));
}

#[rstest]
#[case("own", Some("SALE"), KnownFrom::Account)]
#[case("b", Some("BUSY"), KnownFrom::Table)]
#[case("federal dnc", Some("DNC"), KnownFrom::Family)]
#[case("incall", None, KnownFrom::Family)]
#[case("new", None, KnownFrom::Family)]
#[case("lost", Some("LOST"), KnownFrom::Outcome)]
#[case("zq9", Some("ZQ9"), KnownFrom::Nowhere)]
fn a_disposition_names_where_it_is_known_from(
    #[case] code: &str,
    #[case] outcome: Option<&str>,
    #[case] known_from: KnownFrom,
) {
    let report = Report { evidence: Evidence::Disposition(code.to_owned()), ..report(&result("c1", "BUSY")) };
    let judgment = judgment(report, &policy_with(&[("convoso_dispositions", "OWN=SALE")]));
    assert_eq!(ground(judgment.decided.as_ref()), Some(("status".to_owned(), code.to_owned())));
    let decided = judgment.decided.unwrap();
    assert_eq!(decided.rule, format!("disposition:{}", code.to_uppercase()));
    assert_eq!((decided.outcome, decided.known_from), (outcome.and_then(Outcome::parse), Some(known_from)));
}

#[rstest]
#[case("stop calling me", "", Some(("do_not_call", Some("DNC"), "transcripts")))]
#[case("you have the wrong number", "", Some(("wrong_number", Some("BAD_NUMBER"), "transcripts")))]
#[case("tell me more", "dnc", Some(("do_not_call", Some("DNC"), "disposition_tag")))]
#[case("you keep calling me", "", Some(("possible_do_not_call", None, "transcripts")))]
#[case("tell me more", "", None)]
fn a_payload_that_is_no_result_names_only_a_refusal(
    #[case] said: &str,
    #[case] label: &str,
    #[case] expected: Option<(&str, Option<&str>, &str)>,
) {
    let (disposition, otherwise) = (label.to_owned(), NotAResult::DelayedPayload);
    let words = Afterthought { user_said: vec![said.to_owned()], disposition, tags: Vec::new(), otherwise };
    let judgment = judged_by(Evidence::Afterthought(words));
    let field = ground(judgment.decided.as_ref()).map(|(field, _)| field);
    let decided = judgment.decided.map(|decided| (decided.rule, decided.outcome.map(|outcome| outcome.to_string())));
    let expected_rule = expected.map(|(rule, outcome, _)| (rule.to_owned(), outcome.map(str::to_owned)));
    assert_eq!((decided, field.as_deref()), (expected_rule, expected.map(|(.., field)| field)));
}

#[test]
fn of_a_long_text_the_beginning_is_named_and_no_log_has_it() {
    let message = format!("carrier error {}", "x".repeat(500));
    let failed = Conversation { error_message: message.clone(), ..answered() };
    let judgment = judged_by(Evidence::Conversation(Box::new(failed)));
    let (_, words) = ground(judgment.decided.as_ref()).unwrap();
    assert_eq!(words, message.chars().take(crate::refusal::WORDS_KEPT).collect::<String>());
    assert!(!format!("{judgment:?}").contains("carrier"), "{judgment:?}");
}
