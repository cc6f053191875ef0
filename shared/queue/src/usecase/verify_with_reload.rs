//! Whom we trust, by a secret that may have been replaced.

use crate::ports::{Secret, StoreError};
use secrecy::SecretString;

/// What `check` finds by the secret as it was a moment ago or, when that does not fit, as it is now.
///
/// # Errors
/// When the secret cannot be read: then nobody is trusted, and whoever may be right should try again.
pub async fn verify_with_reload<R: Send>(
    secret: &dyn Secret,
    check: impl Fn(&SecretString) -> Result<Option<R>, StoreError> + Send + Sync,
) -> Result<Option<R>, StoreError> {
    let by_current = check(&secret.current().await?);
    if let Ok(Some(found)) = by_current {
        return Ok(Some(found));
    }
    match secret.newer().await? {
        Some(newer) => check(&newer),
        None => by_current,
    }
}

#[cfg(test)]
mod tests;
