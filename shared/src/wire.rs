//! Every byte that crosses our border; the only place that knows JSON.

pub mod bland;
mod lenient;
mod parsed;
pub mod signature;

pub use parsed::{Malformed, Parsed};
