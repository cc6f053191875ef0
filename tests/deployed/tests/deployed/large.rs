//! A month as large as a busy call center's.

use crate::people::{Person, month_back, now};
use crate::stack::Stack;
use crate::store::waiting;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, stream};
use redial_domain::{LeadId, LeadKey, Phone};
use redial_formats::month_v1::{Branch, Split};
use redial_queue::ports::{BlobStore, Expect, Put};
use redial_queue::store::records::PREFIX;
use serde_json::json;
use std::fmt::Write;

const LEADS: u32 = 100_000;
/// The number of objects after the division of an uploaded month.
const CHILDREN: u32 = 256;
const DUE: u16 = 5;
/// No other story has it, because processes remember for ever into how many objects it is divided.
const MONTH: u32 = 4;
const WRITERS: usize = 8;

#[tokio::test]
async fn a_run_finds_the_few_due_leads_among_100_000_in_its_time_and_memory() {
    let stack = Stack::alone().await;
    let due: Vec<Person> = (0..DUE).map(|n| Person::new(309, n)).collect();
    let prefix = format!("{PREFIX}{}", month_back(MONTH));
    upload(&stack, &prefix, &due).await;
    // A fresh process: what is measured is its own.
    stack.kill(&stack.at.processor);
    stack.kill(&stack.at.admin);

    let summary = stack.runs_well().await;
    for person in &due {
        stack.only_request(person).await;
    }
    let status = stack.get("/status").await;
    assert!(status["stats"]["total_records"].as_u64() >= Some(LEADS.into()), "{status}");
    println!("the run took {} ms", summary["duration_ms"]);
    for function in [&stack.at.processor, &stack.at.admin] {
        let (peak, given) = (stack.peak_memory(function), stack.memory(function).await);
        println!("{function}: {peak} of {given} MiB");
        assert!(peak < given, "{function} needs {peak} MiB and has {given}");
    }
    stack.settled().await;
    for person in &due {
        stack.counted(person, 2).await;
    }
    remove(&stack).await;
}

/// Removes the month of this story. If it failed, the runs of the next stories would read it too, and time out.
pub(crate) async fn remove(stack: &Stack) {
    for key in stack.blobs.list(&format!("{PREFIX}{}", month_back(MONTH))).await.unwrap() {
        stack.blobs.delete(&key).await.unwrap();
    }
}

/// Nearly all leads wait for another day.
async fn upload(stack: &Stack, prefix: &str, due: &[Person]) {
    let created = now() - TimeDelta::days(100);
    let split = Split::new("large", CHILDREN).unwrap();
    let mut leaves = vec![String::from("{"); usize::try_from(CHILDREN).unwrap()];
    let mut add = |key: &LeadKey, record: &str| {
        let leaf = &mut leaves[usize::try_from(Branch::ROOT.child_of(key.stable_hash(), &split)).unwrap()];
        let comma = if leaf.len() > 1 { "," } else { "" };
        write!(leaf, "{comma}\n\"{}\":{record}", key.as_str()).unwrap();
    };
    for person in due {
        add(
            &LeadKey::new(&LeadId::parse(&person.id).unwrap(), &person.number()),
            &waiting(person, created).to_string(),
        );
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
    let marker = (format!("{prefix}.json"), split.to_bytes());
    let objects = leaves
        .into_iter()
        .enumerate()
        .map(|(n, leaf)| (format!("{prefix}/large/{n:04}.json"), Bytes::from(leaf + "\n}\n")));
    let puts = stream::iter(objects.chain([marker])).map(|(key, body)| async move {
        let put = stack.blobs.put(&key, body, &Expect::Absent).await.unwrap();
        assert!(matches!(put, Put::Stored(_)), "{key} is there already");
    });
    puts.buffer_unordered(WRITERS).collect::<()>().await;
}

/// The text of a record with so many calls, whose lead waits for tomorrow.
fn called(calls: u32, created: DateTime<Utc>) -> String {
    let somebody = Person { id: "LEAD".to_owned(), phone: "PHONE".to_owned() };
    let mut record = waiting(&somebody, created);
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
