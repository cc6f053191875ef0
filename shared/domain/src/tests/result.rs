//! Tests of what a result makes of a record.

use super::*;
use proptest::prelude::{Just, Strategy, any};

#[test]
fn a_result_of_an_unknown_lead_makes_a_record() {
    let lead = after(&[result("c1", "VOICEMAIL")]);
    assert_eq!((lead.status, lead.attempts, lead.next_redial), (Status::Pending, 1, now() + minutes(2)));
    assert_eq!(lead.last_outcome, Some(Outcome::VOICEMAIL));
    assert_eq!(lead.history[0].rule.as_deref(), Some("test"));
}

#[test]
fn a_result_with_a_callback_time_reschedules_an_unknown_lead() {
    let lead = after(&[asking(result("c1", "CALLBACK"), now() + minutes(90))]);
    assert_eq!((lead.status, lead.next_redial), (Status::Rescheduled, now() + minutes(90)));
}

#[test]
fn a_success_completes_a_record_and_a_later_failure_does_not_reopen_it() {
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
fn a_result_moves_the_status(#[case] from: Status, #[case] outcome: &str, #[case] to: Status, #[case] attempts: u32) {
    let lead = changed(settle(Some(&with_status(from)), &result("c1", outcome), false, now(), &policy()));
    assert_eq!((lead.status, lead.attempts), (to, attempts));
    assert_eq!(lead.history.len(), 2);
}

#[rstest]
#[case::pending(Status::Pending)]
#[case::rescheduled(Status::Rescheduled)]
#[case::completed(Status::Completed)]
#[case::max_attempts(Status::MaxAttempts)]
fn a_result_with_a_callback_time_reschedules_or_reopens(#[case] from: Status) {
    let asks = asking(result("c1", "CALLBACK"), now() + minutes(60));
    let lead = changed(settle(Some(&with_status(from)), &asks, false, now(), &policy()));
    assert_eq!((lead.status, lead.next_redial), (Status::Rescheduled, now() + minutes(60)));
}

#[test]
fn a_callback_time_is_kept_but_does_not_wake_a_paused_lead() {
    let asks = asking(result("c1", "CALLBACK"), now() + minutes(60));
    let lead = changed(settle(Some(&with_status(Status::Paused)), &asks, false, now(), &policy()));
    assert_eq!((lead.status, lead.callback), (Status::Paused, Some(now() + minutes(60))));
}

#[test]
fn a_result_with_a_callback_time_does_not_reopen_on_a_suppressed_line() {
    let asks = asking(result("c1", "CALLBACK"), now() + minutes(60));
    let lead = changed(settle(Some(&with_status(Status::Completed)), &asks, true, now(), &policy()));
    assert_eq!(lead.status, Status::Completed);
}

#[test]
fn a_result_on_a_suppressed_line_completes_the_record() {
    let lead = changed(settle(Some(&with_status(Status::Pending)), &result("c1", "BUSY"), true, now(), &policy()));
    assert_eq!(lead.status, Status::Completed);
}

#[rstest]
#[case::in_the_history("c0")]
#[case::last_call_of_a_record_without_history("old")]
fn a_result_that_was_counted_before_changes_nothing(#[case] call: &str) {
    let mut lead = with_status(Status::Pending);
    lead.last_call_id = Some(CallId::parse("old").unwrap());
    assert_eq!(settle(Some(&lead), &result(call, "SALE"), false, now(), &policy()), Settled::Repeat);
}

#[test]
fn a_result_of_a_removed_record_is_dropped() {
    let dialed = CallResult { month: Some(month()), ..result("c1", "BUSY") };
    assert_eq!(settle(None, &dialed, false, now(), &policy()), Settled::Gone);
}

#[test]
fn a_result_of_an_inbound_call_is_no_attempt() {
    let inbound = CallResult { inbound: true, ..result("c1", "CONFUSED") };
    let lead = changed(settle(Some(&with_status(Status::Pending)), &inbound, false, now(), &policy()));
    assert_eq!((lead.attempts, lead.history.len()), (2, 2));
}

#[test]
fn a_result_at_the_limit_ends_the_attempts() {
    let calls: Vec<_> = (0..8).map(|n| ended(result(&format!("c{n}"), "NO_ANSWER"), 100 - n)).collect();
    assert_eq!(after(&calls[..7]).status, Status::Pending);
    assert_eq!(after(&calls).status, Status::MaxAttempts);
}

#[test]
fn a_result_at_the_limit_with_a_callback_time_is_still_called_back() {
    let mut calls: Vec<_> = (0..7).map(|n| ended(result(&format!("c{n}"), "NO_ANSWER"), 100 - n)).collect();
    calls.push(asking(result("c8", "CALLBACK"), now() + minutes(30)));
    let lead = after(&calls);
    assert_eq!((lead.status, lead.attempts), (Status::Rescheduled, 8));
    assert!(
        verdict(&Facts { lead: &lead, line: Some(&Line::default()), now: now() + minutes(30), policy: &policy() })
            .may_dial()
    );
}

#[rstest]
#[case::past(-1, 120)]
#[case::now(0, 120)]
#[case::soon(1, 1)]
#[case::in_90_days(90 * 24 * 60, 90 * 24 * 60)]
#[case::later(90 * 24 * 60 + 1, 120)]
fn a_callback_time_that_cannot_be_used_gives_the_fallback(#[case] ahead: i64, #[case] due: i64) {
    let asks = asking(result("c1", "CALLBACK"), now() + minutes(ahead));
    let lead = after(std::slice::from_ref(&asks));
    assert_eq!((lead.status, lead.next_redial), (Status::Rescheduled, now() + minutes(due)));
    assert_eq!(fell_back(&lead, &asks, &policy()), ahead != due);
}

#[rstest]
#[case::callback("CALLBACK", Status::Rescheduled, 120)]
#[case::another_outcome("NO_ANSWER", Status::Pending, 2)]
#[case::success("SALE", Status::Completed, 0)]
fn only_a_request_gets_the_fallback(#[case] outcome: &str, #[case] status: Status, #[case] due: i64) {
    let asks = CallResult { callback: Some(CallbackTime::Unusable), ..result("c1", outcome) };
    let lead = after(&[asks]);
    assert_eq!((lead.status, lead.next_redial), (status, now() + minutes(due)));
}

#[test]
fn a_missing_callback_time_follows_the_outcome() {
    assert_eq!(after(&[result("c1", "CALLBACK")]).status, Status::Completed);
}

#[rstest]
#[case("NY", "2025-12-18T20:00:00Z")]
#[case("CA", "2025-12-18T23:00:00Z")]
#[case("", "2025-12-18T20:00:00Z")]
fn a_local_callback_time_is_on_the_clock_of_the_lead(#[case] state: &str, #[case] instant: &str) {
    let mut asks = result("c1", "CALLBACK");
    asks.callback = Some(CallbackTime::Local("2025-12-18T15:00:00".parse().unwrap()));
    asks.profile.state = state.to_owned();
    assert_eq!(after(&[asks]).next_redial, at(instant));
}

#[test]
fn a_result_before_the_callback_time_does_not_cancel_the_request() {
    let asks = ended(asking(result("c1", "CALLBACK"), now() + minutes(60)), 10);
    let lead = after(&[asks, result("c2", "NO_ANSWER")]);
    assert_eq!((lead.status, lead.next_redial), (Status::Rescheduled, now() + minutes(60)));
}

#[test]
fn a_result_after_the_callback_time_ends_the_request() {
    let asks = ended(asking(result("c1", "CALLBACK"), now() - minutes(30)), 60);
    let lead = after(&[asks, result("c2", "NO_ANSWER")]);
    assert_eq!((lead.status, lead.callback, lead.next_redial), (Status::Pending, None, now() + minutes(2)));
}

#[test]
fn two_results_with_the_same_end_count_in_the_order_in_which_they_came() {
    let sold = result("c2", "SALE");
    let asks = asking(result("c1", "CALLBACK"), now() + minutes(60));
    assert_eq!(after(&[sold.clone(), asks.clone()]).status, Status::Rescheduled);
    assert_eq!(after(&[asks, sold]).status, Status::Completed);
}

#[test]
fn the_dial_at_the_callback_time_ends_the_request_whatever_its_end_says() {
    let asks = ended(asking(result("c1", "CALLBACK"), now() - minutes(5)), 60);
    let dialed = CallResult { attempt: Some(attempt(1)), ..ended(result("c2", "NO_ANSWER"), 30) };
    assert_eq!(after(&[asks, dialed]).status, Status::Pending);
}

#[rstest]
#[case::found_late(23 * 60, Status::Rescheduled)]
#[case::long_past(25 * 60, Status::Rescheduled)]
fn a_result_that_is_found_late_still_asks_for_its_callback(#[case] minutes_ago: i64, #[case] status: Status) {
    let asks = ended(asking(result("c1", "CALLBACK"), now() - minutes(minutes_ago)), minutes_ago + 10);
    assert_eq!(after(&[asks]).status, status);
}

#[test]
fn a_late_result_replaces_the_lost_entry_of_its_attempt() {
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

/// A disposition of Convoso's call `c1` that came `minutes_ago` minutes ago.
fn disposition(outcome: &str, minutes_ago: i64) -> CallResult {
    CallResult { source: Source::Convoso, rule: outcome.to_owned(), ..ended(result("c1", outcome), minutes_ago) }
}

#[rstest]
#[case::to_a_do_not_call("NOT_INTERESTED", "DNC", Status::Completed)]
#[case::to_a_success("NO_ANSWER", "SALE", Status::Completed)]
#[case::from_a_success("SALE", "NO_ANSWER", Status::Pending)]
#[case::from_a_callback_without_a_time("CALLBACK", "DNC", Status::Completed)]
#[case::from_a_callback_to_another_try("CALLBACK", "BUSY", Status::Pending)]
fn a_corrected_disposition_replaces_the_outcome_and_the_attempts_stay(
    #[case] first: &str,
    #[case] then: &str,
    #[case] status: Status,
) {
    let lead = after(&[disposition(first, 9), disposition(then, 5)]);
    let outcome = Outcome::parse(then).unwrap();
    assert_eq!((lead.status, lead.attempts, lead.outcomes.clone()), (status, 1, vec![outcome.clone()]));
    assert_eq!((lead.last_outcome, lead.last_call), (Some(outcome), Some(now() - minutes(9))));
    assert_eq!(lead.history[0].rule.as_deref(), Some(then));
    assert_eq!(lead.history[0].corrected_at, Some(now() - minutes(5)));
}

#[test]
fn a_correction_does_not_reopen_a_record_that_another_call_completed() {
    let sold = ended(result("c0", "SALE"), 20);
    assert_eq!(after(&[sold, disposition("SALE", 9), disposition("NO_ANSWER", 5)]).status, Status::Completed);
}

#[test]
fn a_correction_of_a_success_at_the_limit_leaves_no_attempts() {
    let mut calls: Vec<_> = (0..7).map(|n| ended(result(&format!("b{n}"), "NO_ANSWER"), 100 - n)).collect();
    calls.extend([disposition("SALE", 9), disposition("NO_ANSWER", 5)]);
    let lead = after(&calls);
    assert_eq!((lead.status, lead.attempts), (Status::MaxAttempts, 8));
}

#[test]
fn a_correction_to_a_harmless_outcome_does_not_reopen_a_suppressed_number() {
    let before = after(&[disposition("DNC", 9)]);
    let lead = changed(settle(Some(&before), &disposition("NOT_INTERESTED", 5), true, now(), &policy()));
    assert_eq!(lead.status, Status::Completed);
}

#[test]
fn the_same_disposition_again_changes_only_when_it_was_told_last() {
    let lead = after(&[disposition("NO_ANSWER", 9), disposition("SALE", 7)]);
    let again = settle(Some(&lead), &disposition("SALE", 5), false, now(), &policy());
    let mut expected = lead.clone();
    expected.history[0].corrected_at = Some(disposition("SALE", 5).ended_at);
    assert_eq!(again, Settled::Changed(Box::new(expected.clone())));
    assert_eq!(settle(Some(&expected), &disposition("SALE", 5), false, now(), &policy()), Settled::Repeat);
    assert_eq!(settle(Some(&lead), &disposition("NO_ANSWER", 9), false, now(), &policy()), Settled::Repeat, "older");
}

/// An agent corrects a disposition and takes the correction back, and the correction comes into the record last.
#[test]
fn a_correction_that_was_taken_back_does_not_count_although_it_comes_last() {
    let told = [disposition("SALE", 9), disposition("SALE", 5), disposition("BUSY", 7)];
    assert_eq!(after(&told).history[0].outcome, Outcome::SALE);
}

#[test]
fn another_outcome_of_a_call_of_bland_is_a_repeat() {
    let lead = after(&[ended(result("c1", "NO_ANSWER"), 9)]);
    assert_eq!(settle(Some(&lead), &result("c1", "SALE"), false, now(), &policy()), Settled::Repeat);
}

#[test]
fn a_record_keeps_the_last_results() {
    let calls: Vec<_> = (0..60).map(|n| ended(result(&format!("c{n:02}"), "BUSY"), 100 - n)).collect();
    let lead = after(&calls);
    assert_eq!((lead.attempts, lead.outcomes.len(), lead.history.len()), (60, OUTCOMES_KEPT, CALLS_KEPT));
    assert_eq!(lead.last_call_id.unwrap().as_str(), "c59");
}

// Not of a paused lead: a pause has its place in the order in which results come.
proptest::proptest! {
    #[test]
    fn a_result_is_counted_once_and_gives_the_same_record_in_any_order((told, again) in told_twice(), limit in 1..9_u32) {
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
    (outcome, 0..120_i64, callback, any::<bool>(), any::<bool>()).prop_map(|(outcome, ago, callback, inbound, lost)| {
        let told = CallResult { inbound, ..ended(result("c", outcome), ago) };
        (callback.map_or(told.clone(), |ahead| asking(told, now() + minutes(ahead))), lost)
    })
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
