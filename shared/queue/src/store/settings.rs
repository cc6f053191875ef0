//! The settings in force: those of the environment, overlaid by the stored overrides.

use super::cas::{self, Cell, Change, UpdateError};
use super::law::LawStore;
use crate::ports::{BlobStore, Clock, Expect, Put, StoreError, Version, Versioned};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::Policy;
use redial_domain::law::Rules;
use redial_domain::settings::{Limits, Settings};
use redial_formats::settings_v1;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The key of the object with the overrides.
pub const KEY: &str = "redial-queue/settings.json";
/// The most rounds of one change. Operators seldom change settings at the same time.
const ROUNDS: u32 = 8;
/// The time for which a policy is used from the cache. It is also the longest time until a run obeys `stop`.
const CACHE_TIME: TimeDelta = TimeDelta::seconds(5);

/// The values that operators have set, by key.
pub type Overrides = BTreeMap<&'static str, String>;

/// The store of settings: those of the environment, overlaid by the stored overrides.
pub struct SettingsStore {
    blobs: Arc<dyn BlobStore>,
    clock: Arc<dyn Clock>,
    environment: Environment,
    law: Arc<LawStore>,
    cached: Mutex<Option<Cached>>,
}

/// The policy that was read last.
#[derive(Clone)]
struct Cached {
    read_at: DateTime<Utc>,
    version: Option<Version>,
    policy: Arc<Policy>,
    /// Whether the calling rules were read for it.
    has_law: bool,
}

impl std::fmt::Debug for SettingsStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SettingsStore").field("environment", &self.environment).finish_non_exhaustive()
    }
}

/// The settings from the environment, checked when the function starts.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The values by key.
    pub values: BTreeMap<&'static str, String>,
    /// The limits that the deployment sets.
    pub limits: Limits,
    /// The policy without overrides.
    pub policy: Arc<Policy>,
}

/// Settings as they were read, with the version of the overrides.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The values and their origin.
    pub settings: Settings,
    /// The policy that they make.
    pub policy: Arc<Policy>,
    /// The version of the overrides, or `None` if there are none.
    pub version: Option<Version>,
}

impl SettingsStore {
    /// Returns a store for settings whose environment values were checked before.
    #[must_use]
    pub fn new(blobs: Arc<dyn BlobStore>, clock: Arc<dyn Clock>, environment: Environment, law: Arc<LawStore>) -> Self {
        Self { blobs, clock, environment, law, cached: Mutex::new(None) }
    }

    /// Reads the settings and the calling rules that are in force now.
    ///
    /// # Errors
    /// If they cannot be read or make no valid policy. Then no lead may be dialed.
    pub async fn load(&self) -> Result<Loaded, StoreError> {
        let cell = self.cell();
        let (stored, law) = futures_util::future::try_join(cell.read(), self.law.in_force()).await?;
        self.make(stored, law, true)
    }

    /// Returns the policy in force, at most five seconds old.
    ///
    /// # Errors
    /// As [`SettingsStore::load`].
    pub async fn policy(&self) -> Result<Arc<Policy>, StoreError> {
        match self.fresh().filter(|cached| cached.has_law) {
            Some(cached) => Ok(cached.policy),
            None => Ok(self.load().await?.policy),
        }
    }

    /// Returns the policy in force for what places no call, at most five seconds old: the calling rules in it may be older.
    ///
    /// # Errors
    /// If the settings cannot be read or make no valid policy.
    pub async fn policy_without_law(&self) -> Result<Arc<Policy>, StoreError> {
        match self.fresh() {
            Some(cached) => Ok(cached.policy),
            None => Ok(self.make(self.cell().read().await?, self.law.last_known(), false)?.policy),
        }
    }

    fn fresh(&self) -> Option<Cached> {
        let now = self.clock.now();
        self.cached().filter(|cached| now >= cached.read_at && now < cached.read_at + CACHE_TIME)
    }

    fn make(&self, stored: Option<Versioned<Overrides>>, law: Arc<Rules>, has_law: bool) -> Result<Loaded, StoreError> {
        let (overrides, version) = stored.map_or_else(Default::default, |s| (s.value, Some(s.version)));
        let settings = self.with(overrides);
        let is_same = |cached: &Cached| cached.version == version && Arc::ptr_eq(&cached.policy.law, &law);
        let policy = match self.cached().filter(is_same) {
            Some(cached) => cached.policy,
            None => Arc::new(self.policy_of(&settings, law)?),
        };
        let cached =
            Cached { read_at: self.clock.now(), version: version.clone(), policy: Arc::clone(&policy), has_law };
        *self.cached.lock().unwrap_or_else(PoisonError::into_inner) = Some(cached);
        Ok(Loaded { settings, policy, version })
    }

    /// Returns the policy that settings make under these calling rules.
    ///
    /// # Errors
    /// If they make no valid policy.
    pub fn policy_of(&self, settings: &Settings, law: Arc<Rules>) -> Result<Policy, StoreError> {
        settings.policy(Limits { law, ..self.limits() }).map_err(|errors| {
            let reasons: Vec<_> = errors.iter().map(ToString::to_string).collect();
            StoreError::unusable(format!("{KEY}: {}", reasons.join("; ")))
        })
    }

    /// Returns the policy that this process read last, of any age, or `None` if it has read none.
    #[must_use]
    pub fn last_known(&self) -> Option<Arc<Policy>> {
        self.cached().map(|cached| cached.policy)
    }

    /// Returns the policy without overrides.
    #[must_use]
    pub fn environment_policy(&self) -> Arc<Policy> {
        Arc::clone(&self.environment.policy)
    }

    /// Returns the limits that the deployment sets.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.environment.limits.clone()
    }

    /// Changes the overrides. `decide` gets the current settings with their version, and returns the new overrides or an answer
    /// without a change.
    ///
    /// # Errors
    /// As [`cas::update`].
    pub async fn update<R: Send>(
        &self,
        mut decide: impl FnMut(&Settings, Option<&Version>) -> Change<Overrides, R> + Send,
    ) -> Result<R, UpdateError> {
        let cell = self.cell();
        let done = cas::update(&cell, &*self.clock, ROUNDS, |stored| {
            let settings = self.with(stored.cloned().unwrap_or_default());
            decide(&settings, cell.last_version().as_ref())
        })
        .await;
        if let Some(cached) = self.cached.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            cached.read_at = DateTime::UNIX_EPOCH;
        }
        done
    }

    fn cached(&self) -> Option<Cached> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn with(&self, overrides: Overrides) -> Settings {
        Settings { environment: self.environment.values.clone(), overrides }
    }

    fn cell(&self) -> OverridesCell<'_> {
        OverridesCell { blobs: &*self.blobs, version: Mutex::new(None) }
    }
}

struct OverridesCell<'a> {
    blobs: &'a dyn BlobStore,
    version: Mutex<Option<Version>>,
}

impl OverridesCell<'_> {
    /// Returns the version that was read last, with which an operator's `If-Match` is compared.
    fn last_version(&self) -> Option<Version> {
        self.version.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Cell for OverridesCell<'_> {
    type Value = Overrides;

    async fn read(&self) -> Result<Option<Versioned<Overrides>>, StoreError> {
        let stored = self.blobs.get(KEY).await?;
        let version = stored.as_ref().map(|stored| stored.version.clone());
        *self.version.lock().unwrap_or_else(PoisonError::into_inner) = version;
        let Some(Versioned { value, version }) = stored else { return Ok(None) };
        let value = settings_v1::parse(&value).map_err(StoreError::unusable)?;
        Ok(Some(Versioned { value, version }))
    }

    async fn write(&self, overrides: &Overrides, expect: &Expect) -> Result<Put, StoreError> {
        self.blobs.put(KEY, settings_v1::to_bytes(overrides).into(), expect).await
    }
}
