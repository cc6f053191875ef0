//! Signed results of made-up calls, as Bland sends them.

use crate::month::{lead_id, phone};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

/// The secret with which results are signed.
pub const SECRET: &str = "measured";
/// Where they are sent.
pub const PATH: &str = "/webhooks/bland-callback";

/// One result.
#[derive(Debug, Clone)]
pub struct CallEnded<'a> {
    /// The record.
    pub n: usize,
    /// The number of the attempt with which the queue dialed it.
    pub attempt: usize,
    /// The id of the call.
    pub call: String,
    /// When the call ended, in RFC 3339.
    pub at: &'a str,
    /// The month of the record, if the queue dialed the call.
    pub month: Option<&'a str>,
}

impl CallEnded<'_> {
    /// Returns the id of an attempt.
    #[must_use]
    pub fn attempt_id(attempt: usize) -> String {
        format!("019ac000-0000-7000-8fff-{attempt:012x}")
    }

    /// Returns the body of the webhook and its signature.
    #[must_use]
    pub fn signed(&self) -> (String, String) {
        let (lead, phone) = (lead_id(self.n), phone(self.n));
        let data =
            json!({"lead_id": lead, "list_id": "list-1", "first_name": "First", "last_name": "Last", "state": "NY"});
        let mut metadata = data.clone();
        if let Some(month) = self.month {
            metadata["attempt_id"] = Self::attempt_id(self.attempt).into();
            metadata["month"] = month.into();
            metadata["source"] = "redial-queue".into();
        }
        let body = json!({
            "call_id": self.call, "c_id": self.call, "to": phone, "from": "+12125550199",
            "inbound": false, "completed": true, "status": "completed", "queue_status": "complete",
            "answered_by": "voicemail", "call_length": 0.41, "created_at": self.at,
            "end_at": self.at, "variables": {"phone_number": phone, "city": "NEW YORK"},
            "request_data": data, "metadata": metadata, "max_duration": 30, "price": 0.037, "recording_url": null,
            "summary": "The call went to voicemail.", "concatenated_transcript": "", "transcripts": [],
            "error_message": null, "disposition_tag": null,
        });
        let body = body.to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(body.as_bytes());
        (body, hex::encode(mac.finalize().into_bytes()))
    }
}
