//! Whole-system tests and the fake provider.

pub mod fake_bland;
