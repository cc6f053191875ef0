use super::super::{config, is_unavailable, is_unusable, requests};
use super::error;
use redial_aws::adapters::{S3Uploads, aws};
use redial_queue::ports::{Completed, PutPart, Uploads};
use rstest::rstest;
use std::time::Duration;
use wiremock::matchers::{body_string_contains, header_exists, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

const KEY: &str = "exports/months/1/redial-queue_2025-12.json";

struct Stage {
    server: MockServer,
    uploads: S3Uploads,
}

impl Stage {
    async fn new() -> Self {
        let server = MockServer::start().await;
        let uploads = S3Uploads::new(aws::s3(&config(&server).await), "bucket");
        Self { server, uploads }
    }

    async fn answering(answer: ResponseTemplate) -> Self {
        let stage = Self::new().await;
        Mock::given(path(format!("/bucket/{KEY}"))).respond_with(answer).mount(&stage.server).await;
        stage
    }
}

fn xml(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(format!("<?xml version=\"1.0\"?>{body}"), "application/xml")
}

/// S3 refuses the end of an upload with checksums if it does not have the checksum of each part again.
#[tokio::test]
async fn a_part_keeps_its_checksum_until_the_end() {
    let stage = Stage::new().await;
    let begun = xml(200, "<InitiateMultipartUploadResult><UploadId>id</UploadId></InitiateMultipartUploadResult>");
    let begin =
        Mock::given(method("POST")).and(query_param("uploads", "")).and(header_exists("x-amz-checksum-algorithm"));
    begin.respond_with(begun).expect(1).mount(&stage.server).await;
    let stored =
        ResponseTemplate::new(200).insert_header("etag", "\"tag\"").insert_header("x-amz-checksum-crc32", "o6a/Qw==");
    let part = Mock::given(method("PUT")).and(query_param("uploadId", "id")).and(query_param("partNumber", "1"));
    part.and(header_exists("x-amz-checksum-crc32")).respond_with(stored).expect(1).mount(&stage.server).await;
    let whole = xml(200, "<CompleteMultipartUploadResult><ETag>\"all-1\"</ETag></CompleteMultipartUploadResult>");
    let end = Mock::given(method("POST")).and(query_param("uploadId", "id"));
    let end = end.and(body_string_contains("<ChecksumCRC32>o6a/Qw==</ChecksumCRC32>"));
    let end = end.and(body_string_contains("<ETag>&quot;tag&quot;</ETag>")).and(body_string_contains("<PartNumber>1<"));
    end.respond_with(whole).expect(1).mount(&stage.server).await;
    let upload = stage.uploads.begin(KEY).await.unwrap();
    let PutPart::Stored(tag) = stage.uploads.part(KEY, &upload, 1, "{}".into()).await.unwrap() else { panic!("gone") };
    assert_eq!(stage.uploads.complete(KEY, &upload, &[tag]).await.unwrap(), Completed::Stored);
}

#[rstest]
#[case::ended(404, "NoSuchUpload")]
#[case::of_other_parts(400, "InvalidPart")]
#[tokio::test]
async fn an_upload_that_cannot_go_on_is_gone(#[case] status: u16, #[case] code: &str) {
    let stage = Stage::answering(error(status, code)).await;
    assert_eq!(stage.uploads.part(KEY, "id", 1, "{}".into()).await.unwrap(), PutPart::Gone);
    assert_eq!(stage.uploads.complete(KEY, "id", &["\"tag\" ".to_owned()]).await.unwrap(), Completed::Gone);
    stage.uploads.abort(KEY, "id").await.unwrap();
}

#[rstest]
#[case(403, "AccessDenied")]
#[case(404, "NoSuchBucket")]
#[tokio::test]
async fn an_upload_that_is_not_allowed_is_unusable(#[case] status: u16, #[case] code: &str) {
    let stage = Stage::answering(error(status, code)).await;
    assert!(is_unusable(&stage.uploads.begin(KEY).await));
    assert!(is_unusable(&stage.uploads.part(KEY, "id", 1, "{}".into()).await));
    assert!(is_unusable(&stage.uploads.complete(KEY, "id", &["\"tag\"".to_owned()]).await));
    assert!(is_unusable(&stage.uploads.abort(KEY, "id").await));
}

/// S3 begins its answer to the end of an upload before it knows what comes of it.
#[rstest]
#[case(xml(200, "<Error><Code>InternalError</Code><Message>told</Message></Error>"))]
#[case(error(503, "SlowDown"))]
#[tokio::test]
async fn an_end_that_failed_is_tried_again_and_then_unavailable(#[case] answer: ResponseTemplate) {
    let stage = Stage::answering(answer).await;
    assert!(is_unavailable(&stage.uploads.complete(KEY, "id", &["\"tag\"".to_owned()]).await));
    assert_eq!(requests(&stage.server).await, 3);
}

#[tokio::test]
async fn a_link_is_signed_for_its_time_and_asks_for_no_header() {
    let stage = Stage::new().await;
    let link = stage.uploads.link(KEY, Duration::from_mins(15)).await.unwrap();
    assert!(link.starts_with(&format!("{}/bucket/{KEY}?", stage.server.uri())), "{link}");
    for part in ["X-Amz-Expires=900", "X-Amz-SignedHeaders=host&", "X-Amz-Signature="] {
        assert!(link.contains(part), "{part} is not in {link}");
    }
    assert_eq!(requests(&stage.server).await, 0);
}
