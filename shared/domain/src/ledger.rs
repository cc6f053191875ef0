//! What the ledger records for proof: why a call was made or not made, and what was changed by whom.

use super::law::{self, ConsentEvidence, Place};
use super::line::{Allowed, Hold, Suppression};
use super::verdict::{Facts, Gate, Verdict};
use super::{Actor, Addition, AttemptId, BulkCommand, Command, Import, LeadId, LeadRef, Phone, Selection, Source};
use chrono::{DateTime, SecondsFormat, Utc};

/// The settings that turn dialing on and off.
const SWITCHES: [&str; 2] = ["enabled", "running"];

/// One entry. Two entries with one id record the same event twice, and readers count it once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What identifies the event.
    pub id: String,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who or what caused it.
    pub by: Actor,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A call may be requested. It is recorded before the request.
    Attempt(Box<Attempt>),
    /// An attempt became no call.
    NotCalled(Box<NotCalled>),
    /// An operator gave a command for a lead.
    Steered(Box<Steering>),
    /// An operator changed settings.
    Settings(Vec<SettingChange>),
    /// An operator turned the queue or the processor on or off.
    Switched(Vec<SettingChange>),
    /// A number must never be called again.
    Suppressed(Phone, Suppression),
    /// An operator took the suppression off a number. It is recorded before it takes effect.
    Allowed(Phone, Allowed),
    /// An operator recorded a decision about calling rules, or ended one.
    Decided(Box<law::Entry>),
    /// A list was imported to its end.
    Imported(Box<Imported>),
    /// An operator adds a lead. It is recorded before the lead has a record.
    Added(Box<Addition>),
    /// The leads of a list are added from now on. It is recorded before the first of them has a record.
    AddedFrom(Box<Imported>),
    /// An operator confirmed a bulk command. It is recorded before the first lead gets the command.
    Bulk(Box<BulkConfirmed>),
}

/// A bulk command that was confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkConfirmed {
    /// Its id. The ids of the entries about its leads begin with it.
    pub id: String,
    /// What was asked for.
    pub command: BulkCommand,
    /// By what the leads were chosen. Of a text that was searched for only that there was one, because it may be a name.
    pub filter: String,
    /// How many leads were chosen.
    pub leads: u64,
}

/// An import, and what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The name of the list.
    pub list: String,
    /// What came of it.
    pub import: Import,
}

/// Why a call was allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The attempt. Its id travels to the provider.
    pub attempt: AttemptId,
    /// The record from which it is dialed.
    pub lead: LeadRef,
    /// The provider that is asked.
    pub provider: Source,
    /// The version of the calling rules.
    pub rules: String,
    /// The SHA-256 of their files, in hex. Two files may have one version by mistake.
    pub rules_digest: String,
    /// The version of the time zone data.
    pub time_zones: String,
    /// Where the person may be.
    pub place: Place,
    /// Every gate with its value and limit.
    pub gates: Vec<Gate>,
    /// The calls of the last 24 hours that counted.
    pub calls: Vec<DateTime<Utc>>,
    /// The lead's own evidence that the person has agreed to be called.
    pub consent: Option<ConsentEvidence>,
}

/// Why an attempt became no call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotCalled {
    /// The attempt.
    pub attempt: AttemptId,
    /// The record from which it would have been dialed.
    pub lead: LeadRef,
    /// Why.
    pub reason: WhyNot,
    /// The provider's message, without personal data. Empty if there is none.
    pub message: String,
}

/// Why an attempt became no call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// Its entry could not be stored, or it is unknown whether it is.
    LedgerUnavailable,
    /// The request could not leave in time.
    Late,
    /// The run has stopped.
    Stopped,
    /// The line could not be read right before the request.
    LineUnreadable,
    /// The number was suppressed after the claim.
    Suppressed,
    /// A possible do-not-call came after the claim.
    PossibleDoNotCall,
    /// The line was changed after the claim, by an operator or by an arrival.
    LineChanged,
    /// The provider refused this call.
    Refused,
    /// The provider refuses every call.
    Blocked,
    /// The provider answered that there are too many requests.
    SlowDown,
    /// The provider could not be reached.
    Unreachable,
}

impl WhyNot {
    /// Returns the word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LedgerUnavailable => "ledger_unavailable",
            Self::Late => "late",
            Self::Stopped => "stopped",
            Self::LineUnreadable => "line_unreadable",
            Self::Suppressed => "suppressed",
            Self::PossibleDoNotCall => "possible_do_not_call",
            Self::LineChanged => "line_changed",
            Self::Refused => "refused",
            Self::Blocked => "blocked",
            Self::SlowDown => "slow_down",
            Self::Unreachable => "unreachable",
        }
    }
}

/// An operator's command for a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steering {
    /// The lead.
    pub lead: LeadId,
    /// Its number.
    pub phone: Phone,
    /// What was asked for.
    pub command: Command,
    /// What came of it. A command that lets calls be made again is recorded before it takes effect: `given`.
    pub outcome: &'static str,
}

/// A setting with its value before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingChange {
    /// The key.
    pub key: &'static str,
    /// The value before.
    pub old: String,
    /// The value after.
    pub new: String,
}

impl SettingChange {
    /// Returns whether it only keeps calls from being made. Such a change takes effect before it is recorded.
    #[must_use]
    pub fn closes(&self) -> bool {
        SWITCHES.contains(&self.key) && self.new == "false"
    }
}

impl Entry {
    /// Returns the entry of an attempt that was decided on these facts.
    #[must_use]
    pub fn attempt(hold: &Hold, facts: &Facts<'_>, verdict: Verdict) -> Self {
        let attempt = Attempt {
            attempt: hold.attempt,
            lead: hold.lead.clone(),
            provider: hold.provider,
            rules: facts.policy.law.version.clone(),
            rules_digest: facts.policy.law.digest.clone(),
            time_zones: chrono_tz::IANA_TZDB_VERSION.to_owned(),
            place: facts.place().place.clone(),
            gates: verdict.gates,
            calls: facts.line.map(|line| line.recent_calls(facts.now)).unwrap_or_default(),
            consent: facts.lead.profile.consent.clone(),
        };
        let event = Event::Attempt(Box::new(attempt));
        Self { id: hold.attempt.to_string(), at: hold.since, by: Actor::Run, event }
    }

    /// Returns the entry of an attempt that became no call. It has the same id whoever writes it.
    #[must_use]
    pub fn not_called(not_called: NotCalled, at: DateTime<Utc>) -> Self {
        let id = format!("not-called:{}", not_called.attempt);
        Self { id, at, by: Actor::Run, event: Event::NotCalled(Box::new(not_called)) }
    }

    /// Returns the entry of a suppression. A run that was killed after it has recorded it records it once more, under the
    /// same id.
    #[must_use]
    pub fn suppressed(phone: &Phone, suppression: &Suppression) -> Self {
        let at = suppression.at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let event = Event::Suppressed(phone.clone(), suppression.clone());
        let by = if suppression.by.is_empty() { Actor::Run } else { named(&suppression.by) };
        Self { id: format!("suppressed:{}:{at}", phone.as_str()), at: suppression.at, by, event }
    }

    /// Returns the entry of a removal of a suppression. `chance` makes its id.
    #[must_use]
    pub fn allowed(by: &Actor, phone: &Phone, allowed: Allowed, chance: u128) -> Self {
        let (id, at) = (AttemptId::new(allowed.at, chance).to_string(), allowed.at);
        Self { id, at, by: by.clone(), event: Event::Allowed(phone.clone(), allowed) }
    }

    /// Returns the entry of a decision about calling rules, or of its end if it was ended. Each has one id, whoever writes it.
    #[must_use]
    pub fn decided(by: &Actor, decision: &law::Entry) -> Self {
        let (what, at) = match &decision.ended {
            Some(ended) => ("decision-ended", ended.at),
            None => ("decision", decision.at),
        };
        let event = Event::Decided(Box::new(decision.clone()));
        Self { id: format!("{what}:{}", decision.id), at, by: by.clone(), event }
    }

    /// Returns the entry of an import that came to its end. It has the same id whoever writes it.
    #[must_use]
    pub fn imported(list: &str, import: &Import) -> Self {
        let imported = Imported { list: list.to_owned(), import: import.clone() };
        let event = Event::Imported(Box::new(imported));
        let id = format!("imported:{list}:{}", import.source);
        Self { id, at: import.updated_at, by: named(&import.by), event }
    }

    /// Returns the entry of a lead that an operator adds. `chance` makes its id.
    #[must_use]
    pub fn added(by: &Actor, addition: &Addition, at: DateTime<Utc>, chance: u128) -> Self {
        let event = Event::Added(Box::new(addition.clone()));
        Self { id: AttemptId::new(at, chance).to_string(), at, by: by.clone(), event }
    }

    /// Returns the entry of a list whose leads are added from now on. It has the same id whoever writes it.
    #[must_use]
    pub fn added_from(list: &str, import: &Import) -> Self {
        let begun = Imported { list: list.to_owned(), import: import.clone() };
        let event = Event::AddedFrom(Box::new(begun));
        Self { id: format!("added:{list}:{}", import.source), at: import.started_at, by: named(&import.by), event }
    }

    /// Returns the entry of a bulk command that was confirmed. It has the same id whoever writes it.
    #[must_use]
    pub fn bulk(by: &Actor, id: &str, selection: &Selection, at: DateTime<Utc>) -> Self {
        let (command, filter) = (selection.command, selection.filter_for_the_ledger());
        let bulk = BulkConfirmed { id: id.to_owned(), command, filter, leads: selection.leads };
        Self { id: format!("bulk:{id}"), at, by: by.clone(), event: Event::Bulk(Box::new(bulk)) }
    }

    /// Returns the entry of a command that a lead got by a bulk command: that of its lead number `number`. It has the same id
    /// whoever writes it.
    #[must_use]
    pub fn steered_in_bulk(by: &Actor, id: &str, number: u64, steering: Steering, at: DateTime<Utc>) -> Self {
        Self { id: format!("{id}:{number}"), at, by: by.clone(), event: Event::Steered(Box::new(steering)) }
    }

    /// Returns the entry of a change of settings. `chance` makes its id.
    #[must_use]
    pub fn changed(by: &Actor, changes: Vec<SettingChange>, at: DateTime<Utc>, chance: u128) -> Self {
        let is_switch = changes.iter().all(|change| SWITCHES.contains(&change.key));
        let event = if is_switch { Event::Switched(changes) } else { Event::Settings(changes) };
        Self { id: AttemptId::new(at, chance).to_string(), at, by: by.clone(), event }
    }

    /// Returns the entry of an operator's command. `chance` makes its id.
    #[must_use]
    pub fn steered(by: &Actor, steering: Steering, at: DateTime<Utc>, chance: u128) -> Self {
        let event = Event::Steered(Box::new(steering));
        Self { id: AttemptId::new(at, chance).to_string(), at, by: by.clone(), event }
    }
}

/// The actor of a change that has kept only the name.
fn named(name: &str) -> Actor {
    Actor::Operator { key: name.to_owned(), user: None }
}

impl Event {
    /// Every word of [`Event::kind`].
    pub const KINDS: [&str; 12] = [
        "attempt",
        "not_called",
        "steered",
        "settings",
        "switched",
        "suppressed",
        "allowed",
        "decision",
        "decision_ended",
        "imported",
        "added",
        "bulk",
    ];

    /// Returns the word that is stored.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Attempt(_) => "attempt",
            Self::NotCalled(_) => "not_called",
            Self::Steered(_) => "steered",
            Self::Settings(_) => "settings",
            Self::Switched(_) => "switched",
            Self::Suppressed(..) => "suppressed",
            Self::Allowed(..) => "allowed",
            Self::Decided(decision) if decision.ended.is_some() => "decision_ended",
            Self::Decided(_) => "decision",
            Self::Imported(_) => "imported",
            Self::Added(_) | Self::AddedFrom(_) => "added",
            Self::Bulk(_) => "bulk",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WhyNot;

    #[test]
    fn a_reason_has_its_word() {
        let words = [WhyNot::Late, WhyNot::LineChanged, WhyNot::SlowDown].map(WhyNot::as_str);
        assert_eq!(words, ["late", "line_changed", "slow_down"]);
    }
}
