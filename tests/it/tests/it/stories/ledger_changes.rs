//! What the ledger has of removals of suppressions, of lists, and of decisions about calling rules.

use super::world::{NOON, World};
use chrono::TimeDelta;
use redial_domain::builders::{lead_id, operator, phone};
use redial_domain::law::{Jurisdiction, Recorded};
use redial_domain::{Command, Outcome, Stop};
use redial_formats::number_list::ListFormat;
use redial_queue::testing::{Fault, Operation};
use redial_queue::usecase::admin::{NewEntry, Steered};
use rstest::rstest;
use serde_json::json;

/// Nothing is stored in the ledger from now on.
fn breaks(world: &World) {
    world.ledger.otherwise(|operation, _| if operation == Operation::Put { Fault::Lost } else { Fault::None });
}

fn new_york() -> Jurisdiction {
    Jurisdiction::parse("NY").unwrap()
}

/// A decision, with an end if it opens something.
fn decision(world: &World, what: Recorded) -> NewEntry {
    let until = what.opens().then(|| world.now() + TimeDelta::days(30));
    NewEntry { what, why: "counsel was asked".to_owned(), from: None, until }
}

#[tokio::test]
async fn a_suppression_by_an_operator_and_its_removal_are_in_the_proof_of_the_number() {
    let world = World::at(NOON);
    world.admin.suppress(&operator(), &phone(1), Outcome::DNC, "a letter").await.unwrap();
    world.runs().await;
    world.wait(5);
    world.admin.allow(&operator(), &phone(1), "asked for a call").await.unwrap();
    let today = world.now().date_naive();
    let proof = world.admin.proof(&phone(1), today, today).await.unwrap();
    let lines: Vec<serde_json::Value> =
        proof.entries.iter().map(|entry| serde_json::from_str(&entry.line).unwrap()).collect();
    let told: Vec<_> = lines.iter().map(|line| json!([line["kind"], line["by"], line["message"]])).collect();
    let by = operator().name().to_owned();
    assert_eq!(told, [json!(["suppressed", by, null]), json!(["allowed", by, "asked for a call"])]);
    assert!(proof.suppressed.is_none());
}

#[tokio::test]
async fn a_removal_that_cannot_be_recorded_leaves_the_number_suppressed() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    world.admin.suppress(&operator(), &phone(0), Outcome::DNC, "").await.unwrap();
    breaks(&world);
    world.admin.allow(&operator(), &phone(0), "asked for a call").await.unwrap_err();
    assert!(world.line(0).await.suppressed.is_some());
    world.ledger.heal();
    World::dialed(&world.runs().await, 0);
    assert!(world.admin.allow(&operator(), &phone(0), "asked for a call").await.unwrap().is_some());
    assert_eq!(world.admin.allow(&operator(), &phone(0), "again").await.unwrap(), None);
    assert_eq!(world.kinds(), ["suppressed", "allowed"], "there was nothing to take off the second time");
}

#[rstest]
// What closes counts although it cannot be recorded.
#[case::closes(Recorded::Suspension(new_york()), true)]
#[case::opens(Recorded::VoiceAllowed(new_york()), false)]
#[tokio::test]
async fn a_decision_that_cannot_be_recorded_never_lets_a_call_be_made(#[case] what: Recorded, #[case] counts: bool) {
    let world = World::at(NOON);
    breaks(&world);
    world.admin.record(&operator(), decision(&world, what)).await.unwrap_err();
    let law = world.admin.law().await.unwrap().policy.law.clone();
    assert_eq!(law.register.entries.len(), usize::from(counts));
}

#[tokio::test]
async fn a_suspension_that_is_given_again_is_the_same_one() {
    let world = World::at(NOON);
    breaks(&world);
    world.admin.record(&operator(), decision(&world, Recorded::Suspension(new_york()))).await.unwrap_err();
    world.ledger.heal();
    world.wait(5);
    world.admin.record(&operator(), decision(&world, Recorded::Suspension(new_york()))).await.unwrap();
    let law = world.admin.law().await.unwrap().policy.law.clone();
    assert_eq!((law.register.entries.len(), world.kinds()), (1, vec!["decision".to_owned()]));
}

#[tokio::test]
async fn a_suspension_after_an_ended_one_in_the_same_words_is_a_new_one() {
    let world = World::at(NOON);
    let first = world.admin.record(&operator(), decision(&world, Recorded::Suspension(new_york()))).await.unwrap();
    world.admin.end_decision(&operator(), &first.id, "it is over").await.unwrap();
    let second = world.admin.record(&operator(), decision(&world, Recorded::Suspension(new_york()))).await.unwrap();
    assert!(first.id != second.id && second.ended.is_none());
}

#[tokio::test]
async fn a_lead_that_cannot_be_recorded_as_removed_stays() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    breaks(&world);
    let (by, id, number) = (operator(), lead_id("0"), phone(0));
    let remove = || world.admin.steer(&by, &id, &number, Command::Remove);
    remove().await.unwrap_err();
    world.lead(0).await;
    world.ledger.heal();
    assert_eq!((remove().await.unwrap(), remove().await.unwrap()), (Steered::Done, Steered::UnknownLead));
    assert_eq!(world.kinds(), ["steered"]);
}

#[rstest]
#[case::closes(Recorded::VoiceAllowed(new_york()), true)]
#[case::opens(Recorded::Suspension(new_york()), false)]
#[tokio::test]
async fn an_end_that_cannot_be_recorded_never_lets_a_call_be_made(#[case] what: Recorded, #[case] ends: bool) {
    let world = World::at(NOON);
    let recorded = world.admin.record(&operator(), decision(&world, what)).await.unwrap();
    world.wait(1);
    breaks(&world);
    world.admin.end_decision(&operator(), &recorded.id, "over").await.unwrap_err();
    let law = world.admin.law().await.unwrap().policy.law.clone();
    assert_eq!(law.register.entries[0].ended.is_some(), ends);

    world.ledger.heal();
    world.admin.end_decision(&operator(), &recorded.id, "over").await.unwrap();
    assert_eq!(world.kinds(), ["decision", "decision_ended"]);
    let [first, last] = <[_; 2]>::try_from(world.entries()).unwrap();
    assert_eq!((&first["decision"]["id"], &first["decision"]["ended"]), (&json!(&*recorded.id), &json!(null)));
    assert_eq!(last["decision"]["ended"]["why"], "over");
    for (day, shown) in [(-1, 0), (0, 1), (1, 0)] {
        let day = world.now().date_naive() + TimeDelta::days(day);
        assert_eq!(world.admin.proof(&phone(1), day, day).await.unwrap().decisions.len(), shown, "{day}");
    }
}

#[tokio::test]
async fn nobody_is_dialed_before_the_end_of_an_import_is_in_the_ledger() {
    let world = World::at(NOON);
    world.due_leads(1).await;
    breaks(&world);
    let list = format!("phone\n{}\n911\n", phone(7).as_str());
    world.admin.import_suppressions(&operator(), ListFormat::Csv, list.into()).await.unwrap();
    assert_eq!(world.runs().await.stopped_by, Some(Stop::ImportUnfinished));
    world.ledger.heal();
    world.wait(5);
    let summary = world.runs().await;
    assert_eq!((summary.calls_made, &summary.stopped_by), (1, &None::<Stop>));
    let imported = world.entries().into_iter().find(|entry| entry["kind"] == "imported").unwrap();
    let list = &imported["list"];
    assert_eq!((&list["added"], &list["known"], &list["bad"]), (&json!(0), &json!(1), &json!(1)), "{imported}");
    assert_eq!((&imported["by"], &imported["outcome"]), (&json!(operator().name()), &json!("done")));
}
