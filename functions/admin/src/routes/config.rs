//! The settings.

use super::status_of;
use crate::Api;
use crate::failure::Failure;
use crate::json::{ConfigAnswer, ConfigJson, ConfiguredAnswer, changes, dry_run, etag, if_match, nothing};
use crate::openapi::{ReadErrors, SettingErrors, WriteErrors};
use axum::Extension;
use axum::Json;
use axum::body::to_bytes;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use redial_domain::Actor;
use redial_queue::ports::Expect;
use std::sync::Arc;

const BODY_BYTES: usize = 64 * 1024;

/// The settings in force
///
/// The `ETag` is the version of what the admin API has set.
#[utoipa::path(
    get,
    path = "/config",
    tag = "settings",
    responses((status = 200, description = "The settings", body = ConfigAnswer, headers(("ETag" = String, description = "The version of what the admin API has set"))), ReadErrors)
)]
pub(crate) async fn config(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, Failure> {
    nothing(&query.unwrap_or_default())?;
    let loaded = api.admin.settings().await?;
    let answer = ConfigAnswer::new(&loaded.settings, api.admin.stores.clock.now());
    Ok(([(header::ETAG, etag(loaded.version.as_ref()))], Json(answer)))
}

/// Change settings
///
/// All or none are changed. `max_attempts` is another name of `max_redial_attempts`. Of `redial_interval_minutes` and
/// `progressive_intervals` the one that is named is in force from then on.
#[utoipa::path(
    put,
    path = "/config",
    tag = "settings",
    params(
        ("dry_run" = Option<bool>, Query, description = "Only say what would be in force"),
        ("If-Match" = Option<String>, Header, description = "The ETag of GET /config; 412 when it is another by now"),
    ),
    request_body = ConfigJson,
    responses((status = 200, description = "What is in force now", body = ConfiguredAnswer, headers(("ETag" = String, description = "The version of what the admin API has set"))), WriteErrors, SettingErrors)
)]
pub(crate) async fn configure(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<impl IntoResponse, Failure> {
    let dry_run = dry_run(&query.unwrap_or_default())?;
    let seen = seen(request.headers())?;
    if !is_json(request.headers()) {
        return Err(Failure::NotJson);
    }
    let body = to_bytes(request.into_body(), BODY_BYTES).await.map_err(|_| Failure::TooLarge)?;
    let changes = changes(&body)?;
    let configured = api.admin.configure(&actor, &changes, seen.as_deref(), dry_run).await?;
    let state = api.admin.queue_state().await?;
    let (message, settings) = if dry_run {
        ("Dry run: the change is allowed, and nothing is stored", &configured.settings)
    } else {
        ("Configuration updated", &state.loaded.settings)
    };
    let answer = ConfiguredAnswer::new(message, settings, status_of(&state), dry_run);
    Ok(([(header::ETAG, etag(state.loaded.version.as_ref()))], Json(answer)))
}

fn seen(headers: &HeaderMap) -> Result<Option<Vec<Expect>>, Failure> {
    let lines: Vec<_> =
        headers.get_all(header::IF_MATCH).iter().map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    if lines.is_empty() { Ok(None) } else { Ok(if_match(&lines.join(","))?) }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}
