//! Whole-system tests and the fake provider.
