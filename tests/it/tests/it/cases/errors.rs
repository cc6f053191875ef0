//! Errors of the provider, and flags as words.

use crate::stories::post::{BLAND_SECRET, fixture};
use crate::stories::world::World;
use redial_domain::builders::lead_id;
use redial_domain::{Lead, Month, Status};
use rstest::rstest;

/// The record of the case after its webhook, and whether its number is suppressed.
async fn posted(world: &World, case: &str, body: &str) -> (Lead, bool) {
    assert_eq!(world.bland_posts(body, BLAND_SECRET).await, 200, "{case}");
    let months = Month::open(world.now(), chrono_tz::America::New_York, 366);
    let found = world.run.stores.records.scan(&months).await.unwrap().found;
    let lead = found.into_iter().map(|found| found.lead).find(|lead| lead.id == lead_id(case)).unwrap();
    let line = world.run.stores.lines.read(&lead.phone).await.unwrap();
    (lead, line.is_some_and(|line| line.value.suppressed.is_some()))
}

#[rstest]
#[case("case-15", "15-error-disconnected.json", "FAILED")]
#[case("case-16", "16-complete-error.json", "CONFUSED")]
#[case("case-22", "22-callback-requested-yes.json", "CALLBACK")]
#[tokio::test]
async fn a_case_has_its_right_outcome(#[case] case: &str, #[case] file: &str, #[case] outcome: &str) {
    let world = World::at("2026-11-27T19:00:00Z");
    let (lead, suppressed) = posted(&world, case, &fixture(&format!("cases/{file}"))).await;
    assert_eq!(lead.last_outcome.as_ref().map(|outcome| outcome.as_str()), Some(outcome));
    assert!(!suppressed, "the number of {file} is suppressed");
    assert_eq!(lead.status == Status::Pending, outcome != "CALLBACK", "{:?}", lead.status);
}

#[rstest]
#[case("The number you dialed is not in service", "BAD_NUMBER")]
#[case("Transfer number not found", "FAILED")]
#[case("Pathway not found", "FAILED")]
#[tokio::test]
async fn only_a_message_about_the_called_number_suppresses_it(#[case] message: &str, #[case] outcome: &str) {
    let world = World::at("2026-11-27T19:00:00Z");
    let body = fixture("cases/15-error-disconnected.json");
    let body = body.replace("Media stream disconnected before the agent could start", message);
    let (lead, suppressed) = posted(&world, "case-15", &body).await;
    assert_eq!(lead.last_outcome.as_ref().map(|outcome| outcome.as_str()), Some(outcome));
    assert_eq!(suppressed, outcome == "BAD_NUMBER");
}

#[rstest]
#[case("complete_error", "CONFUSED")]
#[case("completed_error", "CONFUSED")]
#[case("post_call_error", "CONFUSED")]
#[case("Post-Call Error", "CONFUSED")]
#[case("queue_error", "FAILED")]
#[case("call_error", "FAILED")]
#[case("pre_queue_error", "FAILED")]
#[case("error", "FAILED")]
#[tokio::test]
async fn an_error_after_the_call_is_no_error_of_the_call(#[case] queue_status: &str, #[case] outcome: &str) {
    let world = World::at("2026-11-27T19:00:00Z");
    let body = fixture("cases/16-complete-error.json").replace("complete_error", queue_status);
    for error in ["null", r#""The transcript could not be analysed""#] {
        let body = body.replace("\"error_message\": null", &format!("\"error_message\": {error}"));
        let (lead, _) = posted(&world, "case-16", &body).await;
        assert_eq!(lead.last_outcome.as_ref().map(|outcome| outcome.as_str()), Some(outcome));
    }
}
