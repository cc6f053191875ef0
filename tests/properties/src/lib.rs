//! The rules and the border of the queue under random input: `tests/model` and `tests/border.rs`.
