use super::config_json::{ConfigJson, SourcesJson};
use super::forecast_json::ForecastChangeJson;
use super::status_json::StatusJson;
use redial_domain::settings::Settings;
use redial_queue::usecase::admin::QueueState;
use serde::Serialize;
use utoipa::ToSchema;

/// Settings after a change, or as they would be after it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ConfiguredAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// What was done.
    message: String,
    /// Whether this was a dry run. A dry run stores nothing.
    dry_run: bool,
    /// All settings.
    config: ConfigJson,
    /// Where the value of each setting comes from.
    sources: SourcesJson,
    /// Switches, limits and the state of runs. A dry run does not change them.
    status: StatusJson,
    /// Dials expected in the next 24 hours, before and after the change. Only in the answer to a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    forecast: Option<ForecastChangeJson>,
}

impl ConfiguredAnswer {
    pub(super) fn new(message: &str, settings: &Settings, state: &QueueState, dry_run: bool) -> Self {
        Self {
            success: true,
            message: message.to_owned(),
            dry_run,
            config: ConfigJson::new(settings),
            sources: SourcesJson::new(settings),
            status: StatusJson::new(state),
            forecast: None,
        }
    }

    pub(super) fn with_forecast(self, forecast: ForecastChangeJson) -> Self {
        Self { forecast: Some(forecast), ..self }
    }
}
