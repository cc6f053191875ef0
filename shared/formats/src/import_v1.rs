//! The progress of an import as stored bytes.

use crate::Unreadable;
use chrono::{DateTime, Utc};
use redial_domain::{BadLine, Import, ImportState};
use serde::{Deserialize, Serialize};

// A release that does not know a field drops it when it writes the progress. That is safe, because progress is only a report
// and a place to go on from, and lines that are read twice change nothing.
#[derive(Serialize, Deserialize)]
struct StoredImport {
    v: u64,
    source: String,
    by: String,
    state: StateWord,
    lines: u64,
    total: Option<u64>,
    added: u64,
    known: u64,
    bad: Vec<StoredBadLine>,
    bad_lines: u64,
    // Only lists of leads have these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    refused: Vec<StoredBadLine>,
    #[serde(default, skip_serializing_if = "is_zero")]
    refused_lines: u64,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    started_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StateWord {
    Running,
    Done,
    Failed,
}

#[derive(Serialize, Deserialize)]
struct StoredBadLine {
    line: u64,
    reason: String,
}

/// Writes the progress as bytes.
#[must_use]
pub fn to_bytes(import: &Import) -> Vec<u8> {
    let (state, reason) = match &import.state {
        ImportState::Running => (StateWord::Running, None),
        ImportState::Done => (StateWord::Done, None),
        ImportState::Failed(reason) => (StateWord::Failed, Some(reason.clone())),
    };
    let stored = StoredImport {
        v: 1,
        source: import.source.clone(),
        by: import.by.clone(),
        state,
        lines: import.lines,
        total: import.total,
        added: import.added,
        known: import.known,
        bad: stored_lines(&import.bad),
        bad_lines: import.bad_lines,
        refused: stored_lines(&import.refused),
        refused_lines: import.refused_lines,
        reason,
        started_at: import.started_at,
        updated_at: import.updated_at,
    };
    serde_json::to_vec(&stored).unwrap_or_default()
}

/// Reads the progress.
///
/// # Errors
/// [`Unreadable`] if the bytes are of another version, or are not the progress of an import.
pub fn parse(bytes: &[u8]) -> Result<Import, Unreadable> {
    let stored: StoredImport = serde_json::from_slice(bytes)?;
    if stored.v != 1 {
        let found = stored.v;
        return Err(Unreadable(format!("the progress has version {found}, and this release reads version 1")));
    }
    let state = match stored.state {
        StateWord::Running => ImportState::Running,
        StateWord::Done => ImportState::Done,
        StateWord::Failed => ImportState::Failed(stored.reason.unwrap_or_default()),
    };
    Ok(Import {
        source: stored.source,
        by: stored.by,
        state,
        lines: stored.lines,
        total: stored.total,
        added: stored.added,
        known: stored.known,
        bad: lines(stored.bad),
        bad_lines: stored.bad_lines,
        refused: lines(stored.refused),
        refused_lines: stored.refused_lines,
        started_at: stored.started_at,
        updated_at: stored.updated_at,
    })
}

fn stored_lines(lines: &[BadLine]) -> Vec<StoredBadLine> {
    lines.iter().map(|bad| StoredBadLine { line: bad.line, reason: bad.reason.clone() }).collect()
}

fn lines(stored: Vec<StoredBadLine>) -> Vec<BadLine> {
    stored.into_iter().map(|bad| BadLine { line: bad.line, reason: bad.reason }).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
