//! Tests of values that are allowed, and of those that are not.

use super::*;
use crate::Outcome;
use rstest::rstest;

fn with(key: &str, value: &str) -> Settings {
    Settings { environment: BTreeMap::from([(find(key).unwrap().key, value.to_owned())]), ..Settings::default() }
}

#[test]
fn the_defaults_are_those_of_the_contract() {
    let policy = Settings::default().policy(Limits::default()).unwrap();
    assert_eq!(policy.cadence.progressive, [0, 0, 5, 10, 30, 60, 120]);
    assert_eq!((policy.max_attempts, policy.max_calls_per_number, policy.retention_days), (8, 8, 30));
    assert!(policy.completes(&Outcome::ACA, false) && policy.completes(&Outcome::CALLBACK, false));
    assert!(!policy.completes(&Outcome::CALLBACK, true));
    assert_eq!(policy.call_hold(), TimeDelta::minutes(35));
    assert!(!policy.ignore_hours && policy.enabled && policy.running);
}

#[test]
fn a_success_outcome_is_the_whole_word() {
    let policy = Settings::default().policy(Limits::default()).unwrap();
    assert!(!policy.completes(&Outcome::parse("NO_SALE").unwrap(), false));
    assert!(!policy.completes(&Outcome::parse("SALES").unwrap(), false));
}

#[rstest]
#[case("none")]
#[case("")]
#[case(" ")]
fn an_empty_list_of_intervals_means_the_fixed_interval(#[case] list: &str) {
    assert_eq!(with("progressive_intervals", list).policy(Limits::default()).unwrap().cadence.interval(3), 30);
}

#[test]
fn a_zero_stays_a_zero() {
    let settings = with("progressive_intervals", "0");
    assert_eq!(settings.policy(Limits::default()).unwrap().cadence.interval(5), 0);
}

#[rstest]
#[case("enabled", "yes")]
#[case("max_attempts", "0")]
#[case("max_redial_attempts", "-1")]
#[case("redial_interval_minutes", "30m")]
#[case("progressive_intervals", "0,x")]
#[case("progressive_intervals", "5,20000")]
#[case("success_outcomes", " , ")]
#[case("business_timezone", "Mars/Olympus")]
#[case("business_days", "mon,someday")]
#[case("business_days", "")]
#[case("business_hours", "20:00-11:00")]
#[case("business_hours", "11-20")]
#[case("blackout_dates", "2025-13-01")]
#[case("lead_window", "yesterday")]
#[case("convoso_dispositions", "A")]
#[case("ignore_calling_hours", "true")]
#[case("unknown_hold_minutes", "5")]
#[case("max_call_minutes", "4")]
fn a_value_that_is_not_allowed_is_named(#[case] key: &str, #[case] value: &str) {
    let errors = with(key, value).policy(Limits::default()).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].key, find(key).unwrap().key);
    assert_eq!(errors[0].value, value.trim());
    assert!(!errors[0].allowed.is_empty());
}

#[test]
fn every_mistake_is_reported_together() {
    let environment = BTreeMap::from([("enabled", "1".to_owned()), ("retention_days", "0".to_owned())]);
    let errors = Settings { environment, ..Settings::default() }.policy(Limits::default()).unwrap_err();
    assert_eq!(errors.len(), 2);
}

#[test]
fn an_override_wins_over_the_environment() {
    let mut settings = with("max_redial_attempts", "4");
    settings.overrides.insert("max_redial_attempts", "5".to_owned());
    assert_eq!(settings.policy(Limits::default()).unwrap().max_attempts, 5);
    assert_eq!(settings.value(find("max_redial_attempts").unwrap()), ("5", Origin::Override));
    assert_eq!(settings.value(find("enabled").unwrap()), ("true", Origin::Default));
}

#[test]
fn hours_are_ignored_only_for_a_loopback_provider() {
    let loopback = Limits { provider_is_loopback: true, ..Limits::default() };
    assert!(with("ignore_calling_hours", "true").policy(loopback).unwrap().ignore_hours);
}

#[rstest]
#[case::fixed(&[("redial_interval_minutes", "45")], 45)]
#[case::progressive(&[("progressive_intervals", "1,2")], 1)]
#[case::both_with_an_empty_list(&[("redial_interval_minutes", "45"), ("progressive_intervals", "")], 45)]
fn the_interval_that_is_named_is_in_force(#[case] changes: &[(&'static str, &str)], #[case] first: u32) {
    let changes: Vec<_> = changes.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    let settings = Settings::default().changed(&changes, Limits::default()).unwrap();
    assert_eq!(settings.policy(Limits::default()).unwrap().cadence.interval(1), first);
}

#[test]
fn both_kinds_of_interval_together_are_an_error() {
    let changes = [("redial_interval_minutes", "45".to_owned()), ("progressive_intervals", "1".to_owned())];
    assert_eq!(Settings::default().changed(&changes, Limits::default()).unwrap_err()[0].key, "redial_interval_minutes");
}

#[test]
fn the_schedule_cannot_be_changed_by_an_override() {
    let change = |minutes: &str| {
        Settings::default().changed(&[("process_interval_minutes", minutes.to_owned())], Limits::default())
    };
    assert_eq!(change("10").unwrap_err()[0].key, "process_interval_minutes");
    assert!(change("5").is_ok());
}

#[test]
fn a_hold_may_end_exactly_when_the_longest_run_and_its_last_dial_are_over() {
    let limits = |seconds| Limits { run_timeout: TimeDelta::seconds(seconds), ..Limits::default() };
    assert!(Settings::default().policy(limits(525)).is_ok());
    let errors = Settings::default().policy(limits(526)).unwrap_err();
    assert_eq!(errors[0].key, "unknown_hold_minutes");
    assert!(errors[0].allowed.starts_with("at least 601 s: a run may take 526 s"), "{}", errors[0].allowed);
}

#[test]
fn a_call_may_be_held_as_long_as_a_dial_without_an_answer() {
    assert!(with("max_call_minutes", "5").policy(Limits::default()).is_ok());
}

#[test]
fn a_limit_of_zero_calls_a_day_is_no_limit() {
    let limit = |value| with("max_calls_per_day", value).policy(Limits::default()).unwrap().max_calls_per_day;
    assert_eq!([limit("0"), limit("1")], [None, Some(1)]);
}

#[rstest]
#[case("business_hours", "11:00-11:00")]
#[case("convoso_dispositions", "=SALE")]
fn a_value_with_nothing_in_it_is_not_allowed(#[case] key: &str, #[case] value: &str) {
    assert_eq!(with(key, value).policy(Limits::default()).unwrap_err()[0].key, key);
}

#[test]
fn a_policy_holds_the_words_of_its_settings() {
    let policy = with("convoso_dispositions", "a = sale, b=busy").policy(Limits::default()).unwrap();
    let dispositions: Vec<_> = policy.convoso_dispositions.into_iter().collect();
    assert_eq!(dispositions, [("A".to_owned(), Outcome::SALE), ("B".to_owned(), Outcome::BUSY)]);
    assert_eq!(policy.callback_variables, ["callback_time", "callback_requested_at", "scheduled_callback_time"]);
    assert_eq!((policy.lead_window, policy.transfer), (crate::LeadWindow::Retention, crate::TransferRule::Merged));
    let cold = with("transfer_rule", "transferred_to").policy(Limits::default()).unwrap();
    assert_eq!(cold.transfer, crate::TransferRule::TransferredTo);
}

#[test]
fn a_value_comes_from_the_environment_or_from_the_table() {
    let settings = with("max_redial_attempts", "4");
    assert_eq!(settings.value(find("max_attempts").unwrap()), ("4", Origin::Environment));
}
