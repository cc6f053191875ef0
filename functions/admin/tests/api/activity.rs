//! `GET /activity`

use crate::world::{READ, World};
use chrono::TimeDelta;
use redial_domain::builders::{self, call_id};
use redial_domain::{Lead, Outcome, PastCall, Source, Status};
use redial_queue::ports::Clock;
use rstest::rstest;
use serde_json::json;

/// A lead whose call ended an hour ago and who wants to be called back in an hour.
async fn called() -> World {
    let world = World::new();
    let ended_at = world.clock.now() - TimeDelta::minutes(50);
    let past = PastCall {
        call: call_id("a"),
        outcome: Outcome::CALLBACK,
        at: ended_at,
        source: Some(Source::Convoso),
        attempt: None,
        rule: None,
        callback: Some(world.clock.now() + TimeDelta::hours(1)),
        corrected_at: None,
    };
    let sale = PastCall { call: call_id("b"), outcome: Outcome::SALE, callback: None, ..past.clone() };
    world.has(Lead { history: vec![past], status: Status::Rescheduled, ..world.due(1) }).await;
    world.has(Lead { history: vec![sale], status: Status::Completed, ..builders::lead(2, ended_at) }).await;
    world
}

#[tokio::test]
async fn the_last_day_is_counted_by_hour() {
    let world = called().await;
    let answer = world.ask("GET", "/activity", Some(READ)).await;
    answer.check(
        200,
        json!({
            "success": true, "from": "2025-12-16T19:00:00Z", "to": "2025-12-17T19:00:00Z",
            "timezone": "America/New_York",
            "total": {"dials": 0, "results": {"CALLBACK": 1, "SALE": 1}, "transferred": 0, "sold": 1},
            "conversion": [], "due_to_dial": null, "unread_ledger": 0, "unread_objects": 0, "unreadable_records": 0,
        }),
    );
    let hours = answer.body["hours"].as_array().unwrap();
    assert_eq!(hours.len(), 24);
    let last = json!({
        "start": "2025-12-17T13:00:00-05:00", "dials": 0, "results": {"CALLBACK": 1, "SALE": 1}, "transferred": 0, "sold": 1,
    });
    assert_eq!(hours[23], last);
}

#[tokio::test]
async fn a_day_is_one_of_the_business_time_zone() {
    let answer = called().await.get("/activity?from=2025-12-17&to=2025-12-17").await;
    answer.check(
        200,
        json!({
            "from": "2025-12-17T05:00:00Z", "to": "2025-12-18T05:00:00Z",
            "callbacks": {"promised": 1, "kept_in_time": 0, "kept_late": 0, "not_yet": 1, "missed": 0, "withdrawn": 0},
        }),
    );
    // The other hours have not begun.
    assert_eq!(answer.body["hours"].as_array().unwrap().len(), 14);
}

#[rstest]
#[case("from=today", "from", "allowed: a day such as 2026-12-01, or an instant")]
#[case("to=2025-13-01", "to", "allowed: a day")]
#[case("from=2025-12-17T20:00:00Z", "from", "must be before to")]
#[case("from=2025-11-01&to=2025-12-02", "from", "ask for fewer days")]
#[case("hours=3", "hours", "unknown parameter")]
#[tokio::test]
async fn a_wrong_range_is_rejected(#[case] query: &str, #[case] field: &str, #[case] said: &str) {
    World::new().get(&format!("/activity?{query}")).await.check_refused(400, Some(field), said);
}

#[tokio::test]
async fn a_range_with_too_much_ledger_is_rejected_with_what_to_do() {
    let world = World::new();
    for n in 0..2001 {
        world.ledger.inner().set(&format!("ledger/2025-12-17/{:06}000-w-{n}.jsonl", 100_000 + n), "");
    }
    world.get("/activity").await.check_refused(400, Some("from"), "2001 objects with 0 MB of this time");
}
