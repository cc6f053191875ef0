//! `GET /numbers/{phone}/proof`

use crate::world::World;
use redial_queue::testing::{Fault, Operation};
use rstest::rstest;
use serde_json::json;

const DAYS: &str = "from=2025-12-17&to=2025-12-17";

/// A lead that an operator has paused. The number is 212 555-0101.
async fn paused() -> World {
    let world = World::new();
    world.has(world.due(1)).await;
    world.post("/lead/1/pause?phone=2125550101").await.check(200, json!({"success": true}));
    world
}

#[tokio::test]
async fn a_proof_has_the_entries_of_the_number_and_says_that_they_are_as_they_were_written() {
    let world = paused().await;
    let answer = world.get(&format!("/numbers/%2B12125550101/proof?{DAYS}")).await;
    let checked = json!({"objects": 1, "chains": 1, "entries": 1});
    answer.check(200, json!({"success": true, "verified": true, "phone": "+12125550101", "checked": checked}));
    let entry = &answer.body["entries"][0]["entry"];
    assert_eq!(
        (&entry["kind"], &entry["command"], &entry["outcome"]),
        (&json!("steered"), &json!("pause"), &json!("done"))
    );
    let other = world.get(&format!("/numbers/2125550102/proof?{DAYS}")).await;
    other.check(200, json!({"verified": true, "entries": [], "suppressed": null, "checked": {"objects": 1}}));
}

#[tokio::test]
async fn a_proof_names_what_was_changed() {
    let world = paused().await;
    let (key, object) = world.ledger.inner().all().into_iter().next().unwrap();
    world.ledger.inner().set(&key, String::from_utf8(object.to_vec()).unwrap().replace("pause", "remove"));
    let answer = world.get(&format!("/numbers/2125550102/proof?{DAYS}")).await;
    answer.check(200, json!({"verified": false}));
    assert_eq!(answer.body["faults"][0]["fault"], "changed");
}

#[rstest]
#[case("1/proof?from=2025-12-17&to=2025-12-17", "phone")]
#[case("2125550101/proof?to=2025-12-17", "from")]
#[case("2125550101/proof?from=2025-12-17", "to")]
#[case("2125550101/proof?from=17.12.2025&to=2025-12-17", "from")]
#[case("2125550101/proof?from=2025-12-17&to=2025-12-16", "to")]
#[case("2125550101/proof?from=2025-12-01&to=2026-01-01", "to")]
#[case("2125550101/proof?from=2025-12-17&to=2025-12-17&day=1", "day")]
#[tokio::test]
async fn a_wrong_question_is_rejected(#[case] path: &str, #[case] field: &str) {
    World::new().get(&format!("/numbers/{path}")).await.check_refused(400, Some(field), "");
}

#[tokio::test]
async fn a_command_that_cannot_be_recorded_gets_503_and_can_be_given_again() {
    let world = World::new();
    world.has(world.due(1)).await;
    world.ledger.otherwise(|operation, _| if operation == Operation::Put { Fault::Lost } else { Fault::None });
    world.post("/lead/1/pause?phone=2125550101").await.check_refused(503, None, "retry");
    world.ledger.heal();
    world.post("/lead/1/pause?phone=2125550101").await.check(200, json!({"success": true}));
}
