//! Tests of what holds a number, and what frees it.

use super::*;

fn hold() -> Hold {
    Hold {
        provider: Source::Bland,
        attempt: attempt(1),
        lead: location(),
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
fn a_line_is_freed_once_the_result_of_its_attempt_is_recorded() {
    let mut line = Line::default();
    line.take(hold());
    let arrival = Arrival::Result(of_the_attempt("c1"));
    line.accept(arrival.clone(), now());
    assert!(line.hold.is_some() && line.inbox.len() == 1);
    line.resolve(&arrival);
    assert!(line.hold.is_none() && line.inbox.is_empty() && line.is_recorded(&CallId::parse("c1").unwrap()));
    assert_eq!(line.recent_calls(now()).len(), 1, "the claim and the result are one call");
}

#[test]
fn a_line_is_not_freed_by_the_result_of_another_call() {
    let mut line = Line::default();
    line.take(hold());
    let other = Arrival::Result(result("c9", "BUSY"));
    line.accept(other.clone(), now());
    line.resolve(&other);
    assert!(line.hold.is_some());
    assert_eq!(line.recent_calls(now()).len(), 2);
}

#[test]
fn a_line_is_freed_if_the_result_overtook_the_answer_of_its_dial() {
    let mut line = Line::default();
    line.take(hold());
    let without_attempt = Arrival::Result(result("c1", "BUSY"));
    line.accept(without_attempt.clone(), now());
    line.resolve(&without_attempt);
    assert!(line.hold.is_some());
    line.bind(attempt(1), &CallId::parse("c1").unwrap(), now() + minutes(35));
    assert!(line.hold.is_none());
}

#[test]
fn a_line_accepts_each_arrival_once() {
    let mut line = Line::default();
    line.accept(Arrival::Result(result("c1", "BUSY")), now());
    line.accept(Arrival::Result(result("c1", "BUSY")), now());
    assert_eq!((line.inbox.len(), line.calls.len()), (1, 1));
}

#[test]
fn a_line_does_not_accept_a_recorded_result_again() {
    let mut line = Line::default();
    let arrival = Arrival::Result(result("c1", "BUSY"));
    line.accept(arrival.clone(), now());
    line.resolve(&arrival);
    line.accept(arrival, now());
    assert_eq!((line.inbox.len(), line.calls.len()), (0, 1));
}

#[test]
fn a_line_forgets_calls_after_a_day_but_not_the_one_that_rings() {
    let mut line = Line::default();
    line.accept(Arrival::Result(ended(result("old", "BUSY"), 1)), now());
    line.resolve(&Arrival::Result(ended(result("old", "BUSY"), 1)));
    line.take(hold());
    line.accept(
        Arrival::Result(CallResult { ended_at: now() + TimeDelta::days(2), ..result("c2", "BUSY") }),
        now() + TimeDelta::days(2),
    );
    let calls: Vec<_> = line.calls.iter().filter_map(|known| known.call.as_ref()).map(CallId::as_str).collect();
    assert_eq!((calls, line.calls.len()), (vec!["c2"], 2));
}

#[test]
fn a_refused_attempt_does_not_count_against_the_cap() {
    let mut line = Line::default();
    line.take(hold());
    line.release(attempt(1));
    assert!(line.hold.is_none() && line.calls.is_empty());
}

#[test]
fn a_line_is_open_while_held_or_while_something_waits() {
    let mut line = Line::default();
    assert_eq!(line.open_until(), None);
    line.take(hold());
    assert_eq!(line.open_until(), Some(now() + minutes(10)));
    line.accept(Arrival::Result(result("c9", "BUSY")), now());
    assert_eq!(line.open_until(), Some(now()));
}

#[test]
fn a_line_keeps_the_first_record_location_of_a_lead() {
    let mut line = Line::default();
    line.pin_record(location());
    line.pin_record(LeadRef { month: month().previous(), ..location() });
    assert_eq!(line.record_location(&location().key()), Some(&location()));
    line.unpin_record(&location().key());
    assert_eq!(line.record_location(&location().key()), None);
}
