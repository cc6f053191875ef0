//! What people have agreed to.

use chrono::{DateTime, Utc};

/// The most characters that are kept of where a consent was given.
const SOURCE: usize = 200;

/// How sure a consent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Consent {
    /// The person has agreed to be called.
    Express,
    /// The person has signed it.
    Written,
}

impl Consent {
    /// Reads `express` or `written`. `None` if the text is anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Express, Self::Written].into_iter().find(|level| level.as_str() == text)
    }

    /// Returns the word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Express => "express",
            Self::Written => "written",
        }
    }
}

/// Evidence that a person has agreed to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentEvidence {
    /// What the person has agreed to.
    pub level: Consent,
    /// When.
    pub at: DateTime<Utc>,
    /// Where it was given, such as the address of a form.
    pub source: String,
    /// SHA-256 of the text that the person agreed to, in hex. Empty if it is not known.
    pub text_sha256: String,
}

impl ConsentEvidence {
    /// Makes it of what somebody sends. `None` without a level that is known or without a time: then there is no evidence.
    #[must_use]
    pub fn of(level: &str, at: Option<DateTime<Utc>>, source: &str, text_sha256: &str) -> Option<Self> {
        let level = Consent::parse(level.trim().to_lowercase().as_str())?;
        let hash = text_sha256.trim().to_lowercase();
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let source = source.chars().filter(|c| !c.is_control()).take(SOURCE).collect();
        Some(Self { level, at: at?, source, text_sha256: if is_hash { hash } else { String::new() } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builders::at;
    use rstest::rstest;

    const GIVEN: &str = "2026-03-10T12:00:00Z";
    /// SHA-256 of an empty text.
    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[rstest]
    #[case("express", Some(Consent::Express))]
    #[case(" Written ", Some(Consent::Written))]
    #[case("WRITTEN", Some(Consent::Written))]
    #[case("", None)]
    #[case("yes", None)]
    #[case("express written", None)]
    fn a_level_that_is_not_known_is_no_evidence(#[case] level: &str, #[case] expected: Option<Consent>) {
        let evidence = ConsentEvidence::of(level, Some(at(GIVEN)), "https://example.com/form", HASH);
        let kept = |level| ConsentEvidence {
            level,
            at: at(GIVEN),
            source: "https://example.com/form".to_owned(),
            text_sha256: HASH.to_owned(),
        };
        assert_eq!(evidence, expected.map(kept));
    }

    #[test]
    fn a_consent_without_a_time_is_no_evidence() {
        assert_eq!(ConsentEvidence::of("written", None, "form", HASH), None);
    }

    #[rstest]
    #[case::a_hash(HASH, HASH)]
    #[case::in_upper_case_and_spaces(&format!(" {} ", HASH.to_uppercase()), HASH)]
    #[case::one_digit_less(&HASH[1..], "")]
    #[case::one_digit_more(&format!("{HASH}0"), "")]
    #[case::another_letter(&HASH.replace('e', "g"), "")]
    #[case::no_hash("I agree", "")]
    #[case::none("", "")]
    fn only_a_hash_is_kept_as_the_hash_of_the_text(#[case] sent: &str, #[case] kept: &str) {
        let evidence = ConsentEvidence::of("express", Some(at(GIVEN)), "form", sent).unwrap();
        assert_eq!(evidence.text_sha256, kept);
    }

    #[test]
    fn of_the_source_200_characters_are_kept_without_control_characters() {
        let sent = format!("a\u{0}\nb{}", "\u{e9}".repeat(300));
        let evidence = ConsentEvidence::of("express", Some(at(GIVEN)), &sent, "").unwrap();
        assert_eq!(evidence.source, format!("ab{}", "\u{e9}".repeat(198)));
    }

    #[test]
    fn a_signed_consent_is_surer_than_a_spoken_one_and_both_than_none() {
        assert!(None < Some(Consent::Express) && Consent::Express < Consent::Written);
    }
}
