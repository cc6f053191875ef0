//! Those who post webhooks: until they are taken, and sometimes twice at once.

use super::process::{Process, SECRET};
use super::world::{PEOPLE, World};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use redial_aws::adapters::SystemClock;
use redial_domain::Phone;
use redial_domain::builders::phone;
use redial_fakes::fake_bland::signature;
use redial_queue::ports::Clock;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Webhooks under way at once.
const SENDERS: u64 = 32;
/// A webhook is given up after so many tries, and the test has failed.
const TRIES: u32 = 200;
/// One of so many is posted twice at once.
const DOUBLED: u32 = 10;
const RECORDED: [&str; 4] = ["no_answer", "voicemail", "busy", "confused_human_hangup"];

/// A call that somebody else made to the `person`-th of [`PEOPLE`].
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) person: u32,
    pub(crate) body: String,
}

/// So many calls in no order, evenly spread over all people.
pub(crate) fn calls(world: &World, count: usize) -> Arc<[Call]> {
    let people: Vec<_> = (0..PEOPLE).map(phone).collect();
    let mut calls = calls_to(&people, count);
    calls.shuffle(&mut StdRng::seed_from_u64(world.seed));
    calls.into()
}

/// Returns `count` calls, evenly spread over these numbers.
pub(crate) fn calls_to(people: &[Phone], count: usize) -> Vec<Call> {
    let recorded = RECORDED.map(|name| {
        let path = format!("{}/../fixtures/bland/{name}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str::<Value>(&fs::read_to_string(path).unwrap()).unwrap()
    });
    let now = SystemClock.now();
    let call = |n: usize| call(n, n % people.len(), &people[n % people.len()], &recorded[n % 4], now);
    (0..count).map(call).collect()
}

fn call(n: usize, person: usize, phone: &Phone, recorded: &Value, now: DateTime<Utc>) -> Call {
    let id = format!("of-somebody-else-{n}");
    let ended_at = now - TimeDelta::seconds(i64::try_from(n % 3600).unwrap());
    let mut body = recorded.clone();
    body["call_id"] = json!(id);
    body["c_id"] = json!(id);
    body["to"] = json!(phone.as_str());
    body["end_at"] = json!(ended_at.to_rfc3339_opts(SecondsFormat::Millis, true));
    body["metadata"] = json!({"lead_id": person.to_string(), "list_id": "1001", "state": "NY"});
    Call { id, person: u32::try_from(person).unwrap(), body: body.to_string() }
}

/// What senders were told.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    webhooks: usize,
    posts: usize,
    answers: BTreeMap<String, usize>,
}

/// Posts every call until it is taken. `taken` tells how many are.
pub(crate) async fn deliver(world: Arc<World>, calls: Arc<[Call]>, taken: watch::Sender<usize>) -> Sent {
    let next = Arc::new(AtomicUsize::new(0));
    let mut senders = JoinSet::new();
    for number in 0..SENDERS {
        let sender = Sender {
            world: Arc::clone(&world),
            calls: Arc::clone(&calls),
            next: Arc::clone(&next),
            taken: taken.clone(),
        };
        senders.spawn(sender.works(StdRng::seed_from_u64(world.seed * 1000 + number)));
    }
    senders.join_all().await.into_iter().fold(Sent::default(), Sent::and)
}

struct Sender {
    world: Arc<World>,
    calls: Arc<[Call]>,
    next: Arc<AtomicUsize>,
    taken: watch::Sender<usize>,
}

impl Sender {
    async fn works(self, mut chance: StdRng) -> Sent {
        let mut sent = Sent::default();
        while let Some(call) = self.calls.get(self.next.fetch_add(1, Ordering::SeqCst)) {
            let signature = signature(SECRET, call.body.as_bytes());
            let copies = if chance.random_ratio(1, DOUBLED) { 2 } else { 1 };
            let posts = (0..copies).map(|_| chance.random_range(0..self.world.webhooks.len()));
            let posts = posts.map(|first| until_taken(&self.world.webhooks, first, call, &signature));
            for answers in join_all(posts.collect::<Vec<_>>()).await {
                sent.note(answers);
            }
            self.taken.send_modify(|taken| *taken += 1);
        }
        sent
    }
}

/// As Bland does: again, a little later, until it is taken. Each try meets the next process.
pub(crate) async fn until_taken(processes: &[Process], first: usize, call: &Call, signature: &str) -> Vec<String> {
    let mut answers = Vec::new();
    for round in 0..TRIES {
        let process = &processes[(first + round as usize) % processes.len()];
        let answer = process.post(call.body.clone(), signature).await;
        let told: Value = serde_json::from_str(&answer.body).unwrap();
        match answer.status {
            200 => {
                answers.push(told["result"].as_str().unwrap().to_owned());
                return answers;
            }
            503 => answers.push("503".to_owned()),
            _ => panic!("{answer:?}"),
        }
        SystemClock.sleep(Duration::from_millis(100)).await;
    }
    panic!("{} was turned away {TRIES} times", call.id)
}

impl Sent {
    fn note(&mut self, answers: Vec<String>) {
        self.webhooks += 1;
        self.posts += answers.len();
        for answer in answers {
            *self.answers.entry(answer).or_default() += 1;
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.webhooks += other.webhooks;
        self.posts += other.posts;
        for (answer, count) in other.answers {
            *self.answers.entry(answer).or_default() += count;
        }
        self
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} webhooks in {} posts: {:?}", self.webhooks, self.posts, self.answers)
    }
}
