//! A run outside the schedule, as an invocation that nobody waits for.

use super::aws_operation::{AwsOperation, Request};
use async_trait::async_trait;
use aws_config::SdkConfig;
use redial_queue::ports::{RunTrigger, StoreError};

/// What the processor receives; the schedule sends something else.
const EVENT: &str = r#"{"source":"admin"}"#;

/// A [`RunTrigger`] that invokes the processor. Asked twice it runs twice, one after the other: the run's lease sees to that.
#[derive(Debug, Clone)]
pub struct LambdaTrigger {
    invoke: AwsOperation,
    function: String,
}

impl LambdaTrigger {
    /// Starts `function`, given by its name or ARN, in the account and region of `config`.
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
