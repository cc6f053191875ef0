//! Do-not-calls and calls that only an uploaded month knows.

use crate::stories::post::fixture;
use crate::stories::world::World;
use redial_domain::builders;
use redial_domain::verdict::GateName;
use redial_domain::{Lead, LeadId, Outcome, Phone, Status};
use redial_formats::month_v1::Leaf;
use rstest::rstest;

/// A Friday, 14:00 in New York.
const NOON: &str = "2026-11-27T19:00:00Z";

/// Uploads the month of a case. Its times are seconds from now, written `"@-60"`.
async fn upload(world: &World, case: &str) -> Vec<Lead> {
    let mut parts = fixture(&format!("cases/{case}")).split('"').map(str::to_owned).collect::<Vec<_>>();
    for part in &mut parts {
        if let Some(seconds) = part.strip_prefix('@') {
            let seconds: i64 = seconds.parse().unwrap();
            *part = (world.now().timestamp_millis() + 1000 * seconds).to_string();
        }
    }
    let body = parts.join("\"");
    let leaf = Leaf::parse(body.as_bytes()).unwrap();
    world.blobs.inner().set("redial-queue/redial-queue_2026-11.json", body);
    leaf.leads().map(|(_, lead)| lead.unwrap()).collect()
}

/// The replaced system wrote a do-not-call in words of its own.
#[rstest]
#[case("DNC")]
#[case("BAD_NUMBER")]
#[tokio::test]
async fn a_do_not_call_of_an_uploaded_month_suppresses_the_number_of_its_other_leads(#[case] outcome: &str) {
    let world = World::with(NOON, &[("running", "false")]);
    let leads = upload(&world, "44-month-sms-stop.json").await;
    let refused = Lead { last_outcome: Outcome::parse(outcome), ..leads[0].clone() };
    world.imported(refused, "2026-11").await;
    world.runs().await;
    let line = world.run.stores.lines.get(&leads[1].phone).await.unwrap();
    assert_eq!(line.suppressed.unwrap().reason.as_str(), outcome);
    let found = world.run.stores.records.scan(&["2026-11"].map(builders::month)).await.unwrap().found;
    assert_eq!(found.iter().map(|found| found.lead.status).collect::<Vec<_>>(), [Status::Completed; 2]);
}

#[tokio::test]
async fn a_ninth_call_is_not_made_after_eight_that_only_an_uploaded_record_knows() {
    let world = World::at(NOON);
    let lead = upload(&world, "46-month-eight-calls-today.json").await.remove(0);
    check_capped(&world, &lead.id, &lead.phone).await;
}

/// As the file, but the calls have no id.
#[tokio::test]
async fn calls_without_an_id_are_counted_by_their_time() {
    let world = World::at(NOON);
    let lead = upload(&world, "46-month-eight-calls-today.json").await.remove(0);
    let key = "redial-queue/redial-queue_2026-11.json";
    let body = String::from_utf8(world.blobs.inner().all()[key].to_vec()).unwrap();
    world.blobs.inner().set(key, body.replace("\"call_id\"", "\"another_id\"").replace("last_call_id", "its_id"));
    check_capped(&world, &lead.id, &lead.phone).await;
}

async fn check_capped(world: &World, id: &LeadId, phone: &Phone) {
    World::dialed(&world.runs().await, 0);
    let explained = world.admin.explain(id, phone).await.unwrap().unwrap();
    assert_eq!(explained.verdict.first_closed().map(|gate| gate.name), Some(GateName::CallsPerNumber));
    assert_eq!(world.admin.overview().await.unwrap().ready, 0, "the count agrees with the run");
}

/// The number is readable and the refusal is, the rest is not: the number is suppressed for its other lead.
#[rstest]
#[case::unreadable_name(r#""first_name":false,"outcomes":["DNC"],"status":"pending""#)]
#[case::unreadable_count(r#""attempts":"many","last_outcome":"Do not call","status":"pending""#)]
#[case::status_of_another_system(r#""outcomes":[],"status":"opted_out""#)]
#[case::call_without_an_id(r#""outcomes":[],"status":"pending","call_history":[{"outcome":"DNC","at":1}]"#)]
#[tokio::test]
async fn a_do_not_call_of_a_partly_readable_record_suppresses_its_number(#[case] fields: &str) {
    let world = World::at(NOON);
    let twin = Lead { phone: builders::phone(1), ..builders::lead(2, world.now()) };
    let phone = twin.phone.clone();
    let (national, now) = (phone.national(), world.now().timestamp_millis());
    let refused =
        format!(r#""9_{national}":{{"lead_id":"9","phone_number":"{national}","created_at":{now},{fields}}}"#);
    world.imported(twin, &world.month()).await;
    let key = format!("redial-queue/redial-queue_{}.json", world.month());
    let body = String::from_utf8(world.blobs.inner().all()[&key].to_vec()).unwrap();
    world.blobs.inner().set(&key, body.replacen('{', &format!("{{{refused},"), 1));
    assert_eq!(world.runs().await.calls_made, 0);
    let explained = world.admin.explain(&builders::lead_id("2"), &phone).await.unwrap().unwrap();
    assert!(!explained.verdict.may_dial());
    assert!(world.line(1).await.suppressed.is_some());
}
