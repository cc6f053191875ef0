//! Times are read to judge a clock, and moved to correct it.

use super::*;
use redial_domain::clock_shift::{ClockShift, RecordTimes};

const HOUR: i64 = 3_600_000;

fn millis(millis: i64) -> DateTime<chrono::Utc> {
    DateTime::from_timestamp_millis(millis).unwrap()
}

fn five() -> ClockShift {
    ClockShift::parse("+5").unwrap()
}

#[test]
fn the_times_of_the_original_are_read() {
    let times = Leaf::parse(ORIGINAL).unwrap().times();
    let call = millis(1_703_280_000_000);
    let due = Some(millis(1_703_281_800_000));
    assert_eq!(times[0], RecordTimes { changed: Some(call), due, calls: vec![call], stated: None });
    assert_eq!(times.len(), 2);
}

#[rstest]
#[case::paused(json!({"status": "paused", "next_redial_timestamp": 7}))]
#[case::callback(json!({"status": "rescheduled", "next_redial_timestamp": 7, "scheduled_callback_time": 7}))]
#[case::callback_that_is_pending(json!({"next_redial_timestamp": 7, "scheduled_callback_time": 7}))]
#[case::no_time(json!({"next_redial_timestamp": 0}))]
fn only_a_lead_in_its_cadence_is_due(#[case] changes: Value) {
    let leaf = leaf(&format!("{{\"a\":{}}}", record(&changes)));
    assert_eq!(leaf.times()[0].due, None);
}

#[rstest]
#[case(json!({"created_at": 0, "created_at_iso": "1970-01-01T05:00:00Z"}), None)]
#[case(json!({"created_at_iso": "1970-01-01T05:00:00.005Z"}), Some(5 * HOUR))]
#[case(json!({"created_at_iso": "1970-01-01T05:00:00.005+05:00"}), Some(0))]
#[case(json!({"created_at_iso": "1970-01-01T05:00:00"}), None)]
#[case(json!({"created_at_iso": "1970-01-01T05:00:00.005Z", "updated_at": 5, "updated_at_iso": "1970-01-01T00:00:00.005Z"}), None)]
fn texts_beside_numbers_state_the_shift(#[case] changes: Value, #[case] hours: Option<i64>) {
    let leaf = leaf(&format!("{{\"a\":{}}}", record(&changes)));
    assert_eq!(leaf.times()[0].stated.map(|apart| apart.num_milliseconds()), hours);
}

#[test]
fn every_time_is_moved_and_everything_else_keeps_its_bytes() {
    let text = r#"{"a":{"lead_id":7,"created_at":1000,"updated_at":"1000","last_call_timestamp":"1970-01-01T00:00:01Z",
        "next_redial_timestamp":1e3,"scheduled_callback_time":null,"batch_timestamp":1000,"daily_max_reached_at":0,
        "last_attempt_date":"1970-01-01","my_timestamp":1000,"note":"\u00e9 \ud83d","amount":1.50,
        "call_history":[{"call_id":"c","timestamp":1000,"cost": 0.10},"?",{"at":"soon","callback_time":1000}]},"b":7}"#;
    let moved = String::from_utf8(leaf(text).moved(five()).to_bytes().to_vec()).unwrap();
    let record = [
        r#"{"lead_id":7,"created_at":18001000,"updated_at":"18001000","last_call_timestamp":"1970-01-01T05:00:01Z","#,
        r#""next_redial_timestamp":18001000,"scheduled_callback_time":null,"batch_timestamp":18001000,"#,
        r#""daily_max_reached_at":0,"last_attempt_date":"1970-01-01","my_timestamp":1000,"note":"\u00e9 \ud83d","#,
        r#""amount":1.50,"call_history":[{"call_id":"c","timestamp":18001000,"cost":0.10},"?","#,
        r#"{"at":"soon","callback_time":18001000}]}"#,
    ];
    assert_eq!(moved, format!("{{\n\"a\":{},\n\"b\":7\n}}\n", record.concat()));
}

#[test]
fn a_month_that_is_moved_back_is_the_same() {
    let month = Leaf::parse(ORIGINAL).unwrap();
    let moved = month.moved(five());
    let lead = |leaf: &Leaf| leaf.get(&key("789012", "5559876543")).unwrap().unwrap();
    let (before, after) = (lead(&month), lead(&moved));
    assert_eq!(after.created_at - before.created_at, five().delta());
    assert_eq!(after.history[0].at - before.history[0].at, five().delta());
    assert_eq!(value(&moved.moved(ClockShift::parse("-5").unwrap())), value(&month));
    assert_eq!(moved.times()[0].changed.unwrap() - month.times()[0].changed.unwrap(), five().delta());
}
