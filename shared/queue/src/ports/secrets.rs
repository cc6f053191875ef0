//! The ports to secrets, which can be replaced while the process runs.

use super::version::StoreError;
use async_trait::async_trait;
use secrecy::SecretString;

/// A store of secrets by name.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// Reads the secret from the store.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] if there is no such name or the process may not read it.
    async fn read(&self, name: &str) -> Result<SecretString, StoreError>;
}

/// One secret, which an operator can replace at any time.
#[async_trait]
pub trait Secret: std::fmt::Debug + Send + Sync {
    /// Returns the secret, which may come from a cache.
    async fn current(&self) -> Result<SecretString, StoreError>;

    /// Reloads the secret after a mismatch. Returns `None` if it was read a short time ago.
    ///
    /// The limit keeps a flood of invalid requests from reading the store for each.
    async fn reload_after_mismatch(&self) -> Result<Option<SecretString>, StoreError>;
}
