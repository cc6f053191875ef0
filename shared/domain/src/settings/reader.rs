//! Makes a policy of texts, and collects every mistake.

use super::{HOLD_MARGIN, Kind, Limits, SettingError, Settings, find, is_none};
use crate::law::Mode;
use crate::{BusinessHours, Cadence, LeadWindow, Outcome, Policy, TransferRule};
use chrono::{NaiveDate, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Reads one value after the other and collects what is wrong. A wrong value is replaced by something of its type, so that the
/// others are checked too.
pub(super) struct Reader<'a> {
    pub(super) settings: &'a Settings,
    pub(super) errors: Vec<SettingError>,
}

impl Reader<'_> {
    pub(super) fn policy(&mut self, limits: &Limits) -> Policy {
        Policy {
            enabled: self.flag("enabled"),
            running: self.flag("running"),
            cadence: Cadence {
                progressive: self.numbers("progressive_intervals"),
                fixed: self.number("redial_interval_minutes"),
                floor: self.number("min_redial_minutes"),
                jitter: self.number("redial_jitter_minutes"),
            },
            max_attempts: self.number("max_redial_attempts"),
            success: self.some("success_outcomes", Outcome::parse).into_iter().collect(),
            terminal: self.all("terminal_outcomes", Outcome::parse).into_iter().collect(),
            retention_days: self.number("retention_days"),
            process_interval: self.number("process_interval_minutes"),
            business_hours: self.business_hours(),
            law: Arc::clone(&limits.law),
            ring_guard: self.minutes("ring_guard_minutes"),
            mode: self.one_of(
                "calling_rules",
                &[("hours_and_caps", Mode::HoursAndCaps), ("full", Mode::Full), ("federal", Mode::Federal)],
            ),
            ignore_hours: self.flag("ignore_calling_hours"),
            lead_window: self
                .one_of("lead_window", &[("retention", LeadWindow::Retention), ("today", LeadWindow::Today)]),
            max_calls_per_number: self.number("max_calls_per_number_24h"),
            transfer_quiet: self.minutes("transfer_quiet_minutes"),
            callback_fallback: self.minutes("callback_fallback_minutes"),
            convoso_call_hold: self.minutes("convoso_call_hold_minutes"),
            defer: self.minutes("active_call_defer_minutes"),
            max_calls_per_run: self.number("max_calls_per_run"),
            max_calls_per_day: Some(self.number("max_calls_per_day")).filter(|most| *most > 0),
            calls_per_second: self.number("calls_per_second"),
            max_concurrent: self.number("max_concurrent_calls"),
            max_call: self.minutes("max_call_minutes"),
            grace: self.minutes("call_grace_minutes"),
            unknown_hold: self.minutes("unknown_hold_minutes"),
            transfer: self.one_of(
                "transfer_rule",
                &[("merged", TransferRule::Merged), ("transferred_to", TransferRule::TransferredTo)],
            ),
            callback_variables: self.all("callback_variables", |word| Some(word.to_owned())),
            convoso_dispositions: self.all("convoso_dispositions", disposition).into_iter().collect(),
            national_list_scrubbed_on: self.parsed("national_list_scrubbed_on", optional_date).flatten(),
        }
    }

    fn business_hours(&mut self) -> BusinessHours {
        let (start, end) = self.parsed("business_hours", hours).unwrap_or((NaiveTime::MIN, NaiveTime::MIN));
        BusinessHours {
            zone: self.parsed("business_timezone", |text| text.parse::<Tz>().ok()).unwrap_or(Tz::UTC),
            days: self.some("business_days", |word| word.parse::<Weekday>().ok()),
            start,
            end,
            blackout: self
                .all("blackout_dates", |word| NaiveDate::parse_from_str(word, "%Y-%m-%d").ok())
                .into_iter()
                .collect::<BTreeSet<_>>(),
        }
    }

    /// Checks rules that concern several values, or the deployment.
    pub(super) fn check(&mut self, policy: &Policy, limits: &Limits) {
        if policy.ignore_hours && !limits.provider_is_loopback {
            self.wrong("ignore_calling_hours");
            self.allow("false, unless BLAND_BASE_URL is a loopback address");
        }
        let least = limits.run_timeout + HOLD_MARGIN;
        if policy.unknown_hold < least {
            self.wrong("unknown_hold_minutes");
            self.allow(&format!(
                "at least {} s: a run may take {} s, and its last dial must be over before the line is asked about",
                least.num_seconds(),
                limits.run_timeout.num_seconds()
            ));
        }
        if policy.call_hold() < policy.unknown_hold {
            self.wrong("max_call_minutes");
            self.allow("with call_grace_minutes at least unknown_hold_minutes");
        }
    }

    fn allow(&mut self, allowed: &str) {
        if let Some(error) = self.errors.last_mut() {
            allowed.clone_into(&mut error.allowed);
        }
    }

    fn text(&self, key: &'static str) -> String {
        find(key).map(|setting| self.settings.value(setting).0.trim().to_owned()).unwrap_or_default()
    }

    fn wrong(&mut self, key: &'static str) {
        let allowed = find(key).map(|setting| setting.allowed.to_owned()).unwrap_or_default();
        self.errors.push(SettingError { key, value: self.text(key), allowed });
    }

    fn parsed<T>(&mut self, key: &'static str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let value = parse(&self.text(key));
        if value.is_none() {
            self.wrong(key);
        }
        value
    }

    fn flag(&mut self, key: &'static str) -> bool {
        self.parsed(key, |text| text.to_ascii_lowercase().parse().ok()).unwrap_or_default()
    }

    fn number(&mut self, key: &'static str) -> u32 {
        self.parsed(key, |text| in_range(key, text)).unwrap_or(1)
    }

    fn minutes(&mut self, key: &'static str) -> TimeDelta {
        TimeDelta::minutes(self.number(key).into())
    }

    fn numbers(&mut self, key: &'static str) -> Vec<u32> {
        let text = self.text(key);
        if is_none(&text) {
            return Vec::new();
        }
        self.all(key, |word| in_range(key, word))
    }

    fn one_of<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> T {
        let find = |text: &str| words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        self.parsed(key, find).unwrap_or(words[0].1)
    }

    fn all<T>(&mut self, key: &'static str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let text = self.text(key);
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        let parsed: Option<Vec<T>> = words.map(parse).collect();
        parsed.unwrap_or_else(|| {
            self.wrong(key);
            Vec::new()
        })
    }

    fn some<T>(&mut self, key: &'static str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let errors = self.errors.len();
        let values = self.all(key, parse);
        if values.is_empty() && self.errors.len() == errors {
            self.wrong(key);
        }
        values
    }
}

fn in_range(key: &str, text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    match find(key)?.kind {
        Kind::Number(least, most) | Kind::Numbers(least, most) => (least..=most).contains(&number).then_some(number),
        Kind::Flag | Kind::Text | Kind::Words => None,
    }
}

fn hours(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let (start, end) = text.split_once('-')?;
    let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
    let end = if end.trim() == "24:00" { NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999) } else { time(end) };
    let (start, end) = (time(start)?, end?);
    (start < end).then_some((start, end))
}

/// Reads a date, or nothing.
fn optional_date(text: &str) -> Option<Option<NaiveDate>> {
    if text.is_empty() {
        return Some(None);
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Some)
}

fn disposition(pair: &str) -> Option<(String, Outcome)> {
    let (code, outcome) = pair.split_once('=')?;
    let code = code.trim().to_uppercase();
    (!code.is_empty()).then_some((code, Outcome::parse(outcome)?))
}
