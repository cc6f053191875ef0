//! Operators change settings.

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
