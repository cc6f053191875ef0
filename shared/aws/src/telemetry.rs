//! Logs and metrics: JSON lines on standard output, without personal data.

use crate::emf;
use redial_queue::ports::{Clock, Meter, Reading};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::Instrument;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Sends logs to standard output. `LOG_LEVEL` is `error`, `warn`, `info`, `debug` or `trace`; `info` otherwise.
pub fn start() {
    let level = crate::config::log_level().and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    subscriber(level, std::io::stdout).init();
}

/// One JSON line for each event, with the request that it belongs to. The SDKs are heard only when they warn: their debug
/// logs would show payloads.
pub fn subscriber<W>(level: LevelFilter, out: W) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let ours = ["redial", "webhook", "processor", "admin"].map(|target| (target, level));
    let filter = Targets::new().with_default(LevelFilter::WARN).with_targets(ours);
    let json = fmt::layer().json().with_span_list(false).flatten_event(true).with_writer(out);
    tracing_subscriber::registry().with(json).with(filter)
}

/// Answers one event of the platform: everything that is logged meanwhile names its request id, and what was measured is
/// out before the answer is, because the process is frozen afterwards.
pub async fn answering<T>(meter: &EmfMeter, request_id: &str, work: impl Future<Output = T>) -> T {
    let done = work.instrument(tracing::error_span!("request", request.id = request_id)).await;
    meter.flush();
    done
}

/// A [`Meter`] that writes readings as lines from which CloudWatch makes metrics.
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
    /// The meter of the function with this name.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, function: String) -> Self {
        Self { clock, function, readings: Mutex::default() }
    }

    /// The lines for everything measured since they were taken last.
    #[must_use]
    pub fn take_lines(&self) -> Vec<String> {
        let readings = std::mem::take(&mut *self.readings.lock().unwrap_or_else(PoisonError::into_inner));
        emf::lines(&readings, &self.function, self.clock.now())
    }

    fn flush(&self) {
        let mut out = std::io::stdout().lock();
        for line in self.take_lines() {
            // Whoever cannot be told anything cannot be told this either.
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
