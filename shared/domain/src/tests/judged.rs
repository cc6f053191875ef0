//! Tests of what each piece of evidence means, one at a time.

use super::*;

fn answered() -> Conversation {
    let human = Conversation { status: "completed".into(), answered_by: "human".into(), ..Conversation::default() };
    Conversation { seconds: Some(60.0), ..human }
}

fn report(evidence: Evidence) -> Report {
    let told = result("c1", "BUSY");
    Report {
        call: Some(told.call),
        attempt: None,
        source: Source::Bland,
        lead: told.lead,
        placeholder: false,
        phone: Ok(told.phone),
        month: None,
        evidence,
        times: Vec::new(),
        inbound: false,
        ended_at: now(),
        profile: told.profile,
    }
}

fn disposition(code: &str) -> Report {
    Report { source: Source::Convoso, ..report(Evidence::Disposition(code.to_owned())) }
}

#[track_caller]
fn arrival(judged: Judged) -> Arrival {
    match judged {
        Judged::Arrival(arrival) => *arrival,
        other => panic!("expected an arrival, got {other:?}"),
    }
}

#[track_caller]
fn call_result(judged: Judged) -> CallResult {
    match arrival(judged) {
        Arrival::Result(result) => result,
        other => panic!("expected a result, got {other:?}"),
    }
}

#[track_caller]
fn rule_of(conversation: Conversation) -> String {
    call_result(judge(report(Evidence::Conversation(Box::new(conversation))), &policy())).rule
}

#[rstest]
#[case::answered_by_voicemail("voicemail", Conversation { answered_by: "voicemail".into(), ..answered() })]
#[case::tagged_voicemail("voicemail", Conversation { tags: vec!["voicemail left".into()], ..answered() })]
#[case::answered_by_nobody("no_answer", Conversation { answered_by: "no-answer".into(), ..answered() })]
#[case::status_no_answer("no_answer", Conversation { status: "no-answer".into(), ..answered() })]
#[case::answered_by_busy("busy", Conversation { answered_by: "busy".into(), ..answered() })]
#[case::status_busy("busy", Conversation { status: "busy".into(), ..answered() })]
#[case::status_failed("failed", Conversation { status: "failed".into(), ..answered() })]
#[case::status_canceled("failed", Conversation { status: "canceled".into(), ..answered() })]
#[case::any_error("failed", Conversation { error_message: "carrier error".into(), ..answered() })]
#[case::short("not_picked_up", Conversation { answered_by: String::new(), seconds: Some(4.9), ..answered() })]
#[case::short_and_unknown("not_picked_up", Conversation { answered_by: "unknown".into(), seconds: Some(1.0), ..answered() })]
#[case::short_but_merged("transferred", Conversation { answered_by: String::new(), seconds: Some(1.0), merged: true, ..answered() })]
#[case::short_but_transferred("confused", Conversation { answered_by: String::new(), seconds: Some(1.0), transferred_to: true, ..answered() })]
#[case::disposition_sold("sale", Conversation { disposition: "sold".into(), ..answered() })]
#[case::tagged_sale("sale", Conversation { tags: vec!["sale".into()], ..answered() })]
#[case::tagged_sold("sale", Conversation { tags: vec!["hot".into(), "sold".into()], ..answered() })]
#[case::merged("transferred", Conversation { merged: true, ..answered() })]
#[case::transferred_to("confused", Conversation { transferred_to: true, ..answered() })]
#[case::callback_requested("callback", Conversation { callback_requested: true, ..answered() })]
#[case::tagged_callback("callback", Conversation { tags: vec!["call back later".into()], ..answered() })]
#[case::tagged_decline("not_interested", Conversation { tags: vec!["decline".into()], ..answered() })]
#[case::nothing("confused", answered())]
fn each_piece_of_evidence_has_its_rule(#[case] rule: &str, #[case] conversation: Conversation) {
    assert_eq!(rule_of(conversation), rule);
}

#[test]
fn the_first_variable_of_the_account_that_names_a_time_is_the_callback() {
    let time = |minutes_ahead| Some(CallbackTime::At(now() + minutes(minutes_ahead)));
    let times = [("other", time(1)), ("callback_time", None), ("scheduled_callback_time", time(3))];
    let times = times.map(|(name, time)| (name.to_owned(), time)).to_vec();
    let conversation = Evidence::Conversation(Box::new(answered()));
    let asks = call_result(judge(Report { times, ..report(conversation) }, &policy()));
    assert_eq!((asks.outcome, asks.callback), (Outcome::CALLBACK, time(3)));
}

#[test]
fn a_conversation_without_a_call_id_is_unattached() {
    let nameless = Report { call: None, ..report(Evidence::Conversation(Box::new(answered()))) };
    assert_eq!(judge(nameless, &policy()), Judged::Unattached(Unattached::NoCallId));
}

#[rstest]
#[case("am", Outcome::VOICEMAIL)]
#[case("DNCQ", Outcome::DNC)]
#[case("own code", Outcome::SALE)]
#[case("unheard", Outcome::parse("UNHEARD").unwrap())]
fn a_disposition_is_what_the_account_or_the_table_says(#[case] code: &str, #[case] outcome: Outcome) {
    let policy = policy_with(&[("convoso_dispositions", " own code = sale ")]);
    let judged = call_result(judge(disposition(code), &policy));
    assert_eq!((judged.outcome, judged.rule), (outcome, format!("disposition:{}", code.to_uppercase())));
}

#[test]
fn a_disposition_that_is_no_word_is_no_result() {
    assert_eq!(judge(disposition(" "), &policy()), Judged::NotAResult(NotAResult::StatusNotValid));
}

#[test]
fn a_disposition_without_a_lead_counts_only_if_it_suppresses_the_number() {
    let without_lead = |code| Report { lead: None, ..disposition(code) };
    let judged = judge(without_lead("SALE"), &policy());
    assert!(matches!(judged, Judged::OfNobody(_, Unattached::NoLeadId)), "{judged:?}");
    assert_eq!(call_result(judge(without_lead("DNC"), &policy())).outcome, Outcome::DNC);
}

#[test]
fn a_new_disposition_is_a_new_lead() {
    let arrival = arrival(judge(disposition("new"), &policy()));
    assert_eq!((arrival.id(), arrival.month()), (format!("new:{}", location().key().as_str()), None));
    assert_eq!((arrival.lead(), arrival.phone()), (Some(&location().id), &phone()));
}

#[test]
fn a_disposition_without_a_call_id_counts_only_if_it_ends_the_dialing() {
    let without_call = |code| Report { call: None, ..disposition(code) };
    assert_eq!(judge(without_call("B"), &policy()), Judged::Unattached(Unattached::NoCallLogId));
    let id = |report| call_result(judge(report, &policy())).call;
    let sale = id(without_call("SALE"));
    assert_eq!(sale.as_str(), format!("convoso:SALE:{:08x}", location().key().stable_hash()));
    assert_eq!(id(without_call("SALE")), sale, "a repeat has the same id");
    assert_eq!(id(Report { lead: None, ..without_call("DNC") }).as_str(), "convoso:DNC:00000000");
}

#[rstest]
#[case::words("you keep calling me", "", Outcome::CONFUSED, Some("you keep calling me"))]
#[case::words_in_a_call_that_forbids_more("you keep calling me", "dnc", Outcome::DNC, None)]
#[case::certain_words("stop calling me", "", Outcome::DNC, None)]
#[case::other_words("tell me more", "", Outcome::CONFUSED, None)]
fn what_may_be_a_refusal_is_kept_for_a_person_unless_the_call_forbids_more(
    #[case] said: &str,
    #[case] label: &str,
    #[case] outcome: Outcome,
    #[case] possible: Option<&str>,
) {
    let said = Conversation { user_said: vec![said.to_owned()], disposition: label.to_owned(), ..answered() };
    let result = call_result(judge(report(Evidence::Conversation(Box::new(said))), &policy()));
    assert_eq!((result.outcome, result.possible_refusal.as_deref()), (outcome, possible));
}

#[test]
fn what_may_be_a_refusal_adds_nothing_to_a_number_that_does_not_exist() {
    let said = Conversation {
        user_said: vec!["you keep calling me".to_owned()],
        error_message: "unallocated number".to_owned(),
        ..answered()
    };
    let result = call_result(judge(report(Evidence::Conversation(Box::new(said))), &policy()));
    assert_eq!((result.outcome, result.possible_refusal), (Outcome::BAD_NUMBER, None));
}

#[test]
fn only_what_a_person_said_counts_without_the_number() {
    let without_a_number = |said: Conversation| {
        let report = report(Evidence::Conversation(Box::new(said)));
        judge(Report { phone: Err(Unattached::NoCallId), ..report }, &policy())
    };
    let refused = Conversation { user_said: vec!["stop calling me".to_owned()], ..answered() };
    assert!(matches!(without_a_number(refused), Judged::DoNotCall(told) if told.phone.is_none()));
    let bad_number = Conversation { error_message: "unallocated number".to_owned(), ..answered() };
    assert_eq!(without_a_number(bad_number), Judged::Unattached(Unattached::NoCallId));
}
