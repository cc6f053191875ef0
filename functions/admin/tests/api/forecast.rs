//! `GET /forecast`

use crate::world::{JSON, World};
use chrono::TimeDelta;
use redial_domain::breaker::{BreakerTrip, Cause};
use redial_domain::{Breaker, Lead, Month, RunEnd};
use redial_queue::ports::{BlobStore, Clock, Expect};
use redial_queue::store::records::PREFIX;
use rstest::rstest;
use serde_json::{Value, json};

fn said(body: &Value, field: &str) -> String {
    body[field].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn each_hour_has_its_dials_and_what_limits_them() {
    let world = World::with(&[("max_calls_per_run", "2"), ("max_redial_attempts", "2")]);
    for n in 0..3 {
        world.has(world.due(n)).await;
    }
    let tomorrow = Lead { next_redial: world.clock.now() + TimeDelta::hours(30), ..world.due(3) };
    world.has(tomorrow).await;
    let answer = world.get("/forecast?hours=8").await;
    answer.check(
        200,
        json!({
            "success": true, "timestamp": "2025-12-17T19:00:00Z", "total": 6, "first_run": 2, "notes": [],
            "by_attempt": [{"attempt": 1, "dials": 3}, {"attempt": 2, "dials": 3}],
            "sample": {"leads": 3, "one_in": 1, "played": 3},
        }),
    );
    let hours = answer.body["hours"].as_array().unwrap();
    let first = json!({
        "from": "2025-12-17T19:00:00Z", "local": "Wed 2025-12-17 14:00 EST", "dials": 6, "runs": 12,
        "limited_by": ["max_calls_per_run"], "held_back": [], "left": 0,
    });
    assert_eq!((hours.len(), &hours[0]), (8, &first));
    assert_eq!(hours[7]["limited_by"], json!(["outside_business_hours"]));
    let assumed = said(&answer.body, "assumptions");
    for words in
        ["ends as the last call", "3 of the leads have no outcome", "every 5 minutes", "at most 2 calls", "220 s"]
    {
        assert!(assumed.contains(words), "{words}: {assumed}");
    }
    let day = world.get("/forecast").await;
    assert_eq!((day.body["hours"].as_array().unwrap().len(), &day.body["total"]), (24, &json!(6)));
    assert_eq!(world.get("/forecast?hours=168").await.body["total"], 8);
}

#[tokio::test]
async fn a_gate_that_holds_a_lead_back_is_named() {
    let world = World::new();
    let suppressed = world.due(1);
    world.has(suppressed).await;
    world.post("/suppressions/2125550101").await.check(200, json!({"success": true}));
    let answer = world.get("/forecast?hours=1").await;
    assert_eq!(answer.body["hours"][0]["held_back"], json!([{"gate": "not_suppressed", "count": 1}]));
    assert_eq!(answer.body["total"], 0);
}

#[rstest]
#[case("/stop", "POST /start")]
#[case("/disable", "POST /enable")]
#[tokio::test]
async fn a_queue_that_does_not_dial_says_so(#[case] switch: &str, #[case] what_to_do: &str) {
    let world = World::new();
    world.has(world.due(1)).await;
    world.post(switch).await.check(200, json!({"success": true}));
    let answer = world.get("/forecast?hours=1").await;
    answer.check(200, json!({"total": 0, "first_run": 0}));
    assert_eq!(answer.body["hours"][0]["left"], 1);
    assert!(said(&answer.body, "notes").contains(what_to_do), "{}", answer.text);
}

#[tokio::test]
async fn what_the_forecast_does_not_know_is_said() {
    let world = World::new();
    world.has(world.due(1)).await;
    let until = world.clock.now() + TimeDelta::minutes(10);
    let trip = BreakerTrip { cause: Cause::Refusing, opened_at: world.clock.now(), until, failures: 1, message: None };
    let end = RunEnd { breaker: Some(Breaker::Open(trip)), ..RunEnd::default() };
    world.admin.stores.runs.release("a run", &end).await.unwrap();
    let old = Month::parse("2025-11").unwrap();
    world.blobs.put(&format!("{PREFIX}{old}.json"), "[]".into(), &Expect::Absent).await.unwrap();
    world.blobs.put("imports/list.csv", "2125550109".into(), &Expect::Absent).await.unwrap();
    let answer = world.get("/forecast?hours=1").await;
    answer.check(200, json!({"first_run": 0}));
    let notes = said(&answer.body, "notes");
    for words in ["2025-12-17T19:10:00Z", "1 objects of records cannot be read", "not imported to its end"] {
        assert!(notes.contains(words), "{words}: {notes}");
    }
    assert_eq!(answer.body["notes"].as_array().unwrap().len(), 3, "{notes}");
}

#[tokio::test]
async fn a_dry_run_shows_what_a_change_of_settings_would_do() {
    let world = World::new();
    world.has(world.due(1)).await;
    let answer = world.put("/config?dry_run=true", &[JSON], json!({"max_redial_attempts": 3})).await;
    answer.check(
        200,
        json!({
            "dry_run": true, "config": {"max_redial_attempts": 3}, "status": {"max_attempts": 8},
            "forecast": {"before": {"total": 8, "first_run": 1}, "after": {"total": 3, "first_run": 1}},
        }),
    );
    let hours = world.put("/config?dry_run=true", &[JSON], json!({"business_hours": "09:00-10:00"})).await;
    hours.check(200, json!({"forecast": {"after": {"first_run": 0}}}));
    assert_eq!(hours.body["forecast"]["after"]["hours"][0]["limited_by"], json!(["outside_business_hours"]));
    assert_eq!(hours.body["forecast"]["before"]["hours"].as_array().unwrap().len(), 24);
    let changed = world.configure(json!({"max_redial_attempts": 3})).await;
    assert!(changed.body.get("forecast").is_none(), "{}", changed.text);
    assert_eq!(world.get("/forecast").await.body["total"], 3);
}

#[rstest]
#[case("hours=0", "hours")]
#[case("hours=169", "hours")]
#[case("hours=day", "hours")]
#[case("hour=1", "hour")]
#[tokio::test]
async fn a_wrong_question_is_rejected(#[case] query: &str, #[case] field: &str) {
    World::new().get(&format!("/forecast?{query}")).await.check_refused(400, Some(field), "allowed");
}
