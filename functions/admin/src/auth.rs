//! Who may do what. Nothing is told to anyone without a key, not even which paths there are.

use crate::Api;
use crate::failure::Failure;
use crate::json::key_in_query;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use redial_domain::Actor;
use redial_providers::api_key::{Keyring, Role};
use redial_queue::ports::StoreError;
use redial_queue::usecase::verify_with_reload::verify_with_reload;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// The longest name of a person that is kept.
const USER_BYTES: usize = 128;

/// Lets a request through whose key allows it.
pub(crate) async fn check(State(api): State<Arc<Api>>, mut request: Request, next: Next) -> Result<Response, Failure> {
    let known = match presented(&request, api.allow_key_in_query) {
        Some(key) => verify_with_reload(&*api.keys, |keys| caller(keys, &key)).await?,
        None => None,
    };
    let Some((key, role)) = known else {
        tracing::warn!(method = %request.method(), "a request without a valid key");
        return Err(Failure::NoKey);
    };
    let may = match role {
        Role::Read => matches!(*request.method(), Method::GET | Method::HEAD),
        Role::Admin => true,
    };
    if !may {
        tracing::warn!(key.name = key, method = %request.method(), "a key that may only read");
        return Err(Failure::ReadOnlyKey);
    }
    let user = user(&request);
    request.extensions_mut().insert(Actor::Operator { key, user });
    Ok(next.run(request).await)
}

fn caller(keys: &SecretString, presented: &str) -> Result<Option<(String, Role)>, StoreError> {
    let keys =
        Keyring::parse(keys.expose_secret()).map_err(|error| StoreError::unusable(format!("the keys: {error}")))?;
    Ok(keys.recognise(presented).map(|(name, role)| (name.to_owned(), role)))
}

/// The header counts if it is there, even if it is wrong.
fn presented(request: &Request, allow_key_in_query: bool) -> Option<String> {
    if let Some(header) = request.headers().get("x-api-key") {
        return header.to_str().ok().map(|key| key.trim().to_owned());
    }
    if !allow_key_in_query || request.method() != Method::GET {
        return None;
    }
    key_in_query(request.uri().query().unwrap_or_default())
}

/// The person behind the key, as the caller's own system names it in `X-User`. What is not a short printable text is left out:
/// it proves nothing, it only helps to remember.
fn user(request: &Request) -> Option<String> {
    let user = request.headers().get("x-user")?.to_str().ok()?.trim();
    let is_usable = !user.is_empty() && user.len() <= USER_BYTES;
    is_usable.then(|| user.to_owned())
}
