//! Every byte that crosses our border; the only place that knows JSON.

pub mod admin_api;
pub mod api_key;
pub mod bland;
pub mod convoso;
mod lenient;
mod parsed;
pub mod run_v1;
pub mod signature;

pub use parsed::{Malformed, Parsed};
