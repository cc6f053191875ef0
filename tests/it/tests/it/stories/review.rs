//! A possible do-not-call: nobody dials the number until a person has decided.

use super::world::{NOON, World};
use redial_domain::builders;
use redial_domain::verdict::GateName;
use redial_domain::{CallResult, Command, Outcome, Status};
use redial_queue::usecase::admin::{Query, Steered};
use redial_queue::usecase::ingest::Ingested;

const WORDS: &str = "my wife said don't call me at work";

/// A lead and its twin with the same number, after a call in which the person may have refused further calls.
async fn in_doubt() -> World {
    let world = World::at(NOON);
    let twin = redial_domain::Lead { phone: builders::phone(1), ..builders::lead(2, world.now()) };
    world.imported(twin, &world.month()).await;
    world.take_in(said(&world, "c1")).await;
    world
}

fn said(world: &World, call: &str) -> CallResult {
    CallResult { possible_refusal: Some(WORDS.to_owned()), ..world.call(1, call, "CONFUSED") }
}

async fn decide(world: &World, what: Command) -> Steered {
    let (id, phone) = (builders::lead_id("1"), builders::phone(1));
    world.admin.steer(&builders::operator(), &id, &phone, what).await.unwrap()
}

async fn listed(world: &World) -> Vec<String> {
    let page = world.admin.browse(&Query { review: true, limit: 10, ..Query::default() }).await.unwrap();
    page.records.into_iter().filter_map(|view| Some(view.found.lead.review?.words)).collect()
}

#[tokio::test]
async fn nobody_dials_any_lead_of_the_number_until_it_is_dismissed() {
    let world = in_doubt().await;
    world.wait(24 * 60);
    World::dialed(&world.runs().await, 0);
    assert_eq!(world.lead(1).await.status, Status::Paused);
    assert_eq!(listed(&world).await, [WORDS]);
    let twin = world.admin.explain(&builders::lead_id("2"), &builders::phone(1)).await.unwrap().unwrap();
    assert_eq!(twin.verdict.first_closed().unwrap().name, GateName::PossibleDoNotCall);
    assert_eq!(decide(&world, Command::Resume).await, Steered::Impossible(Status::Paused));
    assert_eq!(decide(&world, Command::DismissDoNotCall).await, Steered::Done);
    assert_eq!(listed(&world).await, Vec::<String>::new());
    assert_eq!(world.runs().await.calls_made, 1, "one call at a time");
}

#[tokio::test]
async fn a_confirmed_one_suppresses_the_number_and_completes_its_leads() {
    let world = in_doubt().await;
    assert_eq!(decide(&world, Command::ConfirmDoNotCall).await, Steered::Done);
    assert_eq!(decide(&world, Command::ConfirmDoNotCall).await, Steered::Done, "given twice");
    World::dialed(&world.runs().await, 0);
    let lead = world.lead(1).await;
    assert_eq!((lead.status, lead.last_outcome, lead.review), (Status::Completed, Some(Outcome::DNC), None));
    assert_eq!(world.lead(2).await.status, Status::Completed);
    assert_eq!(world.line(1).await.suppressed.unwrap().reason, Outcome::DNC);
}

#[tokio::test]
async fn a_later_result_leaves_the_decision_open_and_a_certain_refusal_ends_it() {
    let world = in_doubt().await;
    world.ends(1, "c2", "BUSY").await;
    world.asks_for(1, "c3", "2025-12-18T20:00:00Z").await;
    assert_eq!((world.lead(1).await.status, listed(&world).await.len()), (Status::Paused, 1));
    world.ends(1, "c4", "DNC").await;
    assert_eq!((world.lead(1).await.status, listed(&world).await.len()), (Status::Completed, 0));
    assert_eq!(world.line(1).await.review, None);
}

#[tokio::test]
async fn a_repeat_of_the_result_does_not_ask_again_what_was_decided() {
    let world = in_doubt().await;
    decide(&world, Command::DismissDoNotCall).await;
    // By then the line has forgotten the call.
    world.wait(25 * 60);
    assert_eq!(world.take_in(said(&world, "c1")).await, Ingested::Repeat);
    assert_eq!((world.line(1).await.review, world.lead(1).await.review), (None, None));
}

#[tokio::test]
async fn without_a_doubt_there_is_nothing_to_confirm() {
    let world = World::at(NOON);
    world.ends(1, "c1", "BUSY").await;
    assert_eq!(decide(&world, Command::ConfirmDoNotCall).await, Steered::Impossible(Status::Pending));
    assert_eq!(world.line(1).await.suppressed, None);
}
