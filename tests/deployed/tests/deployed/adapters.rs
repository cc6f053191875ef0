//! What adapters make of answers that no emulator gives, on a server that says what it is told.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod bland;
mod dynamodb;
mod lambda;
mod s3;
mod ssm;

use crate::emulator;
use aws_config::SdkConfig;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use redial_queue::ports::StoreError;
use std::time::Duration;
use wiremock::MockServer;

/// A try is given up after this time.
const TRY: Duration = Duration::from_millis(250);

/// The clients' usual settings, with less patience.
async fn config(server: &MockServer) -> SdkConfig {
    emulator::config(&server.uri())
        .await
        .into_builder()
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(TRY).build())
        .retry_config(RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(1)))
        .build()
}

async fn requests(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

fn is_unavailable<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Unavailable(_)))
}

fn is_unusable<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Unusable(_)))
}
