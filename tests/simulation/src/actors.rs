//! Whoever uses the queue: senders of webhooks, the schedule, and those who call without us.

use crate::additions;
use crate::agents;
use crate::bulk;
use crate::chance::Chance;
use crate::defect::Defect;
use crate::engine::Fate;
use crate::operators;
use crate::process::{Processes, Role};
use crate::provider::{IN_DOUBT, SimDialer, outcome};
use crate::world::World;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::{Arrival, CallId, CallResult, Evidence, LeadId, NewLead, Outcome, Phone, Profile, Report, Source};
use redial_queue::ports::Clock;
use redial_queue::usecase::ingest::{Ingested, Received};
use redial_queue::usecase::run::Run;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The time that each function has, after which it is ended from outside.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(10);
const RUN_TIMEOUT: Duration = Duration::from_secs(240);
/// The first scheduled run, in seconds from the start.
const FIRST_RUN: u64 = 10;

/// Sends an arrival to the webhook; the sender tries again a few times.
pub(crate) fn send(world: &Arc<World>, arrival: Arrival, delay: Duration) {
    deliver(world, arrival, delay, 3, &Arc::default());
}

fn deliver(world: &Arc<World>, arrival: Arrival, delay: Duration, tries: u32, under_way: &Arc<AtomicUsize>) {
    let (later, under_way) = (Arc::clone(world), Arc::clone(under_way));
    world.posts.fetch_add(1, Ordering::Relaxed);
    world.engine.after(delay, move || take_in(&later, arrival, tries, &under_way));
}

fn take_in(world: &Arc<World>, mut arrival: Arrival, tries: u32, under_way: &Arc<AtomicUsize>) {
    let (place, process) = Processes::one(world, Role::Webhook);
    if let Arrival::Result(result) = &mut arrival {
        // As the wire does: a call does not end after its webhook.
        let now = process.clock.now();
        // Convoso does not tell when a call ended: each delivery has the time at which it came.
        result.ended_at = if result.source == Source::Convoso { now } else { result.ended_at.min(now) };
        if world.has(Defect::CallIdsRewritten) {
            let number = world.engine.draw(|chance| chance.below(1000));
            result.call = CallId::parse(&format!("{}~{number}", result.call.as_str())).unwrap();
        }
    }
    let delivery = world.deliveries.fetch_add(1, Ordering::Relaxed);
    let began = world.engine.now();
    let answered_before = world.judge().is_answered(&arrival);
    world.judge().offered(&arrival, delivery, world.engine.now());
    world.say("webhook", place as u64, || format!("{} {}", arrival.id(), told(&arrival)));
    let fate = Fate { killed_after: Some(WEBHOOK_TIMEOUT), ..fate(world, Role::Webhook, &[20, 60]) };
    let (ingest, clock) = (process.ingest, process.clock);
    let (inside, outside) = (Arc::clone(world), Arc::clone(world));
    let (again, entered) = (arrival.clone(), Arc::clone(under_way));
    let (under_way, others) = (Arc::clone(under_way), entered.fetch_add(1, Ordering::Relaxed));
    let work = async move {
        let done = match answered_before && inside.has(Defect::CorrectionIgnored) {
            true => Ok(Ingested::Repeat),
            false => ingest.handle(arrival.clone()).await,
        };
        let now = inside.engine.now();
        inside.say("answered", place as u64, || format!("{} {done:?}", arrival.id()));
        inside.judge().delivered(&arrival, delivery, done.is_ok(), now);
        match done {
            Ok(done) => {
                let alone = under_way.fetch_sub(1, Ordering::Relaxed) == 1 && others == 0;
                inside.judge().answered(&arrival, done, alone, began, now);
            }
            Err(_) if inside.has(Defect::FailureAnsweredOk) => {
                inside.judge().answered(&arrival, Ingested::Deferred, false, began, now);
            }
            Err(_) => send_again(&inside, arrival, tries, &under_way),
        }
        inside.posts.fetch_sub(1, Ordering::Relaxed);
    };
    world.engine.spawn(&clock, fate, work, move || {
        outside.say("killed", place as u64, || format!("webhook of {}", again.id()));
        outside.judge().delivered(&again, delivery, false, outside.engine.now());
        Processes::replace(&outside, place);
        send_again(&outside, again, tries, &entered);
        outside.posts.fetch_sub(1, Ordering::Relaxed);
    });
}

/// What an arrival reports.
fn told(arrival: &Arrival) -> String {
    match arrival {
        Arrival::Result(result) => format!("{} ended {}", result.outcome, result.ended_at.format("%H:%M:%S%.3f")),
        Arrival::NewLead(_) => "new lead".to_owned(),
    }
}

/// Whether the person may have meant something else than a refusal.
fn is_in_doubt(report: &Report) -> bool {
    matches!(&report.evidence, Evidence::Afterthought(words) if words.user_said == [IN_DOUBT])
}

/// The provider sends a call's later payload, in which the person refuses to be called. It tries again a few times.
pub(crate) fn refuse_later(world: &Arc<World>, report: Report, delay: Duration, tries: u32) {
    let later = Arc::clone(world);
    world.posts.fetch_add(1, Ordering::Relaxed);
    world.engine.after(delay, move || {
        let (place, process) = Processes::one(&later, Role::Webhook);
        let phone = report.phone.clone().unwrap();
        let began = later.engine.now();
        later.say("second payload", place as u64, || phone.national().to_owned());
        if later.has(Defect::SecondPayloadIgnored) || (later.has(Defect::DoubtIgnored) && is_in_doubt(&report)) {
            later.judge().refused(&phone, began, later.engine.now());
            later.posts.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        let fate = Fate { killed_after: Some(WEBHOOK_TIMEOUT), ..fate(&later, Role::Webhook, &[20, 60]) };
        let (inside, outside, again) = (Arc::clone(&later), Arc::clone(&later), report.clone());
        let send_again = move |world: &Arc<World>, report: Report| {
            if tries > 0 {
                let delay = world.engine.draw(|chance| chance.seconds(1, 120));
                refuse_later(world, report, delay, tries - 1);
            }
        };
        let (ingest, clock) = (process.ingest, process.clock);
        let work = async move {
            match ingest.receive(report.clone()).await {
                Ok(Received::PossibleDoNotCall) if is_in_doubt(&report) => {
                    inside.judge().refused(&phone, began, inside.engine.now());
                }
                Ok(Received::DoNotCall) => inside.judge().refused(&phone, began, inside.engine.now()),
                Ok(other) => inside.judge().violated(|| format!("a refusal was answered with {other:?}")),
                Err(_) => send_again(&inside, report),
            }
            inside.posts.fetch_sub(1, Ordering::Relaxed);
        };
        later.engine.spawn(&clock, fate, work, move || {
            outside.say("killed", place as u64, || "second payload".to_owned());
            Processes::replace(&outside, place);
            send_again(&outside, again);
            outside.posts.fetch_sub(1, Ordering::Relaxed);
        });
    });
}

/// After a failure nobody knows what is stored: the arrival counts as under way for ever.
fn send_again(world: &Arc<World>, arrival: Arrival, tries: u32, under_way: &Arc<AtomicUsize>) {
    if tries > 0 {
        let delay = world.engine.draw(|chance| chance.seconds(1, 120));
        deliver(world, arrival, delay, tries - 1, under_way);
    }
}

/// A scheduled run, in one of the processes for runs.
pub(crate) fn start_run(world: &Arc<World>) {
    let (place, process) = Processes::one(world, Role::Runs);
    world.say("run", place as u64, || format!("{:+} s", (process.clock.now() - world.engine.now()).num_seconds()));
    let mut fate = Fate { killed_after: Some(RUN_TIMEOUT), ..fate(world, Role::Runs, &[20, 60, 200]) };
    if fate.frozen.is_some() && world.strikes(700) {
        // Nobody ends it: it goes on long after its lease is over.
        fate.killed_after = None;
    }
    let deadline = process.clock.now() + TimeDelta::from_std(RUN_TIMEOUT).unwrap();
    let (inside, outside) = (Arc::clone(world), Arc::clone(world));
    let number = world.judge().run_started(world.engine.now());
    let run = Run { dialer: SimDialer::of_run(world, number), ..process.run };
    let work = async move {
        let summary = run.execute(deadline).await;
        inside.say("ran", place as u64, || {
            let (made, errors, asked, lost) = (summary.calls_made, summary.errors, summary.reconciled, summary.lost);
            format!("made {made} errors {errors} reconciled {asked} lost {lost} {:?}", summary.stopped_by)
        });
    };
    world.engine.spawn(&process.clock, fate, work, move || {
        outside.say("killed", place as u64, || "run".to_owned());
        Processes::replace(&outside, place);
    });
}

pub(crate) fn fate(world: &World, role: Role, polls: &[u64]) -> Fate {
    let crash = world.crash_of(role);
    let (dies, freezes) = (world.strikes(world.plan.kills), world.strikes(world.plan.freezes));
    world.engine.draw(|chance| {
        let most = *chance.pick(polls);
        let poll = |chance: &mut Chance| u32::try_from(chance.between(1, most)).unwrap();
        let frozen = freezes.then(|| {
            let time = match chance.below(4) {
                0 => chance.seconds(4, 8),
                1 => chance.seconds(10, 60),
                2 => chance.seconds(200, 300),
                _ => chance.seconds(500, 1000),
            };
            (poll(chance), time)
        });
        Fate { killed_at_poll: dies.then(|| poll(chance)), killed_after: None, frozen, crash }
    })
}

/// Plans everything that happens in the storm beside calls: leads, calls of others, steering, broken objects, runs.
pub(crate) fn storm(world: &Arc<World>) {
    let plan = &world.plan;
    world.stored.upload(world);
    let length = u64::try_from(plan.storm.num_seconds()).unwrap();
    for (lead, phone) in &plan.leads {
        let new = NewLead { lead: lead.clone(), phone: phone.clone(), profile: world.plan.profile() };
        let delay = world.engine.draw(|chance| chance.seconds(0, 900));
        send(world, Arrival::NewLead(new), delay);
        for _ in 0..world.engine.draw(|chance| chance.below(4)) {
            at_random(world, length, somebody_calls);
        }
        if let Some(turn) = plan.turn {
            around(world, turn, lead, phone);
        }
    }
    for _ in 0..world.engine.draw(|chance| chance.below(4)) {
        at_random(world, length, agents::an_agent_calls);
    }
    for _ in 0..world.engine.draw(|chance| chance.below(10)) {
        at_random(world, length, operators::steer);
    }
    if plan.bulk {
        for _ in 0..world.engine.draw(|chance| chance.between(1, 4)) {
            at_random(world, length, bulk::steer_many);
        }
    }
    if plan.suppressions {
        for _ in 0..world.engine.draw(|chance| chance.between(2, 8)) {
            at_random(world, length, operators::forbid_or_allow);
        }
    }
    if plan.additions {
        for _ in 0..world.engine.draw(|chance| chance.between(2, 10)) {
            at_random(world, length, additions::add_leads);
        }
    }
    for _ in 0..world.engine.draw(|chance| chance.below(3)) {
        at_random(world, length, operators::configure);
    }
    for _ in 0..world.engine.draw(|chance| chance.below(3)) {
        at_random(world, length, |world| world.stored.spoil_indexes(world));
    }
    if plan.broken_objects {
        at_random(world, length * 3 / 4, break_object);
    }
    for tick in 0..length / plan.interval {
        let time = Duration::from_secs(tick * plan.interval + FIRST_RUN);
        let doubled = world.engine.draw(|chance| chance.permille(250).then(|| chance.seconds(0, 90)));
        for delay in [Some(Duration::ZERO), doubled].into_iter().flatten() {
            let later = Arc::clone(world);
            world.engine.after(time + delay, move || {
                if later.strikes(50) {
                    later.stored.lose_lease(&later);
                }
                start_run(&later);
            });
        }
    }
}

/// Runs every five minutes, as it should be.
pub(crate) fn schedule(world: &Arc<World>, from: TimeDelta, until: TimeDelta) {
    let mut time = from;
    while time < until {
        let later = Arc::clone(world);
        world.engine.after(time.to_std().unwrap(), move || start_run(&later));
        time += TimeDelta::minutes(5);
    }
}

/// A lead of which nobody has heard comes in when the month turns, from two sides at once: clocks do not agree on its month.
fn around(world: &Arc<World>, turn: DateTime<Utc>, lead: &LeadId, phone: &Phone) {
    let lead = LeadId::parse(&format!("{}-late", lead.as_str())).unwrap();
    let until = (turn - world.engine.now()).to_std().unwrap();
    let number = world.engine.draw(|chance| chance.bits() & 0xffff_ffff);
    let result =
        result_of_others(CallId::parse(&format!("convoso:{number:08x}")).unwrap(), lead.clone(), phone.clone());
    let result = CallResult { ended_at: turn - TimeDelta::minutes(1), ..result };
    let new = NewLead { lead, phone: phone.clone(), profile: world.plan.profile() };
    for arrival in [Arrival::NewLead(new), Arrival::Result(result.clone()), Arrival::Result(result)] {
        let delay = world.engine.draw(|chance| chance.seconds(0, 50));
        send(world, arrival, until + delay - Duration::from_secs(25));
    }
}

/// Somewhere in the storm, every other time while a scheduled run is at work.
fn at_random(world: &Arc<World>, length: u64, act: fn(&Arc<World>)) {
    let interval = world.plan.interval;
    let delay = world.engine.draw(|chance| {
        let time = chance.seconds(0, length);
        if chance.permille(500) {
            return time;
        }
        Duration::from_secs(time.as_secs() / interval * interval + FIRST_RUN) + chance.millis(0, 1500)
    });
    let later = Arc::clone(world);
    world.engine.after(delay, move || act(&later));
}

pub(crate) fn a_lead(world: &World) -> (LeadId, Phone) {
    world.engine.draw(|chance| chance.pick(&world.plan.leads).clone())
}

/// A human agent has called, or the person has called us.
fn somebody_calls(world: &Arc<World>) {
    let (lead, phone) = a_lead(world);
    call_of_others(world, lead, phone, None);
}

pub(crate) fn call_of_others(world: &Arc<World>, lead: LeadId, phone: Phone, ending: Option<Outcome>) {
    let now = world.engine.now();
    let (number, inbound, (outcome, callback)) =
        world.engine.draw(|chance| (chance.bits() & 0xffff_ffff, chance.permille(300), outcome(chance, now)));
    let (outcome, callback) = ending.map_or((outcome, callback), |ending| (ending, None));
    let prefix = if inbound { "call-in" } else { "convoso:" };
    let outcome = if inbound && outcome.suppresses() { Outcome::CONFUSED } else { outcome };
    let call = CallId::parse(&format!("{prefix}{number:08x}")).unwrap();
    let result = CallResult { outcome, callback, ended_at: now, ..result_of_others(call, lead, phone) };
    let result = if inbound { CallResult { source: Source::Bland, lead: None, inbound, ..result } } else { result };
    if !inbound {
        agents::perhaps_correct(world, &result);
    }
    let twice = world.strikes(world.plan.webhook_faults);
    send(world, Arrival::Result(result.clone()), Duration::ZERO);
    if twice {
        let delay = world
            .engine
            .draw(|chance| if chance.permille(500) { chance.millis(0, 500) } else { chance.seconds(1, 4000) });
        send(world, Arrival::Result(result), delay);
    }
}

/// Convoso sends the disposition of a call that it has reported before.
pub(crate) fn call_by_agent(world: &Arc<World>, call: CallId, lead: LeadId, phone: Phone) {
    let now = world.engine.now();
    let (outcome, callback) = world.engine.draw(|chance| outcome(chance, now));
    let result = CallResult { outcome, callback, ended_at: now, ..result_of_others(call, lead, phone) };
    send(world, Arrival::Result(result.clone()), Duration::ZERO);
    agents::perhaps_correct(world, &result);
}

pub(crate) fn result_of_others(call: CallId, lead: LeadId, phone: Phone) -> CallResult {
    CallResult {
        call,
        attempt: None,
        source: Source::Convoso,
        lead: Some(lead),
        phone,
        month: None,
        outcome: Outcome::NO_ANSWER,
        rule: "simulated".to_owned(),
        possible_refusal: None,
        connected: false,
        callback: None,
        inbound: false,
        ended_at: DateTime::UNIX_EPOCH,
        profile: Profile::default(),
    }
}

/// An operator breaks an object of records, and mends it some minutes later.
fn break_object(world: &Arc<World>) {
    let Some(key) = world.stored.break_one(world) else { return };
    world.say("broken", 0, || key.clone());
    let (later, delay) = (Arc::clone(world), world.engine.draw(|chance| chance.seconds(60, 1200)));
    world.engine.after(delay, move || later.stored.mend());
}
