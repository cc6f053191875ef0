//! The operators' page: static files that are part of the program. They have no data and no secrets, so they need no key.
//! The page asks the API with the key that the operator enters.

use crate::failure::Failure;
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

/// Where the page and its files are.
pub const PAGE: [&str; 2] = ["/admin", "/admin/{file}"];

/// A file as `infra/page build` made it.
struct File {
    /// Its path in `page/dist`. The page names its files relative to itself, whatever is before [`PAGE`].
    path: &'static str,
    content_type: &'static str,
    /// API Gateway passes texts on as they are. A binary file would need `BinaryMediaTypes` in the template.
    text: &'static str,
}

macro_rules! file {
    ($path:literal, $content_type:literal) => {
        File { path: $path, content_type: $content_type, text: include_str!(concat!("../page/dist/", $path)) }
    };
}

const INDEX: File = file!("index.html", "text/html; charset=utf-8");

const FILES: [File; 3] = [
    file!("admin/page.js", "text/javascript; charset=utf-8"),
    file!("admin/page.css", "text/css; charset=utf-8"),
    file!("admin/icon.svg", "image/svg+xml"),
];

/// What each answer says, also a failed one.
///
/// The policy allows the page its own files and its own API only. A text that becomes HTML by mistake runs no script and
/// sends nothing to anybody.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Returns the routes of the page. They are public.
pub(crate) fn routes() -> Router {
    let [page, file] = PAGE;
    Router::new()
        .route(page, get(async |headers: HeaderMap| INDEX.answer(&headers)))
        .route(file, get(named))
        // Below the slash, the page would look for its files in the wrong place. The stage before the path is not known here.
        .route("/admin/", get(async || (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, "../admin")])))
        .method_not_allowed_fallback(async || Failure::WrongMethod)
        .layer(map_response(secured))
}

async fn named(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let file = FILES.iter().find(|file| file.path.strip_prefix("admin/") == Some(&name));
    file.map(|file| file.answer(&headers)).ok_or(Failure::UnknownPath)
}

impl File {
    /// Answers the file, or 304 if the browser has it.
    ///
    /// A browser asks each time (`no-cache`), because the names of the files stay the same in every release.
    fn answer(&self, request: &HeaderMap) -> Response {
        let etag = self.etag();
        let is_known = request.get_all(header::IF_NONE_MATCH).iter().any(|tags| has(tags, &etag));
        let headers = [(header::CACHE_CONTROL, "no-cache"), (header::ETAG, &etag)];
        if is_known {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (headers, [(header::CONTENT_TYPE, self.content_type)], self.text).into_response()
    }

    /// Returns a strong `ETag`. A page is opened seldom, so the hash is not kept.
    fn etag(&self) -> String {
        format!("\"{}\"", hex::encode(Sha256::digest(self.text)))
    }
}

/// Returns whether one of the tags is this one. A gateway that compresses may have made it weak (RFC 9110, 13.1.2).
fn has(tags: &HeaderValue, etag: &str) -> bool {
    let mut tags = tags.to_str().unwrap_or_default().split(',').map(str::trim);
    tags.any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

/// Adds the headers of every answer. Only files are cached.
async fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.extend(HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response
}
