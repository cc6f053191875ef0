//! Every byte that crosses our border; the only place that knows JSON.

pub mod bland;
pub mod convoso;
mod lenient;
mod parsed;
pub mod signature;

pub use parsed::{Malformed, Parsed};
