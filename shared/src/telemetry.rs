//! Logs: JSON, one line for each decision that matters, without personal data.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Sends logs to standard output as JSON. `LOG_LEVEL` is `error`, `warn`, `info`, `debug` or `trace`; `info` otherwise.
/// The SDKs are heard only when they warn: their debug logs would show payloads.
pub fn start() {
    let level = crate::config::log_level();
    let level = level.and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    let filter = EnvFilter::new(format!("warn,redial={level},webhook={level},processor={level},admin={level}"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_current_span(false).flatten_event(true).init();
}
