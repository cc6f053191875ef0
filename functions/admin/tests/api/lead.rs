//! `GET /lead/{lead_id}`

use crate::world::World;
use chrono::TimeDelta;
use redial_domain::builders::{attempt, call_id, held_line, hold, lead_ref};
use redial_domain::{CallResult, Lead, Outcome, PastCall, Source, builders};
use redial_queue::ports::Clock;
use serde_json::json;

const LEAD: &str = "/lead/1?phone=2125550101";

#[tokio::test]
async fn a_lead_is_shown_with_its_record_its_line_its_gates_and_its_next_dial() {
    let world = World::new();
    world.has(world.due(1)).await;
    let now = world.clock.now();
    let held = hold(attempt(1), lead_ref(1, "2025-12"), now, now + TimeDelta::minutes(10));
    world.has_line(1, &held_line(held)).await;
    let answer = world.get(LEAD).await;
    let held_by = json!({
        "attempt_id": attempt(1).to_string(), "lead_id": "1", "provider": "bland", "call_id": null,
        "since": "2025-12-17T19:00:00Z", "until": "2025-12-17T19:10:00Z",
    });
    let line = json!({"held_by": held_by, "waiting_results": 0, "suppressed": null, "possible_do_not_call": null});
    answer.check(
        200,
        json!({
            "success": true, "month": "2025-12", "may_dial": false, "next_dial_at": "2025-12-17T19:10:00Z",
            "record": {"lead_id": "1", "status": "pending"}, "line": line,
        }),
    );
    assert_eq!(answer.body["gates"].as_array().unwrap().len(), 14);
    assert_eq!(answer.body["line"]["calls_24h"][0]["attempt_id"], attempt(1).to_string());
    let events: Vec<_> =
        answer.body["timeline"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["created", "dialing"]);
}

#[tokio::test]
async fn the_timeline_tells_what_happened_in_order() {
    let world = World::new();
    let now = world.clock.now();
    let past = |call: &str, outcome: Outcome, minutes: i64| PastCall {
        call: call_id(call),
        outcome,
        at: now - TimeDelta::minutes(minutes),
        source: Some(Source::Convoso),
        attempt: None,
        rule: Some("disposition".to_owned()),
        callback: None,
        corrected_at: None,
    };
    let corrected = PastCall { corrected_at: Some(now - TimeDelta::minutes(5)), ..past("c1", Outcome::BUSY, 30) };
    let callback = PastCall { callback: Some(now + TimeDelta::hours(1)), ..past("c2", Outcome::CALLBACK, 20) };
    let created_at = now - TimeDelta::hours(1);
    world.has(Lead { created_at, history: vec![corrected, callback], ..world.due(1) }).await;
    world.post("/suppressions/2125550101").await.check(200, json!({"success": true}));
    let answer = world.get(LEAD).await;
    let told: Vec<_> =
        answer.body["timeline"].as_array().unwrap().iter().map(|event| event["text"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        [
            "The lead came into the queue.",
            "The call ended: BUSY. Reported by convoso, by the rule disposition.",
            "The call ended: CALLBACK. Reported by convoso, by the rule disposition. A callback was requested for 2025-12-17 20:00:00 UTC.",
            "The outcome was corrected to BUSY.",
            "The number was suppressed by ops: DNC.",
        ]
    );
    assert_eq!(answer.body["timeline"][2]["callback_at"], "2025-12-17T20:00:00Z");
    assert_eq!(answer.body["line"]["suppressed"]["by"], "ops");
}

#[tokio::test]
async fn calls_that_the_queue_did_not_make_are_shown_too() {
    let world = World::new();
    world.has(world.due(1)).await;
    let mut line = redial_domain::Line::default();
    let result =
        CallResult { source: Source::Convoso, ..builders::result(1, "convoso:1", Outcome::BUSY, world.clock.now()) };
    line.apply_number_facts(&result, world.clock.now());
    world.has_line(1, &line).await;
    let call = json!({"at": "2025-12-17T19:00:00Z", "attempt_id": null, "call_id": "convoso:1", "recorded": false});
    assert_eq!(world.get(LEAD).await.body["line"]["calls_24h"], json!([call]));
}
