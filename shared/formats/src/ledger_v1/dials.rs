//! What lines say about dials.

use chrono::{DateTime, Utc};
use redial_domain::activity::Dialed;
use redial_domain::verdict::GateName;
use redial_domain::{AttemptId, LeadId, LeadKey, Phone};
use serde::Deserialize;
use std::borrow::Cow;

/// What a line says about dials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A call may have been requested.
    Dialed(Dialed),
    /// An attempt became no call.
    NotCalled(AttemptId),
    /// Something else.
    Other,
}

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Attempt<'a> {
    at: DateTime<Utc>,
    #[serde(borrow)]
    attempt: Cow<'a, str>,
    #[serde(borrow)]
    phone: Cow<'a, str>,
    #[serde(borrow)]
    lead: Cow<'a, str>,
    #[serde(borrow)]
    gates: Vec<Gate<'a>>,
}

#[derive(Deserialize)]
struct Gate<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
}

#[derive(Deserialize)]
struct NotCalled<'a> {
    #[serde(borrow)]
    attempt: Cow<'a, str>,
}

impl Told {
    /// Reads a line. `None` if it is not one, or lacks what every line of its kind has.
    #[must_use]
    pub fn read(line: &str) -> Option<Self> {
        let Kind { kind } = serde_json::from_str(line).ok()?;
        match &*kind {
            "attempt" => Attempt::dialed(&serde_json::from_str(line).ok()?).map(Self::Dialed),
            "not_called" => {
                let NotCalled { attempt } = serde_json::from_str(line).ok()?;
                AttemptId::parse(&attempt).map(Self::NotCalled)
            }
            _ => Some(Self::Other),
        }
    }
}

impl Attempt<'_> {
    fn dialed(&self) -> Option<Dialed> {
        let value = |name: GateName| {
            let gate = self.gates.iter().find(|gate| gate.name == name.as_str());
            gate.map(|gate| &*gate.value)
        };
        let results: Option<u32> = value(GateName::Attempts).and_then(|value| value.parse().ok());
        Some(Dialed {
            attempt: AttemptId::parse(&self.attempt)?,
            lead: LeadKey::new(&LeadId::parse(&self.lead).ok()?, &Phone::stored(&self.phone)?),
            at: self.at,
            number: results.map(|results| results.saturating_add(1)),
            due: value(GateName::Due).and_then(|value| value.parse().ok()),
        })
    }
}
