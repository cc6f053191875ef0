//! Operators give one command to many leads.

mod failures;

use super::world::{NOON, World};
use chrono::TimeDelta;
use redial_domain::{
    Actor, Bulk, BulkCommand, BulkState, Command, Effects, Impossible, Lead, NotConfirmable, Status, Stop, builders,
};
use redial_queue::store::{bulk, records};
use redial_queue::testing::{Fault, Operation};
use redial_queue::usecase::admin::{BulkPreview, Filter, NotConfirmed, Steered};
use redial_queue::usecase::ingest::Ingested;
use rstest::rstest;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The filter for leads with this status.
fn with_status(status: Status) -> Filter {
    Filter { status: Some(status), ..Filter::default() }
}

async fn preview(world: &World, what: BulkCommand, filter: &Filter) -> BulkPreview {
    let given = BTreeMap::from([("status".to_owned(), "pending".to_owned())]);
    world.admin.preview_bulk(&builders::operator(), what, filter, given).await.unwrap()
}

/// The token of a preview of all leads with this status.
async fn token(world: &World, what: BulkCommand, status: Status) -> String {
    preview(world, what, &with_status(status)).await.id.unwrap()
}

async fn confirm(world: &World, what: BulkCommand, token: &str) -> Result<Bulk, NotConfirmed> {
    Ok(world.admin.confirm_bulk(&builders::operator(), what, token).await?.1)
}

async fn confirmed(world: &World, what: BulkCommand, token: &str) -> Bulk {
    confirm(world, what, token).await.unwrap()
}

/// A command is confirmed, and the process dies before the first lead has got it.
async fn confirmed_only(world: &World, what: BulkCommand, token: &str) {
    world.blobs.otherwise(|operation, key| match operation {
        Operation::List if key.starts_with(bulk::COMMANDS) => Fault::Lost,
        _ => Fault::None,
    });
    assert_eq!(confirmed(world, what, token).await.tried, 0);
    world.blobs.heal();
}

async fn progress(world: &World, token: &str) -> Bulk {
    world.admin.bulk_progress(token).await.unwrap().unwrap().1
}

async fn steer(world: &World, n: u32, command: Command) -> Steered {
    let (id, phone) = (builders::lead_id(&n.to_string()), builders::phone(n));
    world.admin.steer(&builders::operator(), &id, &phone, command).await.unwrap()
}

async fn statuses(world: &World, leads: std::ops::Range<u32>) -> Vec<Status> {
    let mut statuses = Vec::new();
    for n in leads {
        statuses.push(world.lead(n).await.status);
    }
    statuses
}

#[tokio::test]
async fn a_preview_shows_what_would_be_done_and_changes_nothing() {
    let world = World::at(NOON);
    world.due_leads(12).await;
    steer(&world, 11, Command::Pause).await;
    world.ends(10, "c1", "SALE").await;
    let before = (world.blobs.inner().all(), world.lines.inner().all(), world.entries().len());
    let shown = preview(&world, BulkCommand::Pause, &Filter::default()).await;
    let impossible = BTreeMap::from([(Impossible::Completed, 1)]);
    assert_eq!(shown.effects, Effects { changed: 10, unchanged: 1, impossible });
    assert_eq!((shown.selection.leads, shown.sample.len()), (12, 10));
    let mut after = world.blobs.inner().all();
    after.retain(|key, _| !key.starts_with(bulk::SELECTIONS));
    assert_eq!((after, world.lines.inner().all(), world.entries().len()), before);
    World::dialed(&world.runs().await, 10);
    assert_eq!(world.admin.bulk_progress(&shown.id.unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn a_preview_without_leads_has_nothing_to_confirm() {
    let world = World::at(NOON);
    assert_eq!(preview(&world, BulkCommand::Remove, &Filter::default()).await.id, None);
}

#[tokio::test]
async fn exactly_the_previewed_leads_are_paused_whatever_they_are_by_then() {
    let world = World::at(NOON);
    world.due_leads(3).await;
    let token = token(&world, BulkCommand::Pause, Status::Pending).await;
    // One of them has another status by then, and another lead would match.
    world.asks_for(1, "c1", "2025-12-17T21:00:00Z").await;
    world.imported(builders::lead(7, world.now()), &world.month()).await;
    let bulk = confirmed(&world, BulkCommand::Pause, &token).await;
    assert_eq!((&bulk.state, bulk.tried, bulk.effects.changed), (&BulkState::Done, 3, 3));
    assert_eq!(statuses(&world, 0..3).await, [Status::Paused; 3]);
    World::dialed(&world.runs().await, 1);
    assert_eq!(world.dials(7).len(), 1);
}

#[tokio::test]
async fn a_command_has_one_entry_in_the_ledger_and_each_of_its_leads_has_one() {
    let world = World::at(NOON);
    world.due_leads(3).await;
    let id = token(&world, BulkCommand::Remove, Status::Pending).await;
    confirmed(&world, BulkCommand::Remove, &id).await;
    confirmed(&world, BulkCommand::Remove, &id).await;
    let entries = world.entries();
    let kinds: Vec<_> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["bulk", "steered", "steered", "steered"]);
    let bulk = serde_json::json!({"id": id, "filter": "status=pending", "leads": 3});
    assert_eq!((&entries[0]["bulk"], &entries[0]["command"]), (&bulk, &"remove".into()));
    for (number, entry) in entries[1..].iter().enumerate() {
        assert_eq!((&entry["id"], &entry["outcome"]), (&format!("{id}:{number}").into(), &"given".into()));
    }
}

#[tokio::test]
async fn leads_are_removed_from_every_month_and_what_they_say_of_their_numbers_stays() {
    let world = World::at(NOON);
    world.imported(builders::lead(0, world.now() - TimeDelta::days(30)), "2025-11").await;
    world.due_leads(2).await;
    world.ends(1, "c1", "BUSY").await;
    let token = preview(&world, BulkCommand::Remove, &Filter::default()).await.id.unwrap();
    assert_eq!(confirmed(&world, BulkCommand::Remove, &token).await.effects.changed, 2);
    assert_eq!((world.records_of(0).await.len(), world.records_of(1).await.len()), (0, 0));
    assert_eq!(world.line(1).await.calls.len(), 1);
}

#[tokio::test]
async fn paused_leads_are_resumed_and_dialed() {
    let world = World::at(NOON);
    world.due_leads(3).await;
    let pause = token(&world, BulkCommand::Pause, Status::Pending).await;
    confirmed(&world, BulkCommand::Pause, &pause).await;
    World::dialed(&world.runs().await, 0);
    let resume = token(&world, BulkCommand::Resume, Status::Paused).await;
    assert_eq!(confirmed(&world, BulkCommand::Resume, &resume).await.effects.changed, 3);
    World::dialed(&world.runs().await, 3);
}

/// Two operators at once: a pause that was answered holds.
#[rstest]
#[case::resumed_in_between(true)]
#[case::still_paused(false)]
#[tokio::test]
async fn a_lead_that_another_operator_has_paused_since_the_preview_is_not_resumed(#[case] is_resumed: bool) {
    let world = World::at(NOON);
    world.due_leads(2).await;
    for n in 0..2 {
        steer(&world, n, Command::Pause).await;
    }
    let token = token(&world, BulkCommand::Resume, Status::Paused).await;
    confirmed_only(&world, BulkCommand::Resume, &token).await;
    world.wait(1);
    if is_resumed {
        steer(&world, 0, Command::Resume).await;
        world.wait(1);
    }
    steer(&world, 0, Command::Pause).await;
    World::dialed(&world.runs().await, 1);
    assert_eq!((world.dials(0).len(), world.dials(1).len()), (0, 1));
    let bulk = progress(&world, &token).await;
    let impossible = BTreeMap::from([(Impossible::ChangedSincePreview, 1)]);
    assert_eq!((bulk.state, bulk.effects), (BulkState::Done, Effects { changed: 1, unchanged: 0, impossible }));
}

#[tokio::test]
async fn a_lead_that_came_in_again_since_the_preview_is_not_removed() {
    let world = World::at(NOON);
    world.due_leads(2).await;
    let token = token(&world, BulkCommand::Remove, Status::Pending).await;
    steer(&world, 0, Command::Remove).await;
    world.wait(1);
    assert_eq!(world.ends(0, "c1", "BUSY").await, Ingested::Applied);
    let bulk = confirmed(&world, BulkCommand::Remove, &token).await;
    assert_eq!(bulk.effects.impossible, BTreeMap::from([(Impossible::ChangedSincePreview, 1)]));
    assert_eq!((world.lead(0).await.attempts, world.records_of(1).await.len()), (1, 0));
}

#[tokio::test]
async fn leads_without_a_record_or_that_wait_for_a_decision_are_counted_with_the_reason() {
    let world = World::at(NOON);
    world.due_leads(2).await;
    let said = world.call(1, "c1", "CONFUSED");
    let in_doubt = redial_domain::CallResult { possible_refusal: Some("not at work".to_owned()), ..said };
    world.take_in(in_doubt).await;
    let token = preview(&world, BulkCommand::Resume, &Filter::default()).await.id.unwrap();
    steer(&world, 0, Command::Remove).await;
    let bulk = confirmed(&world, BulkCommand::Resume, &token).await;
    let impossible = BTreeMap::from([(Impossible::Gone, 1), (Impossible::PossibleDoNotCall, 1)]);
    assert_eq!(bulk.effects, Effects { impossible, ..Effects::default() });
}

#[tokio::test]
async fn nobody_is_dialed_while_a_pause_is_unfinished_and_a_run_finishes_it() {
    let world = World::at(NOON);
    world.due_leads(3).await;
    let token = token(&world, BulkCommand::Pause, Status::Pending).await;
    world.imported(builders::lead(7, world.now()), &world.month()).await;
    confirmed_only(&world, BulkCommand::Pause, &token).await;
    let too_short = world.run.execute(world.now() + TimeDelta::seconds(20)).await;
    World::stopped(&too_short, Stop::BulkUnfinished);
    World::dialed(&world.second_instance(&[]).execute(world.now() + TimeDelta::minutes(4)).await, 1);
    assert_eq!((world.dials(7).len(), progress(&world, &token).await.state), (1, BulkState::Done));
}

#[tokio::test]
async fn a_resume_that_is_unfinished_holds_nobody_up() {
    let world = World::at(NOON);
    world.due_leads(2).await;
    steer(&world, 0, Command::Pause).await;
    let token = token(&world, BulkCommand::Resume, Status::Paused).await;
    confirmed_only(&world, BulkCommand::Resume, &token).await;
    world.ledger.script(Operation::Put, [Fault::Lost; 6]);
    assert_eq!(world.runs().await.calls_made, 0, "the ledger cannot be written");
    world.ledger.heal();
    world.lines.otherwise(|operation, key| match (operation, key) {
        (Operation::Put, "+12125550100") => Fault::Lost,
        _ => Fault::None,
    });
    assert_eq!(world.runs().await.calls_made, 1);
    world.lines.heal();
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_disabled_queue_finishes_what_is_confirmed() {
    let world = World::at(NOON);
    world.due_leads(2).await;
    let token = token(&world, BulkCommand::Remove, Status::Pending).await;
    let disable = [("enabled", "false".to_owned())];
    world.admin.configure(&builders::operator(), &disable, None, false).await.unwrap();
    confirmed_only(&world, BulkCommand::Remove, &token).await;
    World::stopped(&world.runs().await, Stop::Disabled);
    assert_eq!(progress(&world, &token).await.state, BulkState::Done);
    assert!(world.records_of(0).await.is_empty());
}

#[tokio::test]
async fn a_run_that_dials_stops_when_a_removal_is_confirmed() {
    let world = World::with(NOON, &[("calls_per_second", "1")]);
    world.due_leads(40).await;
    let token = token(&world, BulkCommand::Remove, Status::Pending).await;
    confirmed_only(&world, BulkCommand::Remove, &token).await;
    // It appears while the run dials.
    let key = format!("{}{token}.json", bulk::COMMANDS);
    let (blobs, stored) = (Arc::clone(world.blobs.inner()), world.blobs.inner().all()[&key].clone());
    redial_queue::ports::BlobStore::delete(&*blobs, &key).await.unwrap();
    world.ledger.otherwise(move |operation, _| {
        if operation == Operation::Put {
            blobs.set(&key, stored.clone());
        }
        Fault::None
    });
    let summary = world.runs().await;
    assert_eq!(summary.stopped_by, Some(Stop::BulkUnfinished));
    assert!((1..20).contains(&summary.calls_made), "{summary:?}");
    world.ledger.heal();
    World::dialed(&world.runs().await, 0);
}

#[tokio::test]
async fn a_token_is_for_one_key_and_one_command_and_lasts_an_hour() {
    let world = World::at(NOON);
    world.due_leads(2).await;
    let token = token(&world, BulkCommand::Pause, Status::Pending).await;
    let other = Actor::Operator { key: "other".to_owned(), user: None };
    let refused = |error: NotConfirmed| match error {
        NotConfirmed::NotConfirmable(why) => why,
        error => panic!("{error}"),
    };
    let by_other = world.admin.confirm_bulk(&other, BulkCommand::Pause, &token).await;
    assert_eq!(refused(by_other.unwrap_err()), NotConfirmable::AnotherKey);
    let another = confirm(&world, BulkCommand::Remove, &token).await;
    assert_eq!(refused(another.unwrap_err()), NotConfirmable::AnotherCommand(BulkCommand::Pause));
    for guess in ["0198c0de-7000-7000-8000-000000000001", "../settings", ""] {
        assert!(matches!(confirm(&world, BulkCommand::Pause, guess).await, Err(NotConfirmed::Unknown)), "{guess}");
    }
    world.wait(60);
    let late = confirm(&world, BulkCommand::Pause, &token).await;
    assert_eq!(refused(late.unwrap_err()), NotConfirmable::Expired);
    assert_eq!((statuses(&world, 0..2).await, world.entries().len()), (vec![Status::Pending; 2], 0));
}

#[tokio::test]
async fn a_token_that_is_confirmed_twice_at_once_does_one_thing() {
    let world = World::at(NOON);
    world.due_leads(3).await;
    let token = token(&world, BulkCommand::Pause, Status::Pending).await;
    let (one, other) =
        tokio::join!(confirmed(&world, BulkCommand::Pause, &token), confirmed(&world, BulkCommand::Pause, &token),);
    assert_eq!((&one.state, one.tried), (&BulkState::Done, 3));
    assert_eq!(one, other);
    world.wait(600);
    steer(&world, 0, Command::Resume).await;
    assert_eq!(confirmed(&world, BulkCommand::Pause, &token).await, one, "it is done and not done again");
    assert_eq!(world.lead(0).await.status, Status::Pending);
}

#[tokio::test]
async fn a_request_without_the_time_for_all_leaves_the_rest_to_a_run() {
    let world = World::at(NOON);
    month_of(&world, 1_200).await;
    let token = token(&world, BulkCommand::Pause, Status::Pending).await;
    let clock = Arc::clone(&world.clock);
    world.ledger.otherwise(move |_, _| {
        clock.advance(TimeDelta::seconds(4));
        Fault::None
    });
    let bulk = confirmed(&world, BulkCommand::Pause, &token).await;
    assert_eq!((bulk.state, bulk.tried), (BulkState::Running, 1_000));
    world.ledger.heal();
    world.runs().await;
    let bulk = progress(&world, &token).await;
    assert_eq!((bulk.state, bulk.effects.changed), (BulkState::Done, 1_200));
}

/// A month with so many leads, of which none is due.
async fn month_of(world: &World, leads: u32) {
    let numbers = (201..990).flat_map(|area| (100..200).map(move |end| format!("+1{area}5550{end}")));
    let numbers = numbers.filter_map(|number| redial_domain::Phone::parse(&number).ok());
    let next_redial = world.now() + TimeDelta::days(1);
    let records = (0..leads).zip(numbers).map(|(n, phone)| {
        let (id, at) = (n.to_string(), world.now().timestamp_millis());
        let key = redial_domain::LeadKey::new(&builders::lead_id(&id), &phone);
        let record = serde_json::json!({
            "lead_id": id, "phone_number": phone.as_str(), "status": "pending", "attempts": 1,
            "created_at": at, "updated_at": at, "next_redial_timestamp": next_redial.timestamp_millis(),
        });
        (key.as_str().to_owned(), record)
    });
    let month: serde_json::Map<_, _> = records.collect();
    let key = format!("{}{}.json", records::PREFIX, world.month());
    world.blobs.inner().set(&key, serde_json::Value::Object(month).to_string());
    // It is divided into objects as they are in production.
    world.runs().await;
}

/// Leads of one object are written together, and their lines one by one.
#[tokio::test]
async fn a_step_costs_few_writes_of_objects_and_two_reads_and_one_write_of_each_line() {
    let world = World::at(NOON);
    month_of(&world, 1_000).await;
    let token = token(&world, BulkCommand::Pause, Status::Pending).await;
    let (objects, lines) = (world.blobs.log().len(), world.lines.log().len());
    assert_eq!(confirmed(&world, BulkCommand::Pause, &token).await.effects.changed, 1_000);
    let log = world.blobs.log().split_off(objects);
    let puts = log.iter().filter(|(operation, key)| *operation == Operation::Put && key.starts_with(records::PREFIX));
    assert!(puts.count() <= 10, "{log:?}");
    assert!(log.len() < 60, "{} requests", log.len());
    assert_eq!(world.lines.log().len() - lines, 3_000);
}

/// An older record of a lead does not count, so it gets no command but a removal.
#[tokio::test]
async fn of_several_records_of_a_lead_the_newest_is_paused() {
    let world = World::at(NOON);
    world.imported(builders::lead(0, world.now() - TimeDelta::days(30)), "2025-11").await;
    let newest = Lead { status: Status::Rescheduled, ..builders::lead(0, world.now()) };
    world.imported(newest, &world.month()).await;
    let token = preview(&world, BulkCommand::Pause, &Filter::default()).await.id.unwrap();
    assert_eq!(confirmed(&world, BulkCommand::Pause, &token).await.effects.changed, 1);
    World::dialed(&world.runs().await, 0);
}
