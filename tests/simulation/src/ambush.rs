//! Somebody acts, and a run stands still or dies, just when it hurts most.

use crate::actors::call_of_others;
use crate::engine::Strike;
use crate::operators::command;
use crate::world::World;
use redial_domain::{Command, Outcome, Phone};
use std::sync::Arc;
use std::time::Duration;

/// Long enough to be an await.
const A_MOMENT: Duration = Duration::from_micros(1);

/// A run has just read a line: now somebody forbids the call that it may be about to make, and the run notices late.
pub(crate) async fn a_reader(world: &Arc<World>, phone: &Phone) {
    if !world.strikes(world.plan.ambushes) {
        return;
    }
    let leads: Vec<_> = world.plan.leads.iter().filter(|(_, number)| number == phone).collect();
    let (lead, stops, time) = world.engine.draw(|chance| {
        let lead = (!leads.is_empty()).then(|| chance.pick(&leads).0.clone());
        (lead, chance.permille(100), chance.millis(200, 4000))
    });
    match lead {
        Some(lead) if stops => call_of_others(world, lead, phone.clone(), Some(Outcome::DNC)),
        Some(lead) => command(world, lead, phone.clone(), Command::Pause),
        None => {}
    }
    freeze(world, time).await;
}

/// A run has just written a claim, or not: now it dies, or stands still until everybody has given it up.
pub(crate) async fn a_claimer(world: &Arc<World>) {
    if !world.strikes(world.plan.ambushes) {
        return;
    }
    let time = world.engine.draw(|chance| match chance.below(5) {
        0 => None,
        1 => Some(chance.seconds(4, 9)),
        2 => Some(chance.seconds(60, 400)),
        _ => Some(chance.seconds(900, 2400)),
    });
    match time {
        Some(time) => freeze(world, time).await,
        None => {
            world.engine.strike(Strike::Killed);
            world.engine.sleep(A_MOMENT).await;
        }
    }
}

async fn freeze(world: &Arc<World>, time: Duration) {
    world.engine.strike(Strike::Frozen(time));
    world.engine.sleep(A_MOMENT).await;
}
