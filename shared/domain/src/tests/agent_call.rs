//! Tests of calls of a dialer, which hold their numbers.

use super::*;

fn call(id: &str) -> CallId {
    CallId::parse(id).unwrap()
}

/// A person is on the phone with an agent of Convoso, in this call if it has an id.
fn in_call(id: Option<&str>) -> InCall {
    InCall { source: Source::Convoso, call: id.map(call), lead: None, phone: phone(), since: now() }
}

/// A line that is held for these calls, each until so many minutes from now.
fn held(calls: &[(Option<&str>, i64)]) -> Line {
    let mut line = Line::default();
    for (id, until) in calls {
        assert!(line.hold_for_agent(&in_call(*id), now() + minutes(*until), now()));
    }
    line
}

fn of_convoso(call: &str) -> CallResult {
    CallResult { source: Source::Convoso, ..result(call, "BUSY") }
}

fn free_in(line: &Line) -> Option<i64> {
    line.on_call_until(now()).map(|until| (until - now()).num_minutes())
}

#[rstest]
#[case::one(&[(Some("c1"), 30)], Some(30), 1)]
#[case::two_at_once(&[(Some("c1"), 30), (Some("c2"), 20)], Some(30), 2)]
#[case::reported_again(&[(Some("c1"), 20), (Some("c1"), 30)], Some(30), 1)]
#[case::reported_again_for_less(&[(Some("c1"), 30), (Some("c1"), 20)], Some(30), 1)]
#[case::without_an_id_beside_one(&[(None, 20), (Some("c1"), 30)], Some(30), 2)]
#[case::over_at_once(&[(Some("c1"), 0)], None, 1)]
#[case::none(&[], None, 0)]
fn a_number_is_held_until_the_last_of_its_calls_is_over(
    #[case] calls: &[(Option<&str>, i64)],
    #[case] expected: Option<i64>,
    #[case] count: usize,
) {
    let line = held(calls);
    assert_eq!((free_in(&line), line.agent_calls.len()), (expected, count));
}

#[test]
fn a_call_frees_its_number_by_itself() {
    let line = held(&[(Some("c1"), 30)]);
    let until = now() + minutes(30);
    assert_eq!(line.on_call_until(until - TimeDelta::seconds(1)), Some(until));
    assert_eq!(line.on_call_until(until), None);
}

#[test]
fn a_call_that_is_over_by_its_time_is_forgotten_with_the_next_report() {
    let mut line = held(&[(Some("c1"), 30), (Some("c2"), 40)]);
    line.hold_for_agent(&in_call(Some("c3")), now() + minutes(60), now() + minutes(30));
    let left: Vec<_> = line.agent_calls.iter().map(|held| held.call.clone()).collect();
    assert_eq!(left, [Some(call("c2")), Some(call("c3"))]);
}

#[test]
fn a_call_in_progress_counts_once_from_its_first_report_on() {
    let mut line = held(&[(Some("c1"), 30), (Some("c1"), 40), (None, 30)]);
    assert_eq!(line.recent_calls(now()), [now()]);
    line.accept(Arrival::Result(of_convoso("c1")), now());
    assert_eq!(line.recent_calls(now()), [now()]);
}

#[rstest]
#[case::of_the_first("c1", Source::Convoso, &[Some("c2"), None])]
#[case::of_the_second("c2", Source::Convoso, &[Some("c1"), None])]
#[case::of_a_call_that_was_not_reported("c3", Source::Convoso, &[Some("c1"), Some("c2")])]
#[case::of_another_provider("c1", Source::Bland, &[Some("c1"), Some("c2"), None])]
fn a_result_ends_its_own_call_or_else_that_of_its_provider_without_an_id(
    #[case] id: &str,
    #[case] source: Source,
    #[case] expected: &[Option<&str>],
) {
    let mut line = held(&[(Some("c1"), 30), (Some("c2"), 30), (None, 30)]);
    line.accept(Arrival::Result(CallResult { source, ..result(id, "BUSY") }), now());
    let left: Vec<_> = line.agent_calls.iter().map(|held| held.call.as_ref().map(CallId::as_str)).collect();
    assert_eq!(left, expected);
}

#[test]
fn a_result_that_is_repeated_does_not_end_a_call_without_an_id() {
    let mut line = Line::default();
    line.accept(Arrival::Result(of_convoso("c1")), now());
    line.hold_for_agent(&in_call(None), now() + minutes(30), now());
    line.apply_number_facts(&of_convoso("c1"), now());
    assert_eq!(free_in(&line), Some(30));
}

#[test]
fn a_report_that_is_older_than_the_result_of_its_call_changes_nothing() {
    let mut line = Line::default();
    let arrival = Arrival::Result(of_convoso("c1"));
    line.accept(arrival.clone(), now());
    for is_in_its_record in [false, true] {
        let before = line.clone();
        assert!(!line.hold_for_agent(&in_call(Some("c1")), now() + minutes(30), now()), "{is_in_its_record}");
        assert_eq!(line, before);
        line.resolve(&arrival);
    }
}

#[test]
fn a_report_without_a_call_id_holds_the_number_whatever_came_before() {
    let mut line = Line::default();
    line.accept(Arrival::Result(of_convoso("c1")), now());
    assert!(line.hold_for_agent(&in_call(None), now() + minutes(30), now()));
    assert_eq!(free_in(&line), Some(30));
}

#[test]
fn a_report_forgets_calls_after_24_hours() {
    let mut line = held(&[(Some("c1"), 30)]);
    let later = now() + TimeDelta::hours(24);
    let next = InCall { since: later, ..in_call(Some("c2")) };
    line.hold_for_agent(&next, later + minutes(30), later);
    let known: Vec<_> = line.calls.iter().map(|known| known.call.clone()).collect();
    assert_eq!(known, [Some(call("c2"))]);
}
