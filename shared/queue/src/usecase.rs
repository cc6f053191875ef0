//! The things that the system does, one file for each. No AWS, no HTTP, no JSON here.

pub mod admin;
pub mod ingest;
pub mod recognise;
pub mod retention;
pub mod run;
mod time;
