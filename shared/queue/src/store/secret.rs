//! Caches a secret in a process. An operator can replace it without a deployment, and it is seldom read.

use crate::ports::{Clock, Secret, Secrets, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The time for which a secret is used from the cache. A removed secret is accepted for at most this time.
const CACHE_TIME: TimeDelta = TimeDelta::minutes(5);
/// The shortest time between two reloads after a mismatch. A flood of invalid requests reads the secret once a minute.
const RELOAD_INTERVAL: TimeDelta = TimeDelta::minutes(1);
/// The pause after a failed read, so that requests do not wait for a store that is down, one after the other.
const RETRY_PAUSE: TimeDelta = TimeDelta::seconds(5);
/// The time for which a cached secret is used while the store is unavailable, so that its outage does not stop results.
const OUTAGE_LIMIT: TimeDelta = TimeDelta::hours(1);

/// A [`Secret`] in a store, which an operator can replace there.
pub struct NamedSecret {
    name: String,
    secrets: Arc<dyn Secrets>,
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
}

/// The cached secret with the time at which it was read, and the time of the last failed read.
#[derive(Default)]
struct Kept {
    read: Option<(SecretString, DateTime<Utc>)>,
    failed_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for NamedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NamedSecret").field("name", &self.name).finish_non_exhaustive()
    }
}

impl NamedSecret {
    /// Returns the secret of this name. Reads nothing yet.
    #[must_use]
    pub fn new(name: impl Into<String>, secrets: Arc<dyn Secrets>, clock: Arc<dyn Clock>) -> Self {
        Self { name: name.into(), secrets, clock, kept: Mutex::default() }
    }

    /// Reads the secret, unless a read has just failed.
    async fn read(&self, kept: &mut Kept, now: DateTime<Utc>) -> Result<SecretString, StoreError> {
        if is_within(kept.failed_at, RETRY_PAUSE, now) {
            return Err(StoreError::unavailable(format!("{} could not be read within the last seconds", self.name)));
        }
        match self.secrets.read(&self.name).await {
            Ok(secret) => {
                *kept = Kept { read: Some((secret.clone(), now)), failed_at: None };
                Ok(secret)
            }
            Err(error) => {
                kept.failed_at = Some(now);
                // A missing or forbidden secret is an answer, so its old value is no longer trusted.
                if matches!(error, StoreError::Unusable(_)) {
                    kept.read = None;
                }
                Err(error)
            }
        }
    }
}

#[async_trait]
impl Secret for NamedSecret {
    /// Returns the cached secret, or reads it. Concurrent requests wait for one read.
    async fn current(&self) -> Result<SecretString, StoreError> {
        let mut kept = self.kept.lock().await;
        let now = self.clock.now();
        let (known, fresh) = kept.known(now);
        if let (Some(secret), true) = (&known, fresh) {
            return Ok(secret.clone());
        }
        match (self.read(&mut kept, now).await, known) {
            (Err(error @ StoreError::Unavailable(_)), Some(secret)) => {
                tracing::warn!(
                    secret = self.name,
                    error = &error as &dyn std::error::Error,
                    "a secret could not be read, so its cached value is used"
                );
                Ok(secret)
            }
            (read, _) => read,
        }
    }

    async fn reload_after_mismatch(&self) -> Result<Option<SecretString>, StoreError> {
        let mut kept = self.kept.lock().await;
        let now = self.clock.now();
        if is_within(kept.read.as_ref().map(|(_, at)| *at), RELOAD_INTERVAL, now) {
            return Ok(None);
        }
        self.read(&mut kept, now).await.map(Some)
    }
}

impl Kept {
    /// Returns the cached secret, unless it is too old for any use, and whether it can be used without a read.
    fn known(&self, now: DateTime<Utc>) -> (Option<SecretString>, bool) {
        let Some((secret, at)) = &self.read else { return (None, false) };
        let known = is_within(Some(*at), OUTAGE_LIMIT, now).then(|| secret.clone());
        (known, is_within(Some(*at), CACHE_TIME, now))
    }
}

/// Returns whether `at` is less than `time` ago. After the clock was set back, everything counts as old.
fn is_within(at: Option<DateTime<Utc>>, time: TimeDelta, now: DateTime<Utc>) -> bool {
    at.is_some_and(|at| at <= now && now < at + time)
}

/// A [`Secret`] from the environment of the process, which never changes.
#[derive(Debug)]
pub struct GivenSecret(pub SecretString);

#[async_trait]
impl Secret for GivenSecret {
    async fn current(&self) -> Result<SecretString, StoreError> {
        Ok(self.0.clone())
    }

    async fn reload_after_mismatch(&self) -> Result<Option<SecretString>, StoreError> {
        Ok(None)
    }
}
