//! The handler of the scheduled run.

mod handler;

pub use handler::process;
