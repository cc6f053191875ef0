use super::*;
use crate::BulkCommand;
use crate::builders::{at, operator};
use std::iter;

fn bulk(command: BulkCommand, leads: u64) -> Bulk {
    let now = at("2025-12-17T19:00:00Z");
    let filter = BTreeMap::from([("status".to_owned(), "pending".to_owned())]);
    let selection = Selection { command, filter, by: "ops".to_owned(), user: None, at: now, leads };
    Bulk::new(selection, &operator(), now)
}

fn all(effect: Effect, numbers: std::ops::Range<u64>) -> impl Iterator<Item = (u64, Effect)> {
    numbers.zip(iter::repeat(effect))
}

#[test]
fn a_command_is_done_when_every_lead_has_got_it_or_cannot() {
    let now = at("2025-12-17T19:01:00Z");
    let bulk = bulk(BulkCommand::Pause, 5);
    assert_eq!(bulk.next(3), 0..3);
    let half = bulk.after(all(Effect::Changed, bulk.next(3)), now);
    assert_eq!((half.tried, half.is_running(), half.next(3)), (3, true, 3..5));
    let ends = [(3, Effect::Unchanged), (4, Effect::Impossible(Impossible::Completed))];
    let done = half.after(ends, now);
    assert_eq!((done.state, done.tried, done.updated_at), (BulkState::Done, 5, now));
    let impossible = BTreeMap::from([(Impossible::Completed, 1)]);
    assert_eq!(done.effects, Effects { changed: 3, unchanged: 1, impossible });
}

#[test]
fn leads_that_cannot_be_read_keep_a_command_from_being_done_and_hold_up_nobody_else() {
    let now = at("2025-12-17T19:01:00Z");
    let bulk = bulk(BulkCommand::Remove, 3);
    assert!(bulk.forbids_dialing());
    let tried = bulk.after([(0, Effect::Changed), (1, Effect::Unreadable), (2, Effect::Changed)], now);
    assert_eq!((tried.is_running(), tried.forbids_dialing()), (true, false));
    assert_eq!((&tried.unreadable, tried.effects.changed), (&BTreeSet::from([1]), 2));
    let again = tried.after([(1, Effect::Unreadable)], now);
    assert_eq!(again, tried);
    let done = again.after([(1, Effect::Changed)], now);
    assert_eq!((done.state, done.effects.changed, done.tried), (BulkState::Done, 3, 3));
}

#[test]
fn a_command_that_lets_calls_be_made_forbids_none() {
    assert!(!bulk(BulkCommand::Resume, 3).forbids_dialing());
}

#[test]
fn a_command_without_leads_is_done() {
    assert_eq!(bulk(BulkCommand::Pause, 0).state, BulkState::Done);
}
