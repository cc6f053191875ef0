//! `GET /rules`

use crate::world::World;
use chrono::NaiveDate;
use redial_queue::ports::Clock;
use serde_json::Value;

#[tokio::test]
async fn a_rule_is_in_force_only_in_its_time() {
    let world = World::new();
    let today = world.clock.now().date_naive();
    let day = |day: &Value| day.as_str().map(|day| day.parse::<NaiveDate>().unwrap());
    let answer = world.get("/rules").await.body;
    let rules = answer["rules"].as_array().unwrap();
    let (now, other): (Vec<&Value>, Vec<&Value>) = rules.iter().partition(|rule| {
        day(&rule["effective_from"]).is_none_or(|from| from <= today)
            && day(&rule["effective_to"]).is_none_or(|to| today <= to)
    });
    assert!(now.iter().any(|rule| rule["in_force"] == true));
    assert!(!other.is_empty(), "some rules begin later");
    for rule in other {
        assert_eq!(rule["in_force"], false, "{rule}");
    }
}
