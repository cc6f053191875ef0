//! Who may tell us of calls.

use redial_providers::signature::{self, Unverified, verify_bland, verify_token};
use redial_queue::ports::{Secret, StoreError};
use redial_queue::usecase::verify_with_reload::verify_with_reload;
use secrecy::SecretString;
use std::sync::Arc;

/// The senders whose webhooks are taken. One without secrets is refused.
pub struct Senders {
    /// Secrets with which Bland signs.
    pub bland: Option<Arc<dyn Secret>>,
    /// Secrets that Convoso sends.
    pub convoso: Option<Arc<dyn Secret>>,
}

impl std::fmt::Debug for Senders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Senders")
    }
}

impl Senders {
    /// Whether Bland has signed this body.
    ///
    /// # Errors
    /// When it cannot be said, because the secrets cannot be read.
    pub(crate) async fn is_bland(&self, body: &[u8], signature: Option<&str>) -> Result<bool, StoreError> {
        knows(self.bland.as_deref(), |secrets| verify_bland(body, signature, secrets)).await
    }

    /// Whether Convoso has sent this token.
    ///
    /// # Errors
    /// As [`Senders::is_bland`].
    pub(crate) async fn is_convoso(&self, token: Option<&str>) -> Result<bool, StoreError> {
        knows(self.convoso.as_deref(), |secrets| verify_token(token, secrets)).await
    }
}

async fn knows(
    secret: Option<&dyn Secret>,
    verify: impl Fn(&[SecretString]) -> Result<(), Unverified> + Send + Sync,
) -> Result<bool, StoreError> {
    let Some(secret) = secret else { return Ok(false) };
    let known = verify_with_reload(secret, |list| Ok(verify(&signature::split(list)).ok())).await?;
    Ok(known.is_some())
}
