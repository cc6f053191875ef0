//! How a call ended.

use crate::do_not_call;
use std::borrow::Cow;
use std::fmt;

/// An upper-case word for how a call ended. The set is open: Convoso's dispositions are defined by the account.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Outcome(Cow<'static, str>);

macro_rules! outcomes {
    ($($name:ident)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`")]
            pub const $name: Self = Self(Cow::Borrowed(stringify!($name)));
        )*

        /// Returns the word if it is one of ours. Metrics count by it, because the words of accounts have no bound.
        #[must_use]
        pub fn known(&self) -> Option<&'static str> {
            Self::known_word(self.as_str())
        }

        fn known_word(text: &str) -> Option<&'static str> {
            [$(stringify!($name)),*].into_iter().find(|known| *known == text)
        }
    };
}

impl Outcome {
    outcomes!(VOICEMAIL NO_ANSWER BUSY FAILED BAD_NUMBER CONFUSED NOT_INTERESTED CALLBACK TRANSFERRED SALE ACA DNC LOST);

    /// Reads a word in any case. White space inside becomes `_`. `None` if nothing is left, or more than 64 characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let word = text.split_whitespace().collect::<Vec<_>>().join("_").to_uppercase();
        let usable = !word.is_empty() && word.chars().count() <= LONGEST && !word.chars().any(char::is_control);
        usable.then_some(Self(Cow::Owned(word)))
    }

    /// Returns the word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes an outcome of any text of a record, also of one that [`Outcome::parse`] refuses: without control characters, and
    /// at most 64 characters. `None` for a blank text.
    #[must_use]
    pub fn of_any_text(text: &str) -> Option<Self> {
        // A scan reads every outcome of every record, and almost all are known.
        if let Some(word) = Self::known_word(text) {
            return Some(Self(Cow::Borrowed(word)));
        }
        let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
        let words = shown.split_whitespace().collect::<Vec<_>>().join("_").to_uppercase();
        // A refusal at the end of a long text must not be cut off.
        if words.chars().count() > LONGEST && do_not_call::is_meant_by(&words) {
            return Some(Self::DNC);
        }
        Self::parse(&words.chars().take(LONGEST).collect::<String>())
    }

    /// Returns whether this outcome is a do-not-call: it forbids every further call to the number. Every word that begins with
    /// DNC or means the same is one, because each account and each system before this one has its own.
    #[must_use]
    pub fn suppresses(&self) -> bool {
        match self.known() {
            // A scan asks this of every outcome of every record, and almost all are known.
            Some(_) => *self == Self::DNC || *self == Self::BAD_NUMBER,
            None => do_not_call::is_meant_by(&self.0),
        }
    }
}

/// The most characters of an outcome.
const LONGEST: usize = 64;

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_of_an_account_is_not_known() {
        assert_eq!(Outcome::SALE.known(), Some("SALE"));
        assert_eq!(Outcome::parse("NO_SALE").unwrap().known(), None);
    }

    #[test]
    fn every_do_not_call_forbids_calls() {
        for text in [
            "DNC",
            "DNC requested via SMS",
            "dncl",
            "DNC-Federal",
            "DO_NOT_CALL",
            "Don't call",
            "Federal DNC",
            "Opted out",
            "unsubscribed",
            "Please do not contact",
            "Said no, do not call",
            "NO - DNC",
            "No llame más",
            "Requested removal",
        ] {
            assert!(Outcome::parse(text).unwrap().suppresses(), "{text}");
        }
        for text in [
            "NOT_DNC",
            "No DNC",
            "Not on the DNC list",
            "Did not opt out",
            "REMOVED",
            "CALLBACK",
            "NO_ANSWER",
            "Opt in",
            "Adnc",
        ] {
            assert!(!Outcome::parse(text).unwrap().suppresses(), "{text}");
        }
        let long = format!("{} DNC", "x ".repeat(50));
        assert_eq!(Outcome::of_any_text(&long), Some(Outcome::DNC));
        let longest = format!("{}_DNC", "X".repeat(60));
        assert_eq!(Outcome::of_any_text(&longest), Outcome::parse(&longest));
        assert_eq!(Outcome::of_any_text("a\u{7}b").unwrap().as_str(), "A_B");
        assert_eq!(Outcome::of_any_text(&"X".repeat(65)), Outcome::parse(&"X".repeat(64)));
    }

    #[test]
    fn an_outcome_is_one_upper_case_word() {
        assert_eq!(Outcome::parse(" sale "), Some(Outcome::SALE));
        assert_eq!(Outcome::parse("No  sale").unwrap().as_str(), "NO_SALE");
        assert_eq!(Outcome::parse(" "), None);
        assert_eq!(Outcome::parse(&"X".repeat(65)), None);
    }
}
