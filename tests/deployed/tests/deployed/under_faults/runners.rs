//! Runs, while webhooks come in and afterwards.

use super::process::Process;
use super::world::World;
use chrono::TimeDelta;
use redial_domain::{RunSummary, Stop};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What the platform gives a run.
const RUN_TIMEOUT: TimeDelta = TimeDelta::seconds(45);
/// Between two times at which the schedule fires: long enough for every hold to run out.
const INTERVAL: TimeDelta = TimeDelta::minutes(3);
/// After so many runs without faults everything is at rest, or never will be.
const RUNS_TO_REST: usize = 12;
/// Between two runs afterwards: beyond every time at which the provider is asked about a call.
const LATER: TimeDelta = TimeDelta::minutes(6);

/// What runs did.
#[derive(Debug, Default)]
pub(crate) struct Ran {
    runs: usize,
    calls_made: u32,
    reconciled: u32,
    lost: u32,
    errors: u32,
    stopped_by: BTreeMap<&'static str, usize>,
}

/// The schedule fires so many times, evenly over the time in which `taken` grows to `webhooks`, and each time for every
/// instance at once.
pub(crate) async fn run(world: Arc<World>, times: usize, webhooks: usize, mut taken: watch::Receiver<usize>) -> Ran {
    let mut ran = Ran::default();
    for time in 0..times {
        taken.wait_for(|taken| *taken >= webhooks * time / times).await.unwrap();
        world.clock.advance(INTERVAL);
        let mut running = JoinSet::new();
        for number in 0..world.runners.len() {
            let world = Arc::clone(&world);
            running.spawn(async move { world.runners[number].runs().await });
        }
        for summary in running.join_all().await {
            ran.note(&summary);
        }
    }
    ran
}

/// Dialing is stopped; runs go on until no line is open.
pub(crate) async fn until_at_rest(world: &World) -> Ran {
    world.witness.stop_dialing().await;
    let mut ran = Ran::default();
    for _ in 0..RUNS_TO_REST {
        world.bland.settled().await;
        world.clock.advance(LATER);
        ran.note(&world.witness.runs().await);
        if world.witness.open_lines().await.is_empty() {
            return ran;
        }
    }
    panic!("after {RUNS_TO_REST} runs lines are still open: {:?}\n{ran}", world.witness.open_lines().await);
}

impl Process {
    async fn runs(&self) -> RunSummary {
        self.run.execute(self.now() + RUN_TIMEOUT).await
    }
}

impl Ran {
    fn note(&mut self, summary: &RunSummary) {
        self.runs += 1;
        self.calls_made += summary.calls_made;
        self.reconciled += summary.reconciled;
        self.lost += summary.lost;
        self.errors += summary.errors;
        *self.stopped_by.entry(summary.stopped_by.map_or("the end", Stop::as_str)).or_default() += 1;
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runs, calls_made, reconciled, lost, errors, stopped_by } = self;
        write!(
            f,
            "{runs} runs: {calls_made} calls made, {reconciled} results found, {lost} attempts lost, {errors} errors; "
        )?;
        writeln!(f, "stopped by {stopped_by:?}")
    }
}
