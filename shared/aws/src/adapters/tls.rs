//! The TLS stack of all clients: rustls with the ciphers of ring.
//!
//! The ciphers of AWS-LC would make each function a quarter larger, which slows down every cold start, and take a minute to
//! compile.

/// Returns a builder of HTTP clients outside the AWS SDK. reqwest is built without ciphers, so only this builder works.
#[expect(clippy::disallowed_methods, reason = "the only place that installs the ciphers")]
pub fn http() -> reqwest::ClientBuilder {
    // The process has one default provider. A second call finds it installed, and its error means nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}
