//! The port that starts a run outside the schedule.

use super::version::StoreError;
use async_trait::async_trait;

/// Starts a run outside the schedule.
#[async_trait]
pub trait RunTrigger: Send + Sync {
    /// Starts a run and returns without waiting for its end.
    async fn trigger(&self) -> Result<(), StoreError>;
}
