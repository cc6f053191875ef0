//! A connection that ends without an answer.

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::io;

/// A body that fails before its first byte makes the connection close while the head is still in the buffer: the client
/// sees an end without an answer, whatever the status.
pub(crate) fn hang_up() -> Response {
    let nothing = stream::once(async { Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset)) });
    Body::from_stream(nothing).into_response()
}
