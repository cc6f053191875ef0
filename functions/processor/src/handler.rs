//! One event, one run.

use lambda_runtime::{Error, LambdaEvent};
use redial_domain::Stop;
use redial_formats::run_v1::SummaryJson;
use redial_queue::usecase::run::Run;
use serde_json::Value;
use std::time::UNIX_EPOCH;

/// Runs until shortly before the end of the invocation. Fails, so that it is counted, only when the queue could not be read
/// and nobody was dialed.
pub async fn process(run: &Run, event: LambdaEvent<Value>) -> Result<Value, Error> {
    let deadline = event.context.deadline().duration_since(UNIX_EPOCH)?;
    let deadline = i64::try_from(deadline.as_millis()).ok().and_then(chrono::DateTime::from_timestamp_millis);
    let deadline = deadline.ok_or("the invocation has no deadline")?;
    tracing::info!("Redial queue processing started");
    let summary = run.execute(deadline).await;
    tracing::info!(
        total_ready = summary.total_ready,
        calls_made = summary.calls_made,
        skipped = summary.skipped,
        errors = summary.errors,
        reconciled = summary.reconciled,
        deferred = summary.deferred,
        lost = summary.lost,
        months_deleted = summary.months_deleted,
        duration_ms = summary.duration_ms,
        stopped_by = summary.stopped_by.map(Stop::as_str),
        "Redial queue processing completed"
    );
    let json = serde_json::to_value(SummaryJson::from(&summary))?;
    if summary.stopped_by == Some(Stop::StoreUnavailable) && summary.calls_made == 0 {
        return Err("the run could not read the queue; nobody was dialed".into());
    }
    Ok(json)
}
