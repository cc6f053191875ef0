//! Tests of the words that stored values and answers have, and of what debug output hides.

use super::*;
use crate::breaker::Cause;
use crate::verdict::Shown;

#[test]
fn every_status_has_its_word() {
    let words = Status::ALL.map(Status::as_str);
    assert_eq!(words, ["pending", "rescheduled", "completed", "max_attempts", "paused"]);
    assert_eq!(Status::ALL.map(|status| Status::parse(status.as_str())), Status::ALL.map(Some));
    assert_eq!([Status::parse("daily_max_reached"), Status::parse("Pending")], [Some(Status::Pending), None]);
}

#[test]
fn every_source_has_its_word() {
    assert_eq!(Source::ALL.map(Source::as_str), ["bland", "convoso", "redial"]);
    assert_eq!(Source::ALL.map(|source| Source::parse(source.as_str())), Source::ALL.map(Some));
    assert_eq!(Source::parse("Bland"), None);
}

#[test]
fn every_cause_has_its_word_and_its_stop() {
    assert_eq!(Cause::ALL.map(Cause::as_str), ["blocked", "slow_down", "silent", "refusing"]);
    let stops = ["provider_blocked", "provider_slow_down", "provider_failing", "provider_refusing"];
    assert_eq!(Cause::ALL.map(|cause| cause.stop().as_str()), stops);
}

#[test]
fn every_stop_has_its_own_word() {
    let words: std::collections::BTreeSet<_> = Stop::ALL.map(Stop::as_str).into_iter().collect();
    assert_eq!(words.len(), Stop::ALL.len());
    assert_eq!(Stop::AlreadyRunning.as_str(), "already_running");
}

#[test]
fn a_gate_shows_its_value_in_words() {
    let texts = [
        Shown::Flag(true),
        Shown::Count(3),
        Shown::Time(now()),
        Shown::Word("free"),
        Shown::Text("DNC".to_owned()),
        Shown::Wall(now(), chrono_tz::America::New_York),
        Shown::Walls(now(), vec![chrono_tz::America::New_York, chrono_tz::America::Chicago]),
        Shown::Hours("11:00:00".parse().unwrap(), "20:00:00".parse().unwrap(), Some(chrono_tz::America::New_York)),
        Shown::Hours("08:00:00".parse().unwrap(), "21:00:00".parse().unwrap(), None),
    ]
    .map(|shown| shown.to_string());
    let expected = [
        "true",
        "3",
        NOW,
        "free",
        "DNC",
        "Wed 14:00",
        "14:00 13:00",
        "11:00-20:00 America/New_York",
        "08:00-21:00 in every zone of the state",
    ];
    assert_eq!(texts, expected);
    assert_eq!(GateName::CallsPerNumber.as_str(), "calls_per_number_24h");
}

#[test]
fn values_show_their_words_in_logs() {
    assert_eq!(format!("{} {:?}", Outcome::BUSY, Outcome::BUSY), "BUSY BUSY");
    assert_eq!(format!("{} {:?}", month(), month()), "2025-12 2025-12");
    assert_eq!(CallId::lost(&attempt(1)).as_str(), format!("lost:{}", attempt(1)));
    assert_eq!(Arrival::Result(result("c1", "BUSY")).id(), "c1");
}

#[test]
fn personal_data_does_not_show_in_debug_output() {
    let actor = Actor::Operator { key: "ops".to_owned(), user: Some("jane@example.com".to_owned()) };
    assert_eq!((format!("{actor:?}"), actor.name()), ("Actor(ops)".to_owned(), "ops"));
    assert_eq!([Actor::Run.name(), Actor::Webhook.name()], ["run", "webhook"]);
    let profile = Profile { first_name: "Jane".to_owned(), ..Profile::default() };
    assert_eq!(format!("{profile:?}"), "Profile(…)");
    let key = location().key();
    assert_eq!(format!("{key:?}"), format!("LeadKey(#{:08x})", key.stable_hash()));
    let said = Conversation { user_said: vec!["secret".into()], status: "completed".into(), ..Conversation::default() };
    let shown = format!("{said:?}");
    assert!(shown.contains("completed") && !shown.contains("secret"), "{shown}");
    let unknown: UnknownFields = [("later".to_owned(), "\"secret\"".to_owned())].into_iter().collect();
    assert_eq!(format!("{unknown:?}"), r#"{"later"}"#);
    assert_eq!(unknown.iter().collect::<Vec<_>>(), [("later", "\"secret\"")]);
}

#[test]
fn a_result_names_its_month_if_it_was_dialed_from_a_record() {
    let dialed = CallResult { month: Some(month()), ..result("c1", "BUSY") };
    assert_eq!(Arrival::Result(dialed).month(), Some(month()));
}

#[test]
fn the_hash_of_a_key_is_that_of_its_text() {
    assert_eq!(LeadKey::of_place("foobar").stable_hash(), 0x8594_4171 ^ 0xf739_67e8);
    assert_eq!(LeadKey::of_place("foobar").as_str(), "foobar");
}

#[test]
fn an_id_has_at_most_128_bytes() {
    assert!(CallId::parse(&"x".repeat(127)).is_ok() && CallId::parse(&"x".repeat(128)).is_ok());
    assert_eq!(CallId::parse(&"x".repeat(129)), Err(IdError::TooLong(129)));
}

#[test]
fn a_run_is_at_work_until_its_lease_ends() {
    let lease = Lease { holder: "a".to_owned(), until: now() };
    let state = RunState { lease: Some(lease), ..RunState::default() };
    assert_eq!([-1, 0, 1].map(|ahead| state.is_processing(now() + minutes(ahead))), [true, false, false]);
    assert!(!RunState::default().is_processing(now()));
}
