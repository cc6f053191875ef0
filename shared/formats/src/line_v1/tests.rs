use super::*;
use chrono::{DateTime, Utc};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use redial_domain::builders::{self, at};
use redial_domain::law::ConsentEvidence;
use redial_domain::{
    AgentCall, Allowed, Arrival, AttemptId, CallId, CallResult, CallbackTime, Hold, KnownCall, LeadId, LeadRef, Month,
    NewLead, Outcome, Phone, Profile, Review, Source, Suppression, Told, UnknownFields, Waiting,
};
use rstest::rstest;

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    let nanos = prop_oneof![Just(0), (0..1000_u32).prop_map(|ms| ms * 1_000_000), 0..1_000_000_000_u32];
    (-4_000_000_000..9_000_000_000_i64, nanos).prop_map(|(secs, nanos)| DateTime::from_timestamp(secs, nanos).unwrap())
}

fn attempt() -> impl Strategy<Value = AttemptId> {
    (time(), any::<u128>()).prop_map(|(at, chance)| AttemptId::new(at, chance))
}

fn call() -> impl Strategy<Value = CallId> {
    "[a-zA-Z0-9:\"\\\\é漢-]{1,20}".prop_map(|text| CallId::parse(&text).unwrap())
}

fn lead() -> impl Strategy<Value = LeadId> {
    "[a-z0-9_\"é]{1,20}".prop_map(|text| LeadId::parse(&text).unwrap())
}

fn phone() -> impl Strategy<Value = Phone> {
    "(\\+1[2-9][0-9]{2}55501[0-9]{2}|\\+44[1-9][0-9]{9})".prop_map(|text| Phone::stored(&text).unwrap())
}

fn month() -> impl Strategy<Value = Month> {
    time().prop_map(|at| Month::of(at, chrono_tz::UTC))
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![Just(Outcome::DNC), "[A-Z_é]{1,12}".prop_map(|word| Outcome::parse(&word).unwrap())]
}

fn source() -> impl Strategy<Value = Source> {
    select(Source::ALL.to_vec())
}

fn profile() -> impl Strategy<Value = Profile> {
    let consent = (select(vec!["express", "written"]), time(), "[a-z.]{0,9}", "[0-9a-f]{64}|");
    let consent =
        consent.prop_map(|(level, at, source, hash)| ConsentEvidence::of(level, Some(at), &source, &hash).unwrap());
    (".{0,8}", ".{0,8}", ".{0,8}", "[A-Z]{0,2}", "[0-9]{0,5}", of(consent)).prop_map(
        |(list_id, first_name, last_name, state, postal_code, consent)| Profile {
            list_id,
            first_name,
            last_name,
            state,
            postal_code,
            consent,
        },
    )
}

fn result() -> impl Strategy<Value = CallResult> {
    let callback =
        prop_oneof![time().prop_map(CallbackTime::At), time().prop_map(|at| CallbackTime::Local(at.naive_utc())),];
    let told = (of(lead()), phone(), of(month()), profile(), any::<bool>());
    let judged = (outcome(), "[a-z_:]{0,12}", of(callback), of(".{0,12}"));
    (call(), of(attempt()), source(), time(), told, judged).prop_map(
        |(call, attempt, source, ended_at, told, judged)| {
            let (lead, phone, month, profile, inbound) = told;
            let (outcome, rule, callback, possible_refusal) = judged;
            CallResult {
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
                connected: false,
            }
        },
    )
}

fn waiting() -> impl Strategy<Value = Waiting> {
    let new = (lead(), phone(), profile()).prop_map(|(lead, phone, profile)| NewLead { lead, phone, profile });
    let arrival = prop_oneof![result().prop_map(Arrival::Result), new.prop_map(Arrival::NewLead)];
    (arrival, time()).prop_map(|(arrival, since)| Waiting { arrival, since })
}

fn location() -> impl Strategy<Value = LeadRef> {
    (month(), lead(), phone()).prop_map(|(month, id, phone)| LeadRef { month, id, phone })
}

fn hold() -> impl Strategy<Value = Hold> {
    (attempt(), location(), time(), time(), of(call()), of(time())).prop_map(
        |(attempt, lead, since, until, call, missing_since)| Hold {
            provider: Source::Bland,
            attempt,
            lead,
            since,
            until,
            call,
            missing_since,
        },
    )
}

fn line() -> impl Strategy<Value = Line> {
    let told = (of(outcome()), time()).prop_map(|(outcome, at)| Told { outcome, at });
    let known = (time(), of(attempt()), of(call()), any::<bool>(), of(told))
        .prop_map(|(at, attempt, call, recorded, told)| KnownCall { at, attempt, call, recorded, told });
    let agent_call = (source(), of(call()), time(), time()).prop_map(|(source, call, since, until)| AgentCall {
        source,
        call,
        since,
        until,
    });
    let suppressed = (outcome(), source(), time(), ".{0,12}", ".{0,12}")
        .prop_map(|(reason, source, at, by, note)| Suppression { reason, source, at, by, note });
    let allowed =
        (time(), ".{0,12}", ".{0,12}", outcome()).prop_map(|(at, by, note, reason)| Allowed { at, by, note, reason });
    let review = (call(), ".{0,12}", time()).prop_map(|(call, words, since)| Review { call, words, since });
    let (inbox, calls) = (prop::collection::vec(waiting(), 0..4), prop::collection::vec(known, 0..4));
    let locations = prop::collection::vec(location(), 0..3);
    let marks = (any::<bool>(), of(time()));
    (
        of(hold()),
        prop::collection::vec(agent_call, 0..3),
        inbox,
        calls,
        (of(suppressed), of(allowed)),
        of(review),
        locations,
        marks,
        unknown(),
    )
        .prop_map(
            |(
                hold,
                agent_calls,
                inbox,
                calls,
                (suppressed, allowed),
                review,
                record_locations,
                (retiring, transferred_at),
                unknown,
            )| Line {
                hold,
                agent_calls,
                inbox,
                calls,
                suppressed,
                allowed,
                retiring,
                review,
                transferred_at,
                record_locations,
                unknown,
            },
        )
}

/// Fields that no release has yet, some with values that no type of ours holds.
fn unknown() -> impl Strategy<Value = UnknownFields> {
    let text = select(vec!["null", "1e400", "1.10", "{\"v\": 2 }", "[ ]", "\"\\u0041\""]);
    let field = ("x[a-zé\"\\\\]{0,4}", text).prop_map(|(name, text)| (name, text.to_owned()));
    prop::collection::vec(field, 0..3).prop_map(UnknownFields::from_iter)
}

proptest! {
    #[test]
    fn a_line_comes_back_as_it_was_written(line in line()) {
        prop_assert_eq!(parse(&to_text(&line)), Ok(line));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text: String) {
        let _ = parse(&text);
    }
}

#[test]
fn a_stored_line_of_version_1_is_read() {
    let text = r#"{"v":1,"hold":{"attempt":"0193d0c2-7b1e-7c3a-9f10-5d2f4be0a001","month":"2025-12","lead":"123456",
        "phone":"+16285550107","since":"2025-12-17T19:00:00Z","until":"2025-12-17T19:35:00.250Z","call":null,"missing_since":null},
        "inbox":[{"arrival":{"new_lead":{"lead":"1","phone":"+16285550107","profile":{"list_id":"","first_name":"","last_name":"","state":""}}},
        "since":"2025-12-17T19:00:00Z"}],"calls":[],
        "suppressed":{"reason":"DNC","source":"convoso","at":"2025-12-17T19:00:00Z"},"homes":[{"month":"2025-12","lead":"123456","phone":"+16285550107"}]}"#;
    let line = parse(text).unwrap();
    assert_eq!(line.hold.as_ref().unwrap().lead.id.as_str(), "123456");
    assert_eq!(line.suppressed.as_ref().unwrap().reason, Outcome::DNC);
    assert_eq!(line.inbox[0].arrival.id(), "new:1_6285550107");
    assert_eq!(parse(&to_text(&line)), Ok(line));
}

#[test]
fn a_field_that_this_release_does_not_know_is_written_back_unchanged() {
    let text =
        r#"{"calls":[],"cost": 1.10 ,"hold":null,"homes":[],"inbox":[],"next":{"a": [1e400]},"suppressed":null,"v":1}"#;
    let mut line = parse(text).unwrap();
    assert_eq!(line.unknown.iter().collect::<Vec<_>>(), [("cost", "1.10"), ("next", "{\"a\": [1e400]}")]);
    assert_ne!(line, Line::default(), "it is compared with the line");
    line.suppress(&Outcome::DNC, Source::Convoso, "2025-12-17T19:00:00Z".parse().unwrap());
    let written = to_text(&line);
    assert!(written.ends_with(r#","v":1,"cost":1.10,"next":{"a": [1e400]}}"#), "{written}");
    assert_eq!(parse(&written), Ok(line));
}

#[test]
fn a_field_of_an_inner_object_that_this_release_does_not_know_is_ignored() {
    let text = r#"{"v":1,"hold":null,"inbox":[{"arrival":{"new_lead":{"lead":"1","phone":"+16285550107","more":1,
        "profile":{"list_id":"","first_name":"","last_name":"","state":"","more":1}}},"since":"2025-12-17T19:00:00Z","more":1}],
        "calls":[{"at":"2025-12-17T19:00:00Z","attempt":null,"call":"c1","settled":true,"more":1}],
        "suppressed":{"reason":"DNC","source":"convoso","at":"2025-12-17T19:00:00Z","more":1},
        "homes":[{"month":"2025-12","lead":"1","phone":"+16285550107","more":1}]}"#;
    let line = parse(text).unwrap();
    assert_eq!((line.inbox.len(), line.calls.len(), line.record_locations.len()), (1, 1, 1));
    assert!(line.suppressed.is_some());
}

fn reviewed() -> Line {
    let since = "2025-12-17T19:00:00Z".parse().unwrap();
    let review = Review { call: CallId::parse("c1").unwrap(), words: "not at work".to_owned(), since };
    Line { review: Some(review), ..Line::default() }
}

#[test]
fn the_list_of_known_fields_has_the_fields_that_are_written() {
    let at = DateTime::UNIX_EPOCH;
    let allowed = Allowed { at, by: String::new(), note: String::new(), reason: Outcome::DNC };
    let full = Line { retiring: true, transferred_at: Some(at), allowed: Some(allowed), ..reviewed() };
    let written: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&to_text(&full)).unwrap();
    let mut known = FIELDS.to_vec();
    known.sort_unstable();
    // Written only while calls of a dialer are in progress.
    known.retain(|name| !name.contains("agent_call"));
    assert_eq!(written.keys().collect::<Vec<_>>(), known);
}

#[rstest]
#[case(r#"{"v":2,"hold":null,"inbox":[],"calls":[],"suppressed":null,"homes":[]}"#)]
#[case(r#"{"v":2}"#)]
#[case(r#"{"v":"1","hold":null,"inbox":[],"calls":[],"suppressed":null,"homes":[]}"#)]
fn a_line_of_another_version_is_refused(#[case] text: &str) {
    let error = parse(text).unwrap_err().to_string();
    assert!(error.contains("version"), "{error}");
}

#[rstest]
#[case("")]
#[case("{}")]
#[case("[]")]
#[case(r#"{"v":1,"hold":null,"inbox":[{"arrival":{"merged":{}},"since":"2025-12-17T19:00:00Z"}],"calls":[],"suppressed":null,"homes":[]}"#)]
#[case(r#"{"v":1,"hold":null,"calls":[],"suppressed":null,"homes":[]}"#)]
#[case(r#"{"v":1,"hold":null,"inbox":[],"calls":[],"suppressed":{"reason":"","source":"bland","at":"2025-12-17T19:00:00Z"},"homes":[]}"#)]
fn a_text_that_is_no_line_is_unreadable(#[case] text: &str) {
    assert!(parse(text).is_err());
}

#[test]
fn a_hold_names_its_provider_unless_it_is_bland() {
    let at = at("2025-12-17T19:00:00Z");
    let hold = builders::hold(builders::attempt(1), builders::lead_ref(1, "2025-12"), at, at);
    let of_bland = builders::held_line(hold.clone());
    assert!(!to_text(&of_bland).contains("provider"));
    assert_eq!(parse(&to_text(&of_bland)), Ok(of_bland));
    let of_convoso = builders::held_line(Hold { provider: Source::Convoso, ..hold });
    assert_eq!(parse(&to_text(&of_convoso)), Ok(of_convoso));
}
