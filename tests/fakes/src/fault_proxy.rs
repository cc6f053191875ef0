//! A proxy before a service of ours that loses requests and answers, refuses, and says that it met another writer.
//!
//! The real clients are pointed at it, so that everything between a use case and a service is tried: the SDK's retries, the
//! adapters, and what they make of an answer that never came. Which request meets which fault is chance, from a seed.

mod api;
mod chance;
mod fault;
mod tally;

pub use api::Api;
pub use fault::Fault;
pub use tally::Tally;

use crate::hang_up::hang_up;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::{HeaderMap, StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use chance::Chance;
use redial_aws::adapters::tls;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, time::Duration};
use tokio::{net::TcpListener, task::JoinSet, time::sleep};

/// How much later a request is passed on that is late.
const LATE: Duration = Duration::from_secs(1);

/// A running proxy. Dropping it closes the listener.
#[derive(Debug)]
pub struct FaultProxy {
    base_url: String,
    proxy: Arc<Proxy>,
    _serving: JoinSet<()>,
}

#[derive(Debug)]
struct Proxy {
    upstream: String,
    api: fn(&Parts) -> Api,
    http: reqwest::Client,
    chance: Mutex<Chance>,
    is_calm: AtomicBool,
    tally: Mutex<Tally>,
}

impl FaultProxy {
    /// Passes requests on to `upstream`, an address without a slash at the end. `api` says what a request is.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start(upstream: &str, api: fn(&Parts) -> Api, seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let http = tls::http().retry(reqwest::retry::never()).redirect(reqwest::redirect::Policy::none());
        let proxy = Arc::new(Proxy {
            upstream: upstream.to_owned(),
            api,
            http: http.build().map_err(io::Error::other)?,
            chance: Mutex::new(Chance::of(seed)),
            is_calm: AtomicBool::new(false),
            tally: Mutex::default(),
        });
        let router = Router::new().fallback(handle).with_state(Arc::clone(&proxy));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            // Accept errors are retried inside; nothing makes it return.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { base_url, proxy, _serving: serving })
    }

    /// Where it listens, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// From now on nothing goes wrong.
    pub fn calm(&self) {
        self.proxy.is_calm.store(true, Ordering::SeqCst);
    }

    /// What it has seen and done so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.proxy.tally.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn handle(State(proxy): State<Arc<Proxy>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return hang_up() };
    let api = (proxy.api)(&parts);
    let fault = proxy.fault(api);
    if let Some(response) = fault.and_then(|fault| fault.instead(api)) {
        return response;
    }
    if fault == Some(Fault::Late) {
        sleep(LATE).await;
    }
    let Ok(answer) = proxy.pass_on(parts, body).await else { return StatusCode::BAD_GATEWAY.into_response() };
    match fault.and_then(|fault| fault.afterwards(api)) {
        Some(response) => response,
        None => {
            proxy.note_conflict(api, &answer);
            answer.into_response()
        }
    }
}

/// What the service answered.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Proxy {
    fn fault(&self, api: Api) -> Option<Fault> {
        let fault = match self.is_calm.load(Ordering::SeqCst) {
            true => None,
            false => self.chance.lock().unwrap_or_else(PoisonError::into_inner).fault(api.odds()),
        };
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).request(api, fault);
        fault
    }

    fn note_conflict(&self, api: Api, answer: &Answer) {
        if api.is_conflict(answer.status, &answer.body) {
            self.tally.lock().unwrap_or_else(PoisonError::into_inner).conflict(api);
        }
    }

    async fn pass_on(&self, parts: Parts, body: Bytes) -> reqwest::Result<Answer> {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let request = self.http.request(parts.method, format!("{}{path}", self.upstream));
        let mut response = request.headers(end_to_end(parts.headers)).body(body).send().await?;
        let headers = end_to_end(std::mem::take(response.headers_mut()));
        Ok(Answer { status: response.status(), headers, body: response.bytes().await? })
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.status, self.headers, Body::from(self.body)).into_response()
    }
}

/// The headers that do not concern one connection only.
fn end_to_end(mut headers: HeaderMap) -> HeaderMap {
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(name);
    }
    headers
}
