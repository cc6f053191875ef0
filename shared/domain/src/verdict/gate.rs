//! What a gate is called, what it shows, and when it opens.

use crate::POSSIBLE_DO_NOT_CALL;
use chrono::{DateTime, NaiveTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use std::fmt;
use std::sync::Arc;

/// One gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Which.
    pub name: GateName,
    /// What it found.
    pub value: Shown,
    /// What it allows.
    pub limit: Shown,
    /// When it opens.
    pub opens: Opens,
}

/// The gates by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GateName {
    /// The queue is enabled.
    Enabled,
    /// The processor is started.
    Running,
    /// The business calls at this time.
    BusinessHours,
    /// The law allows a call where the person lives.
    CallingHours,
    /// The person has agreed, and every decision that the law asks for is recorded.
    Consent,
    /// The record waits for a dial.
    Status,
    /// Its time has come.
    Due,
    /// It was not called too often.
    Attempts,
    /// It is young enough.
    LeadWindow,
    /// The number is not suppressed.
    NotSuppressed,
    /// No possible do-not-call of the number waits for a person to decide.
    PossibleDoNotCall,
    /// The number was not called too often in 24 hours.
    CallsPerNumber,
    /// The person was not connected with an agent a short time ago.
    TransferQuiet,
    /// No other attempt holds the number, and no result waits to be stored.
    LineFree,
}

impl GateName {
    /// Every gate, in order.
    pub const ALL: [Self; 14] = [
        Self::Enabled,
        Self::Running,
        Self::BusinessHours,
        Self::CallingHours,
        Self::Consent,
        Self::Status,
        Self::Due,
        Self::Attempts,
        Self::LeadWindow,
        Self::NotSuppressed,
        Self::PossibleDoNotCall,
        Self::CallsPerNumber,
        Self::TransferQuiet,
        Self::LineFree,
    ];

    /// The word that the API uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Running => "running",
            Self::BusinessHours => "business_hours",
            Self::CallingHours => "calling_hours",
            Self::Consent => "consent",
            Self::Status => "status",
            Self::Due => "due",
            Self::Attempts => "attempts",
            Self::LeadWindow => "lead_window",
            Self::NotSuppressed => "not_suppressed",
            Self::PossibleDoNotCall => POSSIBLE_DO_NOT_CALL,
            Self::CallsPerNumber => "calls_per_number_24h",
            Self::TransferQuiet => "transfer_quiet",
            Self::LineFree => "line_free",
        }
    }

    /// Reads the word. `None` for any other.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == word)
    }

    /// Returns whether the line of the number decides it.
    #[must_use]
    pub fn is_of_number(self) -> bool {
        super::table::needs_line(self)
    }
}

/// Something that a gate shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Count(u32),
    /// An instant.
    Time(DateTime<Utc>),
    /// A word.
    Word(&'static str),
    /// A text.
    Text(String),
    /// What the calendar and the clock on a wall show at an instant.
    Wall(DateTime<Utc>, Tz),
    /// What the clocks of several zones show at an instant.
    Walls(DateTime<Utc>, Vec<Tz>),
    /// The rules of the law that forbid a call.
    Rules(Vec<Arc<str>>),
    /// From a time of day to another, and where.
    Hours(NaiveTime, NaiveTime, Option<Tz>),
}

/// In words, only when somebody asks: a run judges every lead.
impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(f),
            Self::Count(count) => count.fmt(f),
            Self::Time(at) => f.write_str(&at.to_rfc3339_opts(SecondsFormat::Secs, true)),
            Self::Word(word) => f.write_str(word),
            Self::Text(text) => f.write_str(text),
            Self::Wall(at, zone) => at.with_timezone(zone).format("%a %H:%M").fmt(f),
            Self::Walls(at, zones) => {
                let clocks = zones.iter().map(|zone| at.with_timezone(zone).format("%H:%M").to_string());
                f.write_str(&clocks.collect::<Vec<_>>().join(" "))
            }
            Self::Rules(rules) => f.write_str(&rules.join(", ")),
            Self::Hours(start, end, zone) => {
                write!(f, "{}-{} ", start.format("%H:%M"), end.format("%H:%M"))?;
                match zone {
                    Some(zone) => zone.fmt(f),
                    None => f.write_str("in every zone of the state"),
                }
            }
        }
    }
}

/// When a gate opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// It is open.
    Now,
    /// At this instant, if nothing else happens.
    At(DateTime<Utc>),
    /// Not by the passing of time.
    Never,
}

impl Gate {
    /// Whether it lets the lead through.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.opens == Opens::Now
    }
}
