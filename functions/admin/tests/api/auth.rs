//! Who may do what.

use crate::world::{ADMIN, READ, SECRET, World};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::json;

const CHANGES: [(&str, &str); 10] = [
    ("PUT", "/config"),
    ("POST", "/enable"),
    ("POST", "/disable"),
    ("POST", "/start"),
    ("POST", "/stop"),
    ("POST", "/process"),
    ("POST", "/cleanup"),
    ("POST", "/lead/1/pause?phone=2125550101"),
    ("POST", "/lead/1/resume?phone=2125550101"),
    ("DELETE", "/lead/1?phone=2125550101"),
];
const VIEWS: [&str; 5] = ["/status", "/records", "/config", "/lead/1/explain?phone=2125550101", "/openapi.json"];

#[rstest]
#[case(None)]
#[case(Some(""))]
#[case(Some("wrong"))]
#[case(Some("ops"))]
#[case(Some("69a5265506c94c77b787a7d7377b7685a0eff82e33920a71e7ee22cd6154953e"))]
#[tokio::test]
async fn without_a_valid_key_nothing_is_told_and_nothing_is_done(#[case] key: Option<&str>) {
    let world = World::new();
    let views = VIEWS.map(|path| ("GET", path));
    let unknown = [("GET", "/nothing"), ("PATCH", "/status"), ("OPTIONS", "/status")];
    for (method, path) in views.into_iter().chain(CHANGES).chain(unknown) {
        world.ask(method, path, key).await.check_refused(401, None, "X-API-Key");
    }
    assert!(world.blobs.log().is_empty(), "no store was asked");
    assert_eq!(world.trigger.count(), 0);
}

#[tokio::test]
async fn a_key_that_may_read_sees_everything() {
    let world = World::new();
    for path in VIEWS {
        assert_eq!(world.ask("GET", path, Some(READ)).await.status, 200, "{path}");
        assert_eq!(world.ask("HEAD", path, Some(READ)).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_key_that_may_read_changes_nothing() {
    let world = World::new();
    for (method, path) in CHANGES {
        world.ask(method, path, Some(READ)).await.check_refused(403, None, "may only read");
    }
    assert!(world.blobs.log().is_empty(), "no store was asked");
    assert_eq!(world.trigger.count(), 0);
}

#[tokio::test]
async fn a_key_in_the_query_opens_a_saved_url_where_that_is_allowed() {
    let world = World::with_keys_in_queries();
    world.ask("GET", "/status?api_key=admin-key", None).await.check(200, json!({"success": true}));
    world.ask("GET", "/records?ready=true&api_key=read-key", None).await.check(200, json!({"success": true}));
    world.ask("GET", "/status?api_key=wrong", None).await.check_refused(401, None, "X-API-Key");
    world.ask("GET", "/status?api_key=admin-key", Some("wrong")).await.check_refused(401, None, "X-API-Key");
}

#[tokio::test]
async fn a_key_in_the_query_changes_nothing() {
    let world = World::with_keys_in_queries();
    for path in ["/disable?api_key=admin-key", "/process?api_key=admin-key"] {
        world.ask("POST", path, None).await.check_refused(401, None, "X-API-Key");
    }
    assert_eq!(world.ask("HEAD", "/status?api_key=admin-key", None).await.status, 401);
    assert_eq!(world.trigger.count(), 0);
}

#[tokio::test]
async fn a_key_in_the_query_opens_nothing_by_default() {
    let world = World::new();
    world.ask("GET", "/status?api_key=admin-key", None).await.check_refused(401, None, "X-API-Key");
    world.ask("GET", "/status?api_key=wrong", Some(ADMIN)).await.check(200, json!({"success": true}));
}

/// SHA-256 of `next-key`.
const NEXT: &str = "next:admin:188880c8b7663e5e46652f7cf754855176053d8cb6f7e8c13573bf15de86e952";

#[tokio::test]
async fn a_key_is_replaced_without_a_new_start() {
    let world = World::new();
    world.ask("GET", "/status", Some(ADMIN)).await.check(200, json!({}));
    world.secrets.set(SECRET, NEXT);
    world.clock.advance(TimeDelta::minutes(1));
    world.ask("POST", "/disable", Some("next-key")).await.check(200, json!({"success": true}));
    world.ask("GET", "/status", Some(ADMIN)).await.check_refused(401, None, "X-API-Key");
}

#[tokio::test]
async fn guessed_keys_make_the_store_of_secrets_answer_once_a_minute() {
    let world = World::new();
    for _ in 0..50 {
        world.ask("GET", "/status", Some("guessed")).await.check_refused(401, None, "X-API-Key");
        world.ask("GET", "/status", None).await.check_refused(401, None, "X-API-Key");
        world.clock.advance(TimeDelta::seconds(1));
    }
    assert_eq!(world.secrets.reads(), 1);
}

#[tokio::test]
async fn while_the_keys_cannot_be_read_nobody_is_let_in() {
    let world = World::new();
    world.secrets.set_down(true);
    for key in [ADMIN, "guessed"] {
        let refused = world.ask("GET", "/status", Some(key)).await;
        refused.check_refused(503, None, "try again");
        assert_eq!(refused.header("retry-after"), "5");
    }
    world.ask("GET", "/status", None).await.check_refused(401, None, "X-API-Key");
    world.secrets.set_down(false);
    world.clock.advance(TimeDelta::seconds(5));
    world.secrets.set(SECRET, "ops:admin");
    world.ask("GET", "/status", Some(ADMIN)).await.check_refused(503, None, "the log says why");
    assert!(world.blobs.log().is_empty(), "no store was asked");
}
