//! A trigger that starts nothing.

use crate::ports::{RunTrigger, StoreError};
use async_trait::async_trait;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A [`RunTrigger`] that counts how often it was triggered.
#[derive(Debug, Default)]
pub struct RecordingTrigger(AtomicUsize);

impl RecordingTrigger {
    /// Returns the number of triggers so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl RunTrigger for RecordingTrigger {
    async fn trigger(&self) -> Result<(), StoreError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}
