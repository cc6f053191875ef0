//! Reads and checks the environment variables, and reports all mistakes together. No other module reads the environment.

mod reader;

pub use reader::Reader;
use reader::is_loopback;
use redial_queue::store::records::RecordLimits;
use redial_queue::store::settings::Environment;
use secrecy::SecretString;

/// Returns the value of an environment variable: of the process, or of a test.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// For a function that reads the records of many leads again and again.
const ALL_RECORDS: RecordLimits =
    RecordLimits { whole_bytes: 16_000_000, pass_bytes: 96_000_000, cached_bytes: 64_000_000, ..RecordLimits::DEFAULT };

/// The configuration that all functions share.
#[derive(Debug, Clone)]
pub struct Common {
    /// The bucket of records, settings and the run state.
    pub bucket: String,
    /// The bucket of the ledger.
    pub ledger_bucket: String,
    /// The table of lines.
    pub lines_table: String,
    /// The settings from the environment.
    pub environment: Environment,
    /// The bounds of the objects of months.
    pub records: RecordLimits,
}

/// The place of a secret.
#[derive(Debug, Clone)]
pub enum SecretSource {
    /// In Parameter Store under this name, where it can be replaced while the function runs.
    Named(String),
    /// In the environment. It never changes.
    Given(SecretString),
}

/// The configuration of the webhook.
#[derive(Debug, Clone)]
pub struct WebhookConfig {
    /// The shared part.
    pub common: Common,
    /// The secrets with which Bland signs, separated by commas. Without them, Bland's webhooks are rejected.
    pub bland_secrets: Option<SecretSource>,
    /// The secrets that Convoso sends, separated by commas. Without them, Convoso's webhooks are rejected.
    pub convoso_secrets: Option<SecretSource>,
}

/// The configuration of the processor.
#[derive(Debug, Clone)]
pub struct ProcessorConfig {
    /// The shared part.
    pub common: Common,
    /// The base URL of Bland's API, without a slash at the end.
    pub bland_base_url: String,
    /// The key of Bland's API.
    pub bland_api_key: SecretSource,
    /// The parameters that every call has.
    pub account: redial_providers::bland::Account,
}

/// The configuration of the admin API.
#[derive(Debug, Clone)]
pub struct AdminConfig {
    /// The shared part.
    pub common: Common,
    /// The valid keys, as `name:role:digest` separated by commas.
    pub keys: SecretSource,
    /// Whether GET accepts `?api_key=`.
    pub allow_key_in_query: bool,
    /// The name of the processor function.
    pub processor_function: String,
    /// Whether the provider's base URL is a loopback address, so that hours may be ignored.
    pub provider_is_loopback: bool,
}

/// Returns `LOG_LEVEL`. Logging starts before the configuration is read, so that its mistakes are logged.
#[must_use]
pub fn log_level() -> Option<String> {
    process_variable("LOG_LEVEL")
}

/// Returns the function's name in Lambda, which is a dimension of its metrics, or `local` outside Lambda.
#[must_use]
pub fn function_name() -> String {
    process_variable("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|| "local".to_owned())
}

/// Returns `AWS_ENDPOINT_URL`, the URL of an emulator, if it is set.
#[must_use]
pub fn aws_endpoint() -> Option<String> {
    process_variable("AWS_ENDPOINT_URL")
}

/// All mistakes in the environment, each with the variable, its value and what is allowed.
#[derive(Debug, thiserror::Error)]
#[error("the environment variables are invalid:\n  {}", .0.join("\n  "))]
pub struct ConfigError(pub Vec<String>);

/// The configuration of one function, as its environment variables give it.
pub trait Config: Sized {
    /// Reads every variable from `reader`, which collects the mistakes.
    fn from_reader(reader: &mut Reader<'_>) -> Self;

    /// Reads the configuration from `variables`.
    ///
    /// # Errors
    /// [`ConfigError`] with every mistake.
    fn read(variables: Variables<'_>) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(variables);
        let config = Self::from_reader(&mut reader);
        reader.done(config)
    }

    /// Reads the configuration from the environment of the process.
    ///
    /// # Errors
    /// [`ConfigError`] with every mistake.
    fn from_environment() -> Result<Self, ConfigError> {
        Self::read(&process_variable)
    }
}

impl Config for WebhookConfig {
    fn from_reader(reader: &mut Reader<'_>) -> Self {
        let config = Self {
            common: reader.common(RecordLimits::default()),
            bland_secrets: reader.secret("BLAND_WEBHOOK_SECRET"),
            convoso_secrets: reader.secret("CONVOSO_WEBHOOK_SECRET"),
        };
        if config.bland_secrets.is_none() && config.convoso_secrets.is_none() {
            reader.wrong(
                "BLAND_WEBHOOK_SECRET_PARAMETER and CONVOSO_WEBHOOK_SECRET_PARAMETER are not set, nor the variables without \
                 _PARAMETER: set at least one, or every webhook is rejected",
            );
        }
        config
    }
}

impl Config for ProcessorConfig {
    fn from_reader(reader: &mut Reader<'_>) -> Self {
        Self {
            common: reader.common(ALL_RECORDS),
            bland_base_url: reader.base_url().as_str().trim_end_matches('/').to_owned(),
            bland_api_key: reader.required_secret("BLAND_API_KEY"),
            account: reader.account(),
        }
    }
}

impl Config for AdminConfig {
    fn from_reader(reader: &mut Reader<'_>) -> Self {
        Self {
            common: reader.common(ALL_RECORDS),
            keys: reader.keys(),
            allow_key_in_query: reader.flag("ALLOW_API_KEY_IN_QUERY"),
            processor_function: reader.required("PROCESSOR_FUNCTION"),
            provider_is_loopback: is_loopback(&reader.base_url()),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the only place that reads the environment")]
fn process_variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests;
