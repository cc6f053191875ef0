//! How long a store takes to answer: nothing, or a random time as within a region of AWS.

use crate::{World, locked};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use std::f64::consts::TAU;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is asked of a store.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    Read,
    Write,
    Line,
}

/// Whether times are modelled.
#[derive(Debug, Default)]
pub(crate) struct Latency(Mutex<bool>);

/// How fast S3 sends and takes a body, in bytes a millisecond.
const BYTES_PER_MS: f64 = 100_000.0;

impl Latency {
    /// Returns half of the time of a request with a body of `bytes`, for before and for after its effect.
    pub(crate) fn half(&self, asked: Asked, bytes: usize) -> Duration {
        if !*locked(&self.0) {
            return Duration::ZERO;
        }
        // A median and the deviation of the logarithm. One request in a hundred takes 5, 2.5 or 3.2 times the median.
        let (median, deviation) = match asked {
            Asked::Read => (20.0, 0.69),
            Asked::Write => (40.0, 0.39),
            Asked::Line => (6.0, 0.5),
        };
        let (a, b): (f64, f64) = (rand::random(), rand::random());
        let normal = (-2.0 * (1.0 - a).ln()).sqrt() * (TAU * b).cos();
        let transfer = bytes as f64 / BYTES_PER_MS;
        Duration::from_secs_f64((median * f64::exp(deviation * normal) + transfer) / 2000.0)
    }
}

/// Waits, and does not ask the timer for nothing.
pub(crate) async fn wait(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

/// Sets the model.
pub(crate) async fn set(State(world): State<Arc<World>>, Path(model): Path<String>) -> StatusCode {
    let modelled = match model.as_str() {
        "none" => false,
        "model" => true,
        _ => return StatusCode::BAD_REQUEST,
    };
    *locked(&world.latency.0) = modelled;
    StatusCode::OK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_reads_take_less_than_the_median() {
        let latency = Latency(Mutex::new(true));
        let short = (0..2000).filter(|_| latency.half(Asked::Read, 0) < Duration::from_millis(10)).count();
        assert!((850..1150).contains(&short), "{short} of 2000");
        assert!(latency.half(Asked::Read, 100_000_000) > Duration::from_millis(500));
        assert_eq!(Latency::default().half(Asked::Read, 0), Duration::ZERO);
    }
}
