//! The table of settings: each has a key, an environment variable, a default, and what is allowed.

mod reader;

use super::Policy;
use super::law::Rules;
use chrono::TimeDelta;
use reader::Reader;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The key in the admin API.
    pub key: &'static str,
    /// The environment variable that sets its default.
    pub variable: &'static str,
    /// The value without that variable.
    pub default: &'static str,
    /// The shape of its value.
    pub kind: Kind,
    /// What is allowed, for error messages and the reference.
    pub allowed: &'static str,
}

/// The shape of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Flag,
    /// A whole number between the two, inclusive.
    Number(u32, u32),
    /// Whole numbers between the two, separated by commas.
    Numbers(u32, u32),
    /// One word or phrase.
    Text,
    /// Words, separated by commas.
    Words,
}

/// Where a setting's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The table.
    Default,
    /// An environment variable.
    Environment,
    /// The admin API.
    Override,
}

/// A value that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} is {value:?}; allowed: {allowed}")]
pub struct SettingError {
    /// The setting's key.
    pub key: &'static str,
    /// The value as it was given.
    pub value: String,
    /// What is allowed.
    pub allowed: String,
}

// The longest wait between two attempts. The default retention of 30 days still leaves room for several.
const MINUTES_OF_A_WEEK: u32 = 10_080;

/// Every setting, in the order of README's table.
pub const SETTINGS: &[Setting] = &[
    setting("enabled", "REDIAL_QUEUE_ENABLED", "true", Kind::Flag, "true or false"),
    setting("running", "REDIAL_RUNNING", "true", Kind::Flag, "true or false"),
    setting(
        "redial_interval_minutes",
        "REDIAL_INTERVAL_MINUTES",
        "30",
        Kind::Number(0, MINUTES_OF_A_WEEK),
        "0 to 10080",
    ),
    setting(
        "progressive_intervals",
        "REDIAL_PROGRESSIVE_INTERVALS",
        "0,0,5,10,30,60,120",
        Kind::Numbers(0, MINUTES_OF_A_WEEK),
        "minutes from 0 to 10080 separated by commas, or none for the fixed interval",
    ),
    setting("min_redial_minutes", "REDIAL_MIN_REDIAL_MINUTES", "2", Kind::Number(0, 1440), "0 to 1440"),
    setting("redial_jitter_minutes", "REDIAL_JITTER_MINUTES", "0", Kind::Number(0, 1440), "0 to 1440"),
    setting("max_redial_attempts", "REDIAL_MAX_ATTEMPTS", "8", Kind::Number(1, 100), "1 to 100"),
    setting(
        "success_outcomes",
        "REDIAL_SUCCESS_OUTCOMES",
        "TRANSFERRED,SALE,ACA,CALLBACK",
        Kind::Words,
        "at least one outcome, separated by commas",
    ),
    setting(
        "terminal_outcomes",
        "REDIAL_TERMINAL_OUTCOMES",
        "",
        Kind::Words,
        "outcomes separated by commas, or nothing",
    ),
    setting("retention_days", "REDIAL_RETENTION_DAYS", "30", Kind::Number(1, 366), "1 to 366"),
    setting("process_interval_minutes", "REDIAL_PROCESS_INTERVAL", "5", Kind::Number(1, 60), "1 to 60"),
    setting("business_timezone", "REDIAL_BUSINESS_TIMEZONE", "America/New_York", Kind::Text, "an IANA time zone"),
    setting(
        "business_days",
        "REDIAL_BUSINESS_DAYS",
        "mon,tue,wed,thu,fri,sat,sun",
        Kind::Words,
        "at least one of mon,tue,wed,thu,fri,sat,sun",
    ),
    setting(
        "business_hours",
        "REDIAL_BUSINESS_HOURS",
        "11:00-20:00",
        Kind::Text,
        "HH:MM-HH:MM with the end after the start",
    ),
    setting(
        "blackout_dates",
        "REDIAL_BLACKOUT_DATES",
        "",
        Kind::Words,
        "dates as YYYY-MM-DD separated by commas, or nothing",
    ),
    setting("lead_window", "REDIAL_LEAD_WINDOW", "retention", Kind::Text, "retention or today"),
    setting("max_calls_per_number_24h", "REDIAL_MAX_CALLS_PER_NUMBER_24H", "8", Kind::Number(1, 50), "1 to 50"),
    setting("active_call_defer_minutes", "REDIAL_ACTIVE_CALL_DEFER_MINUTES", "5", Kind::Number(1, 1440), "1 to 1440"),
    setting("transfer_quiet_minutes", "REDIAL_TRANSFER_QUIET_MINUTES", "30", Kind::Number(0, 1440), "0 to 1440"),
    setting(
        "callback_fallback_minutes",
        "REDIAL_CALLBACK_FALLBACK_MINUTES",
        "120",
        Kind::Number(1, MINUTES_OF_A_WEEK),
        "1 to 10080",
    ),
    setting("convoso_call_hold_minutes", "REDIAL_CONVOSO_CALL_HOLD_MINUTES", "30", Kind::Number(1, 720), "1 to 720"),
    setting("max_calls_per_run", "REDIAL_MAX_CALLS_PER_RUN", "500", Kind::Number(1, 100_000), "1 to 100000"),
    setting(
        "max_calls_per_day",
        "REDIAL_MAX_CALLS_PER_DAY",
        "0",
        Kind::Number(0, 1_000_000),
        "0 to 1000000; 0 sets no limit",
    ),
    setting("calls_per_second", "REDIAL_CALLS_PER_SECOND", "5", Kind::Number(1, 100), "1 to 100"),
    setting("max_concurrent_calls", "REDIAL_MAX_CONCURRENT_CALLS", "10", Kind::Number(1, 100), "1 to 100"),
    setting("max_call_minutes", "REDIAL_MAX_CALL_MINUTES", "30", Kind::Number(1, 720), "1 to 720"),
    setting("call_grace_minutes", "REDIAL_CALL_GRACE_MINUTES", "5", Kind::Number(1, 60), "1 to 60"),
    setting("unknown_hold_minutes", "REDIAL_UNKNOWN_HOLD_MINUTES", "10", Kind::Number(1, 120), "1 to 120"),
    setting("ring_guard_minutes", "REDIAL_RING_GUARD_MINUTES", "3", Kind::Number(0, 60), "0 to 60"),
    setting("calling_rules", "REDIAL_CALLING_RULES", "hours_and_caps", Kind::Text, "hours_and_caps, full or federal"),
    setting("ignore_calling_hours", "REDIAL_IGNORE_CALLING_HOURS", "false", Kind::Flag, "true or false"),
    setting("transfer_rule", "REDIAL_TRANSFER_RULE", "merged", Kind::Text, "merged or transferred_to"),
    setting(
        "callback_variables",
        "REDIAL_CALLBACK_VARIABLES",
        "callback_time,callback_requested_at,scheduled_callback_time",
        Kind::Words,
        "names of call variables separated by commas",
    ),
    setting(
        "convoso_dispositions",
        "REDIAL_CONVOSO_DISPOSITIONS",
        "",
        Kind::Words,
        "pairs CODE=OUTCOME separated by commas, or nothing",
    ),
    setting(
        "national_list_scrubbed_on",
        "REDIAL_NATIONAL_LIST_SCRUBBED_ON",
        "",
        Kind::Text,
        "a date as YYYY-MM-DD, or nothing",
    ),
];

const fn setting(
    key: &'static str,
    variable: &'static str,
    default: &'static str,
    kind: Kind,
    allowed: &'static str,
) -> Setting {
    Setting { key, variable, default, kind, allowed }
}

/// Returns the setting of a key. `max_attempts` is another name of `max_redial_attempts`, which the original used.
#[must_use]
pub fn find(key: &str) -> Option<&'static Setting> {
    let key = if key == "max_attempts" { "max_redial_attempts" } else { key };
    SETTINGS.iter().find(|setting| setting.key == key)
}

/// The values given by the environment and by the admin API, as text, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// From environment variables.
    pub environment: BTreeMap<&'static str, String>,
    /// From the admin API. They have precedence.
    pub overrides: BTreeMap<&'static str, String>,
}

/// What the deployment allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Whether the provider's base URL is a loopback address. Only then may the gates for hours be switched off, because no
    /// phone rings.
    pub provider_is_loopback: bool,
    /// The timeout after which a run is ended from outside.
    pub run_timeout: TimeDelta,
    /// The calling rules.
    pub law: Arc<Rules>,
}

impl Default for Limits {
    /// Returns the strictest limits: a provider that really rings, and the timeout of the processor in the template, 240 s.
    /// The law is the federal one, which every deployment replaces by all rules.
    fn default() -> Self {
        Self { provider_is_loopback: false, run_timeout: TimeDelta::seconds(240), law: Rules::federal() }
    }
}

/// The least time between the timeout of a run and the end of a hold that it took in its last moment. In it the dial ends
/// (15 s), and two clocks may differ by 30 s each. Otherwise another run could ask about an attempt that is still being dialed.
const HOLD_MARGIN: TimeDelta = TimeDelta::seconds(75);

impl Settings {
    /// Returns the value in force and where it comes from.
    #[must_use]
    pub fn value(&self, setting: &Setting) -> (&str, Origin) {
        if let Some(value) = self.overrides.get(setting.key) {
            return (value, Origin::Override);
        }
        match self.environment.get(setting.key) {
            Some(value) => (value, Origin::Environment),
            None => (setting.default, Origin::Default),
        }
    }

    /// Makes the policy of these values.
    ///
    /// # Errors
    /// One [`SettingError`] for each value that is not allowed, all together.
    pub fn policy(&self, limits: Limits) -> Result<Policy, Vec<SettingError>> {
        let mut reader = Reader { settings: self, errors: Vec::new() };
        let policy = reader.policy(&limits);
        if reader.errors.is_empty() {
            reader.check(&policy, &limits);
        }
        if reader.errors.is_empty() { Ok(policy) } else { Err(reader.errors) }
    }

    /// Returns these settings with some overrides changed. Of the two kinds of interval, the one that is named is in force from
    /// then on (*Next dial* in `docs/CONTRACT.md`).
    ///
    /// # Errors
    /// One [`SettingError`] for each value that is not allowed, all together.
    pub fn changed(&self, changes: &[(&'static str, String)], limits: Limits) -> Result<Self, Vec<SettingError>> {
        let mut next = self.clone();
        for (key, value) in changes {
            next.overrides.insert(key, value.clone());
        }
        let named = |key: &str| changes.iter().find(|(name, _)| *name == key).map(|(_, value)| value.trim());
        match (named("redial_interval_minutes"), named("progressive_intervals")) {
            (Some(_), None) => {
                next.overrides.insert("progressive_intervals", "none".to_owned());
            }
            (Some(minutes), Some(list)) if !is_none(list) => {
                return Err(vec![SettingError {
                    key: "redial_interval_minutes",
                    value: minutes.to_owned(),
                    allowed: "not together with progressive_intervals, unless that list is empty".to_owned(),
                }]);
            }
            _ => {}
        }
        next.policy(limits)?;
        // The schedule is part of the stack. A changed setting would show an interval at which no run starts.
        if let Some(setting) = find("process_interval_minutes")
            && self.value(setting).0 != next.value(setting).0
        {
            return Err(vec![SettingError {
                key: setting.key,
                value: next.value(setting).0.to_owned(),
                allowed: format!("{} until {} is changed at the next deploy", self.value(setting).0, setting.variable),
            }]);
        }
        Ok(next)
    }
}

fn is_none(list: &str) -> bool {
    list.is_empty() || list == "none"
}

#[cfg(test)]
mod tests;
