//! The status machine, the line and the verdict, as tables.

use super::settings::{Limits, Settings};
use super::verdict::{GateName, Opens, is_candidate, next_dial};
use super::*;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::{Just, Strategy, any};
use rstest::rstest;
use std::collections::BTreeMap;

/// A Wednesday, 14:00 in New York: every clock of the contiguous states shows an allowed time.
const NOW: &str = "2025-12-17T19:00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at(NOW)
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

fn policy() -> Policy {
    policy_with(&[])
}

fn policy_with(values: &[(&'static str, &str)]) -> Policy {
    let environment: BTreeMap<_, _> = values.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    let limits = Limits { provider_is_loopback: true, run_timeout: TimeDelta::seconds(240) };
    Settings { environment, ..Settings::default() }.policy(limits).unwrap()
}

fn phone() -> Phone {
    Phone::parse("+15555550101").unwrap()
}

fn month() -> Month {
    Month::parse("2025-12").unwrap()
}

fn home() -> LeadRef {
    LeadRef { month: month(), id: LeadId::parse("1").unwrap(), phone: phone() }
}

fn attempt(number: u128) -> AttemptId {
    AttemptId::new(now(), number << 64)
}

fn result(call: &str, outcome: &str) -> CallResult {
    CallResult {
        call: CallId::parse(call).unwrap(),
        attempt: None,
        source: Source::Bland,
        lead: Some(LeadId::parse("1").unwrap()),
        phone: phone(),
        month: None,
        outcome: Outcome::parse(outcome).unwrap(),
        rule: "test".to_owned(),
        callback: None,
        inbound: false,
        ended_at: now(),
        profile: Profile { state: "NY".to_owned(), ..Profile::default() },
    }
}

fn ended(mut result: CallResult, minutes_ago: i64) -> CallResult {
    result.ended_at = now() - minutes(minutes_ago);
    result
}

fn asking(mut result: CallResult, time: DateTime<Utc>) -> CallResult {
    result.callback = Some(CallbackTime::At(time));
    result
}

fn changed(settled: Settled) -> Lead {
    match settled {
        Settled::Changed(lead) => *lead,
        other => panic!("expected a change, got {other:?}"),
    }
}

/// A record after these results, all settled now.
fn after(results: &[CallResult]) -> Lead {
    settle_all(None, results, &policy())
}

fn settle_all(lead: Option<Lead>, results: &[CallResult], policy: &Policy) -> Lead {
    let lead = results.iter().fold(lead, |lead, result| match settle(lead.as_ref(), result, false, now(), policy) {
        Settled::Changed(lead) => Some(*lead),
        Settled::Repeat | Settled::Gone => lead,
    });
    lead.unwrap()
}

fn with_status(status: Status) -> Lead {
    Lead { status, attempts: 2, ..after(&[ended(result("c0", "NO_ANSWER"), 60)]) }
}

mod a_result {
    use super::*;

    #[test]
    fn of_an_unknown_lead_makes_a_record() {
        let lead = after(&[result("c1", "VOICEMAIL")]);
        assert_eq!((lead.status, lead.attempts, lead.next_redial), (Status::Pending, 1, now() + minutes(2)));
        assert_eq!(lead.last_outcome, Some(Outcome::VOICEMAIL));
        assert_eq!(lead.history[0].rule.as_deref(), Some("test"));
    }

    #[test]
    fn with_a_callback_time_of_an_unknown_lead_is_rescheduled() {
        let lead = after(&[asking(result("c1", "CALLBACK"), now() + minutes(90))]);
        assert_eq!((lead.status, lead.next_redial), (Status::Rescheduled, now() + minutes(90)));
    }

    #[test]
    fn that_is_a_success_makes_a_completed_record_that_a_later_failure_does_not_reopen() {
        let lead = after(&[ended(result("c1", "TRANSFERRED"), 5), result("c2", "NO_ANSWER")]);
        assert_eq!((lead.status, lead.attempts), (Status::Completed, 2));
    }

    #[rstest]
    #[case::pending(Status::Pending, "NO_ANSWER", Status::Pending, 3)]
    #[case::rescheduled(Status::Rescheduled, "NO_ANSWER", Status::Pending, 3)]
    #[case::pending_success(Status::Pending, "SALE", Status::Completed, 3)]
    #[case::rescheduled_success(Status::Rescheduled, "ACA", Status::Completed, 3)]
    #[case::paused_success(Status::Paused, "TRANSFERRED", Status::Completed, 3)]
    #[case::max_attempts_success(Status::MaxAttempts, "SALE", Status::Completed, 3)]
    #[case::paused(Status::Paused, "BUSY", Status::Paused, 3)]
    #[case::completed(Status::Completed, "NO_ANSWER", Status::Completed, 3)]
    #[case::max_attempts(Status::MaxAttempts, "NO_ANSWER", Status::MaxAttempts, 3)]
    #[case::callback_without_a_time(Status::Pending, "CALLBACK", Status::Completed, 3)]
    #[case::no_sale_is_no_sale(Status::Pending, "NO_SALE", Status::Pending, 3)]
    #[case::pending_dnc(Status::Pending, "DNC", Status::Completed, 3)]
    #[case::paused_dnc(Status::Paused, "DNC", Status::Completed, 3)]
    #[case::bad_number(Status::Pending, "BAD_NUMBER", Status::Completed, 3)]
    fn moves_the_status(#[case] from: Status, #[case] outcome: &str, #[case] to: Status, #[case] attempts: u32) {
        let lead = changed(settle(Some(&with_status(from)), &result("c1", outcome), false, now(), &policy()));
        assert_eq!((lead.status, lead.attempts), (to, attempts));
        assert_eq!(lead.history.len(), 2);
    }

    #[rstest]
    #[case::pending(Status::Pending)]
    #[case::rescheduled(Status::Rescheduled)]
    #[case::completed(Status::Completed)]
    #[case::max_attempts(Status::MaxAttempts)]
    fn with_a_callback_time_reschedules_or_reopens(#[case] from: Status) {
        let asks = asking(result("c1", "CALLBACK"), now() + minutes(60));
        let lead = changed(settle(Some(&with_status(from)), &asks, false, now(), &policy()));
        assert_eq!((lead.status, lead.next_redial), (Status::Rescheduled, now() + minutes(60)));
    }

    #[test]
    fn with_a_callback_time_does_not_wake_a_paused_lead_but_is_kept() {
        let asks = asking(result("c1", "CALLBACK"), now() + minutes(60));
        let lead = changed(settle(Some(&with_status(Status::Paused)), &asks, false, now(), &policy()));
        assert_eq!((lead.status, lead.callback), (Status::Paused, Some(now() + minutes(60))));
    }

    #[test]
    fn with_a_callback_time_does_not_reopen_on_a_suppressed_line() {
        let asks = asking(result("c1", "CALLBACK"), now() + minutes(60));
        let lead = changed(settle(Some(&with_status(Status::Completed)), &asks, true, now(), &policy()));
        assert_eq!(lead.status, Status::Completed);
    }

    #[test]
    fn on_a_suppressed_line_completes_the_record() {
        let lead = changed(settle(Some(&with_status(Status::Pending)), &result("c1", "BUSY"), true, now(), &policy()));
        assert_eq!(lead.status, Status::Completed);
    }

    #[rstest]
    #[case::in_the_history("c0")]
    #[case::last_call_of_a_record_without_history("old")]
    fn that_was_counted_before_changes_nothing(#[case] call: &str) {
        let mut lead = with_status(Status::Pending);
        lead.last_call_id = Some(CallId::parse("old").unwrap());
        assert_eq!(settle(Some(&lead), &result(call, "SALE"), false, now(), &policy()), Settled::Repeat);
    }

    #[test]
    fn of_a_removed_record_is_dropped() {
        let dialed = CallResult { month: Some(month()), ..result("c1", "BUSY") };
        assert_eq!(settle(None, &dialed, false, now(), &policy()), Settled::Gone);
    }

    #[test]
    fn of_an_inbound_call_is_no_attempt() {
        let inbound = CallResult { inbound: true, ..result("c1", "CONFUSED") };
        let lead = changed(settle(Some(&with_status(Status::Pending)), &inbound, false, now(), &policy()));
        assert_eq!((lead.attempts, lead.history.len()), (2, 2));
    }

    #[test]
    fn at_the_limit_ends_the_attempts() {
        let calls: Vec<_> = (0..8).map(|n| ended(result(&format!("c{n}"), "NO_ANSWER"), 100 - n)).collect();
        assert_eq!(after(&calls[..7]).status, Status::Pending);
        assert_eq!(after(&calls).status, Status::MaxAttempts);
    }

    #[test]
    fn at_the_limit_with_a_callback_time_is_still_called_back() {
        let mut calls: Vec<_> = (0..7).map(|n| ended(result(&format!("c{n}"), "NO_ANSWER"), 100 - n)).collect();
        calls.push(asking(result("c8", "CALLBACK"), now() + minutes(30)));
        let lead = after(&calls);
        assert_eq!((lead.status, lead.attempts), (Status::Rescheduled, 8));
        assert!(verdict(&lead, &Line::default(), now() + minutes(30), &policy()).may_dial());
    }

    #[rstest]
    #[case::past(-1, Status::Completed)]
    #[case::now(0, Status::Completed)]
    #[case::soon(1, Status::Rescheduled)]
    #[case::in_90_days(90 * 24 * 60, Status::Rescheduled)]
    #[case::later(90 * 24 * 60 + 1, Status::Completed)]
    fn with_a_callback_time_that_makes_no_sense_is_one_without(#[case] ahead: i64, #[case] status: Status) {
        assert_eq!(after(&[asking(result("c1", "CALLBACK"), now() + minutes(ahead))]).status, status);
    }

    #[rstest]
    #[case("NY", "2025-12-18T20:00:00Z")]
    #[case("CA", "2025-12-18T23:00:00Z")]
    #[case("", "2025-12-18T20:00:00Z")]
    fn with_a_local_callback_time_means_the_clock_of_the_lead(#[case] state: &str, #[case] instant: &str) {
        let mut asks = result("c1", "CALLBACK");
        asks.callback = Some(CallbackTime::Local("2025-12-18T15:00:00".parse().unwrap()));
        asks.profile.state = state.to_owned();
        assert_eq!(after(&[asks]).next_redial, at(instant));
    }

    #[test]
    fn without_a_callback_leaves_an_earlier_request_for_later_standing() {
        let asks = ended(asking(result("c1", "CALLBACK"), now() + minutes(60)), 10);
        let lead = after(&[asks, result("c2", "NO_ANSWER")]);
        assert_eq!((lead.status, lead.next_redial), (Status::Rescheduled, now() + minutes(60)));
    }

    #[test]
    fn after_the_callback_time_ends_the_request() {
        let asks = ended(asking(result("c1", "CALLBACK"), now() - minutes(30)), 60);
        let lead = after(&[asks, result("c2", "NO_ANSWER")]);
        assert_eq!((lead.status, lead.callback, lead.next_redial), (Status::Pending, None, now() + minutes(2)));
    }

    #[test]
    fn that_ended_at_the_same_time_as_another_counts_as_the_later_one_when_it_comes_later() {
        let sold = result("c2", "SALE");
        let asks = asking(result("c1", "CALLBACK"), now() + minutes(60));
        assert_eq!(after(&[sold.clone(), asks.clone()]).status, Status::Rescheduled);
        assert_eq!(after(&[asks, sold]).status, Status::Completed);
    }

    #[test]
    fn of_the_dial_at_the_callback_time_ends_the_request_whatever_the_provider_says_of_its_end() {
        let asks = ended(asking(result("c1", "CALLBACK"), now() - minutes(5)), 60);
        let dialed = CallResult { attempt: Some(attempt(1)), ..ended(result("c2", "NO_ANSWER"), 30) };
        assert_eq!(after(&[asks, dialed]).status, Status::Pending);
    }

    #[rstest]
    #[case::found_late(23 * 60, Status::Rescheduled)]
    #[case::long_past(25 * 60, Status::Completed)]
    fn that_is_found_late_still_asks_for_its_callback(#[case] minutes_ago: i64, #[case] status: Status) {
        let asks = ended(asking(result("c1", "CALLBACK"), now() - minutes(minutes_ago)), minutes_ago + 10);
        assert_eq!(after(&[asks]).status, status);
    }

    #[test]
    fn of_an_attempt_that_was_given_up_takes_the_place_of_its_loss() {
        let lost = CallResult {
            call: CallId::lost(&attempt(1)),
            attempt: Some(attempt(1)),
            source: Source::Redial,
            ..result("x", "LOST")
        };
        let found = CallResult { attempt: Some(attempt(1)), ..ended(result("c1", "TRANSFERRED"), 5) };
        let lead = after(&[lost.clone(), found.clone()]);
        assert_eq!((lead.status, lead.attempts, lead.outcomes.len()), (Status::Completed, 1, 1));
        assert_eq!((lead.last_call, lead.last_outcome.clone()), (Some(now() - minutes(5)), Some(Outcome::TRANSFERRED)));
        assert_eq!(what_counts(after(&[found, lost])), what_counts(lead));
    }

    #[test]
    fn is_kept_among_the_last_ones() {
        let calls: Vec<_> = (0..60).map(|n| ended(result(&format!("c{n:02}"), "BUSY"), 100 - n)).collect();
        let lead = after(&calls);
        assert_eq!((lead.attempts, lead.outcomes.len(), lead.history.len()), (60, OUTCOMES_KEPT, CALLS_KEPT));
        assert_eq!(lead.last_call_id.unwrap().as_str(), "c59");
    }

    // Not of a paused lead: a pause has its place in the order in which results come.
    proptest::proptest! {
        #[test]
        fn is_counted_once_and_gives_the_same_record_in_any_order((told, again) in told_twice(), limit in 1..9_u32) {
            let policy = policy_with(&[("max_redial_attempts", &limit.to_string()), ("terminal_outcomes", "NOT_INTERESTED")]);
            for before in [None, Some(with_status(Status::Completed))] {
                let settled = what_counts(settle_all(before.clone(), &told, &policy));
                proptest::prop_assert_eq!(what_counts(settle_all(before, &again, &policy)), settled);
            }
        }
    }

    /// A record that is not dialed keeps some time of a next dial.
    fn what_counts(lead: Lead) -> Lead {
        let is_over = matches!(lead.status, Status::Completed | Status::MaxAttempts);
        Lead { next_redial: if is_over { now() } else { lead.next_redial }, ..lead }
    }

    /// Some results, and the same in another order, some of them more than once.
    fn told_twice() -> impl Strategy<Value = (Vec<CallResult>, Vec<CallResult>)> {
        proptest::collection::vec(told(), 1..9).prop_flat_map(|told| {
            let told: Vec<_> = told.into_iter().enumerate().flat_map(|(number, told)| named(number, told)).collect();
            let twice = proptest::sample::subsequence(told.clone(), 0..=told.len());
            let again = twice.prop_flat_map({
                let told = told.clone();
                move |twice| Just([told.clone(), twice].concat()).prop_shuffle()
            });
            (Just(told), again)
        })
    }

    fn told() -> impl Strategy<Value = (CallResult, bool)> {
        let outcome = proptest::sample::select(vec![
            "NO_ANSWER",
            "VOICEMAIL",
            "CALLBACK",
            "CALLBACK",
            "SALE",
            "NOT_INTERESTED",
            "DNC",
        ]);
        let callback = proptest::option::of(-60..300_i64);
        (outcome, 0..120_i64, callback, any::<bool>(), any::<bool>()).prop_map(
            |(outcome, ago, callback, inbound, lost)| {
                let told = CallResult { inbound, ..ended(result("c", outcome), ago) };
                (callback.map_or(told.clone(), |ahead| asking(told, now() + minutes(ahead))), lost)
            },
        )
    }

    /// A result with its own call id and its own end, and, if its attempt was given up before it was found, the loss.
    fn named(number: usize, (told, lost): (CallResult, bool)) -> Vec<CallResult> {
        let number = i64::try_from(number).unwrap();
        let own = attempt(u128::try_from(number).unwrap());
        let earlier = TimeDelta::milliseconds(number);
        let call = CallId::parse(&format!("c{number}")).unwrap();
        let told = CallResult { call, ended_at: told.ended_at - earlier, attempt: Some(own), ..told };
        let loss = CallResult {
            call: CallId::lost(&own),
            attempt: Some(own),
            source: Source::Redial,
            ended_at: now() - earlier,
            ..result("c", "LOST")
        };
        let mut all = vec![told];
        all.extend((lost && !all[0].inbound).then_some(loss));
        all
    }
}

mod a_refusal {
    use super::*;

    #[test]
    fn waits_longer_each_time_and_is_no_attempt() {
        let mut lead = after(&[result("c1", "BUSY")]);
        let mut waits = Vec::new();
        for number in 1..9 {
            lead = refuse(&lead, attempt(number), lead.next_redial, &policy()).unwrap();
            waits.push((lead.next_redial - lead.updated_at).num_minutes());
        }
        assert_eq!(waits, [2, 5, 10, 30, 60, 120, 120, 120]);
        assert_eq!((lead.attempts, lead.status), (1, Status::Pending));
    }

    #[test]
    fn is_noted_once() {
        let lead = refuse(&after(&[result("c1", "BUSY")]), attempt(1), now(), &policy()).unwrap();
        assert_eq!(refuse(&lead, attempt(1), now(), &policy()), None);
    }

    #[test]
    fn does_not_touch_a_paused_lead() {
        assert_eq!(refuse(&with_status(Status::Paused), attempt(1), now(), &policy()), None);
    }
}

mod a_command {
    use super::*;
    use Command::{Pause, Remove, Resume};

    #[rstest]
    #[case(Pause, Status::Pending, Some(Status::Paused))]
    #[case(Pause, Status::Rescheduled, Some(Status::Paused))]
    #[case(Pause, Status::MaxAttempts, Some(Status::Paused))]
    #[case(Resume, Status::Paused, Some(Status::Pending))]
    #[case(Pause, Status::Completed, None)]
    #[case(Resume, Status::Completed, None)]
    #[case(Resume, Status::MaxAttempts, None)]
    fn moves_the_status_or_is_impossible(#[case] what: Command, #[case] from: Status, #[case] to: Option<Status>) {
        let expected = to.map_or(Commanded::Impossible(from), |status| {
            Commanded::Changed(Box::new(Lead { status, updated_at: now(), ..with_status(from) }))
        });
        assert_eq!(command(&with_status(from), what, now()), expected);
    }

    #[test]
    fn to_resume_with_a_callback_ahead_reschedules_and_leaves_the_time() {
        let lead = Lead { callback: Some(now() + minutes(5)), ..with_status(Status::Paused) };
        let Commanded::Changed(resumed) = command(&lead, Resume, now()) else { panic!("not resumed") };
        assert_eq!((resumed.status, resumed.next_redial), (Status::Rescheduled, lead.next_redial));
    }

    #[rstest]
    #[case(Pause, Status::Paused)]
    #[case(Resume, Status::Pending)]
    #[case(Resume, Status::Rescheduled)]
    fn given_twice_changes_nothing(#[case] what: Command, #[case] status: Status) {
        assert_eq!(command(&with_status(status), what, now()), Commanded::Unchanged);
    }

    #[test]
    fn to_remove_is_possible_in_every_status() {
        assert!(Status::ALL.iter().all(|status| command(&with_status(*status), Remove, now()) == Commanded::Removed));
    }
}

mod a_verdict {
    use super::*;

    fn due() -> Lead {
        Lead { next_redial: now(), ..after(&[ended(result("c1", "BUSY"), 30)]) }
    }

    fn held(until: DateTime<Utc>) -> Line {
        let mut line = Line::default();
        line.take(Hold { attempt: attempt(1), lead: home(), since: now(), until, call: None, missing_since: None });
        line
    }

    fn line_with_calls(count: i64) -> Line {
        let known = |hours: i64| KnownCall {
            at: now() - TimeDelta::hours(hours),
            attempt: None,
            call: CallId::parse(&format!("k{hours}")).ok(),
            settled: true,
        };
        Line { calls: (1..=count).map(known).collect(), ..Line::default() }
    }

    #[track_caller]
    fn check(lead: &Lead, line: &Line, policy: &Policy, closed: Option<GateName>) {
        let verdict = verdict(lead, line, now(), policy);
        assert_eq!(verdict.first_closed().map(|gate| gate.name), closed, "{verdict:?}");
        assert_eq!(verdict.may_dial(), closed.is_none());
    }

    #[test]
    fn lets_a_due_lead_through() {
        check(&due(), &Line::default(), &policy(), None);
    }

    #[rstest]
    #[case("enabled", "false", GateName::Enabled)]
    #[case("running", "false", GateName::Running)]
    #[case("business_hours", "15:00-20:00", GateName::BusinessHours)]
    #[case("blackout_dates", "2025-12-17", GateName::BusinessHours)]
    #[case("max_redial_attempts", "1", GateName::Attempts)]
    fn is_closed_by_a_setting(#[case] key: &'static str, #[case] value: &str, #[case] gate: GateName) {
        check(&due(), &Line::default(), &policy_with(&[(key, value)]), Some(gate));
    }

    #[rstest]
    #[case(Status::Paused)]
    #[case(Status::Completed)]
    #[case(Status::MaxAttempts)]
    fn is_closed_for_a_record_that_does_not_wait(#[case] status: Status) {
        check(&Lead { status, ..due() }, &Line::default(), &policy(), Some(GateName::Status));
    }

    #[test]
    fn is_closed_for_a_record_of_the_original_with_a_do_not_call() {
        let outcomes = vec![Outcome::BUSY, Outcome::DNC];
        check(&Lead { outcomes, ..due() }, &Line::default(), &policy(), Some(GateName::Status));
    }

    #[test]
    fn is_closed_before_its_time_and_open_at_it() {
        let lead = Lead { next_redial: now() + TimeDelta::milliseconds(1), ..due() };
        check(&lead, &Line::default(), &policy(), Some(GateName::Due));
    }

    #[test]
    fn keeps_the_legal_hours_of_the_person_and_not_of_the_business() {
        let policy = policy_with(&[("business_hours", "00:00-24:00")]);
        let lead = Lead { profile: Profile { state: "HI".to_owned(), ..Profile::default() }, ..due() };
        let early = at("2025-12-17T17:59:59Z");
        assert_eq!(
            verdict(&lead, &Line::default(), early, &policy).first_closed().unwrap().name,
            GateName::CallingHours
        );
        check(&lead, &Line::default(), &policy, None);
    }

    #[test]
    fn ignores_hours_where_that_is_switched_on() {
        let policy = policy_with(&[("business_hours", "03:00-04:00"), ("ignore_calling_hours", "true")]);
        check(&due(), &Line::default(), &policy, None);
    }

    #[test]
    fn is_closed_outside_the_lead_window_except_for_a_callback() {
        let old = Lead { created_at: now() - TimeDelta::days(30) - minutes(1), ..due() };
        check(&old, &Line::default(), &policy(), Some(GateName::LeadWindow));
        let yesterday = Lead { created_at: now() - TimeDelta::hours(20), ..due() };
        let today = policy_with(&[("lead_window", "today")]);
        check(&yesterday, &Line::default(), &today, Some(GateName::LeadWindow));
        check(&Lead { status: Status::Rescheduled, ..yesterday }, &Line::default(), &today, None);
    }

    #[test]
    fn is_closed_on_a_suppressed_line_for_every_lead_of_the_number() {
        let mut line = Line::default();
        line.accept(Arrival::Result(result("c9", "DNC")), now());
        line.settled(&Arrival::Result(result("c9", "DNC")));
        check(&due(), &line, &policy(), Some(GateName::NotSuppressed));
        check(&Lead { id: LeadId::parse("2").unwrap(), ..due() }, &line, &policy(), Some(GateName::NotSuppressed));
    }

    #[rstest]
    #[case(7, None)]
    #[case(8, Some(GateName::CallsPerNumber))]
    fn keeps_the_cap_of_the_number(#[case] calls: i64, #[case] closed: Option<GateName>) {
        check(&due(), &line_with_calls(calls), &policy(), closed);
        let callback = Lead { status: Status::Rescheduled, ..due() };
        check(&callback, &line_with_calls(calls), &policy(), closed);
    }

    #[test]
    fn opens_when_the_oldest_call_of_the_cap_is_24_hours_ago() {
        let next = next_dial(&due(), &line_with_calls(8), now(), &policy());
        assert_eq!(next, Some(now() + TimeDelta::hours(16) + TimeDelta::hours(5)), "16 hours later it is night");
    }

    #[test]
    fn is_closed_while_the_line_is_held_even_when_the_hold_is_overdue() {
        check(&due(), &held(now() + minutes(10)), &policy(), Some(GateName::LineFree));
        check(&due(), &held(now() - minutes(10)), &policy(), Some(GateName::LineFree));
    }

    #[test]
    fn of_a_held_line_is_expected_to_open_when_the_provider_is_asked() {
        let next = next_dial(&due(), &held(now() + minutes(10)), now(), &policy());
        assert_eq!(next, Some(now() + minutes(10)));
    }

    #[test]
    fn is_closed_while_a_result_waits_to_be_stored() {
        let mut line = Line::default();
        line.accept(Arrival::Result(result("c9", "BUSY")), now());
        check(&due(), &line, &policy(), Some(GateName::LineFree));
    }

    #[test]
    fn names_the_next_instant_over_several_gates() {
        let lead = Lead { next_redial: at("2025-12-18T02:00:00Z"), ..due() };
        let next = next_dial(&lead, &Line::default(), now(), &policy_with(&[("blackout_dates", "2025-12-18")]));
        assert_eq!(next, Some(at("2025-12-19T16:00:00Z")));
        let paused = Lead { status: Status::Paused, ..lead };
        assert_eq!(next_dial(&paused, &Line::default(), now(), &policy()), None);
    }

    #[test]
    fn agrees_with_the_quick_check_of_candidates() {
        for lead in [due(), Lead { status: Status::Paused, ..due() }, Lead { next_redial: now() + minutes(1), ..due() }]
        {
            let slow = verdict(&lead, &Line::default(), now(), &policy());
            assert_eq!(is_candidate(&lead, now(), &policy()), slow.may_dial());
        }
    }

    #[test]
    fn says_when_each_gate_opens() {
        let verdict = verdict(&due(), &held(now() + minutes(10)), now(), &policy());
        assert_eq!(verdict.gates.len(), 11);
        assert_eq!(verdict.gates.last().unwrap().opens, Opens::At(now() + minutes(10)));
    }
}

mod a_line {
    use super::*;

    fn hold() -> Hold {
        Hold {
            attempt: attempt(1),
            lead: home(),
            since: now(),
            until: now() + minutes(10),
            call: None,
            missing_since: None,
        }
    }

    fn of_the_attempt(call: &str) -> CallResult {
        CallResult { attempt: Some(attempt(1)), ..result(call, "BUSY") }
    }

    #[test]
    fn is_freed_by_the_result_of_its_attempt_once_that_is_stored() {
        let mut line = Line::default();
        line.take(hold());
        let arrival = Arrival::Result(of_the_attempt("c1"));
        line.accept(arrival.clone(), now());
        assert!(line.hold.is_some() && line.inbox.len() == 1);
        line.settled(&arrival);
        assert!(line.hold.is_none() && line.inbox.is_empty() && line.is_settled(&CallId::parse("c1").unwrap()));
        assert_eq!(line.recent_calls(now()).len(), 1, "the claim and the result are one call");
    }

    #[test]
    fn is_not_freed_by_the_result_of_another_call() {
        let mut line = Line::default();
        line.take(hold());
        let other = Arrival::Result(result("c9", "BUSY"));
        line.accept(other.clone(), now());
        line.settled(&other);
        assert!(line.hold.is_some());
        assert_eq!(line.recent_calls(now()).len(), 2);
    }

    #[test]
    fn is_freed_when_the_result_came_before_the_answer_of_the_dial() {
        let mut line = Line::default();
        line.take(hold());
        let without_attempt = Arrival::Result(result("c1", "BUSY"));
        line.accept(without_attempt.clone(), now());
        line.settled(&without_attempt);
        assert!(line.hold.is_some());
        line.bind(attempt(1), &CallId::parse("c1").unwrap(), now() + minutes(35));
        assert!(line.hold.is_none());
    }

    #[test]
    fn takes_each_arrival_in_once() {
        let mut line = Line::default();
        line.accept(Arrival::Result(result("c1", "BUSY")), now());
        line.accept(Arrival::Result(result("c1", "BUSY")), now());
        assert_eq!((line.inbox.len(), line.calls.len()), (1, 1));
    }

    #[test]
    fn does_not_take_a_result_in_again_that_is_in_its_record() {
        let mut line = Line::default();
        let arrival = Arrival::Result(result("c1", "BUSY"));
        line.accept(arrival.clone(), now());
        line.settled(&arrival);
        line.accept(arrival, now());
        assert_eq!((line.inbox.len(), line.calls.len()), (0, 1));
    }

    #[test]
    fn forgets_calls_after_a_day_but_not_the_one_that_rings() {
        let mut line = Line::default();
        line.accept(Arrival::Result(ended(result("old", "BUSY"), 1)), now());
        line.settled(&Arrival::Result(ended(result("old", "BUSY"), 1)));
        line.take(hold());
        line.accept(
            Arrival::Result(CallResult { ended_at: now() + TimeDelta::days(2), ..result("c2", "BUSY") }),
            now() + TimeDelta::days(2),
        );
        let calls: Vec<_> = line.calls.iter().filter_map(|known| known.call.as_ref()).map(CallId::as_str).collect();
        assert_eq!((calls, line.calls.len()), (vec!["c2"], 2));
    }

    #[test]
    fn of_a_refused_attempt_does_not_count_against_the_cap() {
        let mut line = Line::default();
        line.take(hold());
        line.release(attempt(1));
        assert!(line.hold.is_none() && line.calls.is_empty());
    }

    #[test]
    fn is_open_while_held_or_while_something_waits() {
        let mut line = Line::default();
        assert_eq!(line.open_until(), None);
        line.take(hold());
        assert_eq!(line.open_until(), Some(now() + minutes(10)));
        line.accept(Arrival::Result(result("c9", "BUSY")), now());
        assert_eq!(line.open_until(), Some(now()));
    }

    #[test]
    fn keeps_the_first_home_of_a_lead() {
        let mut line = Line::default();
        line.settle_in(home());
        line.settle_in(LeadRef { month: month().previous(), ..home() });
        assert_eq!(line.home(&home().key()), Some(&home()));
        line.move_out(&home().key());
        assert_eq!(line.home(&home().key()), None);
    }
}

#[test]
fn a_name_is_taken_out_of_a_text_as_a_whole_word_in_any_case() {
    let person = Profile { first_name: "Mary Ann".to_owned(), last_name: "Lee".to_owned(), ..Profile::default() };
    let text = "Cannot call MARY ann-Lee: sleeper, (lee)";
    assert_eq!(person.taken_out_of(text), "Cannot call … …-…: sleeper, (…)");
    assert_eq!(Profile::default().taken_out_of(text), text);
}
