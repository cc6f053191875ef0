//! What one run has dialed, and why it stops.

use super::write_back::WriteBack;
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
        }
    }

    /// Why nobody is dialed any more; the first reason stays.
    pub(super) fn stopped(&self) -> Option<Stop> {
        self.stop.or(self.circuit.stop().map(|cause| cause.stop()))
    }

    pub(super) fn stop(&mut self, reason: Stop) {
        self.stop = self.stopped().or(Some(reason));
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
