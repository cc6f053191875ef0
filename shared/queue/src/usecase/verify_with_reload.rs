//! Verifies a request with a cached secret, and reloads the secret after a mismatch.

use crate::ports::{Secret, StoreError};
use secrecy::SecretString;

/// Returns what `check` finds with the cached secret or, after a mismatch, with the reloaded one.
///
/// `None` means that the request does not match the secret.
///
/// # Errors
/// If the secret cannot be read, so that no request can be rejected as invalid. The sender should retry.
pub async fn verify_with_reload<R: Send>(
    secret: &dyn Secret,
    check: impl Fn(&SecretString) -> Result<Option<R>, StoreError> + Send + Sync,
) -> Result<Option<R>, StoreError> {
    let by_current = check(&secret.current().await?);
    if let Ok(Some(found)) = by_current {
        return Ok(Some(found));
    }
    match secret.reload_after_mismatch().await? {
        Some(reloaded) => check(&reloaded),
        None => by_current,
    }
}

#[cfg(test)]
mod tests;
