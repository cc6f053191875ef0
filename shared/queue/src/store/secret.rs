//! Secrets as a process keeps them: replaced without a deployment, and read as rarely as that allows.

use crate::ports::{Clock, Secret, Secrets, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use std::sync::Arc;
use tokio::sync::Mutex;

/// After this time a secret is read again: one that was removed is accepted so long.
const FRESH: TimeDelta = TimeDelta::minutes(5);
/// A proof that does not fit makes us read at most so often, however many of them come.
const AGAIN: TimeDelta = TimeDelta::minutes(1);
/// After a read that failed, the store is left alone for so long.
const PAUSE: TimeDelta = TimeDelta::seconds(5);
/// While the store gives no answer, what was read is used for so long, so that no result is lost to its outage.
const LIMIT: TimeDelta = TimeDelta::hours(1);

/// A [`Secret`] that stands in a store under a name, and may be replaced there.
pub struct NamedSecret {
    name: String,
    secrets: Arc<dyn Secrets>,
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
}

/// What was read last, and when the store was asked last.
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
    /// The secret of this name. Nothing is read yet.
    #[must_use]
    pub fn new(name: impl Into<String>, secrets: Arc<dyn Secrets>, clock: Arc<dyn Clock>) -> Self {
        Self { name: name.into(), secrets, clock, kept: Mutex::default() }
    }

    /// Reads, unless that failed a moment ago.
    async fn read(&self, kept: &mut Kept, now: DateTime<Utc>) -> Result<SecretString, StoreError> {
        if is_within(kept.failed_at, PAUSE, now) {
            return Err(StoreError::unavailable(format!("{} could not be read a moment ago", self.name)));
        }
        match self.secrets.read(&self.name).await {
            Ok(secret) => {
                *kept = Kept { read: Some((secret.clone(), now)), failed_at: None };
                Ok(secret)
            }
            Err(error) => {
                kept.failed_at = Some(now);
                // Gone or forbidden is an answer: nobody is to be trusted by what it was.
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
    /// Requests that come at the same time wait for one read.
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
                    "a secret is used as it was"
                );
                Ok(secret)
            }
            (read, _) => read,
        }
    }

    async fn newer(&self) -> Result<Option<SecretString>, StoreError> {
        let mut kept = self.kept.lock().await;
        let now = self.clock.now();
        if is_within(kept.read.as_ref().map(|(_, at)| *at), AGAIN, now) {
            return Ok(None);
        }
        self.read(&mut kept, now).await.map(Some)
    }
}

impl Kept {
    /// The secret, unless it is too old for any use, and whether it can be used without asking.
    fn known(&self, now: DateTime<Utc>) -> (Option<SecretString>, bool) {
        let Some((secret, at)) = &self.read else { return (None, false) };
        let known = is_within(Some(*at), LIMIT, now).then(|| secret.clone());
        (known, is_within(Some(*at), FRESH, now))
    }
}

/// A clock that was set back makes everything old.
fn is_within(at: Option<DateTime<Utc>>, time: TimeDelta, now: DateTime<Utc>) -> bool {
    at.is_some_and(|at| at <= now && now < at + time)
}

/// A [`Secret`] that was given to the process and stays as it is.
#[derive(Debug)]
pub struct GivenSecret(pub SecretString);

#[async_trait]
impl Secret for GivenSecret {
    async fn current(&self) -> Result<SecretString, StoreError> {
        Ok(self.0.clone())
    }

    async fn newer(&self) -> Result<Option<SecretString>, StoreError> {
        Ok(None)
    }
}
