//! The targets of `fuzz/` without a fuzzer: every sample, and random changes of them, through every target.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use redial_fuzz::TARGETS;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// What JSON, queries and headers are made of, and what parsers stumble over.
const TOKENS: [&str; 24] = [
    "null",
    "true",
    "{}",
    "[",
    "]",
    "}",
    "{",
    ",",
    ":",
    "\"",
    "\\u0000",
    "\\ud800",
    "-1",
    "1e400",
    "18446744073709551616",
    "0.1",
    "+",
    "%2B",
    "%",
    "&",
    "=",
    "\u{feff}",
    "ß",
    "\n",
];

static ROOT: LazyLock<&Path> = LazyLock::new(|| Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap());

static SAMPLES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let files = ["fuzz/seeds", "tests/fixtures"].into_iter().flat_map(|folder| files(&ROOT.join(folder)));
    files.map(|file| fs::read(file).unwrap()).collect()
});

/// One change of some bytes.
#[derive(Debug, Clone)]
enum Change {
    Byte(Index, u8),
    Cut(Index, Index),
    Insert(Index, &'static str),
    Repeat(Index, Index),
    Splice(Index, Index),
}

#[test]
fn every_target_has_its_program() {
    let programs = files(&ROOT.join("fuzz/fuzz_targets"));
    let names: BTreeSet<_> = programs.iter().map(|program| program.file_stem().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, TARGETS.iter().map(|target| target.name).collect());
}

#[test]
fn every_sample_keeps_the_promises_of_every_target() {
    assert!(SAMPLES.len() > 20);
    for target in TARGETS {
        SAMPLES.iter().for_each(|sample| (target.check)(sample));
    }
}

proptest! {
    #[test]
    fn a_changed_sample_keeps_the_promises_of_every_target(sample: Index, changes in vec(change(), 1..8)) {
        let bytes = changes.iter().fold(sample.get(&SAMPLES).clone(), changed);
        for target in TARGETS {
            (target.check)(&bytes);
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<(Index, u8)>().prop_map(|(at, byte)| Change::Byte(at, byte)),
        any::<(Index, Index)>().prop_map(|(from, to)| Change::Cut(from, to)),
        (any::<Index>(), select(TOKENS.to_vec())).prop_map(|(at, token)| Change::Insert(at, token)),
        any::<(Index, Index)>().prop_map(|(from, to)| Change::Repeat(from, to)),
        any::<(Index, Index)>().prop_map(|(at, sample)| Change::Splice(at, sample)),
    ]
}

fn changed(mut bytes: Vec<u8>, change: &Change) -> Vec<u8> {
    let length = bytes.len() + 1;
    let range = |from: &Index, to: &Index| {
        let (from, to) = (from.index(length), to.index(length));
        from.min(to)..from.max(to)
    };
    match change {
        Change::Byte(at, byte) => bytes.iter_mut().skip(at.index(length)).take(1).for_each(|old| *old = *byte),
        Change::Cut(from, to) => drop(bytes.drain(range(from, to))),
        Change::Insert(at, token) => drop(bytes.splice(at.index(length)..at.index(length), token.bytes())),
        Change::Repeat(from, to) => {
            let range = range(from, to);
            let copy = bytes[range.clone()].to_vec();
            bytes.splice(range.end..range.end, copy);
        }
        Change::Splice(at, sample) => {
            bytes.truncate(at.index(length));
            let other = sample.get(&SAMPLES);
            bytes.extend(&other[at.index(other.len() + 1)..]);
        }
    }
    bytes
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    paths.into_iter().flat_map(below).collect()
}
