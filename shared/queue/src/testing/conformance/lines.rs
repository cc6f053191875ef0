//! Checks of a [`LineStore`].

use super::{ROUNDS, race};
use crate::ports::{Expect, LineStore, Put, Unlisted, Version, Versioned, list_shard};
use chrono::TimeDelta;
use redial_domain::builders::{
    at, attempt, call_id, held_line, hold, lead_id, lead_ref, month, phone, profile, result,
};
use redial_domain::{
    Allowed, Arrival, CallbackTime, KnownCall, Line, NewLead, Outcome, Phone, Source, Suppression, Waiting,
};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

const SINCE: &str = "2025-12-03T17:00:00Z";
const INCREMENTS: u32 = 5;
/// The most reads of the index, a quarter of a second apart, because DynamoDB's index may be behind the table.
const LOOKS: u32 = 60;

/// Runs every check on an empty store.
pub async fn lines(store: Arc<dyn LineStore>) {
    a_new_store_is_empty(&*store).await;
    a_created_line_can_be_read(&*store).await;
    a_second_creation_is_a_conflict(&*store).await;
    an_update_gives_a_new_version(&*store).await;
    an_update_of_an_old_version_is_a_conflict(&*store).await;
    an_update_of_nothing_is_a_conflict(&*store).await;
    a_version_never_comes_back(&*store).await;
    a_full_line_comes_back_as_it_was(&*store).await;
    many_lines_are_read_at_once(&*store).await;
    a_line_is_open_while_something_is_under_way(&*store).await;
    open_lines_come_in_order_up_to_the_limit_and_the_time(&*store).await;
    suppressed_lines_are_listed_page_by_page(&*store).await;
    one_of_many_creators_wins(store.clone()).await;
    no_increment_of_many_writers_is_lost(store).await;
}

async fn a_new_store_is_empty(store: &dyn LineStore) {
    assert_eq!(store.get(&phone(0)).await.unwrap(), None);
    assert_eq!(store.get_many(&[phone(0)]).await.unwrap(), BTreeMap::new());
    assert_eq!(store.open(at(SINCE), 10).await.unwrap(), []);
}

async fn a_created_line_can_be_read(store: &dyn LineStore) {
    let version = stored(store.put(&phone(1), &called(1), &Expect::Absent).await.unwrap());
    assert_eq!(store.get(&phone(1)).await.unwrap(), Some(Versioned { value: called(1), version }));
}

async fn a_second_creation_is_a_conflict(store: &dyn LineStore) {
    stored(store.put(&phone(2), &called(1), &Expect::Absent).await.unwrap());
    assert_eq!(store.put(&phone(2), &called(2), &Expect::Absent).await.unwrap(), Put::Conflict);
    assert_eq!(line(store, 2).await, called(1));
}

async fn an_update_gives_a_new_version(store: &dyn LineStore) {
    let first = stored(store.put(&phone(3), &called(1), &Expect::Absent).await.unwrap());
    let second = stored(store.put(&phone(3), &called(2), &Expect::At(first.clone())).await.unwrap());
    assert_ne!(first, second);
    assert_eq!(store.get(&phone(3)).await.unwrap(), Some(Versioned { value: called(2), version: second }));
}

async fn an_update_of_an_old_version_is_a_conflict(store: &dyn LineStore) {
    let first = stored(store.put(&phone(4), &called(1), &Expect::Absent).await.unwrap());
    stored(store.put(&phone(4), &called(2), &Expect::At(first.clone())).await.unwrap());
    assert_eq!(store.put(&phone(4), &called(3), &Expect::At(first)).await.unwrap(), Put::Conflict);
    assert_eq!(line(store, 4).await, called(2));
}

async fn an_update_of_nothing_is_a_conflict(store: &dyn LineStore) {
    let expect = Expect::At(Version("of-nothing".to_owned()));
    assert_eq!(store.put(&phone(5), &called(1), &expect).await.unwrap(), Put::Conflict);
    assert_eq!(store.get(&phone(5)).await.unwrap(), None);
}

async fn a_version_never_comes_back(store: &dyn LineStore) {
    let first = stored(store.put(&phone(6), &called(1), &Expect::Absent).await.unwrap());
    let second = stored(store.put(&phone(6), &called(2), &Expect::At(first.clone())).await.unwrap());
    stored(store.put(&phone(6), &called(1), &Expect::At(second)).await.unwrap());
    assert_eq!(store.put(&phone(6), &called(3), &Expect::At(first)).await.unwrap(), Put::Conflict);
}

async fn a_full_line_comes_back_as_it_was(store: &dyn LineStore) {
    stored(store.put(&phone(7), &full(7), &Expect::Absent).await.unwrap());
    assert_eq!(line(store, 7).await, full(7));
}

/// DynamoDB accepts at most 100 keys at a time, and no key twice.
async fn many_lines_are_read_at_once(store: &dyn LineStore) {
    let numbers = 1_200..1_320;
    let mut expected = BTreeMap::new();
    for number in numbers.clone().step_by(2) {
        stored(store.put(&phone(number), &called(number), &Expect::Absent).await.unwrap());
        expected.insert(phone(number), called(number));
    }
    let mut phones: Vec<Phone> = numbers.map(phone).collect();
    phones.push(phone(1_200));
    assert_eq!(store.get_many(&phones).await.unwrap(), expected);
    assert_eq!(store.get_many(&[]).await.unwrap(), BTreeMap::new());
}

async fn a_line_is_open_while_something_is_under_way(store: &dyn LineStore) {
    let due = at(SINCE) + TimeDelta::days(1);
    let becomes = async |open, which| {
        let is_open = async || store.open(due, 1_000).await.unwrap().contains(&phone(8));
        eventually(is_open, &open, which).await;
    };
    let mut line = called(1);
    let mut version = stored(store.put(&phone(8), &line, &Expect::Absent).await.unwrap());
    becomes(false, "an idle line").await;
    line.take(hold(attempt(8), lead_ref(8, "2025-12"), at(SINCE), at(SINCE) + TimeDelta::minutes(10)));
    version = stored(store.put(&phone(8), &line, &Expect::At(version)).await.unwrap());
    becomes(true, "a held line").await;
    line.release(attempt(8));
    version = stored(store.put(&phone(8), &line, &Expect::At(version)).await.unwrap());
    becomes(false, "a line set free").await;
    line.inbox = full(8).inbox;
    version = stored(store.put(&phone(8), &line, &Expect::At(version)).await.unwrap());
    becomes(true, "a line with an arrival").await;
    line.inbox.clear();
    stored(store.put(&phone(8), &line, &Expect::At(version)).await.unwrap());
    becomes(false, "a line without one").await;
}

async fn open_lines_come_in_order_up_to_the_limit_and_the_time(store: &dyn LineStore) {
    let start = at("2030-01-01T00:00:00Z");
    let until = |minutes| start + TimeDelta::minutes(minutes);
    for (number, minutes) in [(1_701, 30), (1_702, 10), (1_703, 20), (1_704, 9)] {
        let hold = hold(attempt(number), lead_ref(number, "2030-01"), start, until(minutes));
        stored(store.put(&phone(number), &held_line(hold), &Expect::Absent).await.unwrap());
    }
    let mine = |phones: Vec<Phone>| {
        let mine: Vec<Phone> = [1_701, 1_702, 1_703, 1_704].into_iter().map(phone).collect();
        phones.into_iter().filter(|phone| mine.contains(phone)).collect::<Vec<_>>()
    };
    let open = async |due, limit| store.open(due, limit).await.unwrap();
    let all = [1_704, 1_702, 1_703, 1_701].map(phone).to_vec();
    eventually(async || mine(open(until(30), 1_000).await), &all, "all of them").await;
    assert_eq!(mine(open(until(20), 1_000).await), [1_704, 1_702, 1_703].map(phone), "due now is due");
    let before = until(20) - TimeDelta::milliseconds(1);
    assert_eq!(mine(open(before, 1_000).await), [1_704, 1_702].map(phone), "a millisecond before it is not");
    let others = open(start, 1_000).await.len();
    assert_eq!(mine(open(until(30), others + 2).await), [1_704, 1_702].map(phone), "the longest waiting first");
    assert_eq!(open(until(30), 0).await, []);
}

async fn suppressed_lines_are_listed_page_by_page(store: &dyn LineStore) {
    let numbers = 1_900..1_940;
    let suppressed = Line {
        suppressed: Some(Suppression::by(Outcome::DNC, Source::Redial, at(SINCE), "ops", "")),
        ..Line::default()
    };
    let mut expected = Vec::new();
    for number in numbers {
        let line = if number % 4 == 0 { called(number) } else { suppressed.clone() };
        let version = stored(store.put(&phone(number), &line, &Expect::Absent).await.unwrap());
        match number % 4 {
            0 => {}
            // It was suppressed, and is allowed again.
            1 => drop(stored(store.put(&phone(number), &called(number), &Expect::At(version)).await.unwrap())),
            _ => expected.push(phone(number)),
        }
    }
    expected.sort_by_key(|phone| (list_shard(phone), phone.clone()));
    for limit in [1_000, 20, 7, 1] {
        let look = async || {
            let mut found = Vec::new();
            let mut after = None;
            loop {
                let page = store.suppressed(after.as_ref(), limit).await.unwrap();
                assert!(page.lines.len() <= limit, "a page has at most {limit} lines");
                for (phone, line) in page.lines {
                    // Other checks have suppressed other numbers.
                    if line == suppressed {
                        found.push(phone);
                    }
                }
                after = page.next;
                if after.is_none() {
                    return found;
                }
            }
        };
        eventually(look, &expected, &format!("pages of {limit}")).await;
    }
    assert_eq!(store.unlisted(None).await.unwrap(), Unlisted::default());
}

async fn one_of_many_creators_wins(store: Arc<dyn LineStore>) {
    let created = race(|number| {
        let store = store.clone();
        async move { store.put(&phone(9), &called(number), &Expect::Absent).await.unwrap() != Put::Conflict }
    });
    let winners = created.await.into_iter().filter(|won| *won).count();
    assert_eq!(winners, 1);
}

async fn no_increment_of_many_writers_is_lost(store: Arc<dyn LineStore>) {
    let increments = race(|_| {
        let store = store.clone();
        async move {
            for _ in 0..INCREMENTS {
                increment(&*store).await;
            }
        }
    });
    let writers = increments.await.len();
    assert_eq!(line(&*store, 10).await.calls.len(), writers * INCREMENTS as usize);
}

async fn increment(store: &dyn LineStore) {
    for _ in 0..ROUNDS {
        let read = store.get(&phone(10)).await.unwrap();
        let mut line = read.as_ref().map(|read| read.value.clone()).unwrap_or_default();
        line.calls.extend(called(u32::try_from(line.calls.len()).unwrap()).calls);
        tokio::task::yield_now().await;
        if store.put(&phone(10), &line, &Expect::unchanged(read.as_ref())).await.unwrap() != Put::Conflict {
            return;
        }
    }
    unreachable!("the line was never written in {ROUNDS} rounds");
}

#[expect(clippy::future_not_send, reason = "its callers await it in the same task")]
async fn eventually<T: PartialEq + Debug>(look: impl AsyncFn() -> T, expected: &T, which: &str) {
    for _ in 0..LOOKS {
        if look().await == *expected {
            return;
        }
        sleep(Duration::from_millis(250)).await;
    }
    assert_eq!(look().await, *expected, "{which}");
}

/// Returns an idle line, a different one for each `n`.
fn called(n: u32) -> Line {
    let at = at(SINCE) + TimeDelta::seconds(n.into());
    let call = Some(call_id(&format!("call-{n}")));
    Line {
        calls: vec![KnownCall { at, attempt: Some(attempt(n)), call, recorded: true, told: None }],
        ..Line::default()
    }
}

/// Returns a line with a value in every field.
fn full(n: u32) -> Line {
    let since = at("2025-12-03T17:00:00.123Z");
    let local = at("2025-12-04T09:30:00Z").naive_utc();
    let mut line = called(n);
    line.take(hold(attempt(n), lead_ref(n, "2025-12"), since, since + TimeDelta::minutes(10)));
    if let Some(hold) = &mut line.hold {
        hold.call = Some(call_id("call-of-hold"));
        hold.missing_since = Some(since + TimeDelta::minutes(11));
    }
    let mut first = result(n, "call-a", Outcome::CALLBACK, since);
    first.callback = Some(CallbackTime::Local(local));
    first.attempt = Some(attempt(n));
    first.month = Some(month("2025-12"));
    let mut second = result(n, "convoso:1", Outcome::parse("Zoë's").unwrap(), since);
    second.callback = Some(CallbackTime::At(since));
    (second.source, second.lead, second.inbound) = (Source::Convoso, None, true);
    let new = NewLead { lead: lead_id("a \"b\" é"), phone: phone(n), profile: profile() };
    let arrivals = [Arrival::Result(first), Arrival::Result(second), Arrival::NewLead(new)];
    let waiting = |arrival| Waiting { arrival, since };
    line.inbox = arrivals.into_iter().map(waiting).collect();
    line.suppressed = Some(Suppression::by(Outcome::DNC, Source::Bland, since, "ops", "a \"note\""));
    let allowed = Allowed { at: since, by: "ops".to_owned(), note: "é".to_owned(), reason: Outcome::BAD_NUMBER };
    line.allowed = Some(allowed);
    line.record_locations = vec![lead_ref(n, "2025-11"), lead_ref(n + 1, "2025-12")];
    line
}

async fn line(store: &dyn LineStore, n: u32) -> Line {
    store.get(&phone(n)).await.unwrap().unwrap().value
}

#[track_caller]
fn stored(put: Put) -> Version {
    match put {
        Put::Stored(version) => version,
        Put::Conflict => unreachable!("the write was a conflict"),
    }
}
