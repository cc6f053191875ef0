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
