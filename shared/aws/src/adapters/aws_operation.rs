//! Operations of services of which we need one or two. Their SDKs would take longer to compile than the rest of the library,
//! so the machinery of the SDKs (signatures, retries, time-outs) works on requests that are written here.

use super::aws::store_error;
use aws_config::SdkConfig;
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_sdk_s3::config::{Region, SharedHttpClient};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_types::SigningName;
use aws_types::region::SigningRegion;
use bytes::Bytes;
use redial_queue::ports::{BoxError, StoreError};
use serde_json::Value;

/// What is sent.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// The path at the service.
    pub path: String,
    /// Headers beside those of the signature.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The JSON that is sent.
    pub body: String,
}

/// What a service answered that did as it was asked.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its headers.
    pub headers: Headers,
    /// Its body.
    pub body: Bytes,
}

/// One operation of a service. Clones share connections.
#[derive(Debug, Clone)]
pub struct AwsOperation {
    name: &'static str,
    operation: Operation<Request, Answer, ErrorMetadata>,
}

impl AwsOperation {
    /// The operation `name` of the service that signatures and host names call `service`, where `config` says and with its
    /// credentials, retries and time-outs.
    #[must_use]
    pub fn new(config: &SdkConfig, service: &'static str, name: &'static str) -> Self {
        let region = config.region().map_or("", Region::as_ref);
        let endpoint = config.endpoint_url().map_or_else(|| host(service, region), ToOwned::to_owned);
        let operation = Operation::builder()
            .service_name(service)
            .operation_name(name)
            .endpoint_url(&endpoint)
            .runtime_plugin(signed(config, service))
            .retry_classifier(TransientErrorClassifier::<ErrorMetadata>::new())
            .retry_classifier(AwsErrorCodeClassifier::<ErrorMetadata>::new())
            .retry_classifier(HttpStatusCodeClassifier::default())
            .serializer(written)
            .deserializer(read);
        let operation =
            config.http_client().into_iter().fold(operation, |all, http: SharedHttpClient| all.http_client(http));
        let operation = config.sleep_impl().into_iter().fold(operation, |all, sleep| all.sleep_impl(sleep));
        let operation = config.time_source().into_iter().fold(operation, |all, time| all.time_source(time));
        let operation = config.retry_config().into_iter().fold(operation, |all, retry| all.standard_retry(retry));
        let operation =
            config.timeout_config().into_iter().fold(operation, |all, time| all.timeout_config(time.clone()));
        Self { name, operation: operation.build() }
    }

    /// Sends a request, again where that is safe and may help.
    ///
    /// # Errors
    /// When the service refused it, or did not answer in time.
    pub async fn send(&self, request: Request) -> Result<Answer, StoreError> {
        self.operation.invoke(request).await.map_err(|error| store_error(self.name, error))
    }
}

fn host(service: &str, region: &str) -> String {
    let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://{service}.{region}.{suffix}")
}

/// Signs with the credentials of `config`.
fn signed(config: &SdkConfig, service: &'static str) -> StaticRuntimePlugin {
    let mut settings = Layer::new("signature");
    settings.store_put(AuthSchemeOptionResolverParams::new(()));
    settings.store_put(SigV4OperationSigningConfig {
        region: config.region().cloned().map(SigningRegion::from),
        name: Some(SigningName::from_static(service)),
        ..SigV4OperationSigningConfig::default()
    });
    let schemes = StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]);
    let mut components = RuntimeComponentsBuilder::new("signature")
        .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
        .with_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(schemes)))
        .with_identity_cache(config.identity_cache());
    if let Some(credentials) = config.credentials_provider() {
        components.set_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials));
    }
    StaticRuntimePlugin::new().with_config(settings.freeze()).with_runtime_components(components)
}

fn written(request: Request) -> Result<HttpRequest, BoxError> {
    let mut sent = HttpRequest::new(SdkBody::from(request.body));
    sent.set_method(request.method)?;
    sent.set_uri(request.path)?;
    for (name, value) in request.headers {
        sent.headers_mut().insert(name, value);
    }
    Ok(sent)
}

fn read(response: &HttpResponse) -> Result<Answer, OrchestratorError<ErrorMetadata>> {
    let body = response.body().bytes().unwrap_or_default();
    if response.status().is_success() {
        return Ok(Answer { headers: response.headers().clone(), body: Bytes::copy_from_slice(body) });
    }
    Err(OrchestratorError::operation(refusal(response.headers(), body)))
}

/// The code of a refusal stands in a header or in the body, with a namespace before it or an address behind it.
fn refusal(headers: &Headers, body: &[u8]) -> ErrorMetadata {
    let said: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |names: [&str; 2]| names.iter().find_map(|name| said[name].as_str());
    let code = headers.get("x-amzn-errortype").or_else(|| text(["__type", "code"]));
    let mut error = ErrorMetadata::builder();
    if let Some(code) = code {
        let code = code.split_once('#').map_or(code, |(_, code)| code);
        error = error.code(code.split(':').next().unwrap_or_default());
    }
    if let Some(message) = text(["message", "Message"]) {
        error = error.message(message);
    }
    error.build()
}
