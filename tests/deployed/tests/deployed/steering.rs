//! Operators steer, and the next run obeys.

use crate::people::{Person, ended, ended_ago, phone_query};
use crate::stack::{Stack, is_in};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_paused_lead_waits_a_resumed_one_is_dialed_and_a_removed_one_is_gone() {
    let stack = Stack::alone().await;
    let [ana, ben] = [1, 2].map(|n| Person::new(216, n));
    stack.takes(&ended(&ana, "busy")).await;
    stack.takes(&ended(&ben, "busy")).await;
    stack.make_due(&[&ana, &ben]).await;
    let path = |person: &Person, what: &str| format!("/lead/{}{what}?{}", person.id, phone_query(person));

    assert_eq!(stack.post(&path(&ana, "/pause")).await, json!({"success": true, "message": "Lead paused"}));
    let key = Some(stack.at.admin_key.as_str());
    let removed = stack.ask(Method::DELETE, &path(&ben, ""), key, None).await.with(200);
    assert_eq!(removed, json!({"success": true, "message": "Lead removed"}));
    stack.runs_well().await;
    stack.was_dialed(&ana, 0).await;
    stack.was_dialed(&ben, 0).await;
    assert_eq!(stack.records(&ben).await.len(), 0);
    assert_eq!(stack.post(&path(&ben, "/pause")).await["success"], false);

    // A result counts, and does not resume.
    stack.takes(&ended(&ana, "no_answer")).await;
    let record = stack.record(&ana).await;
    assert_eq!((&record["status"], &record["attempts"]), (&json!("paused"), &json!(2)));
    assert_eq!(stack.post(&path(&ana, "/resume")).await["success"], true);
    stack.make_due(&[&ana]).await;
    stack.runs_well().await;
    stack.only_request(&ana).await;
    stack.counted(&ana, 3).await;

    // Whoever was removed begins anew.
    stack.takes(&ended(&ben, "voicemail")).await;
    let record = stack.record(&ben).await;
    assert_eq!((&record["attempts"], &record["outcomes"]), (&json!(1), &json!(["VOICEMAIL"])));
    is_in(120, &record["next_redial_timestamp"]);
}

#[tokio::test]
async fn after_the_last_attempt_nobody_is_dialed() {
    let stack = Stack::alone().await;
    let ana = Person::new(217, 1);
    for n in 0..8 {
        // Older than a day, so that only the limit of attempts can be what stops the next dial.
        stack.takes(&ended_ago(&ana, "no_answer", 2 * 24 * 60 * 60 - n)).await;
    }
    let record = stack.record(&ana).await;
    assert_eq!((&record["status"], &record["attempts"]), (&json!("max_attempts"), &json!(8)));
    stack.make_due(&[&ana]).await;
    stack.runs_well().await;
    stack.was_dialed(&ana, 0).await;
    let closed = stack.closed_gates(&ana).await;
    assert_eq!(closed, ["status", "attempts"]);
    assert_eq!(stack.post(&format!("/lead/{}/resume?{}", ana.id, phone_query(&ana))).await["success"], false);
}

#[tokio::test]
async fn who_does_not_want_to_be_called_is_not_called_under_any_lead() {
    let stack = Stack::alone().await;
    let ana = Person::new(218, 1);
    let ben = ana.housemate();
    stack.takes(&ended(&ben, "busy")).await;
    stack.takes(&ended(&ana, "dnc_by_user")).await;
    assert_eq!(stack.record(&ana).await["status"], "completed");
    stack.make_due(&[&ana, &ben]).await;
    stack.runs_well().await;
    stack.was_dialed(&ana, 0).await;
    assert_eq!(stack.record(&ben).await["status"], "completed", "a run retires the others of the number");
}

#[tokio::test]
async fn a_disabled_or_stopped_queue_dials_nobody_and_loses_nothing() {
    let stack = Stack::alone().await;
    let ana = Person::new(219, 1);
    stack.takes(&ended(&ana, "busy")).await;
    stack.make_due(&[&ana]).await;
    for (off, on, why) in [("/disable", "/enable", "disabled"), ("/stop", "/start", "stopped")] {
        assert_eq!(stack.post(off).await["success"], true);
        assert_eq!(stack.run().await["stopped_by"], why);
        let triggered = stack.post("/process").await;
        assert_eq!(triggered["success"], false, "{triggered}");
        stack.was_dialed(&ana, 0).await;
        let status = stack.get("/status").await;
        assert_eq!(status["stats"]["ready_to_dial"], 0);
        assert_eq!(stack.post(on).await["success"], true);
    }
    stack.takes(&ended(&ana, "no_answer")).await;
    stack.make_due(&[&ana]).await;
    assert!(stack.get("/status").await["stats"]["ready_to_dial"].as_u64() >= Some(1));
    assert_eq!(stack.record(&ana).await["is_ready"], true);

    // The answer to a trigger does not wait for the run.
    assert_eq!(stack.post("/process").await["success"], true);
    stack.counted(&ana, 3).await;
    stack.only_request(&ana).await;
    stack.idle().await;
    let last = &stack.get("/status").await["status"]["last_run"];
    assert!(last["calls_made"].as_u64() >= Some(1), "{last}");
}

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
