//! What the template deploys, read as CloudFormation reads it: rights, the bucket's policy, the gateway, the domain.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod bucket_policy;
mod domain;
mod gateway;
mod policy;
mod resources;
mod rights;
