//! `GET /runs`

use super::iso::iso;
use super::query::Parameters;
use super::responses::ReadErrors;
use super::status_json::SummaryJson;
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::{RawQuery, State};
use chrono::{DateTime, Utc};
use redial_domain::{RUNS_KEPT, RunSummary, Stop};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Runs of an answer without a limit: two hours, if a run starts every five minutes.
const DEFAULT: usize = 24;

/// What the last runs did, and why they stopped
///
/// The newest run comes first. The last 288 runs are kept, which is a day if a run starts every five minutes.
#[utoipa::path(
    get,
    path = "/runs",
    tag = "queue",
    params(("limit" = Option<usize>, Query, minimum = 1, maximum = 288, description = "Maximum number of runs to return (default 24).")),
    responses((status = 200, description = "The last runs.", body = RunsAnswer), ReadErrors)
)]
pub(crate) async fn runs(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Result<Json<RunsAnswer>, Failure> {
    let parameters = Parameters::parse(&query.unwrap_or_default(), &["limit"])?;
    let limit = parameters.limit(DEFAULT, RUNS_KEPT)?;
    let state = api.admin.queue_state().await?;
    // A release before this one has noted the last run only.
    let recent = state.runs.recent.iter();
    let noted = state.runs.last_run.iter().filter(|last| state.runs.recent.front() != Some(last));
    Ok(Json(RunsAnswer {
        success: true,
        timestamp: iso(state.at),
        is_processing: state.runs.is_processing(state.at),
        runs: noted.chain(recent).take(limit).map(RunJson::new).collect(),
    }))
}

/// The last runs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RunsAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which this was read.
    timestamp: DateTime<Utc>,
    /// Whether a run is in progress. It is not among `runs` until it ends.
    is_processing: bool,
    /// Runs, the newest first.
    runs: Vec<RunJson>,
}

/// One run.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct RunJson {
    /// What it did.
    #[serde(flatten)]
    summary: SummaryJson,
    /// `stopped_by` in words, with what to do. `null` if the run reached its end.
    #[schema(example = "The business does not call at this time. Nothing to do.")]
    explanation: Option<&'static str>,
}

impl RunJson {
    fn new(summary: &RunSummary) -> Self {
        Self { summary: SummaryJson::from(summary), explanation: summary.stopped_by.map(explanation) }
    }
}

fn explanation(stop: Stop) -> &'static str {
    match stop {
        Stop::AlreadyRunning => "Another run was in progress. Nothing to do.",
        Stop::Disabled => "The queue is disabled. POST /enable lets it dial.",
        Stop::Stopped => "The processor is stopped. POST /start lets it dial.",
        Stop::OutsideBusinessHours => "The business does not call at this time. Nothing to do.",
        Stop::Deadline => "The time of the run was over. The next run goes on, the most overdue leads first.",
        Stop::MaxCallsPerRun => "max_calls_per_run was reached. The next run goes on, the most overdue leads first.",
        Stop::MaxCallsPerDay => "max_calls_per_day was reached. Runs dial again on the next business day.",
        Stop::ProviderBlocked => "Bland accepts no call, because of the key or the balance. Check both at Bland.",
        Stop::ProviderSlowDown => "Bland asked to slow down. A later run goes on.",
        Stop::ProviderFailing => {
            "Too many dials failed without a clear answer. A later run tries one. Check the status of Bland."
        }
        Stop::ProviderRefusing => "Bland refused too many dials. GET /status has the message in breaker.",
        Stop::StoreUnavailable => "Settings, lines or records could not be read. The log of the run has the reason.",
        Stop::ImportUnfinished => {
            "A list of numbers to suppress is not imported to its end. The next run goes on with it."
        }
        Stop::BulkUnfinished => {
            "A command that pauses or removes many leads is not finished. The next run goes on with it."
        }
        Stop::DivisionUnfinished => {
            "A large object of a month is being divided. GET /status has the progress in dividing."
        }
    }
}
