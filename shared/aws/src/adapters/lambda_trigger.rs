//! Starts a run outside the schedule by an asynchronous invocation.

use super::aws_operation::{AwsOperation, Request};
use async_trait::async_trait;
use aws_config::SdkConfig;
use redial_queue::ports::{RunTrigger, StoreError};

/// The event for the processor, which executes a run for any event.
const EVENT: &str = r#"{"source":"admin"}"#;

/// A [`RunTrigger`] that invokes the processor. If it is triggered twice, the lease keeps the two runs apart.
#[derive(Debug, Clone)]
pub struct LambdaTrigger {
    invoke: AwsOperation,
    function: String,
}

impl LambdaTrigger {
    /// Starts `function`, given by its name or ARN, in the account and region of `config`.
    /// Returns a trigger for `function`, which is a name or an ARN.
    #[must_use]
    pub fn new(config: &SdkConfig, function: impl Into<String>) -> Self {
        Self { invoke: AwsOperation::new(config, "lambda", "Lambda Invoke"), function: function.into() }
    }
}

#[async_trait]
impl RunTrigger for LambdaTrigger {
    async fn trigger(&self) -> Result<(), StoreError> {
        let request = Request {
            method: "POST",
            path: format!("/2015-03-31/functions/{}/invocations", self.function),
            headers: vec![("content-type", "application/octet-stream"), ("x-amz-invocation-type", "Event")],
            body: EVENT.to_owned(),
        };
        self.invoke.send(request).await?;
        Ok(())
    }
}
