//! `ETag` and `If-Match` of the settings.

use crate::api::invalid::Invalid;
use redial_queue::ports::{Expect, Version};

const NONE: &str = "none";

/// Renders a version of the stored settings as a strong `ETag`. It is `"none"` if nothing is stored. Versions are opaque and
/// may contain quotes, so the tag is in hexadecimal.
#[must_use]
pub fn etag(version: Option<&Version>) -> String {
    let text = version.map_or_else(|| NONE.to_owned(), |version| hex::encode(&version.0));
    format!("\"{text}\"")
}

/// Reads the versions that an `If-Match` header accepts. `None` if it accepts all (`*`). A foreign or weak tag matches nothing.
///
/// # Errors
/// [`Invalid`] if the header is not a list of tags in quotes.
pub fn parse_if_match(header: &str) -> Result<Option<Vec<Expect>>, Invalid> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_tag_is_read_back_as_its_version() {
        let quoted = Version("\"0f\"".to_owned());
        let tag = etag(Some(&quoted));
        assert_eq!(parse_if_match(&tag), Ok(Some(vec![Expect::At(quoted.clone())])));
        assert_eq!(parse_if_match(&etag(None)), Ok(Some(vec![Expect::Absent])));
        assert_eq!(parse_if_match(&format!("\"none\" , {tag}")), Ok(Some(vec![Expect::Absent, Expect::At(quoted)])));
        assert_eq!(parse_if_match(" * "), Ok(None));
    }

    #[rstest]
    #[case("\"of another\"")]
    #[case("W/\"none\"")]
    fn a_foreign_or_weak_tag_matches_nothing(#[case] header: &str) {
        assert_eq!(parse_if_match(header), Ok(Some(vec![])));
    }

    #[rstest]
    #[case("none")]
    #[case("")]
    #[case("\"none")]
    #[case("\"none\" \"none\"")]
    #[case("\"none\",")]
    fn a_header_that_is_not_a_list_of_tags_is_rejected(#[case] header: &str) {
        assert_eq!(parse_if_match(header).unwrap_err().field.as_deref(), Some("If-Match"));
    }
}
