//! Objects of a month.

use super::case;
use crate::stories::world::{NOON, World};
use chrono::TimeDelta;
use redial_domain::clock_shift::{ClockShift, Evidence, Finding, Found, find};
use redial_domain::settings::{Limits, Settings};
use redial_domain::{Status, builders};
use redial_formats::month_v1::Leaf;
use redial_queue::usecase::admin::{Filter, Query};
use rstest::rstest;

/// A month file with its times filled in: `"@-60"` is 60 s before `now`.
fn month(name: &str, world: &World) -> String {
    let mut text = String::new();
    let body = case(name);
    let mut parts = body.split("\"@");
    text.push_str(parts.next().unwrap());
    for part in parts {
        let (seconds, rest) = part.split_once('"').unwrap();
        let at = world.now().timestamp_millis() + seconds.parse::<i64>().unwrap() * 1000;
        text.push_str(&at.to_string());
        text.push_str(rest);
    }
    text
}

fn world_with(name: &str) -> World {
    let world = World::at(NOON);
    world.blobs.inner().set("redial-queue/redial-queue_2025-12.json", month(name, &world));
    world
}

async fn statuses(world: &World) -> Vec<String> {
    let query = Query { limit: 100, ..Query::default() };
    let page = world.admin.browse(&query).await.unwrap();
    page.records.iter().map(|view| view.found.lead.status.as_str().to_owned()).collect()
}

#[tokio::test]
async fn a_month_with_a_byte_order_mark_is_read() {
    let world = world_with("04-month-with-bom.json");
    assert_eq!(statuses(&world).await, ["pending"]);
}

#[tokio::test]
async fn statuses_of_another_system_are_listed_and_not_dialed() {
    let world = world_with("50-month-statuses-of-a-script.json");
    let mut statuses = statuses(&world).await;
    statuses.sort();
    assert_eq!(statuses, ["exhausted", "failed"]);
    assert!(Status::parse("exhausted").is_some());
    assert_eq!(world.runs().await.calls_made, 0);
}

#[tokio::test]
async fn a_do_not_call_of_another_system_forbids_the_number() {
    let world = world_with("44-month-sms-stop.json");
    world.runs().await;
    assert!(world.dialer.orders().is_empty());
}

#[tokio::test]
async fn a_record_that_cannot_be_understood_is_listed_with_the_reason() {
    let world = World::at(NOON);
    world.blobs.inner().set("redial-queue/redial-queue_2025-12.json", r#"{"a":{"lead_id":"1"},"b":7}"#);
    let page = world
        .admin
        .browse(&Query { filter: Filter { unreadable: true, ..Filter::default() }, limit: 1, ..Query::default() })
        .await
        .unwrap();
    assert_eq!((page.total, page.filtered, page.more), (2, 2, true));
    assert_eq!((page.unreadable[0].key.as_str(), page.unreadable[0].reason.is_empty()), ("a", false));
}

#[tokio::test]
async fn an_unreadable_month_does_not_stop_the_intake_of_new_leads() {
    let world = World::at(NOON);
    world.blobs.inner().set("redial-queue/redial-queue_2025-11.json", "{\"cut off");
    assert_eq!(world.ends(1, "c1", "NO_ANSWER").await, redial_queue::usecase::ingest::Ingested::Applied);
    world.wait(10);
    // The lead may have an older record, which nobody can see.
    world.runs().await;
    assert!(world.dialer.orders().is_empty());
    assert_eq!(said_to_be_ready(&world).await, [false; 4]);
    let blocked = world.admin.blocked().await.unwrap();
    assert_eq!((blocked.waiting, blocked.beside_unreadable, blocked.unread_objects), (1, 1, 1));
    world.blobs.inner().set("redial-queue/redial-queue_2025-11.json", "{}");
    assert_eq!(said_to_be_ready(&world).await, [true; 4]);
    world.runs().await;
    assert_eq!(world.dialer.orders().len(), 1);
}

/// Whether lead 1 may be dialed, as `explain`, `status`, `records` and `blocked` say it.
async fn said_to_be_ready(world: &World) -> [bool; 4] {
    let admin = &world.admin;
    let explained = admin.explain(&builders::lead_id("1"), &builders::phone(1)).await.unwrap().unwrap();
    assert_eq!(explained.next_dial.is_some(), explained.may_dial());
    let listed = admin
        .browse(&Query { filter: Filter { ready: true, ..Filter::default() }, limit: 1, ..Query::default() })
        .await
        .unwrap();
    let status = admin.overview().await.unwrap();
    [explained.may_dial(), status.ready == 1, listed.filtered == 1, admin.blocked().await.unwrap().ready == 1]
}

/// What an import finds in a month whose file was last changed now.
fn clock(month: &Leaf, world: &World) -> Finding {
    let policy = Settings::default().policy(Limits::default()).unwrap();
    find(&month.times(), world.now(), &policy.business_hours)
}

#[tokio::test]
async fn a_month_written_by_a_server_five_hours_off_is_found_and_corrected() {
    let world = world_with("49-month-five-hours-off.json");
    assert_eq!(world.runs().await.total_ready, 1, "as it is, the lead is due at once");

    let text = month("49-month-five-hours-off.json", &world);
    let wrong = Leaf::parse(text.as_bytes()).unwrap();
    let shift = ClockShift::parse("+5").unwrap();
    let found = Found { shift, evidence: Evidence::TimesBeforeTheFile, agree: 1, of: 1 };
    assert_eq!(clock(&wrong, &world), Finding::Shift(found));

    let right = wrong.moved(shift);
    assert_eq!(clock(&right, &world), Finding::None);
    let lead = right.leads().next().unwrap().1.unwrap();
    assert_eq!(world.now() - lead.updated_at, TimeDelta::minutes(1));
    let world = World::at(NOON);
    world.blobs.inner().set("redial-queue/redial-queue_2025-12.json", right.to_bytes());
    assert_eq!(world.runs().await.total_ready, 0);
    world.wait(120);
    assert_eq!(world.runs().await.calls_made, 1, "it is due two hours after its call");
}

#[rstest]
#[case("04-month-with-bom.json")]
#[case("44-month-sms-stop.json")]
#[case("46-month-eight-calls-today.json")]
#[case("50-month-statuses-of-a-script.json")]
fn a_month_of_a_right_clock_has_no_shift(#[case] name: &str) {
    let world = World::at(NOON);
    let month = Leaf::parse(month(name, &world).as_bytes()).unwrap();
    assert_eq!(clock(&month, &world), Finding::None);
}
