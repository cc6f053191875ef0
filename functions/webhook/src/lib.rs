//! Call results in: Bland and Convoso post them here.

mod answers;
mod handler;

pub use handler::Webhook;
