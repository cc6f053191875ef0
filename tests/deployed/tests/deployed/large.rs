//! A month as large as a busy call center's.

mod api;

use crate::people::{Person, month_back, now};
use crate::stack::Stack;
use crate::store::waiting;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::{LeadId, LeadKey, Phone};
use redial_queue::ports::BlobStore;
use redial_queue::store::records::PREFIX;
use reqwest::Method;
use serde_json::json;
use std::fmt::Write;

const LEADS: u32 = 100_000;
/// The list of those that are not due.
const LIST: &str = "100000";
const DUE: u16 = 5;
/// The month of large stories, which are told one after the other on a stack. Each removes it, because processes remember its
/// division as long as it is there.
pub(crate) const MONTH: u32 = 4;

#[tokio::test]
async fn an_uploaded_month_of_100_000_leads_is_divided_and_dialed_in_the_time_and_memory_of_a_run() {
    let stack = Stack::alone().await;
    let due: Vec<Person> = (0..DUE).map(|n| Person::new(309, n)).collect();
    stack.upload(month_back(MONTH), uploaded(&due)).await;
    // A fresh process: what is measured is its own.
    stack.kill(&stack.at.processor);
    stack.kill(&stack.at.admin);
    // The request that meets the dead process gets 502.
    let ask = || stack.ask(Method::GET, "/status", Some(&stack.at.read_key), None);
    for _ in 0..10 {
        if ask().await.status == 200 {
            break;
        }
    }
    let dividing = stack.get("/status").await["stats"]["dividing"].clone();
    assert_eq!(dividing[0]["month"], month_back(MONTH).to_string());

    let summary = stack.run().await;
    assert_eq!((&summary["errors"], &summary["stopped_by"]), (&json!(0), &json!("division_unfinished")), "{summary}");
    assert_eq!(stack.get("/status").await["stats"]["dividing"], json!([]), "it is divided by one run");
    println!("the division took {} ms", summary["duration_ms"]);
    let summary = stack.runs_well().await;
    for person in &due {
        stack.only_request(person).await;
    }
    let status = stack.get("/status").await;
    assert!(status["stats"]["total_records"].as_u64() >= Some(LEADS.into()), "{status}");
    println!("the run took {} ms", summary["duration_ms"]);
    stack.settled().await;
    for person in &due {
        stack.counted(person, 2).await;
    }
    // Every one of them is due a day after the upload. The last run of a forecast of a day begins an interval before that. Calling
    // hours are ignored here, so the time of day does not matter.
    let forecast = stack.get("/forecast?hours=72").await;
    assert!(forecast["sample"]["leads"].as_u64() >= Some(LEADS.into()), "{}", forecast["sample"]);
    assert!(forecast["total"].as_u64() > Some(0), "{}", forecast["total"]);
    api::answers_in_time(&stack, &Person { id: "100000000".to_owned(), phone: "+19015550100".to_owned() }).await;
    let (peak, given) = (stack.peak_memory(&stack.at.processor), stack.memory(&stack.at.processor).await);
    println!("runs: {peak} of {given} MiB");
    assert!(peak < given, "a run needs {peak} MiB and has {given}");
    // The runs of the commands have dialed the others again.
    stack.settled().await;
    remove(&stack).await;
}

/// Removes the month of this story. If it failed, the runs of the next stories would read it too, and time out.
pub(crate) async fn remove(stack: &Stack) {
    for key in stack.blobs.list(&format!("{PREFIX}{}", month_back(MONTH))).await.unwrap() {
        stack.blobs.delete(&key).await.unwrap();
    }
}

/// The file of the original. Nearly all leads wait for another day.
fn uploaded(due: &[Person]) -> String {
    let created = now() - TimeDelta::days(100);
    let mut month = String::from("{");
    let mut add = |key: &LeadKey, record: &str| {
        let comma = if month.len() > 1 { "," } else { "" };
        write!(month, "{comma}\n\"{}\":{record}", key.as_str()).unwrap();
    };
    for person in due {
        let key = LeadKey::new(&LeadId::parse(&person.id).unwrap(), &person.number());
        add(&key, &waiting(person, created).to_string());
    }
    let texts = [0, 1, 2, 3].map(|calls| called(calls, created));
    for n in 0..LEADS {
        // A thousand numbers, a hundred leads each: there are no more that are nobody's.
        let phone = format!("+1{}55501{:02}", 901 + n / 100 % 10, n % 100);
        let id = (100_000_000 + n).to_string();
        let key = LeadKey::new(&LeadId::parse(&id).unwrap(), &Phone::parse(&phone).unwrap());
        let text = &texts[usize::try_from(n % 4).unwrap()];
        add(&key, &text.replace("LEAD", &id).replace("PHONE", &phone));
    }
    month + "\n}\n"
}

/// The text of a record with so many calls, whose lead waits for tomorrow.
fn called(calls: u32, created: DateTime<Utc>) -> String {
    let somebody = Person { id: "LEAD".to_owned(), phone: "PHONE".to_owned() };
    let mut record = waiting(&somebody, created);
    record["list_id"] = json!(LIST);
    record["next_redial_timestamp"] = json!((now() + TimeDelta::days(1)).timestamp_millis());
    let past = |n| {
        json!({
            "call_id": format!("0d1c8b1e-6a53-4f0e-9a55-LEAD00{n}"), "outcome": "NO_ANSWER",
            "at": created.timestamp_millis(), "source": "bland",
            "attempt_id": format!("0198c0de-7000-7000-8000-LEAD00{n}"), "rule": "no_answer",
        })
    };
    record["call_history"] = (0..calls).map(past).collect();
    record.to_string()
}
