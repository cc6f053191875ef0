//! What others send and accept, as pure functions of bytes. `docs/PROVIDERS.md` has the facts.

pub mod api_key;
pub mod bland;
mod consent;
pub mod convoso;
mod lenient;
mod parsed;
pub mod signature;

pub use parsed::{Malformed, Parsed};
