//! A bulk command that is interrupted, or whose leads cannot be read.

use super::*;
use redial_queue::ports::BlobStore;
use std::sync::atomic::{AtomicUsize, Ordering};

const NOVEMBER: &str = "redial-queue/redial-queue_2025-11.json";

/// From its request number `first` on, no store answers. The requests of all stores count.
fn dies_at(world: &World, first: usize) {
    let requests = Arc::new(AtomicUsize::new(0));
    let fault = move || match requests.fetch_add(1, Ordering::Relaxed) >= first {
        true => Fault::Lost,
        false => Fault::None,
    };
    let fault = Arc::new(fault);
    let (of_blobs, of_ledger) = (Arc::clone(&fault), Arc::clone(&fault));
    world.blobs.otherwise(move |_, _| of_blobs());
    world.ledger.otherwise(move |_, _| of_ledger());
    world.lines.otherwise(move |_, _| fault());
}

fn heal(world: &World) {
    world.blobs.heal();
    world.ledger.heal();
    world.lines.heal();
}

/// Three previewed leads of six, where the process that works on the command dies at its request number `first`. Returns whether
/// it came to the end before.
async fn survives(what: BulkCommand, first: usize) -> bool {
    let world = World::at(NOON);
    world.due_leads(6).await;
    let before = if what == BulkCommand::Resume { Status::Paused } else { Status::Pending };
    for n in 3..6 {
        let other = if what == BulkCommand::Resume { Command::Resume } else { Command::Pause };
        steer(&world, n, other).await;
    }
    if what == BulkCommand::Resume {
        for n in 0..3 {
            steer(&world, n, Command::Pause).await;
        }
    }
    let token = token(&world, what, before).await;
    world.wait(1);
    dies_at(&world, first);
    let answered = confirm(&world, what, &token).await;
    heal(&world);
    let is_done = answered.as_ref().is_ok_and(|bulk| !bulk.is_running());
    if answered.is_err() {
        // An operator without an answer asks again.
        confirmed(&world, what, &token).await;
    }
    world.wait(5);
    let run = world.second_instance(&[]).execute(world.now() + TimeDelta::minutes(4)).await;
    let bulk = progress(&world, &token).await;
    assert_eq!((&bulk.state, bulk.tried), (&BulkState::Done, 3), "killed at {first}");
    let expected = if what == BulkCommand::Resume { [1; 6] } else { [0; 6] };
    let dials: Vec<_> = (0..6).map(|n| world.dials(n).len()).collect();
    assert_eq!((dials, run.stopped_by), (expected.to_vec(), None), "killed at {first}");
    for n in 0..3 {
        let status = world.records_of(n).await.first().map(|(_, lead)| lead.status);
        let wanted = match what {
            BulkCommand::Pause => Some(Status::Paused),
            BulkCommand::Resume => Some(Status::Pending),
            BulkCommand::Remove => None,
        };
        assert_eq!(status, wanted, "lead {n}, killed at {first}");
        let (id, lead) = (format!("{token}:"), n.to_string());
        let is_its = |entry: &serde_json::Value| {
            entry["lead"] == lead.as_str() && entry["id"].as_str().unwrap().starts_with(&id)
        };
        assert!(world.entries().iter().any(is_its), "lead {n} is not in the ledger, killed at {first}");
    }
    assert!(world.kinds().contains(&"bulk".to_owned()));
    is_done
}

#[rstest]
#[case(BulkCommand::Pause)]
#[case(BulkCommand::Resume)]
#[case(BulkCommand::Remove)]
#[tokio::test]
async fn a_command_that_is_killed_anywhere_is_finished_by_a_run(#[case] what: BulkCommand) {
    for first in 0.. {
        if survives(what, first).await {
            assert!(first > 15, "it was hardly killed anywhere");
            break;
        }
    }
}

/// One lead in an object that cannot be read, and two in one that can.
async fn with_a_broken_object() -> World {
    let world = World::at(NOON);
    world.due_leads(2).await;
    world.imported(builders::lead(5, world.now()), "2025-11").await;
    world
}

#[tokio::test]
async fn leads_that_cannot_be_read_wait_and_hold_up_nobody_else() {
    let world = with_a_broken_object().await;
    let filter = Filter { phone: Some(builders::phone(5)), ..Filter::default() };
    let token = preview(&world, BulkCommand::Pause, &filter).await.id.unwrap();
    let whole = world.blobs.inner().all()[NOVEMBER].clone();
    world.blobs.inner().set(NOVEMBER, "{");
    let bulk = confirmed(&world, BulkCommand::Pause, &token).await;
    assert_eq!((&bulk.state, bulk.tried, bulk.unreadable.len()), (&BulkState::Running, 1, 1));
    assert_eq!(world.runs().await.calls_made, 2);
    world.blobs.inner().set(NOVEMBER, whole);
    World::dialed(&world.runs().await, 0);
    assert_eq!(progress(&world, &token).await.state, BulkState::Done);
    assert_eq!(world.lead(5).await.status, Status::Paused);
}

#[tokio::test]
async fn a_lead_that_can_be_read_again_is_not_dialed_before_it_is_paused() {
    let world = with_a_broken_object().await;
    let filter = Filter { phone: Some(builders::phone(5)), ..Filter::default() };
    let token = preview(&world, BulkCommand::Pause, &filter).await.id.unwrap();
    let whole = world.blobs.inner().all()[NOVEMBER].clone();
    world.blobs.inner().set(NOVEMBER, "{");
    confirmed(&world, BulkCommand::Pause, &token).await;
    // The object is repaired right after the run has tried the lead again.
    let blobs = Arc::clone(world.blobs.inner());
    world.blobs.otherwise(move |operation, key| {
        if operation == Operation::Put && key.starts_with(bulk::COMMANDS) {
            blobs.set(NOVEMBER, whole.clone());
        }
        Fault::None
    });
    World::dialed(&world.runs().await, 2);
    assert_eq!(world.dials(5).len(), 0);
    world.blobs.heal();
    World::dialed(&world.runs().await, 0);
    assert_eq!(world.lead(5).await.status, Status::Paused);
}

#[tokio::test]
async fn a_command_that_cannot_be_read_keeps_everybody_from_being_dialed() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    let key = format!("{}0198c0de-7000-7000-8000-000000000001.json", bulk::COMMANDS);
    world.blobs.inner().set(&key, "{");
    assert_eq!(world.runs().await.stopped_by, Some(Stop::BulkUnfinished));
    world.blobs.inner().delete(&key).await.unwrap();
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_command_whose_selection_was_deleted_has_failed_and_holds_nobody_up() {
    let world = World::at(NOON);
    world.due_leads(2).await;
    let token = token(&world, BulkCommand::Pause, Status::Pending).await;
    confirmed_only(&world, BulkCommand::Pause, &token).await;
    world.blobs.inner().delete(&format!("{}{token}.jsonl", bulk::SELECTIONS)).await.unwrap();
    World::dialed(&world.runs().await, 2);
    assert!(matches!(progress(&world, &token).await.state, BulkState::Failed(_)));
}

#[tokio::test]
async fn a_command_that_is_not_in_the_ledger_is_not_confirmed() {
    let world = World::at(NOON);
    world.due_leads(2).await;
    let token = token(&world, BulkCommand::Remove, Status::Pending).await;
    world.ledger.otherwise(|_, _| Fault::Lost);
    assert!(matches!(confirm(&world, BulkCommand::Remove, &token).await, Err(NotConfirmed::NotStored(_))));
    assert_eq!(world.admin.bulk_progress(&token).await.unwrap(), None);
    assert_eq!(statuses(&world, 0..2).await, [Status::Pending; 2]);
}

#[tokio::test]
async fn a_result_that_waits_does_not_bring_a_removed_lead_back() {
    let world = World::at(NOON);
    world.ends(1, "c1", "BUSY").await;
    world.blobs.otherwise(|_, key| if key.contains("_2025") { Fault::Lost } else { Fault::None });
    assert_eq!(world.ends(1, "c2", "BUSY").await, Ingested::Deferred);
    world.blobs.heal();
    let token = token(&world, BulkCommand::Remove, Status::Pending).await;
    confirmed(&world, BulkCommand::Remove, &token).await;
    world.wait(5);
    world.runs().await;
    assert_eq!((world.records_of(1).await.len(), world.line(1).await.inbox.len()), (0, 0));
}
