use super::*;
use crate::builders::{at, lead, operator};
use rstest::rstest;

fn selection() -> Selection {
    let filter = [("status", "paused"), ("q", "Smith"), ("state", "FL")];
    Selection {
        command: BulkCommand::Resume,
        filter: filter.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        by: operator().name().to_owned(),
        user: None,
        at: at("2025-12-17T19:00:00Z"),
        leads: 2,
    }
}

#[rstest]
#[case::in_time(operator(), BulkCommand::Resume, "2025-12-17T19:59:59Z", Ok(()))]
#[case::too_late(operator(), BulkCommand::Resume, "2025-12-17T20:00:00Z", Err(NotConfirmable::Expired))]
#[case::by_another(Actor::Run, BulkCommand::Resume, "2025-12-17T19:00:00Z", Err(NotConfirmable::AnotherKey))]
#[case::another_command(
    operator(),
    BulkCommand::Remove,
    "2025-12-17T19:00:00Z",
    Err(NotConfirmable::AnotherCommand(BulkCommand::Resume))
)]
fn a_selection_is_confirmed_by_its_key_for_its_command_within_an_hour(
    #[case] by: Actor,
    #[case] command: BulkCommand,
    #[case] now: &str,
    #[case] expected: Result<(), NotConfirmable>,
) {
    assert_eq!(selection().may_confirm(&by, command, None, at(now)), expected);
}

#[test]
fn a_command_that_was_confirmed_goes_on_at_any_time() {
    let known = Bulk::new(selection(), &operator(), at("2025-12-17T19:00:00Z"));
    let next_day = at("2025-12-18T19:00:00Z");
    assert_eq!(selection().may_confirm(&operator(), BulkCommand::Resume, Some(&known), next_day), Ok(()));
}

#[test]
fn the_ledger_gets_no_text_that_may_be_a_name() {
    assert_eq!(selection().filter_for_the_ledger(), "q state=FL status=paused");
}

#[test]
fn a_lead_that_was_paused_again_after_the_preview_is_not_resumed() {
    let now = at("2025-12-17T19:00:00Z");
    let paused = Lead { status: Status::Paused, ..lead(1, now) };
    let seen = Selected::of(&paused).seen;
    assert!(!seen.is_overtaken(&paused, Command::Resume));
    let again = Lead { updated_at: now + TimeDelta::milliseconds(1), ..paused };
    assert!(seen.is_overtaken(&again, Command::Resume));
    assert!(!seen.is_overtaken(&again, Command::Pause), "in doubt it is not dialed");
    let resumed = Lead { status: Status::Pending, ..again };
    assert!(!seen.is_overtaken(&resumed, Command::Resume), "there is nothing to do");
}

#[test]
fn a_lead_that_came_in_again_after_the_preview_is_not_removed() {
    let now = at("2025-12-17T19:00:00Z");
    let first = lead(1, now);
    let seen = Selected::of(&first).seen;
    let changed = Lead { updated_at: now + TimeDelta::minutes(1), ..first.clone() };
    assert!(!seen.is_overtaken(&changed, Command::Remove));
    let older = Lead { created_at: now - TimeDelta::days(20), ..first.clone() };
    assert!(!seen.is_overtaken(&older, Command::Remove), "an older record of the same lead");
    let anew = Lead { created_at: now + TimeDelta::milliseconds(1), ..first };
    assert!(seen.is_overtaken(&anew, Command::Remove));
}

#[test]
fn a_stored_word_is_read_back() {
    assert_eq!(BulkCommand::ALL.map(|command| BulkCommand::parse(command.as_str())), BulkCommand::ALL.map(Some));
    assert_eq!(BulkCommand::parse("callback"), None);
}
