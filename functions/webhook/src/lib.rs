//! The webhook (`PRODUCT.md` §5): Bland and Convoso post the results of calls here.

mod answers;
mod handler;

pub use handler::Webhook;
