//! Signatures, tokens and keys.

use hmac::{Hmac, KeyInit, Mac};
use redial_providers::api_key::Keyring;
use redial_providers::signature::{verify_bland, verify_token};
use secrecy::SecretString;
use sha2::Sha256;

const SECRETS: [&str; 2] = ["the-old-secret", "the-new-secret"];

/// The first line is the header, the rest the body. Only the signature of that body and the token itself are accepted.
///
/// # Panics
/// When anything else is accepted, or one of them is not.
pub fn signature_header(data: &[u8]) {
    let line_ends = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (header, body) = (&data[..line_ends], data.get(line_ends + 1..).unwrap_or_default());
    // A header that is no text is none: what the handler makes of it.
    let header = std::str::from_utf8(header).ok();
    let secrets = SECRETS.map(SecretString::from);
    let signatures = SECRETS.map(|secret| signature(secret, body));

    let sent = header.and_then(|header| hex::decode(header.trim()).ok());
    let is_signed = sent.is_some_and(|sent| signatures.contains(&sent));
    assert_eq!(verify_bland(body, header, &secrets).is_ok(), is_signed);
    for signature in signatures {
        let signature = hex::encode(signature);
        assert!(verify_bland(body, Some(&signature), &secrets).is_ok());
        assert!(verify_bland(&[body, b"\n"].concat(), Some(&signature), &secrets).is_err());
        assert!(verify_bland(body, Some(&signature), &[]).is_err());
    }

    let is_token = header.is_some_and(|header| SECRETS.contains(&header.trim()));
    assert_eq!(verify_token(header, &secrets).is_ok(), is_token);
    if let Some(keyring) = header.and_then(|header| Keyring::parse(header).ok()) {
        assert_eq!(keyring.recognise("not a key that anybody has"), None);
    }
}

fn signature(secret: &str, body: &[u8]) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.chain_update(body).finalize().into_bytes().to_vec()
}
