//! Starts a run outside the schedule.

use super::version::StoreError;
use async_trait::async_trait;

/// Starts a run outside the schedule.
#[async_trait]
pub trait RunTrigger: Send + Sync {
    /// Asks for a run and does not wait for it.
    async fn trigger(&self) -> Result<(), StoreError>;
}
