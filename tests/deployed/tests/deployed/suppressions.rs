//! The suppression list, from a file to the gate.

use crate::emulator;
use crate::people::{Person, ended};
use crate::stack::{Answer, Stack, sent};
use aws_sdk_dynamodb::types::AttributeValue;
use redial_aws::adapters::SystemClock;
use redial_domain::Phone;
use redial_queue::ports::{BlobStore, Expect, LineStore, Put};
use redial_queue::store::lines::Lines;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;
use uuid::Uuid;

/// Numbers that are nobody's, of these area codes.
fn numbers(areas: [u16; 3]) -> Vec<String> {
    areas.into_iter().flat_map(|area| (0..100).map(move |n| Person::new(area, n).phone)).collect()
}

async fn import(stack: &Stack, list: String) -> Answer {
    let request = stack.http.post(format!("{}/suppressions/import", stack.at.admin_url));
    let request = request.header("X-API-Key", &stack.at.admin_key).header("Content-Type", "text/csv");
    sent(request.body(list)).await
}

/// Every number of the list, once the index is as far as `wanted`.
async fn listed(stack: &Stack, wanted: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for _ in 0..40 {
        let mut cursor = String::new();
        loop {
            let page = stack.get(&format!("/suppressions?limit=70&cursor={cursor}")).await;
            let numbers = page["suppressions"].as_array().unwrap().iter();
            found.extend(numbers.map(|number| number["phone"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        if found.is_superset(wanted) {
            break;
        }
        sleep(Duration::from_millis(250)).await;
    }
    found
}

#[tokio::test]
async fn a_list_of_numbers_is_imported_listed_and_taken_off_again() {
    let stack = Stack::alone().await;
    let ana = Person::new(330, 7);
    stack.takes(&ended(&ana, "voicemail")).await;
    let all = numbers([330, 334, 337]);
    let list = format!("\u{feff}Phone,Reason\r\n{},DNC\r\n911,DNC\r\n", all.join(",DNC\r\n"));
    let mut import = import(&stack, list).await.with(202);
    let id = import["id"].as_str().unwrap().to_owned();
    for _ in 0..10 {
        if import["state"] != "running" {
            break;
        }
        stack.run().await;
        import = stack.get(&format!("/suppressions/import/{id}")).await;
    }
    assert_eq!(
        (&import["state"], &import["by"], &import["bad_lines"]),
        (&json!("done"), &json!("local"), &json!(1)),
        "{import}"
    );
    assert_eq!(import["bad"][0]["line"], 302);
    assert!(stack.closed_gates(&ana).await.contains(&"not_suppressed".to_owned()));
    let wanted: BTreeSet<String> = all.into_iter().collect();
    let found = listed(&stack, &wanted).await;
    assert_eq!(wanted.difference(&found).count(), 0);
    let csv = stack.ask(Method::GET, "/suppressions?format=csv", Some(&stack.at.read_key), None).await;
    assert!([200, 201].contains(&csv.status), "{}", csv.body);

    stack.make_due(&[&ana]).await;
    stack.runs_well().await;
    stack.was_dialed(&ana, 0).await;
    let path = format!("/suppressions/{}", ana.phone.replace('+', "%2B"));
    let key = Some(stack.at.admin_key.as_str());
    stack.ask(Method::DELETE, &path, key, None).await.with(400);
    let why = json!({"reason": "asked to be called"});
    stack.ask(Method::DELETE, &path, Some(&stack.at.read_key), Some(&why)).await.with(403);
    stack.ask(Method::DELETE, &path, key, Some(&why)).await.with(200);
    stack.ask(Method::GET, &path, key, None).await.with(404);
    assert!(!stack.closed_gates(&ana).await.contains(&"not_suppressed".to_owned()));
}

#[tokio::test]
async fn a_list_in_the_bucket_is_imported_by_the_next_run() {
    let stack = Stack::alone().await;
    let ana = Person::new(332, 1);
    let name = format!("{}.csv", Uuid::new_v4());
    stack.blobs_put(&format!("imports/{name}"), format!("{}\n", ana.phone)).await;
    stack.runs_well().await;
    let progress = stack.get(&format!("/suppressions/import/{name}")).await;
    assert_eq!((&progress["state"], &progress["by"]), (&json!("done"), &json!("upload")), "{progress}");
    let path = format!("/suppressions/{}", ana.phone.replace('+', "%2B"));
    assert_eq!(stack.get(&path).await["suppression"]["reason"], "DNC");
}

/// As the release before wrote it: without the attribute of the index.
#[tokio::test]
async fn a_suppressed_line_of_an_earlier_release_is_listed() {
    let stack = Stack::alone().await;
    let ana = Person::new(332, 2);
    let line = json!({
        "v": 1, "hold": null, "inbox": [], "calls": [], "homes": [],
        "suppressed": {"reason": "DNC", "source": "bland", "at": "2025-12-17T19:00:00Z"},
    });
    let client = aws_sdk_dynamodb::Client::new(&emulator::aws_at(stack.at.endpoint.as_deref()).await);
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let request = client.put_item().table_name(&stack.at.table).item("phone", text(&ana.phone));
    request.item("version", text("old")).item("line", text(&line.to_string())).send().await.unwrap();
    let mut unlisted = Vec::<Phone>::new();
    let mut after = None;
    loop {
        let page = stack.lines.unlisted(after.as_ref()).await.unwrap();
        unlisted.extend(page.phones);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(unlisted, [ana.number()]);
    let lines = Lines::new(Arc::new(stack.lines.clone()), Arc::new(SystemClock));
    assert_eq!(lines.list_all().await.unwrap(), 1);
    let found = listed(&stack, &BTreeSet::from([ana.phone.clone()])).await;
    assert!(found.contains(&ana.phone));
    assert_eq!(lines.list_all().await.unwrap(), 0);
}

impl Stack {
    pub(crate) async fn blobs_put(&self, key: &str, body: String) {
        let put = self.blobs.put(key, body.into(), &Expect::Absent).await.unwrap();
        assert!(matches!(put, Put::Stored(_)), "{key}: {put:?}");
    }
}
