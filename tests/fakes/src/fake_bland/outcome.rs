//! How calls end, and how often.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de::value};
use sha2::{Digest, Sha256};

/// What becomes of a call. The names are those of the results that the system under test should conclude, except for
/// the traps, which are named for what Bland reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    Voicemail,
    NoAnswer,
    Busy,
    /// The carrier failed; another day it may ring.
    Failed,
    /// The number does not exist.
    BadNumber,
    /// Trap: "completed" after three seconds, and nobody says who answered.
    NotPickedUp,
    /// A person answered, and nothing came of it.
    Confused,
    NotInterested,
    Callback,
    Sale,
    /// An agent was really connected.
    Transferred,
    /// Trap: the disposition says that the call was transferred, but no agent was connected.
    TransferTagOnly,
    /// The person asked not to be called again.
    Dnc,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl FromStr for Outcome {
    type Err = value::Error;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::deserialize(value::StrDeserializer::new(name))
    }
}

/// Outcomes with their weights; at least one weighs something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mix(Vec<(Outcome, u32)>);

/// Why a mix cannot be drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MixError(String);

impl Mix {
    /// # Errors
    /// When all weights together are nothing.
    pub fn new(weights: impl IntoIterator<Item = (Outcome, u32)>) -> Result<Self, MixError> {
        let mix = Self(weights.into_iter().collect());
        if mix.total() == 0 {
            return Err(MixError("a mix needs an outcome that weighs more than nothing".to_owned()));
        }
        Ok(mix)
    }

    /// Every call ends like this.
    pub fn only(outcome: Outcome) -> Self {
        Self(vec![(outcome, 1)])
    }

    /// The outcome of the `nth` call to a number. It depends on nothing else, so that a seed yields the same outcomes
    /// whatever the order in which calls to several numbers arrive.
    pub(super) fn draw(&self, seed: u64, to: &str, nth: usize) -> Outcome {
        let digest = Sha256::digest(format!("{seed}/{to}/{nth}"));
        let chance = digest.iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        let mut left = chance % self.total();
        for &(outcome, weight) in &self.0 {
            match left.checked_sub(u64::from(weight)) {
                Some(rest) => left = rest,
                None => return outcome,
            }
        }
        unreachable!("the remainder is below the sum of the weights")
    }

    fn total(&self) -> u64 {
        self.0.iter().map(|(_, weight)| u64::from(*weight)).sum()
    }
}

/// Roughly what a day of dialing looks like: mostly nobody there, and everything else now and then.
impl Default for Mix {
    fn default() -> Self {
        Self(vec![
            (Outcome::Voicemail, 40),
            (Outcome::NoAnswer, 20),
            (Outcome::NotPickedUp, 8),
            (Outcome::Busy, 5),
            (Outcome::Failed, 4),
            (Outcome::BadNumber, 2),
            (Outcome::Confused, 8),
            (Outcome::NotInterested, 4),
            (Outcome::Callback, 3),
            (Outcome::Transferred, 2),
            (Outcome::TransferTagOnly, 2),
            (Outcome::Sale, 1),
            (Outcome::Dnc, 1),
        ])
    }
}

/// `VOICEMAIL=2,NO_ANSWER=1,BUSY`; a missing weight is 1.
impl FromStr for Mix {
    type Err = MixError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let weights = text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| {
            let (name, weight) = part.split_once('=').unwrap_or((part, "1"));
            let outcome = name.parse().map_err(|error| MixError(format!("{name}: {error}")))?;
            let weight = weight.parse().map_err(|error| MixError(format!("{part}: {error}")))?;
            Ok((outcome, weight))
        });
        Self::new(weights.collect::<Result<Vec<_>, _>>()?)
    }
}

impl fmt::Display for MixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MixError {}
