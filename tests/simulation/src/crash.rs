//! Each use case killed at each of its awaits, with each fate of the request that it was waiting for; nothing else goes wrong.

mod scenarios;
mod stage;

use crate::engine::{Crash, InFlight};
use crate::process::Role;
use crate::{operators, rest};
use chrono::TimeDelta;
pub use scenarios::SCENARIOS;
use stage::Stage;

/// A use case at work on something, and what is there before.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// What is killed.
    pub name: &'static str,
    victim: Role,
    before: fn(&mut Stage),
    act: fn(&Stage),
    /// What somebody who got no answer does: a sender sends again, an operator asks again. The schedule does nothing.
    again: fn(&Stage),
    after: fn(&Stage) -> bool,
}

/// Every fate of a request in flight.
pub const FATES: [InFlight; 3] = [InFlight::RequestLost, InFlight::AnswerLost, InFlight::ExecutedLate];

/// From the first run after the crash.
const SETTLES_WITHIN: TimeDelta = TimeDelta::minutes(20);

/// What became of a crash.
#[derive(Debug)]
pub struct Crashed {
    /// The use case has fewer awaits, and reached its end.
    pub survived: bool,
    /// The promise that was broken.
    pub violation: Option<String>,
    /// What happened, to read.
    pub text: String,
}

/// Kills the scenario's victim at its await number `at`, counted from 1, and lets the queue recover.
#[must_use]
pub fn crash(scenario: &Scenario, at: u32, in_flight: InFlight) -> Crashed {
    let mut stage = Stage::new();
    (scenario.before)(&mut stage);
    *stage.world.crash.lock().unwrap() = Some((scenario.victim, Crash { at, in_flight }));
    stage.world.say("victim", u64::from(at), || format!("{} {in_flight:?}", scenario.name));
    (scenario.act)(&stage);
    stage.pass(TimeDelta::seconds(20));
    let survived = stage.world.engine.crashes() == 0;
    *stage.world.crash.lock().unwrap() = None;
    if !survived {
        (scenario.again)(&stage);
    }
    // So that nothing begins beside what is settled.
    operators::set(&stage.world, &[("running", "false")]);
    stage.runs_for(SETTLES_WITHIN);
    stage.must(rest::is_at_rest(&stage.world), "not everything is settled in time");
    rest::everything_is_in_its_place(&stage.world);
    stage.must((scenario.after)(&stage), "what was asked for did not happen");
    operators::set(&stage.world, &[("running", "true"), ("enabled", "true")]);
    stage.runs_for(TimeDelta::minutes(60));
    rest::nobody_is_stuck(&stage.world);
    operators::set(&stage.world, &[("running", "false")]);
    stage.runs_for(TimeDelta::minutes(40));
    rest::everything_is_in_its_place(&stage.world);
    stage.end(survived)
}
