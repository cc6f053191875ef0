//! Reads one variable after the other and collects the mistakes.

use super::{Common, ConfigError, SecretSource, Variables};
use chrono::TimeDelta;
use redial_domain::Phone;
use redial_domain::settings::{Kind, Limits, SETTINGS, Setting, Settings};
use redial_providers::api_key::{Keyring, entry_of_plain};
use redial_queue::store::records::RecordLimits;
use redial_queue::store::settings::Environment;
use std::collections::BTreeMap;
use std::sync::Arc;
use url::Url;

pub(super) const BLAND_BASE_URL: &str = "https://api.bland.ai";

/// Reads variables and collects the mistakes, so that all of them can be reported together.
pub struct Reader<'a> {
    variable: Variables<'a>,
    errors: Vec<String>,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("errors", &self.errors).finish_non_exhaustive()
    }
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

    /// Returns the value. An empty one counts as not set.
    fn optional(&self, name: &str) -> Option<String> {
        (self.variable)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Returns the value of a setting. Unlike for other variables, an empty list of numbers is a value.
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

    /// Returns the secret in `name`, or the secret whose name is in `{name}_PARAMETER`.
    pub(super) fn secret(&mut self, name: &str) -> Option<SecretSource> {
        let given = self.optional(name);
        self.given_or_named(name, given)
    }

    pub(super) fn required_secret(&mut self, name: &str) -> SecretSource {
        let secret = self.secret(name);
        self.needed(name, secret)
    }

    fn given_or_named(&mut self, variable: &str, given: Option<String>) -> Option<SecretSource> {
        let naming = format!("{variable}_PARAMETER");
        let named = self.optional(&naming);
        if named.is_some() && given.is_some() {
            self.wrong(format!("{naming} and {variable} are both set; allowed: one of them"));
        }
        if let Some(name) = &named
            && !is_parameter_name(name)
        {
            self.wrong(format!(
                "{naming} is {name:?}; allowed: / followed by letters, digits, and . _ - /, at most 1011 characters"
            ));
        }
        named.map(SecretSource::Named).or_else(|| given.map(|given| SecretSource::Given(given.into())))
    }

    fn needed(&mut self, variable: &str, secret: Option<SecretSource>) -> SecretSource {
        secret.unwrap_or_else(|| {
            self.wrong(format!(
                "{variable}_PARAMETER is not set: set it to the name of the secret in Parameter Store, or set {variable} to the secret"
            ));
            SecretSource::Given(String::new().into())
        })
    }

    pub(super) fn common(&mut self, records: RecordLimits) -> Common {
        Common {
            bucket: self.required("BUCKET_NAME"),
            ledger_bucket: self.required("LEDGER_BUCKET_NAME"),
            lines_table: self.required("LINES_TABLE"),
            environment: self.environment(),
            records,
        }
    }

    fn environment(&mut self) -> Environment {
        let law = redial_formats::law_v1::embedded().unwrap_or_else(|error| {
            self.wrong(format!("the calling rules of this release: {error}"));
            Limits::default().law
        });
        let limits =
            Limits { provider_is_loopback: is_loopback(&self.base_url()), run_timeout: self.run_timeout(), law };
        let given = SETTINGS.iter().filter_map(|setting| Some((setting.key, self.setting(setting)?)));
        let settings = Settings { environment: given.collect::<BTreeMap<_, _>>(), ..Settings::default() };
        let policy = settings.policy(limits.clone()).or_else(|errors| {
            for error in errors {
                let variable =
                    SETTINGS.iter().find(|setting| setting.key == error.key).map_or(error.key, |s| s.variable);
                self.wrong(format!("{variable} is {:?}; allowed: {}", error.value, error.allowed));
            }
            // The defaults let the reader continue and find further mistakes. With a mistake the function does not start.
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
                self.wrong(format!("{name} is {text:?}; allowed: an https URL, or an http URL on a loopback address"));
                nowhere()
            }
        }
    }

    /// Returns the keys in `ADMIN_API_KEYS`, with the plain `ADMIN_API_KEY` of the original added.
    pub(super) fn keys(&mut self) -> SecretSource {
        let keys = self.optional("ADMIN_API_KEYS");
        if let Some(Err(error)) = keys.as_deref().map(Keyring::parse) {
            self.wrong(format!("ADMIN_API_KEYS: {error}, separated by commas. The role is read or admin, and the digest is SHA-256 in hexadecimal"));
        }
        let plain = self.optional("ADMIN_API_KEY").map(|key| entry_of_plain(&key));
        let all: Vec<_> = keys.into_iter().chain(plain).collect();
        let given = (!all.is_empty()).then(|| all.join(","));
        let secret = self.given_or_named("ADMIN_API_KEYS", given);
        self.needed("ADMIN_API_KEYS", secret)
    }

    pub(super) fn account(&mut self) -> redial_providers::bland::Account {
        let webhook = self.required("BLAND_WEBHOOK_URL");
        let account = redial_providers::bland::Account {
            webhook: if webhook.is_empty() { webhook } else { self.url("BLAND_WEBHOOK_URL", &webhook).to_string() },
            pathway_id: self.optional("BLAND_PATHWAY_ID"),
            task: self.optional("BLAND_TASK"),
            from: self.caller(),
            extra: self.call_parameters(),
        };
        if account.pathway_id.is_none() && account.task.is_none() {
            self.wrong("BLAND_PATHWAY_ID and BLAND_TASK are not set: set one of them");
        }
        account
    }

    fn caller(&mut self) -> Option<String> {
        let text = self.optional("BLAND_FROM")?;
        let phone = Phone::parse(&text).map(|phone| phone.as_str().to_owned());
        phone
            .inspect_err(|_| {
                self.wrong(
                    "BLAND_FROM is not a phone number; allowed: a number with its country code, such as +12125550100",
                )
            })
            .ok()
    }

    fn call_parameters(&mut self) -> serde_json::Map<String, serde_json::Value> {
        let text = self.optional("BLAND_CALL_PARAMETERS").unwrap_or_else(|| "{}".to_owned());
        serde_json::from_str(&text).unwrap_or_else(|error| {
            self.wrong(format!("BLAND_CALL_PARAMETERS is not a JSON object: {error}"));
            serde_json::Map::new()
        })
    }
}

/// Returns a URL that takes the place of a wrong one until the mistakes are reported.
fn nowhere() -> Url {
    Url::parse("https://invalid.invalid").unwrap_or_else(|_| unreachable!("a literal URL"))
}

/// Returns whether `name` is a full name in Parameter Store. It begins with `/`, because the template makes an ARN of it.
fn is_parameter_name(name: &str) -> bool {
    let allowed = |sign: char| sign.is_ascii_alphanumeric() || "._-/".contains(sign);
    name.starts_with('/') && name.len() > 1 && name.len() <= 1011 && name.chars().all(allowed)
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
