//! One variable after the other, with every mistake on the way.

use super::{Common, ConfigError, Variables};
use crate::domain::settings::{Kind, Limits, SETTINGS, Setting, Settings};
use crate::store::records::ShardCount;
use crate::store::settings::Environment;
use crate::wire::api_key::Keyring;
use chrono::TimeDelta;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Arc;
use url::Url;

pub(super) const BLAND_BASE_URL: &str = "https://api.bland.ai";

pub(super) struct Reader<'a> {
    variable: Variables<'a>,
    errors: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(variable: Variables<'a>) -> Self {
        Self { variable, errors: Vec::new() }
    }

    pub(super) fn done<T>(self, config: T) -> Result<T, ConfigError> {
        if self.errors.is_empty() { Ok(config) } else { Err(ConfigError(self.errors)) }
    }

    pub(super) fn wrong(&mut self, error: impl Into<String>) {
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

    pub(super) fn required(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.wrong(format!("{name} is not set"));
            String::new()
        })
    }

    pub(super) fn flag(&mut self, name: &str) -> bool {
        match self.optional(name).map(|value| value.to_lowercase()).as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => {
                self.wrong(format!("{name} is {other:?}; allowed: true or false"));
                false
            }
        }
    }

    pub(super) fn secrets(&self, name: &str) -> Vec<SecretString> {
        let list = self.optional(name).unwrap_or_default();
        list.split(',').map(str::trim).filter(|secret| !secret.is_empty()).map(SecretString::from).collect()
    }

    pub(super) fn common(&mut self) -> Common {
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

    pub(super) fn base_url(&mut self) -> Url {
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

    pub(super) fn keys(&mut self) -> Keyring {
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

    pub(super) fn account(&mut self) -> crate::wire::bland::Account {
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

pub(super) fn is_loopback(url: &Url) -> bool {
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
