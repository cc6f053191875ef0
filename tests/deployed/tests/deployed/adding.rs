//! Leads that operators add, from a request or a file to the dial.

use crate::people::{Person, ended};
use crate::stack::{Stack, sent};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

async fn add(stack: &Stack, person: &Person) -> crate::stack::Answer {
    let lead = json!({"lead_id": person.id, "phone_number": person.phone, "first_name": "Ana", "state": "NY"});
    stack.ask(Method::POST, "/lead", Some(&stack.at.admin_key), Some(&lead)).await
}

#[tokio::test]
async fn a_lead_that_is_added_by_hand_is_dialed_by_the_next_run() {
    let stack = Stack::alone().await;
    let ana = Person::new(352, 1);
    let added = add(&stack, &ana).await.with(201);
    assert_eq!(
        (&added["result"], &added["may_dial"], &added["record"]["attempts"]),
        (&json!("added"), &json!(true), &json!(0)),
        "{added}"
    );
    let lead = json!({"lead_id": ana.id, "phone_number": ana.phone});
    stack.ask(Method::POST, "/lead", Some(&stack.at.read_key), Some(&lead)).await.with(403);
    let wrong = json!({"lead_id": ana.id, "phone_number": ana.phone, "attempts": "0"});
    let refused = stack.ask(Method::POST, "/lead", Some(&stack.at.admin_key), Some(&wrong)).await.with(400);
    assert_eq!(refused["field"], "attempts");

    stack.runs_well().await;
    stack.only_request(&ana).await;
    stack.counted(&ana, 1).await;
    let known = add(&stack, &ana).await.with(200);
    assert_eq!((&known["result"], &known["record"]["attempts"]), (&json!("exists"), &json!(1)), "{known}");
}

async fn finished(stack: &Stack, id: &str) -> Value {
    let mut progress = json!({});
    for _ in 0..10 {
        progress = stack.get(&format!("/leads/import/{id}")).await;
        if progress["state"] != "running" {
            break;
        }
        stack.run().await;
    }
    progress
}

#[tokio::test]
async fn a_list_of_leads_is_imported_and_each_is_dialed_or_explained() {
    let stack = Stack::alone().await;
    let [ana, ben, cleo, dan] = [1, 2, 3, 4].map(|n| Person::new(341, n));
    stack.takes(&ended(&ben, "voicemail")).await;
    let path = format!("/suppressions/{}", cleo.phone.replace('+', "%2B"));
    stack.ask(Method::POST, &path, Some(&stack.at.admin_key), None).await.with(200);
    let line = |person: &Person, at: &str| format!("{},{},NY,{at}\r\n", person.id, person.phone);
    let later = (crate::people::now() + chrono::TimeDelta::hours(20)).to_rfc3339();
    let list =
        [line(&ana, ""), line(&ben, ""), line(&cleo, ""), line(&dan, &later), "x,911,NY,\r\n".to_owned()].concat();
    let request = stack.http.post(format!("{}/leads", stack.at.admin_url)).header("X-API-Key", &stack.at.admin_key);
    let request = request.header("Content-Type", "text/csv");
    let sent = sent(request.body(format!("\u{feff}lead_id,phone_number,state,at\r\n{list}"))).await.with(202);
    let id = sent["id"].as_str().unwrap();
    let done = finished(&stack, id).await;
    let told = ["state", "by", "added", "known", "refused_lines", "bad_lines"].map(|name| done[name].clone());
    assert_eq!(json!(told), json!(["done", "local", 2, 1, 1, 1]), "{done}");
    assert_eq!((&done["refused"][0]["line"], &done["bad"][0]["line"]), (&json!(4), &json!(6)), "{done}");

    stack.runs_well().await;
    stack.only_request(&ana).await;
    stack.was_dialed(&cleo, 0).await;
    stack.was_dialed(&dan, 0).await;
    assert_eq!(stack.closed_gates(&dan).await, ["due"]);
    assert_eq!(stack.records(&cleo).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_list_of_leads_in_the_bucket_is_imported_and_dialed_by_the_next_run() {
    let stack = Stack::alone().await;
    let ana = Person::new(346, 1);
    let name = format!("{}.jsonl", Uuid::new_v4());
    let line = json!({"lead_id": ana.id, "phone_number": ana.phone, "state": "NY"});
    stack.blobs_put(&format!("leads/{name}"), format!("{line}\n")).await;
    stack.runs_well().await;
    stack.only_request(&ana).await;
    let progress = stack.get(&format!("/leads/import/{name}")).await;
    let told = ["state", "by", "added"].map(|name| progress[name].clone());
    assert_eq!(json!(told), json!(["done", "upload", 1]), "{progress}");
    let entries = stack.get("/audit?kind=added").await;
    let of_list = |entry: &&Value| entry["list"]["name"] == format!("leads/{name}");
    assert!(entries["entries"].as_array().unwrap().iter().any(|entry| of_list(&entry)), "{entries}");
}
