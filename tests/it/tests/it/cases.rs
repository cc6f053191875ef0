//! Inputs that people really send, each with its right answer: the files of `tests/fixtures/cases`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a case that cannot be tried is a failed test")]

mod bodies;
mod callbacks;
mod convoso;
mod errors;
mod months;
mod never;
mod numbers;
mod places;
mod refusal;

use super::stories::post::fixture;
use redial_domain::builders::policy;
use redial_domain::{Arrival, CallResult, Judged, judge};
use redial_providers::{Parsed, bland};

/// The time at which the cases are read.
const NOW: &str = "2026-11-27T17:00:00Z";

fn case(name: &str) -> String {
    fixture(&format!("cases/{name}"))
}

fn judged(parsed: Parsed) -> Judged {
    match parsed {
        Parsed::Report(report) => judge(*report, &policy()),
        Parsed::NotAResult(reason) => Judged::NotAResult(reason),
        Parsed::Unattached(reason) => Judged::Unattached(reason),
    }
}

fn of_bland(body: &str) -> Judged {
    judged(bland::parse(body.as_bytes(), NOW.parse().unwrap()).unwrap())
}

fn of_convoso(body: &str) -> Judged {
    judged(redial_providers::convoso::parse(body.as_bytes(), NOW.parse().unwrap()).unwrap())
}

#[track_caller]
fn result(judged: Judged) -> CallResult {
    let Judged::Arrival(arrival) = judged else { panic!("{judged:?}") };
    let Arrival::Result(result) = *arrival else { panic!("a new lead") };
    result
}
