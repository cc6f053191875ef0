//! Secrets in memory.

use super::locked;
use crate::ports::{Secrets, StoreError};
use async_trait::async_trait;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A [`Secrets`] in memory that counts its reads.
#[derive(Debug, Default)]
pub struct MemorySecrets(Mutex<Store>);

#[derive(Debug, Default)]
struct Store {
    secrets: BTreeMap<String, SecretString>,
    is_down: bool,
    reads: usize,
}

impl MemorySecrets {
    /// Stores a secret under a name.
    pub fn set(&self, name: &str, secret: &str) {
        locked(&self.0).secrets.insert(name.to_owned(), secret.into());
    }

    /// Removes a secret.
    pub fn remove(&self, name: &str) {
        locked(&self.0).secrets.remove(name);
    }

    /// Makes every read fail while `is_down` is true.
    pub fn set_down(&self, is_down: bool) {
        locked(&self.0).is_down = is_down;
    }

    /// Returns the number of reads so far.
    #[must_use]
    pub fn reads(&self) -> usize {
        locked(&self.0).reads
    }
}

#[async_trait]
impl Secrets for MemorySecrets {
    async fn read(&self, name: &str) -> Result<SecretString, StoreError> {
        let mut store = locked(&self.0);
        store.reads += 1;
        if store.is_down {
            return Err(StoreError::unavailable("set down"));
        }
        store.secrets.get(name).cloned().ok_or_else(|| StoreError::unusable(format!("there is no secret {name}")))
    }
}
