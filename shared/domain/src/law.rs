//! The law: when, where and how often a person may be called (`docs/COMPLIANCE.md`).
//!
//! A call is allowed when every rule of every jurisdiction is open in every zone where the person may be. Nothing is merged
//! and no rule has precedence. Doubt closes: an unknown place is every place at once.

mod calendar;
mod consent;
mod decide;
mod federal;
mod hours;
mod memo;
mod place;
mod register;
#[cfg(test)]
mod samples;

pub use calendar::{Calendar, Day, Holiday, Observed, Years};
pub use consent::{Consent, ConsentEvidence};
pub use decide::{Closed, Decision, Mode, OUTSIDE, Question, Standing};
pub use hours::{Clock, Hours, Window};
pub use memo::{HoursOfPlace, Known};
pub use place::{Area, AreaCodes, Evidence, Place, PostalCodes, Presence};
pub use register::{Ended, Entry, KEPT, LONGEST, Recorded, Register};

use memo::Memo;

use crate::zones::STATES;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A jurisdiction: two letters, such as `FL`, or `US` for the federal rules.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Jurisdiction([u8; 2]);

impl Jurisdiction {
    /// The federal rules. They bind everywhere.
    pub const US: Self = Self(*b"US");

    /// Reads two upper-case letters. `None` if the text is anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Some(Self([*a, *b])),
            _ => None,
        }
    }

    /// Reads the two upper-case letters of a state or territory. `None` for any other text.
    #[must_use]
    pub fn of_state(letters: &str) -> Option<Self> {
        if STATES.contains(&letters) { Self::parse(letters) } else { None }
    }

    /// Returns the two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }
}

impl fmt::Display for Jurisdiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Jurisdiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known about a jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Land {
    /// Its name.
    pub name: String,
    /// Every zone of it. None for the federal rules, which bind in the zones of the others.
    pub zones: Vec<Tz>,
    /// Whether it is one of the contiguous states or the District of Columbia, where a person may be of whom nothing is known.
    pub contiguous: bool,
}

/// What a rule asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demand {
    /// A call rings only in these hours.
    Hours(Hours),
    /// At most so many calls begin in any `window`, in elapsed time.
    Cap {
        /// The number of calls.
        count: usize,
        /// The length of the window.
        window: TimeDelta,
    },
    /// The person has agreed.
    Consent(Consent),
    /// The operator has decided, with counsel, that an artificial voice may call there.
    Decision,
    /// Nobody is called again who ended an automated call.
    NoSecondCall,
}

/// A rule of the law. A rule that decisions have used is never edited: a new one follows it, with a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name, such as `FL-hours`.
    pub id: Arc<str>,
    /// Whose rule it is.
    pub jurisdiction: Jurisdiction,
    /// What it asks for.
    pub demand: Demand,
    /// The first local date on which it is in force. `None` if it always was.
    pub from: Option<NaiveDate>,
    /// The last local date on which it is in force. `None` if no end is known.
    pub to: Option<NaiveDate>,
    /// The law or regulation.
    pub citation: String,
    /// How sure its text is: `primary`, `secondary` or `single-source`.
    pub confidence: String,
    /// What is in doubt.
    pub note: String,
}

impl Rule {
    /// Returns whether the rule is in force on a local date.
    #[must_use]
    pub fn is_in_force(&self, date: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= date) && self.to.is_none_or(|to| date <= to)
    }
}

/// A time in which a jurisdiction lets nobody be called, such as a declared emergency. An operator enters it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// Its name.
    pub id: Arc<str>,
    /// Where nobody is called.
    pub jurisdiction: Jurisdiction,
    /// When it begins.
    pub from: DateTime<Utc>,
    /// The first instant after it. `None` if no end is known.
    pub until: Option<DateTime<Utc>>,
}

/// Every rule, and what is needed to tell which of them bind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The version of the data.
    pub version: String,
    /// The SHA-256 of the files, in hex. Empty if they come from no file.
    pub digest: String,
    /// The jurisdictions.
    pub lands: BTreeMap<Jurisdiction, Land>,
    /// The rules that are on, in the order of the file.
    pub rules: Vec<Rule>,
    /// Suspensions.
    pub suspensions: Vec<Suspension>,
    /// Where numbers belong.
    pub areas: AreaCodes,
    /// Where postal codes belong.
    pub postal_codes: PostalCodes,
    /// What operators have recorded.
    pub register: Register,
    memo: Memo,
}

/// The files of the law, as they are read.
#[derive(Debug, Default)]
pub struct Files {
    /// See [`Rules::version`].
    pub version: String,
    /// See [`Rules::digest`].
    pub digest: String,
    /// See [`Rules::lands`].
    pub lands: BTreeMap<Jurisdiction, Land>,
    /// See [`Rules::rules`].
    pub rules: Vec<Rule>,
    /// See [`Rules::suspensions`].
    pub suspensions: Vec<Suspension>,
    /// See [`Rules::areas`].
    pub areas: AreaCodes,
    /// See [`Rules::postal_codes`].
    pub postal_codes: PostalCodes,
}

impl From<Files> for Rules {
    fn from(files: Files) -> Self {
        let Files { version, digest, lands, rules, suspensions, areas, postal_codes } = files;
        let (register, memo) = Default::default();
        Self { version, digest, lands, rules, suspensions, areas, postal_codes, register, memo }
    }
}

impl Rules {
    /// Returns these rules with what operators have recorded.
    #[must_use]
    pub fn with(&self, register: Register) -> Self {
        Self { register, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("FL", true)]
    #[case("US", true)]
    #[case("fl", false)]
    #[case("Fl", false)]
    #[case("fL", false)]
    #[case("FLA", false)]
    #[case("F1", false)]
    #[case("", false)]
    fn a_jurisdiction_is_two_upper_case_letters_and_is_shown_as_them(#[case] text: &str, #[case] is_one: bool) {
        let jurisdiction = Jurisdiction::parse(text);
        let shown = jurisdiction.map(|jurisdiction| (jurisdiction.to_string(), format!("{jurisdiction:?}")));
        assert_eq!(shown, is_one.then(|| (text.to_owned(), text.to_owned())));
    }

    #[rstest]
    #[case(None, None, true)]
    #[case(Some("2026-03-10"), None, true)]
    #[case(Some("2026-03-11"), None, false)]
    #[case(None, Some("2026-03-10"), true)]
    #[case(None, Some("2026-03-09"), false)]
    #[case(Some("2026-03-11"), Some("2026-03-20"), false)]
    fn a_rule_is_in_force_from_its_first_date_to_its_last(
        #[case] from: Option<&str>,
        #[case] to: Option<&str>,
        #[case] expected: bool,
    ) {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let rule = Rule { from: from.map(date), to: to.map(date), ..Rules::federal().rules[0].clone() };
        assert_eq!(rule.is_in_force(date("2026-03-10")), expected);
    }
}
