//! The times of the records of an object: read to judge the clock that wrote them, and moved to correct it.

use super::fields::{Draft, Fields, text_of};
use super::{Leaf, UnreadableRecord};
use chrono::{DateTime, Datelike, SecondsFormat, TimeDelta, Utc};
use redial_domain::Status;
use redial_domain::clock_shift::{ClockShift, RecordTimes};
use std::borrow::Cow;

/// The times of a record, those of the original first.
const TIMES: [&str; 10] = [
    "last_call_timestamp",
    "next_redial_timestamp",
    "scheduled_callback_time",
    "created_at",
    "updated_at",
    "batch_timestamp",
    "daily_max_reached_at",
    "possible_do_not_call_since",
    "operator_callback_time",
    "operator_callback_set_at",
];
/// The times of an entry of the history. The original calls the first one `timestamp`.
const CALL_TIMES: [&str; 4] = ["at", "timestamp", "callback_time", "corrected_at"];
/// The texts that the admin API adds to a record, and the numbers beside them.
const TWINS: [(&str, &str); 4] = [
    ("created_at", "created_at_iso"),
    ("updated_at", "updated_at_iso"),
    ("last_call_timestamp", "last_call_iso"),
    ("next_redial_timestamp", "next_redial_iso"),
];

impl Leaf {
    /// Returns the times of each record, also of those that cannot be read otherwise.
    #[must_use]
    pub fn times(&self) -> Vec<RecordTimes> {
        self.records
            .iter()
            .map(|(_, record)| Fields::of(record).map(|fields| times(&fields)).unwrap_or_default())
            .collect()
    }

    /// Returns the object with every time moved. The other fields keep their bytes, and so does a value that is no time.
    #[must_use]
    pub fn moved(&self, shift: ClockShift) -> Self {
        let moved = |record| moved_record(record, shift.delta()).map_or(Cow::Borrowed(record), Cow::Owned);
        let records = self.records.iter().map(|(place, record)| (place, moved(record))).collect();
        Self { records, ..self.clone() }
    }
}

fn times(fields: &Fields<'_>) -> RecordTimes {
    let time = |name| time(fields, name);
    let entries = fields.list("call_history").unwrap_or_default();
    let history = entries.into_iter().filter_map(|raw| {
        let entry = Fields::of(raw.get()).ok()?;
        self::time(&entry, "at").or_else(|| self::time(&entry, "timestamp"))
    });
    let mut calls: Vec<_> = history.chain(time("last_call_timestamp")).collect();
    calls.sort_unstable();
    calls.dedup();
    let changed = calls.last().copied().max(time("updated_at")).max(time("created_at"));
    let status = fields.text("status").ok().flatten();
    let waits = status.is_some_and(|status| Status::of_record(status.trim()) == Some(Status::Pending));
    let has_callback = time("scheduled_callback_time").is_some();
    let due = time("next_redial_timestamp").filter(|_| waits && !has_callback);
    RecordTimes { changed, due, calls, stated: stated(fields) }
}

/// Returns how much later the texts with a time zone are than the numbers beside them. `None` if they disagree.
fn stated(fields: &Fields<'_>) -> Option<TimeDelta> {
    let apart = TWINS.into_iter().filter_map(|(number, text)| {
        // A text without a zone says nothing.
        let text: DateTime<Utc> = fields.text(text).ok()??.trim().parse().ok()?;
        Some(text - time(fields, number)?)
    });
    let apart: Vec<_> = apart.collect();
    let first = *apart.first()?;
    apart.iter().all(|other| (*other - first).abs() < TimeDelta::seconds(2)).then_some(first)
}

/// Returns a time. In the original, JavaScript, 0 counted as no time.
fn time(fields: &Fields<'_>, name: &str) -> Option<DateTime<Utc>> {
    fields.time(name).ok().flatten().filter(|at| *at != DateTime::UNIX_EPOCH)
}

fn moved_record(record: &str, by: TimeDelta) -> Result<String, UnreadableRecord> {
    let fields = Fields::of(record)?;
    let mut draft = Draft::over(Some(record))?;
    move_times(&fields, &mut draft, &TIMES, by);
    if let Ok(entries) = fields.list("call_history")
        && !entries.is_empty()
    {
        let moved = entries.iter().map(|entry| moved_call(entry.get(), by).unwrap_or_else(|_| entry.get().to_owned()));
        draft.set_json("call_history", format!("[{}]", moved.collect::<Vec<_>>().join(",")));
    }
    Ok(draft.into_json())
}

fn moved_call(call: &str, by: TimeDelta) -> Result<String, UnreadableRecord> {
    let mut draft = Draft::over(Some(call))?;
    move_times(&Fields::of(call)?, &mut draft, &CALL_TIMES, by);
    Ok(draft.into_json())
}

fn move_times(fields: &Fields<'_>, draft: &mut Draft, names: &[&str], by: TimeDelta) {
    for name in names {
        let (Some(raw), Some(at)) = (fields.get(name), time(fields, name)) else { continue };
        let Some(at) = at.checked_add_signed(by).filter(|at| (1970..=2300).contains(&at.year())) else { continue };
        let is_text = raw.get().starts_with('"');
        let is_date = is_text && text_of(raw).is_some_and(|text| text.contains(['-', ':']));
        // A time keeps its form: a number, a number as text, or a date.
        match (is_text, is_date) {
            (true, true) => draft.set(name, at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            (true, false) => draft.set(name, at.timestamp_millis().to_string()),
            (false, _) => draft.set(name, at.timestamp_millis()),
        }
    }
}
