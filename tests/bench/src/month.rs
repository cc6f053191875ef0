//! One object of made-up records.

use redial_domain::Phone;
use serde_json::json;

/// The records of the object: a full leaf.
pub(crate) const RECORDS: usize = 500;

/// Area codes for the numbers: each has a hundred fictional ones.
const AREAS: [u16; 5] = [212, 305, 404, 617, 646];

pub(crate) const MONTH: &str = "2025-12";

/// Returns the number of a record.
pub(crate) fn phone(n: usize) -> Phone {
    Phone::parse(&format!("+1{}55501{:02}", AREAS[n / 100 % AREAS.len()], n % 100)).unwrap()
}

/// Returns the lead id of a record.
pub(crate) fn lead(n: usize) -> String {
    (1_000_000 + n).to_string()
}

/// Returns the object as our own code prints it, about 900 bytes for each record.
pub(crate) fn object() -> Vec<u8> {
    let records = (0..RECORDS).map(|n| {
        let phone = phone(n);
        let attempts = 1 + n % 5;
        let history: Vec<_> = (0..attempts).map(|call| json!({
            "call_id": format!("5d1c3f0e-6a42-4b7e-{call:04x}-{n:012x}"), "outcome": "VOICEMAIL",
            "at": 1_764_600_000_000_u64 + 4_000_000 * call as u64, "source": "bland",
            "attempt_id": format!("019ac000-0000-7000-{:04x}-{n:012x}", 0x8000 + call), "rule": "answered_by_voicemail",
        })).collect();
        let record = json!({
            "lead_id": lead(n), "phone_number": phone.as_str(), "list_id": "list-1", "first_name": format!("First{n}"),
            "last_name": format!("Last{n}"), "state": "NY", "attempts": attempts,
            "last_call_timestamp": 1_764_620_000_000_u64, "next_redial_timestamp": 1_766_620_000_000_u64,
            "scheduled_callback_time": null, "outcomes": vec!["VOICEMAIL"; attempts], "last_outcome": "VOICEMAIL",
            "last_call_id": history[attempts - 1]["call_id"], "created_at": 1_764_600_000_000_u64,
            "updated_at": 1_764_620_000_000_u64, "status": "pending", "call_history": history,
        });
        format!("\"{}_{}\":{record}", lead(n), phone.national())
    });
    format!("{{\n{}\n}}\n", records.collect::<Vec<_>>().join(",\n")).into_bytes()
}
