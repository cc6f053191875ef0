//! The production use cases in a world where everything goes wrong that can: one seed, one history. See `tests/README.md`.
#![expect(clippy::unwrap_used, reason = "a simulation that cannot go on is a failed test")]

mod actors;
mod additions;
mod agents;
mod ambush;
mod bulk;
mod chance;
mod crash;
mod defect;
mod engine;
mod judge;
mod operators;
mod plan;
mod process;
mod process_clock;
mod provider;
mod rest;
mod stored_data;
mod stores;
mod trace;
mod world;

use chrono::TimeDelta;
pub use crash::{Crashed, FATES, SCENARIOS, Scenario, crash};
pub use defect::{Defect, PLANTED, Planted};
pub use engine::InFlight;
use engine::Tasks;
use process::Processes;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use world::World;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What became of one world.
#[derive(Debug, PartialEq, Eq)]
pub struct History {
    /// The same for the same history.
    pub hash: u64,
    /// The promise that it broke.
    pub violation: Option<String>,
    /// To read; empty unless it was asked for.
    pub text: String,
    /// Calls that the provider accepted.
    pub calls: u64,
}

/// One seed, one history: a storm, calm in which the queue goes on, and rest.
#[must_use]
pub fn simulate(seed: u64, defect: Option<Defect>, readable: bool) -> History {
    let world = World::new(seed, defect, readable);
    let mut tasks = Tasks::default();
    Processes::start_all(&world);
    actors::storm(&world);
    let broken = || world.judge().violation.is_some();
    let mut until = world.plan.start + world.plan.storm;
    world.engine.run(&mut tasks, until, broken);
    until += world.plan.outage;
    world.engine.run(&mut tasks, until, broken);
    world.say("calm", 0, String::new);
    world.calm_down();
    world.stored.mend();
    world.stored.expire_idle_lines(until);
    // Whatever was on its way has arrived by then.
    let settled = TimeDelta::minutes(12);
    let dialing = settled + TimeDelta::minutes(45);
    actors::schedule(&world, TimeDelta::minutes(1), dialing);
    world.engine.run(&mut tasks, until + settled, broken);
    operators::set(&world, &[("running", "true"), ("enabled", "true")]);
    if world.plan.late_refusal {
        let later = std::sync::Arc::clone(&world);
        let time = dialing - settled - TimeDelta::seconds(100);
        world.engine.after(time.to_std().unwrap(), move || {
            let (lead, phone) = actors::a_lead(&later);
            actors::call_of_others(&later, lead, phone, Some(redial_domain::Outcome::DNC));
        });
    }
    world.engine.run(&mut tasks, until + dialing, broken);
    if !broken() {
        rest::nobody_is_stuck(&world);
    }
    operators::set(&world, &[("running", "false")]);
    // No call takes longer than half an hour.
    actors::schedule(&world, TimeDelta::minutes(1), TimeDelta::minutes(35));
    for minutes in [3, 8, 18, 40] {
        if !rest::is_at_rest(&world) {
            world.engine.run(&mut tasks, until + dialing + TimeDelta::minutes(minutes), broken);
        }
    }
    if !broken() {
        rest::everything_is_in_its_place(&world);
    }
    let calls = world.provider().calls.len() as u64;
    let violation = world.judge().violation.take();
    let history = History { hash: world.trace.hash(), violation, text: world.trace.text(), calls };
    world.engine.shut_down(&mut tasks);
    Processes::stop_all(&world);
    assert_eq!(Arc::strong_count(&world), 1, "the world is over");
    history
}

/// What became of many worlds.
#[derive(Debug)]
pub struct Searched {
    /// Worlds.
    pub tried: u64,
    /// Calls that the provider accepted in them.
    pub calls: u64,
    /// The first that broke a promise.
    pub found: Option<Found>,
}

/// A seed whose history breaks a promise.
#[derive(Debug)]
pub struct Found {
    /// The seed.
    pub seed: u64,
    /// The promise.
    pub violation: String,
}

/// The first of these seeds whose history breaks a promise; as many threads as there are processors.
#[must_use]
pub fn first_violation(seeds: Range<u64>, defect: Option<Defect>) -> Searched {
    let (next, calls, found) = (AtomicU64::new(seeds.start), AtomicU64::new(0), Mutex::new(None::<Found>));
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let search = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            let over = found.lock().unwrap().as_ref().is_some_and(|found| found.seed < seed);
            if seed >= seeds.end || over {
                return;
            }
            let history = simulate(seed, defect, false);
            calls.fetch_add(history.calls, Ordering::Relaxed);
            let Some(violation) = history.violation else { continue };
            let mut found = found.lock().unwrap();
            if found.as_ref().is_none_or(|found| seed < found.seed) {
                *found = Some(Found { seed, violation });
            }
        }
    };
    std::thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(search))));
    let tried = next.into_inner().min(seeds.end) - seeds.start;
    Searched { tried, calls: calls.into_inner(), found: found.into_inner().unwrap() }
}
