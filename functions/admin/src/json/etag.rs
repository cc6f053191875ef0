//! `ETag` and `If-Match` of the settings.

use super::Invalid;
use redial_queue::ports::{Expect, Version};

const NONE: &str = "none";

/// The strong tag of a version of the overrides; `"none"` when there are none. Versions are opaque and may have quotes, hence
/// the hexadecimal.
#[must_use]
pub fn etag(version: Option<&Version>) -> String {
    let text = version.map_or_else(|| NONE.to_owned(), |version| hex::encode(&version.0));
    format!("\"{text}\"")
}

/// The versions that a caller accepts; `None` when every one is (`*`). A tag that is not ours, or weak, matches nothing.
///
/// # Errors
/// [`Invalid`] when the header is not a list of tags in quotes.
pub fn if_match(header: &str) -> Result<Option<Vec<Expect>>, Invalid> {
    let mut rest = header.trim();
    if rest == "*" {
        return Ok(None);
    }
    let mut accepted = Vec::new();
    loop {
        let (is_weak, tag) = rest.strip_prefix("W/").map_or((false, rest), |tag| (true, tag));
        let tag = tag.strip_prefix('"').and_then(|tag| tag.split_once('"'));
        let (tag, after) =
            tag.ok_or_else(|| Invalid::value("If-Match", header, "the ETag of GET /config in quotes, or *"))?;
        accepted.extend(expected(tag).filter(|_| !is_weak));
        let after = after.trim_start();
        let Some(next) = after.strip_prefix(',') else {
            return match after {
                "" => Ok(Some(accepted)),
                _ => Err(Invalid::value("If-Match", header, "tags in quotes, separated by commas")),
            };
        };
        rest = next.trim_start();
    }
}

fn expected(tag: &str) -> Option<Expect> {
    if tag == NONE {
        return Some(Expect::Absent);
    }
    let version = String::from_utf8(hex::decode(tag).ok()?).ok()?;
    Some(Expect::At(Version(version)))
}
