//! Authorization of every route.

use crate::routes::{self, with_access};
use crate::world::{ADMIN, READ, SECRET, World};
use admin::{Access, ROUTES};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::json;

#[rstest]
#[case(None)]
#[case(Some(""))]
#[case(Some("wrong"))]
#[case(Some("ops"))]
#[case(Some("69a5265506c94c77b787a7d7377b7685a0eff82e33920a71e7ee22cd6154953e"))]
#[tokio::test]
async fn a_request_without_a_valid_key_is_rejected(#[case] key: Option<&str>) {
    let world = World::new();
    for route in ROUTES {
        assert_ne!(route.access, Access::Public, "{route:?}");
        routes::ask(&world, route, key).await.check_refused(401, None, "X-API-Key");
    }
    for (method, path) in [("GET", "/nothing"), ("POST", "/nothing"), ("PATCH", "/status"), ("OPTIONS", "/status")] {
        world.ask(method, path, key).await.check_refused(401, None, "X-API-Key");
    }
    assert!(world.blobs.log().is_empty(), "no store was asked");
    assert_eq!(world.trigger.count(), 0);
}

#[tokio::test]
async fn a_read_key_may_use_every_route_that_reads() {
    let world = World::new();
    for route in with_access(Access::Read) {
        let status = routes::status(route);
        assert_eq!(routes::ask(&world, route, Some(READ)).await.status, status, "{route:?}");
        if route.method == "GET" {
            assert_eq!(world.ask("HEAD", &routes::path(route), Some(READ)).await.status, status, "{route:?}");
        }
    }
}

#[test]
fn a_route_needs_an_admin_key_if_it_changes_something() {
    for route in ROUTES {
        // It has a body, and stores nothing.
        let reads = route.method == "GET" || route.path == "/outcome/test";
        assert_eq!(route.access == Access::Read, reads, "{route:?}");
    }
}

#[tokio::test]
async fn a_read_key_may_not_change_anything() {
    let world = World::new();
    for route in with_access(Access::Admin) {
        routes::ask(&world, route, Some(READ)).await.check_refused(403, None, "may only read");
    }
    world.ask("POST", "/nothing", Some(READ)).await.check_refused(403, None, "may only read");
    world.ask("GET", "/nothing", Some(READ)).await.check_refused(404, None, "unknown path");
    assert!(world.blobs.log().is_empty(), "no store was asked");
    assert_eq!(world.trigger.count(), 0);
}

#[tokio::test]
async fn a_key_in_the_query_is_accepted_if_that_is_allowed() {
    let world = World::with_keys_in_queries();
    world.ask("GET", "/status?api_key=admin-key", None).await.check(200, json!({"success": true}));
    world.ask("GET", "/records?ready=true&api_key=read-key", None).await.check(200, json!({"success": true}));
    world.ask("GET", "/status?api_key=wrong", None).await.check_refused(401, None, "X-API-Key");
    world.ask("GET", "/status?api_key=admin-key", Some("wrong")).await.check_refused(401, None, "X-API-Key");
}

#[tokio::test]
async fn a_key_in_the_query_is_rejected_for_every_method_but_get() {
    let world = World::with_keys_in_queries();
    for path in ["/disable?api_key=admin-key", "/process?api_key=admin-key"] {
        world.ask("POST", path, None).await.check_refused(401, None, "X-API-Key");
    }
    assert_eq!(world.ask("HEAD", "/status?api_key=admin-key", None).await.status, 401);
    assert_eq!(world.trigger.count(), 0);
}

#[tokio::test]
async fn a_key_in_the_query_is_rejected_by_default() {
    let world = World::new();
    world.ask("GET", "/status?api_key=admin-key", None).await.check_refused(401, None, "X-API-Key");
    world.ask("GET", "/status?api_key=wrong", Some(ADMIN)).await.check(200, json!({"success": true}));
}

/// SHA-256 of `next-key`.
const NEXT: &str = "next:admin:188880c8b7663e5e46652f7cf754855176053d8cb6f7e8c13573bf15de86e952";

#[tokio::test]
async fn a_new_key_is_accepted_without_a_restart() {
    let world = World::new();
    world.ask("GET", "/status", Some(ADMIN)).await.check(200, json!({}));
    world.secrets.set(SECRET, NEXT);
    world.clock.advance(TimeDelta::minutes(1));
    world.ask("POST", "/disable", Some("next-key")).await.check(200, json!({"success": true}));
    world.ask("GET", "/status", Some(ADMIN)).await.check_refused(401, None, "X-API-Key");
}

#[tokio::test]
async fn wrong_keys_cause_one_read_of_the_secret_per_minute() {
    let world = World::new();
    for _ in 0..50 {
        world.ask("GET", "/status", Some("guessed")).await.check_refused(401, None, "X-API-Key");
        world.ask("GET", "/status", None).await.check_refused(401, None, "X-API-Key");
        world.clock.advance(TimeDelta::seconds(1));
    }
    assert_eq!(world.secrets.reads(), 1);
}

#[tokio::test]
async fn a_request_with_a_key_gets_503_while_the_keys_cannot_be_read() {
    let world = World::new();
    world.secrets.set_down(true);
    for key in [ADMIN, "guessed"] {
        let refused = world.ask("GET", "/status", Some(key)).await;
        refused.check_refused(503, None, "temporarily unavailable");
        assert_eq!(refused.header("retry-after"), "5");
    }
    world.ask("GET", "/status", None).await.check_refused(401, None, "X-API-Key");
    world.secrets.set_down(false);
    world.clock.advance(TimeDelta::seconds(5));
    world.secrets.set(SECRET, "ops:admin");
    world.ask("GET", "/status", Some(ADMIN)).await.check_refused(503, None, "see the function's log");
    assert!(world.blobs.log().is_empty(), "no store was asked");
}
