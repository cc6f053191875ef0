//! How a call ended.

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
            [$(stringify!($name)),*].into_iter().find(|known| *known == self.as_str())
        }
    };
}

impl Outcome {
    outcomes!(VOICEMAIL NO_ANSWER BUSY FAILED BAD_NUMBER CONFUSED NOT_INTERESTED CALLBACK TRANSFERRED SALE ACA DNC LOST);

    /// Reads a word in any case. White space inside becomes `_`. `None` if nothing is left, or more than 64 characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let word = text.split_whitespace().collect::<Vec<_>>().join("_").to_uppercase();
        let usable = !word.is_empty() && word.chars().count() <= 64 && !word.chars().any(char::is_control);
        usable.then_some(Self(Cow::Owned(word)))
    }

    /// Returns the word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether this outcome is a do-not-call: it forbids every further call to the number.
    #[must_use]
    pub fn suppresses(&self) -> bool {
        *self == Self::DNC || *self == Self::BAD_NUMBER
    }
}

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
    fn an_outcome_is_one_upper_case_word() {
        assert_eq!(Outcome::parse(" sale "), Some(Outcome::SALE));
        assert_eq!(Outcome::parse("No  sale").unwrap().as_str(), "NO_SALE");
        assert_eq!(Outcome::parse(" "), None);
        assert_eq!(Outcome::parse(&"X".repeat(65)), None);
    }
}
