//! The paths.

pub(crate) mod cleanup;
pub(crate) mod config;
pub(crate) mod leads;
pub(crate) mod records;
pub(crate) mod status;
pub(crate) mod switches;

use crate::failure::Failure;
use crate::json::StatusJson;
use crate::{Api, auth, openapi};
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{delete, get, post};
use redial_queue::usecase::admin::Standing;
use std::sync::Arc;

/// Where every path of the API starts.
pub const BASE: &str = "/api/admin/redial-queue";

/// The API.
pub fn router(api: Api) -> Router {
    let api = Arc::new(api);
    let routes = Router::new()
        .route("/status", get(status::status))
        .route("/records", get(records::records))
        .route("/config", get(config::config).put(config::configure))
        .route("/enable", post(switches::enable))
        .route("/disable", post(switches::disable))
        .route("/start", post(switches::start))
        .route("/stop", post(switches::stop))
        .route("/process", post(switches::process))
        .route("/lead/{lead_id}/pause", post(leads::pause))
        .route("/lead/{lead_id}/resume", post(leads::resume))
        .route("/lead/{lead_id}", delete(leads::remove))
        .route("/lead/{lead_id}/explain", get(leads::explain))
        .route("/cleanup", post(cleanup::clean_up))
        .route("/openapi.json", get(openapi::serve));
    Router::new()
        .nest(BASE, routes)
        .fallback(async || Failure::UnknownPath)
        .method_not_allowed_fallback(async || Failure::WrongMethod)
        .layer(from_fn_with_state(Arc::clone(&api), auth::check))
        .layer(map_response(secured))
        .with_state(api)
}

/// Answers hold personal data: no cache may keep them, no browser may take them for a page.
async fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn status_of(standing: &Standing) -> StatusJson {
    StatusJson::new(&standing.loaded.policy, &standing.runs, standing.at)
}
