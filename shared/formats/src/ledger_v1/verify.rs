//! Whether lines are as they were written, and complete.

use super::{hash, split};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// What every line has.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Head {
    /// What identifies the event.
    pub id: String,
    /// The writer of its chain.
    pub writer: String,
    /// Its number in the chain, from 1.
    pub seq: u64,
    /// The hash of the line before it. Empty for the first.
    pub prev: String,
    /// When the event happened.
    pub at: String,
    /// What happened.
    pub kind: String,
    /// Who or what did it: `run`, `webhook`, or the name of an operator's key.
    #[serde(default)]
    pub by: String,
    /// The number that it concerns, if any.
    pub phone: Option<String>,
    /// Its hash.
    pub hash: String,
}

impl Head {
    /// Reads a line. `None` if it is not one.
    #[must_use]
    pub fn read(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The writer. Empty if the line cannot be read.
    pub writer: String,
    /// The number of the line in its chain. 0 if it cannot be read.
    pub seq: u64,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// It is not a line of a ledger.
    Unreadable,
    /// Its bytes do not fit its hash.
    Changed,
    /// There is no such line, but there is a later one.
    Missing,
    /// There are two lines of this number.
    Doubled,
    /// It does not name the hash of the line before it.
    WrongChain,
}

impl FaultKind {
    /// Returns a word for answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Doubled => "doubled",
            Self::WrongChain => "wrong_chain",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.writer, self.seq, self.kind.as_str())
    }
}

/// A line as its chain needs it.
struct Link {
    prev: [u8; 32],
    hash: [u8; 32],
}

/// Checks lines in any order. It keeps a hundred bytes of each.
#[derive(Default)]
pub struct Verifier {
    chains: BTreeMap<String, BTreeMap<u64, Link>>,
    faults: Vec<Fault>,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("faults", &self.faults).finish_non_exhaustive()
    }
}

impl Verifier {
    /// Checks one line, and returns what it says about itself.
    pub fn add(&mut self, line: &str) -> Option<Head> {
        let (Some(head), Some((body, digits))) = (Head::read(line), split(line)) else {
            self.fault("", 0, FaultKind::Unreadable);
            return None;
        };
        let (prev, own) = (bytes(&head.prev), bytes(digits));
        if hash(body.as_bytes()) != digits {
            self.fault(&head.writer, head.seq, FaultKind::Changed);
        }
        let (Some(prev), Some(own)) = (prev, own) else {
            self.fault(&head.writer, head.seq, FaultKind::WrongChain);
            return Some(head);
        };
        let chain = self.chains.entry(head.writer.clone()).or_default();
        if chain.insert(head.seq, Link { prev, hash: own }).is_some() {
            self.fault(&head.writer, head.seq, FaultKind::Doubled);
        }
        Some(head)
    }

    /// Returns how many chains and lines there are.
    #[must_use]
    pub fn seen(&self) -> (usize, usize) {
        (self.chains.len(), self.chains.values().map(BTreeMap::len).sum())
    }

    /// Returns all faults. A chain begins with the line 1, and every line names the one before it.
    ///
    /// The end of a chain is not known: that its last lines are gone cannot be seen here.
    #[must_use]
    pub fn finish(mut self) -> Vec<Fault> {
        for (writer, chain) in std::mem::take(&mut self.chains) {
            let mut before = (0, [0; 32]);
            for (seq, link) in chain {
                let missing = before.0 + 1..seq;
                if !missing.is_empty() {
                    self.fault(&writer, missing.start, FaultKind::Missing);
                } else if link.prev != before.1 {
                    self.fault(&writer, seq, FaultKind::WrongChain);
                }
                before = (seq, link.hash);
            }
        }
        self.faults.sort();
        self.faults
    }

    fn fault(&mut self, writer: &str, seq: u64, kind: FaultKind) {
        self.faults.push(Fault { writer: writer.to_owned(), seq, kind });
    }
}

/// Reads a hash. An empty one, which only the first line of a chain names, is all zeros.
fn bytes(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if !digits.is_empty() {
        hex::decode_to_slice(digits, &mut bytes).ok()?;
    }
    Some(bytes)
}

/// Checks all lines of whole chains, and returns what is wrong with them.
#[must_use]
pub fn verify<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<Fault> {
    let mut verifier = Verifier::default();
    for line in lines {
        verifier.add(line);
    }
    verifier.finish()
}
