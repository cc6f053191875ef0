//! The production use cases in a world where everything goes wrong that can: one seed, one history. See `tests/README.md`.
#![expect(clippy::unwrap_used, reason = "a simulation that cannot go on is a failed test")]

mod actors;
mod chance;
mod defect;
mod engine;
mod judge;
mod plan;
mod process;
mod provider;
mod rest;
mod stores;
mod trace;
mod world;

use chrono::TimeDelta;
use defect::{Defect, PLANTED};
use engine::Tasks;
use process::Crew;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use world::World;

/// Seeds of an ordinary test run.
const SEEDS: u64 = 20;
/// A defect that one of so many seeds finds is planted in an ordinary test run.
const FEW: u64 = 12;

/// What became of one world.
#[derive(Debug, PartialEq, Eq)]
struct History {
    hash: u64,
    violation: Option<String>,
    text: String,
    calls: usize,
}

/// One seed, one history: a storm, calm in which the queue goes on, and rest.
fn simulate(seed: u64, defect: Option<Defect>, readable: bool) -> History {
    let world = World::new(seed, defect, readable);
    let mut tasks = Tasks::default();
    Crew::hire(&world);
    actors::storm(&world);
    let broken = || world.judge().violation.is_some();
    let mut until = world.plan.start + world.plan.storm;
    world.engine.run(&mut tasks, until, broken);
    until += world.plan.outage;
    world.engine.run(&mut tasks, until, broken);
    world.say("calm", 0, String::new);
    world.calm_down();
    world.depot.mend();
    world.depot.expire_idle_lines(until);
    // Whatever was on its way has arrived by then.
    let settled = TimeDelta::minutes(12);
    let dialing = settled + TimeDelta::minutes(150);
    actors::schedule(&world, TimeDelta::minutes(1), dialing);
    world.engine.run(&mut tasks, until + settled, broken);
    actors::set(&world, &[("running", "true"), ("enabled", "true")]);
    world.engine.run(&mut tasks, until + dialing, broken);
    if !broken() {
        rest::nobody_is_stuck(&world);
    }
    actors::set(&world, &[("running", "false")]);
    actors::schedule(&world, TimeDelta::minutes(1), TimeDelta::minutes(80));
    world.engine.run(&mut tasks, until + dialing + TimeDelta::minutes(90), broken);
    if !broken() {
        rest::everything_is_in_its_place(&world);
    }
    let calls = world.provider().calls.len();
    let violation = world.judge().violation.take();
    let history = History { hash: world.trace.hash(), violation, text: world.trace.text(), calls };
    world.engine.shut_down(&mut tasks);
    Crew::dismiss(&world);
    assert_eq!(Arc::strong_count(&world), 1, "the world is over");
    history
}

/// Replays a seed that failed, with its history to read.
#[track_caller]
fn show(seed: u64, failed: &History) {
    let again = simulate(seed, None, true);
    assert_eq!((again.hash, &again.violation), (failed.hash, &failed.violation), "seed {seed} is not repeatable");
    if let Some(violation) = again.violation {
        panic_with(&format!("{}\nseed {seed}: {violation}", again.text));
    }
}

#[expect(clippy::panic, reason = "a violation is a failed test")]
#[track_caller]
fn panic_with(message: &str) {
    panic!("{message}");
}

#[track_caller]
fn check(seed: u64) {
    show(seed, &simulate(seed, None, false));
}

/// The first of these seeds whose history breaks a promise; as many threads as there are processors.
fn first_violation(seeds: std::ops::Range<u64>, defect: Option<Defect>) -> (u64, usize, Option<(u64, History)>) {
    let (next, calls, found) = (AtomicU64::new(seeds.start), AtomicU64::new(0), std::sync::Mutex::new(None));
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    let over = found.lock().unwrap().as_ref().is_some_and(|(first, _)| *first < seed);
                    if seed >= seeds.end || over {
                        return;
                    }
                    let history = simulate(seed, defect, false);
                    calls.fetch_add(history.calls as u64, Ordering::Relaxed);
                    let mut found = found.lock().unwrap();
                    if history.violation.is_some() && found.as_ref().is_none_or(|(first, _)| seed < *first) {
                        *found = Some((seed, history));
                    }
                }
            });
        }
    });
    let tried = next.into_inner().min(seeds.end) - seeds.start;
    (tried, usize::try_from(calls.into_inner()).unwrap(), found.into_inner().unwrap())
}

fn number_from_environment(name: &str) -> Option<u64> {
    word_from_environment(name).map(|value| value.parse().unwrap())
}

#[expect(clippy::disallowed_methods, reason = "how much is simulated is asked of whoever runs the test")]
fn word_from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[test]
fn no_seed_breaks_a_promise() {
    let count = number_from_environment("REDIAL_SIMULATION_SEEDS").unwrap_or(SEEDS);
    let first = number_from_environment("REDIAL_SIMULATION_FIRST").unwrap_or(0);
    let began = Instant::now();
    let (tried, calls, found) = first_violation(first..first + count, None);
    let took = began.elapsed();
    let rate = u128::from(tried) * 1000 / took.as_millis().max(1);
    println!("{tried} seeds from {first}, {calls} calls, {took:.0?}: {rate} seeds a second");
    if let Some((seed, history)) = found {
        show(seed, &history);
    }
}

#[test]
fn a_seed_is_one_history() {
    for seed in [1, 2, 3] {
        assert_eq!(simulate(seed, None, true), simulate(seed, None, true));
    }
}

/// Without a number of seeds in the environment only those defects are planted that few seeds find: a change of the queue
/// changes every history, and a rare defect may then need a long search.
#[test]
fn every_planted_defect_is_found() {
    let asked = number_from_environment("REDIAL_SIMULATION_SEEDS");
    let only = word_from_environment("REDIAL_SIMULATION_DEFECT");
    let mut wrong = Vec::new();
    for planted in PLANTED {
        let name = format!("{:?}", planted.defect);
        if only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        if asked.is_none() && planted.found_by.is_none_or(|seed| seed >= FEW) {
            continue;
        }
        let most = asked.unwrap_or(FEW * 2);
        let (_, _, found) = first_violation(0..most, Some(planted.defect));
        let verdict = found.as_ref().map_or_else(
            || format!("not in {most} seeds |"),
            |(seed, history)| format!("{seed} | {}", history.violation.as_deref().unwrap_or_default()),
        );
        println!("| `{name}` | {} | {verdict} |", planted.says);
        if found.is_some() != planted.found_by.is_some() {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// A process whose clock had not begun the month yet moved a lead out of it and made a second record.
#[test]
fn regression_seed_0() {
    check(0);
}

/// A webhook without metadata stored the result of a call whose id was not on the line, and the line was held for ever.
#[test]
fn regression_seed_10() {
    check(10);
}

/// A repeat of an inbound call, under way while the first was settled, went to the lead dialed meanwhile.
#[test]
fn regression_seed_1692() {
    check(1692);
}
