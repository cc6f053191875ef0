//! How far the import of a list has come.

use chrono::{DateTime, Utc};

/// The most bad or refused lines that are reported one by one. The others are counted.
pub const BAD_LINES_KEPT: usize = 1_000;

/// The import of one list: of numbers to suppress, or of leads to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The version of the object with the list. A list that was replaced is another one, and begins anew.
    pub source: String,
    /// The name of the actor.
    pub by: String,
    /// Whether it goes on.
    pub state: ImportState,
    /// How many lines are done, counted from the first. They are not read again.
    pub lines: u64,
    /// How many lines the list has. `None` until it was read.
    pub total: Option<u64>,
    /// How many numbers it has suppressed, or leads it has added.
    pub added: u64,
    /// How many numbers were suppressed before, or leads had a record.
    pub known: u64,
    /// The first [`BAD_LINES_KEPT`] bad lines.
    pub bad: Vec<BadLine>,
    /// How many lines are bad.
    pub bad_lines: u64,
    /// The first [`BAD_LINES_KEPT`] lines with a lead whose number must not be called.
    pub refused: Vec<BadLine>,
    /// How many lines are refused.
    pub refused_lines: u64,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it was last at work.
    pub updated_at: DateTime<Utc>,
}

/// Whether an import goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportState {
    /// Lines are left. While they are of numbers to suppress, no lead is dialed.
    Running,
    /// Every line was read.
    Done,
    /// The object is no list, for this reason. It changes nothing.
    Failed(String),
}

/// A line that changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Its number in the file, counted from 1.
    pub line: u64,
    /// What is wrong with it, without the number itself.
    pub reason: String,
}

impl Import {
    /// Makes the import of a list that nobody has read yet.
    #[must_use]
    pub fn new(source: String, by: &str, now: DateTime<Utc>) -> Self {
        Self {
            source,
            by: by.to_owned(),
            state: ImportState::Running,
            lines: 0,
            total: None,
            added: 0,
            known: 0,
            bad: Vec::new(),
            bad_lines: 0,
            refused: Vec::new(),
            refused_lines: 0,
            started_at: now,
            updated_at: now,
        }
    }

    /// Returns whether lines are left.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.state == ImportState::Running
    }

    /// Counts a line that cannot be understood.
    pub fn note_bad(&mut self, bad: BadLine) {
        self.bad_lines += 1;
        if self.bad.len() < BAD_LINES_KEPT {
            self.bad.push(bad);
        }
    }

    /// Counts a line with a lead whose number must not be called.
    pub fn note_refused(&mut self, refused: BadLine) {
        self.refused_lines += 1;
        if self.refused.len() < BAD_LINES_KEPT {
            self.refused.push(refused);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_or_refused_line_counts_and_the_first_are_kept() {
        let mut import = Import::new("list.csv".to_owned(), "admin", DateTime::UNIX_EPOCH);
        let lines = u64::try_from(BAD_LINES_KEPT).unwrap() + 2;
        for line in 1..=lines {
            import.note_bad(BadLine { line, reason: "it is empty".to_owned() });
            import.note_refused(BadLine { line, reason: "it is suppressed".to_owned() });
        }
        assert_eq!((import.bad_lines, import.bad.len()), (lines, BAD_LINES_KEPT));
        assert_eq!((import.refused_lines, import.refused.len()), (lines, BAD_LINES_KEPT));
        assert_eq!((import.bad[0].line, import.refused[0].line), (1, 1));
    }
}
