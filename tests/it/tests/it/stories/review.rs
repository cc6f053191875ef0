//! A possible do-not-call: nobody dials the number until a person has decided.

use super::world::{NOON, World};
use redial_domain::builders;
use redial_domain::verdict::GateName;
use redial_domain::{CallResult, Command, Outcome, Status};
use redial_queue::usecase::admin::{Filter, Query, Steered};
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
    let page = world
        .admin
        .browse(&Query { filter: Filter { review: true, ..Filter::default() }, limit: 10, ..Query::default() })
        .await
        .unwrap();
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
    assert_eq!(decide(&world, Command::ConfirmDoNotCall).await, Steered::Unchanged, "given twice");
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

/// What was said in another call does not get lost behind the first doubt.
#[tokio::test]
async fn a_second_possible_refusal_is_listed_with_the_first_and_decided_by_its_call() {
    let world = in_doubt().await;
    let second = CallResult { possible_refusal: Some("don't call at night".to_owned()), ..said(&world, "c2") };
    world.take_in(second).await;
    assert_eq!(listed(&world).await, [format!("don't call at night / {WORDS}")]);
    decide(&world, Command::DismissDoNotCall).await;
    assert_eq!(world.lead(1).await.dismissed.unwrap().as_str(), "c2");
}

/// The line has the words before the record, so a crash or a repeat with other words must not drop them.
#[tokio::test]
async fn a_repeat_with_words_that_the_first_payload_did_not_have_asks_a_person() {
    let world = World::at(NOON);
    world.take_in(world.call(1, "c1", "CONFUSED")).await;
    assert_eq!(world.take_in(said(&world, "c1")).await, Ingested::Repeat);
    assert_eq!((world.lead(1).await.status, listed(&world).await.len()), (Status::Paused, 1));
    world.wait(24 * 60);
    World::dialed(&world.runs().await, 0);
}

#[tokio::test]
async fn a_possible_refusal_of_a_removed_lead_is_listed_by_the_next_lead_of_the_number() {
    let world = in_doubt().await;
    decide(&world, Command::Remove).await;
    assert_eq!(listed(&world).await, Vec::<String>::new());
    world.wait(60);
    World::dialed(&world.runs().await, 0);
    assert_eq!(listed(&world).await, [WORDS]);
    let (twin, phone) = (builders::lead_id("2"), builders::phone(1));
    let confirmed = world.admin.steer(&builders::operator(), &twin, &phone, Command::ConfirmDoNotCall).await;
    assert_eq!(confirmed.unwrap(), Steered::Done);
    assert!(world.line(1).await.suppressed.is_some());
}

#[tokio::test]
async fn to_dismiss_with_a_wrong_id_does_nothing() {
    let world = in_doubt().await;
    let (wrong, phone) = (builders::lead_id("3"), builders::phone(1));
    let dismissed = world.admin.steer(&builders::operator(), &wrong, &phone, Command::DismissDoNotCall).await;
    assert_eq!(dismissed.unwrap(), Steered::UnknownLead);
    assert_eq!(listed(&world).await, [WORDS]);
}

#[tokio::test]
async fn a_possible_refusal_leaves_a_lead_at_its_limit_where_it_is() {
    let world = World::with(NOON, &[("max_redial_attempts", "1")]);
    world.ends(1, "c1", "BUSY").await;
    world.take_in(said(&world, "c2")).await;
    assert_eq!((world.lead(1).await.status, listed(&world).await.len()), (Status::MaxAttempts, 1));
    decide(&world, Command::DismissDoNotCall).await;
    assert_eq!(world.lead(1).await.status, Status::MaxAttempts);
}
