//! Why a number must never be called again, and how an operator ends that.

use super::Line;
use crate::{Forbidden, Outcome, Source};
use chrono::{DateTime, Utc};

/// The most characters of a note. Longer ones are cut off, because a note must never keep a number from being suppressed.
pub const NOTE_CHARACTERS: usize = 500;

/// Why a number must never be called again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The outcome that forbade it.
    pub reason: Outcome,
    /// Who reported it. `redial` is an operator, or a record of the replaced system.
    pub source: Source,
    /// When it was reported.
    pub at: DateTime<Utc>,
    /// The name of the actor. Empty in lines of earlier releases.
    pub by: String,
    /// What the actor wrote about it. At most [`NOTE_CHARACTERS`].
    pub note: String,
}

/// That an operator has taken a suppression off. It stays on the line, because records keep the do-not-call that was taken
/// off, and every run reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// When it was taken off. Do-not-calls of records that are not newer do not count.
    pub at: DateTime<Utc>,
    /// The name of the actor.
    pub by: String,
    /// Why, in the actor's words.
    pub note: String,
    /// The reason of the suppression that was taken off.
    pub reason: Outcome,
}

/// When the records of a number are completed after it was suppressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retire {
    /// By the next run.
    Soon,
    /// When they are due. By the next run if a call or an arrival of the number is open.
    WhenDue,
}

impl Suppression {
    /// Makes a suppression that no actor has a name for.
    #[must_use]
    pub fn new(reason: Outcome, source: Source, at: DateTime<Utc>) -> Self {
        Self { reason, source, at, by: String::new(), note: String::new() }
    }

    /// Makes a suppression by an actor, with a note.
    #[must_use]
    pub fn by(reason: Outcome, source: Source, at: DateTime<Utc>, by: &str, note: &str) -> Self {
        Self { by: by.to_owned(), note: short_note(note), ..Self::new(reason, source, at) }
    }
}

impl Allowed {
    /// Makes the removal of a suppression.
    #[must_use]
    pub fn new(taken: &Suppression, by: &str, note: &str, now: DateTime<Utc>) -> Self {
        // Two clocks may differ, and what was taken off must not come back.
        let at = now.max(taken.at);
        Self { at, by: by.to_owned(), note: short_note(note), reason: taken.reason.clone() }
    }
}

/// Returns a note without white space at its ends, and cut off after [`NOTE_CHARACTERS`].
fn short_note(note: &str) -> String {
    note.trim().chars().take(NOTE_CHARACTERS).collect()
}

impl Line {
    /// Forbids every further call to the number. The first reason stays, because it is the one that was acted on. From then on
    /// the line is open until a run has completed the records of the number.
    pub fn suppress(&mut self, reason: &Outcome, source: Source, now: DateTime<Utc>) {
        self.forbid(&Suppression::new(reason.clone(), source, now), Retire::Soon);
    }

    /// Forbids every further call to the number, as [`Line::suppress`] does, and returns whether it was allowed until then.
    pub fn forbid(&mut self, suppression: &Suppression, retire: Retire) -> bool {
        self.review = None;
        if self.suppressed.is_some() {
            return false;
        }
        self.suppressed = Some(suppression.clone());
        self.retiring = match retire {
            Retire::Soon => true,
            Retire::WhenDue => self.retiring || self.hold.is_some() || !self.inbox.is_empty(),
        };
        true
    }

    /// Forbids every further call because a record has a do-not-call, unless an operator has taken it off since.
    pub fn heed(&mut self, forbidden: &Forbidden, now: DateTime<Utc>) {
        if self.heeds(forbidden) {
            self.suppress(&forbidden.reason, Source::Redial, now);
        }
    }

    /// Returns whether a do-not-call of a record counts. One that is older than its removal does not. One without a time may
    /// be newer, so it counts.
    #[must_use]
    pub fn heeds(&self, forbidden: &Forbidden) -> bool {
        match (&self.allowed, forbidden.at) {
            (Some(allowed), Some(at)) => at > allowed.at,
            (None, _) | (_, None) => true,
        }
    }

    /// Takes the suppression off, and returns it. `None` if there is none; then nothing changes.
    pub fn allow(&mut self, by: &str, note: &str, now: DateTime<Utc>) -> Option<Suppression> {
        let taken = self.suppressed.take()?;
        self.retiring = false;
        self.allowed = Some(Allowed::new(&taken, by, note, now));
        Some(taken)
    }
}
