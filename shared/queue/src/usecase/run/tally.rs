//! What one run has dialed, and why it stops.

use super::write_back::WriteBack;
use crate::store::records::Found;
use chrono::{DateTime, Utc};
use redial_domain::breaker::Circuit;
use redial_domain::{RunSummary, Stop};

/// Counts of the dialing part of a run.
pub(super) struct Tally {
    pub(super) circuit: Circuit,
    stop: Option<Stop>,
    /// Until when the provider wants to be left alone.
    pub(super) quiet_until: Option<DateTime<Utc>>,
    /// Dial requests sent or about to be sent.
    pub(super) claimed: u32,
    pub(super) placed: u32,
    pub(super) errors: u32,
    pub(super) skipped: u32,
    pub(super) write_back: WriteBack,
    /// Leads whose claim took too long, to be dialed once more. `None` when they have been.
    again: Option<Vec<Found>>,
}

impl Tally {
    pub(super) fn new(circuit: Circuit) -> Self {
        Self {
            circuit,
            stop: None,
            quiet_until: None,
            claimed: 0,
            placed: 0,
            errors: 0,
            skipped: 0,
            write_back: WriteBack::default(),
            again: Some(Vec::new()),
        }
    }

    /// Why nobody is dialed any more; the first reason stays.
    pub(super) fn stopped(&self) -> Option<Stop> {
        self.stop.or(self.circuit.stop().map(|cause| cause.stop()))
    }

    pub(super) fn stop(&mut self, reason: Stop) {
        self.stop = self.stopped().or(Some(reason));
    }

    /// Returns whether a lead whose claim took too long can be dialed once more in this run.
    pub(super) fn may_try_again(&self) -> bool {
        self.again.is_some()
    }

    pub(super) fn again(&mut self, found: Found) {
        self.again.get_or_insert_default().push(found);
    }

    /// Returns the leads whose claims took too long. From then on such a lead is left for the next run.
    pub(super) fn take_again(&mut self) -> Vec<Found> {
        self.again.take().unwrap_or_default()
    }

    pub(super) fn close(mut self, summary: &mut RunSummary, write_back: &mut WriteBack) {
        self.write_back.forgive(self.circuit.forgiven());
        summary.calls_made = self.placed;
        summary.skipped += self.skipped;
        summary.errors += self.errors;
        summary.stopped_by = self.stopped();
        write_back.append(self.write_back);
    }
}
