//! Failed requests, and what is logged.

use crate::routes;
use crate::world::{ADMIN, World};
use admin::ROUTES;
use axum::body::Body;
use axum::http::Request;
use redial_queue::testing::{Fault, Operation};
use rstest::rstest;
use serde_json::json;
use std::cell::RefCell;
use std::io::Write;

#[rstest]
#[case("/nothing")]
#[case("")]
#[case("/")]
#[case("/status/")]
#[case("/leads/import")]
#[case("/number/2125550101")]
#[tokio::test]
async fn an_unknown_path_gets_404(#[case] path: &str) {
    World::new().get(path).await.check_refused(404, None, "unknown path");
}

#[tokio::test]
async fn a_path_outside_the_api_gets_404() {
    let request = Request::get("/status").header("X-API-Key", ADMIN).body(Body::empty()).unwrap();
    World::new().send(request).await.check_refused(404, None, "unknown path");
}

#[rstest]
#[case("POST", "/status", "GET,HEAD")]
#[case("DELETE", "/config", "GET,HEAD,PUT")]
#[case("GET", "/enable", "POST")]
#[case("POST", "/lead/1", "GET,HEAD,DELETE")]
#[case("GET", "/lead/1/pause", "POST")]
#[case("PATCH", "/lead/1/pause", "POST")]
#[case("OPTIONS", "/status", "GET,HEAD")]
#[tokio::test]
async fn a_wrong_method_gets_405_with_the_allowed_methods(
    #[case] method: &str,
    #[case] path: &str,
    #[case] allow: &str,
) {
    let answer = World::new().ask(method, path, Some(ADMIN)).await;
    assert_eq!(answer.check_refused(405, None, "Allow").header("allow"), allow);
}

#[rstest]
#[case("GET", "/status?verbose=1")]
#[case("GET", "/config?x")]
#[case("POST", "/enable?dry_run=true")]
#[case("POST", "/process?force=true")]
#[case("POST", "/cleanup?dry_run=true")]
#[tokio::test]
async fn an_unknown_parameter_is_rejected(#[case] method: &str, #[case] path: &str) {
    let world = World::new();
    let answer = world.ask(method, path, Some(ADMIN)).await;
    answer.check(400, json!({"success": false}));
    assert!(world.blobs.log().is_empty());
    assert_eq!(world.trigger.count(), 0);
}

#[tokio::test]
async fn a_request_gets_503_and_retry_after_while_storage_is_unavailable() {
    let world = World::new();
    world.blobs.otherwise(|_, _| Fault::Lost);
    world.lines.otherwise(|_, _| Fault::Lost);
    world.ledger.otherwise(|_, _| Fault::Lost);
    for route in ROUTES.iter().filter(|route| route.path != "/openapi.json") {
        let answer = routes::ask(&world, route, Some(ADMIN)).await;
        assert_eq!(answer.check_refused(503, None, "retry").header("retry-after"), "5", "{route:?}");
        assert!(!answer.text.contains("scripted"), "the cause is for the log");
    }
}

#[tokio::test]
async fn unreadable_settings_give_503_without_retry_after() {
    let world = World::new();
    world.blobs.inner().set("redial-queue/settings.json", "{");
    let answer = world.get("/config").await;
    assert_eq!(answer.check_refused(503, None, "unreadable").header("retry-after"), "");
}

#[tokio::test]
async fn a_change_that_always_conflicts_gets_409() {
    let world = World::new();
    world.has(world.due(1)).await;
    world.blobs.otherwise(|operation, _| if operation == Operation::Put { Fault::Conflict } else { Fault::None });
    world.configure(json!({"max_redial_attempts": 5})).await.check_refused(409, None, "retry");
    world.post("/disable").await.check_refused(409, None, "retry");
    world.post("/lead/1/pause?phone=2125550101").await.check_refused(409, None, "retry");
}

thread_local! {
    /// What was logged on this thread, which is what was logged by this test.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.with_borrow_mut(|log| log.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn each_change_is_logged_with_the_name_of_the_key_and_without_personal_data() {
    // For the whole process: what is logged is decided once for all threads.
    tracing_subscriber::fmt().json().with_writer(|| Log).init();
    let world = World::new();
    world.has(world.due(1)).await;
    world.configure(json!({"max_redial_attempts": 5})).await;
    world.post("/disable").await;
    world.post("/process").await;
    world.post("/lead/1/pause?phone=2125550101").await;
    world.post("/lead/1/callback?phone=2125550101&at=2025-12-18T15:00:00Z").await.check(200, json!({"success": true}));
    world.post("/cleanup").await;
    world.get("/records?q=Jane&phone=2125550101&api_key=admin-key").await;
    let refusal =
        json!({"lead_id": "1", "phone_number": "2125550101", "first_name": "Jane", "status": "CALL 2125550101"});
    world.tests_outcome("convoso", refusal.to_string()).await.check(200, json!({}));
    // Whoever has the link needs no key.
    world.get("/export?month=2025-12").await.check(200, json!({}));
    let text = String::from_utf8(LOG.take()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 7, "{text}");
    assert!(lines.iter().all(|line| line.contains(r#""actor":"ops""#)), "{text}");
    for private in ["admin-key", "5550101", "Jane", "1_212", "memory.invalid"] {
        assert!(!text.contains(private), "{private} is in {text}");
    }
}
