//! The senders whose webhooks are accepted, and how each is verified.

use redial_providers::signature::{self, Unverified, verify_bland, verify_token};
use redial_queue::ports::{Secret, StoreError};
use redial_queue::usecase::verify_with_reload::verify_with_reload;
use secrecy::SecretString;
use std::sync::Arc;

/// The secrets of the senders. A sender without secrets is rejected.
pub struct Senders {
    /// The secrets with which Bland signs, separated by commas.
    pub bland: Option<Arc<dyn Secret>>,
    /// The secrets that Convoso sends, separated by commas.
    pub convoso: Option<Arc<dyn Secret>>,
}

impl std::fmt::Debug for Senders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Senders")
    }
}

impl Senders {
    /// Returns whether Bland has signed this body.
    ///
    /// # Errors
    /// If the secrets cannot be read.
    pub(crate) async fn is_bland(&self, body: &[u8], signature: Option<&str>) -> Result<bool, StoreError> {
        verified(self.bland.as_deref(), |secrets| verify_bland(body, signature, secrets)).await
    }

    /// Returns whether `token` is one of Convoso's secrets.
    ///
    /// # Errors
    /// As [`Senders::is_bland`].
    pub(crate) async fn is_convoso(&self, token: Option<&str>) -> Result<bool, StoreError> {
        verified(self.convoso.as_deref(), |secrets| verify_token(token, secrets)).await
    }
}

/// Verifies with a sender's secrets, and once more if they have just been replaced.
async fn verified(
    secret: Option<&dyn Secret>,
    verify: impl Fn(&[SecretString]) -> Result<(), Unverified> + Send + Sync,
) -> Result<bool, StoreError> {
    let Some(secret) = secret else { return Ok(false) };
    let matched = verify_with_reload(secret, |list| Ok(verify(&signature::split(list)).ok())).await?;
    Ok(matched.is_some())
}
