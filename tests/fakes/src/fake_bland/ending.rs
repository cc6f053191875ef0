//! What each outcome looks like in Bland's fields: one row per outcome, as the recorded samples have it.

use serde_json::{Value, json};

use super::{
    call::{Call, State},
    outcome::Outcome,
};

/// The fields of a call that depend on how it went, and not on who was called and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    pub(super) status: Option<&'static str>,
    pub(super) queue_status: &'static str,
    pub(super) error_message: Option<&'static str>,
    pub(super) answered_by: Option<&'static str>,
    pub(super) call_ended_by: Option<&'static str>,
    pub(super) has_start: bool,
    pub(super) has_end: bool,
    /// Of conversation. Nothing was measured, without it.
    pub(super) seconds: Option<u32>,
    pub(super) tags: Tags,
    pub(super) disposition_tag: Option<&'static str>,
    pub(super) summary: Option<&'static str>,
    /// Who said what.
    pub(super) turns: &'static [(&'static str, &'static str)],
    pub(super) merged: bool,
    pub(super) callback: bool,
}

/// The spellings of `pathway_tags`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tags {
    Null,
    Strings(&'static [&'static str]),
    Objects(&'static [(&'static str, &'static str)]),
}

pub(super) fn ending(call: &Call) -> Ending {
    match call.state {
        State::New => LIVE,
        State::Started { .. } => Ending { queue_status: "started", has_start: true, ..LIVE },
        State::Ended { .. } => ended(call.outcome),
        State::Stopped { .. } => {
            Ending { status: Some("canceled"), call_ended_by: Some("ASSISTANT"), seconds: Some(0), ..SILENT }
        }
    }
}

fn ended(outcome: Outcome) -> Ending {
    match outcome {
        Outcome::Voicemail => Ending {
            answered_by: Some("voicemail"),
            call_ended_by: Some("ASSISTANT"),
            seconds: Some(25),
            tags: Tags::Null,
            summary: Some("Reached voicemail."),
            turns: &[("user", "Please leave a message after the beep.")],
            ..TALKED
        },
        Outcome::NoAnswer => Ending {
            status: Some("no-answer"),
            answered_by: Some("no-answer"),
            has_start: false,
            seconds: Some(0),
            tags: Tags::Strings(&[]),
            ..SILENT
        },
        Outcome::Busy => Ending { status: Some("busy"), seconds: Some(0), ..SILENT },
        Outcome::Failed => Ending {
            status: Some("failed"),
            queue_status: "error",
            error_message: Some("Call failed: upstream carrier error 503"),
            ..SILENT
        },
        Outcome::BadNumber => Ending {
            status: Some("failed"),
            queue_status: "error",
            error_message: Some("The number you dialed is not found"),
            has_start: false,
            has_end: false,
            ..SILENT
        },
        Outcome::NotPickedUp => Ending { status: Some("completed"), seconds: Some(3), ..SILENT },
        Outcome::Confused => TALKED,
        Outcome::NotInterested => Ending {
            tags: Tags::Strings(&["Not Interested"]),
            turns: &[("assistant", "Hi, is this John?"), ("user", "Yes, but I am fine as it is.")],
            ..TALKED
        },
        Outcome::Callback => Ending {
            tags: Tags::Objects(&[("Callback Requested", "#f59e0b")]),
            summary: Some("Customer asked to be called at another time."),
            turns: &[("assistant", "Hi, is this John?"), ("user", "Yes, but it is a bad time.")],
            callback: true,
            ..TALKED
        },
        Outcome::Sale => {
            Ending { disposition_tag: Some("SALE"), summary: Some("Customer bought the family plan."), ..TALKED }
        }
        Outcome::Transferred => Ending {
            tags: Tags::Objects(&[("Plan Type", "#3b82f6"), ("Transferred to Agent", "#22c55e")]),
            disposition_tag: Some("TRANSFERRED"),
            summary: Some("Customer qualified and was transferred."),
            merged: true,
            ..TALKED
        },
        Outcome::TransferTagOnly => Ending { disposition_tag: Some("TRANSFERRED"), ..TALKED },
        Outcome::Dnc => Ending {
            tags: Tags::Null,
            turns: &[("assistant", "Hi, is this John?"), ("user", "Stop calling me, take me off your list.")],
            ..TALKED
        },
    }
}

const LIVE: Ending = Ending {
    status: None,
    queue_status: "new",
    error_message: None,
    answered_by: None,
    call_ended_by: None,
    has_start: false,
    has_end: false,
    seconds: None,
    tags: Tags::Null,
    disposition_tag: None,
    summary: None,
    turns: &[],
    merged: false,
    callback: false,
};

/// It is over, and nobody said a word.
const SILENT: Ending =
    Ending { queue_status: "complete", call_ended_by: Some("USER"), has_start: true, has_end: true, ..LIVE };

/// A person answered, talked for a while and hung up.
const TALKED: Ending = Ending {
    status: Some("completed"),
    answered_by: Some("human"),
    seconds: Some(115),
    tags: Tags::Objects(&[("Plan Type", "#3b82f6")]),
    summary: Some("Customer hung up before qualification."),
    turns: &[("assistant", "Hi, is this John?"), ("user", "Yes.")],
    ..SILENT
};

impl Ending {
    pub(super) fn is_completed(&self) -> bool {
        self.queue_status == "complete"
    }

    /// Minutes with two places.
    pub(super) fn call_length(&self) -> f64 {
        (f64::from(self.seconds.unwrap_or_default()) / 60.0 * 100.0).round() / 100.0
    }
}

impl Tags {
    pub(super) fn spelled(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Strings(names) => json!(names),
            Self::Objects(tags) => tags.iter().map(|(name, color)| json!({ "name": name, "color": color })).collect(),
        }
    }
}
