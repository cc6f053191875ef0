//! Month objects: of last month, of the original, and broken ones. Each of these stories has a month of its own.

use crate::people::{Person, ended, fixture, month_back, phone_query};
use crate::stack::Stack;
use crate::store::{SCRATCH, waiting};
use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::America::New_York;
use redial_domain::Month;
use redial_queue::ports::Put;
use rstest::rstest;
use serde_json::{Value, json};

/// Noon in the business's zone.
fn noon(day: chrono::NaiveDate) -> DateTime<Utc> {
    let noon = day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap());
    noon.and_local_timezone(New_York).unwrap().to_utc()
}

#[tokio::test]
async fn a_lead_of_last_month_is_dialed_this_month_and_stays_in_its_own() {
    let stack = Stack::alone().await;
    let [ana, ben] = [1, 2].map(|n| Person::new(319, n));
    let month = month_back(1);
    let records = [&ana, &ben].map(|person| (person.key(), waiting(person, noon(month.last_day()))));
    stack.upload(month, Value::Object(records.into_iter().collect()).to_string()).await;

    // A call that we did not place, whose webhook knows no month.
    stack.takes(&ended(&ben, "voicemail")).await;
    let record = stack.record(&ben).await;
    assert_eq!((&record["month"], &record["attempts"]), (&json!(month.to_string()), &json!(2)));

    stack.runs_well().await;
    let request = stack.only_request(&ana).await;
    assert_eq!(request["body"]["metadata"]["month"], month.to_string());
    let record = stack.counted(&ana, 2).await;
    assert_eq!(record["month"], month.to_string());
    assert_eq!(record["outcomes"], json!(["BUSY", "NO_ANSWER"]));

    stack.takes(&ended(&ana, "voicemail")).await;
    let record = stack.counted(&ana, 3).await;
    assert_eq!((&record["month"], &record["last_outcome"]), (&json!(month.to_string()), &json!("VOICEMAIL")));
}

/// The file as the original wrote it, with every time moved into an open month, numbers that nobody has, and a field that
/// nobody knows.
fn originals_month(month: Month) -> String {
    let text = fixture("months/redial-queue_2023-12.json");
    let moved = (noon(first_day(month)) - noon(first_day(Month::parse("2023-12").unwrap()))).num_milliseconds();
    let mut original = String::new();
    for piece in text.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let digits = piece.trim_end_matches(|c: char| !c.is_ascii_digit());
        match digits.parse::<i64>() {
            Ok(time) if digits.len() == 13 => original.push_str(&(time + moved).to_string()),
            _ => original.push_str(digits),
        }
        original.push_str(&piece[digits.len()..]);
    }
    let note = "\"attempts\": 2,\n    \"crm_note\": {\"by\":  \"Zoë\", \"score\": 12345678901234567890, \"tags\": [1.50, null]},";
    original.replace("5551234567", "2405550101").replace("5559876543", "2405550102").replace("\"attempts\": 2,", note)
}

fn first_day(month: Month) -> chrono::NaiveDate {
    month.previous().last_day().succ_opt().unwrap()
}

#[tokio::test]
async fn a_file_of_the_original_is_dialed_from_and_nothing_of_it_is_lost() {
    let stack = Stack::alone().await;
    let month = month_back(2);
    let original = originals_month(month);
    stack.upload(month, original.clone()).await;
    let before: crate::store::Texts = serde_json::from_str(&original).unwrap();
    let ana = Person { id: "123456".to_owned(), phone: "+12405550101".to_owned() };
    let ben = Person { id: "789012".to_owned(), phone: "+12405550102".to_owned() };
    let (anas, bens) = (ana.key(), ben.phone.clone());
    assert_eq!(before.keys().collect::<Vec<_>>(), [&bens, &anas]);
    assert_eq!(stack.record(&ben).await["key"], ben.key());

    stack.runs_well().await;
    let request = stack.only_request(&ana).await;
    assert_eq!(request["body"]["metadata"]["month"], month.to_string());
    stack.was_dialed(&ben, 0).await;
    let record = stack.counted(&ana, 3).await;
    assert_eq!(record["outcomes"], json!(["VOICEMAIL", "NO_ANSWER", "NO_ANSWER"]));
    let after = stack.texts(month).await;
    assert_eq!(after.keys().collect::<Vec<_>>(), [&bens, &anas]);
    assert_eq!(after[&bens].get(), before[&bens].get(), "the record of another lead");
    kept(&before[&anas], &after[&anas], &["attempts", "outcomes", "last_outcome", "last_call_id", "call_history"]);

    // The record under a key of another form is changed where it stands.
    let mut transferred = ended(&ben, "transferred_merged");
    for told in ["metadata", "request_data"] {
        transferred[told]["list_id"] = Value::Null;
    }
    stack.takes(&transferred).await;
    assert_eq!(stack.record(&ben).await["status"], "completed");
    let last = stack.texts(month).await;
    assert_eq!(last.keys().collect::<Vec<_>>(), [&bens, &anas]);
    assert_eq!(last[&anas].get(), after[&anas].get(), "the record of another lead");
    kept(
        &after[&bens],
        &last[&bens],
        &["attempts", "outcomes", "last_outcome", "last_call_id", "call_history", "status", "phone_number"],
    );
    let history: Value = serde_json::from_str(last[&bens].get()).unwrap();
    assert_eq!(history["call_history"][0]["from_number"], "+12315550128");
}

/// Every field has the very text that it had, but for those that a result changes.
#[track_caller]
fn kept(before: &serde_json::value::RawValue, after: &serde_json::value::RawValue, changed: &[&str]) {
    let fields = |text: &serde_json::value::RawValue| serde_json::from_str::<crate::store::Texts>(text.get()).unwrap();
    let (before, after) = (fields(before), fields(after));
    let times = ["last_call_timestamp", "next_redial_timestamp", "updated_at"];
    for (name, text) in &before {
        let now = after.get(name).map(|text| text.get());
        if changed.contains(&name.as_str()) || times.contains(&name.as_str()) {
            assert!(now.is_some(), "{name} is there");
        } else {
            assert_eq!(now, Some(text.get()), "{name}");
        }
    }
}

#[rstest]
#[case::cut_short(0, |whole: &[u8]| whole[..whole.len() - 10].to_vec())]
#[case::empty(3, |_: &[u8]| Vec::new())]
#[case::of_a_foreign_schema(6, |_: &[u8]| br#"{"schema": 2, "leads": {}}"#.to_vec())]
#[tokio::test]
async fn a_broken_month_is_never_overwritten_and_holds_up_its_own_leads_only(
    #[case] first: u16,
    #[case] broken: fn(&[u8]) -> Vec<u8>,
) {
    let stack = Stack::alone().await;
    let [ana, ben, cleo] = [1, 2, 3].map(|n| Person::new(248, first + n));
    stack.takes(&ended(&ben, "busy")).await;
    let month = month_back(SCRATCH);
    let mut record = waiting(&ana, noon(month.last_day()));
    record["status"] = json!("paused");
    let whole = json!({ana.key(): record}).to_string();
    let broken = broken(whole.as_bytes());
    stack.upload(month, broken.clone()).await;
    stack.make_due(&[&ben]).await;

    let summary = stack.run().await;
    assert_eq!((&summary["errors"], &summary["stopped_by"]), (&json!(1), &Value::Null), "{summary}");
    stack.only_request(&ben).await;
    stack.counted(&ben, 2).await;
    assert_eq!(stack.get("/status").await["stats"]["unreadable_objects"], 1);

    // A new lead is taken into this month. It may have an older record in the broken one, so it is not dialed.
    stack.takes(&ended(&cleo, "busy")).await;
    stack.make_due(&[&cleo]).await;

    // A result for a lead in it is taken, and waits.
    let mut result = ended(&ana, "voicemail");
    result["metadata"]["month"] = json!(month.to_string());
    assert_eq!(stack.bland(&result).await.with(200)["result"], "stored");
    let paused = format!("/lead/{}/pause?{}", ana.id, phone_query(&ana));
    let steered = stack.ask(reqwest::Method::POST, &paused, Some(&stack.at.admin_key), None).await;
    assert_eq!((steered.status, &steered.body["success"]), (503, &json!(false)));
    stack.run().await;
    stack.was_dialed(&cleo, 0).await;
    let (stored, version) = stack.object(month).await.unwrap();
    assert_eq!(stored, broken, "not a byte is changed");

    // Once it is repaired, the next run brings the result into its record, and dials the new lead.
    assert!(matches!(stack.upload_over(month, whole, version).await, Put::Stored(_)));
    let summary = stack.runs_well().await;
    assert!(summary["reconciled"].as_u64() >= Some(1), "{summary}");
    stack.only_request(&cleo).await;
    stack.counted(&cleo, 2).await;
    let record = stack.record(&ana).await;
    assert_eq!((&record["attempts"], &record["status"]), (&json!(2), &json!("paused")));
    assert_eq!(record["last_call_id"], result["call_id"]);
    stack.delete_object(month).await;
    assert_eq!(stack.get("/status").await["stats"]["unreadable_objects"], 0);
}

#[tokio::test]
async fn a_lead_that_is_removed_from_an_earlier_month_is_not_brought_back_by_a_late_result() {
    let stack = Stack::alone().await;
    let [ana, ben] = [1, 2].map(|n| Person::new(305, n));
    let month = month_back(SCRATCH);
    let records = [&ana, &ben].map(|person| (person.key(), waiting(person, noon(month.last_day()))));
    stack.upload(month, Value::Object(records.into_iter().collect()).to_string()).await;
    stack.fault_once(&ana, "lose_webhook").await;
    stack.runs_well().await;
    stack.settled().await;
    let call = stack.calls(&ana).await.remove(0);
    stack.counted(&ben, 2).await;

    let path = format!("/lead/{}?{}", ana.id, phone_query(&ana));
    let removed = stack.ask(reqwest::Method::DELETE, &path, Some(&stack.at.admin_key), None).await.with(200);
    assert_eq!(removed["success"], true);
    assert_eq!(stack.texts(month).await.keys().collect::<Vec<_>>(), [&ben.key()]);

    let mut late = ended(&ana, "no_answer");
    for id in ["call_id", "c_id"] {
        late[id] = call["call_id"].clone();
    }
    late["metadata"] = call["request"]["metadata"].clone();
    assert_eq!(late["metadata"]["month"], month.to_string());
    assert!(stack.bland(&late).await.with(200)["ignored"].is_string());
    assert_eq!(stack.records(&ana).await.len(), 0);
    stack.runs_well().await;
    stack.was_dialed(&ana, 1).await;

    // A call that was not dialed from that month is a new beginning.
    stack.takes(&ended(&ana, "busy")).await;
    let record = stack.record(&ana).await;
    assert_eq!((&record["month"], &record["attempts"]), (&json!(month_back(0).to_string()), &json!(1)));
}
