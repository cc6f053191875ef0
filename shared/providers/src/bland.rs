//! Bland AI: the webhook at the end of a call, and its API.

mod api;
mod payload;
mod transcript;

pub use api::{Account, CallList, DialAnswer, attempt, call_list, call_state, dial_answer, dial_body};

use super::lenient::Object;
use super::{Malformed, Parsed};
use chrono::{DateTime, Utc};
use redial_domain::NotAResult;

/// Reads a webhook. What the call means is for [`redial_domain::judge`].
///
/// # Errors
/// [`Malformed`] if the body is not a JSON object.
pub fn parse(body: &[u8], now: DateTime<Utc>) -> Result<Parsed, Malformed> {
    let value = payload::read(body)?;
    let payload = Object::of(&value);
    // Only events while the call goes on have a category.
    if payload.get("category").is_some() {
        return Ok(Parsed::NotAResult(NotAResult::StreamingEvent));
    }
    // A refusal counts in a payload that is no result too, because no other payload may have it.
    let report = if is_delayed(payload) {
        payload::afterthought(payload, NotAResult::DelayedPayload, now)
    } else if !payload::is_finished(payload) {
        payload::afterthought(payload, NotAResult::UnfinishedCall, now)
    } else {
        payload::report(payload, now)
    };
    Ok(Parsed::Report(Box::new(report)))
}

/// Returns whether this is Bland's second payload, which comes 30 to 60 s after the first with the corrected transcript.
///
/// It may lack what the rules look at, and judged alone it would make a confused call of a voicemail. So only a refusal in it
/// counts. If the first was lost, a run asks Bland about the call. See the traps of *Bland: the webhook* in `docs/PROVIDERS.md`.
fn is_delayed(payload: Object<'_>) -> bool {
    let (status, answered_by) = (payload.text("status"), payload.text("answered_by"));
    if payload.get("corrected_transcript").is_some() {
        return status.is_none() || answered_by.is_none();
    }
    status.is_none() && answered_by.is_none() && payload.get("completed").is_none()
}

#[cfg(test)]
mod tests;
