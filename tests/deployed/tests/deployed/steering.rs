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
    put(49).await.with(200);
    put(48).await.with(412);
    assert_eq!(stack.get("/config").await["config"]["calls_per_second"], 49);
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
