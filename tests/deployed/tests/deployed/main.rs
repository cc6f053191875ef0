//! What needs a deployed stack, an emulator, or an SDK. Stories where bytes, rights or processes matter are told to the stacks
//! that `./test` deploys: a REST gateway, the Lambda binaries, S3, DynamoDB, and the fake provider behind HTTP.
//!
//! A story has a stack of its own while it is told. Time cannot be moved here: a lead becomes due because a story rewrites its
//! month object, and a hold overdue because it rewrites the line, both under the version that it read.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod adapters;
mod adding;
mod cases;
mod conformance;
mod crash;
mod credentials;
mod crowd;
mod denied;
mod domain;
mod emulator;
mod forecast;
mod guide;
mod hours;
mod large;
mod ledger;
mod months;
mod openapi;
mod page;
mod people;
mod provider;
mod redial;
mod rules;
mod runbook;
mod runs;
mod shell;
mod stack;
mod steering;
mod store;
mod suppressions;
mod under_faults;
mod under_load;
mod unknown;
mod webhooks;
mod workers;
