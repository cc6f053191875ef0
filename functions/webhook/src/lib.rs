//! The webhook (`PRODUCT.md` §5): Bland and Convoso post the results of calls here.

mod answers;
mod handler;
mod senders;

pub use handler::Webhook;
pub use senders::Senders;
