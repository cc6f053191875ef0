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

/// The timeout of one attempt, so that two fit into an operation.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(800);
/// The timeout of a read with all its attempts. A webhook has 10 seconds for this and for its stores.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(2);

/// A [`Secrets`] in Parameter Store, which decrypts the parameters.
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
    /// Returns a store for the account and region of `config`, with shorter timeouts than the other stores have.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        let short = TimeoutConfig::builder()
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(OPERATION_TIMEOUT)
            .build();
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
