//! The port to objects that are too large for one request.

use super::version::StoreError;
use async_trait::async_trait;
use bytes::Bytes;
use std::time::Duration;

/// Uploads objects in parts, and makes links to them. An object appears when its upload is completed, and not before.
#[async_trait]
pub trait Uploads: Send + Sync {
    /// Returns the least length of a part in bytes. Only the last part may be shorter.
    fn part_bytes(&self) -> usize;

    /// Begins the upload of an object, and returns its id.
    async fn begin(&self, key: &str) -> Result<String, StoreError>;

    /// Stores a part of an upload. `number` counts from 1. A part with the number of an earlier one replaces it.
    async fn part(&self, key: &str, upload: &str, number: usize, body: Bytes) -> Result<PutPart, StoreError>;

    /// Makes the object of these parts, which are given by their tags in order, and ends the upload. An object with this key is
    /// replaced.
    async fn complete(&self, key: &str, upload: &str, parts: &[String]) -> Result<Completed, StoreError>;

    /// Gives an upload up, and deletes its parts. Does nothing if it has ended.
    async fn abort(&self, key: &str, upload: &str) -> Result<(), StoreError>;

    /// Returns an address from which anybody can download the object for this long. Makes no request, so the object may be missing.
    async fn link(&self, key: &str, lifetime: Duration) -> Result<String, StoreError>;
}

/// The answer to a part of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PutPart {
    /// It is stored, and has this tag.
    Stored(String),
    /// The upload has ended. Its object is there if it was completed.
    Gone,
}

/// The answer to the completion of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completed {
    /// The object is there.
    Stored,
    /// The upload has ended before, or does not have these parts. The object is there if it was completed.
    Gone,
}
