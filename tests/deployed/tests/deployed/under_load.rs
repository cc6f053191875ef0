//! Webhooks at a rate, through the real clients, on the emulator. `BENCH.md` says how to send more of them for longer.

use crate::emulator;
use crate::under_faults::clock::MovedClock;
use crate::under_faults::process::{Places, Process, SECRET};
use crate::under_faults::sender::{Call, calls_to, until_taken};
use crate::under_faults::{show, variable};
use chrono::TimeDelta;
use futures_util::{StreamExt, stream};
use redial_aws::adapters::aws;
use redial_domain::Phone;
use redial_fakes::fake_bland::signature;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Webhooks a second.
const RATE: f64 = 50.0;
/// How long they come.
const SECONDS: f64 = 4.0;
/// As many as Lambda starts for some 200 webhooks a second.
const PROCESSES: usize = 16;
/// Webhooks of one lead. Its record keeps them all.
const CALLS: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn no_result_of_a_load_is_lost_or_counted_twice() {
    let rate = variable("REDIAL_LOAD_RATE").unwrap_or(RATE);
    let seconds = variable("REDIAL_LOAD_SECONDS").unwrap_or(SECONDS);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousands")]
    let count = (rate * seconds) as usize;
    let calls = calls_to(&people(count.div_ceil(CALLS)), count);
    let processes = processes().await;

    let started = Instant::now();
    let sending = calls.iter().enumerate().map(|(n, call)| {
        let due = started + Duration::from_secs_f64(n as f64 / rate);
        let processes = &processes;
        async move {
            tokio::time::sleep_until(due.into()).await;
            let answers = until_taken(processes, n, call, &signature(SECRET, call.body.as_bytes())).await;
            (answers, due.elapsed())
        }
    });
    // Each process has one event at a time. If the machine is too slow for the rate, the others wait.
    let sent: Vec<_> = stream::iter(sending).buffer_unordered(PROCESSES).collect().await;
    let took = started.elapsed().as_secs_f64();

    let mut late: Vec<_> = sent.iter().map(|(_, late)| late.as_millis()).collect();
    late.sort_unstable();
    let mut answers = BTreeMap::<&str, usize>::new();
    sent.iter().flat_map(|(answers, _)| answers).for_each(|answer| *answers.entry(answer).or_default() += 1);
    let (half, most) = (late[count / 2], late[count * 99 / 100]);
    show(&format!("{count} webhooks in {took:.0} s: {answers:?}, p50 {half} ms, p99 {most} ms"));

    until_at_rest(&processes[0]).await;
    each_is_in_one_record(&processes[0], &calls).await;
}

/// Returns `count` fictitious numbers.
fn people(count: usize) -> Vec<Phone> {
    let numbers = (200..1000).flat_map(|area| (100..200).map(move |last| format!("+1{area}5550{last}")));
    let people: Vec<_> = numbers.filter_map(|number| Phone::parse(&number).ok()).take(count).collect();
    assert_eq!(people.len(), count, "there are too few fictitious numbers: send fewer webhooks");
    people
}

async fn processes() -> Vec<Process> {
    let endpoint = emulator::emulated();
    let config = emulator::config(&endpoint).await;
    let places = Places {
        bucket: emulator::new_bucket(&aws::s3(&config)).await,
        table: emulator::new_lines_table(&aws_sdk_dynamodb::Client::new(&config)).await,
        aws: endpoint,
        // Nobody is dialed.
        bland: "http://127.0.0.1:9".to_owned(),
        gateway: "http://127.0.0.1:9".to_owned(),
    };
    let clock = Arc::new(MovedClock::default());
    let starting = (0..PROCESSES).map(|_| Process::start(&places, &clock));
    stream::iter(starting).buffered(PROCESSES).collect().await
}

/// Runs store what waits on lines, and divide objects. Nothing is dialed.
async fn until_at_rest(process: &Process) {
    process.stop_dialing().await;
    for _ in 0..3 {
        let summary = process.run.execute(process.now() + TimeDelta::seconds(45)).await;
        assert_eq!(summary.errors, 0, "{summary:?}");
    }
    assert_eq!(process.open_lines().await, []);
}

async fn each_is_in_one_record(process: &Process, calls: &[Call]) {
    let records = process.records().await;
    let mut places = BTreeMap::<&str, Vec<&str>>::new();
    for lead in &records {
        assert_eq!(lead.history.len(), lead.attempts as usize, "lead {}: attempts are results", lead.id.as_str());
        for past in &lead.history {
            places.entry(past.call.as_str()).or_default().push(lead.id.as_str());
        }
    }
    assert_eq!(places.len(), calls.len(), "results in records");
    for call in calls {
        assert_eq!(places[call.id.as_str()], [call.person.to_string()], "{}", call.id);
    }
}
