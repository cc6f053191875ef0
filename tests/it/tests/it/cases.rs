//! Inputs that people really send, each with its right answer: the files of `tests/fixtures/cases`.

mod errors;
mod numbers;
