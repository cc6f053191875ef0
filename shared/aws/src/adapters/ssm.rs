//! Secrets in Parameter Store.

use super::aws_operation::{AwsOperation, Request};
use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use redial_queue::ports::{Secrets, StoreError};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// A try ends after this time.
const TRY: Duration = Duration::from_millis(800);
/// A read with all its tries ends after this time: a webhook has ten seconds for it and for its stores.
const OPERATION: Duration = Duration::from_secs(2);

/// A [`Secrets`] of parameters, decrypted under the key with which they were encrypted.
#[derive(Debug, Clone)]
pub struct SsmSecrets {
    get_parameter: AwsOperation,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Found {
    parameter: Parameter,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    value: String,
}

impl SsmSecrets {
    /// Reads parameters of the account and region of `config`, with less patience than the stores have.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        let short = TimeoutConfig::builder().operation_attempt_timeout(TRY).operation_timeout(OPERATION).build();
        let config = config.to_builder().timeout_config(short).build();
        Self { get_parameter: AwsOperation::new(&config, "ssm", "SSM GetParameter") }
    }
}

#[async_trait]
impl Secrets for SsmSecrets {
    async fn read(&self, name: &str) -> Result<SecretString, StoreError> {
        let request = Request {
            method: "POST",
            path: "/".to_owned(),
            headers: vec![("content-type", "application/x-amz-json-1.1"), ("x-amz-target", "AmazonSSM.GetParameter")],
            body: json!({"Name": name, "WithDecryption": true}).to_string(),
        };
        let answer = self.get_parameter.send(request).await?;
        // The reason names no value: what is wrong with the JSON may be what is secret.
        let found: Result<Found, _> = serde_json::from_slice(&answer.body);
        found
            .map(|found| SecretString::from(found.parameter.value))
            .map_err(|_| StoreError::unusable(format!("the parameter {name} has no value")))
    }
}
