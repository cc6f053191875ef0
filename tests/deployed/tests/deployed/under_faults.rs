//! Everything between the use cases and the services, while the services fail: webhooks by the thousand and runs through the
//! real clients, at a proxy that loses requests and answers. See `tests/README.md`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

pub(crate) mod clock;
mod gateway;
mod judge;
pub(crate) mod process;
mod runners;
pub(crate) mod sender;
mod world;

use std::io::Write;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::watch;
use world::World;

const WEBHOOKS: usize = 1_000;
const RUNS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn no_result_is_lost_or_counted_twice_and_nobody_is_called_twice() {
    let started = Instant::now();
    let webhooks = variable("REDIAL_FAULTS_WEBHOOKS").unwrap_or(WEBHOOKS);
    let world = Arc::new(World::start(variable("REDIAL_FAULTS_SEED").unwrap_or_default()).await);

    let calls = sender::calls(&world, webhooks);
    let taken = watch::Sender::new(0);
    let running = runners::run(Arc::clone(&world), RUNS, webhooks, taken.subscribe());
    let (sent, ran) = tokio::join!(sender::deliver(Arc::clone(&world), Arc::clone(&calls), taken), running);
    show(&format!("{:.0} s of faults\n{sent}{ran}{world}", started.elapsed().as_secs_f64()));

    world.calm_down();
    let ran = runners::until_at_rest(&world).await;
    show(&format!("{:.0} s until everything is at rest\n{ran}", started.elapsed().as_secs_f64()));

    world.has_met_every_fault();
    judge::everything_is_in_its_place(&world, &calls).await;
    judge::nobody_was_called_twice(&world);
}

/// Shows figures at once: what a test prints is seen only where it fails.
pub(crate) fn show(figures: &str) {
    let mut terminal = std::io::stdout().lock();
    terminal.write_all(format!("\n{figures}\n").as_bytes()).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "how much, and which seed, is said from outside")]
pub(crate) fn variable<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}; allowed: a number")))
}
