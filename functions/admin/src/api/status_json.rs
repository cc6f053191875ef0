use super::iso::iso;
use chrono::{DateTime, Utc};
use redial_domain::breaker::{BreakerState, BreakerTrip};
use redial_domain::law::Mode;
use redial_domain::{Breaker, RunSummary, Stop, run_summary};
use redial_queue::store::law::Refused;
use redial_queue::usecase::admin::QueueState;
use serde::Serialize;
use utoipa::ToSchema;

/// Switches, limits and the state of runs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct StatusJson {
    /// Whether the processor is started.
    running: bool,
    /// Whether the queue is enabled.
    enabled: bool,
    /// Whether a run is in progress.
    is_processing: bool,
    /// Time between runs, in minutes.
    #[schema(example = 5)]
    interval_minutes: u32,
    /// Fixed time between attempts for a lead, in minutes. Used if `progressive_intervals` is empty.
    #[schema(example = 30)]
    redial_interval_minutes: u32,
    /// Maximum number of attempts for a lead.
    #[schema(example = 8)]
    max_attempts: u32,
    /// Waiting time before each attempt for a lead, in minutes. The last entry is repeated.
    #[schema(example = json!([0, 0, 5, 10, 30, 60, 120]))]
    progressive_intervals: Vec<u32>,
    /// Maximum number of calls per day. `null` means unlimited.
    max_calls_per_day: Option<u32>,
    /// Calls made today in the business time zone, including calls that the current run has reserved.
    calls_today: u32,
    /// State of the circuit breaker.
    breaker: BreakerJson,
    /// Whether business hours are open now.
    business_hours_open: bool,
    /// Whether business hours and calling hours are ignored. Possible only in demonstrations with a local provider.
    calling_hours_ignored: bool,
    /// Which calling rules are in force: `hours_and_caps`, `full` or `federal`. They are engineering data, not legal advice.
    #[schema(example = "hours_and_caps")]
    calling_rules: &'static str,
    /// Version of the calling rules.
    #[schema(example = "2026-11-27.1")]
    calling_rules_version: String,
    /// Every warning.
    warnings: Vec<String>,
    /// Warning about a dangerous setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    warning: Option<String>,
    /// Summary of the last run.
    last_run: Option<SummaryJson>,
}

const HOURS_IGNORED: &str = "CALLING HOURS ARE IGNORED: people may be called at any time of day. This is for demonstrations only. \
                             Set ignore_calling_hours to false.";

impl StatusJson {
    /// Renders the switches, limits and runs as they were at `state.at`.
    pub(super) fn new(state: &QueueState) -> Self {
        let (policy, runs, at) = (&state.loaded.policy, &state.runs, state.at);
        Self {
            running: policy.running,
            enabled: policy.enabled,
            is_processing: runs.is_processing(at),
            interval_minutes: policy.process_interval,
            redial_interval_minutes: policy.cadence.fixed,
            max_attempts: policy.max_attempts,
            progressive_intervals: policy.cadence.progressive.clone(),
            max_calls_per_day: policy.max_calls_per_day,
            calls_today: runs.calls.on(at.with_timezone(&policy.business_hours.zone).date_naive()),
            breaker: BreakerJson::new(&runs.breaker, at),
            business_hours_open: policy.business_hours.is_open(at),
            calling_hours_ignored: policy.ignore_hours,
            calling_rules: policy.calling_rules(at).as_str(),
            calling_rules_version: policy.law.version.clone(),
            warnings: warnings(state),
            warning: policy.ignore_hours.then(|| HOURS_IGNORED.to_owned()),
            last_run: runs.last_run.as_ref().map(SummaryJson::from),
        }
    }
}

const FEDERAL_ONLY: &str = "ONLY THE FEDERAL CALLING HOURS ARE OBEYED: no rule of a state is. End the decision in \
                            /rules/decisions, or set calling_rules to hours_and_caps.";
const NOT_FEDERAL: &str = "calling_rules is federal, but no decision for it is in force, so hours_and_caps counts. Record one of \
                           the kind federal_only in /rules/decisions, or set calling_rules to hours_and_caps.";

fn warnings(state: &QueueState) -> Vec<String> {
    let (policy, at) = (&state.loaded.policy, state.at);
    let mut warnings = Vec::new();
    if policy.ignore_hours {
        warnings.push(HOURS_IGNORED.to_owned());
    }
    match (policy.mode, policy.calling_rules(at)) {
        (Mode::Federal, Mode::Federal) => warnings.push(FEDERAL_ONLY.to_owned()),
        (Mode::Federal, Mode::HoursAndCaps | Mode::Full) => warnings.push(NOT_FEDERAL.to_owned()),
        (Mode::HoursAndCaps | Mode::Full, _) => {}
    }
    let today = at.with_timezone(&policy.business_hours.zone).date_naive();
    if let Some(days) = policy.scrub_overdue(today) {
        warnings.push(format!(
            "The leads were not compared with the national do-not-call list for more than 31 days ({days} days overdue). \
             Compare them, and set national_list_scrubbed_on."
        ));
    }
    for Refused { key, reason } in &state.law_files.refused {
        warnings.push(format!("{key} is not valid, so its calling rules are not used: {reason}"));
    }
    warnings
}

run_summary! {
    /// Summary of a run.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    pub struct SummaryJson, stopped_by: &'static str
}

impl From<&RunSummary> for SummaryJson {
    fn from(summary: &RunSummary) -> Self {
        run_summary!(summary => Self, stopped_by: summary.stopped_by.map(Stop::as_str))
    }
}

/// Circuit breaker for dial requests.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BreakerJson {
    /// `closed`: leads are dialed. `open`: no lead is dialed before `until`. `half_open`: the next run dials one lead as a probe.
    #[schema(example = "closed")]
    state: &'static str,
    /// Reason for opening: `blocked` (key or balance), `slow_down` (rate limit), `silent` (no clear answers) or `refusing`.
    cause: Option<&'static str>,
    /// Time of opening.
    opened_at: Option<DateTime<Utc>>,
    /// Time from which the next probe may be dialed.
    until: Option<DateTime<Utc>>,
    /// Number of times it opened since a call was last placed.
    failures: u32,
    /// The provider's message, without ids and numbers, if several refusals in a row had the same one. Else `null`.
    #[schema(example = "Pathway not found")]
    message: Option<String>,
}

impl BreakerJson {
    fn new(breaker: &Breaker, at: DateTime<Utc>) -> Self {
        let state = match breaker.state(at) {
            BreakerState::Closed => "closed",
            BreakerState::HalfOpen => "half_open",
            BreakerState::Open(_) => "open",
        };
        match breaker {
            Breaker::Closed => Self { state, cause: None, opened_at: None, until: None, failures: 0, message: None },
            Breaker::Open(BreakerTrip { cause, opened_at, until, failures, message }) => Self {
                state,
                cause: Some(cause.as_str()),
                opened_at: Some(iso(*opened_at)),
                until: Some(iso(*until)),
                failures: *failures,
                message: message.clone(),
            },
        }
    }
}
