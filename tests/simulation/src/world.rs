//! Everything there is: time, two stores, the provider, the processes, and the judge.

use crate::chance::Chance;
use crate::defect::Defect;
use crate::engine::{Crash, Engine};
use crate::judge::Judge;
use crate::plan::Plan;
use crate::process::{Processes, Role};
use crate::provider::Provider;
use crate::stored_data::StoredData;
use crate::trace::Trace;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

pub(crate) struct World {
    pub(crate) engine: Arc<Engine>,
    pub(crate) plan: Plan,
    pub(crate) defect: Option<Defect>,
    pub(crate) stored: StoredData,
    provider: Mutex<Provider>,
    judge: Mutex<Judge>,
    pub(crate) processes: Mutex<Processes>,
    pub(crate) trace: Trace,
    /// Webhooks that are on their way or being taken in.
    pub(crate) posts: AtomicUsize,
    /// Deliveries of webhooks, to number them.
    pub(crate) deliveries: AtomicU64,
    /// The provider sends none.
    pub(crate) webhooks_are_lost: AtomicBool,
    /// The provider refuses every call.
    pub(crate) calls_are_refused: AtomicBool,
    /// The next task of this role is killed there.
    pub(crate) crash: Mutex<Option<(Role, Crash)>>,
    calm: AtomicBool,
}

impl World {
    pub(crate) fn new(seed: u64, defect: Option<Defect>, readable: bool) -> Arc<Self> {
        let mut chance = Chance::of(seed);
        let plan = Plan::of(&mut chance, defect);
        Self::planned(plan, chance, defect, readable)
    }

    pub(crate) fn planned(plan: Plan, chance: Chance, defect: Option<Defect>, readable: bool) -> Arc<Self> {
        Arc::new(Self {
            engine: Engine::new(plan.start, chance),
            stored: StoredData::default(),
            provider: Mutex::default(),
            judge: Mutex::new(Judge::new(plan.cap, plan.daily, plan.quiet)),
            processes: Mutex::default(),
            trace: Trace::new(readable),
            posts: AtomicUsize::new(0),
            deliveries: AtomicU64::new(0),
            webhooks_are_lost: AtomicBool::new(false),
            calls_are_refused: AtomicBool::new(false),
            crash: Mutex::default(),
            calm: AtomicBool::new(false),
            plan,
            defect,
        })
    }

    pub(crate) fn provider(&self) -> MutexGuard<'_, Provider> {
        self.provider.lock().unwrap()
    }

    pub(crate) fn judge(&self) -> MutexGuard<'_, Judge> {
        self.judge.lock().unwrap()
    }

    pub(crate) fn is_calm(&self) -> bool {
        self.calm.load(Ordering::Relaxed)
    }

    pub(crate) fn calm_down(&self) {
        self.calm.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }

    /// The crash that is meant for the next task of this role.
    pub(crate) fn crash_of(&self, role: Role) -> Option<Crash> {
        self.crash.lock().unwrap().take_if(|(victim, _)| *victim == role).map(|(_, crash)| crash)
    }

    /// True in so many of a thousand cases, never in the calm.
    pub(crate) fn strikes(&self, permille: u64) -> bool {
        !self.is_calm() && self.engine.draw(|chance| chance.permille(permille))
    }

    pub(crate) fn say(&self, what: &'static str, number: u64, text: impl FnOnce() -> String) {
        self.trace.say(self.engine.now(), what, number, text);
    }
}
