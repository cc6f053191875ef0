use super::*;
use proptest::prelude::*;
use redial_domain::settings::{Settings, find};
use redial_domain::{Arrival, CallResult, Judged, Outcome, Policy, judge};
use rstest::rstest;

const NOW: &str = "2025-12-17T19:20:00Z";

fn policy() -> Policy {
    let mut settings = Settings::default();
    let key = find("convoso_dispositions").unwrap().key;
    settings.overrides.insert(key, "XFER=SALE,NA=BUSY,FRESH=NEW".to_owned());
    settings.policy(redial_domain::settings::Limits::default()).unwrap()
}

/// What a body means to the queue.
fn judged(parsed: Parsed) -> Judged {
    match parsed {
        Parsed::Report(report) => judge(*report, &policy()),
        Parsed::NotAResult(reason) => Judged::NotAResult(reason),
        Parsed::Unattached(reason) => Judged::Unattached(reason),
    }
}

fn read(body: &str) -> Judged {
    judged(parse(body.as_bytes(), NOW.parse().unwrap()).unwrap())
}

#[rstest]
#[case("INBOUND", true)]
#[case("In-Bound", true)]
#[case("in_bound call", true)]
#[case("INBOUND_IVR", true)]
#[case("Incoming Call", true)]
#[case("IN", true)]
#[case("IB", true)]
#[case("Entrante", true)]
#[case("OUTBOUND", false)]
#[case("internal", false)]
#[case("MANUAL", false)]
fn a_call_type_says_whether_the_person_called(#[case] word: &str, #[case] inbound: bool) {
    let body = format!(
        r#"{{"lead_id":"1","phone_number":"2395550140","call_log_id":"7","status":"NA","call_type":"{word}"}}"#
    );
    assert_eq!(result(&body).inbound, inbound);
}

#[track_caller]
fn result(body: &str) -> CallResult {
    match read(body) {
        Judged::Arrival(arrival) => match *arrival {
            Arrival::Result(result) => result,
            Arrival::NewLead(_) => panic!("a new lead"),
        },
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case("sale", "SALE")]
#[case("ACA", "TRANSFERRED")]
#[case("AM", "VOICEMAIL")]
#[case("B", "BUSY")]
#[case("CALLBK", "CALLBACK")]
#[case("DNCRT", "DNC")]
#[case("BPN", "BAD_NUMBER")]
#[case("XFER", "SALE")]
#[case("NA", "BUSY")]
#[case("Left msg", "LEFT_MSG")]
fn a_disposition_has_the_outcome_of_the_table_or_of_the_account(#[case] code: &str, #[case] outcome: &str) {
    let body = format!("lead_id=1&phone_number=6285550107&call_log_id=9&status={code}");
    assert_eq!(result(&body).outcome.as_str(), outcome);
}

#[test]
fn a_form_and_json_say_the_same() {
    let json = r#"{"lead_id": 1, "phone_number": 6285550107, "phone_code": 1, "call_log_id": 9, "status": "B"}"#;
    let form = "lead_id=1&phone_number=%28628%29+555-0107&phone_code=1&call_log_id=9&status=B";
    assert_eq!(read(json), read(form));
    assert_eq!(result(form).call.as_str(), "convoso:9");
    assert_eq!(result(form).ended_at, NOW.parse::<DateTime<Utc>>().unwrap());
}

#[rstest]
#[case("phone_number=2079460123&phone_code=44", "+442079460123")]
#[case("phone_number=%2B442079460123&phone_code=44", "+442079460123")]
#[case("phone_number=+16285550107", "+16285550107")]
#[case("phone_number=6285550107&phone_code=%2B1", "+16285550107")]
fn the_phone_code_names_the_country(#[case] number: &str, #[case] expected: &str) {
    let result = result(&format!("lead_id=1&call_log_id=9&status=B&{number}"));
    assert_eq!(result.phone.as_str(), expected);
}

#[rstest]
#[case("lead_id=1&status=NEW")]
#[case("lead_id=1&status=fresh")]
#[case("id=1")]
#[case("lead_id=1&status=NEW&call_log_id=9")]
fn a_lead_that_was_never_called_is_new(#[case] body: &str) {
    let Judged::Arrival(arrival) = read(&format!("{body}&phone_number=6285550107&first_name=Ana")) else {
        panic!("not an arrival");
    };
    let Arrival::NewLead(new) = *arrival else { panic!("a result") };
    assert_eq!((new.lead.as_str(), new.profile.first_name.as_str()), ("1", "Ana"));
}

#[rstest]
#[case("lead_id=1&status=[DNC]")]
#[case("lead_id=1&status=<DNC>")]
#[case("lead_id=1&status={DNC}")]
#[case("lead_id=1&status=__DNC__")]
#[case("lead_id=1&status=$DNC")]
#[case("lead_id=1&status=[remove]")]
#[case("status=DNC&lead_id=1&status=")]
#[case("status=DNC&lead_id=1&status=+")]
#[case(r#""status": ["DNC"]"#)]
#[case(r#""status": [null, {"code": "DNC"}, ""]"#)]
#[case(r#""status": {"code": 7, "label": "Do not call"}"#)]
#[case(r#""status": "DNC", "status": null"#)]
#[case(r#""status": "DNC", "status": """#)]
fn a_do_not_call_is_read_in_every_shape(#[case] status: &str) {
    let body = if status.starts_with('"') {
        format!(r#"{{{status}, "phone_number": "6285550107"}}"#)
    } else {
        format!("{status}&phone_number=6285550107")
    };
    assert_eq!(result(&body).outcome, Outcome::DNC);
}

#[rstest]
#[case("[]")]
#[case("{}")]
#[case("[null]")]
#[case("true")]
#[case("1e300")]
#[case(r#"["B", "NI"]"#)]
#[case(r#""{{status}}""#)]
#[case(r#""[disposition]""#)]
fn a_status_that_cannot_be_read_makes_no_new_lead(#[case] status: &str) {
    let body = format!(r#"{{"lead_id": 1, "phone_number": "6285550107", "status": {status}}}"#);
    assert_eq!(read(&body), Judged::NotAResult(NotAResult::StatusNotValid));
}

#[rstest]
#[case("lead_id=1", Judged::Unattached(Unattached::NoNumber))]
#[case("lead_id=1&phone_number=911", Judged::Unattached(Unattached::NumberNotValid))]
#[case("phone_number=6285550107", Judged::Unattached(Unattached::NoLeadId))]
#[case("phone_number=6285550107&status=B&call_log_id=9", Judged::Unattached(Unattached::NoLeadId))]
#[case("lead_id=1&phone_number=6285550107&status=B", Judged::Unattached(Unattached::NoCallLogId))]
#[case("lead_id=1&phone_number=6285550107&call_log_id=9", Judged::NotAResult(NotAResult::NoStatus))]
fn a_webhook_that_belongs_to_no_record_has_a_reason(#[case] body: &str, #[case] expected: Judged) {
    let judged = match read(body) {
        Judged::OfNobody(_, reason) => Judged::Unattached(reason),
        other => other,
    };
    assert_eq!(judged, expected);
}

#[rstest]
#[case("lead_id=1&phone_number=6285550107&status=DNC")]
#[case("lead_id=1&phone_number=6285550107&status=SALE")]
#[case("phone_number=6285550107&status=DNC")]
fn a_final_outcome_needs_no_call_log_id_and_its_repeat_is_recognized(#[case] body: &str) {
    let (first, second) = (result(body), result(body));
    assert_eq!(first.call, second.call);
    assert!(!first.call.as_str().contains("5550107"));
}

#[test]
fn two_leads_with_one_number_end_separately() {
    let ended = |lead| result(&format!("lead_id={lead}&phone_number=6285550107&status=SALE")).call;
    assert_ne!(ended(1), ended(2));
}

#[rstest]
#[case("")]
#[case("hello")]
#[case("{\"lead_id\":")]
#[case("[]")]
fn a_body_that_is_neither_json_nor_a_form_is_malformed(#[case] body: &str) {
    assert!(parse(body.as_bytes(), NOW.parse().unwrap()).is_err());
}

proptest! {
    #[test]
    fn no_body_makes_the_parser_panic(body: Vec<u8>, form in "[a-z_]{0,12}=[ -~]{0,20}(&[a-z_]{0,12}=.{0,20}){0,6}") {
        let now = NOW.parse().unwrap();
        let _ = parse(&body, now);
        let _ = parse(form.as_bytes(), now).map(judged);
    }
}

#[test]
fn a_do_not_call_without_a_usable_number_names_its_lead() {
    let Judged::DoNotCall(told) = read("lead_id=1&phone_number=911&status=DNC&call_log_id=9") else {
        panic!("it is not heard")
    };
    assert_eq!((told.phone, told.lead.unwrap().as_str()), (None, "1"));
}
