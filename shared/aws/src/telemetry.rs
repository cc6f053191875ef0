//! Logs and metrics as JSON lines on standard output, without personal data.

use crate::emf;
use redial_queue::ports::{Clock, Meter, Reading};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::Instrument;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging to standard output. `LOG_LEVEL` is `error`, `warn`, `info`, `debug` or `trace`. The default is `info`.
pub fn start() {
    let level = crate::config::log_level().and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    subscriber(level, std::io::stdout).init();
}

/// Returns a subscriber that writes each event as one JSON line with its request id.
///
/// Other crates are logged from `warn` on, whatever the level is, because the SDKs' debug logs contain payloads.
pub fn subscriber<W>(level: LevelFilter, out: W) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let ours = ["redial", "webhook", "processor", "admin"].map(|target| (target, level));
    let filter = Targets::new().with_default(LevelFilter::WARN).with_targets(ours);
    let json = fmt::layer().json().with_span_list(false).flatten_event(true).with_writer(out);
    tracing_subscriber::registry().with(json).with(filter)
}

/// Handles one event of Lambda: adds its request id to every log line, and writes the metrics before it returns.
///
/// The metrics cannot wait, because Lambda freezes the process after the answer.
pub async fn answering<T>(meter: &EmfMeter, request_id: &str, work: impl Future<Output = T>) -> T {
    let done = work.instrument(tracing::error_span!("request", request.id = request_id)).await;
    meter.flush();
    done
}

/// A [`Meter`] that writes readings as log lines from which CloudWatch makes metrics.
pub struct EmfMeter {
    clock: Arc<dyn Clock>,
    function: String,
    readings: Mutex<Vec<Reading>>,
}

impl std::fmt::Debug for EmfMeter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmfMeter").field("function", &self.function).finish_non_exhaustive()
    }
}

impl EmfMeter {
    /// Returns the meter of the function with this name.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, function: String) -> Self {
        Self { clock, function, readings: Mutex::default() }
    }

    /// Takes all readings since the last call, and returns their lines.
    #[must_use]
    pub fn take_lines(&self) -> Vec<String> {
        let readings = std::mem::take(&mut *self.readings.lock().unwrap_or_else(PoisonError::into_inner));
        emf::lines(&readings, &self.function, self.clock.now())
    }

    fn flush(&self) {
        let mut out = std::io::stdout().lock();
        for line in self.take_lines() {
            // There is nothing to do about an error, because the log itself is what failed.
            let _ = writeln!(out, "{line}");
        }
        let _ = out.flush();
    }
}

impl Meter for EmfMeter {
    fn record(&self, reading: Reading) {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner).push(reading);
    }
}
