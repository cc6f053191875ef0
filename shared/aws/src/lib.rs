//! The ports on real services, the environment, logs and metrics, and the parts put together.
//!
//! Without the feature `sdk` only what needs no SDK is built: `config`, `emf`, `telemetry` and the system clock.

pub mod adapters;
pub mod config;
pub mod emf;
#[cfg(feature = "sdk")]
pub mod system;
pub mod telemetry;
