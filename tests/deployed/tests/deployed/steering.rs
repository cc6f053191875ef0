//! Operators change settings.

use crate::people::{Person, ended, phone_query};
use crate::stack::Stack;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn settings_are_changed_only_by_who_has_seen_them_and_only_to_what_is_allowed() {
    let stack = Stack::alone().await;
    let key = Some(stack.at.admin_key.as_str());
    let wrong = stack.ask(Method::PUT, "/config", key, Some(&json!({"calls_per_second": 0}))).await.with(400);
    assert_eq!(wrong["field"], "calls_per_second");
    let unknown = stack.ask(Method::PUT, "/config", key, Some(&json!({"calls_per_secnd": 3}))).await.with(400);
    assert_eq!(unknown["field"], "calls_per_secnd");
    let tried =
        stack.ask(Method::PUT, "/config?dry_run=true", key, Some(&json!({"calls_per_second": 7}))).await.with(200);
    assert_eq!(tried["config"]["calls_per_second"], 7);
    let config = stack.get("/config").await;
    assert_eq!(
        (&config["config"]["calls_per_second"], &config["sources"]["calls_per_second"]),
        (&json!(50), &json!("override"))
    );

    let url = format!("{}/config", stack.at.admin_url);
    let seen = stack.http.get(&url).header("X-API-Key", &stack.at.read_key).send().await.unwrap();
    let etag = seen.headers()["etag"].to_str().unwrap().to_owned();
    let put = |rate: u32| {
        let request = stack.http.put(&url).header("X-API-Key", &stack.at.admin_key).header("If-Match", &etag);
        crate::stack::sent(request.json(&json!({"calls_per_second": rate})))
    };
    // Two operators have seen the same settings and change them at once, each in a process of the function.
    let (one, other) = tokio::join!(put(49), put(48));
    let (made, refused, rate) = if one.status == 200 { (one, other, 49) } else { (other, one, 48) };
    made.with(200);
    refused.with(412);
    assert_eq!(stack.get("/config").await["config"]["calls_per_second"], rate);
    put(47).await.with(412);
}

/// The gateway decodes a path before the function gets it, or does not: either way the lead is found.
#[tokio::test]
async fn a_lead_with_any_id_is_paused_and_removed_through_the_gateway() {
    let stack = Stack::alone().await;
    for (n, odd) in ["a/b", "a?b", "a#b", "a b", "100%", "a+b", "a%2Fb", "été"].into_iter().enumerate() {
        let person = Person { id: format!("{odd}-{n}"), ..Person::new(317, u16::try_from(n).unwrap()) };
        stack.bland(&ended(&person, "voicemail")).await.with(200);
        let once: String = person.id.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let twice = once.replace('%', "%25");
        let phone = phone_query(&person);
        let ways = [
            (once.clone(), phone.clone()),
            (twice, phone.clone()),
            ("-".to_owned(), format!("lead_id={once}&{phone}")),
        ];
        for (path, query) in &ways {
            for (command, message) in [("pause", "Lead paused"), ("resume", "Lead resumed")] {
                let answer = stack.post(&format!("/lead/{path}/{command}?{query}")).await;
                assert_eq!(answer["message"], message, "{} as {path}?{query}", person.id);
            }
            let explained = stack.get(&format!("/lead/{path}/explain?{query}")).await;
            assert_eq!(explained["record"]["lead_id"], person.id, "{path}?{query}");
        }
        let [(path, query), ..] = &ways;
        let key = Some(stack.at.admin_key.as_str());
        let removed = stack.ask(Method::DELETE, &format!("/lead/{path}?{query}"), key, None).await.with(200);
        assert_eq!(removed["message"], "Lead removed", "{}", person.id);
    }
}

/// Leads of one area code, chosen by a text that their numbers have.
#[tokio::test]
async fn many_leads_are_paused_and_removed_exactly_as_they_were_previewed() {
    let stack = Stack::alone().await;
    let (admin, read) = (Some(stack.at.admin_key.as_str()), Some(stack.at.read_key.as_str()));
    let people: Vec<_> = (0..5).map(|n| Person::new(339, n)).collect();
    for person in &people {
        stack.takes(&ended(person, "voicemail")).await;
    }
    stack.ask(Method::POST, "/leads/pause?q=33955501", read, None).await.with(403);
    let preview = stack.post("/leads/pause?q=33955501").await;
    assert_eq!((&preview["count"], &preview["changed"]), (&json!(5), &json!(5)), "{preview}");
    let token = preview["confirm"].as_str().unwrap();
    let progress = format!("/leads/bulk/{token}");
    stack.ask(Method::GET, &progress, read, None).await.with(404);
    stack.ask(Method::POST, &format!("/leads/remove?confirm={token}"), admin, None).await.with(409);
    let late = Person::new(339, 7);
    stack.takes(&ended(&late, "voicemail")).await;
    assert!(stack.record(&people[0]).await["status"] != "paused", "a preview changes nothing");

    let paused = stack.ask(Method::POST, &format!("/leads/pause?confirm={token}"), admin, None).await;
    assert!([200, 202].contains(&paused.status), "{}", paused.body);
    assert_eq!(stack.finished(&progress).await["changed"], 5);
    for person in &people {
        assert_eq!(stack.record(person).await["status"], "paused");
    }
    assert_ne!(stack.record(&late).await["status"], "paused");

    let preview = stack.post("/leads/remove?q=33955501").await;
    assert_eq!(preview["count"], 6, "{preview}");
    let token = preview["confirm"].as_str().unwrap();
    let removed = stack.ask(Method::POST, &format!("/leads/remove?confirm={token}"), admin, None).await;
    assert!([200, 202].contains(&removed.status), "{}", removed.body);
    assert_eq!(stack.finished(&format!("/leads/bulk/{token}")).await["changed"], 6);
    for person in people.iter().chain([&late]) {
        assert!(stack.records(person).await.is_empty(), "{}", person.id);
    }
}

impl Stack {
    /// How far a command for many leads is, once runs have done what is left of it.
    async fn finished(&self, path: &str) -> serde_json::Value {
        for _ in 0..10 {
            let progress = self.get(path).await;
            if progress["state"] != "running" {
                assert_eq!(progress["state"], "done", "{progress}");
                return progress;
            }
            self.run().await;
        }
        panic!("{path} is not finished")
    }
}
