//! Keys of the admin API: stored as digests, compared in constant time, never logged.

use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// What a key allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reading.
    Read,
    /// Reading and changing.
    Admin,
}

/// One key.
#[derive(Clone)]
struct Key {
    name: String,
    role: Role,
    digest: [u8; 32],
}

/// An entry of a list of keys is wrong. It is named by its position from 1, never by its text, which may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("entry {0} is not name:role:digest, or it has the digest of an empty key")]
pub struct KeyringError(pub usize);

/// The keys that are valid now. There may be several, so that one can be replaced without a gap.
#[derive(Clone, Default)]
pub struct Keyring(Vec<Key>);

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| (&key.name, key.role))).finish()
    }
}

impl Keyring {
    /// Reads entries `name:role:digest`, separated by commas. The role is `read` or `admin`, and the digest is SHA-256 in
    /// hexadecimal (*Admin API* in `docs/CONTRACT.md`).
    ///
    /// # Errors
    /// [`KeyringError`] names the entry that is wrong. The digest of an empty key is wrong: a shell makes it of a variable
    /// that is not set, and it would let everybody in.
    pub fn parse(list: &str) -> Result<Self, KeyringError> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).enumerate();
        let keys = entries.map(|(index, entry)| key(entry).ok_or(KeyringError(index + 1)));
        keys.collect::<Result<_, _>>().map(Self)
    }

    /// Returns whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the name and role of the key that was presented. `None` if it is not valid.
    #[must_use]
    pub fn recognise(&self, presented: &str) -> Option<(&str, Role)> {
        let presented = digest(presented);
        let mut recognised = None;
        // Every key is compared, and in constant time, so that the time of an answer does not tell how close a guess is.
        for key in &self.0 {
            let same: Choice = key.digest.ct_eq(&presented);
            if bool::from(same) {
                recognised = Some((key.name.as_str(), key.role));
            }
        }
        recognised
    }
}

/// Returns the entry of a key that is configured in plain text, as in the original.
#[must_use]
pub fn entry_of_plain(key: &str) -> String {
    format!("default:admin:{}", hex::encode(digest(key)))
}

fn key(entry: &str) -> Option<Key> {
    let mut parts = entry.split(':');
    let (name, role, hexadecimal) = (parts.next()?.trim(), parts.next()?.trim(), parts.next()?.trim());
    let role = match role {
        "read" => Role::Read,
        "admin" => Role::Admin,
        _ => return None,
    };
    let digest = hex::decode(hexadecimal).ok()?.try_into().ok()?;
    // A fourth part is refused, because to ignore it would hide a mistake.
    let is_key = !name.is_empty() && parts.next().is_none() && digest != self::digest("");
    is_key.then(|| Key { name: name.to_owned(), role, digest })
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn entry(name: &str, role: &str, secret: &str) -> String {
        format!("{name}:{role}:{}", hex::encode(digest(secret)))
    }

    #[test]
    fn each_of_several_keys_has_its_own_role() {
        let keys =
            Keyring::parse(&format!("{}, {}", entry("ops", "admin", "one"), entry("retool", "read", "two"))).unwrap();
        assert_eq!(keys.recognise("one"), Some(("ops", Role::Admin)));
        assert_eq!(keys.recognise("two"), Some(("retool", Role::Read)));
        assert_eq!(keys.recognise("three"), None);
        assert_eq!(keys.recognise(""), None);
    }

    #[test]
    fn a_plain_key_has_the_role_admin() {
        let keys = Keyring::parse(&entry_of_plain("one")).unwrap();
        assert_eq!(keys.recognise("one"), Some(("default", Role::Admin)));
    }

    #[test]
    fn an_empty_list_has_no_valid_key() {
        assert_eq!(Keyring::parse("").unwrap().recognise(""), None);
    }

    #[rstest]
    #[case("ops")]
    #[case("ops:admin")]
    #[case("ops:root:00")]
    #[case("ops:admin:zz")]
    #[case(":admin:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed")]
    #[case("ops:admin:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed:x")]
    #[case::of_an_empty_key("ops:admin:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    fn an_entry_that_is_no_key_is_refused_without_showing_it(#[case] list: &str) {
        let error = Keyring::parse(&format!("{}, {list}", entry("good", "read", "one"))).unwrap_err();
        assert_eq!(error, KeyringError(2));
        assert_eq!(error.to_string(), "entry 2 is not name:role:digest, or it has the digest of an empty key");
    }

    #[test]
    fn digests_do_not_show_in_debug_output() {
        let keys = Keyring::parse(&entry("ops", "admin", "one")).unwrap();
        assert_eq!(format!("{keys:?}"), r#"[("ops", Admin)]"#);
    }
}
