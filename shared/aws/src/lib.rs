//! Adapters of the ports on AWS and Bland, the configuration, telemetry, and the system that connects them.
//!
//! Without the feature `sdk`, only the parts that need no AWS SDK are built: `config`, `emf`, `telemetry`, the Bland adapter
//! and the system clock.

pub mod adapters;
pub mod config;
pub mod emf;
#[cfg(feature = "sdk")]
pub mod system;
pub mod telemetry;
