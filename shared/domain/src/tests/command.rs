//! Tests of what an operator makes of a record.

use super::*;
use Command::{CallBack, Pause, Remove, Resume};

#[rstest]
#[case(Pause, Status::Pending, Some(Status::Paused))]
#[case(Pause, Status::Rescheduled, Some(Status::Paused))]
#[case(Pause, Status::MaxAttempts, Some(Status::Paused))]
#[case(Resume, Status::Paused, Some(Status::Pending))]
#[case(Pause, Status::Completed, None)]
#[case(Resume, Status::Completed, None)]
#[case(Resume, Status::MaxAttempts, None)]
fn a_command_moves_the_status_or_is_impossible(
    #[case] what: Command,
    #[case] from: Status,
    #[case] to: Option<Status>,
) {
    let expected = to.map_or(Commanded::Impossible(from), |status| {
        Commanded::Changed(Box::new(Lead { status, updated_at: now(), ..with_status(from) }))
    });
    assert_eq!(command(&with_status(from), what, now()), expected);
}

#[test]
fn a_command_to_resume_with_a_callback_ahead_reschedules_and_leaves_the_time() {
    let lead = Lead { callback: Some(now() + minutes(5)), ..with_status(Status::Paused) };
    let Commanded::Changed(resumed) = command(&lead, Resume, now()) else { panic!("not resumed") };
    assert_eq!((resumed.status, resumed.next_redial), (Status::Rescheduled, lead.next_redial));
}

#[test]
fn a_pause_given_twice_is_stored_with_its_time() {
    let again = Lead { updated_at: now() + minutes(1), ..with_status(Status::Paused) };
    let repeated = command(&with_status(Status::Paused), Pause, now() + minutes(1));
    assert_eq!(repeated, Commanded::Repeated(Box::new(again)));
}

#[rstest]
#[case(Resume, Status::Pending)]
#[case(Resume, Status::Rescheduled)]
fn a_command_given_twice_changes_nothing(#[case] what: Command, #[case] status: Status) {
    assert_eq!(command(&with_status(status), what, now()), Commanded::Unchanged);
}

#[test]
fn a_command_to_remove_is_possible_in_every_status() {
    assert!(Status::ALL.iter().all(|status| command(&with_status(*status), Remove, now()) == Commanded::Removed));
}

/// A record that waits for the decision about what was said in its last call.
fn in_doubt() -> Lead {
    let said = CallResult { possible_refusal: Some("not at work".to_owned()), ..result("c1", "CONFUSED") };
    after(&[said])
}

#[rstest]
#[case::nothing_was_said(with_status(Status::Pending), Commanded::Impossible(Status::Pending))]
#[case::a_sale(after(&[result("c1", "SALE")]), Commanded::Impossible(Status::Completed))]
#[case::it_is_forbidden_already(after(&[result("c1", "DNC")]), Commanded::Unchanged)]
fn a_do_not_call_can_be_confirmed_only_if_something_was_said(#[case] lead: Lead, #[case] expected: Commanded) {
    assert_eq!(command(&lead, Command::ConfirmDoNotCall, now()), expected);
}

#[test]
fn a_confirmed_do_not_call_completes_the_record() {
    let Commanded::Changed(lead) = command(&in_doubt(), Command::ConfirmDoNotCall, now()) else { panic!("no change") };
    assert_eq!(
        (lead.status, lead.forbidden_by(), lead.review.as_ref()),
        (Status::Completed, Some(&Outcome::DNC), None)
    );
}

#[test]
fn a_dismissed_do_not_call_lets_the_record_go_on_once() {
    let lead = in_doubt();
    assert_eq!(command(&lead, Resume, now()), Commanded::Impossible(Status::Paused), "a pause alone can be resumed");
    let Commanded::Changed(lead) = command(&lead, Command::DismissDoNotCall, now()) else { panic!("no change") };
    assert_eq!((lead.status, lead.review.is_some()), (Status::Pending, false));
    assert_eq!(command(&lead, Command::DismissDoNotCall, now()), Commanded::Unchanged);
}

fn ahead() -> DateTime<Utc> {
    now() + TimeDelta::days(1)
}

#[rstest]
#[case(Status::Pending)]
#[case(Status::Rescheduled)]
#[case(Status::Paused)]
#[case(Status::MaxAttempts)]
fn a_command_to_call_back_lets_the_lead_wait_for_that_time(#[case] status: Status) {
    let Commanded::Changed(next) = command(&with_status(status), CallBack(ahead()), now()) else { panic!("no change") };
    assert_eq!((next.status, next.next_redial, next.callback), (Status::Rescheduled, ahead(), Some(ahead())));
    assert_eq!(next.operator_callback, Some(OperatorCallback { at: ahead(), since: now() }));
    assert_eq!(command(&next, CallBack(ahead()), now() + minutes(1)), Commanded::Unchanged);
    assert_ne!(command(&next, CallBack(ahead() + minutes(1)), now() + minutes(1)), Commanded::Unchanged);
}

#[rstest]
#[case::completed(after(&[result("c1", "SALE")]), Commanded::Impossible(Status::Completed))]
#[case::forbidden(Lead { outcomes: vec![Outcome::DNC], ..with_status(Status::Pending) }, Commanded::Forbidden)]
#[case::undecided(in_doubt(), Commanded::Undecided)]
#[case::undecided_without_attempts(Lead { status: Status::MaxAttempts, ..in_doubt() }, Commanded::Undecided)]
#[case::of_another_system(
    with_status(Status::of_record("exhausted").unwrap()),
    Commanded::Impossible(Status::of_record("exhausted").unwrap())
)]
fn a_command_to_call_back_opens_nothing_that_is_closed(#[case] lead: Lead, #[case] expected: Commanded) {
    assert_eq!(command(&lead, CallBack(ahead()), now()), expected);
}

#[rstest]
#[case(0, Err(CallbackError::NotAhead))]
#[case(-1, Err(CallbackError::NotAhead))]
#[case(1, Ok(()))]
#[case(90 * 24 * 60, Ok(()))]
#[case(90 * 24 * 60 + 1, Err(CallbackError::TooFar))]
fn a_callback_lies_ahead_and_not_too_far(#[case] ahead: i64, #[case] expected: Result<(), CallbackError>) {
    assert_eq!(callback_ahead(now() + minutes(ahead), now()), expected.map(|()| now() + minutes(ahead)));
}

/// A record whose person asked in its first call for `at`, and an operator for [`ahead`] five minutes later.
fn asked_twice(at: DateTime<Utc>) -> Lead {
    let asks = CallResult { callback: Some(CallbackTime::At(at)), ..result("c1", "CALLBACK") };
    let Commanded::Changed(lead) = command(&after(&[asks]), CallBack(ahead()), now() + minutes(5)) else {
        panic!("no change")
    };
    *lead
}

/// The record after a call that ended so many minutes from [`now`].
fn then(lead: &Lead, call: &str, outcome: &str, ended: i64, callback: Option<DateTime<Utc>>) -> Lead {
    let at = now() + minutes(ended);
    let callback = callback.map(CallbackTime::At);
    let result = CallResult { ended_at: at, callback, ..result(call, outcome) };
    let Settled::Changed(next) = settle(Some(lead), &result, false, at.max(now() + minutes(10)), &policy()) else {
        panic!("no change")
    };
    *next
}

#[rstest]
#[case::earlier(now() + minutes(30))]
#[case::later(now() + TimeDelta::days(2))]
fn a_callback_of_an_operator_replaces_the_one_of_an_earlier_call(#[case] before: DateTime<Utc>) {
    let lead = asked_twice(before);
    let failed = then(&lead, "c2", "NO_ANSWER", 20, None);
    assert_eq!((failed.status, failed.next_redial), (Status::Rescheduled, ahead()), "a failed call does not cancel it");
    // The call at its time keeps it, and the earlier request does not come back.
    let kept = then(&failed, "c3", "NO_ANSWER", 24 * 60 + 1, None);
    assert_eq!((kept.status, kept.callback), (Status::Pending, None));
    let later = then(&kept, "c4", "NO_ANSWER", 24 * 60 + 30, None);
    assert_eq!((later.status, later.callback), (Status::Pending, None));
}

#[test]
fn of_the_callback_of_a_call_and_of_an_operator_the_later_counts() {
    let asked = now() + TimeDelta::days(3);
    let lead = asked_twice(now() + minutes(30));
    let asks_again = then(&lead, "c2", "CALLBACK", 20, Some(asked));
    assert_eq!((asks_again.status, asks_again.next_redial), (Status::Rescheduled, asked));
    // The result of a call before the operator's request comes late.
    let late = then(&lead, "c2", "CALLBACK", 2, Some(asked));
    assert_eq!((late.status, late.next_redial), (Status::Rescheduled, ahead()));
}

#[test]
fn a_success_ends_a_lead_with_a_callback_of_an_operator_and_its_correction_brings_the_callback_back() {
    let lead = asked_twice(now() + minutes(30));
    let sold = then(&lead, "c2", "SALE", 20, None);
    assert_eq!((sold.status, sold.callback), (Status::Completed, None));
    assert_eq!(then(&sold, "c3", "NO_ANSWER", 30, None).status, Status::Completed);
    let of_convoso = |outcome, ended| CallResult {
        source: Source::Convoso,
        ended_at: now() + minutes(ended),
        ..result("c4", outcome)
    };
    let settled = |lead: &Lead, result: &CallResult| match settle(Some(lead), result, false, result.ended_at, &policy())
    {
        Settled::Changed(next) => *next,
        other => panic!("{other:?}"),
    };
    let corrected = settled(&settled(&lead, &of_convoso("SALE", 20)), &of_convoso("NO_ANSWER", 25));
    assert_eq!((corrected.status, corrected.next_redial), (Status::Rescheduled, ahead()));
}
