//! The description of the API, made from the code.

mod errors;
mod webhooks;

pub(crate) use errors::{ReadErrors, SettingErrors, WriteErrors};

use crate::routes::{cleanup, config, leads, records, status, switches};
use axum::http::header;
use axum::response::IntoResponse;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// What is served: the committed description, which a test holds equal to [`document`]. To make it anew in every process would
/// take as much code as all routes together.
const COMMITTED: &str = include_str!("../../../openapi.json");

/// The description of the admin API and of the webhooks, as JSON.
#[must_use]
pub fn document() -> String {
    Document::openapi().to_pretty_json().unwrap_or_default() + "\n"
}

/// This description
#[utoipa::path(get, path = "/openapi.json", tag = "queue", responses((status = 200, description = "OpenAPI 3.1"), ReadErrors))]
pub(crate) async fn serve() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], COMMITTED)
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Redial Queue", description = "Calls leads again: the admin API that steers it, and the webhooks that feed it."),
    nest((path = "/api/admin/redial-queue", api = AdminApi)),
    paths(webhooks::bland, webhooks::convoso, webhooks::convoso_with_token),
    modifiers(&Keys),
    tags(
        (name = "queue", description = "The queue as a whole"),
        (name = "records", description = "Lists of records"),
        (name = "leads", description = "One lead"),
        (name = "settings", description = "Rules that can be changed while it runs"),
        (name = "webhooks", description = "Results of calls and new leads; not for operators"),
    )
)]
struct Document;

#[derive(OpenApi)]
#[openapi(
    security(("key" = [])),
    paths(
        status::status,
        records::records,
        config::config,
        config::configure,
        switches::enable,
        switches::disable,
        switches::start,
        switches::stop,
        switches::process,
        leads::pause,
        leads::resume,
        leads::remove,
        leads::explain,
        cleanup::clean_up,
        serve,
    )
)]
struct AdminApi;

struct Keys;

impl Modify for Keys {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let header = |name, text| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, text)));
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme(
            "key",
            header("X-API-Key", "A key of the admin API. One with the role read may only GET."),
        );
        components.add_security_scheme(
            "signature",
            header("X-Webhook-Signature", "HMAC-SHA256 of the body, in hexadecimal, under the webhook secret"),
        );
        components.add_security_scheme("secret", header("X-Webhook-Token", "The secret of the webhook"));
    }
}
