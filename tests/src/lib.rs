//! Whole-system tests, the fake provider, and the emulator of AWS.

pub mod emulator;
pub mod fake_bland;
pub mod template;
