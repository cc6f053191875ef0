//! What the next calls to one number bring.

use std::{collections::VecDeque, time::Duration};

use serde::Deserialize;

use super::outcome::Outcome;

/// The next outcomes of a number, in order; then the mix decides again.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    pub(super) to: String,
    #[serde(default)]
    pub(super) outcomes: VecDeque<Outcome>,
    pub(super) ring_ms: Option<u64>,
}

impl Script {
    pub fn new(to: impl Into<String>, outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        Self { to: to.into(), outcomes: outcomes.into_iter().collect(), ring_ms: None }
    }

    /// How long calls to the number ring, also those after the last scripted outcome.
    #[must_use]
    pub fn ring(self, ring: Duration) -> Self {
        Self { ring_ms: u64::try_from(ring.as_millis()).ok(), ..self }
    }
}
