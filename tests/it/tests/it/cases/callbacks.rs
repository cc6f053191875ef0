//! Times at which people want to be called.

use super::{case, of_bland, result};
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::builders::policy;
use redial_domain::{Lead, Outcome, Settled, Status, settle};

fn settled(body: &str) -> (Lead, DateTime<Utc>) {
    let result = result(of_bland(body));
    assert_eq!(result.outcome, Outcome::CALLBACK);
    let Settled::Changed(lead) = settle(None, &result, false, result.ended_at, &policy()) else {
        panic!("not settled")
    };
    (*lead, result.ended_at)
}

fn asking_for(time: &str) -> String {
    case("21-callback-wrong-year.json").replace("2024-11-30T15:00:00-05:00", time)
}

#[test]
fn every_spelling_of_a_time_is_that_time() {
    for time in case("19-callback-times.txt").lines() {
        let (lead, _) = settled(&asking_for(time));
        assert_eq!(
            (lead.status, lead.next_redial),
            (Status::Rescheduled, "2026-11-30T20:00:00Z".parse().unwrap()),
            "{time}"
        );
    }
}

#[test]
fn a_time_that_cannot_be_used_gives_the_fallback() {
    let wrong_year = case("21-callback-wrong-year.json");
    for body in [&wrong_year, &asking_for("tomorrow at 3"), &asking_for("2027-11-30 15:00")] {
        let (lead, ended) = settled(body);
        assert_eq!((lead.status, lead.next_redial), (Status::Rescheduled, ended + TimeDelta::minutes(120)));
    }
}

#[test]
fn a_missing_time_follows_the_outcome() {
    for time in ["", "none", "{{callback_time}}"] {
        assert_eq!(settled(&asking_for(time)).0.status, Status::Completed, "{time}");
    }
}
