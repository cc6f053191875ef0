//! Inputs that people really send, each with its right answer: the files of `tests/fixtures/cases`.
#![expect(clippy::unwrap_used, reason = "a case that cannot be tried is a failed test")]

mod convoso;
mod errors;
mod never;
mod numbers;
mod refusal;
