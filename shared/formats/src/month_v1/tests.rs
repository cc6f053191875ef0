use super::*;
use chrono::DateTime;
use proptest::prelude::*;
use redial_domain::{CallId, Outcome, PastCall, Source, Status};
use rstest::rstest;
use serde_json::{Value, json};

mod round_trip;
mod times;
mod tree;

const ORIGINAL: &[u8] = include_bytes!("../../../../tests/fixtures/months/redial-queue_2023-12.json");

fn key(id: &str, phone: &str) -> LeadKey {
    LeadKey::new(&LeadId::parse(id).unwrap(), &Phone::parse(phone).unwrap())
}

fn leaf(text: &str) -> Leaf {
    Leaf::parse(text.as_bytes()).unwrap()
}

/// A readable record with some fields replaced. Null takes a field away.
fn record(changes: &Value) -> String {
    let mut record = json!({"lead_id": "1", "phone_number": "+16285550107", "status": "pending", "created_at": 5});
    for (name, value) in changes.as_object().unwrap() {
        record[name] = value.clone();
    }
    record.to_string()
}

fn value(leaf: &Leaf) -> Value {
    serde_json::from_slice(&leaf.to_bytes()).unwrap()
}

#[track_caller]
fn read(changes: &Value) -> Result<Lead, UnreadableRecord> {
    let leaf = leaf(&format!("{{\"1_6285550107\":{}}}", record(changes)));
    let (_, lead) = leaf.leads().next().unwrap();
    lead
}

#[test]
fn a_month_of_the_original_is_read_and_written_without_loss() {
    let leaf = Leaf::parse(ORIGINAL).unwrap();
    assert_eq!(value(&leaf), serde_json::from_slice::<Value>(ORIGINAL).unwrap());
    let places: Vec<_> = leaf.leads().map(|(place, lead)| (place, lead.unwrap().status)).collect();
    assert_eq!(places, [("123456_5551234567", Status::Pending), ("+15559876543", Status::Pending)]);
}

#[test]
fn a_record_under_a_foreign_key_is_found_and_keeps_its_key() {
    let mut leaf = Leaf::parse(ORIGINAL).unwrap();
    let before = value(&leaf);
    let mut lead = leaf.get(&key("789012", "5559876543")).unwrap().unwrap();
    assert_eq!((lead.attempts, lead.history[0].at.timestamp_millis()), (9, 1_703_270_000_000));
    lead.attempts = 10;
    leaf.insert_or_update(&lead).unwrap();
    assert_eq!(leaf.get(&lead.key()), Ok(Some(lead.clone())));
    assert_eq!(leaf.find_by_phone(&lead.phone), [lead]);

    let after = value(&leaf);
    assert_eq!(after["123456_5551234567"], before["123456_5551234567"]);
    let (before, after) = (&before["+15559876543"], &after["+15559876543"]);
    for kept in ["attempts_today", "last_attempt_date", "batch_timestamp", "daily_max_reached_at"] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    assert_eq!((&after["attempts"], &after["status"]), (&json!(10), &json!("pending")));
    assert_eq!(after["call_history"], before["call_history"]);
}

#[rstest]
#[case(&ORIGINAL[..ORIGINAL.len() - 10])]
#[case(b"")]
#[case(b"[]")]
#[case(b"null")]
#[case(b"\"x\"")]
#[case(b"{} {}")]
#[case(b"{\"a\":{\"b\":\"\xff\"}}")]
fn an_object_that_is_not_whole_is_unreadable(#[case] body: &[u8]) {
    assert!(Leaf::parse(body).is_err());
}

#[rstest]
#[case(json!({"lead_id": null}), "lead_id")]
#[case(json!({"lead_id": [1]}), "lead_id")]
#[case(json!({"phone_number": "911"}), "phone number")]
#[case(json!({"phone_number": null}), "phone number")]
#[case(json!({"status": null}), "status")]
#[case(json!({"status": "dialing-7"}), "status")]
#[case(json!({"created_at": null}), "created_at")]
#[case(json!({"attempts": -1}), "attempts")]
#[case(json!({"attempts": 1.5e10}), "attempts")]
#[case(json!({"next_redial_timestamp": "soon"}), "next_redial_timestamp")]
#[case(json!({"next_redial_timestamp": 1e300}), "next_redial_timestamp")]
#[case(json!({"outcomes": "SALE"}), "outcomes")]
#[case(json!({"outcomes": [{}]}), "outcomes")]
#[case(json!({"first_name": {}}), "first_name")]
#[case(json!({"call_history": {}}), "call_history")]
#[case(json!({"lead_id": "2"}), "another lead")]
fn a_record_that_makes_no_sense_is_unreadable(#[case] changes: Value, #[case] reason: &str) {
    let error = read(&changes).unwrap_err();
    assert!(error.to_string().contains(reason), "{error}");
    assert!(!error.to_string().contains("5550107"));
}

#[rstest]
#[case(json!({"lead_id": 1}))]
#[case(json!({"lead_id": 1.0}))]
#[case(json!({"phone_number": "(628) 555-0107"}))]
#[case(json!({"phone_number": 16_285_550_107_u64}))]
#[case(json!({"status": "daily_max_reached"}))]
#[case(json!({"created_at": "5"}))]
#[case(json!({"created_at": 5.9}))]
#[case(json!({"created_at": "1970-01-01T00:00:00.005Z"}))]
#[case(json!({"created_at": null, "updated_at": 5}))]
#[case(json!({"outcomes": null, "call_history": null, "last_outcome": "", "scheduled_callback_time": 0}))]
#[case(json!({"outcomes": [null, ""], "attempts": "0", "refused_dials": "0"}))]
fn a_record_is_read_in_every_spelling(#[case] changes: Value) {
    assert_eq!(read(&changes), read(&json!({})));
}

#[test]
fn a_missing_field_is_derived_or_empty() {
    let lead = read(&json!({"outcomes": ["busy", "NA"], "last_call_timestamp": 9})).unwrap();
    assert_eq!((lead.attempts, lead.next_redial.timestamp_millis(), lead.updated_at.timestamp_millis()), (2, 9, 5));
    assert_eq!((lead.callback, lead.last_call_id, lead.history.len()), (None, None, 0));
    assert_eq!(lead.outcomes[0], Outcome::BUSY);
}

#[test]
fn an_unreadable_record_is_kept_byte_for_byte() {
    let broken = "{ \"lead_id\":\"1\", \"phone_number\":\"6285550107\",\"status\":\"?\" ,\"n\":1e400 }";
    let mut leaf = leaf(&format!("{{\"1_6285550107\":{broken},\"x\":{{\"a\": 1.50}}}}"));
    let key = key("1", "6285550107");
    assert!(leaf.get(&key).is_err() && leaf.remove(&key).is_err());
    assert!(leaf.insert_or_update(&read(&json!({})).unwrap()).is_err());
    let written = String::from_utf8(leaf.to_bytes().to_vec()).unwrap();
    assert!(written.contains(broken) && written.contains("{\"a\": 1.50}"), "{written}");
    assert_eq!((leaf.len(), leaf.leads().filter(|(_, lead)| lead.is_err()).count()), (2, 2));
}

#[test]
fn a_value_that_is_no_record_hides_no_other() {
    let text =
        format!("{{\"a\":1,\"1_6285550107\":{},\"b\":[[{{}}]],\"\\ud83d\":{{}},\"\\ud83e\":null}}", record(&json!({})));
    let leaf = leaf(&text);
    assert_eq!((leaf.len(), leaf.leads().filter(|(_, lead)| lead.is_ok()).count()), (5, 1));
}

/// As a month without leads it would drop the results of those that it has.
#[rstest]
#[case(r#"{"schema": 2, "leads": {}}"#)]
#[case(r#"{"leads": {"1_6285550107": {"lead_id": "1", "phone_number": "6285550107"}}}"#)]
#[case(r#"{"leads": [{"lead_id": "1", "phone_number": "6285550107"}]}"#)]
fn an_object_of_another_schema_is_unreadable(#[case] text: &str) {
    assert!(Leaf::parse(text.as_bytes()).is_err());
}

#[rstest]
#[case(r#"{"note": "uploaded by hand"}"#)]
#[case(r#"{"1_6285550107": null}"#)]
#[case(r#"{"a": {"lead_id": "1"}, "b": []}"#)]
#[case(r#"{"a": {"phone_number": "911"}}"#)]
fn an_object_without_a_readable_record_may_be_a_month(#[case] text: &str) {
    assert!(leaf(text).leads().all(|(_, lead)| lead.is_err()));
}

#[test]
fn a_byte_order_mark_does_not_hide_a_month() {
    let text = format!("\u{feff}{{\"1_6285550107\":{}}}", record(&json!({})));
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for body in [text.as_bytes(), &wide] {
        assert!(Leaf::parse(body).unwrap().get(&key("1", "6285550107")).unwrap().is_some());
    }
}

#[test]
fn what_is_odd_is_read_and_keeps_its_bytes() {
    let long = "Y ".repeat(50);
    let text = format!(
        "{{\"1_6285550107\":{{\"lead_id\":\"1\",\"phone_number\":\"6285550107\",\"first_name\":\"Ana \\ud83d\",\"outcomes\":[\"{long}\",\"busy\"],\"last_outcome\":\"{long}\",\"created_at\":5,\"status\":\"exhausted\"}}}}"
    );
    let mut leaf = leaf(&text);
    let mut lead = leaf.get(&key("1", "6285550107")).unwrap().unwrap();
    assert_eq!((lead.profile.first_name.as_str(), lead.status.as_str()), ("Ana \u{fffd}", "exhausted"));
    lead.outcomes.push(Outcome::SALE);
    leaf.insert_or_update(&lead).unwrap();
    let written = String::from_utf8(leaf.to_bytes().to_vec()).unwrap();
    for kept in [
        "\"Ana \\ud83d\"".to_owned(),
        format!("[\"{long}\",\"busy\",\"SALE\"]"),
        format!("\"last_outcome\":\"{long}\""),
    ] {
        assert!(written.contains(&kept), "{written}");
    }
}

/// With a search for each of them this would take hours.
#[test]
fn keys_that_differ_in_half_a_pair_only_are_all_kept() {
    let text = format!("{{{}\"\\ufffd\\ufffd2\":1}}", "\"\\ud83d\":1,".repeat(20_000));
    let leaf = leaf(&text);
    assert_eq!(leaf.len(), 20_001);
    assert_eq!(Leaf::parse(&leaf.to_bytes()).unwrap().len(), 20_001);
}

#[test]
fn a_lead_counts_once_and_is_removed_under_every_key() {
    let text = format!("{{\"a\":{0},\"1_6285550107\":{0},\"b\":{0}}}", record(&json!({})));
    let mut leaf = leaf(&text);
    let readable = |leaf: &Leaf| leaf.leads().filter(|(_, lead)| lead.is_ok()).count();
    assert_eq!((readable(&leaf), leaf.find_by_phone(&Phone::parse("6285550107").unwrap()).len()), (1, 1));
    let key = key("1", "6285550107");
    assert_eq!(leaf.remove(&key), Ok(true));
    assert_eq!((leaf.len(), leaf.get(&key), leaf.remove(&key)), (0, Ok(None), Ok(false)));
}

#[rstest]
#[case("1_16285550107")]
#[case("+16285550107")]
#[case(" 1_6285550107")]
#[case("")]
fn a_record_is_found_under_a_key_of_another_form(#[case] place: &str) {
    let leaf = leaf(&format!("{{{}:{}}}", json!(place), record(&json!({}))));
    assert!(leaf.get(&key("1", "6285550107")).unwrap().is_some());
    assert_eq!(leaf.get(&key("2", "6285550107")), Ok(None));
}

#[test]
fn the_history_keeps_what_it_does_not_understand_and_drops_what_is_too_old() {
    let history = json!([
        {"call_id": "open", "outcome": null, "agent": "x"}, "?", {"outcome": "BUSY"},
        {"call_id": "old", "outcome": "BUSY", "at": 1}, {"call_id": "new", "outcome": "BUSY", "at": 2, "source": "cti", "cost": 1.10},
    ]);
    let mut lead = read(&json!({"call_history": history})).unwrap();
    assert_eq!(lead.history.iter().map(|past| past.call.as_str()).collect::<Vec<_>>(), ["old", "new"]);
    lead.history.remove(0);
    lead.history.push(PastCall {
        call: CallId::parse("open").unwrap(),
        outcome: Outcome::SALE,
        at: DateTime::from_timestamp_millis(3).unwrap(),
        source: Some(Source::Bland),
        attempt: None,
        rule: Some("sale".into()),
        callback: None,
        corrected_at: None,
    });
    let mut leaf = leaf(&format!("{{\"1_6285550107\":{}}}", record(&json!({"call_history": history}))));
    leaf.insert_or_update(&lead).unwrap();
    assert_eq!(
        value(&leaf)["1_6285550107"]["call_history"],
        json!([
            "?", {"outcome": "BUSY"},
            {"call_id": "new", "outcome": "BUSY", "at": 2, "source": "cti", "cost": 1.10},
            {"call_id": "open", "outcome": "SALE", "agent": "x", "at": 3, "source": "bland", "rule": "sale"},
        ])
    );
}

#[test]
fn a_new_record_has_the_fields_of_the_contract_in_their_order() {
    let mut leaf = Leaf::default();
    leaf.insert_or_update(&read(&json!({})).unwrap()).unwrap();
    assert_eq!(
        String::from_utf8(leaf.to_bytes().to_vec()).unwrap(),
        "{\n\"1_6285550107\":{\"lead_id\":\"1\",\"phone_number\":\"+16285550107\",\"list_id\":\"\",\"first_name\":\"\",\
         \"last_name\":\"\",\"state\":\"\",\"attempts\":0,\"last_call_timestamp\":null,\"next_redial_timestamp\":5,\
         \"scheduled_callback_time\":null,\"outcomes\":[],\"last_outcome\":null,\"last_call_id\":null,\"created_at\":5,\
         \"updated_at\":5,\"status\":\"pending\",\"call_history\":[]}\n}\n"
    );
    assert_eq!(Leaf::default().to_bytes(), "{\n\n}\n");
    assert!(Leaf::parse(&Leaf::default().to_bytes()).unwrap().is_empty());
}

proptest! {
    #[test]
    fn no_body_makes_the_reader_panic(body: Vec<u8>, text in "\\{\"[a-z0-9_]{0,8}\":\\{.{0,40}\\}\\}") {
        for body in [&body, text.as_bytes()] {
            if let Ok(leaf) = Leaf::parse(body) {
                leaf.leads().for_each(drop);
            }
            let _ = MonthObject::parse(&Bytes::copy_from_slice(body), Branch::ROOT).map(|_| ());
        }
    }
}
