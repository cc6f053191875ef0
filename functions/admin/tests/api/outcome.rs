//! What a payload would do.

use crate::world::{ADMIN, World};
use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use redial_domain::builders::call_id;
use redial_domain::{Lead, Line, Outcome, PastCall, Review, Source, Status};
use redial_queue::ports::Clock;
use redial_queue::testing::Operation;
use rstest::rstest;
use serde_json::{Value, json};

/// A finished call of lead 1, with these fields instead.
fn call(fields: Value) -> String {
    let mut call = json!({
        "call_id": "c1", "to": "+12125550101", "status": "completed", "completed": true, "answered_by": "human",
        "corrected_duration": "60", "metadata": {"lead_id": "1"},
    });
    call.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    call.to_string()
}

fn says(words: &str) -> Value {
    json!({"transcripts": [{"user": "user", "text": words}]})
}

fn disposition(status: &str) -> String {
    json!({"lead_id": "1", "phone_number": "2125550101", "status": status, "call_log_id": "77"}).to_string()
}

#[tokio::test]
async fn a_refusal_says_which_words_decided_and_that_the_number_would_be_suppressed() {
    let world = World::new();
    world.has(world.due(1)).await;
    let answer = world.tests_outcome("bland", call(says("Please stop calling me."))).await;
    answer.check(
        200,
        json!({
            "success": true, "judged": "result", "reason": null, "result": "applied", "call_id": "c1", "lead_id": "1",
            "decided": {
                "rule": "do_not_call", "outcome": "DNC", "field": "transcripts", "words": "Please stop calling me.",
                "code_known_from": null,
            },
            "possible_do_not_call_words": null,
            "lead": {
                "lead_id": "1", "month": "2025-12",
                "before": {"status": "pending", "attempts": 0, "next_redial_at": "2025-12-17T19:00:00Z"},
                "after": {"status": "completed", "attempts": 1, "next_redial_at": null},
            },
            "numbers": [{
                "phone_number": "+12125550101", "suppressed_by": "DNC", "was_suppressed": false,
                "possible_do_not_call": false, "on_call_until": null,
            }],
        }),
    );
}

#[tokio::test]
async fn the_record_would_be_what_the_webhook_makes_of_it() {
    let world = World::with(&[("progressive_intervals", "10,60"), ("max_redial_attempts", "3")]);
    let busy = call(json!({"status": "busy", "answered_by": null}));
    let next = |attempts: u32, at: &str| json!({"status": "pending", "attempts": attempts, "next_redial_at": at});
    // A lead that is not known would get a record.
    let new = world.tests_outcome("bland", busy.clone()).await;
    new.check(200, json!({"lead": {"before": null, "after": next(1, "2025-12-17T19:10:00Z")}}));
    world.has(Lead { attempts: 1, ..world.due(1) }).await;
    let second = world.tests_outcome("bland", busy.clone()).await;
    second.check(200, json!({"decided": {"rule": "busy"}, "lead": {"after": next(2, "2025-12-17T20:00:00Z")}}));
    // The settings in force count.
    world.configure(json!({"max_redial_attempts": 2})).await.check(200, json!({}));
    let last = world.tests_outcome("bland", busy).await;
    last.check(200, json!({"lead": {"after": {"status": "max_attempts", "attempts": 2, "next_redial_at": null}}}));
}

#[tokio::test]
async fn a_callback_would_reschedule_the_lead() {
    let world = World::new();
    world.has(world.due(1)).await;
    let at = "2025-12-18T15:00:00Z";
    let answer = world.tests_outcome("bland", call(json!({"variables": {"callback_time": at}}))).await;
    answer.check(
        200,
        json!({
            "decided": {"rule": "callback", "field": "variables.callback_time", "words": at},
            "lead": {"after": {"status": "rescheduled", "next_redial_at": at, "callback_at": at}},
        }),
    );
}

#[tokio::test]
async fn words_that_may_be_a_refusal_would_hold_the_number() {
    let world = World::new();
    world.has(world.due(1)).await;
    let answer = world.tests_outcome("bland", call(says("You keep calling me"))).await;
    answer.check(
        200,
        json!({
            "judged": "result", "decided": {"rule": "confused", "field": null, "words": null},
            "possible_do_not_call_words": "You keep calling me",
            "lead": {"after": {"status": "paused", "possible_do_not_call": true, "next_redial_at": null}},
        }),
    );
    assert_eq!(answer.body["numbers"][0]["possible_do_not_call"], true);
}

#[rstest]
#[case::certain("stop calling me", "do_not_call", "completed", json!("DNC"))]
#[case::possible("you keep calling me", "possible_do_not_call", "paused", json!(null))]
#[tokio::test]
async fn a_refusal_in_a_later_payload_needs_no_result(
    #[case] words: &str,
    #[case] judged: &str,
    #[case] status: &str,
    #[case] suppressed_by: Value,
) {
    let world = World::new();
    world.has(world.due(1)).await;
    let mut later = says(words);
    let fields = json!({"status": null, "answered_by": null, "completed": null});
    later.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let answer = world.tests_outcome("bland", call(later)).await;
    answer.check(
        200,
        json!({
            "judged": judged, "result": "applied", "decided": {"rule": judged, "field": "transcripts", "words": words},
            "lead": {"before": {"status": "pending", "attempts": 0}, "after": {"status": status, "attempts": 0}},
        }),
    );
    assert_eq!(answer.body["numbers"][0]["suppressed_by"], suppressed_by);
}

#[rstest]
#[case("NI", "result", json!({"rule": "disposition:NI", "outcome": "NOT_INTERESTED", "code_known_from": "table"}))]
#[case("OWN", "result", json!({"rule": "disposition:OWN", "outcome": "SALE", "code_known_from": "convoso_dispositions"}))]
#[case("Federal DNC", "result", json!({"outcome": "DNC", "code_known_from": "family", "words": "Federal DNC"}))]
#[case("BUSY", "result", json!({"outcome": "BUSY", "code_known_from": "outcome"}))]
#[case("ZQ9", "result", json!({"outcome": "ZQ9", "code_known_from": "nowhere"}))]
#[case("NEW", "new_lead", json!({"rule": "disposition:NEW", "outcome": null, "code_known_from": "family"}))]
#[case("INCALL", "in_call", json!({"rule": "disposition:INCALL", "outcome": null, "field": "status"}))]
#[tokio::test]
async fn a_disposition_says_where_its_code_is_known_from(
    #[case] status: &str,
    #[case] judged: &str,
    #[case] decided: Value,
) {
    let world = World::with(&[("convoso_dispositions", "OWN=SALE")]);
    let answer = world.tests_outcome("convoso", disposition(status)).await;
    answer.check(200, json!({"judged": judged, "decided": decided, "lead_id": "1"}));
    let form = format!("lead_id=1&phone_number=2125550101&status={}&call_log_id=77", status.replace(' ', "+"));
    assert_eq!(world.tests_outcome("convoso", form).await.text, answer.text, "a form says the same");
}

#[tokio::test]
async fn a_call_with_an_agent_would_hold_the_number() {
    let answer = World::new().tests_outcome("convoso", disposition("INCALL")).await;
    answer.check(200, json!({"judged": "in_call", "result": "held", "lead": null}));
    assert_eq!(answer.body["numbers"][0]["on_call_until"], "2025-12-17T19:30:00Z");
}

#[rstest]
#[case::an_event("bland", r#"{"category": "call"}"#, "not_a_result", "streaming_event")]
#[case::unfinished(
    "bland",
    r#"{"call_id": "c1", "to": "2125550101", "status": "started"}"#,
    "not_a_result",
    "unfinished_call"
)]
#[case::no_call("bland", r#"{"to": "2125550101", "status": "completed"}"#, "unattached", "no_call_id")]
#[case::no_number("convoso", "lead_id=1&status=B&call_log_id=7", "unattached", "no_number")]
#[case::no_lead("convoso", "phone_number=2125550101&status=B&call_log_id=7", "unattached", "no_lead_id")]
#[case::not_valid("convoso", r#"{"phone_number": "2125550101", "status": {}}"#, "not_a_result", "status_not_valid")]
#[tokio::test]
async fn what_changes_no_record_says_why(
    #[case] provider: &str,
    #[case] payload: &'static str,
    #[case] judged: &str,
    #[case] reason: &str,
) {
    let answer = World::new().tests_outcome(provider, payload).await;
    answer.check(200, json!({"judged": judged, "reason": reason, "result": null, "lead": null}));
}

#[tokio::test]
async fn a_do_not_call_without_a_number_concerns_the_numbers_of_its_lead() {
    let world = World::new();
    let told = json!({"lead_id": "1", "phone_number": "911", "status": "DNC"}).to_string();
    let unknown = world.tests_outcome("convoso", told.clone()).await;
    unknown.check(200, json!({"judged": "unattached", "reason": "do_not_call_not_attached", "numbers": []}));
    world.has(world.due(1)).await;
    let known = world.tests_outcome("convoso", told).await;
    known.check(200, json!({"judged": "do_not_call", "lead": {"after": {"status": "completed"}}}));
    assert_eq!(known.body["numbers"][0]["phone_number"], "+12125550101");
}

#[tokio::test]
async fn a_result_without_a_lead_belongs_to_the_record_of_its_number() {
    let world = World::new();
    let busy = || call(json!({"metadata": null, "status": "busy", "answered_by": null}));
    world.tests_outcome("bland", busy()).await.check(200, json!({"reason": "no_lead", "result": null, "lead": null}));
    world.has(world.due(1)).await;
    world.tests_outcome("bland", busy()).await.check(200, json!({"lead": {"lead_id": "1", "after": {"attempts": 1}}}));
}

#[tokio::test]
async fn a_repeat_would_change_nothing() {
    let world = World::new();
    let past = PastCall {
        call: call_id("c1"),
        outcome: Outcome::BUSY,
        at: world.clock.now() - TimeDelta::minutes(5),
        source: Some(Source::Bland),
        attempt: None,
        rule: None,
        callback: None,
        corrected_at: None,
    };
    world.has(Lead { history: vec![past], attempts: 1, ..world.due(1) }).await;
    let answer = world.tests_outcome("bland", call(json!({"status": "busy", "answered_by": null}))).await;
    answer.check(200, json!({"judged": "result", "result": "repeat"}));
    assert_eq!(answer.body["lead"]["before"], answer.body["lead"]["after"]);
}

#[tokio::test]
async fn a_number_that_is_suppressed_stays_so() {
    let world = World::new();
    world.post("/suppressions/2125550101").await;
    let answer = world.tests_outcome("convoso", disposition("NEW")).await;
    answer.check(200, json!({"lead": {"before": null, "after": {"status": "completed"}}}));
    answer.check(200, json!({"judged": "new_lead", "result": "applied"}));
    assert_eq!(answer.body["numbers"][0]["was_suppressed"], true);
}

/// The operations that are no reads.
fn writes(log: &[(Operation, String)]) -> Vec<&(Operation, String)> {
    let is_read = |operation| match operation {
        Operation::Get | Operation::GetMany | Operation::List | Operation::Open | Operation::Suppressed => true,
        Operation::Put | Operation::Delete | Operation::Part | Operation::Upload => false,
    };
    log.iter().filter(|(operation, _)| !is_read(*operation)).collect()
}

#[tokio::test]
async fn nothing_is_stored_whatever_the_payload_says() {
    let world = World::new();
    let review = Review { call: call_id("c0"), words: "not at work".to_owned(), since: world.clock.now() };
    world.has(world.due(1)).await;
    world.has(Lead { status: Status::Paused, review: Some(review.clone()), ..world.due(2) }).await;
    world.has_line(2, &Line { review: Some(review), ..Line::default() }).await;
    let stored = || (world.blobs.inner().all(), world.lines.inner().all(), world.ledger.inner().all());
    let (before, written) = (stored(), [world.blobs.log(), world.ledger.log(), world.lines.log()].map(|log| log.len()));
    let to = |number: &str, fields: Value| {
        let mut body: Value = serde_json::from_str(&call(fields)).unwrap();
        body["to"] = json!(number);
        body.to_string()
    };
    let later = json!({"status": null, "answered_by": null, "completed": null, "concatenated_transcript": "user: stop calling me"});
    let payloads = [
        ("bland", call(says("stop calling me"))),
        ("bland", call(says("you keep calling me"))),
        ("bland", call(json!({"variables": {"callback_time": "2025-12-18T15:00:00Z"}}))),
        ("bland", call(json!({"status": "busy", "metadata": null}))),
        ("bland", to("+12125550102", json!({"metadata": {"lead_id": "2"}}))),
        ("bland", to("+12125550109", says("stop calling me"))),
        ("bland", to("911", later.clone())),
        ("bland", call(later)),
        ("convoso", disposition("NEW")),
        ("convoso", disposition("INCALL")),
        ("convoso", disposition("DNC")),
        ("convoso", disposition("SALE")),
        ("convoso", "phone_number=2125550101&status=B&call_log_id=7".to_owned()),
    ];
    for (provider, payload) in payloads {
        let answer = world.tests_outcome(provider, payload.clone()).await;
        answer.check(200, json!({"success": true}));
        assert!(!answer.body["numbers"].as_array().unwrap().is_empty(), "{payload}: {}", answer.text);
    }
    let logs = [world.blobs.log(), world.ledger.log(), world.lines.log()];
    for (log, written) in logs.iter().zip(written) {
        assert_eq!(writes(&log[written..]), Vec::<&(Operation, String)>::new());
    }
    assert!(stored() == before, "a store has changed");
    assert_eq!(world.trigger.count(), 0);
}

#[rstest]
#[case("bland", "{", "end")]
#[case("bland", "", "")]
#[case("bland", "a=b", "")]
#[case("bland", "[1]", "object")]
#[case("convoso", "", "neither JSON nor a form")]
#[case("convoso", "{\"status\":", "")]
#[tokio::test]
async fn a_body_that_no_webhook_accepts_is_rejected(
    #[case] provider: &str,
    #[case] body: &'static str,
    #[case] said: &str,
) {
    let answer = World::new().tests_outcome(provider, body).await;
    answer.check_refused(400, Some("body"), said);
    answer.check_refused(400, Some("body"), "send the payload as the provider posts it");
}

#[tokio::test]
async fn a_body_of_more_than_a_megabyte_is_rejected() {
    let world = World::new();
    let padded = |bytes: usize| {
        let call = call(json!({"pad": ""}));
        call.replace(r#""pad":"""#, &format!(r#""pad":"{}""#, "x".repeat(bytes - call.len())))
    };
    world.tests_outcome("bland", padded(1024 * 1024)).await.check(200, json!({"judged": "result"}));
    world.tests_outcome("bland", padded(1024 * 1024 + 1)).await.check_refused(413, Some("body"), "larger than 1 MB");
}

#[rstest]
#[case("", "provider is missing")]
#[case("?provider=", "provider is missing")]
#[case("?provider=redial", "allowed: bland or convoso")]
#[case("?provider=Bland", "allowed: bland or convoso")]
#[tokio::test]
async fn the_provider_must_be_named(#[case] query: &str, #[case] said: &str) {
    let world = World::new();
    let answer = world.ask("POST", &format!("/outcome/test{query}"), Some(ADMIN)).await;
    answer.check_refused(400, Some("provider"), said);
    let request = Request::post(format!("{}/outcome/test?provider=bland&dry_run=true", admin::BASE));
    let unknown = world.send(request.header("X-API-Key", ADMIN).body(Body::empty()).unwrap()).await;
    unknown.check_refused(400, Some("dry_run"), "allowed: provider");
    assert!(world.blobs.log().is_empty());
}
