//! One thread, one queue of events, simulated time. A task can be killed or frozen at any of its awaits; what it has asked
//! for by then happens all the same.

use crate::chance::Chance;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use redial::ports::Clock;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
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
}

struct Bell {
    task: u64,
    ready: Arc<Mutex<VecDeque<u64>>>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.ready.lock().unwrap().push_back(self.task);
    }
}

impl Engine {
    pub(crate) fn new(start: DateTime<Utc>, chance: Chance) -> Arc<Self> {
        let agenda = Agenda { now: start.timestamp_micros(), last: 0, due: BinaryHeap::new(), born: Vec::new() };
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
        let waker = Waker::from(Arc::new(Bell { task: number, ready: Arc::clone(&self.ready) }));
        if let Some(time) = fate.killed_after {
            agenda.add(time, What::Kill(number));
        }
        let (work, killed, clock) = (Box::pin(work), Box::new(killed), Arc::clone(clock));
        agenda.born.push(Task { number, work, clock, fate, killed, polls: 0, thaws_at: 0, waker });
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
            task.thaws_at = now + micros(time);
            task.clock.froze(time);
            return self.agenda.lock().unwrap().add(time, What::Wake(task.waker.clone()));
        }
        let waker = task.waker.clone();
        if task.work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            tasks.0.remove(&number);
        }
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

/// The clock of one process: some seconds ahead or behind.
pub(crate) struct ProcessClock {
    engine: Arc<Engine>,
    skew: AtomicI64,
    /// Planted: this clock stands still while its process is frozen.
    stops_when_frozen: bool,
}

impl ProcessClock {
    pub(crate) fn new(engine: &Arc<Engine>, skew: TimeDelta, stops_when_frozen: bool) -> Arc<Self> {
        let skew = AtomicI64::new(skew.num_microseconds().unwrap());
        Arc::new(Self { engine: Arc::clone(engine), skew, stops_when_frozen })
    }

    fn froze(&self, time: Duration) {
        if self.stops_when_frozen {
            self.skew.fetch_sub(micros(time), Ordering::Relaxed);
        }
    }
}

#[async_trait]
impl Clock for ProcessClock {
    fn now(&self) -> DateTime<Utc> {
        self.engine.now() + TimeDelta::microseconds(self.skew.load(Ordering::Relaxed))
    }

    async fn sleep(&self, time: Duration) {
        self.engine.sleep(time).await;
    }

    fn chance(&self) -> u128 {
        self.engine.draw(Chance::wide_bits)
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

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap()
}
