//! The one place that reads the environment: typed, checked, every mistake reported together.

mod reader;

use reader::{Reader, is_loopback};
use redial_queue::store::records::ShardCount;
use redial_queue::store::settings::Environment;
use secrecy::SecretString;

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

/// Where a secret is found.
#[derive(Debug, Clone)]
pub enum SecretSource {
    /// In the store of secrets under this name, where it may be replaced while we run.
    Named(String),
    /// Here; it stays as it is.
    Given(SecretString),
}

/// What the webhook needs.
#[derive(Debug, Clone)]
pub struct WebhookConfig {
    /// For every function.
    pub common: Common,
    /// Secrets with which Bland may sign, separated by commas. Without it Bland is refused.
    pub bland_secrets: Option<SecretSource>,
    /// Secrets that Convoso may send, separated by commas. Without it Convoso is refused.
    pub convoso_secrets: Option<SecretSource>,
}

/// What the processor needs.
#[derive(Debug, Clone)]
pub struct ProcessorConfig {
    /// For every function.
    pub common: Common,
    /// Where the provider's API is, without a slash at the end.
    pub bland_base_url: String,
    /// The key of the provider's API.
    pub bland_api_key: SecretSource,
    /// What goes into every call.
    pub account: redial_providers::bland::Account,
}

/// What the admin API needs.
#[derive(Debug, Clone)]
pub struct AdminConfig {
    /// For every function.
    pub common: Common,
    /// The valid keys, as `name:role:digest` separated by commas.
    pub keys: SecretSource,
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

/// The name under which the platform runs this function; its metrics stand under it.
#[must_use]
pub fn function_name() -> String {
    process_variable("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|| "local".to_owned())
}

/// `AWS_ENDPOINT_URL`: an emulator instead of AWS.
#[must_use]
pub fn aws_endpoint() -> Option<String> {
    process_variable("AWS_ENDPOINT_URL")
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
            bland_secrets: reader.secret("BLAND_WEBHOOK_SECRET"),
            convoso_secrets: reader.secret("CONVOSO_WEBHOOK_SECRET"),
        };
        if config.bland_secrets.is_none() && config.convoso_secrets.is_none() {
            reader.wrong("BLAND_WEBHOOK_SECRET_PARAMETER and CONVOSO_WEBHOOK_SECRET_PARAMETER are not set, nor the variables without _PARAMETER; at least one is needed, or no webhook is ever accepted");
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
            bland_api_key: reader.required_secret("BLAND_API_KEY"),
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

#[cfg(test)]
mod tests;
