//! Whether callbacks that were promised were made.

use super::Span;
use crate::{AttemptId, Lead, LeadKey, Outcome};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashMap, HashSet};

/// A callback is kept in time if it begins not later than this after its time.
pub const IN_TIME: TimeDelta = TimeDelta::minutes(15);

/// What came of the callbacks that were promised for a span. `promised` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Callbacks {
    /// Callbacks that a person or an operator asked for. A request that was replaced before its time does not count.
    pub promised: usize,
    /// Called within [`IN_TIME`] after the time.
    pub kept_in_time: usize,
    /// Called later.
    pub kept_late: usize,
    /// Not called, and the time is not over by [`IN_TIME`].
    pub not_yet: usize,
    /// Not called, although the lead still waits for a dial.
    pub missed: usize,
    /// Not called, because the lead is completed or held back, or has used all attempts.
    pub withdrawn: usize,
}

/// The requests for callbacks of a span.
#[derive(Debug)]
pub(super) struct Requests {
    span: Span,
    now: DateTime<Utc>,
    /// The dials of each lead. A call of a short time ago has no result yet, so its record does not know it.
    dials: HashMap<LeadKey, Vec<(AttemptId, DateTime<Utc>)>>,
    pub(super) callbacks: Callbacks,
}

impl Requests {
    pub(super) fn new(span: Span, now: DateTime<Utc>) -> Self {
        Self { span, now, dials: HashMap::new(), callbacks: Callbacks::default() }
    }

    pub(super) fn dialed(&mut self, lead: LeadKey, attempt: AttemptId, at: DateTime<Utc>) {
        self.dials.entry(lead).or_default().push((attempt, at));
    }

    pub(super) fn add(&mut self, lead: &Lead) {
        for promised in promises(lead).into_iter().filter(|at| self.span.contains(*at)) {
            self.callbacks.promised += 1;
            let late_from = promised + IN_TIME;
            let came_of_it = match self.kept_at(lead, promised) {
                Some(kept) if kept <= late_from => &mut self.callbacks.kept_in_time,
                Some(_) => &mut self.callbacks.kept_late,
                None if !lead.waits_for_a_dial() => &mut self.callbacks.withdrawn,
                None if self.now <= late_from => &mut self.callbacks.not_yet,
                None => &mut self.callbacks.missed,
            };
            *came_of_it += 1;
        }
    }

    /// Returns when a lead was called first from `promised` on. An attempt tells when it was made. Of any other call only its
    /// end is known.
    fn kept_at(&self, lead: &Lead, promised: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (lost, ended): (Vec<_>, Vec<_>) = lead.history.iter().partition(|past| past.outcome == Outcome::LOST);
        let of_records = ended.into_iter().filter_map(|past| {
            let made_at = past.attempt.and_then(|attempt| attempt.made_at());
            made_at.into_iter().chain([past.at]).filter(|at| *at >= promised).min()
        });
        let lost: HashSet<AttemptId> = lost.into_iter().filter_map(|past| past.attempt).collect();
        let dials = self.dials.get(&lead.key()).into_iter().flatten();
        let of_ledger = dials.filter(|(attempt, at)| *at >= promised && !lost.contains(attempt)).map(|(_, at)| *at);
        of_records.chain(of_ledger).min()
    }
}

/// Returns the times of all requests that were not replaced before they came.
fn promises(lead: &Lead) -> Vec<DateTime<Utc>> {
    let of_persons = lead.history.iter().filter_map(|past| Some((past.at, past.callback?)));
    let of_operator = lead.operator_callback.map(|asked| (asked.since, asked.at));
    let mut asked: Vec<_> = of_persons.chain(of_operator).collect();
    // The sort is stable, and the request of an operator counts as the later one of two, as for the next dial.
    asked.sort_by_key(|(since, _)| *since);
    let is_kept = |(index, (_, at)): &(usize, &(DateTime<Utc>, DateTime<Utc>))| {
        !asked.iter().skip(index + 1).any(|(later, _)| later < at)
    };
    asked.iter().enumerate().filter(is_kept).map(|(_, (_, at))| *at).collect()
}
