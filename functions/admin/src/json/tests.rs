use super::*;
use redial_domain::builders::{self, at, attempt, call_id, month};
use redial_domain::settings::Settings;
use redial_domain::{Lead, Outcome, PastCall, Source};
use redial_formats::month_v1::Shard;
use redial_queue::ports::{Expect, Version};
use rstest::rstest;
use serde_json::{Value, json};

const NOW: &str = "2025-12-17T19:00:00Z";

#[track_caller]
fn check_refused(query: &str, field: &str, said: &str) {
    let error = RecordsQuery::parse(query).unwrap_err();
    assert_eq!(error.field.as_deref(), Some(field), "{error}");
    assert!(error.error.contains(said), "{error}");
}

#[rstest]
#[case("status=open", "status", "\"open\"; allowed: pending, rescheduled, completed, max_attempts, paused")]
#[case("ready=yes", "ready", "\"yes\"; allowed: true or false")]
#[case("limit=0", "limit", "\"0\"; allowed: 1 to 1000")]
#[case("limit=1001", "limit", "allowed: 1 to 1000")]
#[case("limit=-1", "limit", "allowed: 1 to 1000")]
#[case("offset=x", "offset", "allowed: 0 or more")]
#[case("cursor=x", "cursor", "allowed: the next_cursor of the page before")]
#[case("phone=911", "phone", "3 digits")]
#[case("statuss=pending", "statuss", "allowed: status, ready, limit, cursor, offset, phone, lead_id, q")]
#[case("status=paused&status=pending", "status", "twice")]
fn what_a_query_may_not_say_is_named_with_what_is_allowed(
    #[case] query: &str,
    #[case] field: &str,
    #[case] said: &str,
) {
    check_refused(query, field, said);
}

#[test]
fn a_query_for_nothing_is_the_first_hundred() {
    for query in ["", "status=&ready=&limit=&cursor=&offset=&phone=&lead_id=&q=", "api_key=anything"] {
        let parsed = RecordsQuery::parse(query).unwrap();
        assert_eq!((parsed.limit, parsed.offset, parsed.ready), (100, 0, false), "{query}");
        assert!(parsed.status.is_none() && parsed.phone.is_none() && parsed.cursor.is_none(), "{query}");
    }
}

#[rstest]
#[case("+12125550101")]
#[case("%2B12125550101")]
#[case("12125550101")]
#[case("2125550101")]
#[case("(212)%20555-0101")]
fn a_number_may_be_spelt_in_any_way(#[case] text: &str) {
    assert_eq!(phone(&format!("phone={text}")).unwrap(), builders::phone(1));
    assert_eq!(RecordsQuery::parse(&format!("phone={text}")).unwrap().phone, Some(builders::phone(1)));
}

#[test]
fn a_cursor_comes_back_as_it_was_sent() {
    let cursor = Cursor { next_redial: at(NOW), key: "a b_2125550101".to_owned(), month: month("2025-12") };
    let text = cursor.encode();
    assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_eq!(Cursor::decode(&text), Some(cursor.clone()));
    assert_eq!(RecordsQuery::parse(&format!("cursor={text}")).unwrap().cursor, Some(cursor));
    check_refused(&format!("cursor={text}&offset=5"), "offset", "together");
}

#[test]
fn a_tag_comes_back_as_the_version_that_it_was_made_of() {
    let quoted = Version("\"0f\"".to_owned());
    let tag = etag(Some(&quoted));
    assert_eq!(if_match(&tag), Ok(Some(vec![Expect::At(quoted.clone())])));
    assert_eq!(if_match(&etag(None)), Ok(Some(vec![Expect::Absent])));
    assert_eq!(if_match(&format!("\"none\" , {tag}")), Ok(Some(vec![Expect::Absent, Expect::At(quoted)])));
    assert_eq!(if_match(" * "), Ok(None));
}

#[rstest]
#[case("\"of another\"")]
#[case("W/\"none\"")]
fn a_tag_that_is_not_ours_or_weak_matches_nothing(#[case] header: &str) {
    assert_eq!(if_match(header), Ok(Some(vec![])));
}

#[rstest]
#[case("none")]
#[case("")]
#[case("\"none")]
#[case("\"none\" \"none\"")]
#[case("\"none\",")]
fn what_is_no_list_of_tags_is_refused(#[case] header: &str) {
    assert_eq!(if_match(header).unwrap_err().field.as_deref(), Some("If-Match"));
}

#[test]
fn settings_may_be_given_in_their_types_or_as_text() {
    let body =
        json!({"enabled": false, "max_attempts": 5, "progressive_intervals": [0, 5], "success_outcomes": "SALE"});
    let mut changed = changes(body.to_string().as_bytes()).unwrap();
    changed.sort_unstable();
    let expected = [
        ("enabled", "false"),
        ("max_redial_attempts", "5"),
        ("progressive_intervals", "0,5"),
        ("success_outcomes", "SALE"),
    ];
    assert_eq!(changed, expected.map(|(key, text)| (key, text.to_owned())));
}

#[rstest]
#[case(json!({"max_attemps": 5}), Some("max_attemps"))]
#[case(json!({"max_attempts": 5, "max_redial_attempts": 6}), Some("max_redial_attempts"))]
#[case(json!({"max_attempts": "five"}), Some("max_attempts"))]
#[case(json!({"max_attempts": null}), Some("max_attempts"))]
#[case(json!({"enabled": 1}), Some("enabled"))]
#[case(json!([]), None)]
#[case(json!("enabled"), None)]
fn a_body_that_makes_no_sense_is_refused_with_the_key(#[case] body: Value, #[case] field: Option<&str>) {
    assert_eq!(changes(body.to_string().as_bytes()).unwrap_err().field.as_deref(), field);
}

#[test]
fn what_the_settings_show_can_be_sent_back() {
    let settings = Settings::default();
    let shown = serde_json::to_vec(&ConfigJson::new(&settings)).unwrap();
    for (key, text) in changes(&shown).unwrap() {
        let changed = Settings { overrides: [(key, text)].into(), ..Settings::default() };
        let limits = redial_domain::settings::Limits::default();
        assert_eq!(changed.policy(limits), settings.policy(limits), "{key}");
    }
}

fn full_lead() -> Lead {
    let now = at(NOW);
    let past = PastCall {
        call: call_id("call-1"),
        outcome: Outcome::NO_ANSWER,
        at: now,
        source: Some(Source::Convoso),
        attempt: Some(attempt(1)),
        rule: Some("no_answer".to_owned()),
        callback: Some(now),
    };
    Lead {
        attempts: 2,
        last_call: Some(now),
        callback: Some(now),
        outcomes: vec![Outcome::VOICEMAIL, Outcome::NO_ANSWER],
        last_outcome: Some(Outcome::NO_ANSWER),
        last_call_id: Some(call_id("call-1")),
        history: vec![past],
        refusals: 1,
        refused_attempt: Some(attempt(2)),
        ..builders::lead(1, now)
    }
}

#[rstest]
#[case(full_lead())]
#[case(builders::lead(1, at(NOW)))]
fn a_record_is_shown_as_it_is_stored(#[case] lead: Lead) {
    let mut shard = Shard::default();
    shard.insert_or_update(&lead).unwrap();
    let stored: Value = serde_json::from_slice(&shard.to_bytes()).unwrap();
    let shown = json!(RecordJson::new(&lead, month("2025-12"), true, at(NOW)));
    assert_eq!(stored.as_object().unwrap().keys().next().unwrap(), &shown["key"]);
    let stored = stored[shown["key"].as_str().unwrap()].as_object().unwrap();
    for (field, value) in stored {
        assert_eq!(&shown[field], value, "{field}");
    }
    let ours =
        ["key", "month", "last_call_iso", "next_redial_iso", "created_at_iso", "minutes_until_next_redial", "is_ready"];
    for field in shown.as_object().unwrap().keys() {
        assert!(stored.contains_key(field) || ours.contains(&field.as_str()), "{field} is not stored");
    }
}

#[rstest]
#[case("2025-12-17T18:00:00Z", 0)]
#[case("2025-12-17T19:00:00Z", 0)]
#[case("2025-12-17T19:00:00.001Z", 1)]
#[case("2025-12-17T19:01:00Z", 1)]
#[case("2025-12-17T19:01:00.001Z", 2)]
fn minutes_until_the_next_dial_are_rounded_up(#[case] next: &str, #[case] minutes: i64) {
    let lead = Lead { next_redial: at(next), ..full_lead() };
    assert_eq!(RecordJson::new(&lead, month("2025-12"), false, at(NOW)).minutes_until_next_redial, minutes);
}
