//! Convoso's agents: they are on the phone with a person, and they correct what they said about a call.

use crate::actors::{a_lead, call_by_agent, fate, send};
use crate::engine::Fate;
use crate::process::{Processes, Role};
use crate::provider::outcome;
use crate::world::World;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::{Arrival, CallId, CallResult, InCall, LeadId, Phone, Source};
use redial_queue::ports::Clock;
use redial_queue::usecase::ingest::Held;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Ends a process that has not answered.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(10);

/// An agent talks to a person. The disposition comes when the call is over, or never.
pub(crate) fn an_agent_calls(world: &Arc<World>) {
    let (lead, phone) = a_lead(world);
    let number = world.engine.draw(|chance| chance.bits() & 0xffff_ffff);
    let call = CallId::parse(&format!("convoso:{number:08x}")).unwrap();
    tell(world, lead.clone(), phone.clone(), call.clone(), 3, Duration::ZERO);
    let over = world.engine.draw(|chance| chance.permille(700).then(|| chance.seconds(1, 1700)));
    let Some(over) = over else { return };
    let later = Arc::clone(world);
    world.engine.after(over, move || call_by_agent(&later, call, lead, phone));
}

/// Tells the queue that the person is on the phone now. The sender tries again a few times.
fn tell(world: &Arc<World>, lead: LeadId, phone: Phone, call: CallId, tries: u32, delay: Duration) {
    let later = Arc::clone(world);
    world.posts.fetch_add(1, Ordering::Relaxed);
    world.engine.after(delay, move || take_in(&later, lead, phone, call, tries));
}

fn take_in(world: &Arc<World>, lead: LeadId, phone: Phone, call: CallId, tries: u32) {
    let (place, process) = Processes::one(world, Role::Webhook);
    let (ingest, clock) = (process.ingest, process.clock);
    let (call, since) = (Some(call), clock.now());
    let told = InCall { source: Source::Convoso, call, lead: Some(lead), phone, since };
    let offered = world.engine.now();
    world.say("in call", place as u64, || told.call.as_ref().map_or("?", |call| call.as_str()).to_owned());
    let policy = Arc::clone(&world.plan.environment.policy);
    let fate = Fate { killed_after: Some(WEBHOOK_TIMEOUT), ..fate(world, Role::Webhook, &[20, 60]) };
    let (inside, outside) = (Arc::clone(world), Arc::clone(world));
    let again = told.clone();
    let work = async move {
        let held = ingest.hold_for_agent(&told, &policy).await;
        match held {
            Ok(Held::Yes) => {
                let now = inside.engine.now();
                inside.judge().agent_call_held(&told, offered, policy.convoso_call_hold, now);
            }
            Ok(Held::CallIsOver) => {}
            Err(_) => tell_again(&inside, told, tries),
        }
        inside.posts.fetch_sub(1, Ordering::Relaxed);
    };
    world.engine.spawn(&clock, fate, work, move || {
        Processes::replace(&outside, place);
        tell_again(&outside, again, tries);
        outside.posts.fetch_sub(1, Ordering::Relaxed);
    });
}

fn tell_again(world: &Arc<World>, told: InCall, tries: u32) {
    let (Some(lead), Some(call)) = (told.lead, told.call) else { return };
    if tries > 0 {
        let delay = world.engine.draw(|chance| chance.seconds(1, 120));
        tell(world, lead, told.phone, call, tries - 1, delay);
    }
}

/// An agent corrects the disposition of a call, once or twice, also while the first report is on its way.
///
/// Not later than the last call may end, because nothing finishes a correction that comes with the end of the world.
pub(crate) fn perhaps_correct(world: &Arc<World>, result: &CallResult) {
    let now: DateTime<Utc> = world.engine.now();
    let corrections = world.engine.draw(|chance| {
        let count = if chance.permille(300) { chance.between(1, 2) } else { 0 };
        let mut corrections = Vec::new();
        for _ in 0..count {
            let delay = if chance.permille(400) { chance.millis(0, 500) } else { chance.seconds(1, 2000) };
            let ends = now + TimeDelta::from_std(delay).unwrap();
            corrections.push((delay, outcome(chance, ends)));
        }
        corrections
    });
    for (delay, (outcome, callback)) in corrections {
        let ended_at = now + TimeDelta::from_std(delay).unwrap();
        send(world, Arrival::Result(CallResult { outcome, callback, ended_at, ..result.clone() }), delay);
    }
}
