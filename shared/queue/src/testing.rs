//! Stand-ins, builders and the conformance suites that stand-ins and real stores pass alike.
#![expect(clippy::unwrap_used, reason = "only tests use this, and a panic there is a failed test")]

pub mod conformance;
mod fake_dialer;
mod faulty;
mod memory_blobs;
mod memory_lines;
mod memory_secrets;
mod recording_meter;
mod recording_trigger;
mod test_clock;

pub use fake_dialer::{FakeDialer, Reply};
pub use faulty::{Fault, Faulty, Operation};
pub use memory_blobs::MemoryBlobs;
pub use memory_lines::MemoryLines;
pub use memory_secrets::MemorySecrets;
pub use recording_meter::RecordingMeter;
pub use recording_trigger::RecordingTrigger;
pub use test_clock::TestClock;

/// A lock that a failed test did not poison for the next.
fn locked<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
