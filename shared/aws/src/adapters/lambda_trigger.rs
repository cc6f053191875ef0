//! A run outside the schedule, as an invocation that nobody waits for.

use super::aws::store_error;
use async_trait::async_trait;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use redial_queue::ports::{RunTrigger, StoreError};

/// What the processor receives; the schedule sends something else.
const EVENT: &str = r#"{"source":"admin"}"#;

/// A [`RunTrigger`] that invokes the processor. Asked twice it runs twice, one after the other: the run's lease sees to that.
#[derive(Debug, Clone)]
pub struct LambdaTrigger {
    client: Client,
    function: String,
}

impl LambdaTrigger {
    /// Starts `function`, given by its name or ARN.
    #[must_use]
    pub fn new(client: Client, function: impl Into<String>) -> Self {
        Self { client, function: function.into() }
    }
}

#[async_trait]
impl RunTrigger for LambdaTrigger {
    async fn trigger(&self) -> Result<(), StoreError> {
        let request = self.client.invoke().function_name(&self.function);
        let request = request.invocation_type(InvocationType::Event).payload(Blob::new(EVENT));
        request.send().await.map_err(|error| store_error("Lambda Invoke", error))?;
        Ok(())
    }
}
