//! What Convoso tells of its own calls: corrections, do-not-calls by any code, calls in progress, and inbound calls.
#![expect(clippy::unwrap_used, reason = "a case that cannot be read is a failed test")]

use crate::stories::post::fixture;
use crate::stories::world::{NOON, World};
use redial_domain::verdict::{Facts, GateName, verdict};
use redial_domain::{Lead, LeadId, Line, Month, Outcome, Phone, Status};
use redial_queue::ports::{LineStore, Metric};
use rstest::rstest;
use serde_json::{Value, json};

/// Posts a body, or each of a list of bodies, and expects that all are taken in.
async fn posts(world: &World, bodies: &Value) {
    let one = [bodies.clone()];
    for body in bodies.as_array().map_or(&one[..], Vec::as_slice) {
        assert_eq!(world.convoso_posts(&body.to_string()).await, 200, "{body}");
    }
}

fn case(name: &str) -> Value {
    serde_json::from_str(&fixture(&format!("cases/{name}"))).unwrap()
}

/// A disposition of the call `9` of lead 5.
fn disposition(status: &str) -> Value {
    json!({"lead_id": "5", "phone_number": "2125550105", "status": status, "call_log_id": "9", "call_type": "OUTBOUND"})
}

async fn record(world: &World, id: &str) -> Option<Lead> {
    let months = Month::open(world.now(), chrono_tz::America::New_York, 30);
    let found = world.run.stores.records.scan(&months).await.unwrap().found;
    let id = LeadId::parse(id).unwrap();
    found.into_iter().map(|found| found.lead).find(|lead| lead.id == id)
}

async fn line(world: &World, number: &str) -> Line {
    let line = world.lines.get(&Phone::parse(number).unwrap()).await.unwrap();
    line.map(|line| line.value).unwrap_or_default()
}

#[rstest]
#[case("23-redisposition-dnc.json", "case-23", Outcome::DNC)]
#[case("24-redisposition-sale.json", "case-24", Outcome::SALE)]
#[tokio::test]
async fn a_corrected_disposition_counts_once(#[case] name: &str, #[case] lead: &str, #[case] outcome: Outcome) {
    let world = World::at(NOON);
    let bodies = case(name);
    posts(&world, &bodies).await;
    posts(&world, &bodies[1]).await;
    let lead = record(&world, lead).await.unwrap();
    assert_eq!((lead.status, lead.attempts, lead.outcomes), (Status::Completed, 1, vec![outcome.clone()]));
    assert_eq!(
        line(&world, bodies[0]["phone_number"].as_str().unwrap()).await.suppressed.is_some(),
        outcome.suppresses()
    );
    world.wait(60);
    World::dialed(&world.runs().await, 0);
}

#[tokio::test]
async fn a_sale_that_is_corrected_to_no_answer_is_dialed_again() {
    let world = World::at(NOON);
    posts(&world, &json!([disposition("SALE"), disposition("NA")])).await;
    let lead = record(&world, "5").await.unwrap();
    assert_eq!((lead.status, lead.attempts, lead.last_outcome), (Status::Pending, 1, Some(Outcome::NO_ANSWER)));
    world.wait(60);
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_do_not_call_that_is_corrected_stays_on_the_line() {
    let world = World::at(NOON);
    posts(&world, &json!([disposition("DNC"), disposition("NA")])).await;
    assert_eq!(record(&world, "5").await.unwrap().status, Status::Completed);
    assert!(line(&world, "2125550105").await.suppressed.is_some());
}

/// The other examples are codes of Convoso's list and labels that accounts write.
#[tokio::test]
async fn every_code_of_the_do_not_call_family_suppresses_the_number() {
    let family = fixture("cases/28-dnc-family.txt");
    let all = "DNC DNCA DNCC DNCDEC DNCL DNCLCC DNCNFD DNCQ DNCRT DNCW DNC_LIST DNC2 dnc";
    let labels = ["DNC - Requested", "Do Not Call", "Do not contact"];
    for code in family.lines().chain(all.split(' ')).chain(labels) {
        let world = World::at(NOON);
        posts(&world, &disposition(code)).await;
        assert!(line(&world, "2125550105").await.suppressed.is_some(), "{code}");
        assert_eq!(record(&world, "5").await.unwrap().status, Status::Completed, "{code}");
    }
}

#[rstest]
#[case("INCALL")]
#[case("PU")]
#[case("QUEUE")]
#[case("DISPO")]
#[case("In Call")]
#[tokio::test]
async fn a_person_on_the_phone_with_an_agent_is_not_dialed(#[case] code: &str) {
    let world = World::at(NOON);
    let mut body = case("29-lead-in-call.json");
    body["status"] = json!(code);
    posts(&world, &body).await;
    assert_eq!(record(&world, "case-29").await, None, "it makes no record");
    let new = json!({"lead_id": "case-29", "phone_number": "2395550129", "status": "NEW"});
    posts(&world, &new).await;
    World::dialed(&world.runs().await, 0);
    let (lead, held) = (record(&world, "case-29").await.unwrap(), line(&world, "2395550129").await);
    assert_eq!((lead.attempts, lead.status), (0, Status::Pending));
    let policy = world.run.stores.settings.policy().await.unwrap();
    let verdict = verdict(&Facts { lead: &lead, line: Some(&held), now: world.now(), policy: &policy });
    let free = verdict.gates.iter().find(|gate| gate.name == GateName::LineFree).unwrap();
    assert_eq!(free.value.to_string(), "on a call with an agent");
    world.wait(31);
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn an_inbound_call_of_convoso_is_a_call_but_no_attempt() {
    for (field, word) in [("call_type", "INBOUND"), ("call_type", "Inbound"), ("direction", "IN")] {
        let world = World::at(NOON);
        let mut body = case("30-inbound-call-type.json");
        body.as_object_mut().unwrap().remove("call_type");
        body[field] = json!(word);
        posts(&world, &body).await;
        let lead = record(&world, "case-30").await.unwrap();
        assert_eq!((lead.attempts, lead.history.len()), (0, 1), "{field} {word}");
        assert_eq!(line(&world, "2395550130").await.recent_calls(world.now()).len(), 1);
    }
}

#[tokio::test]
async fn unknown_dispositions_are_counted_by_code_without_what_may_be_personal() {
    let world = World::at(NOON);
    for (log, status) in ["XQ17", "2125550105", "Jane said later", "NI", "DNC9", "BUSY"].iter().enumerate() {
        let mut body = disposition(status);
        body["call_log_id"] = json!(log.to_string());
        posts(&world, &body).await;
    }
    let unknown = world.meter.readings().into_iter().filter(|reading| reading.metric == Metric::UnknownDispositions);
    assert_eq!(unknown.filter_map(|reading| reading.label).collect::<Vec<_>>(), ["XQ17", "OTHER", "OTHER"]);
}
