//! Objects in S3.

mod uploads;

use super::aws::{status, store_error};
use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::operation::get_object::builders::GetObjectFluentBuilder;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::retry::RetryConfig;
use bytes::Bytes;
use redial_queue::ports::{BlobStore, Entry, Expect, Fetched, Part, Put, StoreError, Version, Versioned, Wanted};
use std::time::Duration;
pub use uploads::S3Uploads;

/// The timeout of an answer's body. The client's own timeouts only cover its headers.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// A [`BlobStore`] in a bucket. The role needs `s3:ListBucket`, or S3 answers 403 instead of 404 for a missing object.
#[derive(Debug, Clone)]
pub struct S3Blobs {
    client: Client,
    /// A client without retries. After a lost answer, a repeated conditional put would find its own object and report a
    /// conflict.
    once: Client,
    bucket: String,
}

impl S3Blobs {
    /// Returns a store on `bucket` with the timeouts of `client`.
    #[must_use]
    pub fn new(client: Client, bucket: impl Into<String>) -> Self {
        let once = client.config().to_builder().retry_config(RetryConfig::disabled());
        Self { once: Client::from_conf(once.build()), client, bucket: bucket.into() }
    }

    fn read(&self, key: &str) -> GetObjectFluentBuilder {
        self.client.get_object().bucket(&self.bucket).key(key)
    }
}

#[async_trait]
impl BlobStore for S3Blobs {
    async fn get(&self, key: &str) -> Result<Option<Versioned<Bytes>>, StoreError> {
        match self.read(key).send().await {
            Ok(output) => received(output).await.map(Some),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(store_error("S3 GetObject", error)),
        }
    }

    async fn get_if(&self, key: &str, wanted: &Wanted) -> Result<Fetched, StoreError> {
        let known = wanted.unless.as_ref().map(|version| version.0.clone());
        match self.read(key).set_if_none_match(known).send().await {
            Ok(output) => {
                let bytes = output.content_length.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default();
                if wanted.most_bytes.is_some_and(|most| bytes > most) {
                    return Ok(Fetched::TooLarge(bytes));
                }
                received(output).await.map(Fetched::Changed)
            }
            Err(error) if status(&error) == Some(304) => Ok(Fetched::Unchanged),
            Err(error) if is_absent(&error) => Ok(Fetched::Absent),
            Err(error) => Err(store_error("S3 GetObject", error)),
        }
    }

    async fn get_part(&self, key: &str, of: &Version, part: Part) -> Result<Option<Bytes>, StoreError> {
        let last = part.from.saturating_add(part.bytes).saturating_sub(1);
        let request = self.read(key).if_match(&of.0).range(format!("bytes={}-{last}", part.from));
        match request.send().await {
            Ok(output) => Ok(Some(received(output).await?.value)),
            Err(error) if status(&error) == Some(412) || is_absent(&error) => Ok(None),
            Err(error) => Err(store_error("S3 GetObject", error)),
        }
    }

    async fn put(&self, key: &str, body: Bytes, expect: &Expect) -> Result<Put, StoreError> {
        let request = self.once.put_object().bucket(&self.bucket).key(key);
        // JSON is served as such by the console. Lines of JSON are not one JSON text.
        let kind = if key.ends_with(".jsonl") { "application/jsonl" } else { "application/json" };
        let request = request.content_type(kind).body(body.into());
        let request = match expect {
            Expect::Absent => request.if_none_match("*"),
            Expect::At(version) => request.if_match(&version.0),
        };
        match request.send().await {
            Ok(output) => Ok(Put::Stored(version(output.e_tag)?)),
            Err(error) if is_conflict(&error) => Ok(Put::Conflict),
            Err(error) => Err(store_error("S3 PutObject", error)),
        }
    }

    async fn entries(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
        let mut pages = request.into_paginator().send();
        let mut entries = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| store_error("S3 ListObjectsV2", error))?;
            for object in page.contents.unwrap_or_default() {
                let Some(key) = object.key else { continue };
                let bytes = object.size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
                entries.push(Entry { key, version: version(object.e_tag)?, bytes });
            }
        }
        Ok(entries)
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let request = self.client.delete_object().bucket(&self.bucket).key(key);
        request.send().await.map_err(|error| store_error("S3 DeleteObject", error))?;
        Ok(())
    }
}

/// Reads the object of an answer. An incomplete body is an unavailable store.
async fn received(output: GetObjectOutput) -> Result<Versioned<Bytes>, StoreError> {
    let version = version(output.e_tag)?;
    let body = tokio::time::timeout(BODY_TIMEOUT, output.body.collect());
    let body = body.await.map_err(StoreError::unavailable)?;
    Ok(Versioned { value: body.map_err(StoreError::unavailable)?.into_bytes(), version })
}

fn version(e_tag: Option<String>) -> Result<Version, StoreError> {
    let missing = || StoreError::unusable("S3 answered without an ETag");
    e_tag.map(Version).ok_or_else(missing)
}

/// Returns whether the object is missing. A missing bucket is 404 too, but that is a wrong configuration and not an empty
/// store.
fn is_absent(error: &SdkError<GetObjectError, HttpResponse>) -> bool {
    status(error) == Some(404) && error.code() != Some("NoSuchBucket")
}

/// Returns whether a concurrent change prevented a write.
///
/// 412 means another version, 404 that the object of an `If-Match` was deleted, and 409 a concurrent conditional write.
/// S3 has written nothing in all three cases.
fn is_conflict<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    match status(error) {
        Some(409 | 412) => true,
        Some(404) => error.code() != Some("NoSuchBucket"),
        _ => false,
    }
}
