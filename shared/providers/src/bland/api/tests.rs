use super::*;
use redial_domain::settings::Settings;
use redial_domain::{Arrival, Judged, judge};
use redial_domain::{AttemptId, LeadId, LeadRef, Month, Phone, Profile};
use rstest::rstest;

fn order() -> DialOrder {
    DialOrder {
        attempt: AttemptId::parse("0193d0c2-7b1e-7c3a-9f10-5d2f4be0a001").unwrap(),
        lead: LeadRef {
            month: Month::parse("2025-12").unwrap(),
            id: LeadId::parse("123456").unwrap(),
            phone: Phone::parse("+16285550107").unwrap(),
        },
        profile: Profile {
            list_id: "16529".into(),
            first_name: "John".into(),
            last_name: "Doe".into(),
            state: "CA".into(),
            postal_code: String::new(),
            consent: None,
        },
        zone: chrono_tz::America::Los_Angeles,
        max_minutes: 30,
    }
}

#[test]
fn a_dial_says_who_is_called_and_why() {
    let account = Account {
        webhook: "https://redial.example/webhook/bland".into(),
        pathway_id: Some("p1".into()),
        from: Some("+12315550128".into()),
        ..Account::default()
    };
    let person =
        json!({"lead_id": "123456", "list_id": "16529", "first_name": "John", "last_name": "Doe", "state": "CA"});
    let mut metadata = person.clone();
    metadata["attempt_id"] = json!("0193d0c2-7b1e-7c3a-9f10-5d2f4be0a001");
    metadata["month"] = json!("2025-12");
    metadata["source"] = json!("redial-queue");
    assert_eq!(
        dial_body(&order(), &account),
        json!({
            "phone_number": "+16285550107", "pathway_id": "p1", "from": "+12315550128",
            "webhook": "https://redial.example/webhook/bland", "timezone": "America/Los_Angeles", "max_duration": 30,
            "request_data": person, "metadata": metadata,
        })
    );
}

#[test]
fn extra_parameters_pass_but_never_change_what_is_promised() {
    let ours = |body: &Value| OURS.map(|name| body.get(name).cloned());
    let mut account = Account::default();
    let plain = dial_body(&order(), &account);
    for name in OURS.iter().copied().chain(["Retry", "PHONE_NUMBER"]) {
        account.extra.insert(name.to_owned(), json!({"wait": 60}));
    }
    account.extra.insert("record".to_owned(), json!(true));
    let body = dial_body(&order(), &account);
    assert_eq!(ours(&body), ours(&plain));
    assert_eq!((&body["record"], body.get("retry"), body.get("Retry")), (&json!(true), None, None));
}

#[rstest]
#[case(r#"{"status":"success","message":"Call successfully queued.","call_id":"c1","batch_id":null}"#, DialAnswer::Placed(CallId::parse("c1").unwrap()))]
#[case(r#"{"status":"error","message":"Insufficient balance"}"#, DialAnswer::Refused("Insufficient balance".into()))]
#[case(r#"{"status":"success"}"#, DialAnswer::Unclear)]
#[case(r#"{"status":"error","call_id":"c1"}"#, DialAnswer::Unclear)]
#[case(r#"{"call_id":"c1"}"#, DialAnswer::Unclear)]
#[case("<html>", DialAnswer::Unclear)]
#[case("", DialAnswer::Unclear)]
fn a_call_is_placed_only_with_success_and_an_id(#[case] body: &str, #[case] expected: DialAnswer) {
    assert_eq!(dial_answer(body.as_bytes()), expected);
}

#[rstest]
#[case("Invalid number +16285550107.")]
#[case("628-555-0107 is not allowed")]
#[case("no (628) 555 0107")]
fn a_refusal_does_not_carry_the_number_into_a_log(#[case] message: &str) {
    let body = json!({"status": "error", "message": message}).to_string();
    let DialAnswer::Refused(shown) = dial_answer(body.as_bytes()) else {
        panic!("not refused");
    };
    assert!(shown.contains('…') && !shown.contains("555") && !shown.contains("0107"), "{shown}");
}

#[test]
fn a_list_gives_the_ids_and_how_many_there_are() {
    let list = call_list(br#"{"total_count":3,"count":2,"calls":[{"call_id":"a"},{"c_id":"b"}]}"#).unwrap();
    assert_eq!(list.ids.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(list.total, Some(3));
}

#[rstest]
#[case(r#"{"status":"error"}"#)]
#[case(r#"{"calls":null}"#)]
#[case(r#"{"calls":[{"to":"x"}]}"#)]
#[case("[]")]
fn a_list_that_cannot_be_read_is_not_an_empty_one(#[case] body: &str) {
    assert!(call_list(body.as_bytes()).is_err());
}

#[rstest]
#[case(r#"{"call_id":"a","completed":false,"queue_status":"started","status":null}"#, Some(CallState::InProgress(CallId::parse("a").unwrap())))]
#[case(r#"{"call_id":"a","completed":true}"#, None)]
#[case(r#"{"status":"error","message":"no such call"}"#, None)]
fn a_call_is_over_or_not(#[case] body: &str, #[case] expected: Option<CallState>) {
    assert_eq!(call_state(body.as_bytes(), DateTime::UNIX_EPOCH).ok(), expected);
}

#[test]
fn a_finished_call_has_the_result_that_the_webhook_would_have() {
    let policy = Settings::default().policy(redial_domain::settings::Limits::default()).unwrap();
    let body = include_bytes!("../../../../../tests/fixtures/bland/voicemail.json");
    let Ok(CallState::Finished(report)) = call_state(body, "2025-12-17T20:00:00Z".parse().unwrap()) else {
        panic!("not finished");
    };
    let Judged::Arrival(arrival) = judge(*report, &policy) else { panic!("no arrival") };
    let Arrival::Result(result) = *arrival else { panic!("no result") };
    assert_eq!((result.outcome.as_str(), result.rule.as_str()), ("VOICEMAIL", "voicemail"));
}

#[rstest]
#[case::ours(json!({"call_id": "c", "metadata": {"attempt_id": "0193d0c2-7b1e-7c3a-9f10-5d2f4be0a001"}}), Ok(true))]
#[case::of_nobody(json!({"call_id": "c", "completed": true, "metadata": null}), Ok(false))]
#[case::of_others(json!({"call_id": "c", "metadata": {"attempt_id": "not ours"}}), Ok(false))]
#[case::no_call(json!({"status": "error", "message": "try later"}), Err(()))]
fn only_a_call_says_of_which_attempt_it_is(#[case] call: Value, #[case] is_ours: Result<bool, ()>) {
    let attempt = attempt(call.to_string().as_bytes());
    assert_eq!(attempt.map(|attempt| attempt == Some(order().attempt)).map_err(drop), is_ours);
}
