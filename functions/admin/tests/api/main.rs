//! The admin API as its callers see it, on stores in memory.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

mod activity;
mod adding;
mod audit;
mod auth;
mod blocked;
mod bulk;
mod callback;
mod config;
mod errors;
mod export;
mod forecast;
mod lead;
mod leads;
mod numbers;
mod openapi;
mod operators;
mod outcome;
mod page;
mod proof;
mod records;
mod reviews;
mod routes;
mod rules;
mod rules_map;
mod runs;
mod schema_names;
mod status;
mod suppressions;
mod world;
