//! The table of settings: one key and one environment variable for each rule, with its default and what is allowed.

use super::{BusinessHours, Cadence, CallingHours, LeadWindow, Outcome, Policy, TransferRule};
use chrono::{NaiveDate, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};

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

/// Where a value comes from.
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
    /// The value, as it was given.
    pub value: String,
    /// What is allowed.
    pub allowed: String,
}

const MINUTES_OF_A_WEEK: u32 = 10_080;

/// Every setting, in the order of the reference.
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
    setting("max_calls_per_run", "REDIAL_MAX_CALLS_PER_RUN", "500", Kind::Number(1, 100_000), "1 to 100000"),
    setting("calls_per_second", "REDIAL_CALLS_PER_SECOND", "5", Kind::Number(1, 100), "1 to 100"),
    setting("max_concurrent_calls", "REDIAL_MAX_CONCURRENT_CALLS", "10", Kind::Number(1, 100), "1 to 100"),
    setting("max_call_minutes", "REDIAL_MAX_CALL_MINUTES", "30", Kind::Number(1, 720), "1 to 720"),
    setting("call_grace_minutes", "REDIAL_CALL_GRACE_MINUTES", "5", Kind::Number(1, 60), "1 to 60"),
    setting("unknown_hold_minutes", "REDIAL_UNKNOWN_HOLD_MINUTES", "10", Kind::Number(1, 120), "1 to 120"),
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

/// The setting of a key. `max_attempts` is another name of `max_redial_attempts`.
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
    /// From the admin API; they win.
    pub overrides: BTreeMap<&'static str, String>,
}

/// What the deployment allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The provider's base URL is a loopback address: the gates for hours may be switched off.
    pub provider_is_loopback: bool,
    /// After this time a run is ended from outside.
    pub run_timeout: TimeDelta,
}

impl Default for Limits {
    /// The strictest: a provider that really rings, and the run time-out of the template.
    fn default() -> Self {
        Self { provider_is_loopback: false, run_timeout: TimeDelta::seconds(240) }
    }
}

/// Between the last dial of a run that is ended from outside and the end of its hold: the dial itself (15 s), clocks that
/// differ, and room.
const HOLD_MARGIN: TimeDelta = TimeDelta::seconds(75);

impl Settings {
    /// The value in force and where it comes from.
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

    /// The rules that these values make.
    ///
    /// # Errors
    /// Every value that is not allowed, together.
    pub fn policy(&self, limits: Limits) -> Result<Policy, Vec<SettingError>> {
        let mut reader = Reader { settings: self, errors: Vec::new() };
        let policy = reader.policy();
        if reader.errors.is_empty() {
            reader.check(&policy, limits);
        }
        if reader.errors.is_empty() { Ok(policy) } else { Err(reader.errors) }
    }

    /// These settings with some overrides changed. Whichever of the two kinds of interval is named is in force from then on.
    ///
    /// # Errors
    /// Every value that is not allowed, together.
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

/// Reads one value after the other and remembers what is wrong; a wrong value is replaced by something of its type.
struct Reader<'a> {
    settings: &'a Settings,
    errors: Vec<SettingError>,
}

impl Reader<'_> {
    fn policy(&mut self) -> Policy {
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
            calling_hours: CallingHours::FEDERAL,
            ignore_hours: self.flag("ignore_calling_hours"),
            lead_window: self
                .one_of("lead_window", &[("retention", LeadWindow::Retention), ("today", LeadWindow::Today)]),
            max_calls_per_number: self.number("max_calls_per_number_24h"),
            defer: self.minutes("active_call_defer_minutes"),
            max_calls_per_run: self.number("max_calls_per_run"),
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

    /// Rules between values.
    fn check(&mut self, policy: &Policy, limits: Limits) {
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

fn disposition(pair: &str) -> Option<(String, Outcome)> {
    let (code, outcome) = pair.split_once('=')?;
    let code = code.trim().to_uppercase();
    (!code.is_empty()).then_some((code, Outcome::parse(outcome)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const LIMITS: Limits = Limits { provider_is_loopback: false, run_timeout: TimeDelta::seconds(240) };

    fn with(key: &str, value: &str) -> Settings {
        Settings { environment: BTreeMap::from([(find(key).unwrap().key, value.to_owned())]), ..Settings::default() }
    }

    #[test]
    fn the_defaults_are_those_of_the_contract() {
        let policy = Settings::default().policy(LIMITS).unwrap();
        assert_eq!(policy.cadence.progressive, [0, 0, 5, 10, 30, 60, 120]);
        assert_eq!((policy.max_attempts, policy.max_calls_per_number, policy.retention_days), (8, 8, 30));
        assert!(policy.completes(&Outcome::ACA, false) && policy.completes(&Outcome::CALLBACK, false));
        assert!(!policy.completes(&Outcome::CALLBACK, true));
        assert_eq!(policy.call_hold(), TimeDelta::minutes(35));
        assert!(!policy.ignore_hours && policy.enabled && policy.running);
    }

    #[test]
    fn a_success_outcome_is_the_whole_word() {
        let policy = Settings::default().policy(LIMITS).unwrap();
        assert!(!policy.completes(&Outcome::parse("NO_SALE").unwrap(), false));
        assert!(!policy.completes(&Outcome::parse("SALES").unwrap(), false));
    }

    #[rstest]
    #[case("none")]
    #[case("")]
    #[case(" ")]
    fn no_progressive_intervals_means_the_fixed_interval(#[case] list: &str) {
        assert_eq!(with("progressive_intervals", list).policy(LIMITS).unwrap().cadence.interval(3), 30);
    }

    #[test]
    fn a_zero_stays_a_zero() {
        let settings = with("progressive_intervals", "0");
        assert_eq!(settings.policy(LIMITS).unwrap().cadence.interval(5), 0);
    }

    #[rstest]
    #[case("enabled", "yes")]
    #[case("max_attempts", "0")]
    #[case("max_redial_attempts", "-1")]
    #[case("redial_interval_minutes", "30m")]
    #[case("progressive_intervals", "0,x")]
    #[case("progressive_intervals", "5,20000")]
    #[case("success_outcomes", " , ")]
    #[case("business_timezone", "Mars/Olympus")]
    #[case("business_days", "mon,someday")]
    #[case("business_days", "")]
    #[case("business_hours", "20:00-11:00")]
    #[case("business_hours", "11-20")]
    #[case("blackout_dates", "2025-13-01")]
    #[case("lead_window", "yesterday")]
    #[case("convoso_dispositions", "A")]
    #[case("ignore_calling_hours", "true")]
    #[case("unknown_hold_minutes", "5")]
    #[case("max_call_minutes", "4")]
    fn what_is_not_allowed_is_named_with_its_value(#[case] key: &str, #[case] value: &str) {
        let errors = with(key, value).policy(LIMITS).unwrap_err();
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0].key, find(key).unwrap().key);
        assert_eq!(errors[0].value, value.trim());
        assert!(!errors[0].allowed.is_empty());
    }

    #[test]
    fn every_mistake_is_reported_together() {
        let environment = BTreeMap::from([("enabled", "1".to_owned()), ("retention_days", "0".to_owned())]);
        let errors = Settings { environment, ..Settings::default() }.policy(LIMITS).unwrap_err();
        assert_eq!(errors.len(), 2);
    }

    #[test]
    fn an_override_wins_over_the_environment() {
        let mut settings = with("max_redial_attempts", "4");
        settings.overrides.insert("max_redial_attempts", "5".to_owned());
        assert_eq!(settings.policy(LIMITS).unwrap().max_attempts, 5);
        assert_eq!(settings.value(find("max_redial_attempts").unwrap()), ("5", Origin::Override));
        assert_eq!(settings.value(find("enabled").unwrap()), ("true", Origin::Default));
    }

    #[test]
    fn hours_are_ignored_only_for_a_loopback_provider() {
        let loopback = Limits { provider_is_loopback: true, ..LIMITS };
        assert!(with("ignore_calling_hours", "true").policy(loopback).unwrap().ignore_hours);
    }

    #[rstest]
    #[case::fixed(&[("redial_interval_minutes", "45")], 45)]
    #[case::progressive(&[("progressive_intervals", "1,2")], 1)]
    #[case::both_with_an_empty_list(&[("redial_interval_minutes", "45"), ("progressive_intervals", "")], 45)]
    fn the_interval_that_is_named_is_in_force(#[case] changes: &[(&'static str, &str)], #[case] first: u32) {
        let changes: Vec<_> = changes.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        let settings = Settings::default().changed(&changes, LIMITS).unwrap();
        assert_eq!(settings.policy(LIMITS).unwrap().cadence.interval(1), first);
    }

    #[test]
    fn naming_both_intervals_is_an_error() {
        let changes = [("redial_interval_minutes", "45".to_owned()), ("progressive_intervals", "1".to_owned())];
        assert_eq!(Settings::default().changed(&changes, LIMITS).unwrap_err()[0].key, "redial_interval_minutes");
    }

    #[test]
    fn the_schedule_cannot_be_changed_by_an_override() {
        let change =
            |minutes: &str| Settings::default().changed(&[("process_interval_minutes", minutes.to_owned())], LIMITS);
        assert_eq!(change("10").unwrap_err()[0].key, "process_interval_minutes");
        assert!(change("5").is_ok());
    }
}
