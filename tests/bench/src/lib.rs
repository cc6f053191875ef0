//! What measurements share: made-up records, and signed results of their calls.
#![expect(clippy::unwrap_used, reason = "only measurements use this, and a panic ends them")]

pub mod month;
pub mod result;
