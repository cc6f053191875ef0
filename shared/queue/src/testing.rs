//! Stand-ins for the ports, and the conformance suites that stand-ins and real stores pass.
#![expect(clippy::unwrap_used, reason = "only tests use this, and a panic there is a failed test")]

use crate::store::settings::Environment;
use chrono::TimeDelta;
use redial_domain::law::Rules;
use redial_domain::settings::{Limits, Settings};
use std::collections::BTreeMap;
use std::sync::Arc;

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

/// Locks a mutex, even if a failed test has poisoned it.
fn locked<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The environment of a deployment whose provider is on this machine and whose runs have four minutes, with some settings
/// changed, by key.
#[must_use]
pub fn environment(settings: &[(&'static str, &str)]) -> Environment {
    environment_under(redial_formats::law_v1::embedded().unwrap(), settings)
}

/// As [`environment`], under these calling rules.
#[must_use]
pub fn environment_under(law: Arc<Rules>, settings: &[(&'static str, &str)]) -> Environment {
    let limits = Limits { provider_is_loopback: true, run_timeout: TimeDelta::minutes(4), law };
    let values: BTreeMap<_, _> = settings.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    let policy = Settings { environment: values.clone(), ..Settings::default() }.policy(limits.clone()).unwrap();
    Environment { values, limits, policy: Arc::new(policy) }
}
