//! Executes one run for each event.

use lambda_runtime::{Error, LambdaEvent};
use redial_domain::{RunSummary, Stop};
use redial_formats::run_v1::SummaryJson;
use redial_queue::usecase::run::Run;
use serde_json::Value;
use std::time::UNIX_EPOCH;

/// Executes a run that ends before the invocation's deadline, and returns its summary.
///
/// # Errors
/// If the queue could not be read and no lead was dialed, so that Lambda counts an error and the alarm `ProcessorErrors` rings.
pub async fn process(run: &Run, event: LambdaEvent<Value>) -> Result<Value, Error> {
    let deadline = event.context.deadline().duration_since(UNIX_EPOCH)?;
    let deadline = i64::try_from(deadline.as_millis()).ok().and_then(chrono::DateTime::from_timestamp_millis);
    let deadline = deadline.ok_or("the invocation has no deadline")?;
    tracing::info!("Redial queue processing started");
    let summary = run.execute(deadline).await;
    log(&summary);
    let json = serde_json::to_value(SummaryJson::from(&summary))?;
    if summary.stopped_by == Some(Stop::StoreUnavailable) && summary.calls_made == 0 {
        return Err("the run could not read the queue, so no lead was dialed".into());
    }
    Ok(json)
}

/// Logs the summary as the last line of the run.
fn log(summary: &RunSummary) {
    // A log line needs static names, so the fields are named here again. The pattern has no `..`, so the compiler refuses a
    // field of the summary that is missing here. The start of the run is the time of its first line.
    let RunSummary {
        started_at: _,
        total_ready,
        calls_made,
        skipped,
        errors,
        reconciled,
        deferred,
        lost,
        months_deleted,
        duration_ms,
        stopped_by,
    } = summary;
    tracing::info!(
        total_ready,
        calls_made,
        skipped,
        errors,
        reconciled,
        deferred,
        lost,
        months_deleted,
        duration_ms,
        stopped_by = stopped_by.map(Stop::as_str),
        "Redial queue processing completed"
    );
}
