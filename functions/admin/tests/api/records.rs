//! `GET /records`

use crate::world::{Answer, READ, World};
use admin::BASE;
use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use redial_domain::builders::{self, attempt, call_id, held_line, hold, lead_ref};
use redial_domain::{Lead, Outcome, Profile, Status};
use redial_queue::ports::Clock;
use rstest::rstest;
use serde_json::{Value, json};

fn ids(page: &Value) -> Vec<&str> {
    page["records"].as_array().unwrap().iter().map(|record| record["lead_id"].as_str().unwrap()).collect()
}

/// Everything on the pages of a query, each page with what it was answered.
async fn pages(world: &World, query: &str) -> Vec<Value> {
    let mut pages = vec![world.get(&format!("/records?{query}")).await.check(200, json!({})).body.clone()];
    while let Some(cursor) = pages.last().unwrap()["next_cursor"].as_str() {
        let next = world.get(&format!("/records?{query}&cursor={cursor}")).await;
        pages.push(next.check(200, json!({"success": true})).body.clone());
    }
    pages
}

#[tokio::test]
async fn a_record_has_every_field_of_the_original_guide() {
    let world = World::new();
    let now = world.clock.now();
    let lead = Lead {
        attempts: 2,
        last_call: Some(now),
        next_redial: now + TimeDelta::seconds(541),
        outcomes: vec![Outcome::VOICEMAIL, Outcome::NO_ANSWER],
        last_outcome: Some(Outcome::NO_ANSWER),
        last_call_id: Some(call_id("abc123")),
        ..world.due(1)
    };
    world.has(lead).await;
    let answer = world.get("/records").await;
    let filter = json!({"status": null, "ready": false, "review": false, "phone": null, "lead_id": null, "q": null,
        "outcome": null, "list": null, "state": null, "attempts": null, "gate": null,
        "sort": "next_dial", "order": "asc", "limit": 100, "offset": 0});
    answer.check(
        200,
        json!({"success": true, "timestamp": "2025-12-17T19:00:00Z", "total": 1, "filtered": 1, "next_cursor": null}),
    );
    assert_eq!(answer.body["filter"], filter);
    let record = json!({
        "key": "1_2125550101", "month": "2025-12",
        "lead_id": "1", "phone_number": "+12125550101", "list_id": "1001", "first_name": "Jane", "last_name": "Roe",
        "state": "NY", "attempts": 2, "last_call_timestamp": 1_765_998_000_000_i64,
        "next_redial_timestamp": 1_765_998_541_000_i64, "scheduled_callback_time": null,
        "outcomes": ["VOICEMAIL", "NO_ANSWER"], "last_outcome": "NO_ANSWER", "last_call_id": "abc123",
        "created_at": 1_765_998_000_000_i64, "updated_at": 1_765_998_000_000_i64, "status": "pending", "call_history": [],
        "last_call_iso": "2025-12-17T19:00:00Z", "next_redial_iso": "2025-12-17T19:09:01Z",
        "created_at_iso": "2025-12-17T19:00:00Z", "minutes_until_next_redial": 10, "is_ready": false,
    });
    assert_eq!(answer.body["records"][0], record);
}

async fn with_five() -> World {
    let world = World::new();
    let now = world.clock.now();
    let sold = Some(Outcome::SALE);
    world.has(Lead { next_redial: now - TimeDelta::minutes(1), ..world.due(1) }).await;
    world.has(Lead { status: Status::Rescheduled, ..world.due(2) }).await;
    world
        .has(Lead {
            status: Status::Completed,
            last_outcome: sold,
            attempts: 3,
            last_call: Some(now - TimeDelta::hours(2)),
            next_redial: now - TimeDelta::hours(1),
            ..world.due(3)
        })
        .await;
    let florida = Profile { first_name: "Ann".to_owned(), state: "FL".to_owned(), ..builders::profile() };
    world.has(Lead { profile: florida, next_redial: now + TimeDelta::hours(1), ..world.due(4) }).await;
    world.has(world.due(5)).await;
    let held = hold(attempt(1), lead_ref(5, "2025-12"), now, now + TimeDelta::minutes(10));
    world.has_line(5, &held_line(held)).await;
    world
}

#[rstest]
#[case("", &["3", "1", "2", "5", "4"])]
#[case("status=pending", &["1", "5", "4"])]
#[case("status=completed", &["3"])]
#[case("status=paused", &[])]
#[case("ready=true", &["1", "2"])]
#[case("ready=true&status=pending", &["1"])]
#[case("phone=%2B12125550102", &["2"])]
#[case("phone=+12125550102", &["2"])]
#[case("lead_id=4", &["4"])]
#[case("lead_id=44", &[])]
#[case("q=ann+roe", &["4"])]
#[case("q=sale", &["3"])]
#[case("q=+12125550101", &["1"])]
#[case("outcome=sale", &["3"])]
#[case("outcome=DNC,Sale", &["3"])]
#[case("outcome=NO_SALE", &[])]
#[case("list=1001&state=FL", &["4"])]
#[case("list=100", &[])]
#[case("attempts=0", &["1", "2", "5", "4"])]
#[case("attempts=2-9", &["3"])]
#[case("gate=due", &["4"])]
#[case("gate=line_free", &["5"])]
#[case("gate=line_free&ready=true", &[])]
#[case("gate=running", &[])]
#[case("order=desc", &["4", "5", "2", "1", "3"])]
#[case("order=desc&limit=2&offset=1", &["5", "2"])]
#[case("sort=attempts&order=desc&limit=1", &["3"])]
#[case("sort=last_call&order=desc&limit=1", &["3"])]
#[case("sort=created&status=pending", &["1", "4", "5"])]
#[case("sort=created&order=desc&ready=true", &["2", "1"])]
#[case("offset=3", &["5", "4"])]
#[case("limit=2", &["3", "1"])]
#[case("limit=2&offset=1", &["1", "2"])]
#[tokio::test]
async fn a_query_returns_the_matching_records_by_next_dial(#[case] query: &str, #[case] expected: &[&str]) {
    let answer = with_five().await.get(&format!("/records?{query}")).await;
    assert_eq!(ids(&answer.check(200, json!({"total": 5})).body), expected);
}

#[tokio::test]
async fn the_filter_is_returned_as_it_was_understood() {
    let answer = with_five().await.get("/records?status=pending&phone=2125550101&q=roe&limit=5").await;
    answer.check(
        200,
        json!({"filter": {"status": "pending", "phone": "+12125550101", "q": "roe", "limit": 5}, "filtered": 1}),
    );
}

#[rstest]
#[case("status=open", "status", "allowed: pending, rescheduled, completed, max_attempts, paused")]
#[case("limit=5000", "limit", "\"5000\"; allowed: 1 to 1000")]
#[case("phone=12", "phone", "2 digits")]
#[case("sort=asc", "sort", "allowed: next_dial, last_call, created, attempts")]
#[case("gate=open", "gate", "allowed: enabled, running")]
#[case("sorted=created", "sorted", "unknown parameter")]
#[case("cursor=00", "cursor", "next_cursor of the previous page")]
#[tokio::test]
async fn an_invalid_query_is_rejected(#[case] query: &str, #[case] field: &str, #[case] said: &str) {
    World::new().get(&format!("/records?{query}")).await.check_refused(400, Some(field), said);
}

#[tokio::test]
async fn pages_have_no_gaps_and_no_repeats() {
    let world = World::new();
    let now = world.clock.now();
    for n in 0..250 {
        // Many are due at the same time, and some live in the month before.
        let created_at = if n % 5 == 0 { now - TimeDelta::days(20) } else { now };
        let next_redial = now + TimeDelta::minutes(i64::from(n % 7));
        world.has(Lead { created_at, next_redial, ..world.due(n) }).await;
    }
    let pages = pages(&world, "limit=40").await;
    let sizes: Vec<_> = pages.iter().map(|page| page["records"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [40, 40, 40, 40, 40, 40, 10]);
    let times = pages
        .iter()
        .flat_map(|page| page["records"].as_array().unwrap())
        .map(|record| record["next_redial_timestamp"].as_i64());
    assert!(times.collect::<Vec<_>>().is_sorted());
    let mut all: Vec<u32> = pages.iter().flat_map(ids).map(|id| id.parse().unwrap()).collect();
    all.sort_unstable();
    assert_eq!(all, (0..250).collect::<Vec<_>>());
    for page in &pages {
        assert_eq!((&page["total"], &page["filtered"]), (&json!(250), &json!(250)));
    }
}

#[tokio::test]
async fn a_lead_with_records_in_two_months_is_listed_once() {
    let world = World::new();
    let created_at = world.clock.now() - TimeDelta::days(20);
    world.has(Lead { created_at, ..world.due(1) }).await;
    world.has(world.due(1)).await;
    let months: Vec<_> =
        pages(&world, "limit=1").await.iter().map(|page| page["records"][0]["month"].clone()).collect();
    assert_eq!(months, ["2025-12"]);
}

#[rstest]
#[case::plain("x")]
#[case::that_needs_escapes("\"\\")]
#[tokio::test]
async fn a_page_fits_into_an_answer_of_lambda(#[case] text: &str) {
    let world = World::new();
    for n in 0..12 {
        let first_name = text.repeat(600_000 / text.len());
        world.has(Lead { profile: Profile { first_name, ..builders::profile() }, ..world.due(n) }).await;
    }
    let mut query = "limit=1000".to_owned();
    let mut all: Vec<u32> = Vec::new();
    let mut pages = 0;
    loop {
        let answer = world.get(&format!("/records?{query}")).await;
        // Lambda gets the body inside a JSON string.
        assert!(serde_json::to_string(&answer.check(200, json!({})).text).unwrap().len() <= 5_000_000);
        all.extend(ids(&answer.body).into_iter().map(|id| id.parse::<u32>().unwrap()));
        pages += 1;
        let Some(cursor) = answer.body["next_cursor"].as_str() else { break };
        query = format!("limit=1000&cursor={cursor}");
    }
    all.sort_unstable();
    assert_eq!(all, (0..12).collect::<Vec<_>>());
    assert!(pages > 1);
}

#[rstest]
#[case("sort=created")]
#[case("sort=created&order=desc")]
#[case("sort=attempts")]
#[case("sort=last_call&order=desc")]
#[case("order=desc")]
#[case("status=pending&sort=attempts&order=desc")]
#[case("list=1001")]
#[tokio::test]
async fn pages_of_any_order_make_the_whole_list(#[case] query: &str) {
    let world = with_five().await;
    let whole = world.get(&format!("/records?{query}")).await.body;
    let pages = pages(&world, &format!("{query}&limit=2")).await;
    assert_eq!(pages.iter().flat_map(ids).collect::<Vec<_>>(), ids(&whole));
    assert!(pages.len() > 1);
}

async fn csv(world: &World, query: &str) -> Answer {
    let request = Request::get(format!("{BASE}/records{query}")).header("X-API-Key", READ).header("Accept", "text/csv");
    world.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_page_is_a_table_for_who_accepts_csv() {
    let world = World::new();
    let names = Profile { first_name: "=1+1".to_owned(), last_name: "O\"Hara, Jr\n".to_owned(), ..builders::profile() };
    world.has(Lead { profile: names, last_outcome: Some(Outcome::NO_ANSWER), attempts: 1, ..world.due(1) }).await;
    let table = csv(&world, "").await;
    assert_eq!((table.header("content-type"), table.header("x-next-cursor")), ("text/csv; charset=utf-8", ""));
    let expected = "key,month,status,lead_id,phone_number,list_id,first_name,last_name,state,postal_code,attempts,last_outcome,\
        last_call_iso,next_redial_iso,scheduled_callback_iso,created_at_iso,updated_at_iso,is_ready,pause_reason,unreadable_reason\r\n\
        \"1_2125550101\",\"2025-12\",\"pending\",\"1\",\"+12125550101\",\"1001\",\"'=1+1\",\"O\"\"Hara, Jr\n\",\"NY\",\"\",\"1\",\"NO_ANSWER\",\
        \"\",\"2025-12-17T19:00:00Z\",\"\",\"2025-12-17T19:00:00Z\",\"2025-12-17T19:00:00Z\",\"true\",\"\",\"\"\r\n";
    assert_eq!(table.text, expected);
}

#[tokio::test]
async fn pages_of_a_table_follow_one_another() {
    let world = with_five().await;
    let (mut rows, mut query) = (Vec::new(), "?sort=created&limit=2".to_owned());
    loop {
        let table = csv(&world, &query).await;
        rows.extend(table.text.lines().skip(1).map(str::to_owned));
        let cursor = table.header("x-next-cursor");
        if cursor.is_empty() {
            break;
        }
        query = format!("?sort=created&limit=2&cursor={cursor}");
    }
    let whole = csv(&world, "?sort=created").await;
    assert_eq!(rows, whole.text.lines().skip(1).collect::<Vec<_>>());
    assert_eq!(rows.len(), 5);
}

#[tokio::test]
async fn a_table_fits_into_an_answer_of_lambda() {
    let world = World::new();
    for n in 0..12 {
        world
            .has(Lead {
                profile: Profile { first_name: "\u{1}".repeat(200_000), ..builders::profile() },
                ..world.due(n)
            })
            .await;
    }
    let table = csv(&world, "?limit=1000").await;
    assert!(serde_json::to_string(&table.text).unwrap().len() <= 5_000_000);
    assert_ne!(table.header("x-next-cursor"), "");
}

#[tokio::test]
async fn a_table_shows_why_a_record_cannot_be_understood() {
    let world = World::new();
    world.blobs.inner().set("redial-queue/redial-queue_2025-12.json", r#"{"1_2125550101": {"lead_id": "1"}}"#);
    let table = csv(&world, "?status=unreadable").await;
    let row = table.text.lines().nth(1).unwrap();
    assert!(row.starts_with("\"1_2125550101\",\"2025-12\",\"unreadable\",\"\","), "{row}");
    assert_eq!(row.matches("\",\"").count(), 19, "{row}");
    assert!(!row.ends_with("\"\""), "{row}");
}
