//! The things that the system does, one file for each. No AWS, no HTTP, no JSON here.

pub mod add;
pub mod admin;
pub mod bulk;
pub mod import;
pub mod ingest;
pub mod retention;
pub mod run;
mod steer;
mod time;
pub mod verify_with_reload;
