//! The newest report of a call, which tells a repeat from a correction.

use super::{KnownCall, Line};
use crate::{CallId, CallResult, Outcome, Source};
use chrono::{DateTime, TimeDelta, Utc};

/// The least time between two reports of one call. Records have milliseconds.
const NEXT_REPORT: TimeDelta = TimeDelta::milliseconds(1);

/// A report of how a call ended that a later report may correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The outcome. `None` if the report found no record: then no later one is a repeat of it.
    pub outcome: Option<Outcome>,
    /// When it was reported. Reports of one call are in order here, whatever the clocks of the processes say.
    pub at: DateTime<Utc>,
}

impl Line {
    /// Returns whether this result corrects what was reported of its call before: only Convoso corrects, and a report of the
    /// same outcome is a repeat. What a line without the newest report knows can be compared in the record only.
    #[must_use]
    pub fn is_corrected_by(&self, result: &CallResult) -> bool {
        let told =
            |known: &KnownCall| known.told.as_ref().is_none_or(|told| told.outcome.as_ref() != Some(&result.outcome));
        is_of_convoso(result) && self.known(&result.call).is_some_and(told)
    }

    /// Notes the newest report of a call, so that a repeat can be told from a correction without the record.
    pub(super) fn note_report(&mut self, result: &CallResult) {
        let mut calls = self.calls.iter_mut();
        let known = calls.find(|known| is_of_convoso(result) && known.call.as_ref() == Some(&result.call));
        if let Some(known) = known {
            let before = known.told.take().map_or(result.ended_at, |told| told.at);
            known.told = Some(Told { outcome: Some(result.outcome.clone()), at: before.max(result.ended_at) });
        }
    }

    /// Notes that the newest report of a call found no record. An earlier one may be on its way into the record even then, and
    /// make it again. The next report must correct it.
    pub fn report_found_no_record(&mut self, call: &CallId) {
        let known = self.calls.iter_mut().find(|known| known.call.as_ref() == Some(call));
        if let Some(told) = known.and_then(|known| known.told.as_mut()) {
            told.outcome = None;
        }
    }

    /// Moves a report after the one before it: the clock of the process that took this one in may be slow.
    pub(super) fn put_in_order(&self, result: &mut CallResult) {
        if let Some(told) = self.known(&result.call).and_then(|known| known.told.as_ref()) {
            result.ended_at = result.ended_at.max(told.at + NEXT_REPORT);
        }
    }
}

/// Returns whether a result is a disposition of Convoso. Its agents correct them. Bland's second payload about a call is never
/// a correction.
pub(super) fn is_of_convoso(result: &CallResult) -> bool {
    result.source == Source::Convoso
}
