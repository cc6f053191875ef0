//! Authorization of each route.

use crate::api::key_in_query;
use crate::failure::Failure;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use redial_domain::Actor;
use redial_providers::api_key::{Keyring, Role};
use redial_queue::ports::{Secret, StoreError};
use redial_queue::usecase::verify_with_reload::verify_with_reload;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// The most bytes of a person's name that are kept.
const USER_BYTES: usize = 128;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody, without a key.
    Public,
    /// Keys with the role `read` or `admin`.
    Read,
    /// Keys with the role `admin`.
    Admin,
}

impl Access {
    fn allows(self, role: Role) -> bool {
        match (self, role) {
            (Self::Public | Self::Read, Role::Read | Role::Admin) | (Self::Admin, Role::Admin) => true,
            (Self::Admin, Role::Read) => false,
        }
    }
}

/// Whose key a request has, and what it allows.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) key: String,
    pub(crate) role: Role,
}

/// What a request's key is checked with.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    pub(crate) keys: Arc<dyn Secret>,
    pub(crate) allow_key_in_query: bool,
}

/// Passes a request on if its key has the access that its route needs.
pub(crate) async fn check(
    State((guard, access)): State<(Guard, Access)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    if access == Access::Public {
        return Ok(next.run(request).await);
    }
    let known = match presented(&request, guard.allow_key_in_query) {
        Some(key) => verify_with_reload(&*guard.keys, |keys| caller(keys, &key)).await?,
        None => None,
    };
    let Some((key, role)) = known else {
        tracing::warn!(method = %request.method(), "request without a valid key");
        return Err(Failure::NoKey);
    };
    if !access.allows(role) {
        tracing::warn!(key.name = key, method = %request.method(), "request with a key that may only read");
        return Err(Failure::ReadOnlyKey);
    }
    let user = user(&request);
    request.extensions_mut().insert(Owner { key: key.clone(), role });
    request.extensions_mut().insert(Actor::Operator { key, user });
    Ok(next.run(request).await)
}

/// Checks a request that no route takes, as if there were a route for its method.
pub(crate) async fn check_unrouted(
    State(guard): State<Guard>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let access = match *request.method() {
        Method::GET | Method::HEAD => Access::Read,
        _ => Access::Admin,
    };
    check(State((guard, access)), request, next).await
}

fn caller(keys: &SecretString, presented: &str) -> Result<Option<(String, Role)>, StoreError> {
    let keys =
        Keyring::parse(keys.expose_secret()).map_err(|error| StoreError::unusable(format!("the keys: {error}")))?;
    Ok(keys.recognise(presented).map(|(name, role)| (name.to_owned(), role)))
}

/// Returns the key of a request. A header counts even if it is wrong, so that a key in the query cannot replace it.
fn presented(request: &Request, allow_key_in_query: bool) -> Option<String> {
    if let Some(header) = request.headers().get("x-api-key") {
        return header.to_str().ok().map(|key| key.trim().to_owned());
    }
    if !allow_key_in_query || request.method() != Method::GET {
        return None;
    }
    key_in_query(request.uri().query().unwrap_or_default())
}

/// Returns the person behind the key, as the caller's own system names it in `X-User`. It proves nothing, it helps to remember.
/// A name that is empty, too long or not printable ASCII is dropped.
fn user(request: &Request) -> Option<String> {
    let user = request.headers().get("x-user")?.to_str().ok()?.trim();
    (!user.is_empty() && user.len() <= USER_BYTES).then(|| user.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use redial_queue::store::secret::NamedSecret;
    use redial_queue::testing::{MemorySecrets, TestClock};
    use rstest::rstest;
    use tower::ServiceExt;

    /// The digests of `admin-key` and `read-key`.
    const KEYS: &str = "ops:admin:69a5265506c94c77b787a7d7377b7685a0eff82e33920a71e7ee22cd6154953e,\
                        retool:read:8578df6c579d44d3bf7caeada69ed9cbca30b318a50a0e60216b46760edf5477";

    #[rstest]
    #[case(Access::Public, None, 200)]
    #[case(Access::Public, Some("guessed"), 200)]
    #[case(Access::Read, None, 401)]
    #[case(Access::Read, Some("guessed"), 401)]
    #[case(Access::Read, Some("read-key"), 200)]
    #[case(Access::Read, Some("admin-key"), 200)]
    #[case(Access::Admin, None, 401)]
    #[case(Access::Admin, Some("read-key"), 403)]
    #[case(Access::Admin, Some("admin-key"), 200)]
    #[tokio::test]
    async fn a_route_is_open_to_keys_with_its_access(
        #[case] access: Access,
        #[case] key: Option<&str>,
        #[case] status: u16,
    ) {
        let secrets = Arc::new(MemorySecrets::default());
        secrets.set("/keys", KEYS);
        let clock = Arc::new(TestClock::at("2025-12-17T19:00:00Z"));
        let keys: Arc<dyn Secret> = Arc::new(NamedSecret::new("/keys", secrets, clock));
        let guard = Guard { keys, allow_key_in_query: false };
        let route = get(async || "").route_layer(from_fn_with_state((guard, access), check));
        let request = key.into_iter().fold(Request::get("/"), |request, key| request.header("X-API-Key", key));
        let request = request.body(Body::empty()).unwrap();
        let response = Router::new().route("/", route).oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), status);
    }

    #[rstest]
    #[case::named(" Jane Roe ", Some("Jane Roe"))]
    #[case::empty(" ", None)]
    fn the_person_behind_a_key_is_a_text(#[case] header: &str, #[case] expected: Option<&str>) {
        let request = Request::get("/").header("X-User", header).body(Body::empty()).unwrap();
        assert_eq!(user(&request).as_deref(), expected);
    }

    #[test]
    fn a_person_with_a_name_that_is_too_long_is_dropped() {
        let named = |bytes| Request::get("/").header("X-User", "x".repeat(bytes)).body(Body::empty()).unwrap();
        assert_eq!([128, 129].map(|bytes| user(&named(bytes)).is_some()), [true, false]);
    }
}
