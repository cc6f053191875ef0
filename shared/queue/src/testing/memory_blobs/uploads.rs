//! Uploads in memory.

use super::{MemoryBlobs, locked, versioned};
use crate::ports::{Completed, PutPart, StoreError, Uploads};
use async_trait::async_trait;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::time::Duration;

/// The least length of a part. Small, so that tests with few records have several.
const PART_BYTES: usize = 4_096;

/// The uploads that have not ended, by id.
#[derive(Debug, Default)]
pub(super) struct Begun {
    count: u32,
    uploads: BTreeMap<String, Upload>,
}

#[derive(Debug)]
struct Upload {
    key: String,
    parts: BTreeMap<usize, (String, Bytes)>,
}

impl MemoryBlobs {
    /// Returns the keys of the uploads that have not ended.
    #[must_use]
    pub fn unfinished_uploads(&self) -> Vec<String> {
        locked(&self.uploads).uploads.values().map(|upload| upload.key.clone()).collect()
    }

    /// Deletes all uploads that have not ended, as a bucket does after some time.
    pub fn drop_uploads(&self) {
        locked(&self.uploads).uploads.clear();
    }
}

#[async_trait]
impl Uploads for MemoryBlobs {
    fn part_bytes(&self) -> usize {
        PART_BYTES
    }

    async fn begin(&self, key: &str) -> Result<String, StoreError> {
        let mut begun = locked(&self.uploads);
        begun.count += 1;
        let id = format!("upload-{}", begun.count);
        begun.uploads.insert(id.clone(), Upload { key: key.to_owned(), parts: BTreeMap::new() });
        Ok(id)
    }

    async fn part(&self, key: &str, upload: &str, number: usize, body: Bytes) -> Result<PutPart, StoreError> {
        let mut begun = locked(&self.uploads);
        let Some(upload) = begun.uploads.get_mut(upload).filter(|upload| upload.key == key) else {
            return Ok(PutPart::Gone);
        };
        let mut hasher = DefaultHasher::new();
        hasher.write(&body);
        let tag = format!("\"{:016x}\"", hasher.finish());
        upload.parts.insert(number, (tag.clone(), body));
        Ok(PutPart::Stored(tag))
    }

    async fn complete(&self, key: &str, upload: &str, parts: &[String]) -> Result<Completed, StoreError> {
        let mut begun = locked(&self.uploads);
        let Some(known) = begun.uploads.get(upload).filter(|known| known.key == key) else {
            return Ok(Completed::Gone);
        };
        let mut bodies = Vec::new();
        for (number, tag) in (1..).zip(parts) {
            match known.parts.get(&number) {
                Some((stored, body)) if stored == tag => bodies.push(body.clone()),
                Some(_) | None => return Ok(Completed::Gone),
            }
        }
        let Some((_, all_but_the_last)) = bodies.split_last() else {
            return Err(StoreError::unusable("an upload without parts"));
        };
        if all_but_the_last.iter().any(|body| body.len() < PART_BYTES) {
            return Err(StoreError::unusable("a part is too short"));
        }
        locked(&self.objects).insert(key.to_owned(), versioned(bodies.concat().into()));
        begun.uploads.remove(upload);
        Ok(Completed::Stored)
    }

    async fn abort(&self, _: &str, upload: &str) -> Result<(), StoreError> {
        locked(&self.uploads).uploads.remove(upload);
        Ok(())
    }

    async fn link(&self, key: &str, lifetime: Duration) -> Result<String, StoreError> {
        Ok(format!("https://memory.invalid/{key}?lifetime={}", lifetime.as_secs()))
    }
}
