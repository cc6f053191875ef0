//! Secrets in Parameter Store.

use super::aws::store_error;
use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_ssm::Client;
use aws_smithy_types::timeout::TimeoutConfig;
use redial_queue::ports::{Secrets, StoreError};
use secrecy::SecretString;
use std::time::Duration;

/// A try ends after this time.
const TRY: Duration = Duration::from_millis(800);
/// A read with all its tries ends after this time: a webhook has ten seconds for it and for its stores.
const OPERATION: Duration = Duration::from_secs(2);

/// A [`Secrets`] of parameters, decrypted under the key with which they were encrypted.
#[derive(Debug, Clone)]
pub struct SsmSecrets {
    client: Client,
}

impl SsmSecrets {
    /// Reads parameters of the account and region of `config`, with less patience than the stores have.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        let short = TimeoutConfig::builder().operation_attempt_timeout(TRY).operation_timeout(OPERATION).build();
        let builder = aws_sdk_ssm::config::Builder::from(config).timeout_config(short);
        Self { client: Client::from_conf(builder.build()) }
    }
}

#[async_trait]
impl Secrets for SsmSecrets {
    async fn read(&self, name: &str) -> Result<SecretString, StoreError> {
        let request = self.client.get_parameter().name(name).with_decryption(true);
        let output = request.send().await.map_err(|error| store_error("SSM GetParameter", error))?;
        let value = output.parameter.and_then(|parameter| parameter.value);
        value.map(SecretString::from).ok_or_else(|| StoreError::unusable(format!("the parameter {name} has no value")))
    }
}
