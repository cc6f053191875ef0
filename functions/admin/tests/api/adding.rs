//! Leads that operators add, by hand or from a list.

use crate::world::{READ, World};
use chrono::TimeDelta;
use redial_domain::builders::{call_id, phone};
use redial_domain::{Lead, Line, Outcome, Review, Source, Status};
use redial_queue::ports::Clock;
use redial_queue::testing::{Fault, Operation};
use rstest::rstest;
use serde_json::{Value, json};

fn lead() -> Value {
    json!({"lead_id": "1", "phone_number": "(212) 555-0101"})
}

async fn records(world: &World) -> Value {
    world.get("/records").await.body["records"].clone()
}

#[tokio::test]
async fn a_lead_is_added_and_shown_as_it_will_be_dialed() {
    let world = World::new();
    let whole = json!({
        "lead_id": "1", "phone_number": "+12125550101", "list_id": "456", "first_name": "Jane", "last_name": "Roe", "state": "NY",
        "postal_code": "10001", "consent_level": "written", "consent_at": "2025-12-01T10:00:00Z",
        "consent_source": "example.com/quote", "consent_text_sha256": "ab".repeat(32), "at": "2025-12-18T10:00:00-05:00",
    });
    let added = world.adds(&whole).await;
    added.check(
        201,
        json!({
            "success": true, "result": "added", "month": "2025-12", "may_dial": false,
            "next_dial_at": "2025-12-18T16:00:00Z",
        }),
    );
    let due = added.body["gates"].as_array().unwrap().iter().find(|gate| gate["name"] == "due").unwrap();
    assert_eq!((&due["open"], &due["opens_at"]), (&json!(false), &json!("2025-12-18T15:00:00Z")));
    let mut record = records(&world).await[0].clone();
    assert_eq!((&record["attempts"], &record["status"]), (&json!(0), &json!("pending")));
    for (name, sent) in whole.as_object().unwrap().iter().filter(|(name, _)| *name != "at" && *name != "consent_at") {
        assert_eq!(record[name].take(), *sent, "{name}");
    }
    let shown = world.get("/lead/1?phone=2125550101").await;
    assert_eq!(shown.body["line"], added.body["line"]);
    let entry = world.entries().pop().unwrap();
    let recorded = ["kind", "by", "lead", "phone", "due_at"].map(|name| entry[name].clone());
    assert_eq!(json!(recorded), json!(["added", "ops", "1", "+12125550101", "2025-12-18T15:00:00.000Z"]));
    assert_eq!(entry["consent"]["level"], "written");
}

#[tokio::test]
async fn a_lead_that_is_due_may_be_dialed_at_once() {
    let world = World::new();
    world.adds(&lead()).await.check(201, json!({"result": "added", "may_dial": true}));
}

#[tokio::test]
async fn a_lead_that_has_a_record_stays_as_it_is() {
    let world = World::new();
    world.has(Lead { status: Status::Paused, attempts: 3, ..world.due(1) }).await;
    let before = records(&world).await;
    world.clock.advance(TimeDelta::minutes(1));
    let mut other = lead();
    other["first_name"] = json!("Other");
    for _ in 0..2 {
        let known = world.adds(&other).await;
        known.check(200, json!({"success": true, "result": "exists", "may_dial": false}));
        assert_eq!(known.body["record"]["attempts"], 3);
    }
    let after = records(&world).await;
    assert_eq!(
        (&after[0]["first_name"], &after[0]["updated_at"]),
        (&before[0]["first_name"], &before[0]["updated_at"])
    );
    assert_eq!(world.entries().len(), 0, "nothing was changed");
}

#[tokio::test]
async fn a_lead_of_an_older_month_is_known() {
    let world = World::new();
    world.has(Lead { created_at: world.clock.now() - TimeDelta::days(20), ..world.due(1) }).await;
    world.adds(&lead()).await.check(200, json!({"result": "exists", "month": "2025-11"}));
}

#[rstest]
#[case::suppressed("the line", "suppressed")]
#[case::a_record_of_the_number_forbids_it("a record", "suppressed")]
#[case::a_possible_do_not_call_waits("a doubt", "possible do-not-call")]
#[case::a_possible_do_not_call_of_a_record_waits("a doubt of a record", "possible do-not-call")]
#[tokio::test]
async fn a_lead_whose_number_must_not_be_called_is_not_added(#[case] closed_by: &str, #[case] said: &str) {
    let world = World::new();
    let now = world.clock.now();
    let review = Review { call: call_id("c1"), words: "not at work".to_owned(), since: now };
    let mut line = Line::default();
    let other = Lead { phone: phone(1), ..world.due(2) };
    match closed_by {
        "the line" => line.suppress(&Outcome::DNC, Source::Bland, now),
        "a record" => world.has(Lead { outcomes: vec![Outcome::DNC], ..other }).await,
        "a doubt" => line.review = Some(review),
        _ => world.has(Lead { review: Some(review), status: Status::Paused, ..other }).await,
    }
    world.has_line(1, &line).await;
    let before = records(&world).await;
    world.adds(&lead()).await.check_refused(409, Some("phone_number"), said);
    assert_eq!((records(&world).await, world.entries().len()), (before, 0));
    let list = "lead_id,phone_number\n1,2125550101\n3,2125550103\n";
    let answer = world.adds_all("text/csv", list).await;
    answer.check(202, json!({"state": "done", "added": 1, "bad_lines": 0, "refused_lines": 1}));
    assert_eq!(answer.body["refused"][0]["line"], 2);
    assert!(!answer.text.contains("2125550101"), "{}", answer.text);
}

#[rstest]
#[case("lead_id", json!(null), "missing")]
#[case("phone_number", json!("911"), "3 digits")]
#[case("phone_number", json!(2_125_550_101_u64), "text in quotes")]
#[case("first_name", json!("x".repeat(101)), "100 characters")]
#[case("state", json!("N\u{7}Y"), "control character")]
#[case("status", json!("completed"), "unknown field")]
#[case("consent_at", json!("2025-12-01T10:00:00Z"), "express or written")]
#[case("at", json!("2025-12-16T18:59:59Z"), "more than a day in the past")]
#[case("at", json!("2026-12-18T15:00:00Z"), "days ahead")]
#[case("at", json!("tomorrow"), "with its offset")]
#[tokio::test]
async fn a_lead_that_is_wrong_is_not_added(#[case] field: &str, #[case] value: Value, #[case] said: &str) {
    let world = World::new();
    let mut wrong = lead();
    wrong[field] = value;
    let named = if field == "consent_at" { "consent_level" } else { field };
    world.adds(&wrong).await.check_refused(400, Some(named), said);
    assert_eq!((records(&world).await, world.entries().len()), (json!([]), 0));
}

#[tokio::test]
async fn a_body_that_is_no_lead_is_refused() {
    let world = World::new();
    world.adds(&json!([])).await.check_refused(400, None, "not a JSON object");
    world.adds(&json!({"lead_id": "x".repeat(70_000)})).await.check_refused(413, None, "64 KB");
    world.ask("POST", "/lead", Some(READ)).await.check_refused(403, None, "may only read");
    world.ask("POST", "/lead?phone=1", Some(crate::world::ADMIN)).await.check_refused(
        400,
        Some("phone"),
        "allowed: none",
    );
}

#[tokio::test]
async fn a_lead_that_cannot_be_recorded_is_not_added() {
    let world = World::new();
    world.ledger.otherwise(|operation, _| if operation == Operation::Put { Fault::Lost } else { Fault::None });
    world.adds(&lead()).await.check_refused(503, None, "retry");
    assert_eq!(records(&world).await, json!([]));
    world.ledger.heal();
    world.adds(&lead()).await.check(201, json!({"result": "added"}));
}

#[rstest]
#[case::the_line(true)]
#[case::the_record(false)]
#[tokio::test]
async fn a_lead_whose_answer_was_lost_is_added_once(#[case] of_line: bool) {
    let world = World::new();
    if of_line {
        world.lines.script(Operation::Put, [Fault::AnswerLost]);
    } else {
        let is_month = |key: &str| key.ends_with("_2025-12.json");
        let once = std::sync::atomic::AtomicBool::new(true);
        world.blobs.otherwise(move |operation, key| {
            let strikes = operation == Operation::Put && is_month(key);
            let first = strikes && once.swap(false, std::sync::atomic::Ordering::Relaxed);
            if first { Fault::AnswerLost } else { Fault::None }
        });
    }
    world.adds(&lead()).await.check(201, json!({"result": "added"}));
    assert_eq!(records(&world).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_list_of_leads_is_imported_with_a_report() {
    let world = World::new();
    world.has(world.due(2)).await;
    let list = "\u{feff}lead_id,phone,first_name,at\r\n1,2125550101,Jane,\r\n2,2125550102,,\r\n3,911,,\r\n\
                4,2125550104,,2025-12-18T15:00:00Z\r\n5,2125550105,,1999-01-01T00:00:00Z\r\n1,2125550101,,\r\n";
    let imported = world.adds_all("text/csv; charset=utf-8", list).await;
    let progress = json!({
        "success": true, "state": "done", "by": "ops", "lines_done": 7, "lines": 7, "added": 2, "known": 2, "bad_lines": 2,
        "refused_lines": 0, "refused": [],
    });
    imported.check(202, progress.clone());
    let bad: Vec<_> = imported.body["bad"].as_array().unwrap().iter().map(|bad| bad["line"].clone()).collect();
    assert_eq!(bad, [4, 6]);
    let id = imported.body["id"].as_str().unwrap();
    assert!(world.blobs.inner().all().contains_key(&format!("leads/{id}")), "{id}");
    world.ask("GET", &format!("/leads/import/{id}"), Some(READ)).await.check(200, progress);
    world.get(&format!("/suppressions/import/{id}")).await.check_refused(404, None, "no import");
    world.get("/lead/1?phone=2125550101").await.check(200, json!({"may_dial": true, "record": {"first_name": "Jane"}}));
    let entries = world.entries();
    let told: Vec<_> = entries.iter().map(|entry| json!([entry["kind"], entry["by"], entry["list"]["name"]])).collect();
    let name = format!("leads/{id}");
    assert_eq!(told, [json!(["added", "ops", name]), json!(["imported", "ops", name])]);
    assert!(entries[0]["list"]["source"].is_string());
}

#[tokio::test]
async fn a_body_that_is_no_list_of_leads_is_refused_before_it_is_stored() {
    let world = World::new();
    world.adds_all("application/json", "[]").await.check_refused(415, Some("Content-Type"), "text/csv");
    world.adds_all("text/csv", "x".repeat(6 * 1024 * 1024 + 1)).await.check_refused(413, None, "leads/");
    world.adds_all("text/csv", "P\0K").await.check_refused(400, Some("body"), "not a text");
    let wrong = world.adds_all("text/csv", "lead_id,phone_number,name\n1,2125550101,Jane\n").await;
    wrong.check_refused(400, Some("body"), "column 3; allowed: lead_id");
    assert!(!world.blobs.inner().all().keys().any(|key| key.contains("leads/")));
    world.adds_all("application/jsonl", "[]\n").await.check(202, json!({"state": "failed", "bad_lines": 1}));
    world.get("/leads/import/nothing.csv").await.check_refused(404, None, "no import");
}

#[tokio::test]
async fn a_list_of_leads_waits_for_a_list_of_numbers() {
    let world = World::new();
    world.blobs.inner().set("imports/waiting.csv", "2125550101\n");
    let list = "lead_id,phone_number\n1,2125550101\n";
    let waits = world.adds_all("text/csv", list).await;
    waits.check(202, json!({"state": "running", "by": "ops", "lines_done": 0, "lines": null}));
    assert_eq!((records(&world).await, world.entries().len()), (json!([]), 0));
}
