//! One TLS stack for all clients: rustls with the ciphers of ring. Those of AWS-LC make each function a quarter larger, which
//! every cold start would read, and take a minute to compile.

use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// The HTTP client under every AWS client.
pub(super) fn aws_http() -> SharedHttpClient {
    Builder::new().tls_provider(Provider::rustls(CryptoMode::Ring)).build_https()
}

/// A builder of the HTTP client for everything else. Without this no such client can be built: it brings no ciphers along.
#[expect(clippy::disallowed_methods, reason = "the one place that sees to the ciphers")]
pub fn http() -> reqwest::ClientBuilder {
    // The process has one default; whoever comes second finds it installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}
