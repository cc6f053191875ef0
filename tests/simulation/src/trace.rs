//! The history of a world: always as a hash, and as text when somebody wants to read it.

use chrono::{DateTime, Utc};
use std::sync::Mutex;

pub(crate) struct Trace(Mutex<Written>);

struct Written {
    hash: u64,
    lines: Option<Vec<String>>,
}

impl Trace {
    pub(crate) fn new(readable: bool) -> Self {
        Self(Mutex::new(Written { hash: 0xcbf2_9ce4_8422_2325, lines: readable.then(Vec::new) }))
    }

    pub(crate) fn say(&self, at: DateTime<Utc>, what: &'static str, number: u64, text: impl FnOnce() -> String) {
        let mut written = self.0.lock().unwrap();
        let instant = at.timestamp_micros().to_be_bytes();
        for byte in instant.iter().chain(what.as_bytes()).chain(&number.to_be_bytes()) {
            written.hash = (written.hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if let Some(lines) = &mut written.lines {
            lines.push(format!("{} {what:<12} {}", at.format("%d %H:%M:%S%.3f"), text()));
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.0.lock().unwrap().hash
    }

    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().lines.as_ref().map(|lines| lines.join("\n")).unwrap_or_default()
    }
}
