//! Entries of the ledger as stored bytes: one JSON object a line.
//!
//! Each line has the hash of the line before it in the chain of its writer, and a hash of its own bytes. The last field is
//! `hash`. It is the SHA-256 of the line as it was before this field was added.

mod dials;
mod stored;
mod verify;

pub use dials::Told;
use redial_domain::ledger::Entry;
use sha2::{Digest, Sha256};
use stored::StoredEntry;
pub use verify::{Fault, FaultKind, Head, Verifier, verify};

/// What comes before the hash at the end of a line, and how long the end is.
const HASH_FIELD: &str = ",\"hash\":\"";
const HASH_DIGITS: usize = 64;

/// One writer's chain of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    writer: String,
    last: u64,
    hash: String,
}

impl Chain {
    /// Begins a chain. `writer` must never have written before, or two lines would have one number.
    #[must_use]
    pub fn new(writer: String) -> Self {
        Self { writer, last: 0, hash: String::new() }
    }

    /// Returns the writer.
    #[must_use]
    pub fn writer(&self) -> &str {
        &self.writer
    }

    /// Returns the number of the next line.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.last + 1
    }

    /// Adds an entry, and returns its line without a line break.
    #[must_use]
    pub fn append(&mut self, entry: &Entry) -> String {
        let stored = StoredEntry::new(entry, self);
        let mut line = serde_json::to_string(&stored).unwrap_or_default();
        self.last += 1;
        self.hash = hash(line.as_bytes());
        line.pop();
        line.push_str(HASH_FIELD);
        line.push_str(&self.hash);
        line.push_str("\"}");
        line
    }
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Returns the bytes of a line that its hash is made of, and the hash. `None` if it does not end in one.
fn split(line: &str) -> Option<(String, &str)> {
    let body = line.strip_suffix("\"}")?;
    let (rest, digits) = body.split_at_checked(body.len().checked_sub(HASH_DIGITS)?)?;
    let rest = rest.strip_suffix(HASH_FIELD)?;
    Some((format!("{rest}}}"), digits))
}

#[cfg(test)]
mod tests;
