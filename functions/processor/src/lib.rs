//! The scheduled run as a Lambda function.

mod handler;

pub use handler::process;
