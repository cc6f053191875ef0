//! Uploads of objects to S3 in parts.

use super::super::aws::{status, store_error};
use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::timeout::TimeoutConfig;
use bytes::Bytes;
use redial_queue::ports::{Completed, PutPart, StoreError, Uploads};
use std::time::Duration;

/// The least length of a part. S3 wants 5 MiB and allows 10,000 parts, so an object may have 80 GB.
const PART_BYTES: usize = 8 * 1024 * 1024;
/// The timeout of one attempt to store a part, which takes longer than any other request.
const PART_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(6);
/// The timeout of a part with all its attempts. It leaves time to answer within the 29 seconds of the gateway.
const PART_TIMEOUT: Duration = Duration::from_secs(9);
/// Separates the `ETag` of a part from its checksum. Neither has it.
const BETWEEN: char = ' ';

/// [`Uploads`] to a bucket. The role of the process signs the links, so it must be allowed to read the objects.
#[derive(Debug, Clone)]
pub struct S3Uploads {
    client: Client,
    /// A client that waits longer. A part may be sent again: it replaces itself.
    patient: Client,
    bucket: String,
}

impl S3Uploads {
    /// Returns uploads to `bucket`.
    #[must_use]
    pub fn new(client: Client, bucket: impl Into<String>) -> Self {
        let timeouts = client.config().timeout_config().map_or_else(TimeoutConfig::builder, TimeoutConfig::to_builder);
        let timeouts = timeouts.operation_attempt_timeout(PART_ATTEMPT_TIMEOUT).operation_timeout(PART_TIMEOUT).build();
        let patient = client.config().to_builder().timeout_config(timeouts);
        Self { patient: Client::from_conf(patient.build()), client, bucket: bucket.into() }
    }
}

#[async_trait]
impl Uploads for S3Uploads {
    fn part_bytes(&self) -> usize {
        PART_BYTES
    }

    async fn begin(&self, key: &str) -> Result<String, StoreError> {
        let request = self.client.create_multipart_upload().bucket(&self.bucket).key(key);
        let request = request.content_type("application/json").checksum_algorithm(ChecksumAlgorithm::Crc32);
        let begun = request.send().await.map_err(|error| store_error("S3 CreateMultipartUpload", error))?;
        begun.upload_id.ok_or_else(|| StoreError::unusable("S3 began an upload without an id"))
    }

    async fn part(&self, key: &str, upload: &str, number: usize, body: Bytes) -> Result<PutPart, StoreError> {
        let number = i32::try_from(number).map_err(StoreError::unusable)?;
        let request = self.patient.upload_part().bucket(&self.bucket).key(key).upload_id(upload).part_number(number);
        let request = request.checksum_algorithm(ChecksumAlgorithm::Crc32).body(body.into());
        match request.send().await {
            Ok(output) => {
                let tag = output.e_tag.ok_or_else(|| StoreError::unusable("S3 stored a part without an ETag"))?;
                // S3 demands the checksum at the end again.
                Ok(PutPart::Stored(format!("{tag}{BETWEEN}{}", output.checksum_crc32.unwrap_or_default())))
            }
            Err(error) if is_gone(&error) => Ok(PutPart::Gone),
            Err(error) => Err(store_error("S3 UploadPart", error)),
        }
    }

    async fn complete(&self, key: &str, upload: &str, parts: &[String]) -> Result<Completed, StoreError> {
        let parts = (1..).zip(parts).map(|(number, tag)| {
            let (tag, checksum) = tag.split_once(BETWEEN).unwrap_or((tag, ""));
            let checksum = Some(checksum.to_owned()).filter(|checksum| !checksum.is_empty());
            CompletedPart::builder().part_number(number).e_tag(tag).set_checksum_crc32(checksum).build()
        });
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts.collect())).build();
        let request = self.patient.complete_multipart_upload().bucket(&self.bucket).key(key).upload_id(upload);
        match request.multipart_upload(parts).send().await {
            Ok(_) => Ok(Completed::Stored),
            Err(error) if is_gone(&error) => Ok(Completed::Gone),
            Err(error) => Err(store_error("S3 CompleteMultipartUpload", error)),
        }
    }

    async fn abort(&self, key: &str, upload: &str) -> Result<(), StoreError> {
        let request = self.client.abort_multipart_upload().bucket(&self.bucket).key(key).upload_id(upload);
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) if is_gone(&error) => Ok(()),
            Err(error) => Err(store_error("S3 AbortMultipartUpload", error)),
        }
    }

    async fn link(&self, key: &str, lifetime: Duration) -> Result<String, StoreError> {
        let lifetime = PresigningConfig::expires_in(lifetime).map_err(StoreError::unusable)?;
        let signed = self.client.get_object().bucket(&self.bucket).key(key).presigned(lifetime).await;
        Ok(signed.map_err(|error| store_error("S3 GetObject link", error))?.uri().to_owned())
    }
}

/// Returns whether an upload has ended, or has other parts. S3 answers `InvalidPart` for a tag that is not the one of the part.
fn is_gone<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    match error.code() {
        Some("NoSuchUpload" | "InvalidPart") => true,
        Some("NoSuchBucket") => false,
        _ => status(error) == Some(404),
    }
}
