//! The production use cases, each in a process of its own with its own memory and its own clock.

use crate::actors;
use crate::defect::Defect;
use crate::process_clock::ProcessClock;
use crate::provider::SimDialer;
use crate::stores::SimStores;
use crate::world::World;
use async_trait::async_trait;
use chrono::TimeDelta;
use redial_domain::Actor;
use redial_queue::ports::{Clock, Meter, Reading, RunTrigger, StoreError};
use redial_queue::store::{Ports, Stores};
use redial_queue::testing::MemoryBlobs;
use redial_queue::usecase::admin::Admin;
use redial_queue::usecase::ingest::Ingest;
use redial_queue::usecase::run::Run;
use std::sync::{Arc, Mutex};

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Takes calls and leads in.
    Webhook,
    /// Dials.
    Runs,
    /// Answers operators.
    Admin,
}

#[derive(Clone)]
pub(crate) struct Process {
    pub(crate) clock: Arc<ProcessClock>,
    pub(crate) ingest: Ingest,
    pub(crate) run: Run,
    pub(crate) admin: Admin,
}

/// Every process that is alive.
#[derive(Default)]
pub(crate) struct Processes(Vec<(Role, Process)>);

const ROLES: [Role; 8] =
    [Role::Webhook, Role::Webhook, Role::Webhook, Role::Runs, Role::Runs, Role::Runs, Role::Admin, Role::Admin];

impl Processes {
    pub(crate) fn start_all(world: &Arc<World>) {
        let processes = ROLES.map(|role| (role, Process::start(world, role)));
        *world.processes.lock().unwrap() = Self(processes.into());
    }

    pub(crate) fn stop_all(world: &World) {
        let processes = std::mem::take(&mut *world.processes.lock().unwrap());
        drop(processes);
    }

    /// One of this role, with its place.
    pub(crate) fn one(world: &World, role: Role) -> (usize, Process) {
        let place = world.engine.draw(|chance| {
            let places: Vec<usize> = (0..ROLES.len()).filter(|place| ROLES[*place] == role).collect();
            *chance.pick(&places)
        });
        (place, world.processes.lock().unwrap().0[place].1.clone())
    }

    /// A process that was killed comes back without its memory.
    pub(crate) fn replace(world: &Arc<World>, place: usize) {
        let process = Process::start(world, ROLES[place]);
        let mut processes = world.processes.lock().unwrap();
        if let Some(member) = processes.0.get_mut(place) {
            member.1 = process;
        }
    }
}

impl Process {
    fn start(world: &Arc<World>, role: Role) -> Self {
        let skew = world.engine.draw(|chance| i64::try_from(chance.below(60_001)).unwrap() - 30_000);
        let stops = world.has(Defect::ClockStopsWhenFrozen);
        let process = ProcessClock::new(&world.engine, TimeDelta::milliseconds(skew), stops);
        let clock: Arc<dyn Clock> = Arc::clone(&process) as _;
        let stores = Arc::new(SimStores {
            world: Arc::clone(world),
            of_a_run: role == Role::Runs,
            of_an_operator: role == Role::Admin,
            written: Mutex::default(),
            listed: Mutex::default(),
        });
        let ports = Ports {
            blobs: Arc::clone(&stores) as _,
            ledger: Arc::clone(&stores) as _,
            lines: stores,
            clock,
            meter: Arc::new(Unheard),
        };
        let stores = Stores::new(ports, world.plan.limit, world.plan.environment.clone());
        let ingest = Ingest::new(Arc::clone(&stores), Actor::Webhook);
        let admin = Admin {
            stores: Arc::clone(&stores),
            trigger: Arc::new(SimTrigger(Arc::clone(world))),
            // No operator of the simulation exports a month.
            uploads: Arc::new(MemoryBlobs::default()),
        };
        let run = Run { stores, dialer: SimDialer::of_run(world, 0) };
        Self { clock: process, ingest, run, admin }
    }
}

/// Nobody reads what is measured here.
struct Unheard;

impl Meter for Unheard {
    fn record(&self, _: Reading) {}
}

struct SimTrigger(Arc<World>);

#[async_trait]
impl RunTrigger for SimTrigger {
    async fn trigger(&self) -> Result<(), StoreError> {
        actors::start_run(&self.0);
        Ok(())
    }
}
