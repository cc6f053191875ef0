use super::*;
use proptest::prelude::*;
use redial_domain::settings::{Settings, find};
use redial_domain::{
    Arrival, CallResult, CallState, CallbackTime, Judged, Outcome, Policy, Refused, Unattached, judge,
};
use rstest::rstest;
use serde_json::{Value, json};

const NOW: &str = "2025-12-17T19:20:00Z";

fn policy() -> Policy {
    Settings::default().policy(redial_domain::settings::Limits::default()).unwrap()
}

/// What a body means to the queue.
fn judged(parsed: Parsed) -> Judged {
    match parsed {
        Parsed::Report(report) => judge(*report, &policy()),
        Parsed::NotAResult(reason) => Judged::NotAResult(reason),
        Parsed::Unattached(reason) => Judged::Unattached(reason),
    }
}

fn read(body: &Value) -> Judged {
    judged(parse(body.to_string().as_bytes(), NOW.parse().unwrap()).unwrap())
}

/// A completed call, with some fields replaced.
fn call(changes: &Value) -> Value {
    let mut body = json!({
        "call_id": "c1", "to": "+16285550107", "from": "+12315550128", "status": "completed", "completed": true,
        "answered_by": "human", "call_length": 2, "end_at": "2025-12-17T19:19:04.000Z",
    });
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

#[track_caller]
fn result(changes: &Value) -> CallResult {
    match read(&call(changes)) {
        Judged::Arrival(arrival) => match *arrival {
            Arrival::Result(result) => result,
            Arrival::NewLead(_) => panic!("a new lead"),
        },
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case(json!({"status": "NO-ANSWER"}), "NO_ANSWER")]
#[case(json!({"status": "no_answer", "completed": false}), "NO_ANSWER")]
#[case(json!({"status": "cancelled", "completed": null}), "FAILED")]
#[case(json!({"status": null, "completed": null, "queue_status": "pre_queue_error"}), "FAILED")]
#[case(json!({"error_message": {"code": 503}}), "FAILED")]
#[case(json!({"answered_by": null, "call_length": "0.05"}), "NO_ANSWER")]
#[case(json!({"answered_by": null, "call_length": 0.05, "corrected_duration": "9"}), "CONFUSED")]
#[case(json!({"answered_by": null, "call_length": null}), "CONFUSED")]
#[case(json!({"pathway_tags": [null, {"name": null}, 5, {"name": "Answering Machine"}]}), "VOICEMAIL")]
#[case(json!({"pathway_tags": "decline"}), "NOT_INTERESTED")]
#[case(json!({"warm_transfer_calls": [{"state": "merged"}]}), "TRANSFERRED")]
#[case(json!({"transferred_to": "+12175550123"}), "CONFUSED")]
#[case(json!({"concatenated_transcript": "assistant: stop calling? \n user: take me off"}), "DNC")]
#[case(json!({"variables": {"callback_requested": "TRUE"}}), "CALLBACK")]
#[case(json!({"variables": {"callback_requested": "Yes"}}), "CALLBACK")]
#[case(json!({"variables": {"callback_requested": "no"}}), "CONFUSED")]
#[case(json!({"status": null, "completed": null, "queue_status": "complete_error", "error_message": "x"}), "CONFUSED")]
#[case(json!({"status": "failed", "queue_status": "complete_error"}), "FAILED")]
#[case(json!({"status": null, "queue_status": "call_error"}), "FAILED")]
fn the_fields_are_read_in_every_spelling(#[case] changes: Value, #[case] outcome: &str) {
    assert_eq!(result(&changes).outcome.as_str(), outcome);
}

#[rstest]
#[case(json!({"category": "call"}), Judged::NotAResult(NotAResult::StreamingEvent))]
#[case(json!({"status": null, "answered_by": null, "corrected_transcript": {}}), Judged::NotAResult(NotAResult::DelayedPayload))]
#[case(json!({"status": null, "answered_by": null, "completed": null}), Judged::NotAResult(NotAResult::DelayedPayload))]
#[case(json!({"answered_by": null, "corrected_transcript": {}}), Judged::NotAResult(NotAResult::DelayedPayload))]
#[case(json!({"status": "started", "completed": false}), Judged::NotAResult(NotAResult::UnfinishedCall))]
#[case(json!({"status": "unknown", "completed": "false", "queue_status": "queued"}), Judged::NotAResult(NotAResult::UnfinishedCall))]
#[case(json!({"call_id": null}), Judged::Unattached(Unattached::NoCallId))]
#[case(json!({"to": " "}), Judged::Unattached(Unattached::NoNumber))]
#[case(json!({"to": "sip:agent"}), Judged::Unattached(Unattached::NumberNotValid))]
#[case(json!({"to": "anonymous"}), Judged::Unattached(Unattached::NumberNotValid))]
fn a_webhook_that_is_no_result_has_a_reason(#[case] changes: Value, #[case] expected: Judged) {
    assert_eq!(read(&call(&changes)), expected);
}

#[rstest]
#[case(json!({"corrected_transcript": {"corrected": [{"speaker_label": "user", "text": "Please stop calling"}]}}), true)]
#[case(json!({"corrected_transcript": {"aligned": [{"user": "user", "text": "Take me off."}]}}), true)]
#[case(json!({"corrected_transcript": {"corrected": [{"speaker_label": "assistant", "text": "We can stop calling"}]}}), false)]
#[case(json!({"corrected_transcript": {"corrected": [{"speaker": 2, "text": "stop calling"}]}}), false)]
#[case(json!({"concatenated_transcript": "user: do not call me"}), true)]
#[case(json!({"corrected_transcript": {}, "disposition_tag": "DO_NOT_CALL"}), true)]
fn a_second_payload_tells_of_a_refusal_only(#[case] changes: Value, #[case] refused: bool) {
    let mut body = call(&json!({"status": null, "answered_by": null, "completed": null}));
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    match read(&body) {
        Judged::DoNotCall(told) if refused => {
            let expected = (Refused::Certainly(Outcome::DNC), "+16285550107".to_owned());
            assert_eq!((told.refused, told.phone.unwrap().as_str().to_owned()), expected);
        }
        Judged::NotAResult(NotAResult::DelayedPayload) if !refused => {}
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case(json!({"transcripts": [{"user": "user", "text": "stop calling me"}]}), true)]
#[case(json!({"pathway_tags": ["do not dial"]}), true)]
#[case(json!({"status": "started", "concatenated_transcript": "user: take me off your list"}), true)]
#[case(json!({"transcripts": [{"user": "assistant", "text": "stop calling me"}]}), false)]
#[case(json!({"transcripts": [{"user": "user", "text": "yes"}]}), false)]
fn an_unfinished_call_tells_of_a_refusal_only(#[case] changes: Value, #[case] refused: bool) {
    let mut body = call(&json!({"status": null, "completed": null}));
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    match read(&body) {
        Judged::DoNotCall(told) if refused => assert_eq!(told.refused, Refused::Certainly(Outcome::DNC)),
        Judged::NotAResult(NotAResult::UnfinishedCall) if !refused => {}
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case(json!({"to": null}), true)]
#[case(json!({"to": "anonymous"}), true)]
#[case(json!({"call_id": null}), true)]
#[case(json!({"to": null, "error_message": "the number is not in service", "transcripts": []}), false)]
fn a_refusal_without_a_number_or_a_call_id_is_a_do_not_call(#[case] changes: Value, #[case] heard: bool) {
    let mut body = call(&json!({"transcripts": [{"user": "user", "text": "stop calling"}]}));
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    assert_eq!(matches!(read(&body), Judged::DoNotCall(_)), heard, "{:?}", read(&body));
}

#[test]
fn a_full_second_payload_is_a_result_with_the_same_call_id() {
    assert_eq!(result(&json!({"corrected_transcript": {"aligned": []}})).call.as_str(), "c1");
}

#[test]
fn a_refusal_in_the_corrected_transcript_alone_is_a_do_not_call() {
    let turns = json!([{"speaker_label": "user", "text": "Stop calling me."}]);
    let changes = json!({
        "transcripts": [{"user": "user", "text": "Stop all in me."}], "corrected_transcript": {"corrected": turns},
    });
    assert_eq!(result(&changes).outcome, Outcome::DNC);
    let Ok(CallState::Finished(report)) = call_state(call(&changes).to_string().as_bytes(), NOW.parse().unwrap())
    else {
        panic!("not finished")
    };
    let Judged::Arrival(arrival) = judge(*report, &policy()) else { panic!("no arrival") };
    assert!(matches!(*arrival, Arrival::Result(result) if result.outcome == Outcome::DNC));
}

#[rstest]
#[case("")]
#[case("{")]
#[case("[]")]
#[case("null")]
#[case("call_id=1")]
fn a_body_that_is_no_json_object_is_malformed(#[case] body: &str) {
    let error = parse(body.as_bytes(), NOW.parse().unwrap()).unwrap_err();
    assert!(error.to_string().starts_with("the body is not"));
}

#[rstest]
#[case(json!({"metadata": {"lead_id": 7}, "request_data": {"lead_id": "8"}}), Some("7"))]
#[case(json!({"metadata": {"lead_id": ""}, "request_data": {"lead_id": "8"}}), Some("8"))]
#[case(json!({"metadata": "x", "variables": {"lead_id": 9.0}}), Some("9"))]
#[case(json!({"metadata": {"lead_id": {"a": 1}}}), None)]
fn the_lead_is_named_in_one_of_three_places(#[case] changes: Value, #[case] lead: Option<&str>) {
    let result = result(&changes);
    assert_eq!(result.lead.as_ref().map(|lead| lead.as_str()), lead);
}

#[test]
fn the_metadata_of_a_dial_is_read_back() {
    let metadata = json!({
        "lead_id": "1", "attempt_id": "0193d0c2-7b1e-7c3a-9f10-5d2f4be0a001", "month": "2025-11", "first_name": "Ana",
    });
    let result = result(&json!({"metadata": metadata, "request_data": {"first_name": "X", "state": "FL"}}));
    assert_eq!(result.attempt.unwrap().to_string(), "0193d0c2-7b1e-7c3a-9f10-5d2f4be0a001");
    assert_eq!(result.month.unwrap().to_string(), "2025-11");
    assert_eq!((&*result.profile.first_name, &*result.profile.state), ("Ana", "FL"));
}

#[test]
fn the_number_of_an_inbound_call_is_where_it_comes_from() {
    let metadata = json!({"attempt_id": "0193d0c2-7b1e-7c3a-9f10-5d2f4be0a001"});
    let result = result(&json!({"inbound": "true", "metadata": metadata}));
    assert_eq!((result.phone.as_str(), result.inbound), ("+12315550128", true));
    assert_eq!(result.attempt, None);
}

#[rstest]
#[case(json!("2025-12-17T19:19:04.000Z"), "2025-12-17T19:19:04Z")]
#[case(json!(1_765_999_144_000_u64), "2025-12-17T19:19:04Z")]
#[case(json!("2025-12-17T23:00:00Z"), NOW)]
#[case(json!("a while ago"), NOW)]
#[case(json!(null), NOW)]
fn a_call_never_ends_after_its_result_came(#[case] end_at: Value, #[case] expected: &str) {
    assert_eq!(result(&json!({"end_at": end_at})).ended_at, expected.parse::<DateTime<Utc>>().unwrap());
}

#[rstest]
#[case(json!({"callback_time": 1_766_088_000}))]
#[case(json!({"callback_time": "1766088000000"}))]
#[case(json!({"callback_time": "soon", "scheduled_callback_time": "2025-12-18T20:00:00Z"}))]
#[case(json!({"callback_time": null, "callback_requested_at": "2025-12-18 15:00:00-05:00"}))]
fn a_callback_time_is_the_first_that_can_be_read(#[case] variables: Value) {
    let result = result(&json!({"variables": variables}));
    assert_eq!(result.callback, Some(CallbackTime::At("2025-12-18T20:00:00Z".parse().unwrap())));
    assert_eq!(result.outcome.as_str(), "CALLBACK");
}

#[test]
fn the_variables_of_a_callback_are_configured() {
    let mut settings = Settings::default();
    let key = find("callback_variables").unwrap().key;
    settings.overrides.insert(key, "when".to_owned());
    let body = call(&json!({"variables": {"when": "2025-12-18 15:00", "callback_time": "2025-12-19 15:00"}}));
    let Ok(Parsed::Report(report)) = parse(body.to_string().as_bytes(), NOW.parse().unwrap()) else {
        panic!("no report")
    };
    let policy = settings.policy(redial_domain::settings::Limits::default()).unwrap();
    let Judged::Arrival(arrival) = judge(*report, &policy) else { panic!("no arrival") };
    let Arrival::Result(result) = *arrival else { panic!("a new lead") };
    assert_eq!(result.callback, Some(CallbackTime::Local("2025-12-18T15:00:00".parse().unwrap())));
}

/// Any JSON under the names that the parser looks at.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "[+0-9 :T-]{0,25}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let names = "call_id|to|from|inbound|status|completed|metadata|variables|pathway_tags|transcripts|user|text|lead_id|callback_time|end_at|name|state|calls|concatenated_transcript";
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(names, inner, 0..12).prop_map(Value::from_iter),
        ]
    })
}

proptest! {
    #[test]
    fn no_body_makes_the_parser_panic(body: Vec<u8>, changes in anything()) {
        let now = NOW.parse().unwrap();
        let changed = if changes.is_object() { call(&changes) } else { changes };
        for body in [body, changed.to_string().into_bytes()] {
            let _ = parse(&body, now).map(judged);
            let _ = call_state(&body, now);
            let _ = call_list(&body);
            let _ = dial_answer(&body);
        }
    }
}
