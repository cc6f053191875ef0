//! What the ledger has of calls, of calls that were not made, and of changes.

use super::world::{NOON, World};
use chrono::TimeDelta;
use redial_domain::builders::{at, lead_id, operator, phone};
use redial_domain::{Command, Outcome, Source};
use redial_formats::ledger_v1::{FaultKind, verify};
use redial_queue::ports::StoreError;
use redial_queue::testing::{Fault, Operation, Reply};
use redial_queue::usecase::admin::{NotProved, Proof, Steered, UpdateError};
use rstest::rstest;
use serde_json::Value;

impl World {
    /// Every entry, in the order in which they were stored.
    pub(super) fn entries(&self) -> Vec<Value> {
        let objects = self.ledger.inner().all();
        let texts = objects.values().map(|object| String::from_utf8(object.to_vec()).unwrap());
        texts
            .flat_map(|text| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>())
            .collect()
    }

    pub(super) fn kinds(&self) -> Vec<String> {
        self.entries().iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
    }

    fn ledger_writes(&self) -> usize {
        self.ledger.log().iter().filter(|(operation, _)| *operation == Operation::Put).count()
    }

    async fn proof_of(&self, n: u32) -> Proof {
        let today = self.now().date_naive();
        self.admin.proof(&phone(n), today, today).await.unwrap()
    }

    async fn steered(&self, n: u32, what: Command) -> Result<Steered, UpdateError> {
        self.admin.steer(&operator(), &lead_id(&n.to_string()), &phone(n), what).await
    }
}

#[tokio::test]
async fn a_call_is_in_the_ledger_before_it_is_requested() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    World::dialed(&world.runs().await, 1);
    let [entry] = <[Value; 1]>::try_from(world.entries()).unwrap();
    let (attempt, _) = world.dials(0)[0].clone();
    assert_eq!((&entry["kind"], &entry["attempt"]), (&"attempt".into(), &attempt.to_string().into()));
    assert_eq!((&entry["phone"], &entry["by"]), (&phone(0).as_str().into(), &"run".into()));
    assert_eq!(entry["place"][0]["zones"][0]["local"], "2025-12-17T14:00:00-05:00");
    assert_eq!(entry["gates"].as_array().unwrap().len(), 14);
    assert_eq!(entry["rules"], world.run.stores.settings.environment_policy().law.version.as_str());
}

#[tokio::test]
async fn a_hundred_calls_cost_ten_writes() {
    let world = World::at(NOON);
    world.due_leads(100).await;
    World::dialed(&world.runs().await, 100);
    assert_eq!((world.ledger_writes(), world.entries().len()), (10, 100));
}

#[rstest]
#[case(Fault::Lost)]
#[case(Fault::Unusable)]
#[tokio::test]
async fn without_a_ledger_nobody_is_dialed(#[case] fault: Fault) {
    let world = World::at(NOON);
    world.due_leads(30).await;
    world.ledger.otherwise(move |operation, _| if operation == Operation::Put { fault } else { Fault::None });
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, summary.errors > 0), (0, true), "{summary:?}");
    assert_eq!(world.dialer.orders(), []);
    assert!(world.line(0).await.hold.is_none() && world.line(0).await.calls.is_empty());
    world.ledger.heal();
    world.wait(5);
    World::dialed(&world.runs().await, 30);
    assert_eq!(verify_all(&world), []);
}

#[rstest]
// The object is there, and its answer is lost: it is read back.
#[case(Fault::AnswerLost, 1)]
// It is not there. The next one begins a new chain, because the lost one may still turn up.
#[case(Fault::Lost, 2)]
#[case(Fault::Conflict, 2)]
#[tokio::test]
async fn an_unknown_answer_is_resolved(#[case] fault: Fault, #[case] writes: usize) {
    let world = World::at(NOON);
    world.due_leads(1).await;
    world.ledger.script(Operation::Put, [fault]);
    World::dialed(&world.runs().await, 1);
    assert_eq!((world.ledger_writes(), world.kinds()), (writes, vec!["attempt".to_owned()]));
}

#[tokio::test]
async fn a_ledger_that_is_slow_to_fail_is_not_tried_for_long() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    let clock = std::sync::Arc::clone(&world.clock);
    world.ledger.otherwise(move |operation, _| match operation {
        Operation::Put => {
            clock.advance(TimeDelta::seconds(3));
            Fault::Lost
        }
        _ => Fault::None,
    });
    let summary = world.runs().await;
    assert_eq!(summary.calls_made, 0);
    // Two for the claim, and two to say that it became no call.
    assert_eq!(world.ledger_writes(), 4);
    assert!(world.line(0).await.hold.is_none());
}

#[tokio::test]
async fn a_refused_dial_is_in_the_ledger_with_its_reason() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    world.dialer.script(&phone(0), [Reply::Refused("Pathway not found".to_owned())]);
    world.runs().await;
    let entries = world.entries();
    assert_eq!(world.kinds(), ["attempt", "not_called"]);
    assert_eq!((&entries[1]["reason"], &entries[1]["message"]), (&"refused".into(), &"Pathway not found".into()));
    assert_eq!(entries[0]["attempt"], entries[1]["attempt"]);
}

#[tokio::test]
async fn a_number_that_is_suppressed_while_its_entry_is_stored_is_not_dialed() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    let lines = std::sync::Arc::clone(&world.lines);
    world.ledger.otherwise(move |operation, _| {
        if operation == Operation::Put {
            let mut line = lines.inner().all().remove(&phone(0)).unwrap();
            line.suppress(&Outcome::DNC, Source::Bland, at(NOON));
            lines.inner().set(&phone(0), &line);
        }
        Fault::None
    });
    World::dialed(&world.runs().await, 0);
    assert_eq!(world.dialer.orders(), []);
    assert_eq!(world.kinds(), ["attempt", "not_called"]);
    assert_eq!(world.entries()[1]["reason"], "suppressed");
}

#[tokio::test]
async fn a_claim_whose_entry_comes_late_is_dialed_once_more() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    let (clock, late) = (std::sync::Arc::clone(&world.clock), std::sync::atomic::AtomicBool::new(true));
    world.ledger.otherwise(move |operation, _| {
        if operation == Operation::Put && late.swap(false, std::sync::atomic::Ordering::Relaxed) {
            clock.advance(TimeDelta::seconds(6));
        }
        Fault::None
    });
    World::dialed(&world.runs().await, 1);
    assert_eq!(world.kinds(), ["attempt", "not_called", "attempt"]);
    assert_eq!((world.dialer.orders().len(), &world.entries()[1]["reason"]), (1, &"late".into()));
}

#[tokio::test]
async fn a_proof_has_the_call_the_do_not_call_and_the_refused_dial_of_a_number_and_of_no_other() {
    let world = World::at(NOON);
    world.due_leads(2).await;
    world.dialer.script(&phone(0), [Reply::Refused("no such pathway".to_owned())]);
    world.runs().await;
    world.wait(10);
    world.runs().await;
    world.answered(0, "DNC").await;
    world.wait(5);
    world.runs().await;
    let proof = world.proof_of(0).await;
    let entries: Vec<Value> = proof.entries.iter().map(|entry| serde_json::from_str(&entry.line).unwrap()).collect();
    let kinds: Vec<_> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["attempt", "not_called", "attempt", "suppressed"]);
    assert!(entries.iter().all(|entry| entry["phone"] == phone(0).as_str()));
    assert_eq!(proof.faults, []);
    assert_eq!(proof.suppressed.map(|suppression| suppression.reason), Some(Outcome::DNC));
}

#[tokio::test]
async fn a_changed_byte_is_found_in_a_proof_of_any_number() {
    let world = World::at(NOON);
    world.due_leads(3).await;
    world.runs().await;
    let (key, object) = world.ledger.inner().all().into_iter().next().unwrap();
    let forged = String::from_utf8(object.to_vec()).unwrap().replacen("14:00", "13:00", 1);
    world.ledger.inner().set(&key, forged);
    let proof = world.proof_of(2).await;
    assert_eq!(proof.faults.iter().map(|(_, fault)| fault.kind).collect::<Vec<_>>(), [FaultKind::Changed]);
    world.ledger.inner().set(&key, "{}\n");
    let (named, fault) = world.proof_of(2).await.faults[0].clone();
    assert_eq!((named, fault.kind), (Some(key), FaultKind::Unreadable));
}

#[tokio::test]
async fn a_suppression_is_recorded_once_even_if_its_line_cannot_be_written_after_it() {
    let world = World::at(NOON);
    world.ends(0, "c1", "DNC").await;
    assert_eq!(world.kinds(), Vec::<String>::new(), "the webhook writes no object of the ledger");
    world.lines.script(Operation::Put, [Fault::Lost]);
    world.runs().await;
    assert!(world.line(0).await.retiring);
    world.wait(5);
    world.runs().await;
    assert_eq!(world.kinds(), ["suppressed", "suppressed"]);
    assert_eq!(world.proof_of(0).await.entries.len(), 1);
    assert!(!world.line(0).await.retiring);
}

#[tokio::test]
async fn a_suppression_whose_entry_cannot_be_stored_is_recorded_by_the_next_run() {
    let world = World::at(NOON);
    world.ends(0, "c1", "DNC").await;
    world.ledger.otherwise(|operation, _| if operation == Operation::Put { Fault::Lost } else { Fault::None });
    assert_eq!(world.runs().await.errors, 1);
    world.ledger.heal();
    world.wait(5);
    World::dialed(&world.runs().await, 0);
    assert_eq!(world.kinds(), ["suppressed"]);
}

#[rstest]
// What closes takes effect although it cannot be recorded, and can be given again.
#[case(Command::Pause, "paused")]
#[case(Command::Resume, "paused")]
#[case(Command::CallBack(at("2025-12-18T15:00:00Z")), "pending")]
#[tokio::test]
async fn a_command_that_cannot_be_recorded_never_lets_a_call_be_made(#[case] what: Command, #[case] status: &str) {
    let world = World::at(NOON);
    world.due_leads(1).await;
    if what == Command::Resume {
        world.steered(0, Command::Pause).await.unwrap();
    }
    let before = world.kinds().len();
    world.ledger.otherwise(|operation, _| if operation == Operation::Put { Fault::Lost } else { Fault::None });
    let error = world.steered(0, what).await.unwrap_err();
    assert!(matches!(error, UpdateError::Store(StoreError::Unavailable(_))), "{error:?}");
    assert_eq!(world.lead(0).await.status.as_str(), status);
    world.ledger.heal();
    let again = world.steered(0, what).await.unwrap();
    assert!(matches!(again, Steered::Done | Steered::Unchanged), "{again:?}");
    assert_eq!(world.kinds().len(), before + 1);
    let entry = world.entries().pop().unwrap();
    assert_eq!((&entry["command"], &entry["by"]), (&what.as_str().into(), &operator().name().into()));
}

#[tokio::test]
async fn settings_are_recorded_with_their_values_before_and_after() {
    let world = World::at(NOON);
    for (key, value) in [("calls_per_second", "2"), ("running", "false"), ("running", "true")] {
        world.admin.configure(&operator(), &[(key, value.to_owned())], None, false).await.unwrap();
        world.wait(1);
    }
    world.admin.configure(&operator(), &[("calls_per_second", "3".to_owned())], None, true).await.unwrap();
    assert_eq!(world.kinds(), ["settings", "switched", "switched"], "a dry run changes nothing");
    let [change, stop, start] = <[Value; 3]>::try_from(world.entries()).unwrap();
    assert_eq!(change["settings"], serde_json::json!([{"key": "calls_per_second", "old": "5", "new": "2"}]));
    assert_eq!(stop["settings"], serde_json::json!([{"key": "running", "old": "true", "new": "false"}]));
    assert_eq!(start["settings"], serde_json::json!([{"key": "running", "old": "false", "new": "true"}]));
}

#[tokio::test]
async fn a_stop_that_cannot_be_recorded_is_in_force_and_a_start_is_not() {
    let world = World::at(NOON);
    let switch = async |on: &str| world.admin.configure(&operator(), &[("running", on.to_owned())], None, false).await;
    let runs = async || world.run.stores.settings.load().await.unwrap().policy.running;
    world.ledger.otherwise(|operation, _| if operation == Operation::Put { Fault::Lost } else { Fault::None });
    assert!(switch("false").await.is_err());
    assert!(!runs().await);
    assert!(switch("true").await.is_err());
    assert!(!runs().await);
    world.ledger.heal();
    switch("false").await.unwrap();
    assert_eq!(world.kinds(), ["switched"]);
}

#[tokio::test]
async fn a_day_has_chains_of_its_own() {
    let world = World::at("2025-12-18T00:55:00Z");
    world.due_leads(1).await;
    world.steered(0, Command::Pause).await.unwrap();
    world.wait(24 * 60);
    world.steered(0, Command::Resume).await.unwrap();
    assert_eq!(world.entries().iter().map(|entry| entry["seq"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 1]);
    let today = world.now().date_naive();
    let both = world.admin.proof(&phone(0), today - TimeDelta::days(1), today).await.unwrap();
    assert_eq!((both.entries.len(), both.chains, both.faults), (2, 2, Vec::new()));
    assert_eq!(world.proof_of(0).await.faults, []);
}

#[tokio::test]
async fn a_ledger_that_cannot_be_read_proves_nothing() {
    let world = World::at(NOON);
    world.ledger.otherwise(|_, _| Fault::Lost);
    let today = world.now().date_naive();
    assert!(matches!(world.admin.proof(&phone(0), today, today).await, Err(NotProved::Store(_))));
}

fn verify_all(world: &World) -> Vec<redial_formats::ledger_v1::Fault> {
    let objects = world.ledger.inner().all();
    let texts: Vec<_> = objects.values().map(|object| std::str::from_utf8(object).unwrap()).collect();
    verify(texts.iter().flat_map(|text| text.lines()))
}

#[tokio::test]
async fn a_stop_while_entries_are_stored_keeps_their_calls_from_being_made() {
    let world = World::at(NOON);
    world.due_leads(3).await;
    let (blobs, clock) = (std::sync::Arc::clone(&world.blobs), std::sync::Arc::clone(&world.clock));
    world.ledger.otherwise(move |_, _| {
        blobs.inner().set("redial-queue/settings.json", r#"{"overrides":{"running":false},"v":1}"#);
        clock.advance(TimeDelta::seconds(5));
        Fault::None
    });
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, world.dialer.orders().len()), (0, 0), "{summary:?}");
    assert_eq!(world.entries()[3]["reason"], "stopped");
}
