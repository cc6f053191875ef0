//! Leads that operators add, by hand and from lists.

use super::world::{NOON, World};
use chrono::TimeDelta;
use futures_util::FutureExt;
use redial_domain::builders::{lead_id, operator, phone, profile};
use redial_domain::{
    Actor, Addition, Arrival, Closed, Command, Import, ImportState, LeadRef, Month, NewLead, Outcome, Phone, Retire,
    Source, Status, Stop, Suppression, builders,
};
use redial_formats::list::ListFormat;
use redial_queue::store::imports::LEADS;
use redial_queue::store::records::RecordLimits;
use redial_queue::store::{Ports, Stores};
use redial_queue::testing::{Fault, Operation, environment};
use redial_queue::usecase::admin::{Added, NotAdded};
use redial_queue::usecase::ingest::Ingest;
use rstest::rstest;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

fn addition(n: u32) -> Addition {
    let new = NewLead { lead: lead_id(&n.to_string()), phone: phone(n), profile: profile() };
    Addition { new, at: None }
}

async fn add(world: &World, n: u32) -> Added {
    world.admin.add_lead(&operator(), &addition(n)).await.unwrap()
}

fn list(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut text = String::from("lead_id,phone_number,state\n");
    for n in numbers {
        writeln!(text, "{n},{},NY", phone(n).as_str()).unwrap();
    }
    text
}

fn upload(world: &World, name: &str, list: impl Into<bytes::Bytes>) {
    world.blobs.inner().set(&format!("{}{name}", LEADS.lists), list);
}

async fn progress(world: &World, name: &str) -> Import {
    world.admin.lead_import_progress(name).await.unwrap().unwrap()
}

/// The kinds of the entries of the ledger, in the order in which they were stored.
fn kinds(world: &World) -> Vec<String> {
    let objects = world.ledger.inner().all().into_values();
    let texts: Vec<_> = objects.map(|body| String::from_utf8(body.to_vec()).unwrap()).collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    let entries = lines.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    entries.map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_added_lead_is_dialed_by_the_next_run_and_only_then_at_its_time() {
    let world = World::at(NOON);
    assert_eq!(add(&world, 1).await, Added::Added);
    let later = Addition { at: Some(world.now() + TimeDelta::minutes(30)), ..addition(2) };
    assert_eq!(world.admin.add_lead(&operator(), &later).await.unwrap(), Added::Added);
    assert_eq!(kinds(&world), ["added", "added"]);
    World::dialed(&world.runs().await, 1);
    assert_eq!((world.dials(1).len(), world.dials(2).len()), (1, 0));
    world.wait(30);
    World::dialed(&world.runs().await, 1);
    assert_eq!(world.dials(2).len(), 1);
    world.answered(1, "VOICEMAIL").await;
    assert_eq!(world.lead(1).await.attempts, 1);
}

#[tokio::test]
async fn a_lead_that_was_called_keeps_its_calls_when_it_is_added_again() {
    let world = World::at(NOON);
    world.ends(1, "c1", "VOICEMAIL").await;
    let before = world.lead(1).await;
    world.wait(1);
    assert_eq!(add(&world, 1).await, Added::Existed);
    upload(&world, "a.csv", list([1, 2]));
    world.runs().await;
    assert_eq!((progress(&world, "a.csv").await.added, progress(&world, "a.csv").await.known), (1, 1));
    assert_eq!(world.lead(1).await, before);
}

#[tokio::test]
async fn a_lead_that_was_removed_can_be_added_again() {
    let world = World::at(NOON);
    world.ends(1, "c1", "VOICEMAIL").await;
    world.admin.steer(&operator(), &lead_id("1"), &phone(1), Command::Remove).await.unwrap();
    assert_eq!(add(&world, 1).await, Added::Added);
    assert_eq!(world.lead(1).await.attempts, 0);
}

#[tokio::test]
async fn a_list_in_the_bucket_is_imported_and_dialed_by_the_next_run() {
    let world = World::at(NOON);
    upload(&world, "from a campaign.csv", format!("{}nobody,911,NY\n", list([1, 2, 3])));
    world.admin.suppress(&operator(), &phone(2), Outcome::DNC, "").await.unwrap();
    World::dialed(&world.runs().await, 2);
    assert_eq!((world.dials(1).len(), world.dials(2).len(), world.dials(3).len()), (1, 0, 1));
    let done = progress(&world, "from a campaign.csv").await;
    assert_eq!((done.state, done.added, done.refused_lines, done.bad_lines), (ImportState::Done, 2, 1, 1));
    assert_eq!((done.refused[0].line, done.bad[0].line, done.by.as_str()), (3, 5, "upload"));
    assert_eq!(world.records_of(2).await, []);
    let told = kinds(&world);
    assert_eq!(told[..3], ["added", "imported", "suppressed"], "before the attempts");
}

#[tokio::test]
async fn a_list_of_leads_holds_up_no_dial() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    upload(&world, "a.csv", list([5]));
    world.blobs.otherwise(|operation, key| match (operation, key) {
        (Operation::Get, "leads/a.csv") => Fault::Lost,
        _ => Fault::None,
    });
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.errors, summary.stopped_by), (1, 1, None), "{summary:?}");
    world.blobs.heal();
    World::dialed(&world.runs().await, 1);
    assert_eq!(world.dials(5).len(), 1);
}

#[tokio::test]
async fn a_run_gives_a_part_of_its_time_to_lists_of_leads() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    let mut text = String::from("lead_id,phone_number\n");
    for n in 0..3_050 {
        writeln!(text, "many{n},{}", phone(10 + n % 50).as_str()).unwrap();
    }
    upload(&world, "a.csv", text);
    let clock = Arc::clone(&world.clock);
    // The first step takes longer than all the time that lists have.
    let is_slow = AtomicBool::new(true);
    world.lines.otherwise(move |operation, key| {
        if operation == Operation::Put && key == phone(10).as_str() && is_slow.swap(false, Ordering::Relaxed) {
            clock.advance(TimeDelta::seconds(70));
        }
        Fault::None
    });
    let summary = world.runs().await;
    assert_eq!((summary.stopped_by, world.dials(0).len()), (None, 1), "{summary:?}");
    let half = progress(&world, "a.csv").await;
    assert_eq!((half.state, half.lines), (ImportState::Running, 3_000));
    world.runs().await;
    assert_eq!(progress(&world, "a.csv").await.state, ImportState::Done);
}

#[tokio::test]
async fn leads_are_added_after_the_numbers_that_must_not_be_called() {
    let world = World::at(NOON);
    upload(&world, "a.csv", list([1, 2]));
    world.put_object("imports/b.csv", "2125550101\n").await;
    world.lines.otherwise(|operation, key| match (operation, key) {
        (Operation::Put, "+12125550101") => Fault::Lost,
        _ => Fault::None,
    });
    let summary = world.runs().await;
    assert_eq!((summary.stopped_by, summary.calls_made), (Some(Stop::ImportUnfinished), 0), "{summary:?}");
    assert_eq!(world.admin.lead_import_progress("a.csv").await.unwrap(), None);
    world.lines.heal();
    World::dialed(&world.runs().await, 1);
    assert_eq!(progress(&world, "a.csv").await.refused_lines, 1);
}

#[tokio::test]
async fn many_leads_of_one_number_are_added() {
    let world = World::at(NOON);
    let mut text = String::from("lead_id,phone_number\n");
    for n in 0..200 {
        writeln!(text, "{n},{}", phone(1).as_str()).unwrap();
    }
    upload(&world, "a.csv", text);
    world.runs().await;
    let done = progress(&world, "a.csv").await;
    assert_eq!((done.state, done.added), (ImportState::Done, 200));
}

#[tokio::test]
async fn a_list_that_was_sent_names_its_sender_although_a_run_begins_with_it() {
    let world = World::at(NOON);
    world.put_object("imports/b.xlsx", "PK").await;
    // While another list waits, the API only stores this one.
    let (name, sent) = world.admin.import_leads(&operator(), ListFormat::Csv, list([1]).into()).await.unwrap();
    assert_eq!(sent.lines, 0);
    world.runs().await;
    let done = progress(&world, &name).await;
    assert_eq!((done.by.as_str(), done.state), (operator().name(), ImportState::Done));
}

#[rstest]
#[case::no_list("a.xlsx", "PK", "does not end in .csv or .jsonl")]
#[case::no_header("a.csv", "1,2125550101\n", "the first line must name the columns")]
#[case::no_lead("a.jsonl", "[]\n{}\n", "no line is a lead")]
#[tokio::test]
async fn an_object_that_is_no_list_of_leads_says_why(#[case] name: &str, #[case] list: &str, #[case] said: &str) {
    let world = World::at(NOON);
    world.due_leads(1).await;
    upload(&world, name, list.to_owned());
    World::dialed(&world.runs().await, 1);
    let ImportState::Failed(reason) = progress(&world, name).await.state else { panic!("it is no list") };
    assert!(reason.contains(said), "{reason}");
}

/// The number is suppressed when its line has the pin, and before the record is made.
#[tokio::test]
async fn a_lead_whose_number_is_suppressed_meanwhile_is_never_dialed_and_soon_completed() {
    let world = World::at(NOON);
    let lines = Arc::clone(world.lines.inner());
    world.blobs.otherwise(move |operation, key| {
        if operation == Operation::Put && key.ends_with("_2025-12.json") {
            let mut line = lines.all().remove(&phone(1)).unwrap();
            line.forbid(&Suppression::new(Outcome::DNC, Source::Bland, builders::at(NOON)), Retire::WhenDue);
            lines.set(&phone(1), &line);
        }
        Fault::None
    });
    let later = Addition { at: Some(world.now() + TimeDelta::days(5)), ..addition(1) };
    assert_eq!(world.admin.add_lead(&operator(), &later).await.unwrap(), Added::Added);
    world.blobs.heal();
    World::dialed(&world.runs().await, 0);
    assert_eq!(world.lead(1).await.status, Status::Completed);
}

#[tokio::test]
async fn a_possible_do_not_call_of_the_number_refuses_its_leads() {
    let world = World::at(NOON);
    let said = world.call(1, "c1", "CONFUSED");
    world.take_in(redial_domain::CallResult { possible_refusal: Some("not at work".to_owned()), ..said }).await;
    let twin = NewLead { phone: phone(1), ..addition(9).new };
    let refused = world.admin.add_lead(&operator(), &Addition { new: twin, at: None }).await.unwrap();
    assert_eq!(refused, Added::Closed(Closed::Undecided));
    assert_eq!((world.records_of(9).await, kinds(&world)), (Vec::new(), Vec::new()));
}

/// A webhook of the same lead comes in between any two requests of the operator's process.
#[tokio::test]
async fn a_webhook_of_the_same_lead_at_any_moment_leaves_one_record_with_its_call() {
    let mut moments = 0;
    for moment in 0.. {
        let world = World::at(NOON);
        let ports = Ports {
            blobs: Arc::clone(world.blobs.inner()) as _,
            lines: Arc::clone(world.lines.inner()) as _,
            ..world.ports()
        };
        let stores = Stores::new(ports, RecordLimits::default(), environment(&[]));
        let webhook = Ingest::new(stores, Actor::Webhook);
        let result = world.call(1, "c1", "VOICEMAIL");
        let asked = Arc::new(AtomicUsize::new(0));
        let arrive = {
            let asked = Arc::clone(&asked);
            move || {
                if asked.fetch_add(1, Ordering::Relaxed) == moment {
                    webhook.handle(Arrival::Result(result.clone())).now_or_never().unwrap().unwrap();
                }
            }
        };
        let arrive = Arc::new(arrive);
        let of_lines = Arc::clone(&arrive);
        world.blobs.otherwise(move |_, _| {
            arrive();
            Fault::None
        });
        world.lines.otherwise(move |_, _| {
            of_lines();
            Fault::None
        });
        let added = add(&world, 1).await;
        world.blobs.heal();
        world.lines.heal();
        if asked.load(Ordering::Relaxed) <= moment {
            break;
        }
        moments += 1;
        let lead = world.lead(1).await;
        let was_first = added == Added::Existed || lead.created_at == world.now();
        assert_eq!((lead.attempts, lead.history.len(), was_first), (1, 1, true), "moment {moment}: {added:?}");
        assert!(world.line(1).await.inbox.is_empty(), "moment {moment}");
    }
    assert!(moments > 5, "{moments}");
}

/// The clocks of two processes do not agree on the month: the pin decides.
#[tokio::test]
async fn a_lead_that_is_pinned_to_another_month_gets_its_record_there() {
    let world = World::at("2025-12-01T04:59:00Z");
    let location = builders::lead_ref(1, "2025-11");
    world.run.stores.lines.update(&phone(1), |line| line.pin_record(location.clone())).await.unwrap();
    world.wait(2);
    assert_eq!(add(&world, 1).await, Added::Added);
    assert_eq!(world.records_of(1).await[0].0, builders::month("2025-11"));
}

#[tokio::test]
async fn a_lead_is_not_added_while_the_records_of_this_month_cannot_be_read() {
    let world = World::at(NOON);
    world.blobs.inner().set("redial-queue/redial-queue_2025-12.json", "{");
    let failed = world.admin.add_lead(&operator(), &addition(1)).await;
    assert!(matches!(failed, Err(NotAdded::NotStored(_))), "{failed:?}");
    assert_eq!(kinds(&world), [""; 0]);
    upload(&world, "a.csv", list([1, 2]));
    world.runs().await;
    let done = progress(&world, "a.csv").await;
    assert_eq!((done.bad_lines, done.bad[0].reason.contains("cannot be read")), (2, true));
}

#[tokio::test]
async fn a_lead_that_may_have_a_record_in_an_unreadable_month_waits_for_it() {
    let world = World::at(NOON);
    world.blobs.inner().set("redial-queue/redial-queue_2025-11.json", "{");
    upload(&world, "a.csv", list([1]));
    world.runs().await;
    assert_eq!(world.lead(1).await.beside_unreadable, Some(builders::month("2025-11")));
    assert_eq!(world.dials(1).len(), 0);
}

/// One request after the other is lost, or its answer is, and the process dies there. The next run is another process.
#[rstest]
#[case::lost(Fault::Lost)]
#[case::carried_out(Fault::AnswerLost)]
#[tokio::test]
async fn a_list_is_imported_once_wherever_a_run_is_interrupted(#[case] fault: Fault) {
    let mut interrupted = 0;
    for dies_at in 0.. {
        // Small objects, so that the month is divided in between.
        let limit = RecordLimits { records: 4, ..RecordLimits::default() };
        let world = World::divided_above(limit, NOON, &[("running", "false")]);
        world.ends(3, "c1", "VOICEMAIL").await;
        world.admin.suppress(&operator(), &phone(4), Outcome::DNC, "").await.unwrap();
        upload(&world, "a.csv", list(1..=12));
        let asked = Arc::new(AtomicUsize::new(0));
        for store in ["blobs", "lines", "ledger"] {
            let asked = Arc::clone(&asked);
            // From this request on nothing is answered any more.
            let dies = move |_: Operation, _: &str| match asked.fetch_add(1, Ordering::Relaxed) {
                at if at == dies_at => fault,
                at if at > dies_at => Fault::Lost,
                _ => Fault::None,
            };
            match store {
                "blobs" => world.blobs.otherwise(dies),
                "lines" => world.lines.otherwise(dies),
                _ => world.ledger.otherwise(dies),
            }
        }
        world.runs().await;
        let survived = asked.load(Ordering::Relaxed) <= dies_at;
        world.blobs.heal();
        world.lines.heal();
        world.ledger.heal();
        world.wait(5);
        let second = world.second_instance(&[("running", "false")]);
        second.execute(world.now() + TimeDelta::minutes(4)).await;
        let done = progress(&world, "a.csv").await;
        assert_eq!(
            (&done.state, done.added + done.known, done.refused_lines),
            (&ImportState::Done, 11, 1),
            "{dies_at}"
        );
        for n in (1..=12).filter(|n| *n != 4) {
            let attempts = world.lead(n).await.attempts;
            assert_eq!(attempts, u32::from(n == 3), "lead {n}, killed at {dies_at}");
        }
        assert_eq!(world.records_of(4).await, [], "{dies_at}");
        let told = kinds(&world);
        assert!(told.contains(&"added".to_owned()) && told.contains(&"imported".to_owned()), "{dies_at}: {told:?}");
        if survived {
            break;
        }
        interrupted += 1;
    }
    assert!(interrupted > 30, "{interrupted}");
}

/// What a list costs in requests. RUNBOOK.md multiplies it by prices.
#[tokio::test]
async fn a_long_list_writes_each_object_a_few_times_and_each_line_once() {
    const COUNT: u32 = 10_000;
    let world = World::with(NOON, &[("running", "false")]);
    let mut text = String::from("lead_id,phone_number,first_name,last_name,state\n");
    let areas: Vec<u32> = (201..990).filter(|area| Phone::parse(&format!("{area}5550100")).is_ok()).collect();
    for n in 0..COUNT {
        // The number of the directory does not exist in any area.
        let number = format!("{}555{:04}", areas[usize::try_from(n / 1_000).unwrap()], 2_000 + n % 1_000);
        writeln!(text, "{n},{number},Jane,Roe,NY").unwrap();
    }
    upload(&world, "large.csv", text);
    world.runs().await;
    let done = progress(&world, "large.csv").await;
    assert_eq!((&done.state, done.added), (&ImportState::Done, u64::from(COUNT)), "{:?}", done.bad.first());
    let count = |log: &[(Operation, String)], wanted: Operation, part: &str| {
        log.iter().filter(|(operation, key)| *operation == wanted && key.contains(part)).count()
    };
    let (objects, lines) = (world.blobs.log(), world.lines.log());
    let month = "/redial-queue_2025-12";
    let asked = [
        count(&lines, Operation::Put, ""),
        count(&lines, Operation::Get, ""),
        count(&objects, Operation::Put, month),
        count(&objects, Operation::Get, month),
        count(&objects, Operation::List, month),
    ];
    println!("{COUNT} leads: {asked:?} (line writes, line reads, object writes, object reads, lists)");
    let all = usize::try_from(COUNT).unwrap();
    // Two numbers may have one hash.
    assert!(asked[..2].iter().all(|lines| (all..all + 10).contains(lines)), "{asked:?}");
    assert!(asked[2] < all / 20 && asked[3] < all / 20 && asked[4] < 60, "{asked:?}");
    let phone = Phone::parse(&format!("{}5552999", areas[9])).unwrap();
    let location = LeadRef { month: Month::parse("2025-12").unwrap(), id: lead_id("9999"), phone };
    let found = world.run.stores.records.read(&location).await.unwrap();
    assert!(found.is_some());
}
