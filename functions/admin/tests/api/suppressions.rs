//! The suppression list.

use crate::world::{ADMIN, Answer, JSON, READ, World};
use admin::BASE;
use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use redial_queue::ports::Clock;
use rstest::rstest;
use serde_json::json;
use std::collections::BTreeSet;

async fn send(world: &World, method: &str, path: &str, body: &str) -> Answer {
    let request = Request::builder().method(method).uri(format!("{BASE}{path}")).header("X-API-Key", ADMIN);
    world.send(request.header(JSON.0, JSON.1).body(Body::from(body.to_owned())).unwrap()).await
}

async fn numbers(world: &World, limit: usize) -> (usize, BTreeSet<String>) {
    let (mut pages, mut found, mut cursor) = (0, BTreeSet::new(), String::new());
    loop {
        let page = world.get(&format!("/suppressions?limit={limit}&cursor={cursor}")).await;
        page.check(200, json!({"success": true}));
        pages += 1;
        for number in page.body["suppressions"].as_array().unwrap() {
            assert!(found.insert(number["phone"].as_str().unwrap().to_owned()), "{number} is listed twice");
        }
        match page.body["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return (pages, found),
        }
    }
}

#[rstest]
#[case("2125550101")]
#[case("%2B12125550101")]
#[case("+12125550101")]
#[case("(212)%20555-0101")]
#[tokio::test]
async fn a_number_is_suppressed_shown_and_allowed_again(#[case] spelling: &str) {
    let world = World::new();
    world.get(&format!("/suppressions/{spelling}")).await.check_refused(404, None, "not suppressed");
    let body = r#"{"reason":"bad_number","note":"wrote a letter"}"#;
    let suppression = json!({
        "phone": "+12125550101", "reason": "BAD_NUMBER", "source": "redial", "at": "2025-12-17T19:00:00Z", "by": "ops",
        "note": "wrote a letter",
    });
    let suppressed = send(&world, "POST", &format!("/suppressions/{spelling}"), body).await;
    suppressed.check(200, json!({"success": true, "message": "Number suppressed", "suppression": suppression}));
    world.clock.advance(TimeDelta::minutes(1));
    let again = send(&world, "POST", &format!("/suppressions/{spelling}"), "").await;
    again.check(200, json!({"message": "The number was suppressed before", "suppression": suppression}));
    let found = world.ask("GET", &format!("/suppressions/{spelling}"), Some(READ)).await;
    found.check(200, json!({"suppression": suppression}));
    let allowed =
        send(&world, "DELETE", &format!("/suppressions/{spelling}"), r#"{"reason":"asked for a call"}"#).await;
    allowed.check(200, json!({"message": "Suppression taken off", "suppression": suppression}));
    world.get(&format!("/suppressions/{spelling}")).await.check_refused(404, None, "not suppressed");
    let nothing = world.ask("DELETE", &format!("/suppressions/{spelling}?reason=again"), Some(ADMIN)).await;
    nothing.check_refused(404, None, "not suppressed");
}

#[rstest]
#[case("", "")]
#[case("?reason=%20", "")]
#[case("", r#"{"reason":""}"#)]
#[tokio::test]
async fn a_removal_without_a_reason_changes_nothing(#[case] query: &str, #[case] body: &str) {
    let world = World::new();
    world.post("/suppressions/2125550101").await.check(200, json!({}));
    let refused = send(&world, "DELETE", &format!("/suppressions/2125550101{query}"), body).await;
    refused.check_refused(400, Some("reason"), "1 to 500");
    world.get("/suppressions/2125550101").await.check(200, json!({"suppression": {"reason": "DNC"}}));
}

#[rstest]
#[case("911", "", Some("phone"), "3 digits")]
#[case("2125550101", r#"{"reason":"VOICEMAIL"}"#, Some("reason"), "do-not-call")]
#[case("2125550101", r#"{"reasons":"DNC"}"#, None, "JSON object")]
#[case("2125550101", "DNC", None, "JSON object")]
#[tokio::test]
async fn what_is_not_valid_suppresses_nobody(
    #[case] phone: &str,
    #[case] body: &str,
    #[case] field: Option<&str>,
    #[case] said: &str,
) {
    let world = World::new();
    send(&world, "POST", &format!("/suppressions/{phone}"), body).await.check_refused(400, field, said);
    assert_eq!(numbers(&world, 100).await.1, BTreeSet::new());
}

#[tokio::test]
async fn a_note_that_is_too_long_is_refused() {
    let body = json!({"note": "x".repeat(501)}).to_string();
    send(&World::new(), "POST", "/suppressions/2125550101", &body).await.check_refused(400, Some("note"), "500");
}

#[tokio::test]
async fn a_list_is_imported_with_a_report_of_its_bad_lines() {
    let world = World::new();
    world.post("/suppressions/2125550102").await.check(200, json!({}));
    world.clock.advance(TimeDelta::minutes(1));
    let list = "\u{feff}phone,reason,note\r\n2125550101,DNC,a letter\r\n(212) 555-0102,,\r\n911,,\r\n";
    let imported = world.import("text/csv; charset=utf-8", list).await;
    let progress = json!({
        "success": true, "state": "done", "by": "ops", "lines_done": 4, "lines": 4, "added": 1, "known": 1, "bad_lines": 1,
    });
    imported.check(202, progress.clone());
    assert_eq!(imported.body["bad"][0]["line"], 4);
    assert!(!imported.text.contains("911"), "{}", imported.text);
    let id = imported.body["id"].as_str().unwrap();
    assert!(world.blobs.inner().all().contains_key(&format!("imports/{id}")), "{id}");
    world.ask("GET", &format!("/suppressions/import/{id}"), Some(READ)).await.check(200, progress);
    let expected = json!({"suppression": {"reason": "DNC", "by": "ops", "note": "a letter"}});
    world.get("/suppressions/2125550101").await.check(200, expected);
}

#[tokio::test]
async fn a_body_that_is_no_list_suppresses_nobody() {
    let world = World::new();
    world.import("application/json", "[]").await.check_refused(415, Some("Content-Type"), "text/csv");
    world.import("text/csv", "x".repeat(6 * 1024 * 1024 + 1)).await.check_refused(413, None, "imports/");
    world.import("text/csv", "P\0K").await.check(202, json!({"state": "failed", "added": 0}));
    world.import("application/jsonl", "[]\n").await.check(202, json!({"state": "failed", "bad_lines": 1}));
    world.get("/suppressions/import/nothing.csv").await.check_refused(404, None, "no import");
}

#[tokio::test]
async fn all_numbers_are_listed_and_exported() {
    let world = World::new();
    let list: String = (0..100).map(|n| format!("21255501{n:02}\n")).collect();
    world.import("text/csv", list).await.check(202, json!({"added": 100}));
    assert_eq!(numbers(&world, 7).await.1.len(), 100);
    assert_eq!(numbers(&world, 1000).await, (1, numbers(&world, 30).await.1));
    let csv = world.get("/suppressions?format=csv").await;
    assert_eq!((csv.status.as_u16(), csv.text.lines().count()), (200, 101), "{}", csv.text);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let request = Request::builder().uri(format!("{BASE}/suppressions")).header("X-API-Key", READ);
    let lines = world.send(request.header("Accept", "application/jsonl").body(Body::empty()).unwrap()).await;
    assert_eq!(lines.text.lines().count(), 100);
    for (query, field) in
        [("limit=1001", "limit"), ("cursor=zz", "cursor"), ("format=xml", "format"), ("phone=1", "phone")]
    {
        world.get(&format!("/suppressions?{query}")).await.check_refused(400, Some(field), "allowed");
    }
}

#[tokio::test]
async fn a_long_list_is_exported_to_the_bucket() {
    let world = World::new();
    let areas = (201..400).filter(|area| redial_domain::Phone::parse(&format!("{area}5550100")).is_ok()).take(15);
    let list: String = areas.flat_map(|area| (100..200).map(move |end| format!("{area}5550{end}\n"))).collect();
    world.import("text/csv", list).await.check(202, json!({"state": "done", "added": 1_500}));
    let exported = world.get("/suppressions?format=jsonl").await;
    exported.check(201, json!({"success": true, "count": 1_500}));
    let objects = world.blobs.inner().all();
    let list = &objects[exported.body["key"].as_str().unwrap()];
    assert_eq!(list.iter().filter(|byte| **byte == b'\n').count(), 1_500);
}

#[rstest]
#[case("", None)]
#[case("2025-11-16", None)]
#[case("2025-11-15", Some("1 days overdue"))]
#[tokio::test]
async fn the_status_warns_about_an_old_comparison_with_the_national_list(
    #[case] day: &str,
    #[case] warning: Option<&str>,
) {
    let world = World::with(&[("national_list_scrubbed_on", day)]);
    let status = world.get("/status").await.body;
    let warnings = status["status"]["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), usize::from(warning.is_some()), "{status}");
    assert!(warnings.iter().zip(warning).all(|(told, said)| told.as_str().unwrap().contains(said)), "{status}");
    world.configure(json!({"national_list_scrubbed_on": "soon"})).await.check_refused(
        400,
        Some("national_list_scrubbed_on"),
        "YYYY-MM-DD",
    );
    assert_eq!(world.clock.now().date_naive().to_string(), "2025-12-17");
}
