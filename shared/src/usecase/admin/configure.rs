//! Changes of settings.

use super::Admin;
use crate::domain::settings::{SettingError, Settings};
use crate::ports::{StoreError, Version};
use crate::store::cas::{Change, UpdateError};
use crate::store::settings::Loaded;

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
        self.settings.load().await
    }

    /// Changes settings durably. `seen` is the version that the caller has seen (`If-Match`).
    ///
    /// # Errors
    /// [`NotConfigured`]; then nothing is changed.
    pub async fn configure(
        &self,
        changes: &[(&'static str, String)],
        seen: Option<&Version>,
        dry_run: bool,
    ) -> Result<Configured, NotConfigured> {
        let limits = self.settings.limits();
        let decided = self.settings.update(|current, version| {
            if seen.is_some() && seen != version {
                return Change::Keep(Err(NotConfigured::Stale));
            }
            match current.changed(changes, limits) {
                Err(errors) => Change::Keep(Err(NotConfigured::Wrong(errors))),
                Ok(settings) if dry_run || settings == *current => Change::Keep(Ok(settings)),
                Ok(settings) => Change::Write(settings.overrides.clone(), Ok(settings)),
            }
        });
        let settings = decided.await??;
        Ok(Configured { settings, dry_run })
    }
}
