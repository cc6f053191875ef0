//! A provider that fails, and when it is asked again.

use super::world::{NOON, World};
use chrono::TimeDelta;
use redial_domain::breaker::{BreakerTrip, Cause};
use redial_domain::builders::{lead, phone};
use redial_domain::{Breaker, Lead, Stop};
use redial_queue::testing::{Fault, Operation, Reply};
use std::time::Duration;

async fn breaker(world: &World) -> Breaker {
    world.admin.queue_state().await.unwrap().runs.breaker
}

async fn trip(world: &World) -> BreakerTrip {
    let trip = match breaker(world).await {
        Breaker::Open(trip) => Some(trip),
        Breaker::Closed => None,
    };
    trip.unwrap()
}

/// Every dial is answered like this until `heals`.
async fn failing(leads: u32, reply: Reply) -> World {
    let world = World::with(NOON, &[("max_concurrent_calls", "1")]);
    world.due_leads(leads).await;
    world.dialer.always(Some(reply));
    world
}

fn dials(world: &World) -> usize {
    world.dialer.orders().len()
}

#[tokio::test]
async fn a_failing_provider_opens_the_breaker_for_every_process() {
    let world = failing(30, Reply::Unreachable).await;
    let summary = world.runs().await;
    World::stopped(&summary, Stop::ProviderFailing);
    assert_eq!((summary.errors, dials(&world)), (5, 5));
    assert_eq!(trip(&world).await.cause, Cause::Silent);
    world.wait(4);
    let other = world.second_instance(&[]);
    let summary = other.execute(world.now() + TimeDelta::minutes(4)).await;
    World::stopped(&summary, Stop::ProviderFailing);
    assert_eq!((summary.total_ready, summary.errors, dials(&world)), (30, 0, 5));
}

#[tokio::test]
async fn after_the_cool_down_one_dial_is_the_probe_and_the_run_goes_on_when_it_is_placed() {
    let world = failing(30, Reply::Unreachable).await;
    world.runs().await;
    world.wait(6);
    world.dialer.always(None);
    World::dialed(&world.runs().await, 30);
    assert_eq!(breaker(&world).await, Breaker::Closed);
}

#[tokio::test]
async fn a_probe_that_fails_is_the_only_dial_of_its_run_and_makes_the_cool_down_longer() {
    let world = failing(30, Reply::Unreachable).await;
    world.runs().await;
    let mut waits = Vec::new();
    for _ in 0..4 {
        let before = dials(&world);
        let trip = trip(&world).await;
        world.clock.set(trip.until);
        World::stopped(&world.runs().await, Stop::ProviderFailing);
        assert_eq!(dials(&world), before + 1);
        waits.push((self::trip(&world).await.until - world.now()).num_minutes());
    }
    assert_eq!(waits, [10, 20, 30, 30]);
}

#[tokio::test]
async fn also_with_many_dials_at_once_the_probe_is_alone() {
    let world = failing(30, Reply::RequestLost).await;
    world.runs().await;
    let before = dials(&world);
    let other = world.second_instance(&[("max_concurrent_calls", "10")]);
    world.wait(6);
    other.execute(world.now() + TimeDelta::minutes(4)).await;
    assert_eq!(dials(&world), before + 1);
}

#[tokio::test]
async fn a_lead_whose_line_is_taken_is_no_probe() {
    let world = failing(6, Reply::Unreachable).await;
    world.runs().await;
    world.wait(6);
    world.dialer.always(None);
    // Somebody else takes the line of the first lead between its selection and its claim.
    world.lines.script(Operation::Put, [Fault::Conflict]);
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.skipped), (5, 1));
    assert_eq!(breaker(&world).await, Breaker::Closed);
}

#[tokio::test]
async fn without_money_each_run_tries_one_dial_and_the_first_that_is_placed_goes_on() {
    let world = failing(30, Reply::Blocked(402)).await;
    for run in 1..=4 {
        World::stopped(&world.runs().await, Stop::ProviderBlocked);
        assert_eq!(dials(&world), run);
        world.wait(5);
    }
    world.dialer.always(None);
    World::dialed(&world.runs().await, 30);
}

#[tokio::test]
async fn a_wait_that_is_longer_than_the_run_is_obeyed_by_the_runs_that_follow() {
    let world = failing(5, Reply::SlowDown(Some(Duration::from_secs(12 * 60)))).await;
    World::stopped(&world.runs().await, Stop::ProviderSlowDown);
    world.dialer.always(None);
    for _ in 0..2 {
        world.wait(5);
        World::stopped(&world.runs().await, Stop::ProviderSlowDown);
    }
    assert_eq!(dials(&world), 1);
    world.wait(5);
    World::dialed(&world.runs().await, 5);
}

#[tokio::test]
async fn a_breaker_that_could_not_be_stored_at_once_is_stored_at_the_end_of_the_run() {
    let world = failing(30, Reply::Unreachable).await;
    let puts = std::sync::atomic::AtomicU32::new(0);
    // The first write of the state of runs is the lease; the next six are all the rounds that the breaker has.
    world.blobs.otherwise(move |operation, key| {
        let is_state = operation == Operation::Put && key.ends_with("run.json");
        let fails = is_state && (1..=6).contains(&puts.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
        if fails { Fault::Lost } else { Fault::None }
    });
    World::stopped(&world.runs().await, Stop::ProviderFailing);
    assert_eq!(trip(&world).await.failures, 1);
}

#[tokio::test]
async fn a_crash_after_it_opened_does_not_close_it() {
    let world = failing(30, Reply::Unreachable).await;
    {
        let crashing = world.run.execute(world.now() + TimeDelta::minutes(4));
        let opened = async {
            while !matches!(breaker(&world).await, Breaker::Open(_)) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            () = opened => {}
            _ = crashing => {}
        }
    }
    world.dialer.always(None);
    world.wait(4);
    let other = world.second_instance(&[]);
    World::stopped(&other.execute(world.now() + TimeDelta::minutes(4)).await, Stop::ProviderFailing);
    assert_eq!(dials(&world), 5);
}

/// Every record of the first `count` leads.
async fn leads(world: &World, count: u32) -> Vec<Lead> {
    let mut leads = Vec::new();
    for n in 0..count {
        leads.push(world.lead(n).await);
    }
    leads
}

#[tokio::test]
async fn a_misspelt_pathway_stops_the_run_after_three_leads_and_burns_none() {
    let world = failing(30, Reply::Refused("Pathway 0258dd7c not found".into())).await;
    let before = leads(&world, 30).await;
    let summary = world.runs().await;
    World::stopped(&summary, Stop::ProviderRefusing);
    assert_eq!((summary.errors, dials(&world)), (3, 3));
    let trip = trip(&world).await;
    assert_eq!((trip.cause, trip.message.as_deref()), (Cause::Refusing, Some("Pathway … not found")));
    // Each probe is another lead, and burns it as little.
    for probe in 1..=4 {
        world.clock.set(self::trip(&world).await.until);
        World::stopped(&world.runs().await, Stop::ProviderRefusing);
        assert_eq!(dials(&world), 3 + probe);
    }
    let mut probed: Vec<_> = world.dialer.orders().into_iter().skip(3).map(|order| order.lead.id).collect();
    probed.dedup();
    assert_eq!(probed.len(), 4);
    assert_eq!(leads(&world, 30).await, before);
    for n in 0..30 {
        assert!(world.line(n).await.hold.is_none());
    }
    // The pathway is corrected.
    world.clock.set(self::trip(&world).await.until);
    world.dialer.always(None);
    World::dialed(&world.runs().await, 30);
    assert_eq!(breaker(&world).await, Breaker::Closed);
}

#[tokio::test]
async fn refusals_of_one_reason_name_nobody() {
    let world = failing(0, Reply::Placed).await;
    for n in 0..3 {
        let mut lead = lead(n, world.now());
        lead.profile.first_name = ["Ana", "Bo", "Cy"][n as usize].to_owned();
        let message = format!("Sorry {}, no such pathway for {}", lead.profile.first_name, lead.phone.as_str());
        world.dialer.script(&lead.phone, [Reply::Refused(message)]);
        world.imported(lead, &world.month()).await;
    }
    World::stopped(&world.runs().await, Stop::ProviderRefusing);
    assert_eq!(trip(&world).await.message.as_deref(), Some("Sorry … no such pathway for …"));
}

#[tokio::test]
async fn many_dials_at_once_that_are_refused_for_one_reason_burn_no_lead() {
    let world = World::with(NOON, &[("max_concurrent_calls", "10")]);
    world.due_leads(30).await;
    world.dialer.always(Some(Reply::Refused("Pathway not found".into())));
    let before = leads(&world, 30).await;
    World::stopped(&world.runs().await, Stop::ProviderRefusing);
    assert!(dials(&world) < 20);
    assert_eq!(leads(&world, 30).await, before);
}

#[tokio::test]
async fn refusals_about_the_called_numbers_are_refusals_of_the_leads() {
    let world = failing(5, Reply::Refused("Invalid phone number".into())).await;
    let summary = world.runs().await;
    assert_eq!((summary.stopped_by, summary.errors), (None, 5));
    assert!(leads(&world, 5).await.iter().all(|lead| lead.refusals == 1));
}

#[tokio::test]
async fn a_few_leads_that_are_always_refused_do_not_stop_the_others_for_ever() {
    let world = failing(6, Reply::Placed).await;
    world.dialer.always(None);
    for n in 0..3 {
        world.dialer.script(&phone(n), vec![Reply::Refused("calls to this area are not enabled".into()); 100]);
    }
    let mut placed = world.runs().await.calls_made;
    for _ in 0..20 {
        world.wait(30);
        placed += world.runs().await.calls_made;
    }
    assert!(placed >= 3, "{placed}");
}
