//! What `infra/bench instructions` counts: `redial-bench CASE ROUNDS` does the work of a case so many times.
//!
//! The preparation does not depend on the number of rounds, so the difference of two runs is the cost of the rounds alone.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program for measurements")]

mod results;

use bytes::Bytes;
use redial_bench::month::{FULL, object};
use redial_domain::{AttemptId, CallId, KnownCall, Lead, Line};
use redial_formats::line_v1;
use redial_formats::month_v1::{Leaf, Printed};
use results::Results;
use serde_json::value::RawValue;
use std::hint::black_box;

/// The time of the records in milliseconds.
const NOW: i64 = 1_766_000_000_000;

/// A case: its name, and its work for each of so many rounds.
type Case = (&'static str, fn(usize));

const CASES: [Case; 6] = [
    ("webhook", webhook),
    ("object-parse", object_parse),
    ("object-read-all", object_read_all),
    ("object-change", object_change),
    ("object-splice", object_splice),
    ("line", line),
];

/// Answers signed results of calls, each for another lead of one object, whose object and line the process has seen before.
fn webhook(rounds: usize) {
    let results = Results::ready();
    (0..rounds).for_each(|round| results.answer(round));
}

/// Parses an object that another process has written.
fn object_parse(rounds: usize) {
    let body = object(0..FULL, NOW);
    (0..rounds).for_each(|_| drop(Leaf::parse(black_box(&body)).unwrap()));
}

/// Reads every record of an object, as a run does.
fn object_read_all(rounds: usize) {
    let leaf = Leaf::parse(&object(0..FULL, NOW)).unwrap();
    (0..rounds).for_each(|_| assert_eq!(leaf.leads().filter(|(_, lead)| lead.is_ok()).count(), FULL));
}

/// Changes a record of an object that is in the cache, and prints the object.
fn object_change(rounds: usize) {
    let leaf = Leaf::parse(&object(0..FULL, NOW)).unwrap();
    let leads: Vec<Lead> = leaf.leads().map(|(_, lead)| lead.unwrap()).collect();
    for round in 0..rounds {
        let mut next = leaf.clone();
        next.insert_or_update(&leads[round % FULL]).unwrap();
        drop(black_box(next.to_bytes()));
    }
}

/// Replaces a record in the bytes of an object that is in the cache.
fn object_splice(rounds: usize) {
    let printed = Printed::parse(&Bytes::from(object(0..FULL, NOW))).unwrap();
    let longer =
        |(key, text): (&str, &str)| (key.to_owned(), format!("{},\"note\":\"called\"}}", &text[..text.len() - 1]));
    let records: Vec<_> = printed.iter().map(longer).collect();
    for round in 0..rounds {
        let (key, text) = &records[round % FULL];
        let mut next = printed.clone();
        next.insert(key, serde_json::from_str::<&RawValue>(text).unwrap());
        drop(black_box(next.to_bytes()));
    }
}

/// Reads and writes the line of a number.
fn line(rounds: usize) {
    let at = "2025-12-17T18:00:00Z".parse().unwrap();
    let call = |n: u32| KnownCall {
        at,
        attempt: Some(AttemptId::new(at, n.into())),
        call: Some(CallId::parse(&format!("call-{n}")).unwrap()),
        recorded: true,
        told: None,
    };
    let text = line_v1::to_text(&Line { calls: (0..5).map(call).collect(), ..Line::default() });
    (0..rounds).for_each(|_| drop(black_box(line_v1::to_text(&line_v1::parse(black_box(&text)).unwrap()))));
}

fn main() {
    let mut words = std::env::args().skip(1);
    match (words.next(), words.next().and_then(|rounds| rounds.parse().ok())) {
        (Some(name), Some(rounds)) => {
            let (_, work) = CASES.iter().find(|(known, _)| *known == name).unwrap();
            work(rounds);
        }
        _ => CASES.iter().for_each(|(name, _)| println!("{name}")),
    }
}
