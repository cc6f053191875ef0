//! Secrets: kept by name in a store of their own, and replaced while we run.

use super::version::StoreError;
use async_trait::async_trait;
use secrecy::SecretString;

/// A store of secrets by name.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// The secret as it is now. A name that is not there, or may not be read, is [`StoreError::Unusable`].
    async fn read(&self, name: &str) -> Result<SecretString, StoreError>;
}

/// One secret, which somebody may replace at any time.
#[async_trait]
pub trait Secret: std::fmt::Debug + Send + Sync {
    /// The secret as it was a moment ago.
    async fn current(&self) -> Result<SecretString, StoreError>;

    /// For one whom `current` did not fit: the secret read once more. `None` when that was done a moment ago, so that
    /// whoever guesses does not make us ask each time.
    async fn newer(&self) -> Result<Option<SecretString>, StoreError>;
}
