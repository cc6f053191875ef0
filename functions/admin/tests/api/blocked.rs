//! `GET /blocked`

use crate::world::World;
use chrono::TimeDelta;
use redial_domain::builders::{attempt, held_line, hold, lead_ref};
use redial_domain::{Lead, Status};
use redial_queue::ports::Clock;
use serde_json::{Value, json};

fn gate<'a>(body: &'a Value, name: &str) -> &'a Value {
    body["gates"].as_array().unwrap().iter().find(|gate| gate["gate"] == name).unwrap()
}

#[tokio::test]
async fn each_gate_has_its_leads_with_examples() {
    let world = World::new();
    let now = world.clock.now();
    let later = |n: u32, hours: i64| Lead { next_redial: now + TimeDelta::hours(hours), ..world.due(n) };
    world.has(world.due(1)).await;
    for (n, hours) in [(2, 5), (3, 2), (4, 3), (5, 4)] {
        world.has(later(n, hours)).await;
    }
    world.has(Lead { status: Status::Paused, ..later(6, 1) }).await;
    world.has(Lead { status: Status::Completed, ..world.due(7) }).await;
    world.has(world.due(8)).await;
    let held = hold(attempt(8), lead_ref(8, "2025-12"), now, now + TimeDelta::minutes(10));
    world.has_line(8, &held_line(held)).await;

    let answer = world.get("/blocked").await;
    answer.check(200, json!({"success": true, "waiting": 7, "ready_to_dial": 1, "finished": 1, "unread_objects": 0}));
    let due = gate(&answer.body, "due");
    assert_eq!(
        (&due["first"], &due["at_all"], &due["next_opens_at"]),
        (&json!(4), &json!(5), &json!("2025-12-17T21:00:00Z"))
    );
    let examples: Vec<_> =
        due["examples"].as_array().unwrap().iter().map(|lead| lead["lead_id"].as_str().unwrap()).collect();
    assert_eq!(examples, ["3", "4", "5"], "the first that are dialed");
    let status = gate(&answer.body, "status");
    let example = json!({"lead_id": "6", "phone_number": "+12125550106", "month": "2025-12", "opens_at": null});
    assert_eq!(
        (&status["first"], &status["next_opens_at"], &status["examples"]),
        (&json!(1), &json!(null), &json!([example]))
    );
    let line = gate(&answer.body, "line_free");
    assert_eq!((&line["first"], &line["next_opens_at"]), (&json!(1), &json!("2025-12-17T19:10:00Z")));
    assert_eq!(world.get("/status").await.body["stats"]["ready_to_dial"], 1);
}

#[tokio::test]
async fn a_queue_that_is_stopped_holds_back_every_lead() {
    let world = World::with(&[("running", "false")]);
    world.has(world.due(1)).await;
    world.has(Lead { status: Status::Paused, ..world.due(2) }).await;
    let answer = world.get("/blocked").await;
    answer.check(200, json!({"waiting": 2, "ready_to_dial": 0}));
    let running = gate(&answer.body, "running");
    assert_eq!((&running["first"], &running["at_all"]), (&json!(2), &json!(2)));
    assert_eq!(
        (&gate(&answer.body, "status")["first"], &gate(&answer.body, "status")["at_all"]),
        (&json!(0), &json!(1))
    );
}

#[tokio::test]
async fn a_parameter_is_rejected() {
    World::new().get("/blocked?gate=due").await.check_refused(400, Some("gate"), "");
}
