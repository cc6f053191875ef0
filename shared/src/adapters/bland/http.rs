//! HTTP as Bland is spoken to. Errors lose their URL, because the number called stands in it.

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
        let client = Client::builder()
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
