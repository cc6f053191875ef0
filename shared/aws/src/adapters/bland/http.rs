//! The HTTP client for Bland. Errors lose their URL, because it contains the phone number.

use crate::adapters::tls;
use redial_queue::ports::BoxError;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Error, Response, StatusCode, Url, retry};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::time::Duration;

/// The timeout of a connection. It is shorter than every other timeout, so that a missing connection is reported as such
/// and the dial counts as not placed.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest time for which an idle connection is kept. Lambda freezes the process between two runs, and connections
/// break without notice. A dial on a broken connection would be unknown instead of not placed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest accepted answer in bytes, including a transcript. A longer one is an error.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// A client that sends each request once and follows no redirects, because either could place a second call.
#[derive(Debug, Clone)]
pub(super) struct Http {
    client: Client,
    base: Url,
}

impl Http {
    pub(super) fn new(base: &str) -> Result<Self, BoxError> {
        let base = Url::parse(base)?;
        if base.cannot_be_a_base() || base.host().is_none() {
            return Err("the base URL of the provider has no host".into());
        }
        let client = tls::http()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .redirect(Policy::none())
            .retry(retry::never())
            .build()?;
        Ok(Self { client, base })
    }

    /// Posts `body` once.
    ///
    /// The outer error means that there is no answer. The inner one means that the answer's body is incomplete.
    pub(super) async fn post(
        &self,
        path: &[&str],
        body: &Value,
        key: HeaderValue,
        timeout: Duration,
    ) -> Result<(StatusCode, HeaderMap, Result<Vec<u8>, BoxError>), Error> {
        let request = self.client.post(self.url(path)).header(AUTHORIZATION, key).json(body).timeout(timeout);
        let mut response = request.send().await.map_err(Error::without_url)?;
        let headers = std::mem::take(response.headers_mut());
        Ok((response.status(), headers, read(response).await))
    }

    pub(super) async fn get(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        key: HeaderValue,
        timeout: Duration,
    ) -> Result<(StatusCode, Vec<u8>), BoxError> {
        let request = self.client.get(self.url(path)).header(AUTHORIZATION, key).query(query).timeout(timeout);
        let response = request.send().await.map_err(Error::without_url)?;
        Ok((response.status(), read(response).await?))
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }
}

/// Returns the `Authorization` header for a key.
pub(super) fn authorization(key: &SecretString) -> Result<HeaderValue, BoxError> {
    let mut value = HeaderValue::from_str(key.expose_secret().trim())
        .map_err(|_| "the provider's API key has characters that are not allowed in a header")?;
    value.set_sensitive(true);
    Ok(value)
}

async fn read(mut response: Response) -> Result<Vec<u8>, BoxError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Error::without_url)? {
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err("the provider's answer is longer than 8 MiB".into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::net::TcpListener;

    const SHORT: Duration = Duration::from_millis(100);

    fn listening() -> (TcpListener, Http) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        (listener, Http::new(&base).unwrap())
    }

    fn key() -> HeaderValue {
        HeaderValue::from_static("key")
    }

    async fn error(http: &Http) -> Error {
        http.post(&["v1", "calls"], &Value::Null, key(), SHORT).await.unwrap_err()
    }

    #[tokio::test]
    async fn a_missing_answer_is_a_timeout_and_not_a_failed_connection() {
        let (_listener, http) = listening();
        let error = error(&http).await;
        assert!(error.is_timeout() && !error.is_connect());
    }

    #[tokio::test]
    async fn a_connection_lost_after_the_request_is_not_a_failed_connection_and_not_retried() {
        let (listener, http) = listening();
        let server = std::thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let read = connection.read(&mut [0; 4096]).unwrap();
            drop(connection);
            listener.set_nonblocking(true).unwrap();
            std::thread::sleep(SHORT);
            (read > 0, listener.accept().is_err())
        });
        let error = error(&http).await;
        assert!(!error.is_timeout() && !error.is_connect());
        assert_eq!(server.join().unwrap(), (true, true));
    }

    #[tokio::test]
    async fn a_closed_port_is_a_failed_connection() {
        let (listener, http) = listening();
        drop(listener);
        assert!(error(&http).await.is_connect());
    }

    #[tokio::test]
    async fn an_error_does_not_contain_the_phone_number() {
        let (listener, http) = listening();
        drop(listener);
        let error = http.get(&["v1", "calls"], &[("to_number", "+12125550100")], key(), SHORT).await.unwrap_err();
        assert!(!format!("{error:?}").contains("5550100"), "{error:?}");
    }

    #[test]
    fn the_base_url_may_have_a_path() {
        for (base, url) in
            [("http://host", "http://host/v1/calls"), ("http://host/bland/", "http://host/bland/v1/calls")]
        {
            let http = Http::new(base).unwrap();
            assert_eq!(http.url(&["v1", "calls"]).as_str(), url);
        }
        assert!(Http::new("host").is_err());
    }

    #[test]
    fn a_key_has_one_line_and_is_hidden_in_debug_output() {
        assert!(authorization(&"two\nlines".into()).is_err());
        let key = authorization(&"key\n".into()).unwrap();
        assert_eq!((key.to_str().unwrap(), format!("{key:?}").as_str()), ("key", "Sensitive"));
    }
}
