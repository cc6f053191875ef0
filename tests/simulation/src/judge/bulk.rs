//! What bulk commands promise.

use super::{Given, Judge, LATE, Spell};
use chrono::{DateTime, Utc};
use redial_domain::{Bulk, BulkCommand, Command, LeadId, LeadKey, Phone};
use std::collections::BTreeSet;

/// The leads of a preview, and what became of their command.
pub(crate) struct Previewed {
    what: BulkCommand,
    keys: BTreeSet<LeadKey>,
    asked: DateTime<Utc>,
    answered: DateTime<Utc>,
    /// When it was confirmed first.
    given: Option<DateTime<Utc>>,
    /// When a confirmation was answered first.
    promised: Option<DateTime<Utc>>,
    /// How far it is, as it is stored.
    stored: Option<Bulk>,
    /// When it was finished.
    over: Option<DateTime<Utc>>,
    /// The entries of the ledger about its leads.
    entries: BTreeSet<String>,
}

impl Previewed {
    pub(crate) fn new(
        what: BulkCommand,
        keys: BTreeSet<LeadKey>,
        asked: DateTime<Utc>,
        answered: DateTime<Utc>,
    ) -> Self {
        let entries = BTreeSet::new();
        Self { what, keys, asked, answered, given: None, promised: None, stored: None, over: None, entries }
    }
}

impl Judge {
    pub(crate) fn previewed(&mut self, token: String, previewed: Previewed) {
        self.bulks.insert(token, previewed);
    }

    /// A command is confirmed.
    pub(crate) fn confirms(&mut self, token: &str, now: DateTime<Utc>) {
        let Some(bulk) = self.bulks.get_mut(token).filter(|bulk| bulk.given.is_none()) else { return };
        bulk.given = Some(now);
        // A pause that was given after the preview holds against a resume, and a lead that came in since is not removed.
        let (what, given, acknowledged) = match bulk.what {
            BulkCommand::Pause => return,
            BulkCommand::Resume => (Command::Resume, now, Some(bulk.answered)),
            BulkCommand::Remove => (Command::Remove, bulk.asked, None),
        };
        for key in &bulk.keys {
            let spell = Spell { what, given, acknowledged, by: Given::InBulk(token.to_owned()) };
            self.steering.entry(key.clone()).or_default().push(spell);
        }
    }

    /// A confirmation is answered.
    pub(crate) fn confirmed(&mut self, token: &str, now: DateTime<Utc>) {
        if let Some(bulk) = self.bulks.get_mut(token) {
            bulk.promised.get_or_insert(now);
        }
    }

    /// How far a command is has been stored.
    pub(crate) fn bulk_stored(&mut self, token: &str, stored: Bulk, now: DateTime<Utc>) {
        let Some(bulk) = self.bulks.get_mut(token) else {
            return self.violated(|| format!("{token} was never previewed"));
        };
        if bulk.given.is_none() {
            self.violated(|| format!("{token} was not confirmed"));
            return;
        }
        if !stored.is_running() && bulk.over.is_none() {
            bulk.over = Some(now);
            let spells = self.steering.values_mut().flatten();
            for spell in spells.filter(|spell| spell.what == Command::Remove && spell.by.is_in(token)) {
                spell.acknowledged = Some(now);
            }
        }
        bulk.stored = Some(stored);
    }

    /// The ledger says that a lead got its command by a bulk command.
    pub(super) fn steered_in_bulk(&mut self, entry: &serde_json::Value, now: DateTime<Utc>) {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let id = text("id");
        let Some((token, _)) = id.split_once(':') else { return };
        let Some(bulk) = self.bulks.get_mut(token) else { return };
        let (lead, phone) = (LeadId::parse(&text("lead")).unwrap(), Phone::parse(&text("phone")).unwrap());
        let key = LeadKey::new(&lead, &phone);
        if !bulk.keys.contains(&key) {
            return self.violated(|| format!("{id} is about a lead that was not previewed"));
        }
        let is_new = bulk.entries.insert(id.clone());
        // A pause is recorded when it has taken effect.
        if is_new && bulk.what == BulkCommand::Pause && text("outcome") == "done" {
            let spell = Spell {
                what: Command::Pause,
                given: bulk.given.unwrap_or(now),
                acknowledged: Some(now),
                by: Given::InBulk(token.to_owned()),
            };
            self.steering.entry(key).or_default().push(spell);
        }
    }

    /// A run that began then asks for a call. It must not while a command that was answered before has leads that were not tried.
    pub(super) fn asked_while_unfinished(&mut self, started: DateTime<Utc>) {
        let is_promised = |bulk: &&Previewed| bulk.promised.is_some_and(|at| at < started);
        let forbids = |bulk: &Previewed| bulk.stored.as_ref().is_some_and(Bulk::forbids_dialing);
        if self.bulks.values().filter(is_promised).any(forbids) {
            self.violated(|| "a run dials while a bulk command that was answered before it is unfinished".to_owned());
        }
    }

    /// Whether a bulk command may still remove the lead, or could until then.
    pub(super) fn may_be_removed_in_bulk(&self, spell: &Spell, since: DateTime<Utc>) -> bool {
        let Given::InBulk(token) = &spell.by else { return false };
        let over = self.bulks.get(token).and_then(|bulk| bulk.over);
        over.is_none_or(|over| over >= since - LATE)
    }

    /// Whether an operator has asked for a pause of the lead.
    pub(crate) fn may_be_paused(&self, key: &LeadKey) -> bool {
        let alone = |spell: &Spell| spell.what == Command::Pause;
        let many =
            |bulk: &Previewed| bulk.what == BulkCommand::Pause && bulk.given.is_some() && bulk.keys.contains(key);
        self.steering.get(key).is_some_and(|spells| spells.iter().any(alone)) || self.bulks.values().any(many)
    }
}
