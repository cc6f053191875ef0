//! One thread, one queue of events, simulated time. A task can be killed or frozen at any of its awaits; what it has asked
//! for by then happens all the same.

use crate::chance::Chance;
use crate::process_clock::ProcessClock;
use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;
type Action = Box<dyn FnOnce() + Send>;

/// Time, the queue of events, and chance.
pub(crate) struct Engine {
    agenda: Mutex<Agenda>,
    chance: Mutex<Chance>,
    ready: Arc<Mutex<VecDeque<u64>>>,
}

struct Agenda {
    now: i64,
    last: u64,
    due: BinaryHeap<Reverse<Due>>,
    born: Vec<Task>,
    /// The crash that awaits the task that is going on now, with the awaits that are left until then.
    crash: Option<Crash>,
    /// What befalls the task that is going on now, as soon as it waits again.
    strike: Option<Strike>,
    crashes: u32,
}

/// What befalls a task at an await.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Strike {
    Killed,
    /// Nobody ends it meanwhile.
    Frozen(Duration),
}

/// A task is killed at one of its awaits, counted from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crash {
    pub(crate) at: u32,
    pub(crate) in_flight: InFlight,
}

/// What becomes of the request that a killed task was waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InFlight {
    /// It never arrives.
    RequestLost,
    /// It is carried out; nobody hears of it.
    AnswerLost,
    /// It is carried out when nobody expects it any more.
    ExecutedLate,
}

struct Due {
    at: i64,
    number: u64,
    what: What,
}

enum What {
    Wake(Waker),
    Do(Action),
    Kill(u64),
}

/// What becomes of a task, counted in the times it is asked to go on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Fate {
    pub(crate) killed_at_poll: Option<u32>,
    pub(crate) killed_after: Option<Duration>,
    pub(crate) frozen: Option<(u32, Duration)>,
    pub(crate) crash: Option<Crash>,
}

struct Task {
    number: u64,
    work: Work,
    clock: Arc<ProcessClock>,
    fate: Fate,
    killed: Action,
    polls: u32,
    thaws_at: i64,
    waker: Waker,
    /// Nobody ends it when its time is over.
    spared: bool,
}

/// Puts a task back on the list of ready tasks when its future wakes it.
struct Notifier {
    task: u64,
    ready: Arc<Mutex<VecDeque<u64>>>,
}

impl Wake for Notifier {
    fn wake(self: Arc<Self>) {
        self.ready.lock().unwrap().push_back(self.task);
    }
}

impl Engine {
    pub(crate) fn new(start: DateTime<Utc>, chance: Chance) -> Arc<Self> {
        let agenda = Agenda {
            now: start.timestamp_micros(),
            last: 0,
            due: BinaryHeap::new(),
            born: Vec::new(),
            crash: None,
            strike: None,
            crashes: 0,
        };
        Arc::new(Self { agenda: Mutex::new(agenda), chance: Mutex::new(chance), ready: Arc::default() })
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.agenda.lock().unwrap().now).unwrap()
    }

    pub(crate) fn draw<T>(&self, draw: impl FnOnce(&mut Chance) -> T) -> T {
        draw(&mut self.chance.lock().unwrap())
    }

    /// Does something later, whatever happens to whoever asked for it.
    pub(crate) fn after(&self, time: Duration, action: impl FnOnce() + Send + 'static) {
        self.agenda.lock().unwrap().add(time, What::Do(Box::new(action)));
    }

    pub(crate) fn sleep(self: &Arc<Self>, time: Duration) -> Sleep {
        let until = self.agenda.lock().unwrap().now + micros(time);
        Sleep { engine: Arc::clone(self), until, bell: None }
    }

    /// Starts a task in a process. `killed` is called when it does not reach its end.
    pub(crate) fn spawn(
        &self,
        clock: &Arc<ProcessClock>,
        fate: Fate,
        work: impl Future<Output = ()> + Send + 'static,
        killed: impl FnOnce() + Send + 'static,
    ) {
        let mut agenda = self.agenda.lock().unwrap();
        agenda.last += 1;
        let number = agenda.last;
        let waker = Waker::from(Arc::new(Notifier { task: number, ready: Arc::clone(&self.ready) }));
        if let Some(time) = fate.killed_after {
            agenda.add(time, What::Kill(number));
        }
        let (work, killed, clock) = (Box::pin(work), Box::new(killed), Arc::clone(clock));
        agenda.born.push(Task { number, work, clock, fate, killed, polls: 0, thaws_at: 0, waker, spared: false });
    }

    /// Lets everything happen that happens before `end`, or until `stop`.
    pub(crate) fn run(&self, tasks: &mut Tasks, end: DateTime<Utc>, stop: impl Fn() -> bool) {
        let end = end.timestamp_micros();
        while !stop() {
            for task in std::mem::take(&mut self.agenda.lock().unwrap().born) {
                self.ready.lock().unwrap().push_back(task.number);
                tasks.0.insert(task.number, task);
            }
            let ready = self.ready.lock().unwrap().pop_front();
            if let Some(number) = ready {
                self.poll(tasks, number);
                continue;
            }
            let mut agenda = self.agenda.lock().unwrap();
            if agenda.due.peek().is_none_or(|Reverse(next)| next.at > end) {
                agenda.now = end;
                return;
            }
            let Some(Reverse(next)) = agenda.due.pop() else { return };
            agenda.now = next.at;
            drop(agenda);
            match next.what {
                What::Wake(waker) => waker.wake(),
                What::Do(action) => action(),
                What::Kill(number) if tasks.0.get(&number).is_some_and(|task| task.spared) => {}
                What::Kill(number) => tasks.kill(number),
            }
        }
    }

    fn poll(&self, tasks: &mut Tasks, number: u64) {
        let Some(task) = tasks.0.get_mut(&number) else { return };
        let now = self.agenda.lock().unwrap().now;
        if now < task.thaws_at {
            return;
        }
        task.polls += 1;
        if task.fate.killed_at_poll == Some(task.polls) {
            return tasks.kill(number);
        }
        if let Some((poll, time)) = task.fate.frozen
            && poll == task.polls
        {
            return self.freeze(task, time);
        }
        self.agenda.lock().unwrap().crash = task.fate.crash;
        let waker = task.waker.clone();
        let is_ready = task.work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
        let mut agenda = self.agenda.lock().unwrap();
        task.fate.crash = agenda.crash.take();
        let strike = agenda.strike.take();
        drop(agenda);
        match strike {
            _ if is_ready => drop(tasks.0.remove(&number)),
            None => {}
            Some(Strike::Killed) => tasks.kill(number),
            Some(Strike::Frozen(time)) => {
                task.spared = true;
                self.freeze(task, time);
            }
        }
    }

    fn freeze(&self, task: &mut Task, time: Duration) {
        let mut agenda = self.agenda.lock().unwrap();
        task.thaws_at = agenda.now + micros(time);
        task.clock.froze(time);
        agenda.add(time, What::Wake(task.waker.clone()));
    }

    /// Lets this befall the task that is going on now, at its next await.
    pub(crate) fn strike(&self, strike: Strike) {
        self.agenda.lock().unwrap().strike = Some(strike);
    }

    /// How many tasks were killed where it was asked for.
    pub(crate) fn crashes(&self) -> u32 {
        self.agenda.lock().unwrap().crashes
    }

    /// The task that is going on now begins to wait for an answer or for time. If it is killed here: what becomes of its
    /// request.
    pub(crate) fn awaits(&self) -> Option<InFlight> {
        let mut agenda = self.agenda.lock().unwrap();
        let crash = agenda.crash.as_mut()?;
        crash.at = crash.at.saturating_sub(1);
        let in_flight = (crash.at == 0).then_some(crash.in_flight)?;
        agenda.crash = None;
        agenda.crashes += 1;
        agenda.strike = Some(Strike::Killed);
        Some(in_flight)
    }

    /// Forgets everything that is still to come: it holds the world that holds the engine.
    pub(crate) fn shut_down(&self, tasks: &mut Tasks) {
        tasks.0.clear();
        let mut agenda = self.agenda.lock().unwrap();
        let (due, born) = (std::mem::take(&mut agenda.due), std::mem::take(&mut agenda.born));
        drop(agenda);
        drop((due, born));
    }
}

impl Agenda {
    fn add(&mut self, time: Duration, what: What) {
        self.last += 1;
        self.due.push(Reverse(Due { at: self.now + micros(time), number: self.last, what }));
    }
}

/// Everything that is under way.
#[derive(Default)]
pub(crate) struct Tasks(BTreeMap<u64, Task>);

impl Tasks {
    fn kill(&mut self, number: u64) {
        if let Some(task) = self.0.remove(&number) {
            drop(task.work);
            (task.killed)();
        }
    }
}

pub(crate) struct Sleep {
    engine: Arc<Engine>,
    until: i64,
    bell: Option<Waker>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let engine = Arc::clone(&self.engine);
        let mut agenda = engine.agenda.lock().unwrap();
        let left = self.until - agenda.now;
        if left <= 0 {
            return Poll::Ready(());
        }
        if self.bell.as_ref().is_none_or(|bell| !bell.will_wake(context.waker())) {
            let time = Duration::from_micros(left.unsigned_abs());
            agenda.add(time, What::Wake(context.waker().clone()));
            self.bell = Some(context.waker().clone());
        }
        Poll::Pending
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}

impl Eq for Due {}

pub(crate) fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap()
}
