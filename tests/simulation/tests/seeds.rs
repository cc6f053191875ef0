//! Many histories, and what planted defects make of them. See `tests/README.md`.
#![expect(clippy::unwrap_used, reason = "a simulation that cannot go on is a failed test")]

use redial_simulation::{Found, PLANTED, first_violation, simulate};
use std::time::Instant;

/// Seeds of an ordinary test run.
const SEEDS: u64 = 20;
/// A defect that one of so few seeds found is planted in an ordinary test run, until twenty times as many have not.
const FEW: u64 = 6;

/// Replays a seed that failed, with its history to read.
#[expect(clippy::panic, reason = "a violation is a failed test")]
#[track_caller]
fn show(seed: u64) {
    let (failed, again) = (simulate(seed, None, false), simulate(seed, None, true));
    assert_eq!((again.hash, &again.violation), (failed.hash, &failed.violation), "seed {seed} is not repeatable");
    if let Some(violation) = again.violation {
        panic!("{}\nseed {seed}: {violation}", again.text);
    }
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
    let searched = first_violation(first..first + count, None);
    let took = began.elapsed();
    let rate = u128::from(searched.tried) * 1000 / took.as_millis().max(1);
    let (tried, calls) = (searched.tried, searched.calls);
    println!("{tried} seeds from {first}, {calls} calls, {took:.0?}: {rate} seeds a second");
    if let Some(Found { seed, .. }) = searched.found {
        show(seed);
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
    let mut missed = Vec::new();
    for planted in PLANTED {
        let name = format!("{:?}", planted.defect);
        if only.as_ref().is_some_and(|only| *only != name) || (asked.is_none() && planted.found_by >= FEW) {
            continue;
        }
        let most = asked.unwrap_or(FEW * 20);
        let Some(found) = first_violation(0..most, Some(planted.defect)).found else {
            missed.push(name);
            continue;
        };
        println!("| `{name}` | {} | {} | {} |", planted.says, found.seed, found.violation);
    }
    assert!(missed.is_empty(), "{missed:?}");
}
