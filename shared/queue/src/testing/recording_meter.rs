//! A meter that records its readings.

use super::locked;
use crate::ports::{Meter, Metric, Reading};
use std::sync::Mutex;

/// A [`Meter`] that records every reading.
#[derive(Debug, Default)]
pub struct RecordingMeter(Mutex<Vec<Reading>>);

impl RecordingMeter {
    /// Returns all readings so far, in order.
    #[must_use]
    pub fn readings(&self) -> Vec<Reading> {
        locked(&self.0).clone()
    }

    /// Returns the values of one metric so far, in order.
    #[must_use]
    pub fn values(&self, metric: Metric) -> Vec<u64> {
        self.readings().into_iter().filter(|reading| reading.metric == metric).map(|reading| reading.value).collect()
    }

    /// Forgets every reading.
    pub fn reset(&self) {
        locked(&self.0).clear();
    }
}

impl Meter for RecordingMeter {
    fn record(&self, reading: Reading) {
        locked(&self.0).push(reading);
    }
}
