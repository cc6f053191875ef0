//! The fake provider, and a proxy that makes things go wrong before it or before an emulator of AWS.

pub mod fake_bland;
pub mod fault_proxy;
mod hang_up;
