//! The ledger as the deployed functions write it, and the queries of docs/RUNBOOK.md over it.

use crate::emulator;
use crate::people::{Person, ended, now, phone_query};
use crate::stack::Stack;
use redial_queue::ports::{BlobStore, Expect, Put};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use uuid::Uuid;

/// The nth query under *Proof*, with these texts replaced.
fn query(nth: usize, replaced: &[(&str, &str)]) -> String {
    let runbook = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/RUNBOOK.md")).unwrap();
    let section = runbook.split("\n## ").find(|section| section.lines().next() == Some("Proof")).unwrap();
    let blocks = section.split("```sql\n").skip(1);
    let query = blocks.filter_map(|rest| rest.split("```").next()).nth(nth).unwrap().to_owned();
    replaced.iter().fold(query, |query, (from, to)| {
        assert!(query.contains(from), "{from}");
        query.replace(from, to)
    })
}

/// What `DuckDB` answers to a query over a copy of the bucket.
fn asked(folder: &Path, query: &str) -> Vec<Value> {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/query");
    let mut duckdb = Command::new(emulator::duckdb());
    let duckdb = duckdb.arg(tool).arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = duckdb.spawn().unwrap();
    running.stdin.take().unwrap().write_all(query.as_bytes()).unwrap();
    let output = running.wait_with_output().unwrap();
    assert!(output.status.success(), "{query}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn kinds<'a>(entries: impl IntoIterator<Item = &'a Value>) -> Vec<&'a str> {
    entries.into_iter().map(|entry| entry["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_ledger_proves_a_call_to_the_api_and_to_a_query() {
    let stack = Stack::alone().await;
    let ana = Person::new(332, 1);
    stack.script(&ana, &["NO_ANSWER"], 300).await;
    stack.takes(&ended(&ana, "voicemail")).await;
    stack.make_due(&[&ana]).await;
    stack.runs_well().await;
    stack.was_dialed(&ana, 1).await;
    stack.counted(&ana, 2).await;
    stack.post(&format!("/lead/{}/pause?{}", ana.id, phone_query(&ana))).await;

    let today = now().date_naive();
    let (from, to) = ((today - chrono::TimeDelta::days(1)).to_string(), today.to_string());
    let path = format!("/numbers/{}/proof?from={from}&to={to}", ana.phone);
    let proof = stack.get(&path).await;
    assert_eq!((&proof["verified"], &proof["faults"]), (&json!(true), &json!([])), "{proof}");
    let entries: Vec<&Value> = proof["entries"].as_array().unwrap().iter().map(|entry| &entry["entry"]).collect();
    assert_eq!(kinds(entries.iter().copied()), ["attempt", "steered"]);
    assert_eq!(entries[0]["attempt"], stack.only_request(&ana).await["body"]["metadata"]["attempt_id"]);

    let folder = std::env::temp_dir().join(format!("ledger-{}", Uuid::new_v4()));
    for key in stack.ledger.list("ledger/").await.unwrap() {
        let object = stack.ledger.get(&key).await.unwrap().unwrap();
        let file = folder.join(&key);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, &object.value).unwrap();
    }
    let days = [("2026-12-01", from.as_str()), ("2026-12-31", to.as_str())];
    let rows = asked(&folder, &query(0, &[&days[..], &[("+12125550100", ana.phone.as_str())]].concat()));
    assert_eq!(kinds(&rows), ["attempt", "steered"]);
    assert_eq!(rows[0]["attempt"], entries[0]["attempt"]);
    let calls: i64 = asked(&folder, &query(1, &days)).iter().map(|row| row["calls"].as_i64().unwrap()).sum();
    assert!(calls >= 1);
    fs::remove_dir_all(folder).unwrap();

    let first = stack.ledger.list("ledger/").await.unwrap().remove(0);
    let again = stack.ledger.put(&first, "{}".into(), &Expect::Absent).await.unwrap();
    assert_eq!(again, Put::Conflict, "an object is never replaced");
}
