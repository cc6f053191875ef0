//! `GET /numbers/{phone}`

use crate::world::World;
use redial_domain::builders::{lead_id, phone};
use redial_domain::{Lead, Status};
use redial_queue::ports::Clock;
use rstest::rstest;
use serde_json::json;

#[tokio::test]
async fn a_number_is_shown_with_its_leads_its_line_and_what_the_ledger_says() {
    let world = World::new();
    world.has(world.due(1)).await;
    world.has(Lead { id: lead_id("9"), phone: phone(1), status: Status::Paused, ..world.due(1) }).await;
    world.has(world.due(2)).await;
    world.post("/lead/1/pause?phone=2125550101").await.check(200, json!({"success": true}));
    world.post("/lead/1/resume?phone=2125550101").await.check(200, json!({"success": true}));
    let answer = world.get("/numbers/(212)%20555-0101").await;
    let ledger = json!({"from": "2025-12-16", "to": "2025-12-17"});
    let line = json!({"held_by": null, "calls_24h": [], "suppressed": null});
    answer.check(
        200,
        json!({"success": true, "phone": "+12125550101", "may_dial": true, "line": line, "ledger": ledger}),
    );
    let leads = answer.body["leads"].as_array().unwrap();
    let mut shown: Vec<_> = leads
        .iter()
        .map(|lead| {
            (
                lead["record"]["lead_id"].as_str().unwrap(),
                lead["may_dial"].as_bool().unwrap(),
                &lead["closed_by"]["name"],
            )
        })
        .collect();
    shown.sort_unstable_by_key(|(id, ..)| *id);
    assert_eq!(shown, [("1", true, &json!(null)), ("9", false, &json!("status"))]);
    let mut commands: Vec<_> = answer.body["ledger"]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["entry"]["command"].as_str().unwrap())
        .collect();
    // Both were given at the same instant.
    commands.sort_unstable();
    assert_eq!(commands, ["pause", "resume"]);
}

#[tokio::test]
async fn a_number_that_nobody_knows_has_no_leads() {
    let world = World::new();
    let answer = world.get("/numbers/2125550109?days=0").await;
    let ledger = json!({"from": null, "to": null, "entries": null});
    answer.check(200, json!({"success": true, "may_dial": false, "leads": [], "ledger": ledger}));
}

#[tokio::test]
async fn of_two_records_of_one_lead_the_newer_is_shown() {
    let world = World::new();
    let month_ago = world.clock.now() - chrono::TimeDelta::days(20);
    world.has(Lead { created_at: month_ago, ..world.due(1) }).await;
    world.has(world.due(1)).await;
    let answer = world.get("/numbers/2125550101").await;
    let months: Vec<_> =
        answer.body["leads"].as_array().unwrap().iter().map(|lead| lead["record"]["month"].as_str().unwrap()).collect();
    assert_eq!(months, ["2025-12"]);
}

#[rstest]
#[case("911", "phone")]
#[case("2125550101?days=32", "days")]
#[case("2125550101?from=2025-12-01", "from")]
#[tokio::test]
async fn a_wrong_question_is_rejected(#[case] path: &str, #[case] field: &str) {
    World::new().get(&format!("/numbers/{path}")).await.check_refused(400, Some(field), "");
}
