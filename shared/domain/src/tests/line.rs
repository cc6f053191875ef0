//! Tests of what holds a number, and what frees it.

use super::*;
use crate::line::CAP_WINDOW;

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

fn call(id: &str) -> CallId {
    CallId::parse(id).unwrap()
}

fn accepted(results: &[CallResult]) -> Line {
    let mut line = Line::default();
    line.take(hold());
    for result in results {
        line.accept(Arrival::Result(result.clone()), now());
    }
    line
}

#[test]
fn a_hold_learns_its_call_from_the_result_of_its_attempt_only() {
    let held = |results: &[CallResult]| accepted(results).hold.unwrap().call;
    assert_eq!(held(&[of_the_attempt("c1")]), Some(call("c1")));
    assert_eq!(held(&[CallResult { attempt: Some(attempt(2)), ..result("c1", "BUSY") }]), None);
    assert_eq!(held(&[CallResult { source: Source::Redial, ..of_the_attempt("lost:1") }]), None);
}

#[test]
fn a_lost_attempt_is_not_counted_a_second_time() {
    let lost = CallResult { source: Source::Redial, ..of_the_attempt("lost:1") };
    let line = accepted(&[lost]);
    assert_eq!((line.calls.len(), line.calls[0].call.clone(), line.inbox.len()), (1, None, 1));
}

#[test]
fn the_result_of_another_attempt_is_another_call() {
    let line = accepted(&[CallResult { attempt: Some(attempt(2)), ..result("c2", "BUSY") }]);
    assert_eq!((line.calls.len(), line.calls[0].call.clone()), (2, None));
}

#[test]
fn two_results_without_an_attempt_are_two_calls() {
    let mut line = Line::default();
    for id in ["c1", "c2"] {
        line.accept(Arrival::Result(result(id, "BUSY")), now());
    }
    assert_eq!((line.calls.len(), line.inbox.len()), (2, 2));
}

#[test]
fn a_repeat_that_names_the_attempt_frees_its_hold_and_no_other() {
    let without_attempt = Arrival::Result(result("c1", "BUSY"));
    for (again, is_held) in [(result("c1", "BUSY"), true), (of_the_attempt("c1"), false)] {
        let mut line = accepted(&[result("c1", "BUSY")]);
        line.resolve(&without_attempt);
        line.accept(Arrival::Result(again), now());
        assert_eq!((line.hold.is_some(), line.inbox.len()), (is_held, 0));
    }
}

#[test]
fn a_call_is_recorded_once_its_own_result_is() {
    let mut line = accepted(&[result("c1", "BUSY"), result("c2", "BUSY")]);
    assert!(!line.is_recorded(&call("c1")));
    line.resolve(&Arrival::Result(result("c2", "BUSY")));
    assert_eq!([line.is_recorded(&call("c1")), line.is_recorded(&call("c2"))], [false, true]);
    assert_eq!(line.inbox.len(), 1);
}

#[test]
fn the_answer_of_a_dial_names_the_call_of_its_attempt() {
    let mut line = Line::default();
    line.accept(Arrival::Result(result("c9", "BUSY")), now());
    line.take(Hold { missing_since: Some(now()), ..hold() });
    line.bind(attempt(1), &call("c1"), now() + minutes(35));
    let calls: Vec<_> = line.calls.iter().map(|known| (known.attempt, known.call.clone())).collect();
    assert_eq!(calls, [(None, Some(call("c9"))), (Some(attempt(1)), Some(call("c1")))]);
    let bound = Hold { call: Some(call("c1")), until: now() + minutes(35), ..hold() };
    assert_eq!(line.hold, Some(bound.clone()));
    line.bind(attempt(1), &call("c1"), now());
    assert_eq!(line.hold, Some(bound), "an earlier time does not shorten the hold");
}

#[test]
fn the_answer_of_another_dial_does_not_touch_the_hold() {
    let mut line = accepted(&[]);
    let before = line.clone();
    line.bind(attempt(2), &call("c2"), now() + minutes(35));
    line.missing(attempt(2), now(), now() + minutes(35));
    line.release(attempt(2));
    assert_eq!(line, before);
}

#[test]
fn the_answer_of_a_dial_does_not_free_the_hold_while_its_result_waits() {
    let mut line = accepted(&[result("c1", "BUSY")]);
    line.bind(attempt(1), &call("c1"), now() + minutes(35));
    assert!(line.hold.is_some());
}

#[test]
fn an_unknown_attempt_is_missing_since_the_first_such_answer() {
    let mut line = accepted(&[]);
    line.missing(attempt(1), now(), now() + minutes(20));
    line.missing(attempt(1), now() + minutes(1), now() + minutes(15));
    assert_eq!(line.hold, Some(Hold { missing_since: Some(now()), until: now() + minutes(20), ..hold() }));
}

#[test]
fn a_refused_attempt_takes_no_other_call_with_it() {
    let mut line = accepted(&[result("c9", "BUSY")]);
    line.release(attempt(1));
    assert_eq!(line.calls.iter().map(|known| known.call.clone()).collect::<Vec<_>>(), [Some(call("c9"))]);
}

#[test]
fn a_call_counts_for_24_hours_to_the_second() {
    let line = accepted(&[]);
    assert_eq!(line.recent_calls(now() + CAP_WINDOW - TimeDelta::seconds(1)), [now()]);
    assert!(line.recent_calls(now() + CAP_WINDOW).is_empty());
}

#[test]
fn a_line_forgets_a_call_after_24_hours_once_its_result_is_recorded_and_its_hold_is_free() {
    let mut line = accepted(&[of_the_attempt("c1"), result("c2", "BUSY"), result("c3", "BUSY")]);
    line.resolve(&Arrival::Result(of_the_attempt("c1")));
    line.resolve(&Arrival::Result(result("c2", "BUSY")));
    let known = |line: &Line| line.calls.iter().filter_map(|known| known.call.clone()).collect::<Vec<_>>();
    line.apply_number_facts(&result("c3", "BUSY"), now() + CAP_WINDOW - TimeDelta::seconds(1));
    assert_eq!(known(&line), [call("c1"), call("c2"), call("c3")]);
    line.apply_number_facts(&result("c3", "BUSY"), now() + CAP_WINDOW);
    assert_eq!(known(&line), [call("c3")], "its result waits");
}

#[test]
fn a_removed_lead_takes_its_location_and_its_arrivals_with_it() {
    let other = CallResult { lead: Some(LeadId::parse("2").unwrap()), ..result("c2", "BUSY") };
    let without_lead = CallResult { lead: None, ..result("c3", "BUSY") };
    let mut line = accepted(&[result("c1", "BUSY"), other, without_lead]);
    let elsewhere = LeadRef { id: LeadId::parse("2").unwrap(), ..location() };
    line.pin_record(elsewhere.clone());
    line.forget(&location().key(), now());
    let waiting: Vec<_> = line.inbox.iter().map(|waiting| waiting.arrival.id()).collect();
    assert_eq!((waiting, line.record_locations), (vec!["c2".to_owned(), "c3".to_owned()], vec![elsewhere]));
}

#[test]
fn an_arrival_after_the_removal_of_its_lead_stays_with_its_location() {
    let mut line = accepted(&[result("c1", "BUSY")]);
    line.pin_record(location());
    line.accept(Arrival::Result(result("c2", "BUSY")), now() + TimeDelta::seconds(1));
    line.forget(&location().key(), now());
    let waiting: Vec<_> = line.inbox.iter().map(|waiting| waiting.arrival.id()).collect();
    assert_eq!((waiting, line.record_locations), (vec!["c2".to_owned()], vec![location()]));
}

#[test]
fn a_line_remembers_the_last_50_record_locations() {
    let mut line = Line::default();
    for id in 0..60 {
        line.pin_record(LeadRef { id: LeadId::parse(&id.to_string()).unwrap(), ..location() });
    }
    assert_eq!((line.record_locations.len(), line.record_locations[0].id.as_str()), (50, "10"));
}

#[test]
fn the_first_reason_that_suppresses_a_number_stays() {
    let mut line = Line::default();
    line.accept(Arrival::Result(result("c1", "DNC")), now());
    line.accept(Arrival::Result(result("c2", "BAD_NUMBER")), now() + minutes(1));
    let first = Suppression::new(Outcome::DNC, Source::Bland, now());
    assert_eq!(line.suppressed, Some(first));
}

#[test]
fn a_second_call_of_the_same_attempt_is_another_call() {
    let line = accepted(&[of_the_attempt("c1"), of_the_attempt("c2")]);
    let calls: Vec<_> = line.calls.iter().map(|known| known.call.clone()).collect();
    assert_eq!(calls, [Some(call("c1")), Some(call("c2"))]);
}

/// What records say of a number that was called at these minutes before now.
fn facts_of(lead: &Lead) -> NumberFacts {
    let mut facts = NumberFacts::default();
    facts.add(lead, now());
    facts
}

#[test]
fn a_line_learns_the_calls_of_records_once() {
    let results =
        [ended(result("c1", "BUSY"), 30), ended(result("c2", "BUSY"), 20), ended(result("old", "BUSY"), 1441)];
    let facts = facts_of(&after(&results));
    let mut line = Line::default();
    line.accept(Arrival::Result(results[0].clone()), now());
    line.learn(&facts, now());
    line.learn(&facts, now());
    assert_eq!(line.recent_calls(now()).len(), 2, "{:?}", line.calls);
    assert!(line.is_recorded(&CallId::parse("c2").unwrap()));
}

#[test]
fn a_line_counts_calls_without_an_id_by_their_time() {
    let other = |minutes_ago: i64| OtherCall { call: None, at: now() - minutes(minutes_ago), outcome: None };
    let lead = Lead {
        other_calls: vec![other(10), other(20)],
        last_call: Some(now() - minutes(10)),
        last_call_id: None,
        ..after(&[ended(result("c1", "BUSY"), 30)])
    };
    let mut line = Line::default();
    line.learn(&facts_of(&lead), now());
    line.learn(&facts_of(&lead), now());
    assert_eq!(line.recent_calls(now()).len(), 3, "{:?}", line.calls);
}

#[test]
fn an_attempt_that_is_lost_and_its_late_result_are_one_call() {
    let lost = CallResult {
        attempt: Some(attempt(1)),
        source: Source::Redial,
        call: CallId::lost(&attempt(1)),
        ..result("x", "LOST")
    };
    let mut line = Line::default();
    line.learn(&facts_of(&after(&[lost])), now());
    line.accept(Arrival::Result(of_the_attempt("c1")), now());
    assert_eq!(line.recent_calls(now()).len(), 1, "{:?}", line.calls);
}

#[test]
fn a_line_learns_that_a_record_forbids_its_number_and_when_it_was_transferred() {
    let mut line = Line::default();
    line.learn(&facts_of(&after(&[ended(result("c1", "TRANSFERRED"), 5)])), now());
    assert_eq!((line.transferred_at, line.suppressed.is_some()), (Some(now() - minutes(5)), false));
    line.learn(&facts_of(&Lead { outcomes: vec![Outcome::DNC], ..after(&[result("c2", "BUSY")]) }), now());
    assert!(line.suppressed.is_some() && line.retiring);
}

#[test]
fn a_repeated_result_that_says_do_not_call_is_heard() {
    let mut line = Line::default();
    line.accept(Arrival::Result(result("c1", "BUSY")), now());
    line.resolve(&Arrival::Result(result("c1", "BUSY")));
    line.accept(Arrival::Result(result("c1", "DNC")), now());
    assert!(line.suppressed.is_some() && line.inbox.is_empty());
}

#[test]
fn a_correction_is_noted_at_its_own_call_only() {
    let of_convoso = |call, outcome| CallResult { source: Source::Convoso, ..result(call, outcome) };
    let mut line = Line::default();
    for call in ["c1", "c2"] {
        line.accept(Arrival::Result(of_convoso(call, "BUSY")), now());
        line.resolve(&Arrival::Result(of_convoso(call, "BUSY")));
    }
    line.accept(Arrival::Result(of_convoso("c2", "VOICEMAIL")), now());
    assert!(line.is_corrected_by(&of_convoso("c1", "VOICEMAIL")));
    assert!(!line.is_corrected_by(&of_convoso("c1", "BUSY")));
    assert!(!line.is_corrected_by(&of_convoso("c2", "VOICEMAIL")));
}

#[test]
fn a_report_without_a_record_makes_the_next_one_a_correction() {
    let of_convoso = |outcome| CallResult { source: Source::Convoso, ..result("c1", outcome) };
    let mut line = Line::default();
    line.accept(Arrival::Result(of_convoso("BUSY")), now());
    line.accept(Arrival::Result(of_convoso("FAILED")), now());
    line.resolve(&Arrival::Result(of_convoso("BUSY")));
    line.resolve(&line.inbox[0].arrival.clone());
    assert!(!line.is_corrected_by(&of_convoso("FAILED")));

    line.report_found_no_record(&of_convoso("FAILED").call);
    assert!(line.is_corrected_by(&of_convoso("FAILED")));
    line.accept(Arrival::Result(of_convoso("FAILED")), now());
    let Arrival::Result(waiting) = &line.inbox[0].arrival else { panic!("it does not wait") };
    assert_eq!((line.inbox.len(), &waiting.outcome), (1, &Outcome::FAILED));
    assert!(
        waiting.ended_at > of_convoso("FAILED").ended_at + TimeDelta::milliseconds(1),
        "it is after the reports before it"
    );
}

#[test]
fn a_suppressed_line_is_open_until_its_records_are_completed() {
    let mut line = Line::default();
    line.suppress(&Outcome::DNC, Source::Convoso, now());
    assert_eq!(line.open_until(), Some(now()));
    line.retiring = false;
    line.suppress(&Outcome::DNC, Source::Bland, now());
    assert_eq!(line.open_until(), None);
}

#[test]
fn a_person_who_was_connected_is_left_alone_whatever_the_call_ended_with() {
    let failed = CallResult { connected: true, ..result("c1", "FAILED") };
    let mut line = Line::default();
    line.accept(Arrival::Result(failed), now());
    assert_eq!(line.transferred_at, Some(result("c1", "FAILED").ended_at));
}

#[test]
fn a_second_possible_refusal_joins_the_first_once() {
    let said =
        |call: &str, words: &str| CallResult { possible_refusal: Some(words.into()), ..result(call, "CONFUSED") };
    let mut line = Line::default();
    for (call, words) in [("c1", "not at work"), ("c2", "not at night"), ("c2", "not at night")] {
        line.accept(Arrival::Result(said(call, words)), now());
    }
    let review = line.review.unwrap();
    assert_eq!((review.call.as_str(), review.words.as_str()), ("c2", "not at night / not at work"));
}

#[test]
fn the_result_of_a_call_that_a_record_only_mentions_is_accepted() {
    let mentioned = OtherCall { call: Some(call("c1")), at: now() - minutes(10), outcome: None };
    let lead = Lead { other_calls: vec![mentioned], ..after(&[ended(result("c0", "BUSY"), 60)]) };
    let mut line = Line::default();
    line.learn(&facts_of(&lead), now());
    assert_eq!([line.is_recorded(&call("c0")), line.is_recorded(&call("c1"))], [true, false]);
    line.accept(Arrival::Result(result("c1", "BUSY")), now());
    assert_eq!((line.inbox.len(), line.calls.len()), (1, 2));
}

#[test]
fn an_attempt_that_a_record_has_lost_is_not_recorded() {
    let lost = CallResult { source: Source::Redial, call: CallId::lost(&attempt(1)), ..of_the_attempt("x") };
    let mut line = Line::default();
    line.learn(&facts_of(&after(&[CallResult { outcome: Outcome::LOST, ..lost }])), now());
    let known: Vec<_> = line.calls.iter().map(|known| (known.attempt, known.call.clone(), known.recorded)).collect();
    assert_eq!(known, [(Some(attempt(1)), None, false)]);
}

/// A line with a possible do-not-call, and a result of another call with or without one in the inbox.
fn in_doubt(waiting: Option<&str>) -> Line {
    let mut line = Line::default();
    line.accept(
        Arrival::Result(CallResult { possible_refusal: waiting.map(str::to_owned), ..result("c2", "BUSY") }),
        now(),
    );
    line.review = Some(Review { call: call("c1"), words: "not at work".to_owned(), since: now() });
    line
}

#[test]
fn a_decision_ends_the_doubt_and_leaves_that_of_another_record() {
    let other = Some(Review { call: call("c9"), words: "not at night".to_owned(), since: now() });
    for next in [None, other] {
        let mut line = in_doubt(None);
        assert!(line.decide_review(next.clone()));
        assert_eq!(line.review, next);
    }
}

#[test]
fn a_decision_is_not_about_a_doubt_that_still_waits_for_its_record() {
    let mut line = in_doubt(Some("not at night"));
    let before = line.clone();
    assert!(!line.decide_review(None));
    assert_eq!(line, before);
}

#[test]
fn a_decision_about_nothing_raises_no_doubt() {
    let mut line = Line { review: None, ..in_doubt(None) };
    assert!(!line.decide_review(Some(Review { call: call("c9"), words: "not at night".to_owned(), since: now() })));
    assert_eq!(line.review, None);
}

#[test]
fn the_answer_of_a_dial_joins_the_result_that_was_counted_on_its_own() {
    let mut line = accepted(&[result("c1", "BUSY"), result("c2", "BUSY")]);
    line.bind(attempt(1), &call("c1"), now() + minutes(35));
    let known: Vec<_> = line.calls.iter().map(|known| (known.attempt, known.call.clone())).collect();
    assert_eq!(known, [(Some(attempt(1)), Some(call("c1"))), (None, Some(call("c2")))]);
}

#[test]
fn the_answer_of_a_dial_whose_claim_is_forgotten_takes_no_call_away() {
    let mut line = Line::default();
    line.accept(Arrival::Result(result("c1", "BUSY")), now());
    let before = line.clone();
    line.bind(attempt(1), &call("c1"), now() + minutes(35));
    assert_eq!(line, before);
}

#[rstest]
#[case::of_its_own(&[], &[], 1)]
#[case::at_the_time_of_a_result(&[10], &[], 1)]
#[case::before_a_result(&[5], &[], 1)]
#[case::after_a_result(&[20], &[], 2)]
#[case::at_the_time_of_another_entry(&[], &[10], 1)]
#[case::before_another_entry(&[], &[5], 1)]
#[case::after_another_entry(&[], &[20], 2)]
fn the_last_call_of_a_record_counts_if_its_history_does_not_have_it(
    #[case] results: &[i64],
    #[case] others: &[i64],
    #[case] count: usize,
) {
    // The original kept only the time of the last call: ten minutes ago.
    let past = results.iter().map(|ago| ended(result(&format!("c{ago}"), "BUSY"), *ago)).collect::<Vec<_>>();
    let known =
        admit(None, &NewLead { lead: location().id, phone: phone(), profile: Profile::default() }, false, now());
    let lead = settle_all(known, &past, &policy());
    let other = |ago: &i64| OtherCall { call: None, at: now() - minutes(*ago), outcome: None };
    let lead = Lead {
        other_calls: others.iter().map(other).collect(),
        last_call: Some(now() - minutes(10)),
        last_call_id: None,
        ..lead
    };
    assert_eq!(facts_of(&lead).calls.len(), count);
}

#[rstest]
#[case::is_free(Line::default(), false)]
#[case::has_a_call(Line { hold: Some(hold()), ..Line::default() }, true)]
#[case::has_a_result(waiting_line(), true)]
fn records_of_a_listed_number_wait_until_they_are_due_unless_something_is_open(
    #[case] mut line: Line,
    #[case] soon: bool,
) {
    let suppression = Suppression::new(Outcome::DNC, Source::Redial, now());
    assert!(line.forbid(&suppression, Retire::WhenDue));
    assert_eq!(line.retiring, soon);
}

fn waiting_line() -> Line {
    let mut line = Line::default();
    line.accept(Arrival::Result(result("c1", "VOICEMAIL")), now());
    line
}

#[test]
fn a_call_counts_for_less_than_a_day() {
    let ended_before = |time| CallResult { ended_at: now() - time, ..result("c1", "BUSY") };
    assert_eq!(facts_of(&after(&[ended_before(CAP_WINDOW)])).calls.len(), 0);
    assert_ne!(facts_of(&after(&[ended_before(CAP_WINDOW - TimeDelta::milliseconds(1))])).calls.len(), 0);
}

#[test]
fn a_second_report_of_bland_does_not_replace_the_result_that_waits() {
    let mut line = Line::default();
    line.accept(Arrival::Result(result("c1", "BUSY")), now());
    line.accept(Arrival::Result(result("c1", "VOICEMAIL")), now());
    let waiting: Vec<_> = line.inbox.iter().map(|waiting| waiting.arrival.clone()).collect();
    assert_eq!(waiting, [Arrival::Result(result("c1", "BUSY"))]);
}

#[test]
fn a_suppression_tells_who_made_it_and_why() {
    let made = Suppression::by(Outcome::DNC, Source::Redial, now(), "ana", " by letter ");
    assert_eq!((made.by.as_str(), made.note.as_str()), ("ana", "by letter"));
    assert_eq!((made.reason, made.source, made.at), (Outcome::DNC, Source::Redial, now()));
}

#[test]
fn a_do_not_call_that_is_newer_than_its_removal_counts() {
    let mut line = Line::default();
    line.suppress(&Outcome::DNC, Source::Bland, now());
    line.allow("ana", " by letter\n", now()).unwrap();
    assert_eq!(line.allowed.as_ref().unwrap().note, "by letter");
    let heeds = |at| line.heeds(&Forbidden { reason: Outcome::DNC, at });
    assert!(heeds(None) && heeds(Some(now() + minutes(1))));
    assert!(!heeds(Some(now())) && !heeds(Some(now() - minutes(1))));
}
