//! What is killed.

use super::Scenario;
use super::stage::Stage;
use crate::process::Role;
use crate::{actors, operators};
use chrono::TimeDelta;
use redial_domain::{BulkCommand, Command, Outcome, Status};
use std::sync::atomic::Ordering;

/// The use cases, each with everything in it that awaits.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "the result of a call of ours; it is not sent again",
        victim: Role::Webhook,
        before: |stage| {
            stage.new_leads(&["ann"]);
            actors::start_run(&stage.world);
            stage.pass(TimeDelta::seconds(25 * 60 - 5));
        },
        act: nothing,
        again: nothing,
        after: always,
    },
    Scenario {
        name: "the first result of a lead",
        victim: Role::Webhook,
        before: |_| (),
        act: |stage| stage.result_of_others("cid", Outcome::NO_ANSWER),
        again: |stage| stage.result_of_others("cid", Outcome::NO_ANSWER),
        after: |stage| stage.lead("cid").is_some_and(|lead| lead.attempts == 1),
    },
    Scenario {
        name: "a do-not-call, for one of two leads with a number",
        victim: Role::Webhook,
        before: |stage| stage.new_leads(&["ann", "bob"]),
        act: |stage| stage.result_of_others("bob", Outcome::DNC),
        again: |stage| stage.result_of_others("bob", Outcome::DNC),
        after: |stage| stage.line("ann").1.suppressed.is_some(),
    },
    Scenario {
        name: "a new lead",
        victim: Role::Webhook,
        before: |_| (),
        act: |stage| stage.new_lead("dot"),
        again: |stage| stage.new_lead("dot"),
        after: |stage| stage.lead("dot").is_some_and(|lead| lead.attempts == 0),
    },
    Scenario {
        name: "a run that dials",
        victim: Role::Runs,
        before: |stage| stage.new_leads(&["bob", "cid", "dot"]),
        act: |stage| actors::start_run(&stage.world),
        again: nothing,
        after: always,
    },
    Scenario {
        name: "a run that puts one lead off and is refused another",
        victim: Role::Runs,
        before: |stage| {
            stage.new_leads(&["ann"]);
            actors::start_run(&stage.world);
            stage.pass(TimeDelta::minutes(20));
            stage.new_leads(&["bob", "dot"]);
            stage.world.calls_are_refused.store(true, Ordering::Relaxed);
        },
        act: |stage| actors::start_run(&stage.world),
        again: |stage| stage.world.calls_are_refused.store(false, Ordering::Relaxed),
        after: always,
    },
    Scenario {
        name: "a run that settles, asks and gives up",
        victim: Role::Runs,
        before: |stage| {
            stage.new_leads(&["bob", "cid", "dot"]);
            stage.hold_unheard_of("cid");
            stage.leave_in_the_inbox("dot");
            stage.world.webhooks_are_lost.store(true, Ordering::Relaxed);
            actors::start_run(&stage.world);
            stage.pass(TimeDelta::minutes(36));
            stage.world.webhooks_are_lost.store(false, Ordering::Relaxed);
            stage.leave_in_the_inbox("dot");
            stage.hold_unheard_of("cid");
        },
        act: |stage| actors::start_run(&stage.world),
        again: nothing,
        after: |stage| stage.lead("bob").is_some_and(|lead| lead.attempts > 0),
    },
    Scenario {
        name: "a run that divides a month",
        victim: Role::Runs,
        before: |stage| {
            stage.new_leads(&["ann", "bob", "cid", "dot"]);
            operators::set(&stage.world, &[("running", "false")]);
            stage.pass(TimeDelta::seconds(10));
        },
        act: |stage| actors::start_run(&stage.world),
        again: nothing,
        after: |stage| {
            stage.markers() > 0 && ["ann", "bob", "cid", "dot"].iter().all(|lead| stage.lead(lead).is_some())
        },
    },
    Scenario {
        name: "the result of a lead whose month is divided",
        victim: Role::Webhook,
        before: |stage| {
            stage.new_leads(&["ann", "bob", "cid", "dot"]);
            operators::set(&stage.world, &[("running", "false")]);
            stage.pass(TimeDelta::seconds(10));
            actors::start_run(&stage.world);
            stage.pass(TimeDelta::minutes(1));
        },
        act: |stage| stage.result_of_others("cid", Outcome::NO_ANSWER),
        again: |stage| stage.result_of_others("cid", Outcome::NO_ANSWER),
        after: |stage| stage.markers() > 0 && stage.lead("cid").is_some_and(|lead| lead.attempts == 1),
    },
    Scenario {
        name: "a run that deletes a divided month",
        victim: Role::Runs,
        before: |stage| {
            stage.world.stored.blobs.set(OLD_MONTH, OLD_MARKER);
            (0..2).for_each(|child| stage.world.stored.blobs.set(&old_child(child), "{}"));
        },
        act: |stage| actors::start_run(&stage.world),
        again: nothing,
        after: |stage| !stage.world.stored.blobs.all().keys().any(|key| key.contains("_2025-09")),
    },
    Scenario {
        name: "a run that deletes a month",
        victim: Role::Runs,
        before: |stage| stage.world.stored.blobs.set(OLD_MONTH, "{}"),
        act: |stage| actors::start_run(&stage.world),
        again: nothing,
        after: |stage| !stage.world.stored.blobs.all().contains_key(OLD_MONTH),
    },
    Scenario {
        name: "an operator pauses a lead",
        victim: Role::Admin,
        before: |stage| stage.new_leads(&["cid", "dot"]),
        act: |stage| stage.command("cid", Command::Pause),
        again: |stage| stage.command("cid", Command::Pause),
        after: |stage| stage.lead("cid").is_some_and(|lead| lead.status == Status::Paused),
    },
    Scenario {
        name: "an operator resumes a lead",
        victim: Role::Admin,
        before: |stage| {
            stage.new_leads(&["cid", "dot"]);
            stage.command("cid", Command::Pause);
            stage.pass(TimeDelta::seconds(10));
        },
        act: |stage| stage.command("cid", Command::Resume),
        again: |stage| stage.command("cid", Command::Resume),
        after: |stage| stage.lead("cid").is_some_and(|lead| lead.status == Status::Pending),
    },
    Scenario {
        name: "an operator is asked for a callback",
        victim: Role::Admin,
        before: |stage| stage.new_leads(&["cid", "dot"]),
        act: |stage| stage.command("cid", Command::CallBack(stage.world.plan.start + TimeDelta::minutes(40))),
        again: |stage| stage.command("cid", Command::CallBack(stage.world.plan.start + TimeDelta::minutes(40))),
        after: |stage| stage.lead("cid").is_some_and(|lead| lead.status == Status::Rescheduled),
    },
    Scenario {
        name: "an operator removes a lead",
        victim: Role::Admin,
        before: |stage| stage.new_leads(&["ann", "bob", "cid"]),
        act: |stage| stage.command("bob", Command::Remove),
        again: |stage| stage.command("bob", Command::Remove),
        after: |stage| stage.lead("bob").is_none() && stage.lead("ann").is_some(),
    },
    Scenario {
        name: "an operator pauses many leads",
        victim: Role::Admin,
        before: |stage| stage.previewed(BulkCommand::Pause),
        act: |stage| stage.confirm(BulkCommand::Pause),
        again: |stage| stage.confirm(BulkCommand::Pause),
        after: |stage| stage.all_are(Status::Paused),
    },
    Scenario {
        name: "a run goes on with a removal of many leads",
        victim: Role::Runs,
        before: |stage| {
            stage.previewed(BulkCommand::Remove);
            stage.store_confirmed();
        },
        act: |stage| actors::start_run(&stage.world),
        again: nothing,
        after: |stage| ["ann", "bob", "cid", "dot"].iter().all(|lead| stage.lead(lead).is_none()),
    },
    Scenario {
        name: "an operator adds a lead",
        victim: Role::Admin,
        before: |stage| stage.new_leads(&["ann"]),
        act: |stage| stage.add("bob"),
        again: |stage| stage.add("bob"),
        after: |stage| stage.lead("bob").is_some() && stage.lead("ann").is_some(),
    },
    Scenario {
        name: "a run that imports a list of leads",
        victim: Role::Runs,
        before: |stage| {
            stage.new_leads(&["ann"]);
            operators::set(&stage.world, &[("running", "false")]);
            stage.pass(TimeDelta::seconds(10));
            stage.upload(&["ann", "bob", "cid", "dot"]);
        },
        act: |stage| actors::start_run(&stage.world),
        again: nothing,
        after: |stage| ["ann", "bob", "cid", "dot"].iter().all(|lead| stage.lead(lead).is_some()),
    },
    Scenario {
        name: "an operator changes settings",
        victim: Role::Admin,
        before: |stage| stage.new_leads(&["cid"]),
        act: |stage| operators::set(&stage.world, &[("calls_per_second", "2")]),
        again: |stage| operators::set(&stage.world, &[("calls_per_second", "2")]),
        after: always,
    },
];

/// Long beyond the retention.
const OLD_MONTH: &str = "redial-queue/redial-queue_2025-09.json";

const OLD_MARKER: &str = r#"{"split":{"children":2,"id":"old"},"v":1}"#;

fn old_child(number: u32) -> String {
    format!("redial-queue/redial-queue_2025-09/old/{number:04}.json")
}

fn nothing(_: &Stage) {}

fn always(_: &Stage) -> bool {
    true
}
