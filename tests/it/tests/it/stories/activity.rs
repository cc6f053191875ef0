//! What was dialed and what came of it, as the queue counts it.

use super::world::{NOON, World};
use chrono::TimeDelta;
use redial_domain::activity::{Callbacks, Conversion, Hour};
use redial_domain::builders::{self, at, phone};
use redial_domain::{Outcome, Status};
use redial_queue::testing::{Fault, Operation, Reply};
use redial_queue::usecase::admin::{ActivityView, Bound, NotCounted};

async fn today(world: &World) -> ActivityView {
    let day = Some(Bound::Day("2025-12-17".parse().unwrap()));
    world.admin.activity(day, day).await.unwrap()
}

fn results(hour: &Hour) -> Vec<(&str, usize)> {
    hour.results.iter().map(|(outcome, count)| (outcome.as_str(), *count)).collect()
}

#[tokio::test]
async fn what_is_counted_is_what_the_provider_was_asked_for() {
    let world = World::at(NOON);
    world.due_leads(6).await;
    world.dialer.script(&phone(4), [Reply::Refused("Pathway not found".to_owned())]);
    world.dialer.script(&phone(5), [Reply::AnswerLost]);
    // The ledger has the first group of attempts twice.
    world.ledger.script(Operation::Put, [Fault::Lost]);
    world.wait(2);
    world.runs().await;
    world.wait(1);
    for (n, outcome) in [(0, "VOICEMAIL"), (1, "SALE"), (2, "TRANSFERRED"), (0, "VOICEMAIL")] {
        world.answered(n, outcome).await;
    }
    // Two hours later lead 0 is dialed again, and an agent's call of lead 3 ends.
    world.wait(120);
    world.ends(3, "agent", "NO_ANSWER").await;
    world.runs().await;
    let view = today(&world).await;
    // One request was refused.
    let placed = world.dialer.orders().len() - 1;
    let dials: usize = view.activity.hours.values().map(|hour| hour.dials).sum();
    assert_eq!(dials, placed);
    let first = &view.activity.hours[&at(NOON)];
    assert_eq!((first.dials, results(first)), (5, vec![("SALE", 1), ("TRANSFERRED", 1), ("VOICEMAIL", 1)]));
    let later = &view.activity.hours[&at("2025-12-17T21:00:00Z")];
    assert_eq!(results(later), [("NO_ANSWER", 1)]);
    // The lead that was refused is dialed again for the first time.
    let firsts = Conversion { dials: 6, results: 3, lost: 0, transferred: 1, sold: 1 };
    assert_eq!(view.activity.by_number[&1], firsts);
    assert_eq!(view.activity.lag.map(|lag| lag.count), Some(dials));
    assert_eq!((view.unread_ledger, view.unread.records, view.unread.objects), (0, 0, 0));
}

#[tokio::test]
async fn a_callback_is_followed_until_it_is_kept_or_missed() {
    let world = World::at(NOON);
    world.due_leads(2).await;
    world.runs().await;
    world.wait(1);
    world.asks_for(0, "asked-0", "2025-12-17T20:00:00Z").await;
    world.asks_for(1, "asked-1", "2025-12-17T20:00:00Z").await;
    let waits = Callbacks { promised: 2, not_yet: 2, ..Callbacks::default() };
    assert_eq!(today(&world).await.activity.callbacks, waits);
    // The hold of the first dials ends with their results.
    world.answered(0, "NO_ANSWER").await;
    world.answered(1, "NO_ANSWER").await;
    world.dialer.script(&phone(1), [Reply::Refused("Invalid number format".to_owned())]);
    world.set("2025-12-17T20:04:00Z");
    world.runs().await;
    assert_eq!(world.dials(0).len(), 2);
    let one = Callbacks { promised: 2, kept_in_time: 1, not_yet: 1, ..Callbacks::default() };
    assert_eq!(today(&world).await.activity.callbacks, one);
    world.set("2025-12-17T20:16:00Z");
    let missed = Callbacks { promised: 2, kept_in_time: 1, missed: 1, ..Callbacks::default() };
    assert_eq!(today(&world).await.activity.callbacks, missed);
}

#[tokio::test]
async fn a_record_in_two_months_counts_each_call_once() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    world.runs().await;
    world.wait(5);
    world.answered(0, "SALE").await;
    let record = world.lead(0).await;
    world.imported(record, "2025-11").await;
    let view = today(&world).await;
    assert_eq!(results(&view.activity.hours[&at(NOON)]), [("SALE", 1)]);
}

#[tokio::test]
async fn a_call_in_an_older_record_counts() {
    let world = World::at(NOON);
    let now = world.now();
    let past = |call: &str| redial_domain::PastCall {
        call: builders::call_id(call),
        outcome: Outcome::BUSY,
        at: now,
        source: None,
        attempt: None,
        rule: None,
        callback: Some(now + TimeDelta::hours(1)),
        corrected_at: None,
    };
    let old = builders::lead(1, now - TimeDelta::days(30));
    world.imported(redial_domain::Lead { history: vec![past("old")], ..old.clone() }, "2025-11").await;
    let new = redial_domain::Lead { history: vec![past("new")], status: Status::Paused, ..old };
    world.imported(new, "2025-12").await;
    world.wait(1);
    let view = today(&world).await;
    assert_eq!(results(&view.activity.hours[&at(NOON)]), [("BUSY", 2)]);
    // Of its requests only those of the newest record are promises.
    assert_eq!(view.activity.callbacks, Callbacks { promised: 1, withdrawn: 1, ..Callbacks::default() });
}

#[tokio::test]
async fn too_much_of_the_ledger_is_rejected_and_not_counted_in_part() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    world.runs().await;
    for n in 0..2000 {
        world.ledger.inner().set(&format!("ledger/2025-12-17/{:06}000-w-{n}.jsonl", 100_000 + n), "");
    }
    let day = Some(Bound::Day("2025-12-17".parse().unwrap()));
    let error = world.admin.activity(day, day).await.unwrap_err();
    assert!(matches!(error, NotCounted::TooMuch { objects: 2001, .. }), "{error}");
    // The hours after these have one.
    let view = world.admin.activity(Some(Bound::At(at("2025-12-17T17:00:00Z"))), day).await.unwrap();
    assert_eq!(view.activity.hours[&at(NOON)].dials, 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_told() {
    let world = World::at(NOON);
    world.ledger.inner().set("ledger/2025-12-17/190000000-w-1.jsonl", "no line\n{\"kind\":\"attempt\"}\n");
    world.blobs.inner().set("redial-queue/redial-queue_2025-12.json", r#"{"1_2125550101": {"lead_id": "1"}}"#);
    world.blobs.inner().set("redial-queue/redial-queue_2025-11.json", "[");
    let view = today(&world).await;
    assert_eq!((view.unread_ledger, view.unread.records, view.unread.objects), (2, 1, 1));
}
