//! Leaves the hash of a body out of the signature of a request to S3 where TLS protects the body.

use aws_runtime::auth::PayloadSigningOverride;
use aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use redial_queue::ports::BoxError;

/// Sends `UNSIGNED-PAYLOAD` instead of the SHA-256 of the body, which is the largest single cost of writing an object.
///
/// A write stays as safe as before. TLS detects every change of the body on its way. The CRC-32 of the body is a signed
/// header, S3 checks it before it stores anything, and Object Lock demands it. The conditions are signed headers too.
/// Without TLS, which only an emulator is asked without, the hash stays in the signature.
#[derive(Debug)]
pub(super) struct UnsignedOverTls;

#[dyn_dispatch_hint]
impl Intercept for UnsignedOverTls {
    fn name(&self) -> &'static str {
        "UnsignedOverTls"
    }

    // The address of the request decides, not the configuration, so that no other endpoint can slip through.
    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context.request().uri().starts_with("https://") {
            config.interceptor_state().store_put(PayloadSigningOverride::unsigned_payload());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::adapters::S3Blobs;
    use crate::adapters::aws::{self, AwsAddress};
    use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
    use aws_smithy_runtime_api::client::http::{
        HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
    };
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
    use aws_smithy_types::body::SdkBody;
    use redial_queue::ports::{BlobStore, Expect, Put};
    use rstest::rstest;
    use std::sync::{Arc, Mutex};

    type Headers = Vec<(String, String)>;

    /// Answers every request with 200, and keeps their headers.
    #[derive(Debug, Clone, Default)]
    struct Server(Arc<Mutex<Vec<Headers>>>);

    impl HttpConnector for Server {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let headers = request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            self.0.lock().unwrap().push(headers);
            let mut answer = HttpResponse::new(200.try_into().unwrap(), SdkBody::empty());
            answer.headers_mut().insert("etag", "\"new\"");
            HttpConnectorFuture::ready(Ok(answer))
        }
    }

    /// Writes an object of `{}` through this endpoint, and returns the headers of the request.
    async fn headers_of_a_write(endpoint: Option<&str>) -> impl Fn(&str) -> Option<String> {
        let server = Server::default();
        let connector = SharedHttpConnector::new(server.clone());
        let endpoint = endpoint.map(ToOwned::to_owned);
        let address = AwsAddress { region: Some("us-east-1".to_owned()), endpoint };
        let credentials = SharedCredentialsProvider::new(Credentials::new("test", "test", None, None, "test"));
        let config = aws::sdk_config(&address).await.into_builder().credentials_provider(credentials);
        let config = config.http_client(http_client_fn(move |_, _| connector.clone())).build();
        let blobs = S3Blobs::new(aws::s3(&config), "bucket");
        let put = blobs.put("a.json", "{}".into(), &Expect::Absent).await.unwrap();
        assert!(matches!(put, Put::Stored(_)));
        let headers = server.0.lock().unwrap().remove(0);
        move |wanted| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
    }

    #[rstest]
    #[case::aws(None, "UNSIGNED-PAYLOAD")]
    #[case::an_emulator_with_tls(Some("https://127.0.0.1:9"), "UNSIGNED-PAYLOAD")]
    #[case::without_tls(Some("http://127.0.0.1:9"), "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")]
    #[tokio::test]
    async fn a_body_is_hashed_for_the_signature_only_without_tls(#[case] endpoint: Option<&str>, #[case] hash: &str) {
        let header = headers_of_a_write(endpoint).await;
        assert_eq!(header("x-amz-content-sha256").as_deref(), Some(hash));
    }

    #[tokio::test]
    async fn a_write_over_tls_signs_its_checksum_and_its_condition() {
        let header = headers_of_a_write(None).await;
        assert_eq!(header("x-amz-checksum-crc32").as_deref(), Some("o6a/Qw=="));
        let signed = header("authorization").unwrap();
        assert!(signed.contains("x-amz-checksum-crc32") && signed.contains("if-none-match"), "{signed}");
    }
}
