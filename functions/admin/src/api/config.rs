//! `GET /config`, `PUT /config`

mod etag;

pub use etag::{etag, parse_if_match};

use super::body::json_body;
use super::config_json::{ConfigJson, SourcesJson, unknown_setting};
use super::configured_answer::ConfiguredAnswer;
use super::error_answer::ErrorAnswer;
use super::forecast::DEFAULT_HOURS;
use super::forecast_json::ForecastChangeJson;
use super::invalid::Invalid;
use super::iso::iso;
use super::query::{Parameters, reject_parameters};
use super::responses::{BodyErrors, ReadErrors, WriteErrors};
use super::texts::EtagsText;
use crate::Api;
use crate::failure::Failure;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use redial_domain::Actor;
use redial_domain::settings::find;
use redial_formats::settings_v1::setting_text;
use redial_queue::ports::Expect;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;
use utoipa::{IntoResponses, ToSchema};

/// Settings in force
///
/// The `ETag` is the version of the settings that this API has stored.
#[utoipa::path(
    get,
    path = "/config",
    tag = "settings",
    responses(
        (
            status = 200,
            description = "All settings.",
            body = ConfigAnswer,
            headers(("ETag" = String, description = "Version of the stored settings."))
        ),
        ReadErrors
    )
)]
pub(crate) async fn config(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, Failure> {
    reject_parameters(query.as_deref())?;
    let loaded = api.admin.settings().await?;
    let answer = ConfigAnswer {
        success: true,
        timestamp: iso(api.admin.stores.clock.now()),
        config: ConfigJson::new(&loaded.settings),
        sources: SourcesJson::new(&loaded.settings),
    };
    Ok(([(header::ETAG, etag(loaded.version.as_ref()))], Json(answer)))
}

/// Change settings
///
/// Either all given settings are changed or none. `max_attempts` is another name of `max_redial_attempts`.
/// `redial_interval_minutes` switches to the fixed interval, and `progressive_intervals` switches to the list.
/// A dry run stores nothing, and answers how many dials are expected in the next 24 hours before and after the change. It takes
/// some seconds in a large queue.
#[utoipa::path(
    put,
    path = "/config",
    tag = "settings",
    params(
        ("dry_run" = Option<bool>, Query, description = "Whether to check the change without storing it."),
        (
            "If-Match" = Option<EtagsText>,
            Header,
            nullable = false,
            description = "`ETag` of `GET /config`. If the settings have changed since then, the answer is 412."
        ),
    ),
    request_body(content = ConfigJson, description = "The settings to change."),
    responses(
        (
            status = 200,
            description = "Settings and status after the change.",
            body = ConfiguredAnswer,
            headers(("ETag" = String, description = "Version of the stored settings."))
        ),
        WriteErrors,
        BodyErrors,
        StaleErrors
    )
)]
pub(crate) async fn configure(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<impl IntoResponse, Failure> {
    let dry_run = parse_dry_run(&query.unwrap_or_default())?;
    let seen = seen_versions(request.headers())?;
    let body = json_body(request).await?;
    let changes = parse_changes(&body)?;
    let configured = api.admin.configure(&actor, &changes, seen.as_deref(), dry_run).await?;
    let state = api.admin.queue_state().await?;
    let answer = if dry_run {
        let forecast = api.admin.forecast_change(&configured.settings, DEFAULT_HOURS).await?;
        let message = "Dry run: the change is valid. Nothing was stored.";
        let answer = ConfiguredAnswer::new(message, &configured.settings, &state, dry_run);
        answer.with_forecast(ForecastChangeJson::new(&forecast))
    } else {
        ConfiguredAnswer::new("Configuration updated", &state.loaded.settings, &state, dry_run)
    };
    Ok(([(header::ETAG, etag(state.loaded.version.as_ref()))], Json(answer)))
}

/// Settings in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ConfigAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which the settings were read.
    timestamp: DateTime<Utc>,
    /// All settings.
    config: ConfigJson,
    /// Where the value of each setting comes from.
    sources: SourcesJson,
}

#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
enum StaleErrors {
    /// The settings have changed since they were read. Read them again.
    #[response(status = 412)]
    Stale(ErrorAnswer),
}

/// Reads whether a change is a dry run.
///
/// # Errors
/// [`Invalid`] if the value is neither true nor false, or if there is another parameter.
pub fn parse_dry_run(query: &str) -> Result<bool, Invalid> {
    Parameters::parse(query, &["dry_run"])?.flag("dry_run")
}

/// Reads the settings that a body changes, as text.
///
/// # Errors
/// [`Invalid`] if it is not a JSON object, names an unknown setting, or has a value of a wrong type.
pub fn parse_changes(body: &[u8]) -> Result<Vec<(&'static str, String)>, Invalid> {
    let body: IndexMap<String, Value> = serde_json::from_slice(body)
        .map_err(|error| Invalid { field: None, error: format!("the body is not a JSON object: {error}") })?;
    let mut changes: Vec<(&'static str, String)> = Vec::new();
    for (name, value) in &body {
        let setting = find(name).ok_or_else(|| unknown_setting(name))?;
        if changes.iter().any(|(key, _)| *key == setting.key) {
            let error = format!("{} is given twice, under two names; send it once", setting.key);
            return Err(Invalid::field(name, error));
        }
        let text = setting_text(setting, value).map_err(|error| Invalid::value(name, &error.value, &error.allowed))?;
        changes.push((setting.key, text));
    }
    Ok(changes)
}

/// Reads `If-Match`. `None` if the change may build on any version.
fn seen_versions(headers: &HeaderMap) -> Result<Option<Vec<Expect>>, Failure> {
    let lines: Vec<_> =
        headers.get_all(header::IF_MATCH).iter().map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    if lines.is_empty() { Ok(None) } else { Ok(parse_if_match(&lines.join(","))?) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::settings::{Limits, Settings};
    use rstest::rstest;
    use serde_json::json;

    #[test]
    fn settings_are_accepted_as_typed_values_and_as_text() {
        let body =
            json!({"enabled": false, "max_attempts": 5, "progressive_intervals": [0, 5], "success_outcomes": "SALE"});
        let mut changed = parse_changes(body.to_string().as_bytes()).unwrap();
        changed.sort_unstable();
        let expected = [
            ("enabled", "false"),
            ("max_redial_attempts", "5"),
            ("progressive_intervals", "0,5"),
            ("success_outcomes", "SALE"),
        ];
        assert_eq!(changed, expected.map(|(key, text)| (key, text.to_owned())));
    }

    #[rstest]
    #[case(json!({"max_attemps": 5}), Some("max_attemps"))]
    #[case(json!({"max_attempts": 5, "max_redial_attempts": 6}), Some("max_redial_attempts"))]
    #[case(json!({"max_attempts": "five"}), Some("max_attempts"))]
    #[case(json!({"max_attempts": null}), Some("max_attempts"))]
    #[case(json!({"enabled": 1}), Some("enabled"))]
    #[case(json!([]), None)]
    #[case(json!("enabled"), None)]
    fn an_invalid_body_is_rejected_and_its_key_named(#[case] body: Value, #[case] field: Option<&str>) {
        assert_eq!(parse_changes(body.to_string().as_bytes()).unwrap_err().field.as_deref(), field);
    }

    #[test]
    fn shown_settings_can_be_sent_back() {
        let (settings, limits) = (Settings::default(), Limits::default());
        let shown = serde_json::to_vec(&ConfigJson::new(&settings)).unwrap();
        for (key, text) in parse_changes(&shown).unwrap() {
            let changed = Settings { overrides: [(key, text)].into(), ..Settings::default() };
            assert_eq!(changed.policy(limits.clone()), settings.policy(limits.clone()), "{key}");
        }
    }
}
