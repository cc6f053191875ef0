//! What others send us and accept from us, as pure functions of bytes.

pub mod api_key;
pub mod bland;
pub mod convoso;
mod lenient;
mod parsed;
pub mod signature;

pub use parsed::{Malformed, Parsed};
