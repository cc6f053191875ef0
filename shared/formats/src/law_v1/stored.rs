//! The bytes of a file of calling rules.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub(super) struct StoredFile {
    pub(super) format: u32,
    pub(super) data_version: String,
    pub(super) sources: BTreeMap<String, Value>,
    pub(super) calendars: BTreeMap<String, StoredCalendar>,
    pub(super) jurisdictions: BTreeMap<String, StoredLand>,
    pub(super) rules: Vec<StoredRule>,
    #[serde(default)]
    pub(super) suspensions: Vec<StoredSuspension>,
}

#[derive(Deserialize)]
pub(super) struct StoredLand {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) zones: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct StoredSuspension {
    pub(super) id: String,
    pub(super) jurisdiction: String,
    pub(super) from: DateTime<Utc>,
    pub(super) until: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
pub(super) struct StoredCalendar {
    pub(super) days: Vec<StoredHoliday>,
}

#[derive(Deserialize)]
pub(super) struct StoredHoliday {
    pub(super) name: String,
    pub(super) rule: StoredDay,
    #[serde(default)]
    pub(super) observed: Vec<String>,
    pub(super) on: bool,
}

/// One of the first five fields.
#[derive(Deserialize)]
pub(super) struct StoredDay {
    pub(super) fixed: Option<(u32, u32)>,
    pub(super) nth: Option<(u32, String, i32)>,
    pub(super) nth_plus: Option<(u32, String, i32, u64)>,
    pub(super) easter: Option<i64>,
    pub(super) dates: Option<Vec<NaiveDate>>,
    pub(super) years: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct StoredRule {
    pub(super) id: String,
    pub(super) jurisdiction: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) applies_to: Vec<String>,
    pub(super) clock: Option<String>,
    pub(super) days: Option<BTreeMap<String, Vec<(String, String)>>>,
    pub(super) holidays: Option<StoredHolidays>,
    pub(super) count: Option<usize>,
    pub(super) window_minutes: Option<i64>,
    pub(super) level: Option<String>,
    pub(super) gate: Option<String>,
    effective_from: Option<NaiveDate>,
    effective_to: Option<NaiveDate>,
    pub(super) on: bool,
    pub(super) citation: String,
    pub(super) sources: Vec<String>,
    pub(super) confidence: String,
    #[serde(default)]
    pub(super) note: String,
}

impl StoredRule {
    pub(super) fn from(&self) -> Option<NaiveDate> {
        self.effective_from
    }

    pub(super) fn to(&self) -> Option<NaiveDate> {
        self.effective_to
    }
}

#[derive(Deserialize)]
pub(super) struct StoredHolidays {
    pub(super) calendar: String,
    pub(super) days: Vec<(String, String)>,
}
