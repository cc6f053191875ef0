//! Operators, who steer the queue while everything goes wrong.

use crate::actors::{a_lead, fate};
use crate::engine::Fate;
use crate::process::{Process, Processes, Role};
use crate::world::World;
use chrono::TimeDelta;
use redial_domain::{Command, LeadId, LeadKey, Outcome, Phone};
use redial_queue::usecase::admin::Steered;
use std::sync::Arc;
use std::time::Duration;

const ADMIN_TIMEOUT: Duration = Duration::from_secs(28);

pub(crate) fn steer(world: &Arc<World>) {
    let (lead, phone) = a_lead(world);
    let removals = world.plan.removals;
    let now = world.engine.now();
    let what = world.engine.draw(|chance| match chance.below(7) {
        0 | 1 => Command::Pause,
        2 | 3 if removals => Command::Remove,
        2 => Command::Pause,
        6 => Command::CallBack(now + TimeDelta::from_std(chance.millis(60_000, 36_000_000)).unwrap()),
        _ => Command::Resume,
    });
    command(world, lead, phone, what);
}

/// An operator gives a command.
pub(crate) fn command(world: &Arc<World>, lead: LeadId, phone: Phone, what: Command) {
    let key = LeadKey::new(&lead, &phone);
    let spell = world.judge().commanded(&key, what, world.engine.now());
    world.say("command", spell as u64, || format!("{what:?} {}", lead.as_str()));
    let inside = Arc::clone(world);
    office(world, |process| async move {
        if let Ok(done) = process.admin.steer(&redial_domain::builders::operator(), &lead, &phone, what).await {
            inside.say("commanded", spell as u64, || format!("{what:?} {} {done:?}", lead.as_str()));
            if matches!(done, Steered::Done | Steered::Unchanged) {
                inside.judge().acknowledged(&key, spell, inside.engine.now());
            }
        }
    });
}

/// How long a write can still be carried out after its process has given up or was killed.
const LATE: Duration = Duration::from_secs(700);

/// An operator suppresses a number, or takes its suppression off.
pub(crate) fn forbid_or_allow(world: &Arc<World>) {
    let (_, phone) = a_lead(world);
    let began = world.engine.now();
    let by = redial_domain::builders::operator();
    let inside = Arc::clone(world);
    if !world.judge().is_suppressed(&phone) {
        world.say("suppress", 0, || phone.national().to_owned());
        return office(world, |process| async move {
            if process.admin.suppress(&by, &phone, Outcome::DNC, "").await.is_ok() {
                inside.say("suppressed", 0, || phone.national().to_owned());
                inside.judge().refused(&phone, began, inside.engine.now());
            }
        });
    }
    let place = world.judge().allows(&phone);
    world.say("allow", place as u64, || phone.national().to_owned());
    let (later, late) = (Arc::clone(world), phone.clone());
    world.engine.after(LATE, move || later.judge().allowed(&late, place, later.engine.now()));
    office(world, |process| async move {
        if process.admin.allow(&by, &phone, "asked for it").await.is_ok() {
            inside.say("allowed", place as u64, || phone.national().to_owned());
            inside.judge().allowed(&phone, place, inside.engine.now());
        }
    });
}

/// Other limits, or a run at once, or nothing runs for a while.
pub(crate) fn configure(world: &Arc<World>) {
    let choice = world.engine.draw(|chance| chance.below(4));
    let change = match choice {
        0 => ("running", "false"),
        1 => ("enabled", "false"),
        2 => ("calls_per_second", "1"),
        _ => {
            return office(world, |process| async move {
                drop(process.admin.process(&redial_domain::builders::operator()).await)
            });
        }
    };
    set(world, &[change]);
    let (later, delay) = (Arc::clone(world), world.engine.draw(|chance| chance.seconds(60, 1200)));
    world.engine.after(delay, move || set(&later, &[("running", "true"), ("enabled", "true")]));
}

pub(crate) fn set(world: &Arc<World>, changes: &[(&'static str, &'static str)]) {
    let changes: Vec<_> = changes.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    world.say("configure", changes.len() as u64, || format!("{changes:?}"));
    office(world, |process| async move {
        drop(process.admin.configure(&redial_domain::builders::operator(), &changes, None, false).await)
    });
}

/// Something that an operator asks the admin API for.
pub(crate) fn office<W: Future<Output = ()> + Send + 'static>(world: &Arc<World>, ask: impl FnOnce(Process) -> W) {
    let (place, process) = Processes::one(world, Role::Admin);
    let fate = Fate { killed_after: Some(ADMIN_TIMEOUT), ..fate(world, Role::Admin, &[20, 60]) };
    let clock = Arc::clone(&process.clock);
    let outside = Arc::clone(world);
    world.engine.spawn(&clock, fate, ask(process), move || {
        outside.say("killed", place as u64, || "admin".to_owned());
        Processes::replace(&outside, place);
    });
}
