//! Divides the objects of months that have outgrown their limit.

use super::Run;
use crate::ports::{Metric, StoreError, error_chain};
use crate::store::records::{self, Division, Node};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, stream};
use redial_domain::RunSummary;

/// Objects divided at once. Each division writes several objects at once.
const DIVISIONS: usize = 4;
/// The most time of a run for divisions. A large object works too, so those that are left can wait for the next run.
const MOST_TIME: TimeDelta = TimeDelta::seconds(60);
/// How much time of a run is left when the last pass over a large object begins.
const AFTER_A_PASS: TimeDelta = TimeDelta::seconds(100);
/// How much time of a run divisions leave to what comes after them.
const AFTER_DIVISIONS: TimeDelta = TimeDelta::seconds(20);

/// Whether this run knows what the large objects say about numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LargeObjects {
    /// There is none, or none that can be understood.
    None,
    /// There was one when the records were read. The next run reads its records.
    NotRead,
}

impl Run {
    /// Divides objects that are too large to be read at once, as far as there is time. One that cannot be understood is
    /// noted as such an object of any length is.
    pub(super) async fn divide_large(
        &self,
        large: &[records::Large],
        deadline: DateTime<Utc>,
        summary: &mut RunSummary,
    ) -> LargeObjects {
        let mut found = LargeObjects::None;
        let until = deadline - AFTER_A_PASS;
        for (number, object) in large.iter().enumerate() {
            // Each object takes a pass, however little time is left. The run must still end by itself.
            if number > 0 && self.stores.clock.now() >= until {
                return LargeObjects::NotRead;
            }
            let done = self.stores.records.divide_large(object, until).await;
            let (month, key) = (object.month(), object.key());
            if let Err(StoreError::Unusable(error)) = done {
                tracing::error!(%month, key, %error, "a month object cannot be read; its leads wait");
                self.stores.meter.record(Metric::UnusableObjects.of(1_u8));
                summary.errors = summary.errors.saturating_add(1);
                continue;
            }
            found = LargeObjects::NotRead;
            match done {
                Ok(done) => {
                    tracing::info!(%month, key, bytes = object.bytes, ?done, "a large object of a month is divided")
                }
                Err(error) => {
                    let error = error_chain(&error);
                    tracing::warn!(%month, key, error, "a large object is not divided: the next run goes on");
                    summary.errors = summary.errors.saturating_add(1);
                }
            }
        }
        found
    }

    /// Divides these objects. One that fails or changes meanwhile is left for the next run. No record changes, so what the run
    /// has read stays true.
    pub(super) async fn divide(&self, overgrown: Vec<Node>, deadline: DateTime<Utc>, summary: &mut RunSummary) {
        let clock = &self.stores.clock;
        let until = (clock.now() + MOST_TIME).min(deadline - AFTER_DIVISIONS);
        let divisions = overgrown.into_iter().map(|node| async move {
            if clock.now() >= until {
                return 0;
            }
            match self.stores.records.divide(&node).await {
                Ok(Division::Into(children)) => {
                    tracing::info!(month = %node.month(), key = node.key(), children, "an object of a month was divided");
                    0
                }
                Ok(Division::NotNeeded | Division::Outrun | Division::Unfinished) => 0,
                Err(error) => {
                    tracing::warn!(
                        month = %node.month(),
                        key = node.key(),
                        error = error_chain(&error),
                        "a large object is not divided: the next run tries again"
                    );
                    1
                }
            }
        });
        let failed: Vec<u32> = stream::iter(divisions).buffer_unordered(DIVISIONS).collect().await;
        summary.errors = summary.errors.saturating_add(failed.iter().sum());
    }
}
