//! The commands of docs/RUNBOOK.md, typed as they stand there.

use crate::large;
use crate::people::{Person, ended, month_back, now};
use crate::stack::Stack;
use crate::store::{SCRATCH, Texts, key, waiting};
use chrono::TimeDelta;
use redial_queue::ports::{BlobStore, Put};
use redial_queue::store::records::PREFIX;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// An operator at work in a folder of their own.
struct Operator<'a> {
    stack: &'a Stack,
    folder: PathBuf,
    variables: Vec<(&'static str, String)>,
}

impl<'a> Operator<'a> {
    /// Sets the variables as the runbook says, once: each of them takes the AWS CLI a second.
    async fn new(stack: &'a Stack) -> Self {
        let folder = std::env::temp_dir().join(format!("runbook-{}", Uuid::new_v4()));
        fs::create_dir(&folder).unwrap();
        let at = &stack.at;
        let given = [
            ("KEY", &at.admin_key),
            ("BLAND", &at.fake_bland_url),
            ("BLAND_KEY", &at.bland_key),
            ("BLAND_SECRET", &at.webhook_secret),
            ("CONVOSO_SECRET", &at.convoso_secret),
        ];
        let mut variables = given.map(|(name, value)| (name, value.clone())).to_vec();
        let names = ["BUCKET", "TABLE", "ADMIN", "WEBHOOK", "CONVOSO"];
        let shown: String = names.iter().map(|name| format!("echo \"${name}\"\n")).collect();
        let said = stack.shell(&(block("Variables", 0) + &shown), &borrowed(&variables), &folder).await;
        variables.extend(names.into_iter().zip(said.lines().map(ToOwned::to_owned)));
        Self { stack, folder, variables }
    }

    /// Types the nth block of commands under a heading.
    async fn types(&self, heading: &str, nth: usize, variables: &[(&str, &str)]) -> String {
        let variables = [&borrowed(&self.variables), variables].concat();
        self.stack.shell(&block(heading, nth), &variables, &self.folder).await
    }
}

fn borrowed<'v>(variables: &'v [(&'static str, String)]) -> Vec<(&'v str, &'v str)> {
    variables.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

impl Drop for Operator<'_> {
    fn drop(&mut self) {
        // What is left in a temporary folder does no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The nth block of shell commands under a heading.
fn block(heading: &str, nth: usize) -> String {
    let runbook = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/RUNBOOK.md")).unwrap();
    let section = runbook.split("\n## ").find(|section| section.lines().next() == Some(heading));
    let blocks = section.unwrap_or_else(|| panic!("the runbook has no heading {heading}")).split("```sh\n").skip(1);
    let block = blocks.filter_map(|rest| rest.split("```").next()).nth(nth);
    block.unwrap_or_else(|| panic!("{heading} has no block {nth}")).to_owned()
}

#[tokio::test]
async fn a_broken_object_is_restored_from_a_version_and_its_leads_go_on() {
    let stack = Stack::alone().await;
    let operator = Operator::new(&stack).await;
    let ana = Person::new(312, 1);
    let month = month_back(SCRATCH);
    let whole = json!({ana.key(): waiting(&ana, now() - TimeDelta::days(65))}).to_string();
    stack.upload(month, whole.clone()).await;
    let (_, version) = stack.object(month).await.unwrap();
    let cut = whole[..whole.len() - 10].to_owned();
    assert!(matches!(stack.upload_over(month, cut, version).await, Put::Stored(_)));
    assert_eq!(stack.run().await["errors"], 1);
    stack.was_dialed(&ana, 0).await;
    let mut result = ended(&ana, "voicemail");
    result["metadata"]["month"] = json!(month.to_string());
    assert_eq!(stack.bland(&result).await.with(200)["result"], "stored");

    let object = key(month);
    let versions = operator.types("Restore", 0, &[("OBJECT", &object)]).await;
    let versions: Vec<Vec<&str>> = versions.lines().map(|line| line.split_whitespace().collect()).collect();
    let size = whole.len().to_string();
    let good = versions.iter().find(|version| version[2..] == [size.as_str(), "False"]).unwrap()[0];
    operator.types("Restore", 1, &[("OBJECT", &object), ("VERSION", good)]).await;
    assert_eq!(stack.object(month).await.unwrap().0, whole);

    stack.runs_well().await;
    let record = stack.counted(&ana, 2).await;
    assert_eq!((&record["month"], &record["last_call_id"]), (&json!(month.to_string()), &result["call_id"]));
    stack.make_due(&[&ana]).await;
    stack.runs_well().await;
    stack.only_request(&ana).await;
    stack.counted(&ana, 3).await;
}

#[tokio::test]
async fn a_replaced_object_is_put_together_with_what_came_in_since() {
    let stack = Stack::alone().await;
    let operator = Operator::new(&stack).await;
    let [ana, ben] = [1, 2].map(|n| Person::new(313, n));
    let month = month_back(SCRATCH);
    let created = now() - TimeDelta::days(65);
    let mut later = waiting(&ana, created);
    later["attempts"] = json!(2);
    later["updated_at"] = json!(now().timestamp_millis());
    let restored = json!({ana.key(): waiting(&ana, created), ben.key(): waiting(&ben, created)});
    let current = json!({ana.key(): later});
    for (name, records) in [("restored", &restored), ("current", &current)] {
        fs::write(operator.folder.join(name).with_extension("json"), records.to_string()).unwrap();
    }
    operator.types("Restore", 2, &[]).await;
    let merged = fs::read(operator.folder.join("merged.json")).unwrap();
    stack.upload(month, merged).await;
    assert_eq!(stack.record(&ana).await["attempts"], 2);
    assert_eq!(stack.record(&ben).await["attempts"], 1);
}

#[tokio::test]
async fn a_webhook_that_was_lost_is_sent_again_by_the_provider_or_by_hand() {
    let stack = Stack::alone().await;
    let operator = Operator::new(&stack).await;
    let people = [1, 2].map(|n| Person::new(314, n));
    for person in &people {
        stack.fault_once(person, "lose_webhook").await;
        stack.takes(&ended(person, "busy")).await;
    }
    stack.make_due(&people.each_ref()).await;
    stack.runs_well().await;
    stack.settled().await;
    for (way, person) in people.iter().enumerate() {
        assert_eq!(stack.record(person).await["attempts"], 1);
        let call = stack.calls(person).await.remove(0);
        let call = call["call_id"].as_str().unwrap();
        // Once too often, as it happens.
        let said = operator.types("Replay", way, &[("CALL", call)]).await;
        let record = stack.counted(person, 2).await;
        assert_eq!(record["last_call_id"], call, "{said}");
        operator.types("Replay", way, &[("CALL", call)]).await;
        stack.settled().await;
        assert_eq!(stack.record(person).await["attempts"], 2);
        assert_eq!(stack.closed_gates(person).await, ["due"], "the line is free");
    }
}

#[tokio::test]
async fn one_test_call_shows_that_a_deployment_works() {
    let stack = Stack::alone().await;
    let operator = Operator::new(&stack).await;
    let you = Person { id: "900001".to_owned(), phone: "+13155550101".to_owned() };
    let said = operator.types("Test call", 0, &[("NUMBER", "3155550101")]).await;
    let answers: Vec<Value> = serde_json::Deserializer::from_str(&said).into_iter().collect::<Result<_, _>>().unwrap();
    assert!(answers.iter().all(|answer| answer["success"] == true), "{said}");
    let record = &answers[2]["records"][0];
    assert_eq!((&record["attempts"], &record["last_outcome"]), (&json!(1), &json!("NO_ANSWER")));
    stack.only_request(&you).await;
    assert_eq!(stack.records(&you).await.len(), 0, "the lead is removed");
}

#[tokio::test]
async fn a_number_is_suppressed_and_allowed_and_a_list_is_imported() {
    let stack = Stack::alone().await;
    let operator = Operator::new(&stack).await;
    let said = operator.types("Suppression list", 0, &[("NUMBER", "3365550101")]).await;
    let answers: Vec<Value> = serde_json::Deserializer::from_str(&said).into_iter().collect::<Result<_, _>>().unwrap();
    assert_eq!(answers.len(), 3, "{said}");
    assert!(answers.iter().all(|answer| answer["suppression"]["note"] == "wrote a letter"), "{said}");
    let said = operator.types("Suppression list", 1, &[("NUMBER", "3365550102")]).await;
    let answer: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&answer["success"], &answer["lines"]), (&json!(true), &json!(2)), "{said}");
    operator.types("Suppression list", 2, &[]).await;
    stack.runs_well().await;
    assert_eq!(stack.get("/suppressions/import/list.csv").await["known"], 1);
}

#[tokio::test]
async fn leads_are_paused_together_after_a_preview() {
    let stack = Stack::alone().await;
    let operator = Operator::new(&stack).await;
    let person = Person::new(351, 1);
    stack.takes(&ended(&person, "voicemail")).await;
    let heading = "Pause, resume or remove many leads";
    let number = person.phone.trim_start_matches('+');
    let said = operator.types(heading, 0, &[("NUMBER", number)]).await;
    let preview: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(preview["count"], 1, "{said}");
    let said = operator.types(heading, 1, &[]).await;
    let answer: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&answer["state"], &answer["changed"]), (&json!("done"), &json!(1)), "{said}");
    let said = operator.types(heading, 2, &[("TOKEN", answer["id"].as_str().unwrap())]).await;
    assert_eq!(serde_json::from_str::<Value>(&said).unwrap()["done"], 1, "{said}");
    assert_eq!(stack.record(&person).await["status"], "paused");
}

/// The replaced system has written a file, and a call that it placed ends while its place is taken.
#[tokio::test]
async fn the_replaced_system_is_left_without_a_call_lost_or_made_twice() {
    let stack = Stack::alone().await;
    let operator = Operator::new(&stack).await;
    let [ana, ben] = [1, 2].map(|n| Person::new(316, n));
    let month = month_back(SCRATCH);
    let created = now() - TimeDelta::days(65);
    let records = json!({ana.key(): waiting(&ana, created), ben.key(): waiting(&ben, created)});
    stack.post("/stop").await;
    fs::write(operator.folder.join(format!("redial-queue_{month}.json")), records.to_string()).unwrap();
    operator.types("Move", 0, &[]).await;

    // Ana's call ended after the file was copied. Ben's is in the file, and is replayed to be sure.
    let calls = [ended(&ana, "voicemail"), ended_as(&ben, &records[ben.key()]["last_call_id"])];
    stack.takes(&calls[0]).await;
    for call in &calls {
        assert_eq!(stack.bland(call).await.with(200)["result"], "repeat");
    }
    let before = [stack.record(&ana).await, stack.record(&ben).await];
    assert_eq!(before.each_ref().map(|record| &record["attempts"]), [&json!(2), &json!(1)]);
    assert!(before.iter().all(|record| record["month"] == month.to_string()));
    assert_eq!(stack.run().await["stopped_by"], "stopped");

    stack.post("/start").await;
    stack.runs_well().await;
    stack.was_dialed(&ana, 0).await;
    stack.only_request(&ben).await;
    stack.counted(&ben, 2).await;
    stack.make_due(&[&ana]).await;
    stack.runs_well().await;
    stack.only_request(&ana).await;
    stack.only_request(&ben).await;
}

fn ended_as(person: &Person, call: &Value) -> Value {
    let mut payload = ended(person, "busy");
    for id in ["call_id", "c_id"] {
        payload[id] = call.clone();
    }
    payload
}

/// Longer than one part of an upload, and short enough to be uploaded as one object.
#[tokio::test]
async fn a_month_is_taken_out_as_it_was_put_in() {
    const LEADS: u32 = 1_000;
    let stack = Stack::alone().await;
    let operator = Operator::new(&stack).await;
    let month = month_back(large::MONTH);
    stack.post("/stop").await;
    let records: Map<String, Value> = (0..LEADS)
        .map(|n| {
            let person =
                Person { id: (900_000 + n).to_string(), phone: format!("+1{}55501{:02}", 901 + n / 100, n % 100) };
            let mut record = waiting(&person, now() - TimeDelta::days(100));
            record["crm_note"] = json!({"by": "Zoë", "text": "x".repeat(9_000)});
            (if n % 7 == 0 { person.phone.clone() } else { person.key() }, record)
        })
        .collect();
    let mut original = serde_json::to_string_pretty(&records).unwrap();
    original.replace_range(original.len() - 2.., ",\n  \"unreadable\": {\"lead_id\":  \"x\", \"score\": 1.50e+3}\n}");
    stack.upload(month, original.clone()).await;
    assert_eq!(stack.run().await["stopped_by"], "stopped");
    let divided = stack.blobs.list(&format!("{PREFIX}{month}/")).await.unwrap();
    assert!(divided.len() > 2, "{divided:?}");

    let variables = [("KEY", stack.at.read_key.as_str()), ("MONTH", &month.to_string())];
    let said = operator.types("Take a month out", 0, &variables).await;
    assert!(said.contains("\"records\": 1001"), "{said}");
    let file = fs::read(operator.folder.join(format!("redial-queue_{month}.json"))).unwrap();
    assert!(file.len() > 8 * 1024 * 1024, "{} bytes are one part", file.len());
    let texts = |file: &[u8]| {
        let texts: Texts = serde_json::from_slice(file).unwrap();
        texts.into_iter().map(|(key, text)| (key, text.get().to_owned())).collect::<BTreeMap<_, _>>()
    };
    assert!(texts(&file) == texts(original.as_bytes()), "a record has changed");

    // A link to one file for a quarter of an hour.
    let answer: Value = serde_json::from_slice(&fs::read(operator.folder.join("export.json")).unwrap()).unwrap();
    let url = answer["url"].as_str().unwrap();
    assert!(url.contains("X-Amz-Expires=900") && url.contains("exports/months/"), "{url}");
    stack.post("/start").await;
    large::remove(&stack).await;
}

#[tokio::test]
async fn what_was_dialed_is_counted_and_its_leads_are_found() {
    let stack = Stack::alone().await;
    let operator = Operator::new(&stack).await;
    let ana = Person::new(315, 57);
    let counted = async || {
        operator.types("What was dialed today", 0, &[("KEY", stack.at.read_key.as_str())]).await;
        let answer: Value = serde_json::from_slice(&fs::read(operator.folder.join("activity.json")).unwrap()).unwrap();
        assert_eq!(answer["success"], true, "{answer}");
        let voicemails = answer["total"]["results"]["VOICEMAIL"].as_u64().unwrap_or_default();
        [answer["total"]["dials"].as_u64().unwrap(), voicemails]
    };
    let before = counted().await;
    stack.script(&ana, &["VOICEMAIL"], 300).await;
    stack.takes(&ended(&ana, "voicemail")).await;
    stack.make_due(&[&ana]).await;
    // Leads of earlier stories on this stack may be due too.
    let made = stack.runs_well().await["calls_made"].as_u64().unwrap();
    stack.was_dialed(&ana, 1).await;
    stack.counted(&ana, 2).await;
    let after = counted().await;
    // The call that a webhook told of was not dialed by the queue.
    assert_eq!([after[0] - before[0], after[1] - before[1]], [made, 2]);

    operator.types("Find leads", 0, &[("KEY", stack.at.read_key.as_str())]).await;
    let table = fs::read_to_string(operator.folder.join("leads.csv")).unwrap();
    assert!(table.starts_with("key,month,status,lead_id,phone_number,"), "{table}");
    let of_ana = table.lines().filter(|row| row.starts_with(&format!("\"{}\",", ana.key())));
    let rows: Vec<_> = of_ana.collect();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0].contains(",\"2\",\"VOICEMAIL\","), "{}", rows[0]);
}
