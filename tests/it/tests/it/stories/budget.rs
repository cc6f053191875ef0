//! Calls of the account in one day.

use super::world::{NOON, World};
use chrono::TimeDelta;
use redial_domain::builders;
use redial_domain::{RunSummary, Stop};
use redial_queue::store::run_state;
use redial_queue::testing::{Fault, Operation, Reply};
use redial_queue::usecase::run::Run;

const LIMIT_30: (&str, &str) = ("max_calls_per_day", "30");

/// A queue with a limit for the day and more leads than it allows.
async fn limited(settings: &[(&'static str, &str)]) -> World {
    let world = World::with(NOON, settings);
    world.due_leads(70).await;
    world
}

async fn calls_today(world: &World) -> u32 {
    let state = world.admin.queue_state().await.unwrap();
    state.runs.calls.on(world.now().with_timezone(&chrono_tz::America::New_York).date_naive())
}

fn made(summary: &RunSummary) -> (u32, Option<Stop>) {
    (summary.calls_made, summary.stopped_by)
}

async fn execute(world: &World, run: &Run) -> RunSummary {
    run.execute(world.now() + TimeDelta::minutes(4)).await
}

#[tokio::test]
async fn two_runs_of_a_day_share_its_calls() {
    let world = limited(&[LIMIT_30, ("max_calls_per_run", "25")]).await;
    assert_eq!(made(&world.runs().await), (25, Some(Stop::MaxCallsPerRun)));
    assert_eq!(calls_today(&world).await, 25);
    assert_eq!(made(&world.runs().await), (5, Some(Stop::MaxCallsPerDay)));
    assert_eq!(made(&world.runs().await), (0, Some(Stop::MaxCallsPerDay)));
    assert_eq!(calls_today(&world).await, 30);
}

#[tokio::test]
async fn the_next_day_has_calls_of_its_own() {
    let world = limited(&[LIMIT_30]).await;
    assert_eq!(made(&world.runs().await), (30, Some(Stop::MaxCallsPerDay)));
    world.set("2025-12-18T16:30:00Z");
    assert_eq!(calls_today(&world).await, 0);
    assert_eq!(made(&world.runs().await), (30, Some(Stop::MaxCallsPerDay)));
}

#[tokio::test]
async fn a_day_that_turns_while_a_run_dials_gives_it_the_calls_of_the_next() {
    let around_midnight = "2025-12-18T04:59:56Z";
    let settings =
        [LIMIT_30, ("ignore_calling_hours", "true"), ("calls_per_second", "5"), ("max_concurrent_calls", "1")];
    let world = World::with(around_midnight, &settings);
    world.due_leads(70).await;
    let summary = world.runs().await;
    let before_midnight = 20;
    assert_eq!(made(&summary), (before_midnight + 30, Some(Stop::MaxCallsPerDay)));
    assert_eq!(calls_today(&world).await, 30);
}

#[tokio::test]
async fn two_runs_at_once_do_not_exceed_the_calls_of_the_day() {
    let world = limited(&[LIMIT_30, ("calls_per_second", "1")]).await;
    let other = world.second_instance(&[LIMIT_30, ("calls_per_second", "1")]);
    let deadline = world.now() + TimeDelta::minutes(4);
    // The lease is gone between the two: an operator has deleted it, or the first run was frozen beyond its end.
    let second = async {
        while world.dialer.orders().len() < 3 {
            tokio::task::yield_now().await;
        }
        world.free_lease().await;
        other.execute(deadline).await
    };
    let (one, two) = tokio::join!(world.run.execute(deadline), second);
    assert!(one.calls_made > 3 && two.calls_made > 3, "both dialed: {one:?} {two:?}");
    assert_eq!(world.dialer.orders().len(), 30);
    assert_eq!(calls_today(&world).await, 30);
}

#[tokio::test]
async fn a_crash_wastes_what_was_reserved_and_nothing_is_exceeded() {
    let world = limited(&[LIMIT_30, ("max_concurrent_calls", "1")]).await;
    {
        let crashing = execute(&world, &world.run);
        let dialed = async {
            while world.dialer.orders().len() < 3 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            () = dialed => {}
            _ = crashing => {}
        }
    }
    assert_eq!(calls_today(&world).await, 20);
    world.wait(5);
    let next = world.second_instance(&[LIMIT_30]);
    assert_eq!(made(&execute(&world, &next).await), (10, Some(Stop::MaxCallsPerDay)));
    assert_eq!(world.dialer.orders().len(), 13);
}

#[tokio::test]
async fn a_dial_that_was_no_call_is_given_back() {
    let world = limited(&[LIMIT_30, ("max_concurrent_calls", "1")]).await;
    for (n, reply) in [Reply::Refused("no".into()), Reply::Unreachable, Reply::SlowDown(None)].into_iter().enumerate() {
        world.dialer.script(&builders::phone(u32::try_from(n).unwrap()), [reply]);
    }
    let summary = world.runs().await;
    assert_eq!(made(&summary), (30, Some(Stop::MaxCallsPerDay)));
}

#[tokio::test]
async fn a_dial_whose_answer_never_came_counts() {
    let world = limited(&[LIMIT_30, ("max_concurrent_calls", "1")]).await;
    world.dialer.script(&builders::phone(0), [Reply::RequestLost]);
    world.dialer.script(&builders::phone(1), [Reply::AnswerLost]);
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.errors, summary.stopped_by), (28, 2, Some(Stop::MaxCallsPerDay)));
}

#[tokio::test]
async fn calls_without_a_limit_count_when_one_is_set() {
    let world = limited(&[]).await;
    assert_eq!(made(&world.runs().await), (70, None));
    assert_eq!(calls_today(&world).await, 70);
    world.wait(24 * 60);
    world.due_leads(70).await;
    assert_eq!(calls_today(&world).await, 0);
}

#[tokio::test]
async fn without_a_reservation_nobody_is_dialed() {
    let world = limited(&[LIMIT_30]).await;
    let puts = std::sync::atomic::AtomicU32::new(0);
    world.blobs.otherwise(move |operation, key| {
        let is_state = operation == Operation::Put && key == run_state::KEY;
        let fails = is_state && puts.fetch_add(1, std::sync::atomic::Ordering::SeqCst) > 0;
        if fails { Fault::Lost } else { Fault::None }
    });
    assert_eq!(made(&world.runs().await), (0, Some(Stop::StoreUnavailable)));
    assert_eq!((world.dialer.orders().len(), calls_today(&world).await), (0, 0));
}

#[tokio::test]
async fn a_reservation_whose_acknowledgement_was_lost_is_made_once() {
    let world = limited(&[LIMIT_30]).await;
    let puts = std::sync::atomic::AtomicU32::new(0);
    world.blobs.otherwise(move |operation, key| {
        let is_state = operation == Operation::Put && key == run_state::KEY;
        let is_lost = is_state && puts.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 1;
        if is_lost { Fault::AnswerLost } else { Fault::None }
    });
    assert_eq!(made(&world.runs().await), (30, Some(Stop::MaxCallsPerDay)));
}
