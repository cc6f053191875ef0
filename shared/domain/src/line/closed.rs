//! Why nobody may be called at a number until a person decides otherwise.

use super::Line;

/// Why nobody may be called at a number, whichever lead it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The number is suppressed, or one of its records forbids it.
    Forbidden,
    /// A possible do-not-call waits for a decision.
    Undecided,
}

impl Line {
    /// Returns why nobody may be called at the number. The line must have learned what the records of the number say.
    #[must_use]
    pub fn closed(&self) -> Option<Closed> {
        let undecided = self.review.as_ref().map(|_| Closed::Undecided);
        self.suppressed.as_ref().map(|_| Closed::Forbidden).or(undecided)
    }
}
