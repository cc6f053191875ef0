//! The routes of the admin API. One file is one endpoint: handler, JSON, OpenAPI and tests.

mod activity;
mod audit;
mod blocked;
mod body;
mod bulk;
mod bulk_json;
mod callback;
mod cleanup;
mod command_answer;
mod config;
mod config_json;
mod configured_answer;
mod decision_body;
mod decisions;
mod error_answer;
mod explain;
mod export;
mod forecast;
mod forecast_json;
mod import_json;
mod invalid;
mod iso;
mod law_json;
mod lead;
mod lead_add;
mod lead_import;
mod lead_parameters;
mod lead_path;
mod leads;
mod line_json;
mod list_answer;
mod number;
mod openapi;
mod outcome;
mod outcome_json;
mod process;
mod proof;
mod query;
mod record_filter;
mod record_json;
mod records;
mod responses;
mod review;
mod reviews;
mod rules;
mod rules_map;
mod runs;
mod status;
mod status_json;
mod suppression;
mod suppression_import;
mod suppression_json;
mod suppressions;
mod switches;
pub(crate) mod texts;

pub use config::{etag, parse_changes, parse_dry_run, parse_if_match};
pub use config_json::ConfigJson;
pub(crate) use error_answer::ErrorAnswer;
pub use invalid::Invalid;
pub use lead_parameters::parse_phone;
pub use lead_path::gateway_uri;
pub use query::{key_in_query, reject_parameters};
pub use records::{decode_cursor, encode_cursor, parse_query};

use crate::Api;
use crate::auth::{self, Access, Guard};
use crate::failure::Failure;
use crate::page;
use axum::Router;
use axum::handler::Handler;
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use std::sync::Arc;
use tower::ServiceExt;
use utoipa::OpenApi;

/// Where every path of the API starts.
pub const BASE: &str = "/api/admin/redial-queue";

/// One row of [`ROUTES`].
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The method, in upper case. A route for `GET` answers `HEAD` too.
    pub method: &'static str,
    /// The path after [`BASE`].
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    handler: fn() -> MethodRouter<Arc<Api>>,
}

/// Makes the routes and the paths of the OpenAPI document from one list.
macro_rules! routes {
    ($($method:ident $path:literal $access:ident $file:ident::$handler:ident,)*) => {
        /// Every route. The router, the authorization and the paths of the OpenAPI document come from it.
        pub const ROUTES: &[Route] = &[$(Route {
            method: stringify!($method),
            path: $path,
            access: Access::$access,
            handler: || on(MethodFilter::$method, $file::$handler),
        },)*];

        #[derive(OpenApi)]
        #[openapi(security(("key" = [])), paths($($file::$handler),*))]
        pub(crate) struct Paths;
    };
}

// `#[utoipa::path]` beside the handler repeats method and path. A test compares them.
routes! {
    GET    "/status"                 Read  status::status,
    GET    "/blocked"                Read  blocked::blocked,
    GET    "/forecast"               Read  forecast::forecast,
    GET    "/records"                Read  records::records,
    GET    "/export"                 Read  export::export,
    GET    "/config"                 Read  config::config,
    PUT    "/config"                 Admin config::configure,
    POST   "/enable"                 Admin switches::enable,
    POST   "/disable"                Admin switches::disable,
    POST   "/start"                  Admin switches::start,
    POST   "/stop"                   Admin switches::stop,
    POST   "/process"                Admin process::process,
    POST   "/outcome/test"           Read  outcome::test_outcome,
    POST   "/lead"                   Admin lead_add::add,
    POST   "/leads"                  Admin lead_import::import,
    GET    "/leads/import/{id}"      Read  lead_import::progress,
    POST   "/lead/{lead_id}/pause"   Admin leads::pause,
    POST   "/lead/{lead_id}/resume"  Admin leads::resume,
    GET    "/lead/{lead_id}"         Read  lead::lead,
    DELETE "/lead/{lead_id}"         Admin leads::remove,
    POST   "/lead/{lead_id}/confirm-do-not-call" Admin review::confirm,
    POST   "/lead/{lead_id}/dismiss-do-not-call" Admin review::dismiss,
    POST   "/lead/{lead_id}/callback" Admin callback::call_back,
    GET    "/lead/{lead_id}/explain" Read  explain::explain,
    POST   "/leads/pause"            Admin bulk::pause_many,
    POST   "/leads/resume"           Admin bulk::resume_many,
    POST   "/leads/remove"           Admin bulk::remove_many,
    GET    "/leads/bulk/{id}"        Read  bulk::bulk_progress,
    GET    "/rules"                  Read  rules::rules,
    GET    "/rules/check"            Read  rules::check,
    GET    "/rules/map"              Read  rules_map::map,
    GET    "/rules/decisions"        Read  decisions::decisions,
    POST   "/rules/decisions"        Admin decisions::record,
    DELETE "/rules/decisions/{id}"   Admin decisions::end,
    GET    "/suppressions"           Read  suppressions::suppressions,
    POST   "/suppressions/import"    Admin suppression_import::import,
    GET    "/suppressions/import/{id}" Read suppression_import::progress,
    GET    "/suppressions/{phone}"   Read  suppression::suppression,
    POST   "/suppressions/{phone}"   Admin suppression::suppress,
    DELETE "/suppressions/{phone}"   Admin suppression::allow,
    GET    "/review"                 Read  reviews::reviews,
    GET    "/numbers/{phone}"        Read  number::number,
    GET    "/numbers/{phone}/proof"  Read  proof::proof,
    GET    "/runs"                   Read  runs::runs,
    GET    "/activity"               Read  activity::activity,
    GET    "/audit"                  Read  audit::audit,
    POST   "/cleanup"                Admin cleanup::clean_up,
    GET    "/openapi.json"           Read  openapi::serve,
}

/// Returns the API and the operators' page as a service.
pub fn router(api: Api) -> Router {
    let api = Arc::new(api);
    let guard = Guard { keys: Arc::clone(&api.keys), allow_key_in_query: api.allow_key_in_query };
    let routes = ROUTES.iter().fold(Router::new(), |router, route| {
        let check = from_fn_with_state((guard.clone(), route.access), auth::check);
        router.route(route.path, (route.handler)().route_layer(check))
    });
    // Without a key not even the paths and methods that exist are told.
    let check = from_fn_with_state(guard, auth::check_unrouted);
    let unknown_path = async || Failure::UnknownPath;
    let wrong_method = async || Failure::WrongMethod;
    let routes = Router::new()
        .nest(BASE, routes)
        .fallback(unknown_path.layer(check.clone()))
        .method_not_allowed_fallback(wrong_method.layer(check))
        .layer(map_response(secured))
        .with_state(api)
        // Without a key, and with headers of its own.
        .merge(page::routes());
    // Outside of the routes, because it decides which of them takes the request.
    Router::new().fallback_service(routes.map_request(lead_path::with_id_in_one_segment))
}

/// Forbids caching, because answers hold personal data, and guessing of content types.
async fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
