//! The one place that reads the environment: typed, checked, every mistake reported together.

use crate::domain::settings::{Kind, Limits, SETTINGS, Setting, Settings};
use crate::store::records::ShardCount;
use crate::store::settings::Environment;
use crate::wire::api_key::Keyring;
use chrono::TimeDelta;
use reqwest::Url;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where variables come from: the process's environment, or a test's.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What every function needs.
#[derive(Debug, Clone)]
pub struct Common {
    /// The bucket of records.
    pub bucket: String,
    /// The table of lines.
    pub lines_table: String,
    /// Into how many objects a new month is divided.
    pub shards: ShardCount,
    /// The settings of the environment.
    pub environment: Environment,
}

/// What the webhook needs.
#[derive(Debug, Clone)]
pub struct WebhookConfig {
    /// For every function.
    pub common: Common,
    /// Secrets with which Bland may sign.
    pub bland_secrets: Vec<SecretString>,
    /// Secrets that Convoso may send.
    pub convoso_secrets: Vec<SecretString>,
}

/// What the processor needs.
#[derive(Debug, Clone)]
pub struct ProcessorConfig {
    /// For every function.
    pub common: Common,
    /// Where the provider's API is, without a slash at the end.
    pub bland_base_url: String,
    /// The key of the provider's API.
    pub bland_api_key: SecretString,
    /// What goes into every call.
    pub account: crate::wire::bland::Account,
}

/// What the admin API needs.
#[derive(Debug, Clone)]
pub struct AdminConfig {
    /// For every function.
    pub common: Common,
    /// The valid keys.
    pub keys: Keyring,
    /// `?api_key=` works for GET.
    pub allow_key_in_query: bool,
    /// The function that runs.
    pub processor_function: String,
    /// The provider is played by somebody on this machine.
    pub provider_is_loopback: bool,
}

/// `LOG_LEVEL`, which is needed before anything else is read.
#[must_use]
pub fn log_level() -> Option<String> {
    process_variable("LOG_LEVEL")
}

/// Every mistake in the environment.
#[derive(Debug, thiserror::Error)]
#[error("the environment is not usable:\n  {}", .0.join("\n  "))]
pub struct ConfigError(pub Vec<String>);

impl WebhookConfig {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// [`ConfigError`] with every mistake.
    pub fn from_environment() -> Result<Self, ConfigError> {
        Self::read(&process_variable)
    }

    /// Reads variables from anywhere.
    ///
    /// # Errors
    /// [`ConfigError`] with every mistake.
    pub fn read(variable: Variables<'_>) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(variable);
        let config = Self {
            common: reader.common(),
            bland_secrets: reader.secrets("BLAND_WEBHOOK_SECRET"),
            convoso_secrets: reader.secrets("CONVOSO_WEBHOOK_SECRET"),
        };
        if config.bland_secrets.is_empty() && config.convoso_secrets.is_empty() {
            reader.wrong("BLAND_WEBHOOK_SECRET and CONVOSO_WEBHOOK_SECRET are not set; at least one is needed, or no webhook is ever accepted");
        }
        reader.done(config)
    }
}

impl ProcessorConfig {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// [`ConfigError`] with every mistake.
    pub fn from_environment() -> Result<Self, ConfigError> {
        Self::read(&process_variable)
    }

    /// Reads variables from anywhere.
    ///
    /// # Errors
    /// [`ConfigError`] with every mistake.
    pub fn read(variable: Variables<'_>) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(variable);
        let config = Self {
            common: reader.common(),
            bland_base_url: reader.base_url().as_str().trim_end_matches('/').to_owned(),
            bland_api_key: reader.required("BLAND_API_KEY").into(),
            account: reader.account(),
        };
        reader.done(config)
    }
}

impl AdminConfig {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// [`ConfigError`] with every mistake.
    pub fn from_environment() -> Result<Self, ConfigError> {
        Self::read(&process_variable)
    }

    /// Reads variables from anywhere.
    ///
    /// # Errors
    /// [`ConfigError`] with every mistake.
    pub fn read(variable: Variables<'_>) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(variable);
        let config = Self {
            common: reader.common(),
            keys: reader.keys(),
            allow_key_in_query: reader.flag("ALLOW_API_KEY_IN_QUERY"),
            processor_function: reader.required("PROCESSOR_FUNCTION"),
            provider_is_loopback: is_loopback(&reader.base_url()),
        };
        reader.done(config)
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn process_variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

const BLAND_BASE_URL: &str = "https://api.bland.ai";

struct Reader<'a> {
    variable: Variables<'a>,
    errors: Vec<String>,
}

impl<'a> Reader<'a> {
    fn new(variable: Variables<'a>) -> Self {
        Self { variable, errors: Vec::new() }
    }

    fn done<T>(self, config: T) -> Result<T, ConfigError> {
        if self.errors.is_empty() { Ok(config) } else { Err(ConfigError(self.errors)) }
    }

    fn wrong(&mut self, error: impl Into<String>) {
        let error = error.into();
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    /// The value; an empty one counts as not set.
    fn optional(&self, name: &str) -> Option<String> {
        (self.variable)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// As `optional`; but an empty list of numbers is a value: there are none.
    fn setting(&self, setting: &Setting) -> Option<String> {
        match setting.kind {
            Kind::Numbers(..) => (self.variable)(setting.variable),
            Kind::Flag | Kind::Number(..) | Kind::Text | Kind::Words => self.optional(setting.variable),
        }
    }

    fn required(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.wrong(format!("{name} is not set"));
            String::new()
        })
    }

    fn flag(&mut self, name: &str) -> bool {
        match self.optional(name).map(|value| value.to_lowercase()).as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => {
                self.wrong(format!("{name} is {other:?}; allowed: true or false"));
                false
            }
        }
    }

    fn secrets(&self, name: &str) -> Vec<SecretString> {
        let list = self.optional(name).unwrap_or_default();
        list.split(',').map(str::trim).filter(|secret| !secret.is_empty()).map(SecretString::from).collect()
    }

    fn common(&mut self) -> Common {
        Common {
            bucket: self.required("BUCKET_NAME"),
            lines_table: self.required("LINES_TABLE"),
            shards: self.shards(),
            environment: self.environment(),
        }
    }

    fn shards(&mut self) -> ShardCount {
        let text = self.optional("REDIAL_SHARDS").unwrap_or_else(|| "auto".to_owned());
        ShardCount::parse(&text).unwrap_or_else(|| {
            self.wrong(format!("REDIAL_SHARDS is {text:?}; allowed: auto, or a power of two from 1 to 256"));
            ShardCount::Auto
        })
    }

    fn environment(&mut self) -> Environment {
        let limits = Limits { provider_is_loopback: is_loopback(&self.base_url()), run_timeout: self.run_timeout() };
        let given = SETTINGS.iter().filter_map(|setting| Some((setting.key, self.setting(setting)?)));
        let settings = Settings { environment: given.collect::<BTreeMap<_, _>>(), ..Settings::default() };
        let policy = settings.policy(limits).or_else(|errors| {
            for error in errors {
                let variable =
                    SETTINGS.iter().find(|setting| setting.key == error.key).map_or(error.key, |s| s.variable);
                self.wrong(format!("{variable} is {:?}; allowed: {}", error.value, error.allowed));
            }
            // Only to go on and find further mistakes: with an error nothing starts.
            Settings::default().policy(Limits::default())
        });
        let policy = policy.map(Arc::new).unwrap_or_else(|_| unreachable!("the defaults are valid, as a test shows"));
        Environment { values: settings.environment, limits, policy }
    }

    fn run_timeout(&mut self) -> TimeDelta {
        let text = self.optional("PROCESSOR_TIMEOUT_SECONDS").unwrap_or_else(|| "240".to_owned());
        match text.parse() {
            Ok(seconds @ 45..=900) => TimeDelta::seconds(seconds),
            _ => {
                self.wrong(format!("PROCESSOR_TIMEOUT_SECONDS is {text:?}; allowed: 45 to 900"));
                TimeDelta::zero()
            }
        }
    }

    fn base_url(&mut self) -> Url {
        self.url("BLAND_BASE_URL", &self.optional("BLAND_BASE_URL").unwrap_or_else(|| BLAND_BASE_URL.to_owned()))
    }

    fn url(&mut self, name: &str, text: &str) -> Url {
        match Url::parse(text) {
            Ok(url) if url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)) => url,
            _ => {
                self.wrong(format!("{name} is {text:?}; allowed: a URL with https, or http on a loopback address"));
                nowhere()
            }
        }
    }

    fn keys(&mut self) -> Keyring {
        let mut keys = Keyring::parse(&self.optional("ADMIN_API_KEYS").unwrap_or_default()).unwrap_or_else(|error| {
            self.wrong(format!("ADMIN_API_KEYS: {error}, separated by commas; the role is read or admin, the digest SHA-256 in hexadecimal"));
            Keyring::default()
        });
        if let Some(secret) = self.optional("ADMIN_API_KEY") {
            keys.add_plain(&secret);
        }
        if keys.is_empty() {
            self.wrong("ADMIN_API_KEYS is not set; it needs at least one key as name:role:digest");
        }
        keys
    }

    fn account(&mut self) -> crate::wire::bland::Account {
        let webhook = self.required("BLAND_WEBHOOK_URL");
        let account = crate::wire::bland::Account {
            webhook: if webhook.is_empty() { webhook } else { self.url("BLAND_WEBHOOK_URL", &webhook).to_string() },
            pathway_id: self.optional("BLAND_PATHWAY_ID"),
            task: self.optional("BLAND_TASK"),
            from: self.optional("BLAND_FROM"),
            extra: self.call_parameters(),
        };
        if account.pathway_id.is_none() && account.task.is_none() {
            self.wrong("BLAND_PATHWAY_ID and BLAND_TASK are not set; one is needed");
        }
        account
    }

    fn call_parameters(&mut self) -> serde_json::Map<String, serde_json::Value> {
        let text = self.optional("BLAND_CALL_PARAMETERS").unwrap_or_else(|| "{}".to_owned());
        serde_json::from_str(&text).unwrap_or_else(|error| {
            self.wrong(format!("BLAND_CALL_PARAMETERS is no JSON object: {error}"));
            serde_json::Map::new()
        })
    }
}

fn nowhere() -> Url {
    Url::parse("https://invalid.invalid").unwrap_or_else(|_| unreachable!("a literal URL"))
}

fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn read<T>(
        config: fn(Variables<'_>) -> Result<T, ConfigError>,
        changes: &[(&str, &str)],
    ) -> Result<T, ConfigError> {
        let good = [
            ("BUCKET_NAME", "records"),
            ("LINES_TABLE", "lines"),
            ("BLAND_API_KEY", "key"),
            ("BLAND_PATHWAY_ID", "pathway"),
            ("BLAND_WEBHOOK_URL", "https://example.com/webhooks/bland-callback"),
            ("BLAND_WEBHOOK_SECRET", "one, two"),
            ("PROCESSOR_FUNCTION", "processor"),
            ("ADMIN_API_KEY", "admin"),
        ];
        let mut all: BTreeMap<&str, &str> = good.into();
        all.extend(changes.iter().copied());
        config(&|name| all.get(name).map(|value| (*value).to_owned()))
    }

    #[test]
    fn a_complete_environment_is_read() {
        let webhook = read(WebhookConfig::read, &[]).unwrap();
        assert_eq!((webhook.bland_secrets.len(), webhook.convoso_secrets.len()), (2, 0));
        let processor = read(ProcessorConfig::read, &[("REDIAL_MAX_ATTEMPTS", "4")]).unwrap();
        assert_eq!(processor.bland_base_url, BLAND_BASE_URL);
        assert_eq!(processor.common.environment.policy.max_attempts, 4);
        let admin = read(AdminConfig::read, &[]).unwrap();
        assert!(!admin.allow_key_in_query && !admin.provider_is_loopback);
        assert!(admin.keys.recognise("admin").is_some());
    }

    #[rstest]
    #[case(&[("BUCKET_NAME", "")], "BUCKET_NAME")]
    #[case(&[("BLAND_BASE_URL", "http://api.bland.ai")], "BLAND_BASE_URL")]
    #[case(&[("BLAND_WEBHOOK_URL", "http://example.com")], "BLAND_WEBHOOK_URL")]
    #[case(&[("BLAND_PATHWAY_ID", "")], "BLAND_PATHWAY_ID and BLAND_TASK")]
    #[case(&[("BLAND_CALL_PARAMETERS", "[]")], "BLAND_CALL_PARAMETERS")]
    #[case(&[("REDIAL_SHARDS", "3")], "REDIAL_SHARDS")]
    #[case(&[("REDIAL_IGNORE_CALLING_HOURS", "true")], "REDIAL_IGNORE_CALLING_HOURS")]
    #[case(&[("REDIAL_IGNORE_CALLING_HOURS", "true"), ("BLAND_BASE_URL", "https://127.0.0.1.example.com")], "REDIAL_IGNORE_CALLING_HOURS")]
    #[case(&[("PROCESSOR_TIMEOUT_SECONDS", "900")], "REDIAL_UNKNOWN_HOLD_MINUTES")]
    #[case(&[("PROCESSOR_TIMEOUT_SECONDS", "x")], "PROCESSOR_TIMEOUT_SECONDS")]
    #[case::too_short_to_ask_what_became_of_a_call(&[("PROCESSOR_TIMEOUT_SECONDS", "44")], "PROCESSOR_TIMEOUT_SECONDS")]
    #[case(&[("REDIAL_INTERVAL_MINUTES", "soon")], "REDIAL_INTERVAL_MINUTES")]
    fn a_mistake_names_the_variable(#[case] changes: &[(&str, &str)], #[case] variable: &str) {
        let error = read(ProcessorConfig::read, changes).unwrap_err();
        assert!(error.0.iter().any(|line| line.starts_with(variable)), "{error}");
    }

    #[test]
    fn every_mistake_is_reported_together_and_once() {
        let error = read(AdminConfig::read, &[("BUCKET_NAME", ""), ("BLAND_BASE_URL", "x"), ("ADMIN_API_KEYS", "x")])
            .unwrap_err();
        assert_eq!(error.0.len(), 3, "{error}");
    }

    #[rstest]
    #[case("http://127.0.0.1:4000")]
    #[case("http://localhost:4000")]
    #[case("http://[::1]:4000")]
    fn hours_may_be_ignored_for_a_provider_on_this_machine(#[case] url: &str) {
        let config =
            read(ProcessorConfig::read, &[("REDIAL_IGNORE_CALLING_HOURS", "true"), ("BLAND_BASE_URL", url)]).unwrap();
        assert!(config.common.environment.policy.ignore_hours);
    }

    #[test]
    fn an_empty_list_of_intervals_means_the_fixed_interval() {
        let changes = [("REDIAL_PROGRESSIVE_INTERVALS", ""), ("REDIAL_INTERVAL_MINUTES", "45")];
        let config = read(ProcessorConfig::read, &changes).unwrap();
        assert_eq!(config.common.environment.policy.cadence.interval(3), 45);
    }

    #[test]
    fn without_any_webhook_secret_nothing_starts() {
        assert!(read(WebhookConfig::read, &[("BLAND_WEBHOOK_SECRET", "")]).is_err());
    }

    #[test]
    fn without_any_key_the_admin_api_does_not_start() {
        assert!(read(AdminConfig::read, &[("ADMIN_API_KEY", "")]).is_err());
    }
}
