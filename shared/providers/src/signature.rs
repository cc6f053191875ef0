//! Checks who sends a webhook (*Webhooks* in `docs/CONTRACT.md`).
//!
//! There may be several secrets, because they overlap while one is replaced. Without a secret no sender is verified.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The sender did not prove that it knows a secret. It does not say what was wrong, because a forger would learn from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature or token is missing or wrong")]
pub struct Unverified;

/// Splits secrets as they are configured: one, or several separated by commas.
#[must_use]
pub fn split(list: &SecretString) -> Vec<SecretString> {
    let secrets = list.expose_secret().split(',').map(str::trim);
    secrets.filter(|secret| !secret.is_empty()).map(SecretString::from).collect()
}

/// Checks `X-Webhook-Signature` of Bland: hexadecimal HMAC-SHA256 of the raw body, under any of the secrets.
///
/// # Errors
/// [`Unverified`] if the header is missing or wrong, or no secret is configured.
pub fn verify_bland(raw_body: &[u8], header: Option<&str>, secrets: &[SecretString]) -> Result<(), Unverified> {
    let signature = header.and_then(|header| hex::decode(header.trim()).ok());
    let signature = signature.ok_or(Unverified)?;
    any(secrets, |secret| {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
            return false;
        };
        // `verify_slice` compares in constant time.
        mac.chain_update(raw_body).verify_slice(&signature).is_ok()
    })
}

/// Checks the token that Convoso presents. Digests are compared, so that the time of an answer does not tell the length either.
///
/// # Errors
/// [`Unverified`] if the token is missing or wrong, or no secret is configured.
pub fn verify_token(presented: Option<&str>, secrets: &[SecretString]) -> Result<(), Unverified> {
    let presented = Sha256::digest(presented.ok_or(Unverified)?.trim());
    any(secrets, |secret| Sha256::digest(secret.trim()).as_slice().ct_eq(presented.as_slice()).into())
}

/// Returns an error unless a secret matches. An empty secret is none, because everybody knows it.
fn any(secrets: &[SecretString], matches: impl Fn(&str) -> bool) -> Result<(), Unverified> {
    let mut secrets = secrets.iter().map(ExposeSecret::expose_secret);
    let found = secrets.any(|secret| !secret.trim().is_empty() && matches(secret));
    if found { Ok(()) } else { Err(Unverified) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// HMAC-SHA256 of the body under the key `key`, a published example.
    const BODY: &[u8] = b"The quick brown fox jumps over the lazy dog";
    const SIGNATURE: &str = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";

    fn secrets(all: &[&str]) -> Vec<SecretString> {
        all.iter().map(|secret| SecretString::from(*secret)).collect()
    }

    #[rstest]
    #[case(&["key"])]
    #[case(&["old", "key"])]
    #[case(&["key", "new"])]
    fn a_body_signed_under_any_secret_is_verified(#[case] known: &[&str]) {
        assert_eq!(verify_bland(BODY, Some(SIGNATURE), &secrets(known)), Ok(()));
    }

    #[rstest]
    #[case(None, &["key"])]
    #[case(Some(""), &["key"])]
    #[case(Some("zz"), &["key"])]
    #[case(Some(&SIGNATURE[..62]), &["key"])]
    #[case(Some(SIGNATURE), &["other"])]
    #[case(Some(SIGNATURE), &[])]
    #[case(Some("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"), &[""])]
    fn any_other_signature_is_not_verified(#[case] header: Option<&str>, #[case] known: &[&str]) {
        assert_eq!(verify_bland(BODY, header, &secrets(known)), Err(Unverified));
    }

    #[test]
    fn an_empty_secret_verifies_nothing() {
        let mac = Hmac::<Sha256>::new_from_slice(b"").unwrap().chain_update(BODY);
        let forged = hex::encode(mac.finalize().into_bytes());
        assert_eq!(verify_bland(BODY, Some(&forged), &secrets(&["", " "])), Err(Unverified));
    }

    #[rstest]
    #[case("one", &["one"])]
    #[case(" one , two,,\n", &["one", "two"])]
    #[case(" ,", &[])]
    fn secrets_are_separated_by_commas(#[case] list: &str, #[case] expected: &[&str]) {
        let split = split(&list.into());
        assert_eq!(split.iter().map(ExposeSecret::expose_secret).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_changed_byte_breaks_the_signature() {
        let mut body = BODY.to_vec();
        body[0] ^= 1;
        assert_eq!(verify_bland(&body, Some(SIGNATURE), &secrets(&["key"])), Err(Unverified));
    }

    #[rstest]
    #[case(Some("one"), &["one", "two"], Ok(()))]
    #[case(Some("two"), &["one", "two"], Ok(()))]
    #[case(Some("three"), &["one", "two"], Err(Unverified))]
    #[case(Some("on"), &["one"], Err(Unverified))]
    #[case(Some(""), &[""], Err(Unverified))]
    #[case(None, &["one"], Err(Unverified))]
    #[case(Some("one"), &[], Err(Unverified))]
    fn a_token_is_one_of_the_secrets(
        #[case] token: Option<&str>,
        #[case] known: &[&str],
        #[case] expected: Result<(), Unverified>,
    ) {
        assert_eq!(verify_token(token, &secrets(known)), expected);
    }
}
