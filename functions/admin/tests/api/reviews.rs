//! `GET /review`

use crate::world::World;
use redial_domain::builders::call_id;
use redial_domain::{Lead, Review, Status};
use redial_queue::ports::Clock;
use rstest::rstest;
use serde_json::json;

/// A lead with a possible do-not-call.
fn doubtful(world: &World, n: u32) -> Lead {
    let review = Review { call: call_id(&format!("c{n}")), words: "not at work".to_owned(), since: world.clock.now() };
    Lead { review: Some(review), status: Status::Paused, ..world.due(n) }
}

#[tokio::test]
async fn possible_do_not_calls_are_listed_with_the_words_until_somebody_decides() {
    let world = World::new();
    world.has(world.due(4)).await;
    for n in 1..=3 {
        world.has(doubtful(&world, n)).await;
    }
    let answer = world.get("/review").await;
    answer.check(200, json!({"success": true, "waiting": 3, "next_cursor": null}));
    let first = json!({
        "lead_id": "1", "phone_number": "+12125550101", "first_name": "Jane", "last_name": "Roe", "month": "2025-12",
        "call_id": "c1", "words": "not at work", "since": "2025-12-17T19:00:00Z",
    });
    assert_eq!(answer.body["reviews"][0], first);
    world.post("/lead/1/confirm-do-not-call?phone=2125550101").await.check(200, json!({"success": true}));
    world.post("/lead/2/dismiss-do-not-call?phone=2125550102").await.check(200, json!({"success": true}));
    let left = world.get("/review").await;
    left.check(200, json!({"waiting": 1}));
    assert_eq!(left.body["reviews"][0]["lead_id"], "3");
}

#[tokio::test]
async fn pages_follow_one_another() {
    let world = World::new();
    for n in 1..=5 {
        world.has(doubtful(&world, n)).await;
    }
    let mut ids = Vec::new();
    let mut query = "/review?limit=2".to_owned();
    loop {
        let page = world.get(&query).await.body;
        ids.extend(page["reviews"].as_array().unwrap().iter().map(|review| review["lead_id"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("/review?limit=2&cursor={cursor}");
    }
    assert_eq!(ids, ["1", "2", "3", "4", "5"]);
}

#[rstest]
#[case("limit=0", "limit")]
#[case("limit=1001", "limit")]
#[case("cursor=x", "cursor")]
#[case("status=paused", "status")]
#[tokio::test]
async fn a_wrong_question_is_rejected(#[case] query: &str, #[case] field: &str) {
    World::new().get(&format!("/review?{query}")).await.check_refused(400, Some(field), "");
}
