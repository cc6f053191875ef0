//! Everything of the redial queue that is not a Lambda entry point.
//!
//! `functions → usecase → store → ports → domain`; `wire → domain`, and of the ports only the values; `adapters → ports, wire`.

#[cfg(feature = "adapters")]
pub mod adapters;
pub mod config;
pub mod domain;
pub mod ports;
pub mod store;
#[cfg(feature = "adapters")]
pub mod system;
pub mod telemetry;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod usecase;
pub mod wire;
