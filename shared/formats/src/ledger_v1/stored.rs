//! The shape of version 1. One type for all kinds, so that a table over the files has one set of columns.
//!
//! A new field is optional and comes after the others. Nothing reads entries back but proofs and queries, which show the
//! fields that they know.

use super::Chain;
use crate::register_v1;
use chrono::{DateTime, SecondsFormat, Utc};
use redial_domain::law::{ConsentEvidence, Place};
use redial_domain::ledger::{Attempt, BulkConfirmed, Entry, Event, Imported, NotCalled, SettingChange, Steering};
use redial_domain::verdict::Gate;
use redial_domain::{Actor, Addition, ImportState, Phone};
use serde::Serialize;

#[derive(Serialize, Default)]
pub(super) struct StoredEntry<'a> {
    v: u32,
    id: &'a str,
    writer: &'a str,
    seq: u64,
    prev: &'a str,
    at: String,
    kind: &'static str,
    /// The name of an operator's key, `run` or `webhook`.
    by: &'a str,
    /// The person, as the operator's own system names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    month: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'static str>,
    /// The version of the calling rules, and of the time zones.
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_zones: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Vec<StoredPresence<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gates: Option<Vec<StoredGate>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calls_24h: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<Vec<StoredChange<'a>>>,
    /// Who reported a do-not-call.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
    /// The lead's own evidence that the person has agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<StoredConsent<'a>>,
    /// The decision about calling rules, as the register has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<register_v1::StoredEntry>,
    /// What an import did.
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<StoredList<'a>>,
    /// The SHA-256 of the files of the calling rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    rules_sha256: Option<&'a str>,
    /// When a person is to be called back.
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_at: Option<String>,
    /// When a lead that is added is due, if it is not due at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<String>,
    /// A bulk command that was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    bulk: Option<StoredBulk<'a>>,
}

#[derive(Serialize)]
struct StoredConsent<'a> {
    level: &'static str,
    at: String,
    source: &'a str,
    text_sha256: &'a str,
}

#[derive(Serialize, Default)]
struct StoredList<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bad: Option<u64>,
    /// Leads that were not added because their numbers must not be called.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<u64>,
    /// The version of the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

#[derive(Serialize)]
struct StoredBulk<'a> {
    id: &'a str,
    filter: &'a str,
    leads: u64,
}

/// A jurisdiction in which the person may be.
#[derive(Serialize)]
struct StoredPresence<'a> {
    jurisdiction: &'a str,
    zones: Vec<StoredZone>,
}

#[derive(Serialize)]
struct StoredZone {
    zone: &'static str,
    /// The local time, with its offset.
    local: String,
}

#[derive(Serialize)]
struct StoredGate {
    name: &'static str,
    value: String,
    limit: String,
}

#[derive(Serialize)]
struct StoredChange<'a> {
    key: &'static str,
    old: &'a str,
    new: &'a str,
}

impl<'a> StoredEntry<'a> {
    pub(super) fn new(entry: &'a Entry, chain: &'a Chain) -> Self {
        let user = match &entry.by {
            Actor::Operator { user, .. } => user.as_deref(),
            Actor::Run | Actor::Webhook => None,
        };
        let common = Self {
            v: 1,
            id: &entry.id,
            writer: chain.writer(),
            seq: chain.next(),
            prev: &chain.hash,
            at: instant(entry.at),
            kind: entry.event.kind(),
            by: entry.by.name(),
            user,
            ..Self::default()
        };
        match &entry.event {
            Event::Attempt(attempt) => common.with_attempt(attempt, entry.at),
            Event::NotCalled(not_called) => common.with_not_called(not_called),
            Event::Steered(steering) => common.with_steering(steering),
            Event::Settings(changes) | Event::Switched(changes) => {
                Self { settings: Some(changes.iter().map(StoredChange::from).collect()), ..common }
            }
            Event::Suppressed(phone, suppression) => Self {
                source: Some(suppression.source.as_str()),
                // Its note stays on the line. Nobody could take a name out of the ledger.
                ..common.with_reason(phone, suppression.reason.as_str(), "")
            },
            Event::Allowed(phone, allowed) => common.with_reason(phone, allowed.reason.as_str(), &allowed.note),
            Event::Decided(decision) => Self { decision: Some(register_v1::StoredEntry::from(&**decision)), ..common },
            Event::Imported(imported) => common.with_import(imported),
            Event::Added(addition) => common.with_addition(addition),
            Event::AddedFrom(begun) => common.with_list(begun),
            Event::Bulk(bulk) => common.with_bulk(bulk),
        }
    }

    fn with_attempt(self, attempt: &'a Attempt, at: DateTime<Utc>) -> Self {
        Self {
            phone: Some(attempt.lead.phone.as_str()),
            lead: Some(attempt.lead.id.as_str()),
            month: Some(attempt.lead.month.to_string()),
            attempt: Some(attempt.attempt.to_string()),
            provider: Some(attempt.provider.as_str()),
            rules: Some(&attempt.rules),
            rules_sha256: Some(attempt.rules_digest.as_str()).filter(|digest| !digest.is_empty()),
            time_zones: Some(&attempt.time_zones),
            place: Some(presences(&attempt.place, at)),
            gates: Some(attempt.gates.iter().map(StoredGate::from).collect()),
            calls_24h: Some(attempt.calls.iter().copied().map(instant).collect()),
            consent: attempt.consent.as_ref().map(StoredConsent::from),
            ..self
        }
    }

    /// Why a number is suppressed, or was until now.
    fn with_reason(self, phone: &'a Phone, reason: &'a str, note: &'a str) -> Self {
        let message = Some(note).filter(|note| !note.is_empty());
        Self { phone: Some(phone.as_str()), reason: Some(reason), message, ..self }
    }

    fn with_import(self, Imported { list, import }: &'a Imported) -> Self {
        let (outcome, message) = match &import.state {
            ImportState::Failed(reason) => ("failed", Some(reason.as_str())),
            ImportState::Running | ImportState::Done => ("done", None),
        };
        let list = StoredList {
            name: list,
            added: Some(import.added),
            known: Some(import.known),
            bad: Some(import.bad_lines),
            refused: Some(import.refused_lines).filter(|refused| *refused > 0),
            source: None,
        };
        Self { outcome: Some(outcome), message, list: Some(list), ..self }
    }

    fn with_list(self, Imported { list, import }: &'a Imported) -> Self {
        let list = StoredList { name: list, source: Some(&import.source), ..StoredList::default() };
        Self { list: Some(list), ..self }
    }

    fn with_addition(self, addition: &'a Addition) -> Self {
        Self {
            phone: Some(addition.new.phone.as_str()),
            lead: Some(addition.new.lead.as_str()),
            consent: addition.new.profile.consent.as_ref().map(StoredConsent::from),
            due_at: addition.at.map(instant),
            ..self
        }
    }

    fn with_bulk(self, BulkConfirmed { id, command, filter, leads }: &'a BulkConfirmed) -> Self {
        Self { command: Some(command.as_str()), bulk: Some(StoredBulk { id, filter, leads: *leads }), ..self }
    }

    fn with_not_called(self, not_called: &'a NotCalled) -> Self {
        Self {
            phone: Some(not_called.lead.phone.as_str()),
            lead: Some(not_called.lead.id.as_str()),
            month: Some(not_called.lead.month.to_string()),
            attempt: Some(not_called.attempt.to_string()),
            reason: Some(not_called.reason.as_str()),
            message: Some(not_called.message.as_str()).filter(|message| !message.is_empty()),
            ..self
        }
    }

    fn with_steering(self, steering: &'a Steering) -> Self {
        Self {
            phone: Some(steering.phone.as_str()),
            lead: Some(steering.lead.as_str()),
            command: Some(steering.command.as_str()),
            outcome: Some(steering.outcome),
            callback_at: steering.command.callback().map(instant),
            ..self
        }
    }
}

impl<'a> From<&'a ConsentEvidence> for StoredConsent<'a> {
    fn from(evidence: &'a ConsentEvidence) -> Self {
        let ConsentEvidence { level, at, source, text_sha256 } = evidence;
        Self { level: level.as_str(), at: instant(*at), source, text_sha256 }
    }
}

impl From<&Gate> for StoredGate {
    fn from(gate: &Gate) -> Self {
        Self { name: gate.name.as_str(), value: gate.value.to_string(), limit: gate.limit.to_string() }
    }
}

impl<'a> From<&'a SettingChange> for StoredChange<'a> {
    fn from(change: &'a SettingChange) -> Self {
        Self { key: change.key, old: &change.old, new: &change.new }
    }
}

/// Milliseconds, so that texts of instants sort as the instants do.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn presences(place: &Place, at: DateTime<Utc>) -> Vec<StoredPresence<'_>> {
    let presences = match place {
        Place::In(presences) => presences.as_slice(),
        Place::Outside => &[],
    };
    let zone = |zone: &chrono_tz::Tz| StoredZone {
        zone: zone.name(),
        local: at.with_timezone(zone).to_rfc3339_opts(SecondsFormat::Secs, false),
    };
    let presences = presences.iter().map(|presence| StoredPresence {
        jurisdiction: presence.jurisdiction.as_str(),
        zones: presence.zones.iter().map(zone).collect(),
    });
    presences.collect()
}
