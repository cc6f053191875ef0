//! HTTP as Bland is spoken to. Errors lose their URL, because the number called stands in it.

use crate::adapters::tls;
use crate::ports::BoxError;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Error, Response, StatusCode, Url, retry};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::time::Duration;

/// A connection that is not there after this time will not come. Short of every other time-out, so that it shows as what it is.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Between two runs the process is frozen and its connections die unseen; a request on a dead one would be an unknown call.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);
/// No answer is longer, transcripts included.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// A client that sends each request once and follows nothing.
#[derive(Debug, Clone)]
pub(super) struct Http {
    client: Client,
    base: Url,
}

impl Http {
    pub(super) fn new(base: &str, key: &SecretString) -> Result<Self, BoxError> {
        let base = Url::parse(base)?;
        if base.cannot_be_a_base() || base.host().is_none() {
            return Err("the address of the provider has no host".into());
        }
        let mut key =
            HeaderValue::from_str(key.expose_secret()).map_err(|_| "the provider's key cannot be a header")?;
        key.set_sensitive(true);
        let client = tls::http()
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, key)]))
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .redirect(Policy::none())
            .retry(retry::never())
            .build()?;
        Ok(Self { client, base })
    }

    /// The outer error says that there is no answer, the inner one that its body broke off.
    pub(super) async fn post(
        &self,
        path: &[&str],
        body: &Value,
        timeout: Duration,
    ) -> Result<(StatusCode, HeaderMap, Result<Vec<u8>, BoxError>), Error> {
        let request = self.client.post(self.url(path)).json(body).timeout(timeout);
        let mut response = request.send().await.map_err(Error::without_url)?;
        let headers = std::mem::take(response.headers_mut());
        Ok((response.status(), headers, read(response).await))
    }

    pub(super) async fn get(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        timeout: Duration,
    ) -> Result<(StatusCode, Vec<u8>), BoxError> {
        let request = self.client.get(self.url(path)).query(query).timeout(timeout);
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

async fn read(mut response: Response) -> Result<Vec<u8>, BoxError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Error::without_url)? {
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err("the provider's answer is too long".into());
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
        (listener, Http::new(&base, &SecretString::from("key")).unwrap())
    }

    async fn error(http: &Http) -> Error {
        http.post(&["v1", "calls"], &Value::Null, SHORT).await.unwrap_err()
    }

    #[tokio::test]
    async fn silence_is_a_time_out_and_no_failed_connection() {
        let (_listener, http) = listening();
        let error = error(&http).await;
        assert!(error.is_timeout() && !error.is_connect());
    }

    #[tokio::test]
    async fn a_connection_that_is_lost_after_the_request_is_no_failed_connection_and_not_tried_again() {
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
    async fn an_error_does_not_tell_the_number_that_was_asked_for() {
        let (listener, http) = listening();
        drop(listener);
        let error = http.get(&["v1", "calls"], &[("to_number", "+12125550100")], SHORT).await.unwrap_err();
        assert!(!format!("{error:?}").contains("5550100"), "{error:?}");
    }

    #[test]
    fn a_base_may_have_a_path() {
        for (base, url) in
            [("http://host", "http://host/v1/calls"), ("http://host/bland/", "http://host/bland/v1/calls")]
        {
            let http = Http::new(base, &SecretString::from("key")).unwrap();
            assert_eq!(http.url(&["v1", "calls"]).as_str(), url);
        }
        assert!(Http::new("host", &SecretString::from("key")).is_err());
        assert!(Http::new("http://host", &SecretString::from("two\nlines")).is_err());
    }
}
