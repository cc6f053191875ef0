//! What is kept, and the one way to change it.

pub mod cas;
pub mod lines;
pub mod metered;
pub mod records;
pub mod run_lease;
pub mod secret;
pub mod settings;
