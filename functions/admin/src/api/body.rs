//! Bodies of requests.

use crate::failure::Failure;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, header};

/// The most bytes of a body.
const BODY_BYTES: usize = 64 * 1024;

/// Returns the body of a request that says that it is JSON.
pub(super) async fn json_body(request: Request) -> Result<Bytes, Failure> {
    if !is_json(request.headers()) {
        return Err(Failure::NotJson);
    }
    to_bytes(request.into_body(), BODY_BYTES).await.map_err(|_| Failure::TooLarge)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}
