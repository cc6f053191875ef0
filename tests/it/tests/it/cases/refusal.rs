//! What people say, in webhooks of Bland.

use crate::stories::post::{BLAND_SECRET, fixture};
use crate::stories::world::{NOON, World};
use redial_domain::{Lead, Outcome, Status, builders};
use rstest::rstest;
use serde_json::{Value, json};

/// The record after Bland posted the call of the fixture, in which the person said this.
async fn after(said: Option<&str>) -> (World, Lead) {
    let world = World::at(NOON);
    let mut body: Value = serde_json::from_str(&fixture("cases/13-take-me-off-hold.json")).unwrap();
    let phone = builders::phone(1);
    (body["to"], body["metadata"]["lead_id"]) = (json!(phone.as_str()), json!("1"));
    if let Some(said) = said {
        body["transcripts"][1]["text"] = json!(said);
    }
    assert_eq!(world.bland_posts(&body.to_string(), BLAND_SECRET).await, 200);
    let lead = world.lead(1).await;
    (world, lead)
}

#[tokio::test]
async fn a_refusal_in_any_words_suppresses_the_number() {
    for said in fixture("cases/11-dnc-phrases.txt").lines() {
        let (world, lead) = after(Some(said)).await;
        assert_eq!((lead.status, lead.last_outcome), (Status::Completed, Some(Outcome::DNC)), "{said}");
        assert!(world.line(1).await.suppressed.is_some(), "{said}");
    }
}

#[tokio::test]
async fn what_only_resembles_a_refusal_does_not_suppress() {
    let (world, lead) = after(None).await;
    assert_eq!((lead.status, lead.last_outcome), (Status::Pending, Some(Outcome::CONFUSED)));
    let line = world.line(1).await;
    assert_eq!((line.suppressed, line.review), (None, None));
}

#[rstest]
#[case("You have the wrong number.", Status::Completed, Outcome::BAD_NUMBER)]
#[case("Número equivocado.", Status::Completed, Outcome::BAD_NUMBER)]
#[case("Don't call me at work.", Status::Paused, Outcome::CONFUSED)]
#[tokio::test]
async fn a_wrong_number_completes_the_lead_and_a_doubt_pauses_it(
    #[case] said: &str,
    #[case] status: Status,
    #[case] outcome: Outcome,
) {
    let (_, lead) = after(Some(said)).await;
    assert_eq!((lead.status, lead.last_outcome), (status, Some(outcome)));
    assert_eq!(lead.review.is_some(), status == Status::Paused);
}
