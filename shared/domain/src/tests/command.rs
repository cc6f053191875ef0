//! Tests of what an operator makes of a record.

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

#[rstest]
#[case(Pause, Status::Paused)]
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
