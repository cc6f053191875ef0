//! What goes wrong, and what is left in the log.

use crate::world::{ADMIN, World};
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
#[case("/lead")]
#[case("/lead/1/dial")]
#[tokio::test]
async fn an_unknown_path_is_not_found(#[case] path: &str) {
    World::new().get(path).await.check_refused(404, None, "no such path");
}

#[tokio::test]
async fn a_path_outside_the_api_is_not_found() {
    let request = Request::get("/status").header("X-API-Key", ADMIN).body(Body::empty()).unwrap();
    World::new().send(request).await.check_refused(404, None, "no such path");
}

#[rstest]
#[case("POST", "/status", "GET,HEAD")]
#[case("DELETE", "/config", "GET,HEAD,PUT")]
#[case("GET", "/enable", "POST")]
#[case("GET", "/lead/1", "DELETE")]
#[case("PATCH", "/lead/1/pause", "POST")]
#[case("OPTIONS", "/status", "GET,HEAD")]
#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones(#[case] method: &str, #[case] path: &str, #[case] allow: &str) {
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
async fn a_parameter_that_nobody_knows_is_refused_and_nothing_is_done(#[case] method: &str, #[case] path: &str) {
    let world = World::new();
    let answer = world.ask(method, path, Some(ADMIN)).await;
    answer.check(400, json!({"success": false}));
    assert!(world.blobs.log().is_empty());
    assert_eq!(world.trigger.count(), 0);
}

#[rstest]
#[case("GET", "/status")]
#[case("GET", "/records")]
#[case("GET", "/config")]
#[case("GET", "/lead/1/explain?phone=2125550101")]
#[case("POST", "/enable")]
#[case("POST", "/process")]
#[case("POST", "/cleanup")]
#[case("POST", "/lead/1/pause?phone=2125550101")]
#[case("DELETE", "/lead/1?phone=2125550101")]
#[tokio::test]
async fn a_store_that_gives_no_answer_is_asked_again_later(#[case] method: &str, #[case] path: &str) {
    let world = World::new();
    world.blobs.otherwise(|_, _| Fault::Lost);
    let answer = world.ask(method, path, Some(ADMIN)).await;
    assert_eq!(answer.check_refused(503, None, "try again").header("retry-after"), "5");
    assert!(!answer.text.contains("scripted"), "the cause is for the log");
}

#[tokio::test]
async fn settings_that_cannot_be_read_are_no_reason_to_try_again() {
    let world = World::new();
    world.blobs.inner().set("redial-queue/settings.json", "{");
    let answer = world.get("/config").await;
    assert_eq!(answer.check_refused(503, None, "cannot be read").header("retry-after"), "");
}

#[tokio::test]
async fn a_change_that_others_always_overtake_is_a_conflict() {
    let world = World::new();
    world.has(world.due(1)).await;
    world.blobs.otherwise(|operation, _| if operation == Operation::Put { Fault::Conflict } else { Fault::None });
    world.configure(json!({"max_redial_attempts": 5})).await.check_refused(409, None, "again");
    world.post("/disable").await.check_refused(409, None, "again");
    world.post("/lead/1/pause?phone=2125550101").await.check_refused(409, None, "again");
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
async fn the_log_has_one_line_for_each_change_and_names_the_key_but_nobody_else() {
    // For the whole process: what is logged is decided once for all threads.
    tracing_subscriber::fmt().json().with_writer(|| Log).init();
    let world = World::new();
    world.has(world.due(1)).await;
    world.configure(json!({"max_redial_attempts": 5})).await;
    world.post("/disable").await;
    world.post("/process").await;
    world.post("/lead/1/pause?phone=2125550101").await;
    world.post("/cleanup").await;
    world.get("/records?q=Jane&phone=2125550101&api_key=admin-key").await;
    let text = String::from_utf8(LOG.take()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 5, "{text}");
    assert!(lines.iter().all(|line| line.contains(r#""actor":"ops""#)), "{text}");
    for private in ["admin-key", "5550101", "Jane", "1_212"] {
        assert!(!text.contains(private), "{private} is in {text}");
    }
}
