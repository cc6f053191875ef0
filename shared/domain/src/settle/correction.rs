//! Two reports of one call: a dialer's agents correct their dispositions.

use crate::{CallResult, PastCall};

/// Returns whether a disposition says something new about a call that is in the history: another outcome that was reported
/// later, or, found late, that the call ended earlier.
pub(super) fn corrects(past: &PastCall, result: &CallResult) -> bool {
    let is_newer = result.ended_at > past.told_at() && result.outcome != past.outcome;
    is_newer || (past.corrected_at.is_some() && result.ended_at < past.at)
}

/// Returns what the history keeps of two reports of one call: the outcome of the newer, and the end of the call that the older
/// gives. Reports come in any order.
pub(super) fn newer_of(known: &PastCall, told: PastCall) -> PastCall {
    if known.call != told.call {
        return told;
    }
    let (older, newer) = if told.at > known.told_at() { (known.clone(), told) } else { (told, known.clone()) };
    PastCall { at: older.at.min(newer.at), corrected_at: Some(newer.told_at()), ..newer }
}
