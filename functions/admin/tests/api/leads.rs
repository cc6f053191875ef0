//! Routes about one lead.

use crate::world::{ADMIN, World};
use chrono::TimeDelta;
use redial_domain::builders::{attempt, call_id, held_line, hold, lead_ref};
use redial_domain::{Lead, Review, Status};
use redial_queue::ports::Clock;
use rstest::rstest;
use serde_json::{Value, json};

const PHONE: &str = "phone=+12125550101";

async fn status_of(world: &World, lead_id: &str) -> Value {
    world.get(&format!("/records?lead_id={lead_id}")).await.body["records"][0]["status"].clone()
}

#[tokio::test]
async fn a_lead_can_be_paused_resumed_and_removed() {
    let world = World::new();
    world.has(world.due(1)).await;
    world.post(&format!("/lead/1/pause?{PHONE}")).await.check(200, json!({"success": true, "message": "Lead paused"}));
    assert_eq!(status_of(&world, "1").await, "paused");
    world.post(&format!("/lead/1/pause?{PHONE}")).await.check(200, json!({"success": true}));
    world
        .post(&format!("/lead/1/resume?{PHONE}"))
        .await
        .check(200, json!({"success": true, "message": "Lead resumed"}));
    assert_eq!(status_of(&world, "1").await, "pending");
    let removed = world.ask("DELETE", &format!("/lead/1?{PHONE}"), Some(ADMIN)).await;
    removed.check(200, json!({"success": true, "message": "Lead removed"}));
    assert_eq!(status_of(&world, "1").await, Value::Null);
}

#[tokio::test]
async fn a_possible_do_not_call_is_listed_and_decided() {
    let world = World::new();
    let since = world.clock.now();
    let review = Review { call: call_id("c1"), words: "not at work".to_owned(), since };
    world.has(Lead { status: Status::Paused, review: Some(review), ..world.due(1) }).await;
    world.has(world.due(2)).await;
    let listed = world.get("/records?review=true").await.body;
    assert_eq!(listed["filtered"], 1);
    assert_eq!(listed["records"][0]["pause_reason"], "possible_do_not_call");
    assert_eq!(listed["records"][0]["possible_do_not_call_words"], "not at work");
    let message = "A possible do-not-call waits for a decision. Use confirm-do-not-call or dismiss-do-not-call";
    let resumed = world.post(&format!("/lead/1/resume?{PHONE}")).await;
    resumed.check(200, json!({"success": false, "message": message}));
    world.post(&format!("/lead/1/dismiss-do-not-call?{PHONE}")).await.check(200, json!({"success": true}));
    assert_eq!(status_of(&world, "1").await, "pending");
    let refused = world.post(&format!("/lead/1/confirm-do-not-call?{PHONE}")).await;
    refused.check(200, json!({"success": false}));
}

#[rstest]
#[case("POST", "/lead/1/pause")]
#[case("POST", "/lead/1/resume")]
#[case("POST", "/lead/1/confirm-do-not-call")]
#[case("POST", "/lead/1/dismiss-do-not-call")]
#[case("DELETE", "/lead/1")]
#[case("GET", "/lead/1/explain")]
#[case("GET", "/lead/1")]
#[tokio::test]
async fn a_lead_is_found_by_id_and_phone_number_only(#[case] method: &str, #[case] path: &str) {
    let world = World::new();
    world.has(world.due(2)).await;
    let ask = async |query: &str| world.ask(method, &format!("{path}{query}"), Some(ADMIN)).await;
    ask("").await.check_refused(400, Some("phone"), "missing");
    ask("?phone=").await.check_refused(400, Some("phone"), "missing");
    ask("?phone=911").await.check_refused(400, Some("phone"), "3 digits");
    ask("?phone=2125550101&dryrun=true").await.check_refused(400, Some("dryrun"), "allowed: phone");
    let unknown = ask("?phone=2125550102").await;
    unknown.check(200, json!({"success": false, "message": "Lead not found in the redial queue"}));
}

/// Ids with every character that has a meaning in a URL.
const ODD: [&str; 16] = [
    "a b", "a/b", "/", "a//b", "x/pause", "a?b", "a#b", "a%b", "100%", "a+b", "a&b=c", "a%2Fb", "été", "線/1", "a;b,c",
    "-",
];

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[tokio::test]
async fn any_lead_id_works_in_a_path_and_in_a_query() {
    for odd in ODD {
        let (once, twice) = (escaped(odd), escaped(&escaped(odd)));
        // A gateway may have decoded the path before the function gets it.
        let decoded = admin::gateway_uri(&"/".parse().unwrap(), &format!("/{odd}"), "").path()[1..].to_owned();
        for (path, query) in [
            (once.as_str(), PHONE.to_owned()),
            (&twice, PHONE.to_owned()),
            (&decoded, PHONE.to_owned()),
            ("-", format!("lead_id={once}&{PHONE}")),
            (&once, format!("{PHONE}&lead_id={once}")),
        ] {
            let world = World::new();
            world.has(Lead { id: redial_domain::builders::lead_id(odd), ..world.due(1) }).await;
            let explained = world.get(&format!("/lead/{path}/explain?{query}")).await;
            assert_eq!(explained.body["record"]["lead_id"], odd, "{path}?{query}: {}", explained.text);
            // Decoded, it is the path of another endpoint.
            if path != "x/pause" {
                let shown = world.get(&format!("/lead/{path}?{query}")).await;
                assert_eq!(shown.body["record"]["lead_id"], odd, "{path}?{query}: {}", shown.text);
            }
            world.post(&format!("/lead/{path}/pause?{query}")).await.check(200, json!({"message": "Lead paused"}));
            world.post(&format!("/lead/{path}/resume?{query}")).await.check(200, json!({"message": "Lead resumed"}));
            let removed = world.ask("DELETE", &format!("/lead/{path}?{query}"), Some(ADMIN)).await;
            removed.check(200, json!({"message": "Lead removed"}));
        }
    }
}

#[tokio::test]
async fn of_two_ids_the_one_that_the_path_spells_is_meant() {
    let world = World::new();
    for id in ["a/b", "a%2Fb"] {
        world.has(Lead { id: redial_domain::builders::lead_id(id), ..world.due(1) }).await;
    }
    for (path, id) in [("a%2Fb", "a/b"), ("a%252Fb", "a%2Fb")] {
        let explained = world.get(&format!("/lead/{path}/explain?{PHONE}")).await;
        explained.check(200, json!({"record": {"lead_id": id}}));
    }
}

#[tokio::test]
async fn a_path_and_a_query_that_name_different_leads_are_rejected() {
    let answer = World::new().post(&format!("/lead/1/pause?{PHONE}&lead_id=2")).await;
    answer.check_refused(400, Some("lead_id"), "different leads");
}

#[rstest]
#[case("%FF")]
#[case("%20")]
#[case("a%07b")]
#[tokio::test]
async fn an_invalid_lead_id_is_rejected(#[case] escaped: &str) {
    let answer = World::new().post(&format!("/lead/{escaped}/pause?{PHONE}")).await;
    answer.check_refused(400, Some("lead_id"), "id");
}

#[tokio::test]
async fn a_completed_lead_cannot_be_paused() {
    let world = World::new();
    world.has(Lead { status: Status::Completed, ..world.due(1) }).await;
    let answer = world.post(&format!("/lead/1/pause?{PHONE}")).await;
    answer.check(200, json!({"success": false, "message": "The lead is completed, which does not allow this"}));
}

fn gate<'a>(explanation: &'a Value, name: &str) -> &'a Value {
    explanation["gates"].as_array().unwrap().iter().find(|gate| gate["name"] == name).unwrap()
}

#[tokio::test]
async fn the_explanation_of_a_due_lead_has_every_gate_open() {
    let world = World::new();
    world.has(world.due(1)).await;
    let answer = world.get(&format!("/lead/1/explain?{PHONE}")).await;
    let record = json!({"key": "1_2125550101", "month": "2025-12", "is_ready": true, "minutes_until_next_redial": 0});
    let now = "2025-12-17T19:00:00Z";
    answer.check(200, json!({"success": true, "timestamp": now, "may_dial": true, "next_dial_at": now, "month": "2025-12", "record": record}));
    let names: Vec<_> =
        answer.body["gates"].as_array().unwrap().iter().map(|gate| gate["name"].as_str().unwrap()).collect();
    let all = [
        "enabled",
        "running",
        "business_hours",
        "calling_hours",
        "consent",
        "status",
        "due",
        "attempts",
        "lead_window",
        "not_suppressed",
        "possible_do_not_call",
        "calls_per_number_24h",
        "transfer_quiet",
        "line_free",
    ];
    assert_eq!(names, all);
    let attempts = json!({"name": "attempts", "open": true, "value": 0, "limit": 8, "opens_at": null});
    assert_eq!(gate(&answer.body, "attempts"), &attempts);
    let due = json!({"name": "due", "open": true, "value": now, "limit": now, "opens_at": null});
    assert_eq!(gate(&answer.body, "due"), &due);
}

#[tokio::test]
async fn the_explanation_of_a_paused_lead_has_no_next_dial() {
    let world = World::new();
    world.has(Lead { status: Status::Paused, ..world.due(1) }).await;
    let answer = world.get(&format!("/lead/1/explain?{PHONE}")).await;
    answer.check(
        200,
        json!({"may_dial": false, "next_dial_at": null, "record": {"status": "paused", "is_ready": false}}),
    );
    let closed = json!({"name": "status", "open": false, "value": "paused", "limit": "pending or rescheduled", "opens_at": null});
    assert_eq!(gate(&answer.body, "status"), &closed);
}

#[tokio::test]
async fn the_next_dial_of_a_held_line_is_the_end_of_its_hold() {
    let world = World::new();
    world.has(world.due(1)).await;
    let now = world.clock.now();
    let hold = hold(attempt(1), lead_ref(1, "2025-12"), now, now + TimeDelta::minutes(10));
    world.has_line(1, &held_line(hold)).await;
    let answer = world.get(&format!("/lead/1/explain?{PHONE}")).await;
    answer.check(200, json!({"may_dial": false, "record": {"is_ready": false}}));
    assert_eq!(gate(&answer.body, "line_free")["opens_at"], "2025-12-17T19:10:00Z");
    // The end of the hold does not free the line, but then the provider is asked: no dial is possible sooner.
    assert_eq!(answer.body["next_dial_at"], "2025-12-17T19:10:00Z");
}
