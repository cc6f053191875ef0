//! Stories told to the real use cases in simulated time, on memory stores that pass the suites of the real ones.
#![expect(clippy::unwrap_used, reason = "a story that cannot be told is a failed test")]

mod activity;
mod adding;
mod agreement;
mod breaker;
mod budget;
mod bulk;
mod convoso;
mod cost;
mod export;
mod faults;
mod forbidden;
mod forecast;
mod growth;
mod index;
mod large;
mod law;
mod ledger;
mod ledger_changes;
mod limits;
mod metrics;
mod paging;
pub(crate) mod post;
mod preview;
mod redial;
mod review;
mod steering;
mod suppressions;
pub(crate) mod world;
