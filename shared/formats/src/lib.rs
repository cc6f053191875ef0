//! Every byte that crosses our border; the only place that knows JSON.

pub mod admin_api;
pub mod api_key;
pub mod bland;
pub mod convoso;
pub mod emf;
mod lenient;
pub mod line_v1;
pub mod month_v1;
mod parsed;
pub mod run_v1;
pub mod settings_v1;
pub mod signature;
mod stored;

pub use parsed::{Malformed, Parsed};
pub use stored::Unreadable;
