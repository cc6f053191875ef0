//! Changes of settings.

use super::Admin;
use crate::ports::{Expect, StoreError};
use crate::store::cas::{Change, UpdateError};
use crate::store::settings::Loaded;
use redial_domain::Actor;
use redial_domain::ledger::{Entry, SettingChange};
use redial_domain::settings::{SETTINGS, SettingError, Settings};

/// What came of a change of settings.
#[derive(Debug)]
pub struct Configured {
    /// What is in force now, or would be after a dry run.
    pub settings: Settings,
    /// It was a dry run.
    pub dry_run: bool,
}

/// Why settings were not changed.
#[derive(Debug, thiserror::Error)]
pub enum NotConfigured {
    /// These values are not allowed.
    #[error("settings that are not allowed")]
    Wrong(Vec<SettingError>),
    /// The settings have another version than the caller has seen.
    #[error("the settings were changed meanwhile; read them again")]
    Stale,
    /// They could not be stored.
    #[error(transparent)]
    NotStored(#[from] UpdateError),
}

impl Admin {
    /// The settings in force.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn settings(&self) -> Result<Loaded, StoreError> {
        self.stores.settings.load().await
    }

    /// Changes settings durably. `seen` holds the versions of the overrides on which the change may build (`If-Match`);
    /// `None` when it may build on any. A change that is in force already is no conflict: it may be our own, whose
    /// acknowledgement was lost.
    ///
    /// # Errors
    /// [`NotConfigured`]; then nothing is changed.
    pub async fn configure(
        &self,
        by: &Actor,
        changes: &[(&'static str, String)],
        seen: Option<&[Expect]>,
        dry_run: bool,
    ) -> Result<Configured, NotConfigured> {
        // What makes calls stop takes effect first. Everything else is recorded before, so that no call is made under settings
        // of which the ledger does not know.
        let planned = self.decide(changes, seen, true).await?;
        let closes = planned.changes.iter().all(SettingChange::closes);
        if !dry_run && !closes {
            self.record_settings(by, planned.changes.clone()).await?;
        }
        let decided = if dry_run { planned } else { self.decide(changes, seen, false).await? };
        if !dry_run && closes {
            // A command that is given again finds its own change, and records it by what was planned.
            self.record_settings(by, decided.changes).await?;
        }
        let settings = decided.settings;
        let keys = changes.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(",");
        tracing::info!(actor = by.name(), settings = keys, dry_run, "settings were changed");
        Ok(Configured { settings, dry_run })
    }

    /// Decides on a change of settings, and stores it unless it is only tried.
    async fn decide(
        &self,
        changes: &[(&'static str, String)],
        seen: Option<&[Expect]>,
        dry_run: bool,
    ) -> Result<Decided, NotConfigured> {
        let limits = self.stores.settings.limits();
        let decided = self.stores.settings.update(|current, version| {
            let found = version.map_or(Expect::Absent, |version| Expect::At(version.clone()));
            let is_stale = seen.is_some_and(|seen| !seen.contains(&found));
            match current.changed(changes, limits.clone()) {
                Ok(settings) if settings == *current => Change::Keep(Ok(Decided::new(current, settings, changes))),
                _ if is_stale => Change::Keep(Err(NotConfigured::Stale)),
                Err(errors) => Change::Keep(Err(NotConfigured::Wrong(errors))),
                Ok(settings) if dry_run => Change::Keep(Ok(Decided::new(current, settings, changes))),
                Ok(settings) => Change::Write(settings.overrides.clone(), Ok(Decided::new(current, settings, changes))),
            }
        });
        decided.await?
    }

    async fn record_settings(&self, by: &Actor, changes: Vec<SettingChange>) -> Result<(), UpdateError> {
        if changes.is_empty() {
            return Ok(());
        }
        let clock = &self.stores.clock;
        Ok(self.stores.ledger.append_one(Entry::changed(by, changes, clock.now(), clock.chance())).await?)
    }
}

/// A change of settings that was decided on.
struct Decided {
    settings: Settings,
    /// What differs. If nothing does, the switches that were asked for: their change may be our own, which was not recorded.
    changes: Vec<SettingChange>,
}

impl Decided {
    fn new(current: &Settings, settings: Settings, asked: &[(&'static str, String)]) -> Self {
        let value = |settings: &Settings, setting| settings.value(setting).0.to_owned();
        let changes = SETTINGS.iter().map(|setting| {
            let (old, new) = (value(current, setting), value(&settings, setting));
            SettingChange { key: setting.key, old, new }
        });
        let is_asked = |key: &str| asked.iter().any(|(name, _)| *name == key);
        let counts = |change: &SettingChange| change.old != change.new || (change.closes() && is_asked(change.key));
        let changes = changes.filter(counts).collect();
        Self { settings, changes }
    }
}
