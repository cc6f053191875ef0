//! The configuration that all AWS clients share: endpoint, timeouts, retries, and the meaning of errors.

use super::payload::UnsignedOverTls;
use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};
use aws_config::meta::region::ProvideRegion;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{SharedCredentialsProvider, StalledStreamProtectionConfig};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use redial_queue::ports::{StoreError, error_chain};
use std::time::Duration;

/// The timeout of one attempt. A store answers within milliseconds, and sends an object of 1 MB within a second, so an
/// attempt that takes three seconds is unlikely to succeed.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
/// The timeout of an operation with all its attempts. It leaves time to answer within the webhook's 10 seconds.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(7);
/// The timeout of a connection. Within a region a connection takes milliseconds, so a later attempt has better chances.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// The region and endpoint of AWS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AwsAddress {
    /// The region. `None` uses `AWS_REGION`, which Lambda sets.
    pub region: Option<String>,
    /// The endpoint of an emulator. `None` uses AWS.
    pub endpoint: Option<String>,
}

/// Returns the configuration of every AWS client: a timeout for everything, and three attempts where a retry is safe.
///
/// Credentials come from environment variables, where Lambda puts those of the function's role. The SDK's search in files
/// and metadata services would only make the binary larger.
pub async fn sdk_config(address: &AwsAddress) -> SdkConfig {
    let region = match &address.region {
        Some(region) => Some(Region::new(region.clone())),
        None => EnvironmentVariableRegionProvider::new().region().await,
    };
    let mut config = SdkConfig::builder();
    config.set_endpoint_url(address.endpoint.clone());
    config
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(region)
        .credentials_provider(SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()))
        .http_client(http_client())
        .timeout_config(timeouts())
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .build()
}

/// Returns the S3 client. An emulator has no host name for each bucket, so there the bucket is part of the path.
///
/// The SDK's protection against stalled streams is off. It waits for five seconds, and every attempt and every body has a
/// shorter or equal timeout here, so it would only cost a timer and a wrapper for each body.
#[must_use]
pub fn s3(config: &SdkConfig) -> aws_sdk_s3::Client {
    let builder = aws_sdk_s3::config::Builder::from(config)
        .force_path_style(config.endpoint_url().is_some())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .interceptor(UnsignedOverTls);
    aws_sdk_s3::Client::from_conf(builder.build())
}

/// Returns the HTTP client of the SDK, with the same TLS stack as all other clients. See [`super::tls`].
fn http_client() -> SharedHttpClient {
    Builder::new().tls_provider(Provider::rustls(CryptoMode::Ring)).build_https()
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}

/// Error codes that mean "retry later" whatever the HTTP status is: DynamoDB throttles with 400, and S3 answers a slow upload
/// with 400.
const TRANSIENT: [&str; 14] = [
    "BandwidthLimitExceeded",
    "InternalError",
    "InternalServerError",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// Returns the HTTP status of an error, if the service answered.
pub(super) fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

/// Returns [`StoreError::Unavailable`] if a retry may work, and [`StoreError::Unusable`] if not.
///
/// The cause has the code and the message, and never a request or an item, so that no personal data reaches the log.
pub(super) fn store_error<E>(operation: &'static str, error: SdkError<E, HttpResponse>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let status = status(&error);
    let code = error.code().map(ToOwned::to_owned);
    let refused = status.is_some_and(|status| (300..500).contains(&status) && status != 408 && status != 429)
        && !code.as_deref().is_some_and(|code| TRANSIENT.contains(&code));
    let never_sent = matches!(error, SdkError::ConstructionFailure(_));
    let message = error.message().map_or_else(|| error_chain(&error), ToOwned::to_owned);
    let answer = match (status, code) {
        (Some(status), Some(code)) => format!(" (HTTP {status}, {code})"),
        (Some(status), None) => format!(" (HTTP {status})"),
        (None, _) => String::new(),
    };
    let cause = format!("{operation} failed{answer}: {message}");
    if refused || never_sent {
        return StoreError::unusable(cause);
    }
    StoreError::unavailable(cause)
}
