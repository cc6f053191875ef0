//! Divides the objects of months that have outgrown their limit.

use super::Run;
use crate::ports::error_chain;
use crate::store::records::{Division, Node};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, stream};
use redial_domain::RunSummary;

/// Objects divided at once. Each division writes several objects at once.
const DIVISIONS: usize = 4;
/// The most time of a run for divisions. A large object works too, so those that are left can wait for the next run.
const MOST_TIME: TimeDelta = TimeDelta::seconds(60);
/// How much time of a run divisions leave to what comes after them.
const AFTER_DIVISIONS: TimeDelta = TimeDelta::seconds(20);

impl Run {
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
                Ok(Division::NotNeeded | Division::Outrun) => 0,
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
