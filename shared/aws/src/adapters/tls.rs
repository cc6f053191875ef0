//! One TLS stack for all clients: rustls with the ciphers of ring. Those of AWS-LC make each function a quarter larger, which
//! every cold start would read, and take a minute to compile.

/// A builder of the HTTP client for everything else. Without this no such client can be built: it brings no ciphers along.
#[expect(clippy::disallowed_methods, reason = "the one place that sees to the ciphers")]
pub fn http() -> reqwest::ClientBuilder {
    // The process has one default; whoever comes second finds it installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}
