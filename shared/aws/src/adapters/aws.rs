//! What every AWS client shares: where it sends requests, how long it waits, and what its errors mean.

use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};
use aws_config::meta::region::ProvideRegion;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::SharedCredentialsProvider;
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

/// A try ends after this time: a store answers in milliseconds, and a month object of 1 MB in less than a second.
const TRY: Duration = Duration::from_secs(3);
/// An operation with all its tries ends after this time, well within the webhook's 10 seconds.
const OPERATION: Duration = Duration::from_secs(7);
/// A connection that is not there after this time will not come.
const CONNECT: Duration = Duration::from_secs(2);

/// Where AWS is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AwsAddress {
    /// The region; `None` takes that of the process, `AWS_REGION`.
    pub region: Option<String>,
    /// Another endpoint than Amazon's, for an emulator; `None` for Amazon's.
    pub endpoint: Option<String>,
}

/// The settings of every AWS client: time-outs on everything, three tries where a try is safe. Lambda gives a function the
/// credentials of its role as variables; the SDK's search for others in files and metadata services would only make it larger.
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

/// The S3 client. An emulator has no host name for each bucket, so the bucket stands in the path.
#[must_use]
pub fn s3(config: &SdkConfig) -> aws_sdk_s3::Client {
    let builder = aws_sdk_s3::config::Builder::from(config).force_path_style(config.endpoint_url().is_some());
    aws_sdk_s3::Client::from_conf(builder.build())
}

/// One TLS stack for all clients, see [`super::tls`].
fn http_client() -> SharedHttpClient {
    Builder::new().tls_provider(Provider::rustls(CryptoMode::Ring)).build_https()
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(TRY)
        .operation_timeout(OPERATION)
        .build()
}

/// Error codes that mean "later", whatever the HTTP status: DynamoDB throttles with 400, and S3 calls a slow upload 400.
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

/// The HTTP status with which a service refused a request.
pub(super) fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

/// Whether later may work. The cause keeps the code and the message, never a request or an item.
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
