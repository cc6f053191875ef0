//! Whole-system tests, the fake provider, the emulator of AWS, and a proxy that makes things go wrong before either.

pub mod emulator;
pub mod fake_bland;
pub mod fault_proxy;
mod hang_up;
pub mod template;
