//! `GET /forecast`

use super::forecast_json::ForecastJson;
use super::iso::iso;
use super::query::Parameters;
use super::responses::ReadErrors;
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::{RawQuery, State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Hours of a forecast without a number of them, and of the forecasts of a dry run.
pub(super) const DEFAULT_HOURS: u32 = 24;
/// A week. Beyond it the dials depend on leads that are not there yet.
const MOST_HOURS: u32 = 168;

/// Dials expected for each hour
///
/// Plays the queue forward under the current settings, by the verdict and the limits of a run, and writes nothing. Each dial
/// ends as the last call of its lead did. `assumptions` states everything that is assumed. If more than 25,000 leads wait for a
/// dial in these hours, a sample of them is played. Takes some seconds then.
#[utoipa::path(
    get,
    path = "/forecast",
    tag = "queue",
    params(("hours" = Option<u32>, Query, minimum = 1, maximum = 168, description = "Number of hours (default 24).")),
    responses((status = 200, description = "Dials by hour.", body = ForecastAnswer), ReadErrors)
)]
pub(crate) async fn forecast(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<ForecastAnswer>, Failure> {
    let parameters = Parameters::parse(&query.unwrap_or_default(), &["hours"])?;
    let is_allowed = |hours: &u32| (1..=MOST_HOURS).contains(hours);
    let hours = parameters.parsed("hours", "1 to 168", |text| text.parse().ok().filter(is_allowed))?;
    let forecast = api.admin.forecast(hours.unwrap_or(DEFAULT_HOURS)).await?;
    let (success, timestamp) = (true, iso(forecast.at));
    Ok(Json(ForecastAnswer { success, timestamp, forecast: ForecastJson::new(&forecast) }))
}

/// Dials expected for each hour.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ForecastAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which the forecast begins.
    timestamp: DateTime<Utc>,
    /// The forecast.
    #[serde(flatten)]
    forecast: ForecastJson,
}
