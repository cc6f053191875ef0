//! Each metric in the situation that it is for.

use super::limits::Slow;
use super::post::{BLAND_SECRET, fixture};
use super::world::{NOON, World};
use chrono::TimeDelta;
use redial_aws::emf;
use redial_domain::builders;
use redial_domain::{CallResult, Lead};
use redial_queue::ports::Metric;
use redial_queue::store::{bulk, records};
use redial_queue::testing::{Fault, Operation, Reply};
use redial_queue::usecase::run::Run;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What is measured, added up, in a world in which the situation of this metric has come about.
async fn situation(metric: Metric) -> (World, u64) {
    match metric {
        Metric::Runs => after_a_run(World::at(NOON), 1).await,
        Metric::RunDuration => after_a_run(due(3, &[("calls_per_second", "1")]).await, 2_000).await,
        Metric::RunErrors | Metric::DialsUnreachable => after_a_run(answered(Reply::Unreachable).await, 1).await,
        Metric::LeadsReady | Metric::CallsPlaced => after_a_run(due(3, &[]).await, 3).await,
        Metric::LeadsSkipped => {
            let world = due(1, &[]).await;
            world.lines.script(Operation::Put, [Fault::Conflict]);
            after_a_run(world, 1).await
        }
        Metric::LeadsDeferred => {
            let world = due(1, &[]).await;
            let twin = Lead { phone: builders::phone(0), ..builders::lead(9, world.now()) };
            world.imported(twin, &world.month()).await;
            after_a_run(world, 1).await
        }
        Metric::DueUndialed => {
            let world = due(3, &[]).await;
            world.dialer.always(Some(Reply::Unreachable));
            after_a_run(world, 3).await
        }
        Metric::OldestDueLead => {
            let world = due(1, &[]).await;
            world.wait(10);
            after_a_run(world, 600).await
        }
        Metric::DailyLimitReached => after_a_run(due(2, &[("max_calls_per_day", "1")]).await, 1).await,
        Metric::OpenLines | Metric::ResultsWaiting | Metric::ResultsReconciled => {
            after_a_run(with_a_waiting_result().await, 1).await
        }
        Metric::OldestOpenLine | Metric::OldestWaitingResult => {
            let world = with_a_waiting_result().await;
            world.wait(11);
            // With the four seconds in which the webhook tried to bring it into its record.
            after_a_run(world, 664).await
        }
        Metric::AttemptsLost => {
            let world = answered(Reply::RequestLost).await;
            for _ in 0..2 {
                world.runs().await;
                world.wait(11);
            }
            after_a_run(world, 1).await
        }
        Metric::ImportsUnfinished => {
            let world = with_list("a.csv").await;
            world.blobs.otherwise(|operation, key| match (operation, key) {
                (Operation::Get, "imports/a.csv") => Fault::Lost,
                _ => Fault::None,
            });
            after_a_run(world, 1).await
        }
        Metric::ImportsFailed => after_a_run(with_list("a.xlsx").await, 1).await,
        Metric::BulkUnfinished => {
            let world = due(1, &[]).await;
            world.blobs.otherwise(|operation, key| match operation {
                Operation::List if key.starts_with(bulk::COMMANDS) => Fault::Lost,
                _ => Fault::None,
            });
            after_a_run(world, 1).await
        }
        Metric::DivisionsUnfinished => {
            let world = World::at(NOON);
            let notes = (0..5_000).map(|n| format!("\"note{n}\":\"{}\"", "x".repeat(1_000))).collect::<Vec<_>>();
            world.blobs.inner().set("redial-queue/redial-queue_2025-12.json", format!("{{{}}}", notes.join(",")));
            after_a_run(world, 1).await
        }
        Metric::UnusableObjects => after_a_run(with_month("{").await, 1).await,
        Metric::UnreadableRecords => after_a_run(with_month(r#"{"x":{"lead_id":"1"}}"#).await, 1).await,
        Metric::BreakerOpen => {
            let world = due(6, &[]).await;
            world.dialer.always(Some(Reply::Unreachable));
            after_a_run(world, 1).await
        }
        Metric::DialLatency => {
            let world = due(1, &[]).await;
            let (clock, provider) = (Arc::clone(&world.clock), Arc::clone(&world.dialer));
            let slow = Arc::new(Slow { clock, provider, answer: Duration::from_millis(1_500) });
            let run = Run { dialer: slow, ..world.run.clone() };
            run.execute(world.now() + TimeDelta::minutes(4)).await;
            (world, 1_500)
        }
        Metric::DialsRefused => after_a_run(answered(Reply::Refused("no".into())).await, 1).await,
        Metric::DialsBlocked => after_a_run(answered(Reply::Blocked(402)).await, 1).await,
        Metric::DialsSlowedDown => after_a_run(answered(Reply::SlowDown(None)).await, 1).await,
        Metric::DialsUnknown => after_a_run(answered(Reply::AnswerLost).await, 1).await,
        Metric::Results => after_a_webhook(World::at(NOON), "bland/busy.json", 200, 1).await,
        Metric::UnknownDispositions => {
            let world = World::at(NOON);
            let body = fixture("convoso/call_result_sale.json").replace("\"SALE\"", "\"XQ17\"");
            assert_eq!(world.convoso_posts(&body).await, 200);
            (world, 1)
        }
        Metric::PossibleDoNotCalls => {
            let world = World::at(NOON);
            let said = world.call(1, "c1", "CONFUSED");
            world.take_in(CallResult { possible_refusal: Some("not at work".to_owned()), ..said }).await;
            (world, 1)
        }
        Metric::NewLeads => {
            let world = World::at(NOON);
            assert_eq!(world.convoso_posts(&fixture("convoso/new_lead.json")).await, 200);
            (world, 1)
        }
        Metric::CallbackFallbacks => {
            let world = World::at(NOON);
            let body = fixture("cases/21-callback-wrong-year.json");
            assert_eq!(world.bland_posts(&body, BLAND_SECRET).await, 200);
            (world, 1)
        }
        Metric::RepeatedWebhooks => {
            let world = World::at(NOON);
            world.bland_posts(&fixture("bland/busy.json"), BLAND_SECRET).await;
            after_a_webhook(world, "bland/busy.json", 200, 1).await
        }
        Metric::ResultsDeferred => after_a_webhook(without_records(), "bland/busy.json", 200, 1).await,
        Metric::IgnoredWebhooks => after_a_webhook(World::at(NOON), "bland/streaming_event.json", 200, 1).await,
        Metric::DoNotCallsHeard => {
            let body = r#"{"call_id": "c1", "to": "+12125550101", "corrected_transcript": {"corrected": [
                {"speaker_label": "user", "text": "Stop calling me."}]}}"#;
            let world = World::at(NOON);
            assert_eq!(world.bland_posts(body, BLAND_SECRET).await, 200);
            (world, 1)
        }
        Metric::DoNotCallsUnattached => {
            let world = World::at(NOON);
            assert_eq!(world.convoso_posts(r#"{"lead_id": "1", "status": "DNC", "call_log_id": "9"}"#).await, 202);
            (world, 1)
        }
        Metric::LedgerWrites => after_a_run(due(3, &[]).await, 1).await,
        Metric::LedgerFailures => {
            let world = due(3, &[]).await;
            world.ledger.otherwise(|operation, _| if operation == Operation::Put { Fault::Lost } else { Fault::None });
            // The attempts, and that they became no call.
            after_a_run(world, 2).await
        }
        Metric::ResultsNotStored => {
            let world = World::at(NOON);
            world.lines.otherwise(|operation, _| if operation == Operation::Put { Fault::Lost } else { Fault::None });
            after_a_webhook(world, "bland/busy.json", 503, 1).await
        }
        Metric::UnverifiedWebhooks => {
            let world = World::at(NOON);
            assert_eq!(world.bland_posts("{}", "another secret").await, 401);
            (world, 1)
        }
        Metric::MalformedWebhooks => {
            let world = World::at(NOON);
            assert_eq!(world.bland_posts("{", BLAND_SECRET).await, 400);
            (world, 1)
        }
        // The lease taken and given back.
        Metric::StateWrites => after_a_run(World::at(NOON), 2).await,
        Metric::StateConflicts => {
            let world = World::at(NOON);
            world.blobs.script(Operation::Put, [Fault::Conflict]);
            after_a_run(world, 1).await
        }
        Metric::RecordWrites => (due(1, &[]).await, 1),
        Metric::RecordConflicts => {
            let world = World::at(NOON);
            world.blobs.script(Operation::Put, [Fault::Conflict]);
            world.due_leads(1).await;
            (world, 1)
        }
        // The hold and the call id.
        Metric::LineWrites => after_a_run(due(1, &[]).await, 2).await,
        Metric::LineConflicts => {
            let world = due(1, &[]).await;
            world.lines.script(Operation::Put, [Fault::None, Fault::Conflict]);
            after_a_run(world, 1).await
        }
    }
}

/// A list of numbers to suppress that nobody has imported.
async fn with_list(name: &str) -> World {
    let world = World::at(NOON);
    world.put_object(&format!("imports/{name}"), "2125550101\n").await;
    world
}

async fn due(leads: u32, settings: &[(&'static str, &str)]) -> World {
    let world = World::with(NOON, settings);
    world.due_leads(leads).await;
    world
}

async fn answered(reply: Reply) -> World {
    let world = due(1, &[]).await;
    world.dialer.script(&builders::phone(0), [reply]);
    world
}

fn without_records() -> World {
    let world = World::at(NOON);
    world.blobs.otherwise(|operation, key| {
        let fails = operation == Operation::Put && key.starts_with(records::PREFIX);
        if fails { Fault::Lost } else { Fault::None }
    });
    world
}

/// A webhook has made a result durable and could not bring it into its record.
async fn with_a_waiting_result() -> World {
    let world = without_records();
    world.ends(1, "c1", "BUSY").await;
    world.blobs.heal();
    world
}

async fn with_month(body: &'static str) -> World {
    let world = World::at(NOON);
    world.put_object("redial-queue/redial-queue_2025-12.json", body).await;
    world
}

async fn after_a_run(world: World, expected: u64) -> (World, u64) {
    world.runs().await;
    (world, expected)
}

async fn after_a_webhook(world: World, body: &str, status: u16, expected: u64) -> (World, u64) {
    assert_eq!(world.bland_posts(&fixture(body), BLAND_SECRET).await, status);
    (world, expected)
}

#[tokio::test]
async fn each_metric_is_measured_in_its_situation_and_written_with_its_unit() {
    for metric in Metric::ALL {
        let (world, expected) = situation(*metric).await;
        let name = metric.name();
        assert_eq!(world.meter.values(*metric).iter().sum::<u64>(), expected, "{name}");
        let lines = emf::lines(&world.meter.readings(), "a-function", world.now());
        let described = lines.iter().any(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let mut directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap().iter();
            let unit = serde_json::json!({"Name": name, "Unit": metric.unit().as_str()});
            line.get(name).is_some()
                && directives.any(|directive| directive["Metrics"].as_array().unwrap().contains(&unit))
        });
        assert!(described, "{name} is in no line with its unit");
    }
}

#[tokio::test]
async fn every_reading_has_the_dimension_of_its_metric() {
    for metric in Metric::ALL {
        for reading in situation(*metric).await.0.meter.readings() {
            assert_eq!(reading.label.is_some(), reading.metric.dimension().is_some(), "{reading:?}");
        }
    }
}

#[tokio::test]
async fn an_outcome_of_an_account_has_no_dimension_of_its_own() {
    let world = World::at(NOON);
    for status in ["XQ17", "SALE"] {
        let body = fixture("convoso/call_result_sale.json").replace("\"SALE\"", &format!("\"{status}\""));
        let body = body.replace("call_log_id\": \"", &format!("call_log_id\": \"{status}"));
        assert_eq!(world.convoso_posts(&body).await, 200);
    }
    let results = world.meter.readings().into_iter().filter(|reading| reading.metric == Metric::Results);
    let labels: Vec<_> = results.filter_map(|reading| reading.label).collect();
    assert_eq!(labels, ["OTHER", "SALE"]);
}

/// Outside hours nobody is expected to be dialed, and with an empty budget nobody wants it.
#[tokio::test]
async fn due_leads_outside_business_hours_or_beyond_the_daily_limit_raise_no_alarm() {
    let night = World::at("2025-12-18T04:00:00Z");
    night.due_leads(3).await;
    night.runs().await;
    assert_eq!(night.meter.values(Metric::DueUndialed), Vec::<u64>::new());
    let spent = due(3, &[("max_calls_per_day", "1")]).await;
    spent.runs().await;
    spent.runs().await;
    assert_eq!(spent.meter.values(Metric::DueUndialed), [0, 0]);
}

#[tokio::test]
async fn a_run_that_finds_another_at_work_measures_no_run() {
    let world = World::at(NOON);
    world.run.stores.runs.acquire("another", world.now() + TimeDelta::minutes(4)).await.unwrap();
    world.runs().await;
    assert_eq!(world.meter.values(Metric::Runs), Vec::<u64>::new());
}

#[test]
fn the_documented_list_is_the_table() {
    let list = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/METRICS.md")).unwrap();
    let documented: Vec<_> = list.lines().filter(|line| line.starts_with("| `")).collect();
    let row = |metric: &Metric| {
        let (name, unit, about) = (metric.name(), metric.unit().as_str(), metric.about());
        format!("| `{name}` | {unit} | {} | {about} |", metric.dimension().unwrap_or_default())
    };
    assert_eq!(documented, Metric::ALL.iter().map(row).collect::<Vec<_>>());
}
