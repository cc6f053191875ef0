//! `GET /rules/map`

use crate::world::World;
use rstest::rstest;
use serde_json::{Value, json};

fn land<'a>(map: &'a Value, letters: &str) -> &'a Value {
    map["jurisdictions"].as_array().unwrap().iter().find(|land| land["jurisdiction"] == letters).unwrap()
}

#[tokio::test]
async fn the_map_says_of_each_jurisdiction_what_a_check_says() {
    let world = World::new();
    let at = "2026-12-01T13:30:00Z";
    let map = world.get(&format!("/rules/map?at={at}")).await;
    map.check(200, json!({"success": true, "at": at}));
    let lands = map.body["jurisdictions"].as_array().unwrap();
    assert!(lands.len() > 50, "{}", lands.len());
    for land in lands {
        let letters = land["jurisdiction"].as_str().unwrap();
        let check = world.get(&format!("/rules/check?state={letters}&at={at}")).await.body;
        let said = |answer: &Value| (answer["calling_rules"].clone(), answer["next_allowed_at"].clone());
        assert_eq!(said(land), said(&check), "{letters}");
        let places = &land["calling_rules"]["jurisdictions"];
        assert_eq!((places[0]["jurisdiction"].as_str(), places[1].is_null()), (Some(letters), true), "{places}");
    }
}

#[tokio::test]
async fn a_state_is_open_only_if_all_its_zones_are() {
    // 8:30 in New York, 7:30 in Chicago. Federal hours begin at 8:00.
    let map = World::new().get("/rules/map?at=2026-12-01T13:30:00Z").await.body;
    for (letters, name, is_open) in [("NY", "New York", true), ("TN", "Tennessee", false), ("HI", "Hawaii", false)] {
        let land = land(&map, letters);
        assert_eq!((&land["name"], &land["calling_rules"]["allowed"]), (&json!(name), &json!(is_open)), "{land}");
    }
    assert_eq!(land(&map, "TN")["next_allowed_at"], "2026-12-01T14:00:00Z");
}

#[rstest]
#[case("at=yesterday", "at")]
#[case("at=2060-01-01T00:00:00Z", "at")]
#[case("state=FL", "state")]
#[tokio::test]
async fn a_map_of_no_time_is_rejected(#[case] query: &str, #[case] field: &str) {
    World::new().get(&format!("/rules/map?{query}")).await.check_refused(400, Some(field), field);
}
