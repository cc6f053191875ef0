//! Changes of settings.

use super::Admin;
use crate::ports::{Expect, StoreError};
use crate::store::cas::{Change, UpdateError};
use crate::store::settings::Loaded;
use redial_domain::Actor;
use redial_domain::settings::{SettingError, Settings};

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
        let limits = self.stores.settings.limits();
        let decided = self.stores.settings.update(|current, version| {
            let found = version.map_or(Expect::Absent, |version| Expect::At(version.clone()));
            let is_stale = seen.is_some_and(|seen| !seen.contains(&found));
            match current.changed(changes, limits.clone()) {
                Ok(settings) if settings == *current => Change::Keep(Ok(settings)),
                _ if is_stale => Change::Keep(Err(NotConfigured::Stale)),
                Err(errors) => Change::Keep(Err(NotConfigured::Wrong(errors))),
                Ok(settings) if dry_run => Change::Keep(Ok(settings)),
                Ok(settings) => Change::Write(settings.overrides.clone(), Ok(settings)),
            }
        });
        let settings = decided.await??;
        let keys = changes.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(",");
        tracing::info!(actor = by.name(), settings = keys, dry_run, "settings were changed");
        Ok(Configured { settings, dry_run })
    }
}
