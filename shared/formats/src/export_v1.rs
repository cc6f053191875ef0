//! The progress of an export as stored bytes.

use crate::Unreadable;
use chrono::{DateTime, Utc};
use redial_domain::{Export, ExportState, Lease, Writing};
use serde::{Deserialize, Serialize};

// A release that does not know a field drops it when it writes the progress. That is safe, because an export only reads a month,
// and one that cannot go on begins anew.
#[derive(Serialize, Deserialize)]
struct StoredExport {
    v: u64,
    key: String,
    leaves: u64,
    records: u64,
    bytes: u64,
    started_at: DateTime<Utc>,
    /// Absent while it is not finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    done_at: Option<DateTime<Utc>>,
    /// Absent once it is finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    writing: Option<StoredWriting>,
}

#[derive(Serialize, Deserialize)]
struct StoredWriting {
    upload: Option<String>,
    parts: Vec<String>,
    next: u64,
    division: Option<String>,
    lease: Option<StoredLease>,
}

#[derive(Serialize, Deserialize)]
struct StoredLease {
    holder: String,
    until: DateTime<Utc>,
}

/// Writes the progress as bytes.
#[must_use]
pub fn to_bytes(export: &Export) -> Vec<u8> {
    let (done_at, writing) = match &export.state {
        ExportState::Done(at) => (Some(*at), None),
        ExportState::Writing(writing) => (None, Some(stored(writing))),
    };
    let stored = StoredExport {
        v: 1,
        key: export.key.clone(),
        leaves: export.leaves,
        records: export.records,
        bytes: export.bytes,
        started_at: export.started_at,
        done_at,
        writing,
    };
    serde_json::to_vec(&stored).unwrap_or_default()
}

/// Reads the progress.
///
/// # Errors
/// [`Unreadable`] if the bytes are of another version, or are not the progress of an export.
pub fn parse(bytes: &[u8]) -> Result<Export, Unreadable> {
    let stored: StoredExport = serde_json::from_slice(bytes)?;
    if stored.v != 1 {
        let found = stored.v;
        return Err(Unreadable(format!("the progress has version {found}, and this release reads version 1")));
    }
    let state = match (stored.done_at, stored.writing) {
        (Some(at), _) => ExportState::Done(at),
        (None, Some(writing)) => ExportState::Writing(read(writing)),
        (None, None) => return Err(Unreadable("the export is neither finished nor written".to_owned())),
    };
    Ok(Export {
        key: stored.key,
        leaves: stored.leaves,
        records: stored.records,
        bytes: stored.bytes,
        state,
        started_at: stored.started_at,
    })
}

fn stored(writing: &Writing) -> StoredWriting {
    let lease = writing.lease.as_ref().map(|lease| StoredLease { holder: lease.holder.clone(), until: lease.until });
    StoredWriting {
        upload: writing.upload.clone(),
        parts: writing.parts.clone(),
        next: writing.next,
        division: writing.division.clone(),
        lease,
    }
}

fn read(stored: StoredWriting) -> Writing {
    let lease = stored.lease.map(|lease| Lease { holder: lease.holder, until: lease.until });
    Writing { upload: stored.upload, parts: stored.parts, next: stored.next, division: stored.division, lease }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::builders::at;
    use rstest::rstest;

    #[test]
    fn an_export_is_read_as_it_was_written() {
        let new = Export::new("exports/months/1/redial-queue_2025-12.json".to_owned(), at("2025-12-17T19:00:00Z"));
        let done = Export { records: 3, state: ExportState::Done(at("2025-12-17T19:00:20Z")), ..new.clone() };
        for export in [new, done] {
            assert_eq!(parse(&to_bytes(&export)), Ok(export));
        }
    }

    #[rstest]
    #[case(r#"{"v":2,"key":"k","leaves":0,"records":0,"bytes":0,"started_at":"2025-12-17T19:00:00Z"}"#, "version 2")]
    #[case(r#"{"v":1,"key":"k","leaves":0,"records":0,"bytes":0,"started_at":"2025-12-17T19:00:00Z"}"#, "neither")]
    #[case("{", "cut off")]
    fn anything_else_is_refused(#[case] stored: &str, #[case] said: &str) {
        assert!(parse(stored.as_bytes()).unwrap_err().to_string().contains(said));
    }
}
