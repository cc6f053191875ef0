//! The webhook to which Bland and Convoso post results and leads (`docs/CONTRACT.md`, "Webhooks").

mod answers;
mod handler;
mod senders;

pub use handler::Webhook;
pub use senders::Senders;
