//! Tests of possible do-not-calls, and of the decisions about them.

use super::*;
use crate::refusal::WORDS_KEPT;
use crate::review::doubt;

fn call(id: &str) -> CallId {
    CallId::parse(id).unwrap()
}

fn review(id: &str, words: &str) -> Review {
    Review { call: call(id), words: words.to_owned(), since: now() - minutes(10) }
}

/// A record with two calls, the second of which ended an hour after the first.
fn called_twice() -> Lead {
    after(&[ended(result("c1", "BUSY"), 90), ended(result("c2", "CONFUSED"), 30)])
}

#[rstest]
#[case(Status::Pending, Status::Paused)]
#[case(Status::Rescheduled, Status::Paused)]
#[case(Status::Paused, Status::Paused)]
#[case(Status::Completed, Status::Completed)]
#[case(Status::MaxAttempts, Status::MaxAttempts)]
fn a_possible_do_not_call_holds_back_a_record_that_could_be_dialed(#[case] before: Status, #[case] expected: Status) {
    let lead = Lead { status: before, ..called_twice() };
    let told = review("c2", "not at work");
    let later = now() + minutes(1);
    let held = Lead { status: expected, review: Some(told.clone()), updated_at: later, ..lead.clone() };
    assert_eq!(doubt(&lead, &told, later), Some(held));
}

#[rstest]
#[case::the_number_is_forbidden(Lead { outcomes: vec![Outcome::DNC], ..called_twice() })]
#[case::it_was_dismissed(Lead { dismissed: Some(call("c2")), ..called_twice() })]
#[case::it_waits_already(Lead { review: Some(review("c2", "not at work")), ..called_twice() })]
#[case::the_same_was_said_before(Lead { review: Some(review("c1", "no, not at work please")), ..called_twice() })]
fn a_possible_do_not_call_that_changes_nothing_leaves_the_record_alone(#[case] lead: Lead) {
    assert_eq!(doubt(&lead, &review("c2", "not at work"), now()), None);
}

#[test]
fn the_dismissal_of_another_call_does_not_silence_a_doubt() {
    let lead = Lead { dismissed: Some(call("c1")), ..called_twice() };
    assert!(doubt(&lead, &review("c2", "not at work"), now()).is_some());
}

#[test]
fn a_dismissal_counts_for_its_call_and_not_for_calls_without_an_id() {
    let lead = Lead { dismissed: Some(call("c1")), ..called_twice() };
    assert_eq!([lead.has_dismissed(&call("c1")), lead.has_dismissed(&call("c2"))], [true, false]);
    let of_nobody = Lead { dismissed: Some(CallId::unknown()), ..called_twice() };
    assert!(!of_nobody.has_dismissed(&CallId::unknown()));
    assert!(!called_twice().has_dismissed(&call("c1")));
}

#[rstest]
#[case::of_another_call("c2", "not at night", "c2", "not at night / not at work")]
#[case::the_same_words("c2", "at work", "c1", "not at work")]
#[case::more_words("c2", "so not at work please", "c2", "so not at work please")]
#[case::of_the_same_call("c1", "not at night", "c1", "not at work")]
fn a_person_decides_about_everything_that_was_said(
    #[case] id: &str,
    #[case] words: &str,
    #[case] decided: &str,
    #[case] shown: &str,
) {
    let mut known = review("c1", "not at work");
    known.join(Review { since: now(), ..review(id, words) });
    assert_eq!(known, review(decided, shown));
}

#[test]
fn the_words_of_many_calls_are_bounded_and_the_newest_are_kept() {
    let mut known = review("c1", &"a".repeat(WORDS_KEPT));
    for (id, letter) in [("c2", "b"), ("c3", "c")] {
        known.join(review(id, &letter.repeat(WORDS_KEPT)));
    }
    let begins = format!("{} / {}", "c".repeat(WORDS_KEPT), "b".repeat(WORDS_KEPT - 3));
    assert_eq!((known.call, known.words), (call("c3"), begins));
}

#[test]
fn what_a_person_said_is_not_in_a_log() {
    let shown = format!("{:?}", review("c1", "not at work"));
    assert!(shown.contains("c1") && !shown.contains("work"), "{shown}");
}

#[rstest]
#[case::waits(Status::Paused, None, Status::Pending)]
#[case::waits_for_a_callback(Status::Paused, Some(5), Status::Rescheduled)]
#[case::its_callback_is_now(Status::Paused, Some(0), Status::Pending)]
#[case::its_callback_has_passed(Status::Paused, Some(-5), Status::Pending)]
#[case::done(Status::Completed, None, Status::Completed)]
#[case::called_often_enough(Status::MaxAttempts, None, Status::MaxAttempts)]
fn a_record_goes_on_as_before_once_its_doubt_is_dismissed(
    #[case] before: Status,
    #[case] callback_in: Option<i64>,
    #[case] expected: Status,
) {
    let callback = callback_in.map(|ahead| now() + minutes(ahead));
    let doubted = Lead { review: Some(review("c2", "not at work")), updated_at: now() - minutes(10), ..called_twice() };
    let lead = Lead { status: before, callback, ..doubted };
    let Commanded::Changed(next) = command(&lead, Command::DismissDoNotCall, now()) else { panic!("no change") };
    let dismissed = Some(call("c2"));
    assert_eq!(*next, Lead { status: expected, dismissed, review: None, updated_at: now(), ..lead });
}

#[track_caller]
fn confirmed(id: &str, lead: Lead) -> Lead {
    let lead = Lead { review: Some(review(id, "not at work")), status: Status::Paused, ..lead };
    match command(&lead, Command::ConfirmDoNotCall, now() + minutes(1)) {
        Commanded::Changed(next) => *next,
        other => panic!("expected a change, got {other:?}"),
    }
}

#[rstest]
#[case::the_last_call("c2", [Outcome::BUSY, Outcome::DNC], Outcome::DNC)]
#[case::an_earlier_call("c1", [Outcome::DNC, Outcome::CONFUSED], Outcome::CONFUSED)]
fn a_confirmed_do_not_call_becomes_the_outcome_of_its_call(
    #[case] id: &str,
    #[case] outcomes: [Outcome; 2],
    #[case] last: Outcome,
) {
    // A record of the original has earlier outcomes beside those of its history.
    let earlier = [vec![Outcome::VOICEMAIL], called_twice().outcomes].concat();
    let lead = Lead { callback: Some(now() + minutes(60)), outcomes: earlier, ..called_twice() };
    let next = confirmed(id, lead);
    assert_eq!((next.status, next.review, next.callback), (Status::Completed, None, None));
    assert_eq!(next.updated_at, now() + minutes(1));
    assert_eq!(next.outcomes, [vec![Outcome::VOICEMAIL], outcomes.to_vec()].concat());
    assert_eq!(next.last_outcome, Some(last));
    let history: Vec<_> = next.history.into_iter().map(|past| (past.outcome, past.rule.unwrap())).collect();
    let rules = if id == "c1" { ["possible_do_not_call", "test"] } else { ["test", "possible_do_not_call"] };
    assert_eq!(history, outcomes.into_iter().zip(rules.map(str::to_owned)).collect::<Vec<_>>());
}
