//! The suppression list: what operators forbid and allow, and lists that they import.

use super::world::{NOON, World};
use chrono::TimeDelta;
use redial_domain::builders::phone;
use redial_domain::{
    Allowed, Import, ImportState, Lead, Outcome, PastCall, Phone, Status, Stop, Suppression, builders,
};
use redial_formats::number_list::ListFormat;
use redial_queue::ports::{LineStore, Metric};
use redial_queue::store::imports;
use redial_queue::testing::{Fault, Operation};
use redial_queue::usecase::admin::Exported;
use std::fmt::Write;
use std::sync::Arc;

async fn suppress(world: &World, n: u32) {
    world.admin.suppress(&builders::operator(), &builders::phone(n), Outcome::DNC, "a letter").await.unwrap();
}

async fn allow(world: &World, n: u32) -> Option<Suppression> {
    world.admin.allow(&builders::operator(), &builders::phone(n), "asked for a call").await.unwrap()
}

/// A record of an uploaded month in which the person refused further calls some minutes ago.
fn refused(world: &World, n: u32, minutes: i64) -> Lead {
    let at = world.now() - TimeDelta::minutes(minutes);
    let past = PastCall {
        call: builders::call_id(&format!("old-{n}-{minutes}")),
        outcome: Outcome::DNC,
        at,
        source: None,
        attempt: None,
        rule: None,
        callback: None,
        corrected_at: None,
    };
    let lead = builders::lead(n, at);
    Lead { history: vec![past], outcomes: vec![Outcome::DNC], last_call: Some(at), ..lead }
}

/// Another lead with the number of lead 1.
fn twin(world: &World) -> Lead {
    Lead { phone: builders::phone(1), ..builders::lead(9, world.now()) }
}

async fn progress(world: &World, name: &str) -> Import {
    world.admin.import_progress(name).await.unwrap().unwrap()
}

fn upload(world: &World, name: &str, list: impl Into<bytes::Bytes>) {
    world.blobs.inner().set(&format!("{}{name}", imports::NUMBERS.lists), list);
}

#[tokio::test]
async fn a_suppressed_number_is_not_dialed_until_it_is_allowed_again() {
    let world = World::at(NOON);
    world.due_leads(2).await;
    suppress(&world, 1).await;
    World::dialed(&world.runs().await, 1);
    assert_eq!(world.lead(1).await.status, Status::Completed);
    let taken = allow(&world, 1).await.unwrap();
    assert_eq!((taken.by.as_str(), taken.note.as_str()), (builders::operator().name(), "a letter"));
    assert_eq!(allow(&world, 1).await, None);
    world.imported(twin(&world), &world.month()).await;
    World::dialed(&world.runs().await, 1);
    assert_eq!(world.dials(9).len(), 1);
    assert_eq!(world.lead(1).await.status, Status::Completed, "it stays completed");
}

#[tokio::test]
async fn a_do_not_call_after_the_removal_suppresses_the_number_again() {
    let world = World::at(NOON);
    world.due_leads(2).await;
    world.ends(1, "c1", "DNC").await;
    world.wait(1);
    allow(&world, 1).await.unwrap();
    world.wait(1);
    world.ends(1, "c2", "DNC").await;
    assert_eq!(world.line(1).await.suppressed.unwrap().at, world.now());
    world.imported(twin(&world), &world.month()).await;
    world.runs().await;
    assert_eq!(world.dials(9).len(), 0);
}

#[tokio::test]
async fn a_do_not_call_of_a_record_does_not_come_back_after_its_removal() {
    let world = World::at(NOON);
    world.imported(refused(&world, 1, 120), &world.month()).await;
    world.runs().await;
    assert!(world.line(1).await.suppressed.is_some());
    allow(&world, 1).await.unwrap();
    let at = world.now();
    let second = world.second_instance(&[]);
    for _ in 0..3 {
        world.wait(5);
        world.runs().await;
        world.wait(5);
        second.execute(world.now() + TimeDelta::minutes(4)).await;
    }
    let line = world.line(1).await;
    assert_eq!(line.suppressed, None);
    let by = builders::operator().name().to_owned();
    assert_eq!(line.allowed, Some(Allowed { at, by, note: "asked for a call".to_owned(), reason: Outcome::DNC }));
    world.imported(twin(&world), &world.month()).await;
    World::dialed(&world.runs().await, 1);
}

/// Every process remembers which do-not-calls of records are on their lines.
#[tokio::test]
async fn a_newer_do_not_call_of_a_record_counts_in_a_process_that_knows_the_older_one() {
    let world = World::at(NOON);
    world.imported(refused(&world, 1, 120), &world.month()).await;
    world.runs().await;
    world.wait(1);
    world.runs().await;
    allow(&world, 1).await.unwrap();
    world.wait(180);
    let newer = Lead { id: builders::lead_id("9"), ..refused(&world, 1, 90) };
    world.imported(Lead { status: Status::Completed, ..newer }, &world.month()).await;
    world.imported(Lead { id: builders::lead_id("8"), ..twin(&world) }, &world.month()).await;
    World::dialed(&world.runs().await, 0);
    assert!(world.line(1).await.suppressed.is_some());
}

#[tokio::test]
async fn a_removal_outlives_the_idle_time_of_a_line() {
    let world = World::at(NOON);
    suppress(&world, 1).await;
    allow(&world, 1).await.unwrap();
    assert!(!world.line(1).await.is_idle());
}

#[tokio::test]
async fn a_run_imports_a_list_before_it_dials() {
    let world = World::at(NOON);
    world.due_leads(3).await;
    let phone = |n| builders::phone(n).as_str().to_owned();
    upload(&world, "from a customer.csv", format!("phone\n{}\n911\n{}\n", phone(0), phone(2)));
    World::dialed(&world.runs().await, 1);
    assert_eq!(world.dials(1).len(), 1);
    let done = progress(&world, "from a customer.csv").await;
    assert_eq!((done.state, done.added, done.bad_lines, done.lines, done.total), (ImportState::Done, 2, 1, 4, Some(4)));
    let line = world.line(2).await.suppressed.unwrap();
    assert_eq!((line.by.as_str(), line.reason), ("upload", Outcome::DNC));
    assert_eq!(world.lead(2).await.status, Status::Completed, "it was due");
}

#[tokio::test]
async fn a_removal_takes_off_only_what_the_operator_has_seen() {
    let world = World::at(NOON);
    suppress(&world, 1).await;
    let seen = world.line(1).await.suppressed.unwrap();
    allow(&world, 1).await.unwrap();
    world.wait(1);
    world.ends(1, "c1", "DNC").await;
    // The removal waited for the ledger, and somebody else was faster.
    let taken = world.run.stores.lines.allow(&builders::phone(1), &seen, "ops", "asked for a call").await.unwrap();
    assert_eq!(taken, None);
    assert!(world.line(1).await.suppressed.is_some());
}

#[tokio::test]
async fn a_list_that_cannot_be_read_holds_up_no_other_list() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    upload(&world, "a.csv", "+12125550155\n");
    upload(&world, "b.csv", "+12125550156\n");
    world.blobs.otherwise(|operation, key| match (operation, key) {
        (Operation::Get, "imports/a.csv") => Fault::Lost,
        _ => Fault::None,
    });
    let summary = world.runs().await;
    assert_eq!((summary.stopped_by, summary.calls_made), (Some(Stop::ImportUnfinished), 0), "{summary:?}");
    assert_eq!(progress(&world, "b.csv").await.state, ImportState::Done);
    world.blobs.heal();
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_run_dials_nobody_while_an_import_is_unfinished() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    upload(&world, "a.jsonl", "{\"phone\":\"+12125550155\"}\n");
    let too_short = world.run.execute(world.now() + TimeDelta::seconds(20)).await;
    World::stopped(&too_short, Stop::ImportUnfinished);
    world.lines.otherwise(|operation, key| match (operation, key) {
        (Operation::Put, "+12125550155") => Fault::Lost,
        _ => Fault::None,
    });
    let failed = world.runs().await;
    assert_eq!((failed.stopped_by, failed.calls_made), (Some(Stop::ImportUnfinished), 0), "{failed:?}");
    world.lines.heal();
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_run_dials_nobody_if_the_lists_cannot_be_read() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    world.blobs.otherwise(|operation, key| match (operation, key) {
        (Operation::List, "imports/") => Fault::Lost,
        _ => Fault::None,
    });
    let summary = world.runs().await;
    assert_eq!((summary.stopped_by, summary.calls_made), (Some(Stop::ImportUnfinished), 0));
}

#[tokio::test]
async fn a_run_that_dials_stops_when_a_list_arrives() {
    let world = World::with(NOON, &[("calls_per_second", "1")]);
    world.due_leads(40).await;
    let blobs = Arc::clone(world.blobs.inner());
    world.ledger.otherwise(move |operation, _| {
        if operation == Operation::Put {
            blobs.set(&format!("{}a.csv", imports::NUMBERS.lists), phone(39).as_str().to_owned());
        }
        Fault::None
    });
    let summary = world.runs().await;
    assert_eq!(summary.stopped_by, Some(Stop::ImportUnfinished));
    assert!((1..20).contains(&summary.calls_made), "{summary:?}");
    world.ledger.heal();
    assert_eq!(world.runs().await.calls_made + summary.calls_made, 39);
}

#[tokio::test]
async fn a_list_that_takes_long_to_read_is_exported_in_parts() {
    let world = World::at(NOON);
    let numbers = fictitious(2_500);
    upload(&world, "a.csv", numbers.join("\n"));
    world.runs().await;
    let clock = Arc::clone(&world.clock);
    world.lines.otherwise(move |_, _| {
        clock.advance(TimeDelta::seconds(9));
        Fault::None
    });
    let by = builders::operator();
    let export = |after| world.admin.export_suppressions(&by, ListFormat::Csv, after);
    let Exported::Object { count, next, .. } = export(None).await.unwrap() else { panic!("the list is long") };
    assert_eq!(count, 2_000);
    // The rest is short. Its first line names the columns.
    let Exported::Text(rest) = export(next).await.unwrap() else { panic!("the rest is short") };
    assert_eq!(rest.lines().count(), 501);
}

#[tokio::test]
async fn a_list_with_an_endless_name_is_counted_and_holds_nobody_up() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    upload(&world, &format!("{}.csv", "a".repeat(1_000)), phone(0).as_str().to_owned());
    World::dialed(&world.runs().await, 1);
    assert_eq!(world.meter.values(Metric::ImportsFailed), [1]);
}

/// Numbers that are kept for fiction: `555-01xx` of every area code.
fn fictitious(count: usize) -> Vec<String> {
    let all = (201..990).flat_map(|area| (100..200).map(move |end| format!("+1{area}5550{end}")));
    all.filter(|number| Phone::parse(number).is_ok()).take(count).collect()
}

#[tokio::test]
async fn an_import_goes_on_where_it_was() {
    let world = World::at(NOON);
    let numbers = fictitious(2_500);
    upload(&world, "a.csv", numbers.join("\n"));
    let stop = numbers[2_200].clone();
    world.lines.otherwise(move |operation, key| match (operation, key) {
        (Operation::Put, key) if key == stop => Fault::Lost,
        _ => Fault::None,
    });
    world.runs().await;
    let half = progress(&world, "a.csv").await;
    assert_eq!((half.state, half.lines, half.added), (ImportState::Running, 2_000, 2_000));
    world.lines.heal();
    let before = world.lines.log().len();
    world.second_instance(&[]).execute(world.now() + TimeDelta::minutes(4)).await;
    let done = progress(&world, "a.csv").await;
    assert_eq!((done.state, done.added + done.known), (ImportState::Done, 2_500));
    assert!(world.lines.log().len() - before < 1_500, "lines that were done are not read again");
}

#[tokio::test]
async fn an_object_that_is_no_list_keeps_nobody_from_being_dialed() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    for (name, list) in [("a.xlsx", "PK"), ("b.csv", "P\0K"), ("c.csv", "no numbers\nhere\n")] {
        upload(&world, name, list);
    }
    upload(&world, "folder/", "");
    upload(&world, "empty.csv", "");
    World::dialed(&world.runs().await, 1);
    for name in ["a.xlsx", "b.csv", "c.csv"] {
        assert!(matches!(progress(&world, name).await.state, ImportState::Failed(_)), "{name}");
    }
    assert_eq!(progress(&world, "empty.csv").await.state, ImportState::Done);
    assert_eq!(world.meter.values(Metric::ImportsFailed).iter().sum::<u64>(), 3);
}

#[tokio::test]
async fn a_list_that_was_replaced_is_imported_again() {
    let world = World::at(NOON);
    upload(&world, "daily.csv", "2125550101\n");
    world.runs().await;
    world.wait(5);
    upload(&world, "daily.csv", "2125550101\n2125550102\n");
    world.runs().await;
    let done = progress(&world, "daily.csv").await;
    assert_eq!((done.state, done.added, done.known), (ImportState::Done, 1, 1));
    assert!(world.line(2).await.suppressed.is_some());
}

#[tokio::test]
async fn progress_that_cannot_be_read_begins_anew() {
    let world = World::at(NOON);
    upload(&world, "a.csv", "2125550101\n");
    world.blobs.inner().set(&format!("{}a.csv.json", imports::NUMBERS.progress), "{");
    world.runs().await;
    assert_eq!(progress(&world, "a.csv").await.state, ImportState::Done);
}

#[tokio::test]
async fn a_finished_list_costs_no_request_in_later_runs() {
    let world = World::at(NOON);
    upload(&world, "a.csv", "2125550101\n");
    world.runs().await;
    let asked = |world: &World| {
        let log = world.blobs.log();
        log.iter().filter(|(operation, key)| *operation == Operation::Get && key.contains("a.csv")).count()
    };
    let before = asked(&world);
    world.runs().await;
    assert_eq!(asked(&world), before);
}

/// On memory stores: the work of the program itself is far shorter than a run.
#[tokio::test]
async fn a_run_imports_a_hundred_thousand_numbers() {
    let world = World::at(NOON);
    let mut list = String::from("phone,reason,note\n");
    for (n, area) in [212, 213, 214, 215, 216, 217, 218, 219, 224, 225].into_iter().enumerate() {
        for number in 0..10_000 {
            writeln!(list, "{area}555{number:04},DNC,\"customer, {n}\"").unwrap();
        }
    }
    upload(&world, "large.csv", list);
    world.runs().await;
    let done = progress(&world, "large.csv").await;
    assert_eq!((done.state, done.total), (ImportState::Done, Some(100_001)));
    // The number of the directory does not exist in any area.
    assert_eq!((done.added + done.bad_lines, done.bad.len()), (100_000, usize::try_from(done.bad_lines).unwrap()));
    assert!(done.bad_lines < 100, "{}", done.bad_lines);
    let page = world.lines.suppressed(None, usize::MAX).await.unwrap();
    assert_eq!(page.lines.len(), usize::try_from(done.added).unwrap());
}

#[tokio::test]
async fn a_confirmed_do_not_call_names_the_operator() {
    let world = World::at(NOON);
    let said = world.call(1, "c1", "CONFUSED");
    world.take_in(redial_domain::CallResult { possible_refusal: Some("not at work".to_owned()), ..said }).await;
    let (lead, phone) = (builders::lead_id("1"), builders::phone(1));
    let confirm = redial_domain::Command::ConfirmDoNotCall;
    world.admin.steer(&builders::operator(), &lead, &phone, confirm).await.unwrap();
    assert_eq!(world.line(1).await.suppressed.unwrap().by, builders::operator().name());
}
