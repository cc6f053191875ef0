//! Logs: JSON, one line for each decision that matters, without personal data.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Sends logs to standard output as JSON. `LOG_LEVEL` is `error`, `warn`, `info`, `debug` or `trace`; `info` otherwise.
/// The SDKs are heard only when they warn: their debug logs would show payloads.
pub fn start() {
    let level = crate::config::log_level().and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    let ours = ["redial", "webhook", "processor", "admin"].map(|target| (target, level));
    let filter = Targets::new().with_default(LevelFilter::WARN).with_targets(ours);
    let json = fmt::layer().json().with_current_span(false).flatten_event(true);
    tracing_subscriber::registry().with(json).with(filter).init();
}
